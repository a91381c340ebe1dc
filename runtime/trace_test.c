/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
the_variable_follows_the_invocation(void **state)
{
    static char longer[10000];
    struct lamb_trace trace;

    (void)state;
    memset(longer, 'x', sizeof(longer) - 1);
    lamb_trace_init(&trace);
    for (int round = 0; round < 3; round++) {
        lamb_trace_set(&trace, "Root=1");
        assert_string_equal(getenv("_X_AMZN_TRACE_ID"), "Root=1");
        lamb_trace_set(&trace, longer);
        assert_string_equal(getenv("_X_AMZN_TRACE_ID"), longer);
        lamb_trace_set(&trace, NULL);
        assert_null(getenv("_X_AMZN_TRACE_ID"));
    }
    lamb_trace_set(&trace, "Root=2");
    lamb_trace_fini(&trace);
    assert_null(getenv("_X_AMZN_TRACE_ID"));
}

static void
one_that_does_not_fit_is_not_that_of_another(void **state)
{
    struct lamb_trace trace;

    (void)state;
    lamb_trace_init(&trace);
    trace.text[0].max = trace.text[1].max = 30;
    lamb_trace_set(&trace, "Root=1");
    lamb_trace_set(&trace, "Root=1234567890;Parent=1234567890");
    assert_null(getenv("_X_AMZN_TRACE_ID"));
    lamb_trace_fini(&trace);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_variable_follows_the_invocation),
        cmocka_unit_test(one_that_does_not_fit_is_not_that_of_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
