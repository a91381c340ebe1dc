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

/* -- headers ---------------------------------------------------------------------- */

static void
note_field(void *data, struct lamb_span name, struct lamb_span value)
{
    struct lamb_buf *trace = data;

    assert_int_equal(lamb_buf_printf(trace, "%.*s=%.*s;", (int)name.len, name.ptr,
                                     (int)value.len, value.ptr),
                     0);
}

static void
headers_are_found_whatever_their_case(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    struct http_request *req;
    char *value = NULL;

    peer_send(peer, "GET http://host:1/p?a=1&b=%41+%42&b=2&c HTTP/1.1\r\nHost: h\r\n"
                    "X-Mixed: value \t\r\nX-Empty:\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n");
    bed_until_count(*state, &at->n_requests, 1);
    req = at->requests[0];
    assert_true(lamb_span_is(http_path(req), "/p"));
    assert_true(lamb_span_is(http_header(req, "x-mixed"), "value"));
    assert_non_null(http_header(req, "X-EMPTY").ptr);
    assert_int_equal(http_header(req, "X-Empty").len, 0);
    assert_null(http_header(req, "X-Absent").ptr);
    http_each_header(req, note_field, &at->trace);
    assert_string_equal(lamb_buf_cstr(&at->trace),
                        "Host=h;X-Mixed=value;X-Empty=;X-Two=1;X-Two=2;");
    assert_int_equal(http_query_param(req, "b", &value), 0);
    assert_string_equal(value, "A B");
    free(value);
    assert_int_equal(http_query_param(req, "d", &value), -ENOENT);
    bed_reply(req, 200, "");
}

/* Some 300 parameters use up the memory MHD keeps them in, and it then hangs. */
static void
a_query_of_thousands_of_parameters_arrives_whole(void **state)
{
    enum { PAIRS = 4000 };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    peer_send(peer, "GET /?");
    for (int i = 0; i < PAIRS; i++)
        peer_send(peer, "a=1&");
    peer_send(peer, " HTTP/1.1\r\nHost: h\r\n\r\n");
    bed_until_count(*state, &at->n_requests, 1);
    assert_int_equal(http_query(at->requests[0]).len, PAIRS * 4);
    bed_reply(at->requests[0], 200, "fine");
    peer_until(peer, "fine");
}

/* -- what is refused -------------------------------------------------------------- */

static void
malformed_heads_are_refused_and_the_connection_is_closed(void **state)
{
    static const char *const heads[] = {
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 5\r\n\r\nhello",
        "GET / HTTP/1.1\r\nHost: h\r\nX Y: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX(Y): 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: \x01\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n:\r\nGET /smuggled HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n 0\r\n\r\nhello",
        "GET / HTTP/1.1\r\nHost: h\r\nX: 1\r\n\tfolded\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a\x7f HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: h\r\n\r\n",
    };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });

    for (size_t i = 0; i < LAMB_COUNT(heads); i++) {
        struct peer *peer = peer_connect(at);

        print_message("# case %zu\n", i);
        peer_send(peer, heads[i]);
        peer_until_closed(peer);
        assert_true(peer_has(peer, "HTTP/1.1 400 Bad Request\r\n"));
        assert_true(peer_has(peer, "Connection: close\r\n"));
        assert_true(peer_has(peer, "\r\n\r\n{\"message\":\""));
        peer_close(peer);
    }
    assert_int_equal(at->n_requests, 0);
    assert_int_equal(http_server_stats(at->server)->refused, LAMB_COUNT(heads));
}

/* MHD answers these itself, with its own text (and, up to 0.9.75 at least, with its
 * head twice when the length is no number). */
static void
what_mhd_refuses_is_answered_and_closed(void **state)
{
    static const struct {
        const char *head;
        const char *status;
    } cases[] = {
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5 \r\n\r\nhello", "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n",
          "413" },
        { "GET / HTTP/1.1\r\nno colon\r\n\r\n", "400" },
        { "GET / HTTP/2.0\r\nHost: h\r\n\r\n", "505" },
        { "GET / XTTP/1.1\r\nHost: h\r\n\r\n", "400" },
    };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });

    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct peer *peer = peer_connect(at);
        char wanted[32];

        print_message("# case %zu\n", i);
        assert_int_equal(
            lamb_format(wanted, sizeof(wanted), "HTTP/1.1 %s ", cases[i].status), 0);
        peer_send(peer, cases[i].head);
        peer_until_closed(peer);
        assert_true(peer_has(peer, wanted));
        peer_close(peer);
    }
    assert_int_equal(at->n_requests, 0);
}

