/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/platform_clock.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "emulator/loop/loop_testing.h"
#include "sdk/base/clock.h"
#include "sdk/base/enum.h"
#include "sdk/base/num.h"

/* Wrapped at link time: the wall clock stands where the test puts it. */
int __real_clock_gettime(clockid_t id, struct timespec *ts);
int __wrap_clock_gettime(clockid_t id, struct timespec *ts);

#define WALL_NS (INT64_C(1800000000) * LAMB_NS_PER_S)
#define HOUR_NS (3600 * LAMB_NS_PER_S)

static int64_t wall_ns;
static int64_t mono_jumped_s; /* how far the test has pushed the monotonic clock */

int
__wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
    int r = __real_clock_gettime(id, ts);

    if (id == CLOCK_REALTIME) {
        ts->tv_sec = wall_ns / LAMB_NS_PER_S;
        ts->tv_nsec = wall_ns % LAMB_NS_PER_S;
    } else {
        ts->tv_sec += mono_jumped_s;
    }
    return r;
}

struct fixture {
    struct loop *loop;
    struct platform_clock *clock;
    unsigned changes;
    unsigned done;
    bool is_busy; /* what the quiescence probe denies */
    unsigned asked;
    char diary[64]; /* one letter for each timer that fired */
    int64_t fired_at[64];
    size_t fired;
    size_t fired_when_done;
};

struct alarm {
    struct fixture *fx;
    struct timer timer;
    char letter;
    bool makes_busy;
    struct alarm *starts; /* another alarm, AFTER_NS after this one fires */
    int64_t after_ns;
};

static void
on_changed(void *data)
{
    ((struct fixture *)data)->changes++;
}

static bool
is_quiescent(void *data)
{
    struct fixture *fx = data;

    fx->asked++;
    return !fx->is_busy;
}

static int
make_fixture(void **state)
{
    static struct fixture fx;
    struct lamb_err err;

    fx = (struct fixture){ 0 };
    wall_ns = WALL_NS;
    mono_jumped_s = 0;
    if (loop_new(&fx.loop, &err) < 0 ||
        platform_clock_new(fx.loop, &fx.clock, &err) < 0)
        return -1;
    platform_clock_on_change(fx.clock, on_changed, &fx);
    platform_clock_on_quiescent(fx.clock, is_quiescent, &fx);
    *state = &fx;
    return 0;
}

static int
drop_fixture(void **state)
{
    struct fixture *fx = *state;

    platform_clock_free(fx->clock);
    loop_free(fx->loop);
    return 0;
}

static void
ring(void *data)
{
    struct alarm *alarm = data;
    struct fixture *fx = alarm->fx;

    fx->fired_at[fx->fired] = platform_clock_now_ns(fx->clock);
    fx->diary[fx->fired++] = alarm->letter;
    if (alarm->makes_busy)
        fx->is_busy = true;
    if (alarm->starts)
        timer_start(&alarm->starts->timer,
                    platform_clock_now_ns(fx->clock) + alarm->after_ns);
}

static void
alarm_init(struct alarm *alarm, struct fixture *fx, char letter)
{
    *alarm = (struct alarm){ .fx = fx, .letter = letter };
    timer_init(&alarm->timer, platform_clock_timers(fx->clock), "alarm", ring, alarm);
}

/* Started and due DUE_NS after the wall clock of the fixture. */
static void
alarm_set(struct alarm *alarm, struct fixture *fx, char letter, int64_t due_ns)
{
    alarm_init(alarm, fx, letter);
    timer_start(&alarm->timer, WALL_NS + due_ns);
}

static void
count_done(void *data)
{
    struct fixture *fx = data;

    fx->done++;
    fx->fired_when_done = fx->fired;
    loop_stop(fx->loop);
}

