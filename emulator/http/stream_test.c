/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/testbed.h"

#include <stdlib.h>
#include <sys/socket.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

struct out {
    struct http_stream *stream;
    size_t n_gone;
    size_t n_drained;
};

static void
out_gone(void *data, struct http_stream *stream)
{
    struct out *out = data;

    assert_ptr_equal(out->stream, stream);
    out->n_gone++;
}

static void
out_drained(void *data, struct http_stream *stream)
{
    struct out *out = data;

    assert_int_equal(http_stream_pending(stream), 0);
    out->n_drained++;
}

static void
begin(struct out *out, struct http_request *req)
{
    const struct http_field fields[] = { { "Content-Type", "text/plain" } };

    out->stream = http_reply_stream(
        req, &(struct http_answer){ .status = 200, .fields = fields, .n_fields = 1 },
        out_gone, out);
    http_stream_on_drain(out->stream, out_drained, out);
}

static void
stream_at_once(struct bed_server *at, struct http_request *req)
{
    begin(at->data, req);
}

static void
say(const struct out *out, const char *text)
{
    assert_int_equal(http_stream_write(out->stream, lamb_span_str(text)), 0);
}

static void
pieces_leave_as_they_are_written(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    struct out out = { 0 };

    at->handle = stream_at_once;
    at->data = &out;
    peer_send(peer, GET("/"));
    peer_until(peer, "\r\n\r\n");
    assert_true(peer_has(peer, "Content-Type: text/plain\r\n"));
    assert_true(peer_has(peer, "Transfer-Encoding: chunked\r\n"));
    say(&out, "one");
    peer_until(peer, "3\r\none\r\n");
    say(&out, "tw");
    say(&out, "");
    say(&out, "o");
    peer_until(peer, "3\r\ntwo\r\n");
    assert_int_equal(http_stream_pending(out.stream), 0);
    bed_until_count(*state, &out.n_drained, 2);
    say(&out, "three");
    http_stream_end(out.stream);
    peer_until(peer, "5\r\nthree\r\n0\r\n\r\n");

    at->handle = bed_park; /* and the connection lives on */
    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 2);
    bed_reply(at->requests[1], 200, "next");
    peer_until(peer, "next");
    assert_int_equal(out.n_gone, 0);
}

static void
a_parked_request_may_become_a_stream(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    struct out out = { 0 };

    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    begin(&out, at->requests[0]);
    say(&out, "all of it");
    http_stream_end(out.stream);
    peer_until(peer, "9\r\nall of it\r\n0\r\n\r\n");
}

static void
an_old_client_reads_until_the_connection_closes(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    struct out out = { 0 };

    at->handle = stream_at_once;
    at->data = &out;
    peer_send(peer, "GET / HTTP/1.0\r\n\r\n");
    bed_until_count(*state, &at->n_requests, 1);
    say(&out, "old");
    peer_until(peer, "\r\n\r\nold");
    say(&out, "er");
    http_stream_end(out.stream);
    peer_until_closed(peer);
    assert_true(peer_has(peer, "\r\n\r\nolder"));
    assert_false(peer_has(peer, "chunked"));
    assert_int_equal(out.n_gone, 0);
}

static void
an_aborted_stream_has_no_last_chunk(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    struct out out = { 0 };

    at->handle = stream_at_once;
    at->data = &out;
    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    say(&out, "half");
    peer_until(peer, "4\r\nhalf\r\n");
    http_stream_abort(out.stream);
    peer_until_closed(peer);
    assert_false(peer_has(peer, "0\r\n\r\n"));
    assert_int_equal(out.n_gone, 0);
}

static void
a_writer_is_told_when_the_client_leaves_in_a_pause(void **state)
{
    struct bed_server *at =
        bed_serve(*state, (struct http_server_config){ .watch_parked = true });
    struct peer *peer = peer_connect(at);
    struct out out = { 0 };

    at->handle = stream_at_once;
    at->data = &out;
    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    say(&out, "one");
    peer_until(peer, "one");
    peer_close(peer);
    bed_until_count(*state, &out.n_gone, 1);
    (void)bed_for_ms(*state, 5);
    assert_int_equal(http_server_stats(at->server)->connections, 0);
    assert_int_equal(at->n_gone, 0); /* the request itself was answered */
}

