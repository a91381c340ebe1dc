/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_MACHINE_H
#define LAMB_EMULATOR_FUNCTIONS_MACHINE_H

/*
 * machine - has this machine room for one more execution environment? The service's
 * limits are not this machine's: what does not fit here is refused in words of its own.
 *
 * Memory: what the kernel calls available, less what environments that are starting
 * have not touched yet, must stay above a reserve. Processes: the kernel's limits of
 * threads and of process ids.
 *
 * Owns:    what it read last.
 * Never:   starts or counts anything.
 * Threads: one at a time.
 */

#include "sdk/base/err.h"
#include "sdk/base/span.h"

#include <stddef.h>

struct machine_state {
    uint64_t available_mb;
    uint64_t tasks;     /* processes and threads that there are */
    uint64_t tasks_max; /* 0: not known */
    bool is_known;
};

struct machine {
    struct machine_state state;
    int64_t read_ns; /* monotonic; 0: never */
};

/*
 * 0, or -ENOMEM or -EAGAIN with a sentence. N_STARTING: environments on their way.
 * Reads /proc when what it knows is older than a moment.
 */
int machine_has_room(struct machine *machine, uint64_t reserve_mb, size_t n_starting,
                     struct lamb_err *err);
/* The same, decided from STATE alone. */
int machine_decide(const struct machine_state *state, uint64_t reserve_mb,
                   size_t n_starting, struct lamb_err *err);
/* Texts of /proc/meminfo, /proc/loadavg, threads-max and pid_max. */
void machine_parse(struct lamb_span meminfo, struct lamb_span loadavg,
                   struct lamb_span threads_max, struct lamb_span pid_max,
                   struct machine_state *ret);

#endif
