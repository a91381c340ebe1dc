/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_LOOP_H
#define LAMB_RUNTIME_LOOP_H

/*
 * loop - next event, handler, answer, and again.
 *
 * Owns:    the invocation object, and the trace variable while it runs alone.
 * Never:   knows what the source is.
 * Threads: the one that calls it; several may run, each with a source of its own.
 */

#include "runtime/shutdown.h"
#include "sdk/src/function.h"
#include "sdk/src/source.h"

/* What the loops of a process share. */
struct lamb_loop {
    const struct lamb_entry *entry;
    struct lamb_runtime *rt;
    struct lamb_gate *gate; /* NULL: there is no shutdown hook to wait for handlers */
    bool is_shared; /* several run at once: the trace id cannot be in the environment */
};

/* Returns 0 when the source has no more events, or why it could not go on. */
int lamb_loop_run(const struct lamb_loop *loop, struct lamb_source *source,
                  struct lamb_err *err);

#endif
