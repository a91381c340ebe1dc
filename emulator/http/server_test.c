/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/testbed.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "sdk/base/num.h"

#define BYTES(literal)                                                                 \
    {                                                                                  \
        literal, sizeof(literal) - 1                                                   \
    }
#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

/* -- parking and answering -------------------------------------------------------- */

static void
a_request_is_parked_until_somebody_answers(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    peer_send(peer, GET("/one?x=1&y"));
    bed_until_count(*state, &at->n_requests, 1);
    assert_true(lamb_span_is(http_method(at->requests[0]), "GET"));
    assert_true(lamb_span_is(http_path(at->requests[0]), "/one"));
    assert_true(lamb_span_is(http_query(at->requests[0]), "x=1&y"));
    assert_int_equal(peer->got.len, 0);

    bed_reply(at->requests[0], 200, "first");
    peer_until(peer, "\r\n\r\nfirst");
    assert_true(peer_has(peer, "HTTP/1.1 200 OK\r\n"));
    assert_false(peer->is_closed);

    peer_send(peer, GET("/two"));
    bed_until_count(*state, &at->n_requests, 2);
    assert_true(lamb_span_is(http_path(at->requests[1]), "/two"));
    assert_int_equal(http_query(at->requests[1]).len, 0);
    bed_reply(at->requests[1], 404, "second");
    peer_until(peer, "second");
    assert_true(peer_has(peer, "HTTP/1.1 404 "));
    assert_int_equal(at->n_gone, 0);
}

static void
echo_path(struct bed_server *at, struct http_request *req)
{
    char *path = lamb_span_dup(http_path(req));

    (void)at;
    assert_non_null(path);
    bed_reply(req, 200, path);
    free(path);
}

static void
requests_sent_in_one_piece_are_answered_in_order(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    at->handle = echo_path;
    peer_send(peer, GET("/a") GET("/b") GET("/c"));
    peer_until(peer, "\r\n\r\n/c");
    assert_true(memmem(peer->got.ptr, peer->got.len, "/a", 2) <
                memmem(peer->got.ptr, peer->got.len, "/b", 2));
    assert_int_equal(at->n_requests, 3);
}

static void
a_thousand_parked_requests_are_all_answered(void **state)
{
    enum { MANY = 1000 };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    static struct peer *peers[MANY];

    for (size_t i = 0; i < MANY; i++) {
        peers[i] = peer_connect(at);
        peer_send(peers[i], GET("/"));
    }
    bed_until_count(*state, &at->n_requests, MANY);
    assert_int_equal(http_server_stats(at->server)->connections, MANY);
    for (size_t i = 0; i < MANY; i++)
        bed_reply(at->requests[i], 200, "done");
    for (size_t i = 0; i < MANY; i++)
        peer_until(peers[i], "done");
}

struct relay {
    struct bed_server *clients;
    struct peer *client;
    bool was_first;
};

static void
answer_client_first(struct bed_server *at, struct http_request *req)
{
    struct relay *relay = at->data;
    char bytes[4096];
    ssize_t n;

    http_reply_now(relay->clients->requests[0], &(struct http_answer){ .status = 200 });
    /* Before this handler returns, the answer is there to be read. */
    n = recv(relay->client->fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);
    relay->was_first = n > 12 && memcmp(bytes, "HTTP/1.1 200", 12) == 0;
    bed_reply(req, 202, "taken");
}

static void
reply_now_is_on_the_wire_before_it_returns(void **state)
{
    struct bed_server *clients = bed_serve(*state, (struct http_server_config){ 0 });
    struct bed_server *runtimes = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *client = peer_connect(clients);
    struct peer *runtime = peer_connect(runtimes);
    struct relay relay = { .clients = clients, .client = client };

    runtimes->handle = answer_client_first;
    runtimes->data = &relay;
    peer_send(client, GET("/invoke"));
    bed_until_count(*state, &clients->n_requests, 1);
    peer_send(runtime, GET("/response"));
    peer_until(runtime, "taken");
    assert_true(relay.was_first);
    peer_until(client, "200 OK");
}

