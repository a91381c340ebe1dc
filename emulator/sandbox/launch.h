/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_LAUNCH_H
#define LAMB_EMULATOR_SANDBOX_LAUNCH_H

/*
 * launch - from the sandbox init to a running process, as a list of steps.
 *
 * The child shares the init's memory until exec (as vfork does), so what it costs does
 * not depend on the size of the init. A step that fails travels back through a pipe
 * that exec closes.
 *
 * Owns:    nothing.
 * Never:   leaves a child behind when it fails.
 * Threads: the sandbox init's only.
 */

#include "emulator/sandbox/plan.h"

#include <sys/resource.h>

struct launch {
    const struct plan *plan;
    int null;       /* /dev/null */
    int streams[2]; /* standard output, standard error */
    int log;        /* becomes SANDBOX_LOG_FD, where there is one */
    bool has_log;
    rlim_t processes;     /* RLIMIT_NPROC; RLIM_INFINITY: leave it */
    bool raise_oom_score; /* be killed before the emulator when memory runs out */
    const char *cwd;
    char *const *argv; /* empty: go through all steps, then exit with 0 (the probe) */
    char *const *envp;
};

/* Returns 0 and the child, or a negative result with the step that failed. */
int launch(const struct launch *from, pid_t *ret_pid, enum sandbox_step *ret_step,
           struct lamb_err *err);

/* The value that a process of ours gets; a higher one that it inherits stays. */
enum { LAUNCH_OOM_SCORE = 500 };

#endif
