/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/function.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <lamb/lamb.h>

static void
the_environment_says_what_the_function_is(void **state)
{
    struct lamb_runtime rt;

    (void)state;
    assert_int_equal(setenv("AWS_LAMBDA_FUNCTION_NAME", "orders", 1), 0);
    assert_int_equal(setenv("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST", 1), 0);
    assert_int_equal(setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512", 1), 0);
    lamb_runtime_init(&rt);
    assert_string_equal(lamb_function_name(&rt), "orders");
    assert_string_equal(lamb_function_version(&rt), "$LATEST");
    assert_int_equal(lamb_memory_mb(&rt), 512);
    lamb_runtime_fini(&rt);
}

static void
what_it_does_not_say_is_unknown(void **state)
{
    struct lamb_runtime rt;

    (void)state;
    assert_int_equal(unsetenv("AWS_LAMBDA_FUNCTION_NAME"), 0);
    assert_int_equal(setenv("AWS_LAMBDA_FUNCTION_VERSION", "", 1), 0);
    assert_int_equal(setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "much", 1), 0);
    lamb_runtime_init(&rt);
    assert_null(lamb_function_name(&rt));
    assert_null(lamb_function_version(&rt));
    assert_int_equal(lamb_memory_mb(&rt), 0);
    assert_int_equal(unsetenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 0);
    lamb_runtime_init(&rt);
    assert_int_equal(lamb_memory_mb(&rt), 0);
    lamb_runtime_fini(&rt);
}

static void
a_hook_can_say_why_it_failed(void **state)
{
    struct lamb_runtime rt;

    (void)state;
    lamb_runtime_init(&rt);
    assert_int_equal(lamb_init_fail(&rt, NULL, "no %s", "database"), -1);
    assert_string_equal(lamb_failure_type(&rt.init_failure), "Handler.InitError");
    assert_string_equal(rt.init_failure.message.ptr, "no database");
    assert_int_equal(lamb_init_fail(&rt, "Function.NoDatabase", "%s", ""), -1);
    assert_string_equal(lamb_failure_type(&rt.init_failure), "Function.NoDatabase");
    lamb_runtime_fini(&rt);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_says_what_the_function_is),
        cmocka_unit_test(what_it_does_not_say_is_unknown),
        cmocka_unit_test(a_hook_can_say_why_it_failed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
