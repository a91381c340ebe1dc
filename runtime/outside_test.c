/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/outside.h"

/* The programs as processes, without a Runtime API. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/process.h"
#include "sdk/base/enum.h"

static void
outside_of_lambda_it_says_what_to_do(void **state)
{
    static const char *const env[] = { "_HANDLER=good.echo", "PATH=/nowhere", NULL };
    static const char *const no_handler[] = { "PATH=" SOURCES "/path", NULL };
    static const char *const bad_env[] = { "AWS_LAMBDA_RUNTIME_API=nowhere", NULL };
    struct outcome outcome;

    (void)state;
    process_run(BOOTSTRAP, env, NULL, &outcome);
    assert_int_equal(outcome.status, 2);
    process_expect(outcome.errors, "lamb: AWS_LAMBDA_RUNTIME_API is not set");
    process_expect(outcome.errors,
                   "no lamb beside this program or in PATH. Install it");
    process_run(BOOTSTRAP, no_handler, NULL, &outcome);
    assert_int_equal(outcome.status, 2);
    process_expect(outcome.errors, "_HANDLER=hello.handler " BOOTSTRAP "\n");
    assert_string_equal(outcome.output, "");
    process_run(BOOTSTRAP, bad_env, NULL, &outcome);
    assert_int_equal(outcome.status, 2);
    process_expect(outcome.errors, "'nowhere', which is not ADDRESS:PORT");
}

static void
outside_of_lambda_it_serves_itself_through_lamb(void **state)
{
    static const char *const object[] = { "_HANDLER=good.echo",
                                          "PATH=/nowhere:" SOURCES "/path", NULL };
    static const char *const object_elsewhere[] = { "_HANDLER=good.echo",
                                                    "LAMBDA_TASK_ROOT=/task",
                                                    "PATH=" SOURCES "/path", NULL };
    static const char *const program[] = { "PATH=" SOURCES "/path", NULL };
    static const char *const chosen[] = { "_HANDLER=list", "PATH=" SOURCES "/path",
                                          NULL };
    static const struct {
        const char *program;
        const char *const *env;
        const char *want;
    } cases[] = {
        { BOOTSTRAP, object,
          "lamb start --handler good.echo --bootstrap " BOOTSTRAP " .\n" },
        { BOOTSTRAP, object_elsewhere,
          "lamb start --handler good.echo --bootstrap " BOOTSTRAP " /task\n" },
        { FIXTURES "/main_one", program, "lamb start -- " FIXTURES "/main_one\n" },
        { FIXTURES "/main_table", chosen,
          "lamb start --handler list -- " FIXTURES "/main_table\n" },
    };
    struct outcome outcome;

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        process_run(cases[i].program, cases[i].env, NULL, &outcome);
        assert_int_equal(outcome.status, 0);
        assert_string_equal(outcome.output, cases[i].want);
        process_expect(outcome.errors,
                       "so this is not AWS Lambda: becoming: lamb start");
    }
}

static void
a_lamb_that_starts_it_without_a_runtime_api_is_not_started_again(void **state)
{
    static const char *const env[] = { "AGAIN=" FIXTURES "/main_one",
                                       "PATH=" SOURCES "/path", NULL };
    struct outcome outcome;

    (void)state;
    process_run(FIXTURES "/main_one", env, NULL, &outcome);
    assert_int_equal(outcome.status, 2);
    assert_string_equal(outcome.output, "lamb start -- " FIXTURES "/main_one\n");
    process_expect(outcome.errors, "although lamb has started this program");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside_of_lambda_it_says_what_to_do),
        cmocka_unit_test(outside_of_lambda_it_serves_itself_through_lamb),
        cmocka_unit_test(
            a_lamb_that_starts_it_without_a_runtime_api_is_not_started_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
