/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_CGROUP_H
#define LAMB_EMULATOR_SANDBOX_CGROUP_H

/*
 * cgroup - control groups, both versions, below the path we run in.
 *
 * One base group per state folder, named by its hash, so that the next start finds
 * what an earlier one left; one leaf per sandbox in it. A process enters v1 by writing
 * "0" to `tasks` before exec (cgroup.procs costs milliseconds), v2 by
 * CLONE_INTO_CGROUP. cgroup.kill is used on a leaf that goes, never on one that lives
 * on: since Linux 6.14 whoever is cloned into it afterwards is killed at birth, because
 * the kernel compares its count of kills with that of the parent's group.
 *
 * Owns:    the groups it made.
 * Never:   moves a process that it did not make, but for the emulator and the spawner
 *          where v2 demands that a group with controllers has no process of its own.
 * Threads: the spawner's only; a leaf's descriptors are inherited by its init.
 */

#include "emulator/sandbox/cgroup_text.h"
#include "emulator/sandbox/terms.h"
#include "emulator/sandbox/wire.h"

#include <limits.h>
#include <stdbool.h>

enum { CGROUP_TASKS = 3 /* of v1 */ };

/* What a leaf can limit, in the order in which it has to be written. */
enum cgroup_limit { CGROUP_MEMORY, CGROUP_SWAP, CGROUP_PROCESSES, CGROUP_LIMIT_N };

struct cgroups {
    enum memory_means memory;
    enum processes_means processes;     /* PROCESSES_NONE: no group can hold it */
    enum cpu_means cpu;                 /* CPU_NONE: not wanted, or no group can */
    enum freeze_means freeze;           /* FREEZE_SIGNALS: no group can */
    char base[CGROUP_TREE_N][PATH_MAX]; /* "": not used */
};

/* Find what can be written, make the base groups, sweep what an earlier start left.
 * WANTS_CPU: groups that can hold back the CPU are needed too. */
void cgroups_init(struct cgroups *groups, const char *name, bool wants_cpu);
/* Kill and remove what is in the base group PATH of an earlier start, and itself. */
void cgroups_sweep(const char *path);
/* Remove the base groups; false while something is in them. */
bool cgroups_fini(struct cgroups *groups);
/* Use none of them: the probe found that they cannot be entered. */
void cgroups_give_up(struct cgroups *groups);

struct cgroup_leaf {
    int tasks[CGROUP_TASKS]; /* v1: to be written "0" by who enters; -EBADF: none */
    int v2;                  /* v2: the folder, for CLONE_INTO_CGROUP; -EBADF: none */
    int events;              /* where the kernel counts oom_kill; -EBADF: none */
    int peak;                /* the highest memory use, as a number; -EBADF: none */
    int freeze;              /* v2: 1 freezes what is in it, 0 thaws; -EBADF: none */
    int limits[CGROUP_LIMIT_N]; /* files that take a number; -EBADF: none */
    bool swap_is_apart;         /* v2: not counted with the memory */
    int quota; /* where the CPU quota is written (cgroup_quota_text); -EBADF: none */
};
#define CGROUP_LEAF_NONE                                                               \
    ((struct cgroup_leaf){ .tasks = { -EBADF, -EBADF, -EBADF },                        \
                           .v2 = -EBADF,                                               \
                           .events = -EBADF,                                           \
                           .peak = -EBADF,                                             \
                           .freeze = -EBADF,                                           \
                           .limits = { -EBADF, -EBADF, -EBADF },                       \
                           .quota = -EBADF })

/* Make a leaf that limits nothing yet. */
int cgroup_leaf_make(const struct cgroups *groups, const char *name,
                     struct cgroup_leaf *ret, struct lamb_err *err);
void cgroup_leaf_close(struct cgroup_leaf *leaf);
/* Before a function's process enters it; 0 or -errno. */
int cgroup_leaf_limit(const struct cgroup_leaf *leaf, const struct wire_limits *limits);
/* Kill what is in the leaf and remove it; -EBUSY: not empty yet, ask again. */
int cgroup_leaf_remove(const struct cgroups *groups, const char *name);

/* Enter v1 groups; by a process of one thread, before exec; 0 or -errno. */
int cgroup_leaf_enter(const struct cgroup_leaf *leaf);
/* How many processes the memory limit has killed so far. */
uint64_t cgroup_leaf_oom_kills(const struct cgroup_leaf *leaf);

#endif