static void
advance(struct fixture *fx, int64_t delta_ns)
{
    unsigned before = fx->done;

    assert_int_equal(platform_clock_advance(fx->clock, delta_ns, count_done, fx), 0);
    assert_int_equal(fx->done, before); /* never from inside */
    loop_run(fx->loop);
    assert_int_equal(fx->done, before + 1);
}

static int64_t
now_after_start(const struct fixture *fx)
{
    return platform_clock_now_ns(fx->clock) - WALL_NS;
}

/* Let the machine's clocks run on and the loop notice. */
static void
pass(struct fixture *fx, int64_t wall_s, int64_t mono_s)
{
    wall_ns += wall_s * LAMB_NS_PER_S;
    mono_jumped_s += mono_s;
    run_turns(fx->loop, 2);
}

/* -- free and held -------------------------------------------------------------------
 */

static void
a_new_clock_shows_real_time(void **state)
{
    struct fixture *fx = *state;

    assert_int_equal(now_after_start(fx), 0);
    wall_ns += 7;
    assert_int_equal(now_after_start(fx), 7);
}

static void
hold_stands_still_and_release_goes_on_from_there(void **state)
{
    struct fixture *fx = *state;

    platform_clock_hold(fx->clock);
    platform_clock_hold(fx->clock); /* harmless */
    assert_int_equal(fx->changes, 1);
    wall_ns += HOUR_NS;
    assert_int_equal(now_after_start(fx), 0);
    platform_clock_release(fx->clock);
    platform_clock_release(fx->clock);
    assert_int_equal(fx->changes, 2);
    assert_int_equal(now_after_start(fx), 0);
    wall_ns += 5;
    assert_int_equal(now_after_start(fx), 5);
}

static void
what_get_gives_set_restores(void **state)
{
    static const struct platform_clock_state states[] = {
        { .offset_ns = 0 },
        { .offset_ns = -HOUR_NS },
        { .offset_ns = 5 * HOUR_NS },
        { .offset_ns = 3, .held = true, .held_at_ns = WALL_NS - 1 },
    };
    static const int64_t want_ns[] = { 0, -HOUR_NS, 5 * HOUR_NS, -1 };
    struct fixture *fx = *state;

    for (size_t i = 0; i < LAMB_COUNT(states); i++) {
        struct platform_clock_state got;

        platform_clock_set(fx->clock, &states[i]);
        assert_int_equal(now_after_start(fx), want_ns[i]);
        platform_clock_get(fx->clock, &got);
        assert_int_equal(got.offset_ns, states[i].offset_ns);
        assert_int_equal(got.held, states[i].held);
        assert_int_equal(got.held_at_ns, states[i].held_at_ns);
    }
    assert_int_equal(fx->changes, 0); /* whoever sets knows */
}

static void
a_timer_fires_when_the_wall_clock_gets_there_and_not_before(void **state)
{
    struct fixture *fx = *state;
    struct alarm a;

    alarm_set(&a, fx, 'a', 2 * LAMB_NS_PER_S);
    pass(fx, 1, 2); /* the wall clock is slow */
    assert_string_equal(fx->diary, "");
    pass(fx, 1, 1);
    assert_string_equal(fx->diary, "a");
}

static void
a_jump_of_the_wall_clock_is_noticed(void **state)
{
    struct fixture *fx = *state;
    struct alarm a;

    alarm_set(&a, fx, 'a', 5 * HOUR_NS);
    pass(fx, 5 * 3600, 0);
    assert_string_equal(fx->diary, "");
    pass(fx, 0, PLATFORM_CLOCK_RECHECK_NS / LAMB_NS_PER_S);
    assert_string_equal(fx->diary, "a");
}

static void
setting_the_clock_fires_what_became_due(void **state)
{
    struct fixture *fx = *state;
    struct alarm a, b;

    alarm_set(&b, fx, 'b', 2 * HOUR_NS);
    alarm_set(&a, fx, 'a', HOUR_NS);
    platform_clock_set(fx->clock,
                       &(struct platform_clock_state){ .offset_ns = 3 * HOUR_NS });
    run_turns(fx->loop, 2);
    assert_string_equal(fx->diary, "ab");
}