static void
answer_both(struct bed_server *at, struct http_request *req)
{
    if (at->n_requests < 2)
        return;
    http_reply_now(at->requests[0], &(struct http_answer){ .status = 201 });
    http_reply_now(req, &(struct http_answer){ .status = 202 });
}

static void
reply_now_within_its_own_server_is_answered_soon_after(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *first = peer_connect(at);
    struct peer *second = peer_connect(at);

    at->handle = answer_both;
    peer_send(first, GET("/1"));
    bed_until_count(*state, &at->n_requests, 1);
    peer_send(second, GET("/2"));
    peer_until(second, "202 Accepted");
    peer_until(first, "201 Created");
}

static void
answer_with_fields(struct bed_server *at, struct http_request *req)
{
    const struct http_field fields[] = {
        { "Content-Type", "application/json" },
        { "X-Twice", "a" },
        { "X-Twice", "b" },
        { "Content-Length", "7" },
        { "Transfer-Encoding", "chunked" },
        { "X-Evil", "a\r\nInjected: 1" },
    };

    (void)at;
    http_reply(req, &(struct http_answer){ .status = 200,
                                           .fields = fields,
                                           .n_fields = LAMB_COUNT(fields),
                                           .close_after = true });
}

static void
answers_carry_their_fields_but_cannot_break_the_framing(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    at->handle = answer_with_fields;
    peer_send(peer, GET("/"));
    peer_until_closed(peer);
    assert_true(peer_has(peer, "Content-Type: application/json\r\n"));
    assert_true(peer_has(peer, "X-Twice: a\r\n"));
    assert_true(peer_has(peer, "X-Twice: b\r\n"));
    assert_true(peer_has(peer, "Content-Length: 0\r\n"));
    assert_true(peer_has(peer, "Connection: close\r\n"));
    assert_false(peer_has(peer, "chunked"));
    assert_false(peer_has(peer, "Injected"));
}

static void
an_answer_to_head_has_the_length_and_no_body(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    at->handle = echo_path;
    peer_send(peer, "HEAD /path HTTP/1.1\r\nHost: h\r\n\r\n" GET("/then"));
    peer_until(peer, "/then");
    assert_true(peer_has(peer, "Content-Length: 5\r\n"));
    assert_false(peer_has(peer, "\r\n\r\n/path"));
}

/* -- going away ------------------------------------------------------------------- */

static void
a_client_that_leaves_while_parked_is_noticed(void **state)
{
    struct bed_server *at =
        bed_serve(*state, (struct http_server_config){ .watch_parked = true });
    struct peer *peer = peer_connect(at);

    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    bed_reply(at->requests[0], 200, "first"); /* the watch outlives a request */
    peer_until(peer, "first");
    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 2);
    (void)bed_for_ms(*state, 5);
    assert_int_equal(at->n_gone, 0);
    peer_close(peer);
    bed_until_count(*state, &at->n_gone, 1);
    assert_int_equal(at->why, HTTP_GONE_CLIENT);
    (void)bed_for_ms(*state, 5);
    assert_int_equal(http_server_stats(at->server)->connections, 0);
}

static void
a_client_that_only_stops_sending_counts_as_gone(void **state)
{
    struct bed_server *at =
        bed_serve(*state, (struct http_server_config){ .watch_parked = true });
    struct peer *peer = peer_connect(at);

    peer_send(peer, GET("/"));
    assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
    bed_until_count(*state, &at->n_gone, 1);
    assert_int_equal(at->why, HTTP_GONE_CLIENT);
    peer_until_closed(peer);
}

static void
without_the_watch_a_half_closed_client_is_still_answered(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    peer_send(peer, GET("/"));
    assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
    bed_until_count(*state, &at->n_requests, 1);
    (void)bed_for_ms(*state, 5);
    bed_reply(at->requests[0], 200, "still here");
    peer_until(peer, "still here");
    assert_int_equal(at->n_gone, 0);
}

