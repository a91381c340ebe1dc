/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/platform_clock.h"

#include <errno.h>
#include <stdlib.h>

#include "emulator/loop/loop_private.h"
#include "sdk/base/clock.h"

struct platform_clock {
    struct loop *loop;
    struct timers timers;
    struct timer wake; /* real time: when the earliest platform timer will be due */

    int64_t offset_ns; /* while time flows */
    bool is_held;
    bool is_advancing;
    int64_t at_ns;     /* where it stands, while held or advancing */
    int64_t target_ns; /* where the advance ends */

    struct loop_hook step; /* hooked while advancing */
    void (*done)(void *data);
    void *done_data;

    bool (*is_quiescent)(void *data);
    void *quiescent_data;
    void (*changed)(void *data);
    void *changed_data;
};

static bool
stands(const struct platform_clock *clock)
{
    return clock->is_held || clock->is_advancing;
}

int64_t
platform_clock_now_ns(const struct platform_clock *clock)
{
    return stands(clock) ? clock->at_ns : lamb_wall_ns() + clock->offset_ns;
}

struct timers *
platform_clock_timers(struct platform_clock *clock)
{
    return &clock->timers;
}

static void
tell_changed(struct platform_clock *clock)
{
    if (clock->changed)
        clock->changed(clock->changed_data);
}

/* -- firing ----------------------------------------------------------------------- */

/*
 * Real time until something may be due. The two clocks of the machine drift apart and
 * the wall clock is set now and then, hence the upper bound: waking only looks again.
 */
static int64_t
real_wait_ns(const struct platform_clock *clock, int64_t due_ns)
{
    int64_t now_ns = platform_clock_now_ns(clock);

    if (due_ns <= now_ns)
        return 0;
    if (stands(clock))
        return TIMER_NEVER;
    return due_ns - now_ns < PLATFORM_CLOCK_RECHECK_NS ? due_ns - now_ns
                                                       : PLATFORM_CLOCK_RECHECK_NS;
}

/* After every change of the clock or of its earliest timer. */
static void
rearm(struct platform_clock *clock)
{
    int64_t due_ns = timers_earliest(&clock->timers);
    int64_t wait_ns = due_ns == TIMER_NEVER ? TIMER_NEVER : real_wait_ns(clock, due_ns);

    if (wait_ns == TIMER_NEVER)
        timer_stop(&clock->wake);
    else
        timer_start(&clock->wake, lamb_mono_ns() + wait_ns);
}

static void
on_earliest(void *data, int64_t due_ns)
{
    (void)due_ns;
    rearm(data);
}

/*
 * The one place where platform timers fire. At most as many as run now, so that those
 * which start again at once starve nobody.
 */
static void
on_wake(void *data)
{
    struct platform_clock *clock = data;
    int64_t now_ns = platform_clock_now_ns(clock);
    size_t limit = clock->timers.count;

    for (size_t i = 0; i < limit; i++) {
        struct timer *timer = timers_take_due(&clock->timers, now_ns);

        if (!timer)
            break;
        loop_call(clock->loop, timer->name, timer->fn, timer->data);
    }
    rearm(clock);
}

/* -- holding ---------------------------------------------------------------------- */

void
platform_clock_get(const struct platform_clock *clock, struct platform_clock_state *ret)
{
    *ret = (struct platform_clock_state){
        .offset_ns = clock->offset_ns,
        .held = clock->is_held,
        .held_at_ns = clock->is_held ? clock->at_ns : 0,
    };
}

void
platform_clock_set(struct platform_clock *clock,
                   const struct platform_clock_state *state)
{
    lamb_assert(!clock->is_advancing);
    clock->offset_ns = state->offset_ns;
    clock->is_held = state->held;
    clock->at_ns = state->held_at_ns;
    rearm(clock);
}

void
platform_clock_hold(struct platform_clock *clock)
{
    if (clock->is_held)
        return;
    clock->at_ns = platform_clock_now_ns(clock);
    clock->is_held = true;
    rearm(clock);
    tell_changed(clock);
}

void
platform_clock_release(struct platform_clock *clock)
{
    if (!clock->is_held)
        return;
    clock->offset_ns =
        (clock->is_advancing ? clock->target_ns : clock->at_ns) - lamb_wall_ns();
    clock->is_held = false;
    rearm(clock);
    tell_changed(clock);
}

/* -- advancing -------------------------------------------------------------------- */

static void
finish(struct platform_clock *clock)
{
    void (*done)(void *data) = clock->done;
    void *data = clock->done_data;

    clock->is_advancing = false;
    loop_hook_remove(clock->loop, &clock->step);
    rearm(clock);
    tell_changed(clock);
    done(data); /* may begin the next advance */
}

/* To the next due time, if that comes before the target. */
static void
move_on(struct platform_clock *clock)
{
    int64_t due_ns = timers_earliest(&clock->timers);

    clock->at_ns = due_ns < clock->target_ns ? due_ns : clock->target_ns;
    rearm(clock);
}

/* One step of the advance, the last thing before the loop waits. */
static bool
on_step(void *data)
{
    struct platform_clock *clock = data;

    if (timers_earliest(&clock->timers) <= clock->at_ns)
        return true; /* on_wake comes first */
    if (clock->is_quiescent && !clock->is_quiescent(clock->quiescent_data))
        return false; /* what ends the wait is an event, and brings us here again */
    if (clock->at_ns == clock->target_ns)
        finish(clock);
    else
        move_on(clock);
    return true;
}

int
platform_clock_advance(struct platform_clock *clock, int64_t delta_ns,
                       void (*done)(void *data), void *data)
{
    int64_t now_ns = platform_clock_now_ns(clock);
    int64_t target_ns;

    if (clock->is_advancing)
        return -EBUSY;
    if (delta_ns < 0)
        return -EINVAL;
    if (__builtin_add_overflow(now_ns, delta_ns, &target_ns) ||
        target_ns == TIMER_NEVER)
        return -ERANGE;

    if (!clock->is_held)
        clock->offset_ns += delta_ns;
    clock->at_ns = now_ns;
    clock->target_ns = target_ns;
    clock->done = done;
    clock->done_data = data;
    clock->is_advancing = true;
    loop_last_hook_add(clock->loop, &clock->step);
    rearm(clock);
    return 0;
}

/* -- life ------------------------------------------------------------------------- */

int
platform_clock_new(struct loop *loop, struct platform_clock **ret, struct lamb_err *err)
{
    struct platform_clock *clock = calloc(1, sizeof(*clock));

    if (!clock)
        return lamb_raise(err, -ENOMEM, "make the platform clock");
    clock->loop = loop;
    clock->step = (struct loop_hook){ .name = "clock advance", .fn = on_step };
    clock->step.data = clock;
    timers_init(&clock->timers, on_earliest, clock);
    timer_init(&clock->wake, loop_timers(loop), "platform clock", on_wake, clock);
    *ret = clock;
    return 0;
}

void
platform_clock_free(struct platform_clock *clock)
{
    if (!clock)
        return;
    if (clock->is_advancing)
        loop_hook_remove(clock->loop, &clock->step);
    timer_stop(&clock->wake);
    timers_fini(&clock->timers);
    free(clock);
}

void
platform_clock_on_quiescent(struct platform_clock *clock,
                            bool (*is_quiescent)(void *data), void *data)
{
    clock->is_quiescent = is_quiescent;
    clock->quiescent_data = data;
}

void
platform_clock_on_change(struct platform_clock *clock, void (*changed)(void *data),
                         void *data)
{
    clock->changed = changed;
    clock->changed_data = data;
}
