/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_LOOP_H
#define LAMB_RUNTIME_LOOP_H

/*
 * loop - next event, handler, answer, and again.
 *
 * Owns:    the invocation object and the trace variable while it runs.
 * Never:   knows what the source is.
 * Threads: the one that calls it.
 */

#include "runtime/entry.h"
#include "sdk/src/function.h"
#include "sdk/src/source.h"

/* Returns 0 when the source has no more events, or why it could not go on. */
int lamb_loop_run(struct lamb_source *source, struct lamb_runtime *rt,
                  const struct lamb_entry *entry, struct lamb_err *err);

#endif