static void
heads_that_are_too_large_are_refused(void **state)
{
    static const char *const pieces[] = {
        "X-Long: 0123456789012345678901234567890123456789\r\n",
        "a: 1\r\n",
        "Cookie: a=1; b=2; c=3; d=4; e=5; f=6\r\n",
    };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });

    for (size_t i = 0; i < LAMB_COUNT(pieces); i++) {
        struct peer *peer = peer_connect(at);

        peer_send(peer, "GET / HTTP/1.1\r\nHost: h\r\n");
        for (size_t n = 0; n < 40000; n += strlen(pieces[i]))
            peer_send(peer, pieces[i]);
        peer_send(peer, "\r\n");
        peer_until_closed(peer);
        assert_true(peer_has(peer, "HTTP/1.1 431 "));
        peer_close(peer);
    }
    assert_int_equal(at->n_requests, 0);
}

static void
a_head_of_thirty_kilobytes_passes(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    static char value[29 * 1024 + 1];

    memset(value, 'v', sizeof(value) - 1);
    peer_send(peer, "GET / HTTP/1.1\r\nHost: h\r\nX-Long: ");
    peer_send(peer, value);
    peer_send(peer, "\r\n\r\n");
    bed_until_count(*state, &at->n_requests, 1);
    assert_int_equal(http_header(at->requests[0], "x-long").len, sizeof(value) - 1);
    bed_reply(at->requests[0], 200, "long");
    peer_until(peer, "long");
}

/*
 * Whatever comes, the daemon must neither crash nor keep the loop busy afterwards: an
 * idle loop turns a handful of times in 50 ms, a spinning one thousands of times.
 */
static void
no_garbage_makes_the_loop_spin(void **state)
{
    static const struct lamb_span garbage[] = {
        BYTES("GET /\0?a&b&c HTTP/1.1\r\nHost: h\r\n\r\n"),
        BYTES("\0\0\0\0\r\n\r\n"),
        BYTES("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"),
        BYTES("GET / HTTP/1.1\r\nHo\0st: h\r\n\r\n"),
        BYTES("GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\t more\r\n\r\n"),
        BYTES("GET / HTTP/1.1\nHost: h\n\n"),
        BYTES("\r\n\r\n\r\n"),
        BYTES("GET"),
        BYTES("GET "),
        BYTES("GET /"),
        BYTES(" / HTTP/1.1\r\n\r\n"),
    };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer;

    for (size_t i = 0; i < LAMB_COUNT(garbage); i++) {
        peer = peer_connect(at);
        peer_send_bytes(peer, garbage[i].ptr, garbage[i].len);
        assert_true(bed_for_ms(*state, 10) < 100);
    }
    peer = peer_connect(at);
    peer_send_bytes(peer, "GET /\0?", 7);
    for (int i = 0; i < 4000; i++)
        peer_send(peer, "a&");
    peer_send(peer, " HTTP/1.1\r\nHost: h\r\n\r\n");
    peer_until_closed(peer);
    assert_true(bed_for_ms(*state, 50) < 100);

    peer = peer_connect(at);
    peer_send(peer, "GET / HTTP/1.1\r\nHost: h\r\nCookie: ");
    for (int i = 0; i < 3500; i++)
        peer_send(peer, "a=1; ");
    peer_send(peer, "\r\n\r\n");
    assert_true(bed_for_ms(*state, 50) < 400);
}

/* -- bodies ----------------------------------------------------------------------- */

static void
bodies_arrive_whole_in_both_framings(void **state)
{
    static const struct {
        const char *request;
        const char *body;
    } cases[] = {
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", "hello" },
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "" },
        { "POST / HTTP/1.1\r\nHost: h\r\n\r\n", "" },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\n\r\n",
          "hello" },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "" },
        { "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
          "hi" },
    };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    at->handle = bed_collect;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        peer_send(peer, cases[i].request);
        bed_until_count(*state, &at->n_bodies, i + 1);
        assert_int_equal(at->outcome, 0);
        assert_string_equal(lamb_buf_cstr(&at->body), cases[i].body);
        bed_reply(at->requests[i], 200, "ok");
        peer_until(peer, "\r\n\r\nok");
        peer_forget(peer);
    }
    assert_false(peer->is_closed);
}

static void
a_large_body_arrives_whole(void **state)
{
    enum { LEN = 6 * 1024 * 1024 };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    char *bytes = malloc(LEN);

    assert_non_null(bytes);
    for (size_t i = 0; i < LEN; i++)
        bytes[i] = (char)(i * 31 + i / 251);
    at->handle = bed_collect;
    at->max_body = LEN;
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6291456\r\n\r\n");
    peer_send_bytes(peer, bytes, LEN);
    bed_until_count(*state, &at->n_bodies, 1);
    assert_int_equal(at->body.len, LEN);
    assert_memory_equal(at->body.ptr, bytes, LEN);
    free(bytes);
}

