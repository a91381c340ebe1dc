/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_KIN_H
#define LAMB_EMULATOR_SANDBOX_KIN_H

/*
 * kin - the descendants of a process, from /proc/PID/task/TID/children.
 *
 * A subreaper (prctl PR_SET_CHILD_SUBREAPER) keeps all of them: a process that forks
 * twice, starts a session or ignores signals stays below it. The walk is a snapshot:
 * whoever kills repeats it until nobody is left.
 *
 * Owns:    nothing.
 * Never:   waits or reaps.
 * Threads: any.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * As fork, but without what libraries registered for it: libuv's handler closes
 * descriptors by their numbers, which are ours by now when a loop was there before us.
 */
pid_t kin_fork(void);
/* Call FN with each child of ROOT. */
void kin_children(pid_t root, void (*fn)(void *data, pid_t pid), void *data);
/* Call FN with each descendant of ROOT, parents first. */
void kin_each(pid_t root, void (*fn)(void *data, pid_t pid), void *data);
/* SIGKILL all of them. */
void kin_kill(pid_t root);
/* Does this kernel tell of children at all (CONFIG_PROC_CHILDREN)? */
bool kin_works(void);

struct kin_memory {
    uint64_t now_bytes;  /* resident, shared pages counted for each */
    uint64_t peak_bytes; /* sum of the highest resident size of each */
    pid_t biggest;       /* 0: nobody is left */
};
struct kin_memory kin_memory(pid_t root);

/* How many threads of the descendants of ROOT want the CPU now. */
unsigned kin_running(pid_t root);

/* Processes and threads that run under UID on this machine. */
uint64_t kin_tasks_of_uid(uid_t uid);

#endif
