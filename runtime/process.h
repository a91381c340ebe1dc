/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_PROCESS_H
#define LAMB_RUNTIME_PROCESS_H

/*
 * process - for tests: run a program to its end, and look at what it said.
 *
 * Threads: the test's.
 */

#include <sys/types.h>

struct outcome {
    int status;         /* as exit status; -1: killed by a signal */
    int signal;         /* that killed it; 0: none did */
    char errors[16384]; /* standard error */
    char output[4096];  /* standard output */
};

/*
 * Run PROGRAM with exactly the variables ENV, "NAME=VALUE" each. *RET_PID, unless NULL,
 * is set while it runs.
 */
void process_run(const char *program, const char *const *env, _Atomic int *ret_pid,
                 struct outcome *ret);

/* WANT must be in TEXT. */
void process_expect(const char *text, const char *want);

#endif