static void
a_writer_is_told_when_a_send_fails(void **state)
{
    enum { PIECE = 256 * 1024 };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    struct out out = { 0 };
    char *bytes = calloc(1, PIECE);

    assert_non_null(bytes);
    at->handle = stream_at_once;
    at->data = &out;
    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    peer_until(peer, "\r\n\r\n");
    peer_close(peer);
    for (int i = 0; i < 100 && !out.n_gone; i++) {
        assert_int_equal(http_stream_write(out.stream, lamb_span_of(bytes, PIECE)), 0);
        (void)bed_for_ms(*state, 1);
    }
    assert_int_equal(out.n_gone, 1);
    free(bytes);
}

static void
what_a_slow_client_does_not_take_stays_pending(void **state)
{
    enum { LEN = 32 * 1024 * 1024 };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    struct out out = { 0 };
    char *bytes = calloc(1, LEN);

    assert_non_null(bytes);
    at->handle = stream_at_once;
    at->data = &out;
    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    peer_until(peer, "\r\n\r\n");
    loop_unwatch(&peer->watch); /* reads nothing from here on */
    assert_int_equal(http_stream_write(out.stream, lamb_span_of(bytes, LEN)), 0);
    (void)bed_for_ms(*state, 50);
    assert_true(http_stream_pending(out.stream) > LEN / 4);
    assert_int_equal(out.n_drained, 0);
    free(bytes);
    bed_unserve(at);
    assert_int_equal(out.n_gone, 1);
}

static void
an_answer_without_a_body_is_no_stream_for_long(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    struct out out = { 0 };

    at->handle = stream_at_once;
    at->data = &out;
    peer_send(peer, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    bed_until_count(*state, &out.n_gone, 1);
    peer_until(peer, "\r\n\r\n");
    /* No last chunk stands before the next answer on the connection. */
    at->handle = bed_park;
    peer_send(peer, GET("/"));
    bed_until_count(*state, &at->n_requests, 2);
    bed_reply(at->requests[1], 200, "next");
    peer_until(peer, "next");
    assert_true(peer_has(peer, "\r\n\r\nHTTP/1.1 200 OK\r\n"));
    assert_false(peer_has(peer, "\r\n\r\n0"));
    assert_false(peer_has(peer, "chunked"));
}

static void
a_server_is_stopped_with_streams_open_and_ended(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *open = peer_connect(at);
    struct peer *ended = peer_connect(at);
    struct out outs[2] = { 0 };

    peer_send(open, GET("/"));
    bed_until_count(*state, &at->n_requests, 1);
    peer_send(ended, GET("/"));
    bed_until_count(*state, &at->n_requests, 2);
    for (size_t i = 0; i < 2; i++) {
        begin(&outs[i], at->requests[i]);
        say(&outs[i], "begun");
    }
    peer_until(open, "begun");
    peer_until(ended, "begun");
    say(&outs[1], "last");
    http_stream_end(outs[1].stream);
    bed_unserve(at);
    assert_int_equal(outs[0].n_gone, 1);
    assert_int_equal(outs[1].n_gone, 0);
    peer_until_closed(open);
    peer_until_closed(ended);
    assert_true(peer_has(ended, "4\r\nlast\r\n"));
    assert_int_equal(at->n_gone, 0);
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
    const struct CMUnitTest tests[] = {
        BED_TEST(pieces_leave_as_they_are_written),
        BED_TEST(a_parked_request_may_become_a_stream),
        BED_TEST(an_old_client_reads_until_the_connection_closes),
        BED_TEST(an_aborted_stream_has_no_last_chunk),
        BED_TEST(a_writer_is_told_when_the_client_leaves_in_a_pause),
        BED_TEST(a_writer_is_told_when_a_send_fails),
        BED_TEST(what_a_slow_client_does_not_take_stays_pending),
        BED_TEST(an_answer_without_a_body_is_no_stream_for_long),
        BED_TEST(a_server_is_stopped_with_streams_open_and_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
