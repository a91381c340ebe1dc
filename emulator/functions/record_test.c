/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *const command[] = { "./bootstrap", "one word", NULL };
static const char *const variables[] = { "A=1", "B=\"quoted\" \xc3\xa4", NULL };

static struct function_settings
settings(void)
{
    return (struct function_settings){
        .key = { "000000000000", "us-east-1", "hello", "$LATEST" },
        .handler = "hello.handler",
        .variables = variables,
        .code_digest = "abc",
        .code_sha256 = "q80=",
        .code_size = 12345678901,
        .task_dir = "/somewhere",
        .memory_mb = 256,
        .tmp_mb = 512,
        .timeout_s = 7,
        .runtime = "python3.12",
        .log_format = LOG_FORMAT_JSON,
        .system_log_level = LEVEL_DEBUG,
    };
}

static void
a_record_is_the_same_after_a_round_trip(void **unused)
{
    struct function_settings s = settings();
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(64 * 1024);
    struct function_record *a;
    struct function_record *b;
    struct lamb_err err;

    (void)unused;
    assert_int_equal(record_new(&s, &a, &err), 0);
    assert_int_equal(record_to_json(a, &json), 0);
    assert_int_equal(
        record_from_json(&s.key, lamb_buf_view(&json), "/elsewhere", NULL, &b, &err),
        0);
    assert_string_equal(b->arn, "arn:aws:lambda:us-east-1:000000000000:function:hello");
    assert_string_equal(b->revision, a->revision);
    assert_string_equal(b->code_sha256, "q80=");
    assert_int_equal(b->code_size, 12345678901);
    assert_int_equal(b->timeout_s, 7);
    assert_string_equal(b->config.handler, "hello.handler");
    assert_string_equal(b->config.task_dir, "/elsewhere");
    assert_string_equal(b->config.variables[1], variables[1]);
    assert_null(b->config.variables[2]);
    assert_null(b->config.command);
    assert_string_equal(b->config.log_group, "/aws/lambda/hello");
    assert_string_equal(b->config.runtime, "python3.12");
    assert_int_equal(b->config.log_format, LOG_FORMAT_JSON);
    assert_int_equal(b->config.application_log_level, LEVEL_UNSET);
    assert_int_equal(b->config.system_log_level, LEVEL_DEBUG);
    record_unref(a);
    record_unref(b);
}

static void
a_command_keeps_its_live_folder(void **unused)
{
    struct function_settings s = settings();
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(64 * 1024);
    struct function_record *a;
    struct function_record *b;
    struct lamb_err err;

    (void)unused;
    s.command = command;
    s.code_digest = NULL;
    assert_int_equal(record_new(&s, &a, &err), 0);
    assert_int_equal(record_to_json(a, &json), 0);
    assert_int_equal(
        record_from_json(&s.key, lamb_buf_view(&json), NULL, NULL, &b, &err), 0);
    assert_string_equal(b->config.task_dir, "/somewhere");
    assert_string_equal(b->config.command[1], "one word");
    record_unref(a);
    record_unref(b);
}

static void
settings_outside_the_limits_are_refused_with_a_reason(void **unused)
{
    static const char *const no_equals[] = { "A", NULL };
    struct function_settings bad[7];
    struct lamb_err err = { 0 };

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(bad); i++)
        bad[i] = settings();
    bad[0].memory_mb = 127;
    bad[1].memory_mb = 10241;
    bad[2].timeout_s = 0;
    bad[3].timeout_s = 901;
    bad[4].key.name = "a/b";
    bad[5].handler = "a b";
    bad[6].variables = no_equals;
    for (size_t i = 0; i < LAMB_COUNT(bad); i++) {
        struct function_record *record = NULL;

        err.text[0] = '\0';
        assert_true(record_new(&bad[i], &record, &err) < 0);
        assert_null(record);
        assert_true(strlen(err.text) > 10);
        print_message("# %s\n", err.text);
    }
}

static void
a_stored_record_that_is_damaged_is_refused(void **unused)
{
    static const char *const texts[] = { "", "[]", "{}", "{\"handler\":1}",
                                         "{\"handler\":\"h\",\"revision\":\"short\"}" };
    struct function_settings s = settings();

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(texts); i++) {
        struct function_record *record = NULL;
        struct lamb_err err = { 0 };

        assert_true(record_from_json(&s.key, lamb_span_str(texts[i]), "/x", NULL,
                                     &record, &err) < 0);
        assert_null(record);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_the_same_after_a_round_trip),
        cmocka_unit_test(a_command_keeps_its_live_folder),
        cmocka_unit_test(settings_outside_the_limits_are_refused_with_a_reason),
        cmocka_unit_test(a_stored_record_that_is_damaged_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
