/* SPDX-License-Identifier: Apache-2.0 */

/* Responses that are streamed, as the Runtime API sees them. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/serving.h"

static int write_result; /* of the last lamb_write in a handler */

static int
stream_two_parts(struct lamb_invocation *inv)
{
    serving.calls++;
    assert_int_equal(lamb_write(inv, "be", 2), 0);
    assert_int_equal(lamb_stream(inv, "text/event-stream"), 0);
    assert_int_equal(lamb_stream(inv, NULL), -EALREADY);
    assert_int_equal(lamb_reply(inv, "x", 1), -EBUSY);
    assert_int_equal(lamb_write(inv, "", 0), 0);
    return lamb_printf(inv, "%s", "0123456789abcdefg");
}

static int
stream_and_fail(struct lamb_invocation *inv)
{
    assert_int_equal(lamb_stream(inv, NULL), 0);
    assert_int_equal(lamb_write(inv, "part", 4), 0);
    return lamb_fail(inv, "Late.Error", "too late");
}

static int
stream_nothing(struct lamb_invocation *inv)
{
    return lamb_stream(inv, NULL);
}

static int
stream_nothing_and_fail(struct lamb_invocation *inv)
{
    assert_int_equal(lamb_stream(inv, NULL), 0);
    return 3;
}

#define STREAM_HEAD                                                                    \
    "Lambda-Runtime-Function-Response-Mode: streaming\r\n"                             \
    "Transfer-Encoding: chunked\r\n"                                                   \
    "Trailer: Lambda-Runtime-Function-Error-Type, "                                    \
    "Lambda-Runtime-Function-Error-Body\r\n\r\n"

static void
a_stream_is_sent_in_chunks_and_closes_its_connection(void **state)
{
    (void)state;
    PERFORM(stream_two_parts, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT_WITH("Lambda-Runtime-Invocation-Id: 5\r\n") },
            { PLAY_EXPECT_ONLY, "Content-Type: text/event-stream\r\n"
                                "Lambda-Runtime-Invocation-Id: 5\r\n" STREAM_HEAD
                                "2\r\nbe\r\n11\r\n0123456789abcdefg\r\n0\r\n\r\n" },
            { PLAY_SEND, OK }, { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT_ONLY, RESPONSE });
    assert_int_equal(serving.calls, 2);
}

static void
a_late_error_follows_the_stream_as_trailers(void **state)
{
    (void)state;
    /* base64 of {"errorMessage":"too late","errorType":"Late.Error","stackTrace":[]} */
    PERFORM(stream_and_fail, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT },
            { PLAY_EXPECT_ONLY,
              STREAM_HEAD "4\r\npart\r\n0\r\n"
                          "Lambda-Runtime-Function-Error-Type: Late.Error\r\n"
                          "Lambda-Runtime-Function-Error-Body: "
                          "eyJlcnJvck1lc3NhZ2UiOiJ0b28gbGF0ZSIsImVycm9yVHlwZSI6Ikxhd"
                          "GUuRXJyb3IiLCJzdGFja1RyYWNlIjpbXX0=\r\n\r\n" },
            { PLAY_SEND, OK });
}

static void
a_stream_without_a_byte_can_still_succeed_or_fail(void **state)
{
    (void)state;
    PERFORM(stream_nothing, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT_ONLY, STREAM_HEAD "0\r\n\r\n" },
            { PLAY_SEND, OK });
    PERFORM(stream_nothing_and_fail, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT, ERROR }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, OK });
}

static int
stream_for_ever(struct lamb_invocation *inv)
{
    static char part[256 * 1024];

    serving.calls++;
    assert_int_equal(lamb_stream(inv, NULL), 0);
    do
        write_result = lamb_write(inv, part, sizeof(part));
    while (write_result == 0);
    return 0;
}

static void
a_stream_that_nobody_reads_ends_with_epipe(void **state)
{
    (void)state;
    PERFORM(stream_for_ever, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT_HEAD, RESPONSE }, { PLAY_RESET, "" },
            { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, POLL }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT_HEAD, RESPONSE }, { PLAY_SEND, ANSWER("410 Gone") },
            { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, POLL });
    assert_int_equal(serving.calls, 2);
    assert_int_equal(write_result, -EPIPE);
    assert_non_null(
        strstr(serving.notices, "closed the connection while the response"));
    assert_non_null(strstr(serving.notices, "status 410"));
}

static void
a_stream_opens_a_new_connection_when_the_old_one_is_gone(void **state)
{
    (void)state;
    PERFORM(stream_two_parts, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT_WITH("Connection: close\r\n") }, { PLAY_CLOSE, "" },
            { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, RESPONSE }, { PLAY_SEND, OK });
}

static void
a_server_error_to_a_stream_ends_it(void **state)
{
    (void)state;
    PERFORM_TO(-EIO, "answered 500 to the response", stream_two_parts,
               { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
               { PLAY_EXPECT, RESPONSE }, { PLAY_SEND, ANSWER("500 Oops") });
}

/* Says {"n":1} and opens an array that it never ends. */
static int
leave_it_open(struct lamb_invocation *inv)
{
    assert_int_equal(lamb_stream(inv, NULL), 0);
    return lamb_write(inv, "[{\"n\":1}", 8);
}

static void
a_stream_that_is_left_open_ends_with_an_error(void **state)
{
    (void)state;
    PERFORM(leave_it_open, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT },
            { PLAY_EXPECT_ONLY,
              "8\r\n[{\"n\":1}\r\n0\r\n"
              "Lambda-Runtime-Function-Error-Type: Handler.StreamLeftOpen\r\n"
              "Lambda-Runtime-Function-Error-Body: " },
            { PLAY_SEND, OK }, { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT, RESPONSE });
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_sent_in_chunks_and_closes_its_connection),
        cmocka_unit_test(a_late_error_follows_the_stream_as_trailers),
        cmocka_unit_test(a_stream_without_a_byte_can_still_succeed_or_fail),
        cmocka_unit_test(a_stream_that_nobody_reads_ends_with_epipe),
        cmocka_unit_test(a_stream_opens_a_new_connection_when_the_old_one_is_gone),
        cmocka_unit_test(a_server_error_to_a_stream_ends_it),
        cmocka_unit_test(a_stream_that_is_left_open_ends_with_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
