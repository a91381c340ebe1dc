/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/event_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct event_origin origin = {
    .function_name = "hello",
    .function_version = "$LATEST",
    .function_arn = "arn:x",
    .log_stream = "2026/01/01/[$LATEST]0f",
    .runtime_version = "provided:al2023.v0",
    .runtime_version_arn = "arn:r",
    .memory_bytes = 134217728,
};

static const struct event_origin json_origin = { .log_format = LOG_FORMAT_JSON };

static void
expect(const struct event *event, enum event_schema schema, const char *want)
{
    LAMB_AUTOBUF struct lamb_buf got = LAMB_BUF_INIT(4096);

    assert_int_equal(event_json(event, schema, &got), 0);
    assert_string_equal(lamb_buf_cstr(&got), want);
}

static void
init_start_names_the_instance(void **unused)
{
    const struct event event = { .type = EVENT_INIT_START,
                                 .at_ns = INT64_C(1665532875000000000),
                                 .origin = &origin };

    (void)unused;
    expect(
        &event, SCHEMA_TELEMETRY_2022_12,
        "{\"time\":\"2022-10-12T00:01:15.000Z\",\"type\":\"platform.initStart\","
        "\"record\":{\"initializationType\":\"on-demand\",\"phase\":\"init\","
        "\"runtimeVersion\":\"provided:al2023.v0\",\"runtimeVersionArn\":\"arn:r\","
        "\"functionName\":\"hello\",\"functionVersion\":\"$LATEST\","
        "\"instanceId\":\"2026/01/01/[$LATEST]0f\",\"instanceMaxMemory\":134217728}}");
}

static void
runtime_done_has_metrics_spans_and_tracing(void **unused)
{
    const struct event event = {
        .type = EVENT_RUNTIME_DONE,
        .origin = &origin,
        .request_id = "id",
        .trace_id = "Root=1-a",
        .tenant_id = "blue",
        .status = STATUS_ERROR,
        .error_type = "Function.X",
        .duration_ns = 1999999,
        .produced_bytes = 7,
        .spans = { { SPAN_RESPONSE_LATENCY, 1000000, 2500000 } },
        .n_spans = 1,
    };

    (void)unused;
    expect(&event, SCHEMA_TELEMETRY_2022,
           "{\"time\":\"1970-01-01T00:00:00.000Z\",\"type\":\"platform.runtimeDone\","
           "\"record\":{\"requestId\":\"id\",\"status\":\"error\",\"errorType\":"
           "\"Function.X\",\"metrics\":{\"durationMs\":1.999,\"producedBytes\":7},"
           "\"spans\":[{\"name\":\"responseLatency\",\"start\":"
           "\"1970-01-01T00:00:00.001Z\",\"durationMs\":2.500}],\"tracing\":{\"type\":"
           "\"X-Amzn-Trace-Id\",\"value\":\"Root=1-a\"},\"tenantId\":\"blue\"}}");
    expect(&event, SCHEMA_LOGS_2021,
           "{\"time\":\"1970-01-01T00:00:00.000Z\",\"type\":\"platform.runtimeDone\","
           "\"record\":{\"requestId\":\"id\",\"status\":\"error\"}}");
}

static void
a_timeout_has_no_error_type(void **unused)
{
    const struct event event = { .type = EVENT_INIT_RUNTIME_DONE,
                                 .origin = &origin,
                                 .phase = PHASE_INVOKE,
                                 .status = STATUS_TIMEOUT,
                                 .error_type = "Sandbox.Timedout" };

    (void)unused;
    expect(
        &event, SCHEMA_TELEMETRY_2025,
        "{\"time\":\"1970-01-01T00:00:00.000Z\",\"type\":\"platform.initRuntimeDone\","
        "\"record\":{\"initializationType\":\"on-demand\",\"phase\":\"invoke\","
        "\"status\":\"timeout\"}}");
}

static void
a_report_of_the_logs_api_has_no_status(void **unused)
{
    const struct event event = { .type = EVENT_REPORT,
                                 .origin = &origin,
                                 .request_id = "id",
                                 .status = STATUS_ERROR,
                                 .init_ns = 116670000,
                                 .billed_ms = 300,
                                 .memory_mb = 512,
                                 .peak_memory_mb = 33 };

    (void)unused;
    expect(&event, SCHEMA_LOGS_2020,
           "{\"time\":\"1970-01-01T00:00:00.000Z\",\"type\":\"platform.report\","
           "\"record\":{\"requestId\":\"id\",\"metrics\":{\"durationMs\":0.000,"
           "\"billedDurationMs\":300,\"memorySizeMB\":512,\"maxMemoryUsedMB\":33,"
           "\"initDurationMs\":116.670}}}");
}