static void
while_held_only_what_is_due_already_fires(void **state)
{
    struct fixture *fx = *state;
    struct alarm now, later;

    platform_clock_hold(fx->clock);
    alarm_set(&later, fx, 'l', 1);
    alarm_set(&now, fx, 'n', 0);
    pass(fx, 3600, 3600);
    assert_string_equal(fx->diary, "n");
    assert_int_equal(timers_earliest(loop_timers(fx->loop)), TIMER_NEVER);
    platform_clock_release(fx->clock);
    pass(fx, 1, 1);
    assert_string_equal(fx->diary, "nl");
}

static void
a_timer_that_starts_itself_at_once_does_not_starve_the_loop(void **state)
{
    struct fixture *fx = *state;
    struct alarm a;

    platform_clock_hold(fx->clock);
    alarm_set(&a, fx, 'a', 0);
    a.starts = &a;
    run_turns(fx->loop, 5);
    assert_in_range(fx->fired, 2, 10);
    timer_stop(&a.timer);
}

/* -- advancing
 * ------------------------------------------------------------------------- */

static void
an_advance_steps_from_timer_to_timer(void **state)
{
    struct fixture *fx = *state;
    struct alarm a, b, c, beyond;

    platform_clock_hold(fx->clock);
    alarm_set(&c, fx, 'c', 30);
    alarm_set(&beyond, fx, 'x', 31);
    alarm_set(&a, fx, 'a', 10);
    alarm_set(&b, fx, 'b', 20);
    advance(fx, 30);
    assert_string_equal(fx->diary, "abc");
    assert_int_equal(fx->fired_at[0], WALL_NS + 10);
    assert_int_equal(fx->fired_at[1], WALL_NS + 20);
    assert_int_equal(fx->fired_at[2], WALL_NS + 30);
    assert_int_equal(now_after_start(fx), 30);
    assert_int_equal(fx->changes, 2); /* held, advanced */
    advance(fx, HOUR_NS);
    assert_string_equal(fx->diary, "abcx");
    assert_int_equal(now_after_start(fx), HOUR_NS + 30);
}

static void
time_does_not_move_while_something_runs(void **state)
{
    struct fixture *fx = *state;
    struct alarm a, b;

    platform_clock_hold(fx->clock);
    alarm_set(&a, fx, 'a', 10);
    alarm_set(&b, fx, 'b', 20);
    a.makes_busy = true;
    b.makes_busy = true;
    assert_int_equal(platform_clock_advance(fx->clock, 100, count_done, fx), 0);
    run_turns(fx->loop, 10);
    assert_string_equal(fx->diary, "a");
    assert_int_equal(now_after_start(fx), 10);

    fx->is_busy = false;
    run_turns(fx->loop, 10);
    assert_string_equal(fx->diary, "ab");
    assert_int_equal(now_after_start(fx), 20);
    assert_int_equal(fx->done, 0);

    fx->is_busy = false;
    loop_run(fx->loop);
    assert_int_equal(fx->done, 1);
    assert_int_equal(now_after_start(fx), 100);
}

static void
the_end_waits_for_quiescence_too(void **state)
{
    struct fixture *fx = *state;

    fx->is_busy = true;
    assert_int_equal(platform_clock_advance(fx->clock, 0, count_done, fx), 0);
    assert_true(platform_clock_is_advancing(fx->clock));
    run_turns(fx->loop, 5);
    assert_int_equal(fx->done, 0);
    fx->is_busy = false;
    loop_run(fx->loop);
    assert_int_equal(fx->done, 1);
    assert_false(platform_clock_is_advancing(fx->clock));
}

static void
calm_down(void *data)
{
    ((struct fixture *)data)->is_busy = false;
}

