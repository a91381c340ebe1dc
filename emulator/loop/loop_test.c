/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/loop.h"

#include <sys/timerfd.h>
#include <time.h>

#include "emulator/loop/loop_testing.h"
#include "sdk/base/clock.h"
#include "sdk/base/enum.h"
#include "sdk/base/log.h"
#include "sdk/base/num.h"

/* Wrapped at link time: to count, to jump, to keep the test's output clean. */
int __real_timerfd_settime(int fd, int flags, const struct itimerspec *spec,
                           struct itimerspec *old);
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *spec,
                           struct itimerspec *old);
int __real_clock_gettime(clockid_t id, struct timespec *ts);
int __wrap_clock_gettime(clockid_t id, struct timespec *ts);
void __wrap_lamb_log(enum lamb_log_level level, const char *component, const char *fmt,
                     ...) __attribute__((format(printf, 3, 4)));

static unsigned armings;
static int64_t jumped_s;

int
__wrap_timerfd_settime(int fd, int flags, const struct itimerspec *spec,
                       struct itimerspec *old)
{
    armings++;
    return __real_timerfd_settime(fd, flags, spec, old);
}

int
__wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
    int r = __real_clock_gettime(id, ts);

    ts->tv_sec += jumped_s;
    return r;
}

void
__wrap_lamb_log(enum lamb_log_level level, const char *component, const char *fmt, ...)
{
    (void)level;
    (void)component;
    (void)fmt;
}

/* What happened, in order: one letter each. */
struct diary {
    struct loop *loop;
    char text[64];
    size_t len;
};

struct page {
    struct diary *diary;
    char letter;
};

static void
note(void *data)
{
    struct page *page = data;

    assert_true(page->diary->len + 1 < sizeof(page->diary->text));
    page->diary->text[page->diary->len++] = page->letter;
}

static void
note_and_stop(void *data)
{
    note(data);
    loop_stop(((struct page *)data)->diary->loop);
}

static void
stop(void *data)
{
    loop_stop(data);
}

static void
do_nothing(void *data)
{
    (void)data;
}

static void
fail_test(void *data)
{
    (void)data;
    fail();
}

/* -- timers ----------------------------------------------------------------------- */

static void
a_timer_never_fires_early(void **state)
{
    struct loop *loop = *state;
    struct timer timer;

    timer_init(&timer, loop_timers(loop), "test", stop, loop);
    for (int64_t wait = 0; wait < 20; wait++) {
        int64_t due = lamb_mono_ns() + wait * 150 * LAMB_NS_PER_US;

        timer_start(&timer, due);
        loop_run(loop);
        assert_int_equal(timer.index, 0);
        assert_true(lamb_mono_ns() >= due);
    }
}

static void
timers_fire_in_due_order_and_one_in_the_past_at_once(void **state)
{
    struct loop *loop = *state;
    struct diary diary = { .loop = loop };
    struct page pages[] = { { &diary, 'a' }, { &diary, 'b' }, { &diary, 'c' } };
    struct timer timer[LAMB_COUNT(pages)];
    int64_t now = lamb_mono_ns();

    for (size_t i = 0; i < LAMB_COUNT(pages); i++)
        timer_init(&timer[i], loop_timers(loop), "test", note, &pages[i]);
    timer[0].fn = note_and_stop;
    timer_start(&timer[0], now + 2 * LAMB_NS_PER_MS);
    timer_start(&timer[1], now + LAMB_NS_PER_MS);
    timer_start(&timer[2], -5);
    loop_run(loop);
    assert_string_equal(diary.text, "cba");
}

static void
starting_and_stopping_a_limit_costs_no_system_call(void **state)
{
    struct loop *loop = *state;
    int64_t now = lamb_mono_ns();
    struct timer limit, soon;

    timer_init(&limit, loop_timers(loop), "limit", stop, loop);
    timer_init(&soon, loop_timers(loop), "soon", stop, loop);
    armings = 0;
    for (int64_t i = 0; i < 500; i++) {
        timer_start(&limit, now + 60 * LAMB_NS_PER_S + i);
        run_turns(loop, 1);
        timer_stop(&limit);
        run_turns(loop, 1);
    }
    assert_int_equal(armings, 1);

    timer_start(&soon, now + 30 * LAMB_NS_PER_S); /* earlier: has to be armed */
    timer_start(&limit, now + 20 * LAMB_NS_PER_S);
    run_turns(loop, 2);
    assert_int_equal(armings, 2); /* once a turn, not once a timer */
    timer_stop(&soon);
    timer_stop(&limit);
}

