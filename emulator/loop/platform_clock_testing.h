/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_LOOP_PLATFORM_CLOCK_TESTING_H
#define LAMB_EMULATOR_LOOP_PLATFORM_CLOCK_TESTING_H

/*
 * platform_clock_testing - what the two tests of the platform clock share: a machine
 * whose clocks go as the test says, a clock with its probe, and timers that write down
 * when they fired.
 *
 * Owns:    the wrapped clock_gettime of the test program.
 * Never:   included by anything that ships.
 * Threads: loop thread only.
 */

#include "emulator/loop/loop_testing.h"
#include "emulator/loop/platform_clock.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

#include <time.h>

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

static inline void
on_changed(void *data)
{
    ((struct fixture *)data)->changes++;
}

static inline bool
is_quiescent(void *data)
{
    struct fixture *fx = data;

    fx->asked++;
    return !fx->is_busy;
}

static inline int
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

static inline int
drop_fixture(void **state)
{
    struct fixture *fx = *state;

    platform_clock_free(fx->clock);
    loop_free(fx->loop);
    return 0;
}

static inline void
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

static inline void
alarm_init(struct alarm *alarm, struct fixture *fx, char letter)
{
    *alarm = (struct alarm){ .fx = fx, .letter = letter };
    timer_init(&alarm->timer, platform_clock_timers(fx->clock), "alarm", ring, alarm);
}

/* Started and due DUE_NS after the wall clock of the fixture. */
static inline void
alarm_set(struct alarm *alarm, struct fixture *fx, char letter, int64_t due_ns)
{
    alarm_init(alarm, fx, letter);
    timer_start(&alarm->timer, WALL_NS + due_ns);
}

static inline int64_t
now_after_start(const struct fixture *fx)
{
    return platform_clock_now_ns(fx->clock) - WALL_NS;
}

/* Let the machine's clocks run on and the loop notice. */
static inline void
pass(struct fixture *fx, int64_t wall_s, int64_t mono_s)
{
    wall_ns += wall_s * LAMB_NS_PER_S;
    mono_jumped_s += mono_s;
    run_turns(fx->loop, 2);
}

#define CLOCK_TEST(fn) cmocka_unit_test_setup_teardown(fn, make_fixture, drop_fixture)

#endif
