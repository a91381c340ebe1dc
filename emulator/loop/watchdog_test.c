/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/watchdog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "sdk/base/log.h"
#include "sdk/base/num.h"

/* Both are wrapped at link time. */
int __wrap_clock_gettime(clockid_t id, struct timespec *ts);
void __wrap_lamb_log(enum lamb_log_level level, const char *component, const char *fmt,
                     ...) __attribute__((format(printf, 3, 4)));

static int64_t now_ns;
static unsigned warnings;
static char last_warning[256];

int
__wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
    assert_int_equal(id, CLOCK_MONOTONIC);
    ts->tv_sec = now_ns / LAMB_NS_PER_S;
    ts->tv_nsec = now_ns % LAMB_NS_PER_S;
    return 0;
}

void
__wrap_lamb_log(enum lamb_log_level level, const char *component, const char *fmt, ...)
{
    va_list ap;

    assert_int_equal(level, LAMB_LOG_WARN);
    assert_string_equal(component, "loop");
    warnings++;
    va_start(ap, fmt);
    (void)vsnprintf(last_warning, sizeof(last_warning), fmt, ap);
    va_end(ap);
}

static int
reset(void **state)
{
    (void)state;
    now_ns = 1000 * LAMB_NS_PER_S;
    warnings = 0;
    last_warning[0] = '\0';
    return 0;
}

static void
spend(struct watchdog *dog, const char *name, int64_t ns)
{
    (void)watchdog_begin(dog);
    now_ns += ns;
    watchdog_end(dog, name);
}

static void
ten_milliseconds_are_allowed_and_no_more(void **state)
{
    struct watchdog dog = { 0 };

    (void)state;
    spend(&dog, "quick", LOOP_SLOW_NS);
    assert_int_equal(dog.stats.callbacks, 1);
    assert_int_equal(dog.stats.slow_callbacks, 0);
    assert_null(dog.stats.slowest_name);
    assert_int_equal(warnings, 0);

    spend(&dog, "slow", LOOP_SLOW_NS + 1);
    assert_int_equal(dog.stats.callbacks, 2);
    assert_int_equal(dog.stats.slow_callbacks, 1);
    assert_int_equal(dog.stats.slowest_ns, LOOP_SLOW_NS + 1);
    assert_string_equal(dog.stats.slowest_name, "slow");
    assert_int_equal(warnings, 1);
    assert_non_null(strstr(last_warning, "'slow'"));
    assert_non_null(strstr(last_warning, "10 ms"));
}

static void
each_name_is_warned_about_once_a_second(void **state)
{
    struct watchdog dog = { 0 };

    (void)state;
    for (int i = 0; i < 10; i++) {
        spend(&dog, "one", 50 * LAMB_NS_PER_MS);
        spend(&dog, "two", 40 * LAMB_NS_PER_MS);
    }
    assert_int_equal(dog.stats.slow_callbacks, 20);
    assert_int_equal(warnings, 2);

    now_ns += LAMB_NS_PER_S;
    watchdog_rest(&dog);
    spend(&dog, "one", 50 * LAMB_NS_PER_MS);
    assert_int_equal(warnings, 3);
    assert_non_null(strstr(last_warning, "9 more"));
}

static void
more_slow_names_than_entries_are_muted_not_mixed_up(void **state)
{
    static char names[WATCHDOG_NAMES + 1][16];
    struct watchdog dog = { 0 };

    (void)state;
    for (size_t i = 0; i < WATCHDOG_NAMES + 1; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "name %zu", i);
        spend(&dog, names[i], 11 * LAMB_NS_PER_MS);
    }
    assert_int_equal(warnings, WATCHDOG_NAMES);

    now_ns += LAMB_NS_PER_S;
    watchdog_rest(&dog);
    spend(&dog, names[WATCHDOG_NAMES], 11 * LAMB_NS_PER_MS);
    assert_int_equal(warnings, WATCHDOG_NAMES + 1);
    assert_non_null(strstr(last_warning, "'name 16'"));
    assert_non_null(strstr(last_warning, "(0 more")); /* those were another name's */
}

static void
the_wait_is_nobodys_time(void **state)
{
    struct watchdog dog = { 0 };

    (void)state;
    spend(&dog, "before", 1);
    watchdog_rest(&dog);
    now_ns += 60 * LAMB_NS_PER_S;
    spend(&dog, "after", 1);
    assert_int_equal(dog.stats.slow_callbacks, 0);
}

static void
an_inner_call_is_not_counted_twice(void **state)
{
    struct watchdog dog = { 0 };

    (void)state;
    (void)watchdog_begin(&dog);
    spend(&dog, "inner", 20 * LAMB_NS_PER_MS);
    now_ns += LAMB_NS_PER_MS;
    watchdog_end(&dog, "outer");
    assert_int_equal(dog.stats.callbacks, 2);
    assert_int_equal(dog.stats.slow_callbacks, 1);
    assert_string_equal(dog.stats.slowest_name, "inner");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(ten_milliseconds_are_allowed_and_no_more, reset),
        cmocka_unit_test_setup(each_name_is_warned_about_once_a_second, reset),
        cmocka_unit_test_setup(more_slow_names_than_entries_are_muted_not_mixed_up,
                               reset),
        cmocka_unit_test_setup(the_wait_is_nobodys_time, reset),
        cmocka_unit_test_setup(an_inner_call_is_not_counted_twice, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
