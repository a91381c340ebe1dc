/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/telemetry_buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct telemetry_subscription small = { .max_items = 3,
                                                     .max_bytes = 100,
                                                     .timeout_ms = 1 };

static void
expect_batch(struct telemetry_buffer *buffer, const char *want)
{
    LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(1024 * 1024);

    assert_int_equal(telemetry_buffer_take(buffer, &got, 777), 0);
    assert_string_equal(lamb_buf_cstr(&got), want);
}

static void
a_batch_is_due_after_the_timeout_of_its_oldest_event(void **unused)
{
    struct telemetry_buffer b;

    (void)unused;
    telemetry_buffer_init(&b, &small, NULL, 0);
    assert_true(telemetry_buffer_due_ns(&b) == TELEMETRY_NEVER);
    telemetry_buffer_add(&b, LAMB_SPAN("{}"), 5);
    telemetry_buffer_add(&b, LAMB_SPAN("1"), 9);
    assert_int_equal(telemetry_buffer_due_ns(&b), 1000005);
    expect_batch(&b, "[{},1]");
    assert_true(telemetry_buffer_due_ns(&b) == TELEMETRY_NEVER);
    telemetry_buffer_fini(&b);
}

static void
a_batch_is_due_at_once_when_it_is_full(void **unused)
{
    struct telemetry_buffer b;
    char big[101];

    (void)unused;
    telemetry_buffer_init(&b, &small, NULL, 0);
    for (int i = 0; i < 4; i++)
        telemetry_buffer_add(&b, LAMB_SPAN("1"), 5);
    assert_int_equal(telemetry_buffer_due_ns(&b), 5);
    expect_batch(&b, "[1,1,1]");
    assert_int_equal(telemetry_buffer_due_ns(&b), 777 + 1000000);
    expect_batch(&b, "[1]");
    memset(big, '7', sizeof(big));
    telemetry_buffer_add(&b, lamb_span_of(big, 100), 6);
    assert_int_equal(telemetry_buffer_due_ns(&b), 6);
    telemetry_buffer_fini(&b);
}

static void
a_flush_makes_all_that_waits_due(void **unused)
{
    struct telemetry_buffer b;

    (void)unused;
    telemetry_buffer_init(&b, &small, NULL, 0);
    telemetry_buffer_flush(&b);
    assert_true(telemetry_buffer_due_ns(&b) == TELEMETRY_NEVER);
    for (int i = 0; i < 4; i++)
        telemetry_buffer_add(&b, LAMB_SPAN("1"), 5);
    telemetry_buffer_flush(&b);
    expect_batch(&b, "[1,1,1]");
    assert_int_equal(telemetry_buffer_due_ns(&b), 777);
    expect_batch(&b, "[1]");
    telemetry_buffer_add(&b, LAMB_SPAN("1"), 8);
    assert_int_equal(telemetry_buffer_due_ns(&b), 1000008);
    telemetry_buffer_fini(&b);
}

static void
tcp_gets_lines(void **unused)
{
    struct telemetry_subscription s = small;
    struct telemetry_buffer b;

    (void)unused;
    s.is_tcp = true;
    telemetry_buffer_init(&b, &s, NULL, 0);
    telemetry_buffer_add(&b, LAMB_SPAN("{\"a\":1}"), 5);
    telemetry_buffer_add(&b, LAMB_SPAN("{}"), 5);
    expect_batch(&b, "{\"a\":1}\n{}\n");
    telemetry_buffer_fini(&b);
}

static void
what_does_not_fit_is_counted(void **unused)
{
    static char big[1000];
    struct telemetry_buffer b;
    uint64_t added = 0;

    (void)unused;
    memset(big, '7', sizeof(big));
    telemetry_buffer_init(&b, &small, NULL, 0);
    for (; added < 2000; added++)
        telemetry_buffer_add(&b, lamb_span_of(big, sizeof(big)), 5);
    assert_true(b.items > 1000 && b.dropped_records > 0);
    assert_int_equal(b.items + b.dropped_records, added);
    assert_int_equal(b.dropped_bytes, b.dropped_records * sizeof(big));
    telemetry_buffer_fini(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_due_after_the_timeout_of_its_oldest_event),
        cmocka_unit_test(a_batch_is_due_at_once_when_it_is_full),
        cmocka_unit_test(a_flush_makes_all_that_waits_due),
        cmocka_unit_test(tcp_gets_lines),
        cmocka_unit_test(what_does_not_fit_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
