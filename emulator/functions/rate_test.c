/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/base/num.h"

enum { LIMIT = 10 };

static unsigned
take_all(struct rate *rate, int64_t now_ns)
{
    unsigned n = 0;

    while (rate_allows(rate, LIMIT, LAMB_NS_PER_S, now_ns) && n < 1000) {
        rate_take(rate, LIMIT, LAMB_NS_PER_S, now_ns);
        n++;
    }
    return n;
}

static void
a_full_bucket_holds_exactly_one_period(void **unused)
{
    struct rate rate = { 0 };

    (void)unused;
    assert_int_equal(take_all(&rate, 1000 * LAMB_NS_PER_S), LIMIT);
    assert_int_equal(take_all(&rate, 1000 * LAMB_NS_PER_S), 0);
}

static void
it_refills_evenly_and_no_further_than_full(void **unused)
{
    struct rate rate = { 0 };
    int64_t now = 1000 * LAMB_NS_PER_S;

    (void)unused;
    (void)take_all(&rate, now);
    assert_int_equal(take_all(&rate, now + 99 * LAMB_NS_PER_MS), 0);
    assert_int_equal(take_all(&rate, now + 100 * LAMB_NS_PER_MS), 1);
    assert_int_equal(take_all(&rate, now + 600 * LAMB_NS_PER_MS), 5);
    assert_int_equal(take_all(&rate, now + 3600 * LAMB_NS_PER_S), LIMIT);
}

static void
a_clock_that_is_set_back_costs_one_period_at_most(void **unused)
{
    struct rate rate = { 0 };
    int64_t before = 500 * LAMB_NS_PER_S;

    (void)unused;
    (void)take_all(&rate, 1000 * LAMB_NS_PER_S);
    assert_int_equal(take_all(&rate, before), 0);
    rate_take(&rate, LIMIT, LAMB_NS_PER_S, before);
    assert_int_equal(take_all(&rate, before + 2 * LAMB_NS_PER_S), LIMIT);
}

static void
a_limit_of_nothing_lets_nothing_pass(void **unused)
{
    struct rate rate = { 0 };

    (void)unused;
    assert_false(rate_allows(&rate, 0, LAMB_NS_PER_S, 0));
    rate_take(&rate, 0, LAMB_NS_PER_S, 0);
    assert_true(rate_allows(&rate, 1, LAMB_NS_PER_S, 0));
}

static void
a_limit_can_change_between_questions(void **unused)
{
    struct rate rate = { 0 };
    int64_t now = 1000 * LAMB_NS_PER_S;

    (void)unused;
    (void)take_all(&rate, now);
    assert_false(rate_allows(&rate, 20, LAMB_NS_PER_S, now));
    assert_true(rate_allows(&rate, 20, LAMB_NS_PER_S, now + 50 * LAMB_NS_PER_MS));
    assert_false(rate_allows(&rate, 5, LAMB_NS_PER_S, now + 150 * LAMB_NS_PER_MS));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_bucket_holds_exactly_one_period),
        cmocka_unit_test(it_refills_evenly_and_no_further_than_full),
        cmocka_unit_test(a_clock_that_is_set_back_costs_one_period_at_most),
        cmocka_unit_test(a_limit_of_nothing_lets_nothing_pass),
        cmocka_unit_test(a_limit_can_change_between_questions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
