/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_LOOP_PLATFORM_CLOCK_H
#define LAMB_EMULATOR_LOOP_PLATFORM_CLOCK_H

/*
 * platform_clock - the time that the service's schedules and every visible timestamp
 * go by: real time plus an offset, or held still until it is advanced.
 *
 * An advance steps from one due time to the next up to its target. It stands still at
 * each, fires what is due in due order (then start order), and waits until the
 * platform is quiescent (nothing running, nothing queued that could run now), as the
 * quiescence probe says, before time moves again and before it ends. Timers of the
 * same nanosecond are one step, since what waits for the second of them could "run
 * now" already and would never let the probe say true. Timers started meanwhile and
 * due by the target are part of the advance.
 *
 * While the clock runs freely, a jump of the wall clock (and the machine's sleep) is
 * noticed within PLATFORM_CLOCK_RECHECK_NS; timers never fire early.
 *
 * Owns:    the offset, the hold, the platform timers.
 * Never:   persists itself: on_change tells whoever does.
 * Threads: loop thread only.
 */

#include "emulator/loop/loop.h"

#define PLATFORM_CLOCK_RECHECK_NS (10 * INT64_C(1000000000))

struct platform_clock;

struct platform_clock_state {
    int64_t offset_ns; /* added to real time while not held */
    bool held;
    int64_t held_at_ns; /* the time it stands at, ns since the epoch; 0: not held */
};

int platform_clock_new(struct loop *loop, struct platform_clock **ret,
                       struct lamb_err *err);
/* An advance under way ends without DONE; timers that still run are stopped. */
void platform_clock_free(struct platform_clock *clock);

/* ns since the Unix epoch. */
int64_t platform_clock_now_ns(const struct platform_clock *clock);
struct timers *platform_clock_timers(struct platform_clock *clock);

void platform_clock_get(const struct platform_clock *clock,
                        struct platform_clock_state *ret);
/* Jump there, as at a restart: what became due fires in this turn or the next. Not
 * while an advance is under way (asserted). */
void platform_clock_set(struct platform_clock *clock,
                        const struct platform_clock_state *state);

void platform_clock_hold(struct platform_clock *clock);    /* harmless when held */
void platform_clock_release(struct platform_clock *clock); /* goes on from there */

/*
 * Move DELTA_NS (>= 0) forward, held or not; DONE once it is there and quiescent, never
 * from inside this call. When not held, the offset grows by DELTA_NS at the end: the
 * real time that the advance took has passed as well.
 *
 * Returns 0, -EBUSY while another advance is under way, -EINVAL when DELTA_NS is
 * negative, -ERANGE when it leads beyond what the clock can count (the year 2262).
 */
int platform_clock_advance(struct platform_clock *clock, int64_t delta_ns,
                           void (*done)(void *data), void *data);

/*
 * Asked during an advance before time moves and before the end, once a turn (as the
 * last thing before the wait), until it says true. Without a probe it always is.
 */
void platform_clock_on_quiescent(struct platform_clock *clock,
                                 bool (*is_quiescent)(void *data), void *data);
/* Told of each hold, release and finished advance, to persist the new state. */
void platform_clock_on_change(struct platform_clock *clock, void (*changed)(void *data),
                              void *data);

#endif
