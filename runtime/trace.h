/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_TRACE_H
#define LAMB_RUNTIME_TRACE_H

/*
 * trace - the environment variable _X_AMZN_TRACE_ID, which tracing libraries read.
 *
 * setenv keeps each value that was ever set; a warm function would leak one per
 * invocation. So the variable's text lives in a buffer of ours that only grows.
 *
 * Owns:    the text in the environment, until lamb_trace_fini.
 * Threads: one; the environment belongs to the whole process, so only a process with
 *          one invocation at a time may use it.
 */

#include "sdk/base/buf.h"

struct lamb_trace {
    struct lamb_buf text[2]; /* in turn: the one in the environment is never moved */
    unsigned turn;
};

void lamb_trace_init(struct lamb_trace *trace);
void lamb_trace_fini(struct lamb_trace *trace);
/* Set the variable, or unset it when ID is NULL (or there is no memory for it). */
void lamb_trace_set(struct lamb_trace *trace, const char *id);

#endif