static void
a_stopped_timer_wakes_the_loop_once_for_nothing(void **state)
{
    struct loop *loop = *state;
    const struct loop_stats *stats = loop_stats(loop);
    struct timer stopped, later;
    uint64_t turns;
    int64_t due;

    timer_init(&stopped, loop_timers(loop), "stopped", do_nothing, NULL);
    timer_init(&later, loop_timers(loop), "later", stop, loop);
    /* Until the machine is quick enough to arm it before it is due. */
    for (int64_t wait = LAMB_NS_PER_MS; !stopped.index; wait *= 2) {
        due = lamb_mono_ns() + wait;
        timer_start(&stopped, due);
        run_turns(loop, 1);
    }
    stopped.fn = fail_test;
    timer_stop(&stopped);
    timer_start(&later, due + LAMB_NS_PER_MS);
    turns = stats->turns;
    loop_run(loop);
    assert_true(lamb_mono_ns() >= due + LAMB_NS_PER_MS);
    assert_in_range(stats->turns - turns, 1, 2); /* one if this machine stalled */
}

/* -- hooks ------------------------------------------------------------------------ */

struct counter {
    struct loop *loop;
    struct loop_hook hook;
    struct loop_hook *victim;
    unsigned calls;
    unsigned stop_at;
    bool has_more;
};

static bool
count_call(void *data)
{
    struct counter *counter = data;

    if (++counter->calls == counter->stop_at)
        loop_stop(counter->loop);
    if (counter->victim) {
        loop_hook_remove(counter->loop, counter->victim);
        counter->victim = NULL;
    }
    return counter->has_more;
}

static void
counter_add(struct counter *counter, struct loop *loop)
{
    counter->loop = loop;
    counter->hook =
        (struct loop_hook){ .name = "counter", .fn = count_call, .data = counter };
    loop_hook_add(loop, &counter->hook);
}

static void
a_hook_runs_before_and_after_each_wait(void **state)
{
    struct counter counter = { 0 };

    counter_add(&counter, *state);
    run_turns(*state, 3);
    assert_int_equal(counter.calls, 6);
    loop_hook_remove(*state, &counter.hook);
    run_turns(*state, 1);
    assert_int_equal(counter.calls, 6);
}

static void
a_hook_that_always_has_more_starves_nobody(void **state)
{
    struct loop *loop = *state;
    struct diary diary = { .loop = loop };
    struct page pages[] = { { &diary, 't' }, { &diary, 'T' } };
    struct counter greedy = { .has_more = true };
    struct timer timer[2];
    int64_t now = lamb_mono_ns();

    counter_add(&greedy, loop);
    for (size_t i = 0; i < LAMB_COUNT(timer); i++)
        timer_init(&timer[i], loop_timers(loop), "test", note, &pages[i]);
    timer[1].fn = note_and_stop;
    timer_start(&timer[0], now + LAMB_NS_PER_MS);
    timer_start(&timer[1], now + 3 * LAMB_NS_PER_MS);
    loop_run(loop);
    assert_string_equal(diary.text, "tT");
    assert_true(greedy.calls > 2);
    loop_hook_remove(loop, &greedy.hook);
}

static void
a_hook_that_has_more_is_called_again_without_any_event(void **state)
{
    struct counter greedy = { .has_more = true, .stop_at = 100 };

    counter_add(&greedy, *state);
    loop_run(*state); /* would hang if the wait slept */
    assert_true(greedy.calls >= 100);
    loop_hook_remove(*state, &greedy.hook);
}

static void
a_hook_that_has_no_more_lets_the_loop_sleep(void **state)
{
    struct loop *loop = *state;
    struct counter calm = { 0 };
    struct timer timer;

    counter_add(&calm, loop);
    timer_init(&timer, loop_timers(loop), "test", stop, loop);
    timer_start(&timer, lamb_mono_ns() + 20 * LAMB_NS_PER_MS);
    loop_run(loop);
    assert_true(loop_stats(loop)->turns <= 2);
    loop_hook_remove(loop, &calm.hook);
}

