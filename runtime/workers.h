/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_WORKERS_H
#define LAMB_RUNTIME_WORKERS_H

/*
 * workers - several invocations at once: a thread, a loop and a source for each.
 *
 * The first worker that cannot go on ends them all, as one loop's end is the process's.
 * The others get a moment to notice the same; who is still busy or parked then is
 * left behind, and the process has to end without touching what they use.
 *
 * Owns:    its threads.
 * Threads: called from the main one, which waits.
 */

#include "runtime/loop.h"

enum { LAMB_WORKERS_MAX = 1024 };

struct lamb_worker_set {
    struct lamb_source **sources; /* COUNT of them */
    size_t count;
    bool is_left_behind; /* out: threads still run; leave by _exit */
};

/* As lamb_loop_run, for all; ERR is the first worker's that ended in error. */
int lamb_workers_run(const struct lamb_loop *loop, struct lamb_worker_set *set,
                     struct lamb_err *err);

#endif
