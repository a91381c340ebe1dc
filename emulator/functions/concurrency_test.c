/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/concurrency.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/num.h"

enum { MANY = 2000 };

/* A bench with one account and some functions. */
struct bench {
    struct concurrency *concurrency;
    struct usage *f;
    struct usage *g;
    struct lease leases[MANY];
    size_t n;
    int64_t now;
};

static void
set_up_with(struct bench *b, int64_t account, int64_t minimum, int64_t environments,
            int64_t seconds)
{
    struct lamb_err err = { 0 };
    struct quotas quotas;

    *b = (struct bench){ .now = 1000 * LAMB_NS_PER_S };
    assert_int_equal(quotas_profile("current", &quotas, &err), 0);
    quotas.values[QUOTA_CONCURRENCY] = account;
    quotas.values[QUOTA_UNRESERVED_MINIMUM] = minimum;
    quotas.values[QUOTA_SCALING_ENVIRONMENTS] = environments;
    quotas.values[QUOTA_SCALING_SECONDS] = seconds;
    assert_int_equal(concurrency_new(&quotas, &b->concurrency, &err), 0);
    b->f = usage_open(b->concurrency, "000000000000", "us-east-1", "f");
    b->g = usage_open(b->concurrency, "000000000000", "us-east-1", "g");
}

static void
set_up(struct bench *b, int64_t account, int64_t minimum)
{
    set_up_with(b, account, minimum, 1000, 10);
}

static enum throttle
take_as(struct bench *b, struct usage *usage, struct lease_ask ask)
{
    enum throttle throttle;

    ask.now_ns = b->now;
    throttle = lease_take(usage, &ask, &b->leases[b->n]);
    if (throttle == THROTTLE_NONE)
        b->n++;
    return throttle;
}

static enum throttle
take(struct bench *b, struct usage *usage)
{
    return take_as(b, usage, (struct lease_ask){ .is_async = true });
}

static void
tear_down(struct bench *b)
{
    for (size_t i = 0; i < b->n; i++)
        lease_give_back(&b->leases[i]);
    assert_int_equal(concurrency_running(b->concurrency), 0);
    usage_reserve(b->f, USAGE_NOT_RESERVED);
    usage_reserve(b->g, USAGE_NOT_RESERVED);
    usage_close(b->f);
    usage_close(b->g);
    concurrency_free(b->concurrency);
}

static void
the_account_is_shared_by_all_functions_of_a_region(void **unused)
{
    struct bench b;
    struct usage *elsewhere;

    (void)unused;
    set_up(&b, 3, 0);
    assert_int_equal(take(&b, b.f), THROTTLE_NONE);
    assert_int_equal(take(&b, b.g), THROTTLE_NONE);
    assert_int_equal(take(&b, b.f), THROTTLE_NONE);
    assert_int_equal(take(&b, b.g), THROTTLE_ACCOUNT);
    elsewhere = usage_open(b.concurrency, "000000000000", "eu-west-1", "f");
    assert_int_equal(take(&b, elsewhere), THROTTLE_NONE);
    lease_give_back(&b.leases[0]);
    assert_int_equal(take(&b, b.g), THROTTLE_NONE);
    usage_close(elsewhere);
    tear_down(&b);
}

static void
what_is_reserved_is_a_ceiling_and_a_guarantee(void **unused)
{
    struct bench b;

    (void)unused;
    set_up(&b, 5, 0);
    usage_reserve(b.f, 2);
    for (int i = 0; i < 3; i++)
        assert_int_equal(take(&b, b.g), THROTTLE_NONE);
    assert_int_equal(take(&b, b.g), THROTTLE_ACCOUNT);
    assert_int_equal(take(&b, b.f), THROTTLE_NONE);
    assert_int_equal(take(&b, b.f), THROTTLE_NONE);
    assert_int_equal(take(&b, b.f), THROTTLE_RESERVED);
    tear_down(&b);
}

