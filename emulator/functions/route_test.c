/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* How often of 10,000 the other version is chosen. */
static unsigned
count_other(double weight)
{
    json_t *alias = json_pack("{s:s, s:{s:{s:f}}}", "FunctionVersion", "1",
                              "RoutingConfig", "AdditionalVersionWeights", "2", weight);
    uint64_t random = 42;
    unsigned n = 0;

    for (int i = 0; i < 10000; i++)
        n += strcmp(route_choose(alias, &random), "2") == 0;
    json_decref(alias);
    return n;
}

static void
weights_are_kept_over_many_choices(void **unused)
{
    (void)unused;
    assert_int_equal(count_other(0), 0);
    assert_int_equal(count_other(1), 10000);
    assert_in_range(count_other(0.2), 1900, 2100);
}

static void
the_same_seed_chooses_the_same(void **unused)
{
    (void)unused;
    assert_int_equal(count_other(0.5), count_other(0.5));
}

static void
an_alias_without_weights_leads_to_its_version(void **unused)
{
    json_t *alias = json_pack("{s:s}", "FunctionVersion", "7");
    uint64_t random = 1;

    (void)unused;
    assert_string_equal(route_choose(alias, &random), "7");
    assert_int_equal(random, 1);
    json_decref(alias);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_kept_over_many_choices),
        cmocka_unit_test(the_same_seed_chooses_the_same),
        cmocka_unit_test(an_alias_without_weights_leads_to_its_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
