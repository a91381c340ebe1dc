/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_PLAN_H
#define LAMB_EMULATOR_SANDBOX_PLAN_H

/*
 * plan - what a sandbox init knows of its sandbox from birth: what all have in common,
 * and what is its own whoever it will belong to. The spawner fills it in, the init's
 * copy of the spawner's memory carries it over; the rest comes with WIRE_FURNISH.
 *
 * Owns:    nothing; the descriptors are the spawner's, the init's are copies.
 * Threads: one at a time.
 */

#include "emulator/sandbox/cgroup.h"
#include "emulator/sandbox/filter.h"
#include "emulator/sandbox/sandbox.h"
#include "emulator/sandbox/view.h"

struct plan {
    enum sandbox_level level;
    int control;       /* to the emulator */
    int userns;        /* to be joined; -EBADF: none */
    uid_t uid;         /* of the processes, also their group, as the init sees it */
    bool keeps_groups; /* setgroups is forbidden in its user namespace */
    bool has_net;      /* a network namespace of its own */
    bool has_outbound; /* and a way out of it */
    int way_out[2];    /* to its slirp4netns: held while the init lives, and read once
                          it is ready; -EBADF: none */
    enum memory_means memory;
    enum processes_means processes;
    struct cgroup_leaf leaf;
    int peak; /* polling: where the init writes the peak; else -EBADF */
    const struct filter *filter;
    const struct view *view;
};

#endif