static void
a_hook_may_remove_itself_and_the_next(void **state)
{
    struct counter counter[4] = { 0 };

    for (size_t i = 0; i < LAMB_COUNT(counter); i++)
        counter_add(&counter[i], *state);
    counter[0].victim = &counter[1].hook;
    counter[2].victim = &counter[2].hook;
    run_turns(*state, 1);
    assert_int_equal(counter[0].calls, 2);
    assert_int_equal(counter[1].calls, 0);
    assert_int_equal(counter[2].calls, 1);
    assert_int_equal(counter[3].calls, 2);
    loop_hook_remove(*state, &counter[0].hook);
    loop_hook_remove(*state, &counter[3].hook);
}

static bool
make_work_for_the_first(void *data)
{
    struct counter *first = data;

    if (!first->stop_at) {
        first->stop_at = first->calls + 1;
        loop_stay_awake(first->loop);
    }
    return false;
}

static void
work_for_a_hook_that_was_called_already_keeps_the_loop_awake(void **state)
{
    struct counter first = { 0 };
    struct loop_hook second = { .name = "second",
                                .fn = make_work_for_the_first,
                                .data = &first };

    counter_add(&first, *state);
    loop_hook_add(*state, &second);
    loop_run(*state); /* would hang if the wait slept */
    assert_true(first.calls >= 2);
    loop_hook_remove(*state, &second);
    loop_hook_remove(*state, &first.hook);
}

/* -- tasks and graveyard ---------------------------------------------------------- */

struct deferral {
    struct page page;
    struct loop_task task;
    struct loop_task *next;
};

static void
note_and_defer(void *data)
{
    struct deferral *deferral = data;

    note(&deferral->page);
    if (deferral->next)
        loop_defer(deferral->page.diary->loop, deferral->next);
    deferral->next = NULL;
}

static void
deferral_init(struct deferral *deferral, struct diary *diary, char letter)
{
    *deferral = (struct deferral){ .page = { diary, letter } };
    loop_task_init(&deferral->task, "test", note_and_defer, deferral);
}

static void
tasks_run_in_order_and_what_they_defer_waits_for_the_next_turn(void **state)
{
    struct diary diary = { .loop = *state };
    struct deferral a, b, c;

    deferral_init(&a, &diary, 'a');
    deferral_init(&b, &diary, 'b');
    deferral_init(&c, &diary, 'c');
    a.next = &a.task; /* again */
    b.next = &c.task;
    loop_defer(*state, &b.task);
    loop_defer(*state, &a.task);
    loop_defer(*state, &b.task); /* queued already: keeps its place */
    run_turns(*state, 1);
    assert_string_equal(diary.text, "ba");
    run_turns(*state, 1);
    assert_string_equal(diary.text, "baca");
    run_turns(*state, 1);
    assert_string_equal(diary.text, "baca");
}

static void
a_cancelled_task_does_not_run(void **state)
{
    struct diary diary = { .loop = *state };
    struct deferral a, b;

    deferral_init(&a, &diary, 'a');
    deferral_init(&b, &diary, 'b');
    loop_defer(*state, &a.task);
    loop_defer(*state, &b.task);
    loop_task_cancel(&a.task);
    loop_task_cancel(&a.task); /* harmless */
    run_turns(*state, 1);
    assert_string_equal(diary.text, "b");
}

static void
cancel_task(void *data)
{
    loop_task_cancel(data);
}

static void
a_task_may_cancel_one_of_the_same_turn(void **state)
{
    struct diary diary = { .loop = *state };
    struct loop_task killer;
    struct deferral a;

    deferral_init(&a, &diary, 'a');
    loop_task_init(&killer, "killer", cancel_task, &a.task);
    loop_defer(*state, &killer);
    loop_defer(*state, &a.task);
    run_turns(*state, 1);
    assert_string_equal(diary.text, "");
}

struct corpse {
    struct page page;
    struct corpse *heir; /* buried when this one is freed */
};