static void
the_loop_sleeps_while_an_advance_waits(void **state)
{
    struct fixture *fx = *state;
    struct timer calm;

    fx->is_busy = true;
    timer_init(&calm, loop_timers(fx->loop), "calm down", calm_down, fx);
    timer_start(&calm, lamb_mono_ns() + 20 * LAMB_NS_PER_MS);
    advance(fx, 10);
    assert_true(loop_stats(fx->loop)->turns <= 6);
    assert_true(fx->asked <= 6);
}

static void
get_busy(void *data)
{
    ((struct fixture *)data)->is_busy = true;
}

struct deferral {
    struct loop *loop;
    struct loop_task task;
};

static void
defer_task(void *data)
{
    struct deferral *deferral = data;

    loop_defer(deferral->loop, &deferral->task);
}

static void
what_a_timer_defers_belongs_to_its_step(void **state)
{
    struct fixture *fx = *state;
    struct deferral deferral = { .loop = fx->loop };
    struct timer a;
    struct alarm b;

    platform_clock_hold(fx->clock);
    loop_task_init(&deferral.task, "get busy", get_busy, fx);
    timer_init(&a, platform_clock_timers(fx->clock), "a", defer_task, &deferral);
    timer_start(&a, WALL_NS + 10);
    alarm_set(&b, fx, 'b', 20);
    assert_int_equal(platform_clock_advance(fx->clock, 30, count_done, fx), 0);
    run_turns(fx->loop, 10);
    assert_true(fx->is_busy);
    assert_int_equal(now_after_start(fx), 10);
    fx->is_busy = false;
    loop_run(fx->loop);
    assert_string_equal(fx->diary, "b");
}

struct late {
    struct deferral deferral;
    struct alarm alarm;
};

static void
start_late(void *data)
{
    struct late *late = data;

    timer_start(&late->alarm.timer, WALL_NS + 5); /* in the past by now */
}

static void
what_a_step_starts_for_now_comes_before_the_end(void **state)
{
    struct fixture *fx = *state;
    struct late late = { .deferral.loop = fx->loop };
    struct timer a;

    platform_clock_hold(fx->clock);
    alarm_init(&late.alarm, fx, 'l');
    loop_task_init(&late.deferral.task, "start late", start_late, &late);
    timer_init(&a, platform_clock_timers(fx->clock), "a", defer_task, &late.deferral);
    timer_start(&a, WALL_NS + 10);
    advance(fx, 10);
    assert_int_equal(fx->fired_when_done, 1);
    assert_string_equal(fx->diary, "l");
    assert_int_equal(fx->fired_at[0], WALL_NS + 10); /* time does not go back */
}

static bool
calm_down_in_a_hook(void *data)
{
    calm_down(data);
    return false;
}

static void
the_probe_is_asked_after_all_hooks(void **state)
{
    struct fixture *fx = *state;
    struct loop_hook hook = { .name = "calm down",
                              .fn = calm_down_in_a_hook,
                              .data = fx };

    fx->is_busy = true;
    assert_int_equal(platform_clock_advance(fx->clock, 10, count_done, fx), 0);
    run_turns(fx->loop, 2);
    loop_hook_add(fx->loop, &hook); /* later than the clock's own */
    loop_run(fx->loop);             /* would hang if the wait slept */
    assert_int_equal(fx->done, 1);
    loop_hook_remove(fx->loop, &hook);
}

static void
timers_of_one_instant_are_one_step(void **state)
{
    struct fixture *fx = *state;
    struct alarm a, b, later;

    platform_clock_hold(fx->clock);
    alarm_set(&a, fx, 'a', 10);
    alarm_set(&later, fx, 'l', 11);
    alarm_set(&b, fx, 'b', 10);
    a.makes_busy = true; /* until b ran: what b starts would count as "could run now" */
    assert_int_equal(platform_clock_advance(fx->clock, 20, count_done, fx), 0);
    run_turns(fx->loop, 5);
    assert_string_equal(fx->diary, "ab");
    fx->is_busy = false;
    loop_run(fx->loop);
    assert_string_equal(fx->diary, "abl");
}

