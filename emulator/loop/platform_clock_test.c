/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/platform_clock.h"

#include "emulator/loop/platform_clock_testing.h"
#include "sdk/base/enum.h"

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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