static void
a_function_that_reserved_nothing_at_all_never_runs(void **unused)
{
    struct bench b;

    (void)unused;
    set_up(&b, 5, 0);
    usage_reserve(b.f, 0);
    assert_int_equal(take(&b, b.f), THROTTLE_RESERVED);
    usage_reserve(b.f, USAGE_NOT_RESERVED);
    assert_int_equal(take(&b, b.f), THROTTLE_NONE);
    tear_down(&b);
}

static void
provisioned_environments_go_first_and_the_rest_spills_over(void **unused)
{
    const struct lease_ask warm = { .is_async = true, .has_provisioned = true };
    struct bench b;

    (void)unused;
    set_up(&b, 4, 0);
    usage_provision(b.f, 0, 2);
    assert_int_equal(take_as(&b, b.f, warm), THROTTLE_NONE);
    assert_int_equal(b.leases[0].kind, LEASE_PROVISIONED);
    assert_int_equal(take(&b, b.f), THROTTLE_NONE); /* another version, say */
    assert_int_equal(b.leases[1].kind, LEASE_ON_DEMAND);
    assert_int_equal(take(&b, b.g), THROTTLE_NONE);
    /* Two are set apart: nobody else gets what is idle there. */
    assert_int_equal(take(&b, b.g), THROTTLE_ACCOUNT);
    assert_int_equal(take_as(&b, b.f, warm), THROTTLE_NONE);
    assert_int_equal(b.leases[3].kind, LEASE_PROVISIONED);
    tear_down(&b);
    set_up(&b, 4, 0);
    /* Recorded: provisioned = reserved = 1 throttles $LATEST, not the version. */
    usage_reserve(b.f, 1);
    usage_provision(b.f, 0, 1);
    assert_int_equal(take(&b, b.f), THROTTLE_RESERVED);
    assert_int_equal(take_as(&b, b.f, warm), THROTTLE_NONE);
    assert_int_equal(take_as(&b, b.f, warm), THROTTLE_RESERVED);
    usage_provision(b.f, 1, 0);
    tear_down(&b);
}

static void
requests_are_ten_a_second_for_each_of_the_concurrency(void **unused)
{
    const struct lease_ask sync = { 0 };
    struct bench b;

    (void)unused;
    set_up(&b, 100, 0);
    usage_reserve(b.f, 2);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(take_as(&b, b.f, sync), THROTTLE_NONE);
        lease_give_back(&b.leases[--b.n]);
    }
    assert_int_equal(take_as(&b, b.f, sync), THROTTLE_RESERVED_RATE);
    assert_int_equal(take(&b, b.f), THROTTLE_NONE); /* asynchronous: no such limit */
    lease_give_back(&b.leases[--b.n]);
    b.now += 50 * LAMB_NS_PER_MS;
    assert_int_equal(take_as(&b, b.f, sync), THROTTLE_NONE);
    assert_int_equal(take_as(&b, b.f, sync), THROTTLE_RESERVED_RATE);
    for (int i = 0; i < 980; i++) {
        assert_int_equal(take_as(&b, b.g, sync), THROTTLE_NONE);
        lease_give_back(&b.leases[--b.n]);
    }
    assert_int_equal(take_as(&b, b.g, sync), THROTTLE_RATE);
    tear_down(&b);
}

