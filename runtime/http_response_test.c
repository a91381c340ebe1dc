/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/http_response.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

#define H "HTTP/1.1 200 OK\r\n"

struct expectation {
    const char *text;
    unsigned status;
    const char *body;
    bool keep_alive;
    size_t rest; /* bytes of the text that belong to the next response */
};

static const struct expectation good[] = {
    /* lengths */
    { H "Content-Length: 2\r\n\r\nab", 200, "ab", true, 0 },
    { H "Content-Length: 2\r\n\r\nabHTTP", 200, "ab", true, 4 },
    { H "content-length:\t0 \r\n\r\n", 200, "", true, 0 },
    { H "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab", 200, "ab", true, 0 },
    { "HTTP/1.1 202\r\nContent-Length: 0\r\n\r\n", 202, "", true, 0 },
    { "HTTP/1.1 204 No\r\n\r\nHTTP", 204, "", true, 4 },
    { "HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", 304, "", true, 0 },
    /* chunks */
    { H "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0A;q=\"1\"\r\n0123456789\r\n"
        "0\r\n\r\nHTTP",
      200, "abc0123456789", true, 4 },
    { H "Transfer-Encoding: chunked\r\n\r\n000\r\nA: b\r\nC: d\r\n\r\n", 200, "", true,
      0 },
    /* connections */
    { H "Connection: close\r\nContent-Length: 0\r\n\r\n", 200, "", false, 0 },
    { H "Connection: Upgrade, CLOSE ,x\r\nContent-Length: 0\r\n\r\n", 200, "", false,
      0 },
    { H "Connection: keep-alive, closed\r\nContent-Length: 0\r\n\r\n", 200, "", true,
      0 },
    { "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", false, 0 },
    { H "\r\nto the end", 200, "to the end", false, 0 },
    { H "\r\n", 200, "", false, 0 },
    /* interim responses */
    { "HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 103 Hints\r\n"
      "Content-Length: 9\r\n\r\n" H "Content-Length: 1\r\n\r\na",
      200, "a", true, 0 },
};

static const struct {
    const char *text;
    int result;
} bad[] = {
    /* lengths */
    { H "Content-Length: 2\r\nContent-Length: 3\r\n\r\nab", -EBADMSG },
    { H "Content-Length: 2x\r\n\r\nab", -EBADMSG },
    { H "Content-Length: -2\r\n\r\nab", -EBADMSG },
    { H "Content-Length: +2\r\n\r\nab", -EBADMSG },
    { H "Content-Length:\r\n\r\nab", -EBADMSG },
    { H "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", -EBADMSG },
    { H "Content-Length: 99999999999999999999999\r\n\r\n", -EMSGSIZE },
    { H "Content-Length: 67108865\r\n\r\n", -EMSGSIZE },
    { H "Content-Length: 3\r\n\r\nab", -ECONNRESET },
    /* chunks */
    { H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", -EBADMSG },
    { H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      -EBADMSG },
    { H "Transfer-Encoding: chunked\r\n\r\n\r\n", -EBADMSG },
    { H "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n", -EBADMSG },
    { H "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n", -EBADMSG },
    { H "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", -EBADMSG },
    { H "Transfer-Encoding: chunked\r\n\r\n3\r\nab\r\n0\r\n\r\n", -EBADMSG },
    { H "Transfer-Encoding: chunked\r\n\r\n4000001\r\n", -EMSGSIZE },
    { H "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n", -EMSGSIZE },
    { H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", -ECONNRESET },
    { H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", -ECONNRESET },
    /* interim responses */
    { "HTTP/1.1 101 Switching\r\n\r\n", -EBADMSG },
    /* not HTTP as we speak it */
    { "HTTP/2 200\r\n\r\n", -EBADMSG },
    { "HTTP/1.1  200 OK\r\n\r\n", -EBADMSG },
    { "HTTP/1.1 2000 OK\r\n\r\n", -EBADMSG },
    { "HTTP/1.1 99 OK\r\n\r\n", -EBADMSG },
    { "HTTP/1.1 600 OK\r\n\r\n", -EBADMSG },
    { "HTTP/1.1 200 OK\n\r\n", -EBADMSG },
    { "\r\n" H, -EBADMSG },
    { H "no colon\r\n\r\n", -EBADMSG },
    { H ": no name\r\n\r\n", -EBADMSG },
    { H "Space : x\r\n\r\n", -EBADMSG },
    { H "A: b\r\n folded\r\n\r\n", -EBADMSG },
    { H "A: b\nC: d\r\n\r\n", -EBADMSG },
    { H "A: b\rC: d\r\n\r\n", -EBADMSG },
    { "", -ECONNRESET },
    { H "A: b", -ECONNRESET },
};

/* Read TEXT in pieces of STEP bytes, in memory of exactly its size; WANT it so. */
static int
read_in_pieces(const char *text, size_t step, const struct expectation *want)
{
    size_t len = strlen(text);
    char *bytes = calloc(1, len + 1);
    struct lamb_http_response res;
    int r = LAMB_HTTP_MORE;
    size_t at = 0;

    assert_non_null(bytes);
    lamb_http_response_init(&res);
    while (r == LAMB_HTTP_MORE && at < len) {
        size_t n = len - at < step ? len - at : step;

        assert_true(lamb_http_response_want(&res, at) > 0);
        memcpy(bytes + at, text + at, n);
        at += n;
        r = lamb_http_response_parse(&res, bytes, at, false);
    }
    if (r == LAMB_HTTP_MORE)
        r = lamb_http_response_parse(&res, bytes, at, true);
    if (want) {
        assert_int_equal(res.status, want->status);
        assert_int_equal(res.keep_alive, want->keep_alive);
        assert_int_equal(len - res.at, want->rest);
        assert_true(lamb_span_is(lamb_http_response_body(&res, bytes), want->body));
    }
    free(bytes);
    return r;
}

static const size_t steps[] = { 1, 2, 7, 4096 };

static void
each_response_is_read_the_same_in_any_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(good); i++)
        for (size_t k = 0; k < LAMB_COUNT(steps); k++) {
            print_message("# response %zu in pieces of %zu\n", i, steps[k]);
            assert_int_equal(read_in_pieces(good[i].text, steps[k], &good[i]), 0);
        }
}

static void
what_is_no_response_is_refused_in_any_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(bad); i++)
        for (size_t k = 0; k < LAMB_COUNT(steps); k++) {
            print_message("# refusal %zu in pieces of %zu\n", i, steps[k]);
            assert_int_equal(read_in_pieces(bad[i].text, steps[k], NULL),
                             bad[i].result);
        }
}

