/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/testbed.h"

#include "sdk/base/clock.h"
#include "sdk/base/num.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

/* Long enough for a busy machine not to make a prompt request late. */
#define LIMIT (300 * LAMB_NS_PER_MS)

static struct bed_server *
serve_hasty(void **state)
{
    return bed_serve(*state, (struct http_server_config){ .arrival_limit_ns = LIMIT });
}

static void
a_head_that_never_completes_gets_408(void **state)
{
    static const char *const beginnings[] = { "GET / HT", "GET / HTTP/1.1\r\nHo",
                                              "GET / HTTP/1.1\r\nHost: h\r\n" };
    struct bed_server *at = serve_hasty(state);
    struct peer *peers[LAMB_COUNT(beginnings)];

    for (size_t i = 0; i < LAMB_COUNT(beginnings); i++) {
        peers[i] = peer_connect(at);
        peer_send(peers[i], beginnings[i]);
    }
    for (size_t i = 0; i < LAMB_COUNT(beginnings); i++) {
        peer_until_closed(peers[i]);
        assert_true(peer_has(peers[i], "HTTP/1.1 408 Request Timeout\r\n"));
        assert_true(peer_has(peers[i], "{\"message\":"));
    }
    assert_int_equal(at->n_requests, 0);
    assert_int_equal(http_server_stats(at->server)->late, 3);
}

static void
a_connection_that_never_says_anything_is_closed_in_silence(void **state)
{
    struct bed_server *at = serve_hasty(state);
    struct peer *peer = peer_connect(at);

    peer_until_closed(peer);
    assert_int_equal(peer->got.len, 0);
    assert_int_equal(http_server_stats(at->server)->late, 0);
}

static void
a_body_that_does_not_arrive_ends_the_request(void **state)
{
    struct bed_server *at = serve_hasty(state);
    struct peer *peer = peer_connect(at);

    at->handle = bed_collect;
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345");
    bed_until_count(*state, &at->n_gone, 1);
    assert_int_equal(at->why, HTTP_GONE_LATE);
    peer_until_closed(peer);
    assert_true(peer_has(peer, "HTTP/1.1 408 "));
    assert_int_equal(at->n_bodies, 0);
}

static void
bytes_that_trickle_do_not_buy_time(void **state)
{
    struct bed_server *at = serve_hasty(state);
    struct peer *peer = peer_connect(at);
    int64_t began_ns = lamb_mono_ns();

    peer_send(peer, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < 200 && !peer->is_closed; i++) {
        peer_send(peer, "a: 1\r\n");
        (void)bed_for_ms(*state, 10);
    }
    assert_true(peer->is_closed);
    assert_true(lamb_mono_ns() - began_ns >= LIMIT);
    assert_int_equal(at->n_requests, 0);
}

static void
parked_and_idle_connections_outlive_the_limit(void **state)
{
    struct bed_server *at = serve_hasty(state);
    struct peer *idle = peer_connect(at);
    struct peer *parked = peer_connect(at);

    peer_send(idle, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    bed_reply(at->requests[0], 200, "one");
    peer_until(idle, "one");
    peer_send(parked, GET("/"));
    bed_until_count(*state, &at->n_requests, 2);
    (void)bed_for_ms(*state, 2 * LIMIT / LAMB_NS_PER_MS);
    assert_false(idle->is_closed);
    assert_false(parked->is_closed);
    bed_reply(at->requests[1], 200, "two");
    peer_until(parked, "two");
    peer_send(idle, GET("/"));
    bed_until_count(*state, &at->n_requests, 3);
}

static void
the_next_request_on_a_connection_has_the_limit_too(void **state)
{
    struct bed_server *at = serve_hasty(state);
    struct peer *peer = peer_connect(at);

    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    bed_reply(at->requests[0], 200, "one");
    peer_until(peer, "one");
    (void)bed_for_ms(*state, 50);
    peer_send(peer, "GE"); /* not even a request line, which MHD would tell of */
    peer_until_closed(peer);
    assert_true(peer_has(peer, "HTTP/1.1 408 "));
}

static void
idle_connections_are_closed_in_the_end(void **state)
{
    struct bed_server *at = bed_serve(
        *state, (struct http_server_config){ .idle_limit_ns = 50 * LAMB_NS_PER_MS });
    struct peer *peer = peer_connect(at);

    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    bed_reply(at->requests[0], 200, "one");
    peer_until_closed(peer);
    assert_true(peer_has(peer, "one"));
    assert_false(peer_has(peer, "408"));
}

static void
note(void *data, struct http_request *req, struct lamb_span chunk)
{
    struct bed_server *at = data;

    (void)req;
    (void)chunk;
    at->n_chunks++;
}

static void
note_end(void *data, struct http_request *req)
{
    struct bed_server *at = data;

    (void)req;
    at->n_bodies++;
}

static void
stream_in(struct bed_server *at, struct http_request *req)
{
    http_stream_body(req, note, note_end, at);
}

static void
a_streamed_body_takes_its_time(void **state)
{
    struct bed_server *at = serve_hasty(state);
    struct peer *peer = peer_connect(at);

    at->handle = stream_in;
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n1");
    bed_until_count(*state, &at->n_chunks, 1);
    (void)bed_for_ms(*state, 2 * LIMIT / LAMB_NS_PER_MS);
    assert_int_equal(at->n_gone, 0);
    peer_send(peer, "2");
    bed_until_count(*state, &at->n_bodies, 1);
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
    const struct CMUnitTest tests[] = {
        BED_TEST(a_head_that_never_completes_gets_408),
        BED_TEST(a_connection_that_never_says_anything_is_closed_in_silence),
        BED_TEST(a_body_that_does_not_arrive_ends_the_request),
        BED_TEST(bytes_that_trickle_do_not_buy_time),
        BED_TEST(parked_and_idle_connections_outlive_the_limit),
        BED_TEST(the_next_request_on_a_connection_has_the_limit_too),
        BED_TEST(idle_connections_are_closed_in_the_end),
        BED_TEST(a_streamed_body_takes_its_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