static void
a_body_of_exactly_the_maximum_passes_and_one_more_does_not(void **state)
{
    static const struct {
        const char *request;
        int outcome;
    } cases[] = {
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\n12345678", 0 },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
          "4\r\n1234\r\n4\r\n5678\r\n0\r\n\r\n",
          0 },
        { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n123456789",
          HTTP_E_TOO_LARGE },
        { "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
          "4\r\n1234\r\n5\r\n56789\r\n0\r\n\r\n",
          HTTP_E_TOO_LARGE },
    };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });

    at->handle = bed_collect;
    at->max_body = 8;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct peer *peer = peer_connect(at);

        peer_send(peer, cases[i].request);
        bed_until_count(*state, &at->n_bodies, i + 1);
        assert_int_equal(at->outcome, cases[i].outcome);
        if (!at->outcome)
            bed_reply(at->requests[i], 200, "ok");
        peer_until(peer, at->outcome ? "HTTP/1.1 413 " : "HTTP/1.1 200 ");
        peer_close(peer);
    }
}

/* The client gets the answer whether it waits for it or sends on regardless. */
static void
a_body_announced_too_large_is_refused_before_it_is_read(void **state)
{
    static const char *const heads[] = {
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 7000000\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 7000000\r\n"
        "Expect: 100-continue\r\n\r\n",
    };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });

    at->handle = bed_collect;
    for (size_t i = 0; i < LAMB_COUNT(heads); i++) {
        struct peer *peer = peer_connect(at);

        peer_send(peer, heads[i]);
        peer_until(peer, "too large");
        peer_until_closed(peer);
        assert_true(peer_has(peer, "HTTP/1.1 413 "));
        assert_false(peer_has(peer, "100 Continue"));
        peer_close(peer);
    }
}

static void
a_client_that_sends_on_regardless_still_reads_the_answer(void **state)
{
    enum { LEN = 7000000 };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    char *bytes = calloc(1, LEN);

    assert_non_null(bytes);
    at->handle = bed_collect;
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 7000000\r\n\r\n");
    peer_send_bytes(peer, bytes, LEN);
    peer_until_closed(peer);
    assert_true(peer_has(peer, "HTTP/1.1 413 "));
    assert_true(peer_has(peer, "too large"));
    free(bytes);
}

static void
an_expected_100_continue_is_sent(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    at->handle = bed_collect;
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                    "Expect: 100-continue\r\n\r\n");
    peer_until(peer, "HTTP/1.1 100 Continue\r\n\r\n");
    peer_send(peer, "hi");
    bed_until_count(*state, &at->n_bodies, 1);
    bed_reply(at->requests[0], 200, "done");
    peer_until(peer, "done");
}

