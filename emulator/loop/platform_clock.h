/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_LOOP_PLATFORM_CLOCK_H
#define LAMB_EMULATOR_LOOP_PLATFORM_CLOCK_H

/*
 * platform_clock - the time that the service's schedules and every visible timestamp
 * go by: real time plus an offset, or held still until it is advanced.
 *
 * An advance steps from timer to timer in due order and waits after each until the
 * platform is quiescent (nothing running, nothing queued that could run now), as the
 * quiescence probe says.
 *
 * Owns:    the offset, the hold, the platform timers.
 * Never:   persists itself: on_change tells whoever does.
 * Threads: loop thread only.
 */

#include "emulator/loop/loop.h"

struct platform_clock;

struct platform_clock_state {
    int64_t offset_ns; /* added to real time while not held */
    bool held;
    int64_t held_at_ns; /* the time it stands at while held, ns since the epoch */
};

int platform_clock_new(struct loop *loop, struct platform_clock **ret,
                       struct lamb_err *err);
void platform_clock_free(struct platform_clock *clock);

/* ns since the Unix epoch. */
int64_t platform_clock_now_ns(const struct platform_clock *clock);
struct timers *platform_clock_timers(struct platform_clock *clock);

void platform_clock_get(const struct platform_clock *clock,
                        struct platform_clock_state *ret);
void platform_clock_set(struct platform_clock *clock,
                        const struct platform_clock_state *state);

void platform_clock_hold(struct platform_clock *clock);    /* harmless when held */
void platform_clock_release(struct platform_clock *clock); /* goes on from there */

/*
 * Move DELTA_NS (>= 0) forward, held or not; DONE once it is there and quiescent.
 * Returns -EBUSY while another advance is under way.
 */
int platform_clock_advance(struct platform_clock *clock, int64_t delta_ns,
                           void (*done)(void *data), void *data);

/* Asked after each step of an advance, once a turn, until it says true. */
void platform_clock_on_quiescent(struct platform_clock *clock,
                                 bool (*is_quiescent)(void *data), void *data);
/* Told of each hold, release and finished advance, to persist the new state. */
void platform_clock_on_change(struct platform_clock *clock, void (*changed)(void *data),
                              void *data);

#endif
