/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/floor_http.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

#define EVENT "HTTP/1.1 200 OK\r\nX-Id:  seven \r\ncontent-LENGTH: 5\r\n\r\nhello"
#define QUESTION "GET /next HTTP/1.1\r\nHost: x\r\n\r\n"

static void
a_message_is_whole_only_with_its_last_byte(void **state)
{
    struct lamb_span event = LAMB_SPAN(EVENT);
    struct floor_message msg;

    (void)state;
    for (size_t len = 0; len < event.len; len++) {
        assert_int_equal(floor_parse(lamb_span_of(event.ptr, len), &msg), 0);
        assert_int_equal(msg.known_len, len < event.len - 5 ? 0 : event.len);
    }
    assert_int_equal(floor_parse(event, &msg), 1);
    assert_int_equal(msg.known_len, event.len);
    assert_int_equal(floor_status(event, &msg), 200);
    assert_true(lamb_span_is(floor_body(event, &msg), "hello"));
    assert_true(lamb_span_is(floor_header(event, &msg, "x-ID"), "seven"));
    assert_null(floor_header(event, &msg, "X-I").ptr);
    assert_null(floor_header(event, &msg, "hello").ptr);
}

static void
what_follows_a_message_is_the_next_one(void **state)
{
    struct lamb_span both = LAMB_SPAN(EVENT QUESTION);
    struct floor_message msg;

    (void)state;
    assert_int_equal(floor_parse(both, &msg), 1);
    both = lamb_span_of(both.ptr + msg.known_len, both.len - msg.known_len);
    assert_int_equal(floor_parse(both, &msg), 1);
    assert_int_equal(msg.body_len, 0);
    assert_true(lamb_span_is(floor_first_line(both, &msg), "GET /next HTTP/1.1"));
    assert_int_equal(floor_status(both, &msg), -EBADMSG);
}

static void
what_cannot_be_framed_is_refused(void **state)
{
    static const struct {
        const char *headers;
        int result;
    } cases[] = {
        { "Content-Length: 0\r\n", 1 },
        { "Content-Length: 5\r\n", 0 },
        { "Content-Length: 0\r\nContent-Length: 0\r\n", 1 },
        { "Content-Length: 0\r\nContent-Length: 1\r\n", -EBADMSG },
        { "Content-Length: +1\r\n", -EBADMSG },
        { "Content-Length: -1\r\n", -EBADMSG },
        { "Content-Length: 1 1\r\n", -EBADMSG },
        { "Content-Length: 0x5\r\n", -EBADMSG },
        { "Content-Length:\r\n", -EBADMSG },
        { "Content-Length: 33554433\r\n", -EMSGSIZE },
        { "Content-Length: 18446744073709551616\r\n", -EMSGSIZE },
        { "Transfer-Encoding: chunked\r\n", -EBADMSG },
        { "", -EBADMSG }, /* a response has to say its length */
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1000);
        struct floor_message msg;

        (void)lamb_buf_printf(&text, "HTTP/1.1 200 OK\r\n%s\r\n", cases[i].headers);
        print_message("# case %zu\n", i);
        assert_int_equal(floor_parse(lamb_buf_view(&text), &msg), cases[i].result);
    }
}

static void
a_head_without_end_is_refused(void **state)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(2 * FLOOR_HEAD_MAX);
    struct floor_message msg;

    (void)state;
    while (text.len < FLOOR_HEAD_MAX)
        assert_int_equal(lamb_buf_char(&text, 'x'), 0);
    assert_int_equal(floor_parse(lamb_buf_view(&text), &msg), 0);
    assert_int_equal(lamb_buf_char(&text, 'x'), 0);
    assert_int_equal(floor_parse(lamb_buf_view(&text), &msg), -EMSGSIZE);
}

/* Take what the other side has written by now and flush what it could not write. */
static void
pump(struct floor_io *from, struct floor_io *to)
{
    int r;

    assert_int_equal(floor_flush(from), 0);
    do
        r = floor_receive(to, 0);
    while (r == 1);
    assert_int_equal(r, 0);
}

static void
more_than_the_socket_takes_arrives_in_order(void **state)
{
    struct floor_io a = FLOOR_IO_CLOSED;
    struct floor_io b = FLOOR_IO_CLOSED;
    enum { BIG = 4 * 1024 * 1024 };
    LAMB_AUTOFREE char *big = malloc(BIG);
    int pair[2];

    (void)state;
    assert_non_null(big);
    for (size_t i = 0; i < BIG; i++)
        big[i] = (char)('a' + i % 26 + i / 26 % 3);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    floor_io_init(&a, pair[0]);
    floor_io_init(&b, pair[1]);
    {
        struct iovec pieces[] = { floor_piece(LAMB_SPAN("<")),
                                  floor_piece(lamb_span_of(big, BIG)),
                                  floor_piece(LAMB_SPAN("")),
                                  floor_piece(LAMB_SPAN(">")) };
        struct iovec more = floor_piece(LAMB_SPAN("!"));

        assert_int_equal(floor_send(&a, pieces, LAMB_COUNT(pieces)), 0);
        assert_true(floor_is_sending(&a));
        assert_int_equal(floor_send(&a, &more, 1), 0);
    }
    while (floor_is_sending(&a))
        pump(&a, &b);
    pump(&a, &b);
    assert_int_equal(b.in.len, BIG + 3);
    assert_memory_equal(b.in.ptr + 1, big, BIG);
    assert_memory_equal(b.in.ptr + 1 + BIG, ">!", 2);
    floor_io_fini(&a);
    assert_int_equal(floor_receive(&b, 0), -ECONNRESET);
    floor_io_fini(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_whole_only_with_its_last_byte),
        cmocka_unit_test(what_follows_a_message_is_the_next_one),
        cmocka_unit_test(what_cannot_be_framed_is_refused),
        cmocka_unit_test(a_head_without_end_is_refused),
        cmocka_unit_test(more_than_the_socket_takes_arrives_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
