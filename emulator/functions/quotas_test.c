/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/quotas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
every_quota_has_a_name(void **unused)
{
    (void)unused;
    for (int q = 0; q < QUOTA_N; q++)
        assert_true(strlen(quota_text((enum quota)q)) > 1);
}

static void
the_two_profiles_differ_where_the_service_does(void **unused)
{
    struct lamb_err err = { 0 };
    struct quotas current;
    struct quotas fresh;

    (void)unused;
    assert_int_equal(quotas_profile("current", &current, &err), 0);
    assert_int_equal(quotas_profile("new-account", &fresh, &err), 0);
    assert_int_equal(current.values[QUOTA_CONCURRENCY], 1000);
    assert_int_equal(current.values[QUOTA_UNRESERVED_MINIMUM], 100);
    assert_int_equal(fresh.values[QUOTA_CONCURRENCY], 10);
    assert_int_equal(fresh.values[QUOTA_UNRESERVED_MINIMUM], 10);
    assert_true(quotas_profile("other", &fresh, &err) < 0);
    assert_non_null(strstr(err.text, "current or new-account"));
}

static int
parse(const char *json, struct quotas *ret, struct lamb_err *err)
{
    *err = (struct lamb_err){ 0 };
    return quotas_parse(lamb_span_str(json), ret, err);
}

static void
a_file_changes_what_it_names(void **unused)
{
    struct lamb_err err;
    struct quotas quotas;

    (void)unused;
    assert_int_equal(parse("{\"ScalingEnvironments\": 7}", &quotas, &err), 0);
    assert_int_equal(quotas.values[QUOTA_SCALING_ENVIRONMENTS], 7);
    assert_int_equal(quotas.values[QUOTA_CONCURRENCY], 1000);
    assert_int_equal(parse("{\"Profile\": \"new-account\"}", &quotas, &err), 0);
    assert_int_equal(quotas.values[QUOTA_CONCURRENCY], 10);
    /* A smaller account keeps less unreserved, unless the file says how much. */
    assert_int_equal(parse("{\"ConcurrentExecutions\": 5}", &quotas, &err), 0);
    assert_int_equal(quotas.values[QUOTA_UNRESERVED_MINIMUM], 5);
    assert_int_equal(
        parse("{\"UnreservedConcurrencyMinimum\": 2, \"ConcurrentExecutions\": 5}",
              &quotas, &err),
        0);
    assert_int_equal(quotas.values[QUOTA_UNRESERVED_MINIMUM], 2);
}

static void
what_a_file_cannot_say_is_named(void **unused)
{
    static const struct {
        const char *json;
        const char *text;
    } bad[] = {
        { "{\"ConcurentExecutions\": 5}", "there is no quota 'ConcurentExecutions'" },
        { "{\"ConcurrentExecutions\": 0}", "ConcurrentExecutions must be a whole" },
        { "{\"ConcurrentExecutions\": \"5\"}", "ConcurrentExecutions must be a whole" },
        { "{\"ScalingSeconds\": 1.5}", "ScalingSeconds must be a whole" },
        { "{\"Profile\": \"old\"}", "no quota profile 'old'" },
        { "{\"Profile\": 1}", "\"Profile\" is a text" },
        { "{\"UnreservedConcurrencyMinimum\": 2000}", "cannot be more than" },
        { "{\n\n}}", "line 3" },
        { "[]", "a JSON object" },
        { "", "line" },
    };
    struct lamb_err err;
    struct quotas quotas;

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(bad); i++) {
        print_message("# %s\n", bad[i].text);
        assert_true(parse(bad[i].json, &quotas, &err) < 0);
        assert_non_null(strstr(err.text, bad[i].text));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_quota_has_a_name),
        cmocka_unit_test(the_two_profiles_differ_where_the_service_does),
        cmocka_unit_test(a_file_changes_what_it_names),
        cmocka_unit_test(what_a_file_cannot_say_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