static void
timers_started_during_an_advance_fire_in_order(void **state)
{
    struct fixture *fx = *state;
    struct alarm retry, again, soon, other;

    platform_clock_hold(fx->clock);
    alarm_set(&retry, fx, 'r', 10);
    alarm_set(&other, fx, 'o', 50);
    alarm_init(&again, fx, 'g');
    alarm_init(&soon, fx, 's');
    retry.starts = &again;
    retry.after_ns = 60; /* at 70, after the other */
    again.starts = &soon;
    again.after_ns = 0; /* at 70 as well: due as soon as it is started */
    advance(fx, 70);
    assert_string_equal(fx->diary, "rogs");
    assert_int_equal(fx->fired_at[2], WALL_NS + 70);
    assert_int_equal(fx->fired_at[3], WALL_NS + 70);
}

static void
a_timer_due_at_once_fires_though_something_runs(void **state)
{
    struct fixture *fx = *state;
    struct alarm a, pump;

    platform_clock_hold(fx->clock);
    alarm_set(&a, fx, 'a', 10);
    a.makes_busy = true;
    assert_int_equal(platform_clock_advance(fx->clock, 20, count_done, fx), 0);
    run_turns(fx->loop, 3);
    alarm_set(&pump, fx, 'p', 10); /* what runs now starts it for now */
    run_turns(fx->loop, 3);
    assert_string_equal(fx->diary, "ap");
    fx->is_busy = false;
    loop_run(fx->loop);
    assert_int_equal(now_after_start(fx), 20);
}

static void
an_advance_of_a_free_clock_adds_to_the_offset(void **state)
{
    struct fixture *fx = *state;
    struct platform_clock_state got;
    struct alarm a;

    alarm_set(&a, fx, 'a', HOUR_NS / 2);
    assert_int_equal(platform_clock_advance(fx->clock, HOUR_NS, count_done, fx), 0);
    wall_ns += 3; /* real time that the advance takes: the clock stands meanwhile */
    loop_run(fx->loop);
    assert_string_equal(fx->diary, "a");
    assert_int_equal(fx->fired_at[0], WALL_NS + HOUR_NS / 2);
    assert_int_equal(now_after_start(fx), HOUR_NS + 3);
    platform_clock_get(fx->clock, &got);
    assert_int_equal(got.offset_ns, HOUR_NS);
    assert_false(got.held);
}

static void
timers_of_a_free_clock_go_on_after_an_advance(void **state)
{
    struct fixture *fx = *state;
    struct alarm a;

    alarm_set(&a, fx, 'a', HOUR_NS + LAMB_NS_PER_S);
    advance(fx, HOUR_NS);
    assert_string_equal(fx->diary, "");
    pass(fx, 1, 1);
    assert_string_equal(fx->diary, "a");
}

static void
hold_during_an_advance_holds_at_its_target(void **state)
{
    struct fixture *fx = *state;

    assert_int_equal(platform_clock_advance(fx->clock, HOUR_NS, count_done, fx), 0);
    platform_clock_hold(fx->clock);
    loop_run(fx->loop);
    wall_ns += 9;
    assert_int_equal(now_after_start(fx), HOUR_NS);
}

static void
release_during_an_advance_goes_on_from_its_target(void **state)
{
    struct fixture *fx = *state;

    platform_clock_hold(fx->clock);
    wall_ns += 5 * HOUR_NS;
    assert_int_equal(platform_clock_advance(fx->clock, HOUR_NS, count_done, fx), 0);
    platform_clock_release(fx->clock);
    assert_int_equal(now_after_start(fx), 0); /* not there yet */
    loop_run(fx->loop);
    assert_int_equal(now_after_start(fx), HOUR_NS);
    wall_ns += 9;
    assert_int_equal(now_after_start(fx), HOUR_NS + 9);
}