static void
headers_are_found_in_any_case(void **state)
{
    char text[] =
        H "X-One:  a b \r\nx-two:\r\nX-One: second\r\nContent-Length:0\r\n\r\n";
    struct lamb_http_response res;

    (void)state;
    lamb_http_response_init(&res);
    assert_int_equal(lamb_http_response_parse(&res, text, sizeof(text) - 1, false), 0);
    assert_string_equal(lamb_http_response_find(&res, text, "x-oNE"), "a b");
    assert_null(lamb_http_response_find(&res, text, "X-Two"));
    assert_null(lamb_http_response_find(&res, text, "X-On"));
    assert_string_equal(lamb_http_response_find(&res, text, "Content-Length"), "0");
}

static void
a_nul_in_a_header_is_refused(void **state)
{
    char text[] = H "A: b\0c\r\n\r\n";
    struct lamb_http_response res;

    (void)state;
    lamb_http_response_init(&res);
    assert_int_equal(lamb_http_response_parse(&res, text, sizeof(text) - 1, false),
                     -EBADMSG);
}

static void
lines_without_end_are_refused_at_the_maximum(void **state)
{
    static char text[LAMB_HTTP_HEAD_MAX + 1];
    struct lamb_http_response res;

    (void)state;
    memset(text, 'x', sizeof(text));
    memcpy(text, H "A: ", sizeof(H "A: ") - 1);
    lamb_http_response_init(&res);
    assert_int_equal(lamb_http_response_parse(&res, text, LAMB_HTTP_HEAD_MAX, false),
                     LAMB_HTTP_MORE);
    assert_int_equal(lamb_http_response_parse(&res, text, sizeof(text), false),
                     -EMSGSIZE);
}

static void
too_many_headers_are_refused(void **state)
{
    char text[sizeof(H) + (LAMB_HTTP_FIELDS_MAX + 1) * 6] = H;
    struct lamb_http_response res;
    size_t len = sizeof(H) - 1;

    (void)state;
    for (int i = 0; i <= LAMB_HTTP_FIELDS_MAX; i++, len += 6)
        memcpy(text + len, "A: b\r\n", 6);
    lamb_http_response_init(&res);
    assert_int_equal(lamb_http_response_parse(&res, text, len - 6, false),
                     LAMB_HTTP_MORE);
    assert_int_equal(lamb_http_response_parse(&res, text, len, false), -EMSGSIZE);
}

static void
a_known_length_is_worth_that_much_room(void **state)
{
    char text[] = H "Content-Length: 1000000\r\n\r\nab";
    struct lamb_http_response res;

    (void)state;
    lamb_http_response_init(&res);
    assert_int_equal(lamb_http_response_parse(&res, text, sizeof(text) - 1, false),
                     LAMB_HTTP_MORE);
    assert_int_equal(lamb_http_response_want(&res, sizeof(text) - 1), 1000000 - 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_response_is_read_the_same_in_any_pieces),
        cmocka_unit_test(what_is_no_response_is_refused_in_any_pieces),
        cmocka_unit_test(headers_are_found_in_any_case),
        cmocka_unit_test(a_nul_in_a_header_is_refused),
        cmocka_unit_test(lines_without_end_are_refused_at_the_maximum),
        cmocka_unit_test(too_many_headers_are_refused),
        cmocka_unit_test(a_known_length_is_worth_that_much_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
