/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/log_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct event_origin origin = {
    .function_name = "hello",
    .function_version = "$LATEST",
};

static void
expect(const struct event *event, const char *want)
{
    LAMB_AUTOBUF struct lamb_buf line = LAMB_BUF_INIT(4096);

    assert_int_equal(log_line_format(event, &line), 0);
    assert_string_equal(lamb_buf_cstr(&line), want);
}

static struct event
report(void)
{
    return (struct event){ .type = EVENT_REPORT,
                           .origin = &origin,
                           .request_id = "id",
                           .duration_ns = 3019999,
                           .init_ns = -1,
                           .billed_ms = 4,
                           .memory_mb = 128,
                           .peak_memory_mb = 36 };
}

static void
start_names_id_and_version(void **unused)
{
    const struct event event = { .type = EVENT_START,
                                 .origin = &origin,
                                 .request_id = "id" };

    (void)unused;
    expect(&event, "START RequestId: id Version: $LATEST\n");
}

static void
the_lines_around_an_invocation(void **unused)
{
    static const struct event_origin versioned = { .function_version = "1",
                                                   .runtime_version = "python:3.12.v0",
                                                   .runtime_version_arn = "arn:r" };
    struct event event = { .type = EVENT_INIT_START, .origin = &versioned };

    (void)unused;
    expect(&event, "INIT_START Runtime Version: python:3.12.v0\tRuntime Version ARN: "
                   "arn:r\n");
    event.phase = PHASE_INVOKE;
    expect(&event, "");
    event = (struct event){ .type = EVENT_END, .origin = &origin, .request_id = "id" };
    expect(&event, "END RequestId: id\n");
    event = (struct event){ .type = EVENT_PLATFORM_EXTENSION,
                            .origin = &origin,
                            .name = "agent",
                            .state = "Ready",
                            .items = "INVOKE,SHUTDOWN" };
    expect(&event, "EXTENSION\tName: agent\tState: Ready\tEvents: [INVOKE,SHUTDOWN]\n");
    event.error_type = "Extension.Crash";
    expect(&event, "EXTENSION\tName: agent\tState: Ready\tEvents: [INVOKE,SHUTDOWN]\t"
                   "Error Type: Extension.Crash\n");
    event.type = EVENT_TELEMETRY_SUBSCRIPTION;
    event.state = "Subscribed";
    event.items = "platform,function";
    expect(&event, "TELEMETRY\tName: agent\tState: Subscribed\tTypes: [Platform, "
                   "Function]\n");
    event.type = EVENT_LOGS_SUBSCRIPTION;
    event.items = "extension";
    expect(&event, "LOGS\tName: agent\tState: Subscribed\tTypes: [Extension]\n");
    event.type = EVENT_FAULT;
    expect(&event, "");
}

static void
report_ends_with_a_tab_before_its_newline(void **unused)
{
    const struct event event = report();

    (void)unused;
    expect(&event, "REPORT RequestId: id\tDuration: 3.01 ms\tBilled "
                   "Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t\n");
}

static void
a_cold_start_adds_the_init_duration(void **unused)
{
    struct event event = report();

    (void)unused;
    event.init_ns = 110250000;
    expect(&event, "REPORT RequestId: id\tDuration: 3.01 ms\tBilled "
                   "Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit "
                   "Duration: 110.25 ms\t\n");
}

static void
a_failure_adds_status_and_type(void **unused)
{
    struct event event = report();

    (void)unused;
    event.status = STATUS_ERROR;
    event.error_type = "Runtime.ExitError";
    expect(
        &event,
        "REPORT RequestId: id\tDuration: 3.01 ms\tBilled Duration: "
        "4 "
        "ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tStatus: error\tError Type: "
        "Runtime.ExitError\n");
    event.status = STATUS_TIMEOUT;
    expect(&event,
           "REPORT RequestId: id\tDuration: 3.01 ms\tBilled "
           "Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tStatus: "
           "timeout\n");
}

static void
an_error_the_function_reported_leaves_report_alone(void **unused)
{
    struct event event = report();

    (void)unused;
    event.status = STATUS_ERROR;
    event.error_type = "Runtime.Unknown";
    event.is_reported = true;
    expect(&event, "REPORT RequestId: id\tDuration: 3.01 ms\tBilled "
                   "Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t\n");
}

static void
init_report_is_written_only_for_a_failed_init(void **unused)
{
    struct event event = { .type = EVENT_INIT_REPORT,
                           .origin = &origin,
                           .duration_ns = 154030000 };

    (void)unused;
    expect(&event, "");
    event.status = STATUS_ERROR;
    event.error_type = "Runtime.ExitError";
    expect(&event,
           "INIT_REPORT Init Duration: 154.03 ms\tPhase: init\tStatus: error\tError "
           "Type: Runtime.ExitError\n");
}

static void
runtime_done_is_not_in_the_text_log(void **unused)
{
    const struct event event = { .type = EVENT_RUNTIME_DONE, .origin = &origin };

    (void)unused;
    expect(&event, "");
}