static void
free_corpse(void *ptr)
{
    struct corpse *corpse = ptr;

    note(&corpse->page);
    if (corpse->heir)
        loop_bury(corpse->page.diary->loop, corpse->heir, free_corpse);
}

static void
bury_and_defer(void *data)
{
    struct deferral *deferral = data;
    static struct corpse child, parent;

    child = (struct corpse){ .page = { deferral->page.diary, 'y' } };
    parent = (struct corpse){ .page = { deferral->page.diary, 'x' }, .heir = &child };
    loop_bury(deferral->page.diary->loop, &parent, free_corpse);
    loop_defer(deferral->page.diary->loop, &deferral->task);
}

static void
the_graveyard_comes_after_the_tasks_of_the_turn(void **state)
{
    struct loop *loop = *state;
    struct diary diary = { .loop = loop };
    struct deferral a;
    struct timer timer;

    deferral_init(&a, &diary, 'a');
    timer_init(&timer, loop_timers(loop), "test", bury_and_defer, &a);
    timer_start(&timer, 0);
    run_turns(loop, 1);
    assert_string_equal(diary.text, "axy");
}

static void
stop_by_free(void *ptr)
{
    loop_stop(ptr);
}

static bool
bury_the_stop(void *data)
{
    loop_bury(data, data, stop_by_free);
    return false;
}

static void
what_a_hook_buries_before_the_wait_does_not_wait(void **state)
{
    struct loop_hook hook = { .name = "bury", .fn = bury_the_stop, .data = *state };

    loop_hook_add(*state, &hook);
    loop_run(*state); /* would hang if the wait slept */
    assert_int_equal(loop_stats(*state)->turns, 1);
    loop_hook_remove(*state, &hook);
}

static void
what_is_still_buried_at_the_end_is_freed(void **state)
{
    struct diary diary = { 0 };
    struct corpse corpse = { .page = { &diary, 'x' } };
    struct lamb_err err;
    struct loop *loop;

    (void)state;
    assert_int_equal(loop_new(&loop, &err), 0);
    loop_bury(loop, &corpse, free_corpse);
    loop_free(loop);
    assert_string_equal(diary.text, "x");
}

static void
a_stop_before_the_run_is_not_lost(void **state)
{
    loop_stop(*state);
    loop_run(*state);
    assert_int_equal(loop_stats(*state)->turns, 0);
}

static void
the_time_between_two_runs_is_nobodys(void **state)
{
    struct counter counter = { 0 };

    counter_add(&counter, *state);
    run_turns(*state, 1);
    jumped_s += 1000;
    run_turns(*state, 1);
    assert_true(loop_stats(*state)->slowest_ns < 1000 * LAMB_NS_PER_S);
    loop_hook_remove(*state, &counter.hook);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(a_timer_never_fires_early),
        LOOP_TEST(timers_fire_in_due_order_and_one_in_the_past_at_once),
        LOOP_TEST(starting_and_stopping_a_limit_costs_no_system_call),
        LOOP_TEST(a_stopped_timer_wakes_the_loop_once_for_nothing),
        LOOP_TEST(a_hook_runs_before_and_after_each_wait),
        LOOP_TEST(a_hook_that_always_has_more_starves_nobody),
        LOOP_TEST(a_hook_that_has_more_is_called_again_without_any_event),
        LOOP_TEST(a_hook_that_has_no_more_lets_the_loop_sleep),
        LOOP_TEST(a_hook_may_remove_itself_and_the_next),
        LOOP_TEST(work_for_a_hook_that_was_called_already_keeps_the_loop_awake),
        LOOP_TEST(tasks_run_in_order_and_what_they_defer_waits_for_the_next_turn),
        LOOP_TEST(a_cancelled_task_does_not_run),
        LOOP_TEST(a_task_may_cancel_one_of_the_same_turn),
        LOOP_TEST(the_graveyard_comes_after_the_tasks_of_the_turn),
        LOOP_TEST(what_a_hook_buries_before_the_wait_does_not_wait),
        cmocka_unit_test(what_is_still_buried_at_the_end_is_freed),
        LOOP_TEST(a_stop_before_the_run_is_not_lost),
        LOOP_TEST(the_time_between_two_runs_is_nobodys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
