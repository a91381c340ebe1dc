/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/telemetry.h"

/* cmocka.h needs these first */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the callback was called with, joined. */
static char seen[2000];

static void
note(const struct lamb_telemetry *record, void *data)
{
    size_t n = strlen(seen);

    assert_ptr_equal(data, seen);
    (void)snprintf(seen + n, sizeof(seen) - n, "%s %s %.*s\n", record->time,
                   record->type, (int)record->record.len, record->record.ptr);
}

static int
deliver(const char *body)
{
    seen[0] = '\0';
    return lamb_telemetry_deliver(lamb_span_str(body), note, seen);
}

static void
test_records_are_given_in_order_with_their_content(void **state)
{
    (void)state;
    assert_int_equal(
        deliver("[{\"time\":\"t1\",\"type\":\"function\",\"record\":\"a line\\n\"},"
                " {\"time\":\"t2\",\"type\":\"platform.x\",\"record\":{\"a\": 1}}]"),
        0);
    assert_string_equal(seen, "t1 function \"a line\\n\"\nt2 platform.x {\"a\":1}\n");
    assert_int_equal(deliver("[]"), 0);
    assert_string_equal(seen, "");
}

static void
test_what_is_no_array_of_records_is_given_not_even_in_part(void **state)
{
    static const char *const bodies[] = {
        "",
        "{}",
        "[",
        "null",
        "[1]",
        "[{\"time\":\"t\",\"type\":\"x\",\"record\":1},{}]",
        "[{\"time\":1,\"type\":\"x\",\"record\":1}]",
        "[{\"time\":\"t\",\"type\":\"x\"}]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        assert_int_equal(deliver(bodies[i]), -EBADMSG);
        assert_string_equal(seen, "");
    }
}

static void
test_a_request_says_how_long_it_is(void **state)
{
    static const struct {
        const char *head;
        int r;
        size_t length;
    } rows[] = {
        { "POST / HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 12 \r\n\r\n", 0, 12 },
        { "PUT /a HTTP/1.1\r\nContent-Length:0\r\n\r\n", 0, 0 },
        { "GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n", -EBADMSG, 0 },
        { "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", -EBADMSG, 0 },
        { "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", -EBADMSG,
          0 },
        { "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", -EBADMSG, 0 },
        { "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", -EMSGSIZE, 0 },
        { "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", -EMSGSIZE,
          0 },
        { "\r\n\r\n", -EBADMSG, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length = 0;

        assert_int_equal(lamb_telemetry_read_head(lamb_span_str(rows[i].head), &length),
                         rows[i].r);
        assert_int_equal(length, rows[i].length);
    }
}

/* Send TEXT to PORT, end it, and give what comes back until the other side closes. */
static void
ask(int port, const char *text, char *ret, size_t size)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t n = 0;
    ssize_t got;

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    while (n < size - 1 && (got = recv(fd, ret + n, size - 1 - n, 0)) > 0)
        n += (size_t)got;
    ret[n] = '\0';
    assert_int_equal(close(fd), 0);
}

static void
test_a_listener_takes_deliveries_and_refuses_nonsense(void **state)
{
    static const char good[] = "[{\"time\":\"t\",\"type\":\"x\",\"record\":1}]";
    struct lamb_telemetry_listener listener = LAMB_TELEMETRY_LISTENER_NONE;
    struct lamb_err err = { 0 };
    char text[500], answer[500];

    (void)state;
    seen[0] = '\0';
    assert_int_equal(lamb_telemetry_start(&listener, "127.0.0.1", note, seen, &err), 0);
    ask(listener.port, "nonsense\r\n\r\n", answer, sizeof(answer));
    assert_non_null(strstr(answer, "HTTP/1.1 400 "));
    ask(listener.port, "POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nhalf", answer,
        sizeof(answer));
    assert_non_null(strstr(answer, "HTTP/1.1 400 "));
    ask(listener.port, "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", answer,
        sizeof(answer));
    assert_non_null(strstr(answer, "HTTP/1.1 413 "));
    assert_string_equal(seen, "");
    (void)snprintf(text, sizeof(text),
                   "POST /in HTTP/1.1\r\nContent-Length: %zu\r\n\r\n%s",
                   sizeof(good) - 1, good);
    ask(listener.port, text, answer, sizeof(answer));
    assert_non_null(strstr(answer, "HTTP/1.1 200 "));
    assert_string_equal(seen, "t x 1\n");
    lamb_telemetry_stop(&listener);
    lamb_telemetry_stop(&listener); /* twice is once */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_are_given_in_order_with_their_content),
        cmocka_unit_test(test_what_is_no_array_of_records_is_given_not_even_in_part),
        cmocka_unit_test(test_a_request_says_how_long_it_is),
        cmocka_unit_test(test_a_listener_takes_deliveries_and_refuses_nonsense),
    };

    return cmocka_run_group_tests_name("telemetry", tests, NULL, NULL);
}
