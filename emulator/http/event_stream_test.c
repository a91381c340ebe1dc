/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/event_stream.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emulator/http/event_stream_testing.h"

static void
an_empty_message_is_the_published_one(void **unused)
{
    static const uint8_t want[] = { 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00,
                                    0x05, 0xC2, 0x48, 0xEB, 0x7D, 0x98, 0xC8, 0xFF };
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(1024);

    (void)unused;
    assert_int_equal(event_stream_append(&buf, NULL, 0, LAMB_SPAN("")), 0);
    assert_int_equal(buf.len, sizeof(want));
    assert_memory_equal(buf.ptr, want, sizeof(want));
}

static void
messages_follow_each_other_and_can_be_read_back(void **unused)
{
    const struct event_stream_header headers[] = { { ":message-type", "event" },
                                                   { ":event-type", "PayloadChunk" } };
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(1024);
    struct read_message message = { 0 };
    struct lamb_span rest = { 0 };
    struct lamb_span name = { 0 };
    struct lamb_span value = { 0 };

    (void)unused;
    assert_int_equal(event_stream_append(&buf, headers, 2, LAMB_SPAN("one")), 0);
    assert_int_equal(event_stream_append(&buf, headers, 1, LAMB_SPAN("two\0!")), 0);
    rest = lamb_buf_view(&buf);
    assert_true(read_message(&rest, &message));
    assert_true(lamb_span_is(message.payload, "one"));
    assert_true(read_header(&message.headers, &name, &value));
    assert_true(lamb_span_is(name, ":message-type") && lamb_span_is(value, "event"));
    assert_true(read_header(&message.headers, &name, &value));
    assert_true(lamb_span_is(value, "PayloadChunk"));
    assert_false(read_header(&message.headers, &name, &value));
    assert_true(read_message(&rest, &message));
    assert_int_equal(message.payload.len, 5);
    assert_int_equal(rest.len, 0);
}

static void
what_the_format_cannot_hold_is_refused(void **unused)
{
    static char text[70000];
    const struct event_stream_header empty = { "", "x" };
    const struct event_stream_header name = { text + sizeof(text) - 257, "x" };
    const struct event_stream_header value = { "x", text };
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(1024);

    (void)unused;
    memset(text, 'x', sizeof(text) - 1);
    assert_int_equal(event_stream_append(&buf, &empty, 1, LAMB_SPAN("")), -EMSGSIZE);
    assert_int_equal(event_stream_append(&buf, &name, 1, LAMB_SPAN("")), -EMSGSIZE);
    assert_int_equal(event_stream_append(&buf, &value, 1, LAMB_SPAN("")), -EMSGSIZE);
    assert_int_equal(
        event_stream_append(&buf, NULL, 0,
                            lamb_span_of(text, EVENT_STREAM_PAYLOAD_MAX + 1)),
        -EMSGSIZE);
    assert_int_equal(buf.len, 0);
    assert_int_equal(event_stream_append(&buf, NULL, 0, lamb_span_of(text, 2000)),
                     -EMSGSIZE); /* more than the buffer may hold */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_message_is_the_published_one),
        cmocka_unit_test(messages_follow_each_other_and_can_be_read_back),
        cmocka_unit_test(what_the_format_cannot_hold_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