static void
an_advance_that_cannot_be_is_refused(void **state)
{
    struct fixture *fx = *state;

    assert_int_equal(platform_clock_advance(fx->clock, -1, count_done, fx), -EINVAL);
    assert_int_equal(platform_clock_advance(fx->clock, INT64_MAX, count_done, fx),
                     -ERANGE);
    assert_int_equal(platform_clock_advance(fx->clock, 1, count_done, fx), 0);
    assert_int_equal(platform_clock_advance(fx->clock, 1, count_done, fx), -EBUSY);
    loop_run(fx->loop);
    assert_int_equal(fx->done, 1);
    assert_int_equal(now_after_start(fx), 1);
}

static void
advance_once_more(void *data)
{
    struct fixture *fx = data;

    assert_int_equal(platform_clock_advance(fx->clock, 10, count_done, fx), 0);
}

static void
done_may_begin_the_next_advance(void **state)
{
    struct fixture *fx = *state;
    struct alarm a;

    platform_clock_hold(fx->clock);
    alarm_set(&a, fx, 'a', 15);
    assert_int_equal(platform_clock_advance(fx->clock, 10, advance_once_more, fx), 0);
    loop_run(fx->loop);
    assert_int_equal(fx->done, 1);
    assert_string_equal(fx->diary, "a");
    assert_int_equal(now_after_start(fx), 20);
}

static void
a_clock_can_be_freed_during_an_advance(void **state)
{
    struct fixture *fx = *state;
    struct alarm a;

    alarm_set(&a, fx, 'a', HOUR_NS);
    fx->is_busy = true;
    assert_int_equal(platform_clock_advance(fx->clock, 10, count_done, fx), 0);
    run_turns(fx->loop, 2);
    platform_clock_free(fx->clock);
    fx->clock = NULL;
    run_turns(fx->loop, 2);
    assert_int_equal(fx->done, 0);
    timer_stop(&a.timer); /* harmless */
}

#define CLOCK_TEST(fn) cmocka_unit_test_setup_teardown(fn, make_fixture, drop_fixture)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CLOCK_TEST(a_new_clock_shows_real_time),
        CLOCK_TEST(hold_stands_still_and_release_goes_on_from_there),
        CLOCK_TEST(what_get_gives_set_restores),
        CLOCK_TEST(a_timer_fires_when_the_wall_clock_gets_there_and_not_before),
        CLOCK_TEST(a_jump_of_the_wall_clock_is_noticed),
        CLOCK_TEST(setting_the_clock_fires_what_became_due),
        CLOCK_TEST(while_held_only_what_is_due_already_fires),
        CLOCK_TEST(a_timer_that_starts_itself_at_once_does_not_starve_the_loop),
        CLOCK_TEST(an_advance_steps_from_timer_to_timer),
        CLOCK_TEST(time_does_not_move_while_something_runs),
        CLOCK_TEST(the_end_waits_for_quiescence_too),
        CLOCK_TEST(the_loop_sleeps_while_an_advance_waits),
        CLOCK_TEST(what_a_timer_defers_belongs_to_its_step),
        CLOCK_TEST(what_a_step_starts_for_now_comes_before_the_end),
        CLOCK_TEST(the_probe_is_asked_after_all_hooks),
        CLOCK_TEST(timers_of_one_instant_are_one_step),
        CLOCK_TEST(timers_started_during_an_advance_fire_in_order),
        CLOCK_TEST(a_timer_due_at_once_fires_though_something_runs),
        CLOCK_TEST(an_advance_of_a_free_clock_adds_to_the_offset),
        CLOCK_TEST(timers_of_a_free_clock_go_on_after_an_advance),
        CLOCK_TEST(hold_during_an_advance_holds_at_its_target),
        CLOCK_TEST(release_during_an_advance_goes_on_from_its_target),
        CLOCK_TEST(an_advance_that_cannot_be_is_refused),
        CLOCK_TEST(done_may_begin_the_next_advance),
        CLOCK_TEST(a_clock_can_be_freed_during_an_advance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
