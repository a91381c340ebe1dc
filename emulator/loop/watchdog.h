/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_LOOP_WATCHDOG_H
#define LAMB_EMULATOR_LOOP_WATCHDOG_H

/*
 * watchdog - how long each callback kept the loop thread, by name.
 *
 * The end of one callback is the start of the next, so that a callback costs one
 * clock read; only after a wait the clock has to be read once more.
 *
 * Owns:    the statistics, and when each slow name was last warned about.
 * Never:   interrupts anybody: it counts and warns afterwards.
 * Threads: loop thread only.
 */

#include "emulator/loop/loop.h"

enum { WATCHDOG_NAMES = 16 };

struct watchdog_entry {
    const char *name; /* static text; NULL: unused */
    int64_t warned_ns;
    uint64_t muted; /* slow ones since then that were not reported */
};

struct watchdog {
    struct loop_stats stats;
    int64_t mark_ns; /* when the previous callback ended */
    bool is_marked;  /* no wait since then */
    bool is_quiet;   /* warns of nothing */
    struct watchdog_entry entries[WATCHDOG_NAMES];
};

/* A callback begins. Returns the time, at most a moment old. */
int64_t watchdog_begin(struct watchdog *dog);
/* It ended: count it, and warn when it was slow. */
void watchdog_end(struct watchdog *dog, const char *name);
/* The loop is about to wait: the time until the next begin is nobody's. */
void watchdog_rest(struct watchdog *dog);

#endif
