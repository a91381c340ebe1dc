/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_LOOP_TIMER_H
#define LAMB_EMULATOR_LOOP_TIMER_H

/*
 * timer - timers of one clock, as a heap ordered by due time (then by start order).
 *
 * Pure: it is told the time and hands out what is due. Who drives it (a timerfd for
 * real time, the platform clock for everything the service schedules) listens through
 * on_earliest.
 *
 * Owns:    the array of pointers; the timers themselves are embedded by their users.
 * Never:   reads a clock.
 * Threads: loop thread only.
 */

#include <stddef.h>
#include <stdint.h>

struct timers;

struct timer {
    int64_t due_ns;
    uint64_t order;
    size_t index; /* 1-based place in the heap; 0: not running */
    const char *name;
    void (*fn)(void *data);
    void *data;
    struct timers *timers;
};

struct timers {
    struct timer **heap;
    size_t count;
    size_t cap;
    uint64_t next_order;
    /* Called when the earliest due time became earlier; may be NULL. */
    void (*on_earliest)(void *data, int64_t due_ns);
    void *data;
};

#define TIMER_NEVER INT64_MAX

void timers_init(struct timers *timers, void (*on_earliest)(void *data, int64_t due_ns),
                 void *data);
/* Timers that still run are stopped. */
void timers_fini(struct timers *timers);

void timer_init(struct timer *timer, struct timers *timers, const char *name,
                void (*fn)(void *data), void *data);
/* (Re)start at an absolute time of the timers' clock. Aborts when out of memory. */
void timer_start(struct timer *timer, int64_t due_ns);
void timer_stop(struct timer *timer); /* harmless when not running */

/* Due time of the earliest, TIMER_NEVER when none runs. */
int64_t timers_earliest(const struct timers *timers);
/*
 * Remove and return the earliest if due at NOW, else NULL; the caller runs its fn,
 * which may start the timer again or free it.
 */
struct timer *timers_take_due(struct timers *timers, int64_t now_ns);

#endif
