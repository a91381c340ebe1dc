/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/watchdog.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emulator/loop/loop_testing.h"
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
a_quiet_one_counts_and_does_not_warn(void **state)
{
    struct watchdog dog = { .is_quiet = true };

    (void)state;
    spend(&dog, "slow", LOOP_SLOW_NS + 1);
    assert_int_equal(dog.stats.slow_callbacks, 1);
    assert_int_equal(warnings, 0);
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

/* -- in the loop: each kind of callback, under its own name
 * ------------------------------
 */

static int64_t dawdle_ns; /* each longer than the one before: it is the slowest */

static void
dawdle(void *data)
{
    (void)data;
    dawdle_ns += LAMB_NS_PER_S;
    now_ns += dawdle_ns;
}

static void
dawdle_fd(void *data, int fd, unsigned events)
{
    (void)events;
    (void)!read(fd, &(char){ 0 }, 1);
    dawdle(data);
}

static void
dawdle_signal(void *data, int signum)
{
    (void)signum;
    dawdle(data);
}

static bool
dawdle_hook(void *data)
{
    dawdle(data);
    return false;
}

static void
run_nothing(struct loop_work *work)
{
    (void)work;
}

static void
dawdle_work(struct loop_work *work)
{
    dawdle(work);
}

/* Run turns until the slowest callback's name is NAME. */
static void
expect_slowest(struct loop *loop, const char *name)
{
    const struct loop_stats *stats = loop_stats(loop);
    uint64_t before = stats->slow_callbacks;

    print_message("# %s\n", name);
    while (stats->slow_callbacks == before)
        run_turns(loop, 1);
    assert_string_equal(stats->slowest_name, name);
    assert_int_equal(stats->slowest_ns, dawdle_ns);
}

static void
a_slow_descriptor_and_a_slow_signal_are_named(void **state)
{
    struct loop_signal *sig = NULL;
    struct loop_fd *watch = NULL;
    struct lamb_err err;
    int fds[2];

    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    assert_int_equal(
        loop_watch(*state, fds[0], LOOP_READABLE, "fd", dawdle_fd, NULL, &watch, &err),
        0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    expect_slowest(*state, "fd");

    assert_int_equal(loop_signal_new(*state, SIGUSR1, dawdle_signal, NULL, &sig, &err),
                     0);
    assert_int_equal(raise(SIGUSR1), 0);
    expect_slowest(*state, "signal");

    loop_signal_free(&sig);
    loop_unwatch(&watch);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void
slow_timers_tasks_and_hooks_are_named(void **state)
{
    struct loop_hook hook = { .name = "hook", .fn = dawdle_hook };
    struct loop_task task;
    struct timer timer;

    timer_init(&timer, loop_timers(*state), "timer", dawdle, NULL);
    timer_start(&timer, 0);
    expect_slowest(*state, "timer");

    loop_task_init(&task, "task", dawdle, NULL);
    loop_defer(*state, &task);
    expect_slowest(*state, "task");

    loop_hook_add(*state, &hook);
    expect_slowest(*state, "hook");
    loop_hook_remove(*state, &hook);

    loop_bury(*state, &task, dawdle);
    expect_slowest(*state, "graveyard");
}

static void
slow_work_and_mailboxes_are_named(void **state)
{
    struct loop_work work = { .name = "work", .run = run_nothing, .done = dawdle_work };
    struct loop_mailbox *box = NULL;
    struct lamb_err err;

    assert_int_equal(loop_work(*state, &work, &err), 0);
    expect_slowest(*state, "work");
    assert_int_equal(loop_mailbox_new(*state, "mailbox", dawdle, NULL, &box, &err), 0);
    loop_mailbox_signal(box);
    expect_slowest(*state, "mailbox");
    loop_mailbox_free(&box);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(ten_milliseconds_are_allowed_and_no_more, reset),
        cmocka_unit_test_setup(a_quiet_one_counts_and_does_not_warn, reset),
        cmocka_unit_test_setup(each_name_is_warned_about_once_a_second, reset),
        cmocka_unit_test_setup(more_slow_names_than_entries_are_muted_not_mixed_up,
                               reset),
        cmocka_unit_test_setup(the_wait_is_nobodys_time, reset),
        cmocka_unit_test_setup(an_inner_call_is_not_counted_twice, reset),
        LOOP_TEST(a_slow_descriptor_and_a_slow_signal_are_named),
        LOOP_TEST(slow_timers_tasks_and_hooks_are_named),
        LOOP_TEST(slow_work_and_mailboxes_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
