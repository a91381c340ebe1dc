/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_LAUNCH_H
#define LAMB_EMULATOR_SANDBOX_LAUNCH_H

/*
 * launch - from the sandbox init to a running process, as a list of steps.
 *
 * The child shares the init's memory until exec (as vfork does), so what it costs does
 * not depend on the size of the init; each waits while the other works. Most steps
 * need not know what will be run: a launcher is a child that has gone through those
 * ahead of time and waits for the rest. A step that fails travels back through a pipe
 * that exec closes.
 *
 * Owns:    the child of a launcher that waits.
 * Never:   leaves a child behind when it fails.
 * Threads: the sandbox init's only.
 */

#include "emulator/sandbox/plan.h"

#include <sys/resource.h>

/* What is the same for every process of the init. */
struct launch_ground {
    const struct plan *plan;
    int null;             /* /dev/null */
    bool raise_oom_score; /* be killed before the emulator when memory runs out */
};

struct launch {
    int streams[2]; /* standard output, standard error */
    int log;        /* becomes SANDBOX_LOG_FD, where there is one */
    bool has_log;
    rlim_t descriptors; /* RLIMIT_NOFILE */
    rlim_t processes;   /* RLIMIT_NPROC; RLIM_INFINITY: leave it */
    const char *cwd;
    char *const *argv; /* empty: go through all steps, then exit with 0 (the probe) */
    char *const *envp;
};

struct launcher {
    struct launch_ground ground;
    struct launch job; /* of the child that waits, or runs towards exec */
    pid_t child;       /* waits; 0: none */
    int go;            /* what the child waits for comes here */
    int report;        /* what it says */
};

void launcher_init(struct launcher *launcher, const struct launch_ground *ground);
/* Have a child wait, where one can; without it launch takes longer. */
void launcher_prepare(struct launcher *launcher);
/* The child that waited is dead, or shall be: a launch makes another. */
void launcher_forget(struct launcher *launcher);

/*
 * Run JOB, what it points to is borrowed. Returns 0 and the child, or a negative result
 * with the step that failed.
 */
int launch(struct launcher *launcher, const struct launch *job, pid_t *ret_pid,
           enum sandbox_step *ret_step, struct lamb_err *err);

/* The value that a process of ours gets; a higher one that it inherits stays. */
enum { LAUNCH_OOM_SCORE = 500 };

#endif
