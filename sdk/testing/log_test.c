/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include <lamb/log.h>
#include <lamb/testing.h>

#include "sdk/src/log_line.h"

static int
speak(struct lamb_invocation *inv)
{
    const struct lamb_log_field fields[] = {
        { .name = "order", .text = "7\"" },
        { .name = "items", .type = LAMB_LOG_INTEGER, .integer = -3 },
        { .name = "price", .type = LAMB_LOG_REAL, .real = 0.1 },
        { .name = "endless", .type = LAMB_LOG_REAL, .real = INFINITY },
        { .name = "late", .type = LAMB_LOG_BOOLEAN, .integer = 1 },
        { .name = "note" },
    };

    return lamb_log_fields(inv, LAMB_LOG_WARN, "a\nb", fields,
                           sizeof(fields) / sizeof(fields[0]));
}

static int
all_levels(struct lamb_invocation *inv)
{
    for (int level = LAMB_LOG_TRACE; level <= LAMB_LOG_FATAL; level++)
        if (lamb_log_printf(inv, (enum lamb_log_level)level, "%d", level))
            return -1;
    return 0;
}

static int
misuse(struct lamb_invocation *inv)
{
    const struct lamb_log_field reserved = { .name = "requestId", .text = "x" };
    const struct lamb_log_field nameless = { .text = "x" };

    return lamb_log_fields(inv, LAMB_LOG_INFO, "m", &reserved, 1) == -EINVAL &&
                   lamb_log_fields(inv, LAMB_LOG_INFO, "m", &nameless, 1) == -EINVAL &&
                   lamb_log_printf(inv, (enum lamb_log_level)6, "m") == -EINVAL
               ? lamb_log_printf(NULL, LAMB_LOG_INFO, "of no invocation")
               : -1;
}

#define STORY(name)                                                                    \
    static void name(void **state);                                                    \
    static void name(__attribute__((unused)) void **state)

static struct lamb_test_answer *
call(lamb_handler_fn fn, const char *format, const char *level)
{
    const char *const environment[] = { format, level, NULL };
    struct lamb_test_answer *answer = LAMB_TEST_CALL(
        fn, .request_id = "r-1", .tenant_id = "t-1", .environment = environment);

    assert_int_equal(answer->outcome, LAMB_TEST_SUCCEEDED);
    return answer;
}

/* The levels that were written, one digit each. */
static void
expect_levels(const char *format, const char *level, const char *digits)
{
    struct lamb_test_answer *answer = call(all_levels, format, level);
    char found[8] = "";
    size_t n = 0;

    for (int i = LAMB_LOG_TRACE; i <= LAMB_LOG_FATAL; i++) {
        char json[24];
        char text[16];

        snprintf(json, sizeof(json), "\"message\":\"%d\"", i);
        snprintf(text, sizeof(text), "\t%d\n", i);
        if (strstr(answer->output.ptr, json) || strstr(answer->output.ptr, text))
            found[n++] = (char)('0' + i);
    }
    assert_string_equal(found, digits);
    lamb_test_free(answer);
}

STORY(in_json_a_line_is_an_object_with_the_requests_id)
{
    struct lamb_test_answer *answer =
        call(speak, "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=INFO");
    json_t *line = json_loads(answer->output.ptr, 0, NULL);
    json_t *expected =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:f, s:n, s:b, s:n}", "level", "WARN",
                  "message", "a\nb", "requestId", "r-1", "tenantId", "t-1", "order",
                  "7\"", "items", -3, "price", 0.1, "endless", "late", 1, "note");

    assert_int_equal(strlen(json_string_value(json_object_get(line, "timestamp"))), 24);
    assert_int_equal(json_object_del(line, "timestamp"), 0);
    assert_true(json_equal(line, expected));
    assert_ptr_equal(strchr(answer->output.ptr, '\n') + 1,
                     answer->output.ptr + answer->output.len);
    json_decref(line);
    json_decref(expected);
    lamb_test_free(answer);
}

STORY(in_text_a_line_has_tabs_between_its_parts)
{
    struct lamb_test_answer *answer =
        call(speak, "AWS_LAMBDA_LOG_FORMAT=Text", "AWS_LAMBDA_LOG_LEVEL");

    assert_string_equal(answer->output.ptr + 24,
                        "\tr-1\tWARN\ta\nb order=\"7\\\"\" items=-3 price=0.1 "
                        "endless=null late=true note=null\n");
    lamb_test_free(answer);
}

STORY(levels_are_filtered_in_json_alone)
{
    expect_levels("AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=ERROR", "45");
    expect_levels("AWS_LAMBDA_LOG_FORMAT=json", "AWS_LAMBDA_LOG_LEVEL=trace", "012345");
    expect_levels("AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL", "2345");
    expect_levels("AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=LOUD", "2345");
    expect_levels("AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_LEVEL=ERROR", "012345");
}

STORY(a_line_that_would_be_ambiguous_is_refused)
{
    struct lamb_test_answer *answer =
        call(misuse, "AWS_LAMBDA_LOG_FORMAT=Text", "AWS_LAMBDA_LOG_LEVEL");

    assert_string_equal(answer->output.ptr + 24, "\t-\tINFO\tof no invocation\n");
    lamb_test_free(answer);
}

/* Of several lines, with a log pipe: one frame of the level, and nothing printed. */
STORY(with_a_log_pipe_a_line_is_a_frame_of_it)
{
    unsigned char bytes[512];
    char number[16];
    int ends[2];
    ssize_t n;
    struct lamb_test_answer *answer;

    assert_int_equal(pipe(ends), 0);
    snprintf(number, sizeof(number), "%d", ends[1]);
    setenv("_LAMBDA_TELEMETRY_LOG_FD", number, 1);
    lamb_log_line_setup();
    answer = call(speak, "AWS_LAMBDA_LOG_FORMAT=Text", "AWS_LAMBDA_LOG_LEVEL");
    unsetenv("_LAMBDA_TELEMETRY_LOG_FD");
    lamb_log_line_setup();
    n = read(ends[0], bytes, sizeof(bytes) - 1);
    assert_true(n > 16);
    bytes[n] = '\0';
    assert_memory_equal(bytes, "\xa5\x5a\x00\x13", 4); /* text, WARN */
    assert_int_equal(bytes[6] << 8 | bytes[7], n - 16);
    assert_string_equal((char *)bytes + 16 + 24,
                        "\tr-1\tWARN\ta\nb order=\"7\\\"\" items=-3 price=0.1 "
                        "endless=null late=true note=null");
    assert_string_equal(answer->output.ptr, "");
    lamb_test_free(answer);
    close(ends[0]);
    close(ends[1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_json_a_line_is_an_object_with_the_requests_id),
        cmocka_unit_test(in_text_a_line_has_tabs_between_its_parts),
        cmocka_unit_test(levels_are_filtered_in_json_alone),
        cmocka_unit_test(with_a_log_pipe_a_line_is_a_frame_of_it),
        cmocka_unit_test(a_line_that_would_be_ambiguous_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
