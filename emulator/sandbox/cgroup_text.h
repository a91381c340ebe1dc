/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_CGROUP_TEXT_H
#define LAMB_EMULATOR_SANDBOX_CGROUP_TEXT_H

/*
 * cgroup_text - what the kernel says about control groups, and what it wants to read.
 *
 * Owns:    nothing.
 * Never:   opens a file.
 * Threads: any.
 */

#include "emulator/sandbox/terms.h"

#include <stddef.h>
#include <stdint.h>

enum cgroup_tree {
    CGROUP_V1_MEMORY,
    CGROUP_V1_PIDS,
    CGROUP_V1_CPU,
    CGROUP_V2,
    CGROUP_TREE_N
};

/*
 * Where the group that the process is in lies in the file system, from the texts of
 * /proc/self/cgroup and /proc/self/mountinfo. -ENOENT: not mounted here.
 */
int cgroup_locate(const char *self_cgroup, const char *mountinfo, enum cgroup_tree tree,
                  char *ret, size_t size);
/*
 * What to write into the quota file for the share of MEMORY_MB: the service gives a
 * whole core for 1,769 MB. 0 MB: no limit. One of RET's 40 bytes at least is used.
 */
/* The period is short, as the service's is: a share is then spread evenly. */
enum { CGROUP_QUOTA_TEXT = 40, CGROUP_QUOTA_PERIOD_US = 20000 };
void cgroup_quota_text(enum cpu_means means, unsigned memory_mb,
                       char ret[CGROUP_QUOTA_TEXT]);
/* The number after "oom_kill " at the start of a line; 0 when there is none. */
uint64_t cgroup_oom_count(const char *text);

#endif