static void
a_request_may_be_parked_before_its_body_is_read(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    peer_send(peer, "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
    bed_until_count(*state, &at->n_requests, 1);
    (void)bed_for_ms(*state, 5);
    bed_collect(at, at->requests[0]);
    assert_int_equal(at->n_bodies, 0); /* never from within the call */
    bed_until_count(*state, &at->n_bodies, 1);
    assert_string_equal(lamb_buf_cstr(&at->body), "hi");
    bed_reply(at->requests[0], 200, "done");
    peer_until(peer, "done");

    peer_send(peer, "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
    bed_until_count(*state, &at->n_requests, 2);
    (void)bed_for_ms(*state, 5);
    bed_reply(at->requests[1], 403, "no");
    peer_until_closed(peer);
    assert_true(peer_has(peer, "HTTP/1.1 403 "));

    peer = peer_connect(at);
    peer_send(peer, "POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                    "Expect: 100-continue\r\n\r\n");
    bed_until_count(*state, &at->n_requests, 3);
    (void)bed_for_ms(*state, 5);
    bed_reply(at->requests[2], 403, "never");
    peer_until_closed(peer);
    assert_true(peer_has(peer, "never"));
    assert_false(peer_has(peer, "100 Continue"));
}

static void
note_chunk(void *data, struct http_request *req, struct lamb_span chunk)
{
    struct bed_server *at = data;

    (void)req;
    at->n_chunks++;
    assert_int_equal(lamb_buf_span(&at->trace, chunk), 0);
}

static void
note_end(void *data, struct http_request *req)
{
    struct bed_server *at = data;
    struct lamb_span type = http_trailer(req, "lambda-runtime-function-error-type");

    assert_int_equal(
        lamb_buf_printf(&at->trace, "|%.*s", (int)type.len, type.ptr ? type.ptr : ""),
        0);
    at->n_bodies++;
}

static void
stream_in(struct bed_server *at, struct http_request *req)
{
    http_stream_body(req, note_chunk, note_end, at);
}

static void
a_streamed_body_comes_in_pieces_and_trailers_at_the_end(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    at->handle = stream_in;
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\none\r\n");
    bed_until_count(*state, &at->n_chunks, 1);
    assert_string_equal(lamb_buf_cstr(&at->trace), "one");
    peer_send(peer, "3\r\ntwo\r\n");
    bed_until_count(*state, &at->n_chunks, 2);
    assert_null(http_trailer(at->requests[0], "X").ptr);
    peer_send(peer, "0\r\nLambda-Runtime-Function-Error-Type: Boom\r\n\r\n");
    bed_until_count(*state, &at->n_bodies, 1);
    assert_string_equal(lamb_buf_cstr(&at->trace), "onetwo|Boom");
    bed_reply(at->requests[0], 202, "ok");
    peer_until(peer, "202 Accepted");
}

static void
pause_first(void *data, struct http_request *req, struct lamb_span chunk)
{
    struct bed_server *at = data;

    note_chunk(data, req, chunk);
    if (at->n_chunks == 1)
        http_pause_body(req);
}

static void
stream_in_pausing(struct bed_server *at, struct http_request *req)
{
    http_stream_body(req, pause_first, note_end, at);
}

static void
a_paused_body_waits_until_it_is_continued(void **state)
{
    enum { LEN = 400000 };
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);
    char *bytes = calloc(1, LEN);

    assert_non_null(bytes);
    memset(bytes, 'x', LEN);
    at->handle = stream_in_pausing;
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 400000\r\n\r\n");
    peer_send_bytes(peer, bytes, LEN);
    bed_until_count(*state, &at->n_chunks, 1);
    assert_true(bed_for_ms(*state, 10) < 100);
    assert_true(at->trace.len <= 64 * 1024);
    http_continue_body(at->requests[0]);
    bed_until_count(*state, &at->n_bodies, 1);
    assert_int_equal(at->trace.len, LEN + 1);
    bed_reply(at->requests[0], 202, "ok");
    peer_until(peer, "202 Accepted");
    free(bytes);
}

static void
refuse_chunk(void *data, struct http_request *req, struct lamb_span chunk)
{
    (void)data;
    (void)chunk;
    bed_reply(req, 400, "enough");
}

static void
stream_in_refusing(struct bed_server *at, struct http_request *req)
{
    http_stream_body(req, refuse_chunk, note_end, at);
}

static void
a_body_may_be_answered_while_it_arrives(void **state)
{
    struct bed_server *at = bed_serve(*state, (struct http_server_config){ 0 });
    struct peer *peer = peer_connect(at);

    at->handle = stream_in_refusing;
    peer_send(peer, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345");
    peer_until(peer, "\r\n\r\nenough");
    peer_until_closed(peer);
    assert_true(peer_has(peer, "HTTP/1.1 400 Bad Request\r\n"));
    assert_true(peer_has(peer, "Connection: close\r\n"));
    peer_send(peer, "67890");
    (void)bed_for_ms(*state, 5);
    assert_int_equal(at->n_bodies, 0);
    assert_int_equal(at->n_gone, 0);
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
    const struct CMUnitTest tests[] = {
        BED_TEST(headers_are_found_whatever_their_case),
        BED_TEST(a_query_of_thousands_of_parameters_arrives_whole),
        BED_TEST(malformed_heads_are_refused_and_the_connection_is_closed),
        BED_TEST(what_mhd_refuses_is_answered_and_closed),
        BED_TEST(heads_that_are_too_large_are_refused),
        BED_TEST(a_head_of_thirty_kilobytes_passes),
        BED_TEST(no_garbage_makes_the_loop_spin),
        BED_TEST(bodies_arrive_whole_in_both_framings),
        BED_TEST(a_large_body_arrives_whole),
        BED_TEST(a_body_of_exactly_the_maximum_passes_and_one_more_does_not),
        BED_TEST(a_body_announced_too_large_is_refused_before_it_is_read),
        BED_TEST(a_client_that_sends_on_regardless_still_reads_the_answer),
        BED_TEST(an_expected_100_continue_is_sent),
        BED_TEST(a_request_may_be_parked_before_its_body_is_read),
        BED_TEST(a_streamed_body_comes_in_pieces_and_trailers_at_the_end),
        BED_TEST(a_paused_body_waits_until_it_is_continued),
        BED_TEST(a_body_may_be_answered_while_it_arrives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