static void
a_body_cut_short_or_badly_framed_ends_the_request(void **state)
{
    static const struct {
        const char *request;
        bool hang_up;
    } cases[] = {
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345", true },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345",
          true },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          false },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
          "5\r\n1234567\r\n",
          false },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
          "0\r\nbad trailer\r\n\r\n",
          false },
    };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });

    at->handle = bed_collect;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct peer *peer = peer_connect(at);

        peer_send(peer, cases[i].request);
        bed_until_count(*state, &at->n_requests, i + 1);
        if (cases[i].hang_up)
            peer_close(peer);
        else
            peer_until(peer, "HTTP/1.1 400 ");
        bed_until_count(*state, &at->n_gone, i + 1);
        assert_int_equal(at->why, HTTP_GONE_CUT);
    }
    assert_int_equal(at->n_bodies, 0);
}

static bool
nobody(void *data, int fd)
{
    (void)data;
    assert_true(fd >= 0);
    return false;
}

static void
a_connection_may_be_turned_away(void **state)
{
    struct bed_server *at =
        bed_serve(*state, (struct http_server_config){ .may_connect = nobody });
    struct peer *peer = peer_connect(at);

    peer_send(peer, GET("/"));
    peer_until_closed(peer);
    assert_int_equal(peer->got.len, 0);
    assert_int_equal(at->n_requests, 0);
    assert_int_equal(http_server_stats(at->server)->refused, 1);
}

static void
a_server_is_stopped_with_requests_in_every_state(void **state)
{
    static const char *const requests[] = {
        GET("/parked"),
        GET("/parked too"),
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345",
        "GET / HTTP/1.1\r\nHo",
        "",
    };
    struct bed_server *at =
        bed_serve(*state, (struct http_server_config){ .watch_parked = true });
    struct peer *peers[LAMB_COUNT(requests)];

    at->handle = bed_collect;
    for (size_t i = 0; i < LAMB_COUNT(requests); i++) {
        peers[i] = peer_connect(at);
        peer_send(peers[i], requests[i]);
    }
    bed_until_count(*state, &at->n_requests, 2);
    (void)bed_for_ms(*state, 5);
    bed_reply(at->requests[0], 200, "at the last moment");
    bed_unserve(at);
    assert_int_equal(at->n_gone, at->n_requests - 1);
    assert_int_equal(at->why, HTTP_GONE_STOPPING);
    for (size_t i = 0; i < LAMB_COUNT(requests); i++)
        peer_until_closed(peers[i]);
    assert_true(peer_has(peers[0], "at the last moment"));
}

static void
free_own_server(struct bed_server *at, struct http_request *req)
{
    bed_reply(req, 200, "last words");
    bed_unserve(at);
}

static void
a_handler_may_free_its_own_server(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *parked = peer_connect(at);
    struct peer *peer = peer_connect(at);

    peer_send(parked, GET("/parked"));
    bed_until_count(*state, &at->n_requests, 1);
    at->handle = free_own_server;
    peer_send(peer, GET("/"));
    peer_until_closed(peer);
    assert_true(peer_has(peer, "last words"));
    peer_until_closed(parked);
    assert_int_equal(at->why, HTTP_GONE_STOPPING);
}

static void
the_connection_limit_holds_and_frees_up(void **state)
{
    struct bed_server *at =
        bed_serve(*state, (struct http_server_config){ .connection_limit = 2 });
    struct peer *first = peer_connect(at);
    struct peer *second = peer_connect(at);
    struct peer *third;

    at->handle = echo_path;
    peer_send(first, GET("/1"));
    peer_send(second, GET("/2"));
    peer_until(first, "/1");
    peer_until(second, "/2");
    third = peer_connect(at); /* waits in the backlog */
    peer_send(third, GET("/3"));
    (void)bed_for_ms(*state, 5);
    assert_int_equal(third->got.len, 0);
    peer_close(first);
    peer_until(third, "/3");
}