static void
the_tail_keeps_the_last_4096_bytes(void **unused)
{
    struct log_tail *tail = malloc(sizeof(*tail));
    LAMB_AUTOBUF struct lamb_buf all = LAMB_BUF_INIT(1024 * 1024);
    LAMB_AUTOBUF struct lamb_buf kept = LAMB_BUF_INIT(1024 * 1024);
    char text[301];

    (void)unused;
    assert_non_null(tail);
    log_tail_init(tail);
    for (unsigned i = 0; i < 100; i++) {
        size_t len = (i * 37) % 300;
        const struct event event = { .type = EVENT_FUNCTION,
                                     .origin = &origin,
                                     .text = lamb_span_of(text, len) };
        struct lamb_span want;

        memset(text, 'a' + (int)(i % 26), sizeof(text));
        log_tail_add(tail, &event);
        assert_int_equal(log_line_format(&event, &all), 0);
        lamb_buf_clear(&kept);
        assert_int_equal(log_tail_read(tail, &kept), 0);
        want = lamb_buf_view(&all);
        if (want.len > LAMB_LIMIT_LOG_TAIL)
            want = lamb_span_of(want.ptr + want.len - LAMB_LIMIT_LOG_TAIL,
                                LAMB_LIMIT_LOG_TAIL);
        assert_int_equal(kept.len, want.len);
        assert_memory_equal(kept.ptr, want.ptr, want.len);
    }
    free(tail);
}

static const struct event_origin json_origin = { .function_version = "$LATEST",
                                                 .log_format = LOG_FORMAT_JSON };

static void
in_json_a_line_is_an_event_where_its_level_passes(void **unused)
{
    struct event event = { .type = EVENT_START,
                           .origin = &json_origin,
                           .request_id = "id" };

    (void)unused;
    expect(&event, "{\"time\":\"1970-01-01T00:00:00.000Z\",\"type\":\"platform.start\","
                   "\"record\":{\"requestId\":\"id\",\"version\":\"$LATEST\"}}\n");
    event.type = EVENT_RUNTIME_DONE;
    expect(&event, "");
    event.type = EVENT_END;
    expect(&event, "");
    event.type = EVENT_FUNCTION;
    event.text = LAMB_SPAN("as it is");
    expect(&event, "as it is\n");
    event.text = LAMB_SPAN("{\"level\":\"x\"}");
    expect(&event, "{\"level\":\"x\"}\n");
}

static void
the_tail_of_json_begins_with_a_whole_record(void **unused)
{
    struct log_tail *tail = malloc(sizeof(*tail));
    LAMB_AUTOBUF struct lamb_buf kept = LAMB_BUF_INIT(64 * 1024);
    char text[1500];
    struct event event = { .type = EVENT_FUNCTION,
                           .origin = &json_origin,
                           .text = lamb_span_of(text, sizeof(text)) };

    (void)unused;
    assert_non_null(tail);
    log_tail_init(tail);
    memset(text, 'x', sizeof(text));
    for (int i = 0; i < 3; i++)
        log_tail_add(tail, &event);
    assert_int_equal(log_tail_read(tail, &kept), 0);
    assert_int_equal(kept.len, 2 * (sizeof(text) + 1)); /* a third would be cut */
    free(tail);
}

static void
collect(void *data, struct lamb_span line)
{
    struct lamb_buf *lines = data;

    (void)lamb_buf_printf(lines, "[%.*s]", (int)line.len, line.ptr);
}

static void
lines_are_the_same_however_the_bytes_arrive(void **unused)
{
    static const char text[] = "one\n\ntwo three\nfour";

    (void)unused;
    for (size_t cut = 0; cut < sizeof(text); cut++) {
        LAMB_AUTOBUF struct lamb_buf lines = LAMB_BUF_INIT(4096);
        struct line_cutter cutter;

        line_cutter_init(&cutter);
        line_cutter_feed(&cutter, lamb_span_of(text, cut), collect, &lines);
        line_cutter_feed(
            &cutter,
            lamb_span_of(text + cut,
                         strlen(text) - (cut < strlen(text) ? cut : strlen(text))),
            collect, &lines);
        line_cutter_flush(&cutter, collect, &lines);
        line_cutter_fini(&cutter);
        assert_string_equal(lamb_buf_cstr(&lines), "[one][][two three][four]");
    }
}

static void
count(void *data, struct lamb_span line)
{
    size_t *longest = data;

    *longest = line.len > *longest ? line.len : *longest;
}

static void
a_line_without_end_is_cut_at_the_maximum(void **unused)
{
    struct line_cutter cutter;
    char piece[1000];
    size_t longest = 0;

    (void)unused;
    memset(piece, 'x', sizeof(piece));
    line_cutter_init(&cutter);
    for (int i = 0; i < 1000; i++)
        line_cutter_feed(&cutter, lamb_span_of(piece, sizeof(piece)), count, &longest);
    line_cutter_fini(&cutter);
    assert_int_equal(longest, LINE_MAX_BYTES);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_names_id_and_version),
        cmocka_unit_test(the_lines_around_an_invocation),
        cmocka_unit_test(in_json_a_line_is_an_event_where_its_level_passes),
        cmocka_unit_test(the_tail_of_json_begins_with_a_whole_record),
        cmocka_unit_test(report_ends_with_a_tab_before_its_newline),
        cmocka_unit_test(a_cold_start_adds_the_init_duration),
        cmocka_unit_test(a_failure_adds_status_and_type),
        cmocka_unit_test(an_error_the_function_reported_leaves_report_alone),
        cmocka_unit_test(init_report_is_written_only_for_a_failed_init),
        cmocka_unit_test(runtime_done_is_not_in_the_text_log),
        cmocka_unit_test(the_tail_keeps_the_last_4096_bytes),
        cmocka_unit_test(lines_are_the_same_however_the_bytes_arrive),
        cmocka_unit_test(a_line_without_end_is_cut_at_the_maximum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
