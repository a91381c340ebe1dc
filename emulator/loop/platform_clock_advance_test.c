/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/platform_clock.h"

#include <errno.h>

#include "emulator/loop/platform_clock_testing.h"

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
    assert_int_equal(platform_clock_advance(fx->clock, 0, count_done, fx), -EBUSY);
    run_turns(fx->loop, 5);
    assert_int_equal(fx->done, 0);
    fx->is_busy = false;
    loop_run(fx->loop);
    assert_int_equal(fx->done, 1);
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
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