static void
unread(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct bed_server *at = data;

    assert_int_equal(outcome, 0);
    http_unread_body(req, body);
    bed_collect(at, req);
}

static void
collect_twice(struct bed_server *at, struct http_request *req)
{
    http_read_body(req, 100, unread, at);
}

static void
a_body_that_was_unread_is_read_again(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    at->handle = collect_twice;
    at->max_body = 5;
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12345");
    bed_until_count(*state, &at->n_bodies, 1);
    assert_string_equal(lamb_buf_cstr(&at->body), "12345");
    bed_reply(at->requests[0], 200, "first");
    peer_until(peer, "first");
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n123456");
    bed_until_count(*state, &at->n_bodies, 2);
    assert_int_equal(at->outcome, HTTP_E_TOO_LARGE);
    peer_until(peer, "too large");
}

static void
reply_still(struct bed_server *at, struct http_request *req)
{
    http_reply_still(req, at->data);
}

static void
an_answer_made_once_is_given_to_many(void **state)
{
    static const struct http_field field = { "X-Kind", "still" };
    struct http_answer answer = { .status = 202, .fields = &field, .n_fields = 1 };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct bed_server *other = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peers[] = { peer_connect(at), peer_connect(at), peer_connect(other) };
    struct http_still *still;

    answer.body = lamb_blob_copy(LAMB_SPAN("taken"));
    still = http_still_new(&answer);
    assert_non_null(still);
    lamb_blob_unref(answer.body);
    at->handle = other->handle = reply_still;
    at->data = other->data = still;
    for (size_t i = 0; i < LAMB_COUNT(peers); i++) {
        peer_send(peers[i], GET("/a") GET("/b"));
        peer_until(peers[i], "X-Kind: still\r\n");
        peer_until(peers[i], "taken");
        peer_forget(peers[i]);
        peer_send(peers[i], GET("/c"));
        peer_until(peers[i], "taken");
    }
    /* Before the body is there it has to go another way. */
    peer_forget(peers[0]);
    peer_send(peers[0], "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12");
    peer_until(peers[0], "X-Kind: still\r\n");
    peer_until(peers[0], "taken");
    assert_true(peer_has(peers[0], "HTTP/1.1 202 "));
    /* Nothing is left of it but what is under way. */
    at->handle = bed_park;
    peer_forget(peers[1]);
    at->n_requests = 0;
    peer_send(peers[1], GET("/d"));
    bed_until_count(*state, &at->n_requests, 1);
    http_reply_still(at->requests[0], still);
    http_still_free(still);
    peer_until(peers[1], "taken");
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
    const struct CMUnitTest tests[] = {
        BED_TEST(a_request_is_parked_until_somebody_answers),
        BED_TEST(requests_sent_in_one_piece_are_answered_in_order),
        BED_TEST(a_thousand_parked_requests_are_all_answered),
        BED_TEST(reply_now_is_on_the_wire_before_it_returns),
        BED_TEST(reply_now_within_its_own_server_is_answered_soon_after),
        BED_TEST(answers_carry_their_fields_but_cannot_break_the_framing),
        BED_TEST(an_answer_to_head_has_the_length_and_no_body),
        BED_TEST(a_client_that_leaves_while_parked_is_noticed),
        BED_TEST(a_client_that_only_stops_sending_counts_as_gone),
        BED_TEST(without_the_watch_a_half_closed_client_is_still_answered),
        BED_TEST(a_body_cut_short_or_badly_framed_ends_the_request),
        BED_TEST(a_connection_may_be_turned_away),
        BED_TEST(a_server_is_stopped_with_requests_in_every_state),
        BED_TEST(a_handler_may_free_its_own_server),
        BED_TEST(the_connection_limit_holds_and_frees_up),
        BED_TEST(a_body_that_was_unread_is_read_again),
        BED_TEST(an_answer_made_once_is_given_to_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
