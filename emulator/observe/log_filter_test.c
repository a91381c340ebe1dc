/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/log_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sdk/base/buf.h"

static struct event_origin origin = { .log_format = LOG_FORMAT_JSON,
                                      .runtime_version = "provided:al2023.v0" };

static bool
passes(enum event_type type, enum event_status status)
{
    const struct event event = { .type = type, .origin = &origin, .status = status };

    return log_filter_passes(&event);
}

static bool
text_passes(const char *text)
{
    const struct event event = { .type = EVENT_FUNCTION,
                                 .origin = &origin,
                                 .text = lamb_span_str(text) };

    return log_filter_passes(&event);
}

static void
by_default_a_success_logs_start_and_report_only(void **unused)
{
    (void)unused;
    origin.system_level = LEVEL_UNSET;
    assert_true(passes(EVENT_START, STATUS_SUCCESS));
    assert_true(passes(EVENT_REPORT, STATUS_SUCCESS));
    assert_false(passes(EVENT_INIT_RUNTIME_DONE, STATUS_SUCCESS));
    assert_false(passes(EVENT_INIT_REPORT, STATUS_SUCCESS));
    assert_false(passes(EVENT_RUNTIME_DONE, STATUS_SUCCESS));
    assert_false(passes(EVENT_END, STATUS_SUCCESS));
    assert_false(passes(EVENT_FAULT, STATUS_ERROR));
}

static void
failures_are_warnings(void **unused)
{
    (void)unused;
    origin.system_level = LEVEL_WARN;
    assert_false(passes(EVENT_START, STATUS_SUCCESS));
    assert_false(passes(EVENT_REPORT, STATUS_SUCCESS));
    assert_true(passes(EVENT_REPORT, STATUS_TIMEOUT));
    assert_true(passes(EVENT_RUNTIME_DONE, STATUS_ERROR));
    assert_true(passes(EVENT_INIT_REPORT, STATUS_FAILURE));
    assert_true(passes(EVENT_LOGS_DROPPED, STATUS_SUCCESS));
}

static void
init_start_needs_a_runtime_version_and_init_report_another_type(void **unused)
{
    (void)unused;
    origin.system_level = LEVEL_INFO;
    assert_true(passes(EVENT_INIT_START, STATUS_SUCCESS));
    origin.runtime_version = NULL;
    assert_false(passes(EVENT_INIT_START, STATUS_SUCCESS));
    origin.initialization_type = "provisioned-concurrency";
    assert_true(passes(EVENT_INIT_REPORT, STATUS_SUCCESS));
    origin.initialization_type = NULL;
    origin.system_level = LEVEL_DEBUG;
    assert_true(passes(EVENT_INIT_START, STATUS_SUCCESS));
    assert_true(passes(EVENT_RUNTIME_DONE, STATUS_SUCCESS));
    assert_false(passes(EVENT_END, STATUS_SUCCESS));
}

#define AT "\"timestamp\":\"2026-01-02T03:04:05.678Z\""

static void
objects_are_filtered_by_their_level(void **unused)
{
    (void)unused;
    origin.application_level = LEVEL_WARN;
    assert_true(text_passes("{" AT ",\"level\":\"error\"}"));
    assert_true(text_passes(" {" AT ",\"Level\":\"WARN\"} "));
    assert_false(text_passes("{" AT ",\"level\":\"info\"}"));
    assert_false(text_passes("{" AT ",\"level\":\"loud\"}"));
    assert_false(text_passes("{" AT ",\"level\":5}"));
    assert_false(text_passes("{}"));
    origin.application_level = LEVEL_UNSET;
    assert_true(text_passes("{}"));
    assert_false(text_passes("{" AT ",\"level\":\"debug\"}"));
}

static void
without_a_timestamp_of_rfc_3339_the_level_is_info(void **unused)
{
    static const char *const bad[] = { "",
                                       "2026-01-02",
                                       "2026-01-02T03:04:05",
                                       "2026-01-02T03:04:05.Z",
                                       "2026-01-02T03:04:05+1",
                                       "2026-01-02T03:04:05Zulu" };
    static const char *const good[] = { "2026-01-02T03:04:05Z",
                                        "2026-01-02t03:04:05.123456789z",
                                        "2026-01-02 03:04:05-23:59" };
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(200);

    (void)unused;
    origin.application_level = LEVEL_ERROR;
    for (size_t i = 0; i < LAMB_COUNT(bad) + LAMB_COUNT(good); i++) {
        bool is_good = i >= LAMB_COUNT(bad);

        lamb_buf_clear(&text);
        (void)lamb_buf_printf(&text, "{\"timestamp\":\"%s\",\"level\":\"FATAL\"}",
                              is_good ? good[i - LAMB_COUNT(bad)] : bad[i]);
        assert_int_equal(text_passes(lamb_buf_cstr(&text)), is_good);
    }
}

static void
what_is_no_object_always_passes(void **unused)
{
    (void)unused;
    origin.application_level = LEVEL_FATAL;
    assert_true(text_passes("plain"));
    assert_true(text_passes("[{\"level\":\"debug\"}]"));
    assert_true(text_passes("{\"level\":\"debug\""));
    assert_true(text_passes(""));
}

static void
a_frame_says_its_level_itself(void **unused)
{
    struct event event = { .type = EVENT_FUNCTION,
                           .origin = &origin,
                           .text = LAMB_SPAN("plain"),
                           .level = LEVEL_ERROR };

    (void)unused;
    origin.application_level = LEVEL_FATAL;
    assert_false(log_filter_passes(&event));
    event.level = LEVEL_FATAL;
    assert_true(log_filter_passes(&event));
    event.type = EVENT_EXTENSION;
    event.level = LEVEL_DEBUG;
    assert_true(log_filter_passes(&event));
}

static void
nothing_is_filtered_in_text(void **unused)
{
    (void)unused;
    origin.log_format = LOG_FORMAT_TEXT;
    origin.application_level = LEVEL_FATAL;
    assert_true(text_passes("{" AT ",\"level\":\"debug\"}"));
    origin.log_format = LOG_FORMAT_JSON;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_default_a_success_logs_start_and_report_only),
        cmocka_unit_test(failures_are_warnings),
        cmocka_unit_test(
            init_start_needs_a_runtime_version_and_init_report_another_type),
        cmocka_unit_test(objects_are_filtered_by_their_level),
        cmocka_unit_test(without_a_timestamp_of_rfc_3339_the_level_is_info),
        cmocka_unit_test(what_is_no_object_always_passes),
        cmocka_unit_test(a_frame_says_its_level_itself),
        cmocka_unit_test(nothing_is_filtered_in_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