static void
environments_are_added_no_faster_than_the_scaling_rate(void **unused)
{
    const struct lease_ask cold = { .is_async = true, .needs_environment = true };
    struct bench b;

    (void)unused;
    set_up(&b, 1500, 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(take_as(&b, b.f, cold), THROTTLE_NONE);
    assert_int_equal(take_as(&b, b.f, cold), THROTTLE_ACCOUNT);
    assert_int_equal(take(&b, b.f), THROTTLE_NONE);          /* an idle one serves it */
    assert_int_equal(take_as(&b, b.g, cold), THROTTLE_NONE); /* each function its own */
    b.now += LAMB_NS_PER_S;
    for (int i = 0; i < 100; i++)
        assert_int_equal(take_as(&b, b.f, cold), THROTTLE_NONE);
    assert_int_equal(take_as(&b, b.f, cold), THROTTLE_ACCOUNT);
    tear_down(&b);
}

static void
what_can_be_set_apart_leaves_the_minimum(void **unused)
{
    struct bench b;

    (void)unused;
    set_up(&b, 1000, 100);
    assert_int_equal(usage_may_reserve(b.f, 900), CAPACITY_OK);
    assert_int_equal(usage_may_reserve(b.f, 901), CAPACITY_UNRESERVED_TOO_LOW);
    usage_reserve(b.f, 900);
    assert_int_equal(concurrency_unreserved(b.concurrency, "000000000000", "us-east-1"),
                     100);
    assert_int_equal(usage_may_reserve(b.f, 899), CAPACITY_OK);
    assert_int_equal(usage_may_reserve(b.g, 1), CAPACITY_UNRESERVED_TOO_LOW);
    assert_int_equal(usage_may_reserve(b.g, 0), CAPACITY_OK);
    assert_int_equal(usage_may_provision(b.g, 0, 1), CAPACITY_UNRESERVED_TOO_LOW);
    assert_int_equal(usage_may_provision(b.g, 0, 101), CAPACITY_ABOVE_UNRESERVED);
    assert_int_equal(usage_may_provision(b.f, 0, 901), CAPACITY_ABOVE_RESERVED);
    assert_int_equal(usage_may_provision(b.f, 0, 900), CAPACITY_OK);
    usage_provision(b.f, 0, 2);
    assert_int_equal(usage_may_reserve(b.f, 1), CAPACITY_BELOW_PROVISIONED);
    assert_int_equal(usage_may_reserve(b.f, 2), CAPACITY_OK);
    usage_provision(b.f, 2, 0);
    tear_down(&b);
    set_up(&b, 10, 10); /* a new account can reserve nothing but 0 */
    assert_int_equal(usage_may_reserve(b.f, 1), CAPACITY_UNRESERVED_TOO_LOW);
    assert_int_equal(usage_may_reserve(b.f, 0), CAPACITY_OK);
    tear_down(&b);
}

static void
an_answered_lease_comes_back_soon(void **unused)
{
    struct bench b;

    (void)unused;
    set_up(&b, 3, 0);
    usage_reserve(b.f, 1);
    assert_int_equal(take(&b, b.f), THROTTLE_NONE);
    assert_int_equal(take(&b, b.g), THROTTLE_NONE);
    assert_false(lease_comes_soon(b.f));
    lease_answered(&b.leases[1]);
    lease_answered(&b.leases[1]);        /* counts once */
    assert_false(lease_comes_soon(b.f)); /* what g gives back is not f's */
    assert_true(lease_comes_soon(b.g));
    lease_answered(&b.leases[0]);
    assert_true(lease_comes_soon(b.f));
    lease_give_back(&b.leases[0]);
    lease_give_back(&b.leases[1]);
    assert_false(lease_comes_soon(b.f));
    assert_false(lease_comes_soon(b.g));
    tear_down(&b);
}

/* -- the property -------------------------------------------------------------------
 */

enum { FUNCTIONS = 4, ACCOUNT = 20, STEPS = 20000 };
enum { SCALING = 5, SCALING_S = 10 }; /* environments in so many seconds */
#define SCALING_PERIOD_NS (SCALING_S * LAMB_NS_PER_S)
#define SCALING_COST_NS (SCALING_PERIOD_NS / SCALING)

/* The same thing, told as plainly as possible; nothing here is incremental. */
struct model {
    struct usage *usage;
    int64_t reserved;
    int64_t provisioned;
    int64_t on_demand;
    int64_t warm;
    int64_t scaling_ns; /* saved up, at most a period; an environment takes its cost */
    /* Most that may run: the limit, or what ran when it was lowered and has not ended
     * since. */
    int64_t ceiling;
    int64_t warm_ceiling;
};

static int64_t
most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t
least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What FN (NULL: those without a reservation) may run on demand. */
static int64_t
model_limit(const struct model *all, const struct model *fn)
{
    int64_t limit = ACCOUNT;

    if (fn && fn->reserved >= 0)
        return most(0, fn->reserved - fn->provisioned);
    for (int i = 0; i < FUNCTIONS; i++)
        limit -= all[i].reserved >= 0 ? all[i].reserved : all[i].provisioned;
    return most(0, limit);
}

static int64_t
model_sharing(const struct model *all)
{
    int64_t n = 0;

    for (int i = 0; i < FUNCTIONS; i++)
        n += all[i].reserved < 0 ? all[i].on_demand : 0;
    return n;
}

static int64_t
model_running(const struct model *all)
{
    int64_t n = 0;

    for (int i = 0; i < FUNCTIONS; i++)
        n += all[i].on_demand + all[i].warm;
    return n;
}

static enum throttle
model_take(struct model *all, struct model *fn, const struct lease_ask *ask)
{
    bool is_full = model_running(all) >= ACCOUNT;

    if (ask->has_provisioned && fn->warm < fn->provisioned && !is_full) {
        fn->warm++;
        return THROTTLE_NONE;
    }
    if (fn->reserved >= 0 && fn->on_demand >= model_limit(all, fn))
        return THROTTLE_RESERVED;
    if (is_full || (fn->reserved < 0 && model_sharing(all) >= model_limit(all, NULL)))
        return THROTTLE_ACCOUNT;
    if (ask->needs_environment) {
        if (fn->scaling_ns < SCALING_COST_NS)
            return THROTTLE_ACCOUNT;
        fn->scaling_ns -= SCALING_COST_NS;
    }
    fn->on_demand++;
    return THROTTLE_NONE;
}

/* At no instant does more run than a limit allows. */
static void
check(const struct bench *b, struct model *all, int64_t *shared_ceiling)
{
    int64_t running = model_running(all);

    assert_int_equal(concurrency_running(b->concurrency), running);
    assert_int_equal(b->n, running);
    assert_true(running <= ACCOUNT);
    *shared_ceiling =
        most(model_limit(all, NULL), least(*shared_ceiling, model_sharing(all)));
    assert_true(model_sharing(all) <= *shared_ceiling);
    for (int i = 0; i < FUNCTIONS; i++) {
        struct model *fn = &all[i];

        fn->ceiling = most(model_limit(all, fn), least(fn->ceiling, fn->on_demand));
        fn->warm_ceiling = most(fn->provisioned, least(fn->warm_ceiling, fn->warm));
        if (fn->reserved >= 0)
            assert_true(fn->on_demand <= fn->ceiling);
        assert_true(fn->warm <= fn->warm_ceiling);
    }
}

static struct model *
model_of(struct model *all, const struct usage *usage)
{
    for (int i = 0; i < FUNCTIONS; i++)
        if (all[i].usage == usage)
            return &all[i];
    fail_msg("a lease of nobody");
    return NULL;
}

/* An invocation ends: well, by a crash or by its time, it is all one here. */
static void
end_one(struct bench *b, struct model *all, size_t which)
{
    struct model *fn = model_of(all, b->leases[which].usage);

    if (b->leases[which].kind == LEASE_PROVISIONED)
        fn->warm--;
    else
        fn->on_demand--;
    lease_give_back(&b->leases[which]);
    b->leases[which] = b->leases[--b->n];
}

static void
change_one(struct model *all, struct model *fn, unsigned seed, int64_t *shared_ceiling)
{
    int64_t amount = (int64_t)(seed % (ACCOUNT + 4)) - 1;

    if (seed & 0x10000) {
        if (usage_may_reserve(fn->usage, amount) != CAPACITY_OK && amount >= 0)
            return;
        usage_reserve(fn->usage, amount);
        fn->reserved = amount;
    } else if (amount >= 0) {
        if (usage_may_provision(fn->usage, fn->provisioned, amount) != CAPACITY_OK)
            return;
        usage_provision(fn->usage, fn->provisioned, amount);
        fn->provisioned = amount;
    }
    /* What runs at this moment stays allowed until it ends. */
    fn->ceiling = most(fn->ceiling, fn->on_demand);
    *shared_ceiling = most(*shared_ceiling, model_sharing(all));
}

static void
pass_time(struct bench *b, struct model *all, int64_t ns)
{
    b->now += ns;
    for (int i = 0; i < FUNCTIONS; i++)
        all[i].scaling_ns = least(SCALING_PERIOD_NS, all[i].scaling_ns + ns);
}

static void
one_history(unsigned seed)
{
    struct bench b;
    struct model all[FUNCTIONS];
    int64_t shared_ceiling = ACCOUNT;
    const char *const names[FUNCTIONS] = { "f", "g", "h", "i" };

    set_up_with(&b, ACCOUNT, (int64_t)(seed % 6), SCALING, SCALING_S);
    for (int i = 0; i < FUNCTIONS; i++)
        all[i] = (struct model){
            .usage = usage_open(b.concurrency, "000000000000", "us-east-1", names[i]),
            .reserved = USAGE_NOT_RESERVED,
            .scaling_ns = SCALING_PERIOD_NS,
        };
    for (int step = 0; step < STEPS; step++) {
        unsigned random = (unsigned)rand_r(&seed);
        struct model *fn = &all[random / 7 % FUNCTIONS];

        if (random % 7 < 4) {
            struct lease_ask ask = { .is_async = true,
                                     .has_provisioned = (random & 0x4000) != 0,
                                     .needs_environment = (random & 0x18000) == 0 };
            enum throttle want = model_take(all, fn, &ask);

            assert_int_equal(take_as(&b, fn->usage, ask), want);
        } else if (random % 7 < 6 && b.n) {
            end_one(&b, all, random / 28 % b.n);
        } else if (random % 35 == 6) {
            change_one(all, fn, (unsigned)rand_r(&seed), &shared_ceiling);
        }
        pass_time(&b, all, (int64_t)(random % 50) * LAMB_NS_PER_MS);
        check(&b, all, &shared_ceiling);
    }
    while (b.n)
        end_one(&b, all, 0);
    /* No slot leaked: with nothing set apart everything can be taken once more. */
    for (int i = 0; i < FUNCTIONS; i++) {
        usage_provision(all[i].usage, all[i].provisioned, 0);
        usage_reserve(all[i].usage, USAGE_NOT_RESERVED);
    }
    for (int i = 0; i < ACCOUNT; i++)
        assert_int_equal(take(&b, all[i % FUNCTIONS].usage), THROTTLE_NONE);
    assert_int_equal(take(&b, all[0].usage), THROTTLE_ACCOUNT);
    for (int i = 0; i < FUNCTIONS; i++)
        usage_close(all[i].usage);
    tear_down(&b);
}

static void
no_limit_is_exceeded_and_no_slot_leaks_in_random_histories(void **unused)
{
    (void)unused;
    for (unsigned seed = 1; seed <= 12; seed++) {
        print_message("# history %u\n", seed);
        one_history(seed);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_account_is_shared_by_all_functions_of_a_region),
        cmocka_unit_test(what_is_reserved_is_a_ceiling_and_a_guarantee),
        cmocka_unit_test(a_function_that_reserved_nothing_at_all_never_runs),
        cmocka_unit_test(provisioned_environments_go_first_and_the_rest_spills_over),
        cmocka_unit_test(requests_are_ten_a_second_for_each_of_the_concurrency),
        cmocka_unit_test(environments_are_added_no_faster_than_the_scaling_rate),
        cmocka_unit_test(what_can_be_set_apart_leaves_the_minimum),
        cmocka_unit_test(an_answered_lease_comes_back_soon),
        cmocka_unit_test(no_limit_is_exceeded_and_no_slot_leaks_in_random_histories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