static void
names_become_lists(void **unused)
{
    const struct event event = { .type = EVENT_PLATFORM_EXTENSION,
                                 .origin = &origin,
                                 .name = "a\"b",
                                 .state = "Ready",
                                 .items = "INVOKE,SHUTDOWN" };
    const struct event none = { .type = EVENT_TELEMETRY_SUBSCRIPTION,
                                .origin = &origin,
                                .name = "n",
                                .state = "Subscribed" };

    (void)unused;
    expect(&event, SCHEMA_TELEMETRY_2022,
           "{\"time\":\"1970-01-01T00:00:00.000Z\",\"type\":\"platform.extension\","
           "\"record\":{\"name\":\"a\\\"b\",\"state\":\"Ready\",\"events\":[\"INVOKE\","
           "\"SHUTDOWN\"]}}");
    expect(&none, SCHEMA_TELEMETRY_2022,
           "{\"time\":\"1970-01-01T00:00:00.000Z\",\"type\":"
           "\"platform.telemetrySubscription\",\"record\":{\"name\":\"n\",\"state\":"
           "\"Subscribed\",\"types\":[]}}");
}

static struct event
written(const char *text)
{
    return (struct event){ .type = EVENT_FUNCTION,
                           .origin = &json_origin,
                           .text = lamb_span_str(text) };
}

#define HEAD "{\"time\":\"1970-01-01T00:00:00.000Z\",\"type\":\"function\",\"record\":"

static void
an_object_stays_one_where_format_and_schema_allow_it(void **unused)
{
    struct event event = written("{\"a\":1.10}");

    (void)unused;
    expect(&event, SCHEMA_TELEMETRY_2022_12, HEAD "{\"a\":1.10}}");
    expect(&event, SCHEMA_TELEMETRY_2022, HEAD "\"{\\\"a\\\":1.10}\"}");
    expect(&event, SCHEMA_LOGS_2021, HEAD "\"{\\\"a\\\":1.10}\"}");
    event = written("{\"a\":\n[1]}");
    expect(&event, SCHEMA_TELEMETRY_2025, HEAD "{\"a\":[1]}}");
    event = written("{\"a\":");
    expect(&event, SCHEMA_TELEMETRY_2025, HEAD "\"{\\\"a\\\":\"}");
    event = written("[1]");
    expect(&event, SCHEMA_TELEMETRY_2025, HEAD "\"[1]\"}");
    event.origin = &origin;
    event.text = LAMB_SPAN("{}");
    expect(&event, SCHEMA_TELEMETRY_2025, HEAD "\"{}\"}");
}

static void
each_schema_knows_its_events(void **unused)
{
    (void)unused;
    assert_false(event_json_has(SCHEMA_LOGS_2020, EVENT_RUNTIME_DONE));
    assert_true(event_json_has(SCHEMA_LOGS_2021, EVENT_RUNTIME_DONE));
    assert_true(event_json_has(SCHEMA_LOGS_2020, EVENT_END));
    assert_true(event_json_has(SCHEMA_LOGS_2020, EVENT_FAULT));
    assert_false(event_json_has(SCHEMA_LOGS_2021, EVENT_INIT_START));
    assert_true(event_json_has(SCHEMA_TELEMETRY_2022, EVENT_INIT_START));
    assert_false(event_json_has(SCHEMA_TELEMETRY_2025, EVENT_END));
    assert_false(event_json_has(SCHEMA_TELEMETRY_2025, EVENT_FAULT));
    for (enum event_schema s = 0; s < EVENT_SCHEMA_N; s++)
        assert_true(event_json_has(s, EVENT_EXTENSION) &&
                    event_json_has(s, EVENT_LOGS_DROPPED));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_start_names_the_instance),
        cmocka_unit_test(runtime_done_has_metrics_spans_and_tracing),
        cmocka_unit_test(a_timeout_has_no_error_type),
        cmocka_unit_test(a_report_of_the_logs_api_has_no_status),
        cmocka_unit_test(names_become_lists),
        cmocka_unit_test(an_object_stays_one_where_format_and_schema_allow_it),
        cmocka_unit_test(each_schema_knows_its_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
