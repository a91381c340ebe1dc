/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_SHUTDOWN_H
#define LAMB_RUNTIME_SHUTDOWN_H

/*
 * shutdown - call the shutdown hook when the process is asked to end.
 *
 * Lambda sends SIGTERM only where an extension is registered, so we register an
 * internal one without events and ask for its first event, which never comes: that
 * connection stays open and nobody reads it. A signal handler wakes a thread, which
 * waits until no handler runs, calls the hook, and exits.
 *
 * Owns:    the extension's connection, the signal handler of SIGTERM, its thread.
 * Never:   used by functions without a shutdown hook: they cost nothing of it.
 * Threads: started by the main one; the gate is for every worker.
 */

#include "runtime/entry.h"
#include "sdk/base/err.h"

#include <pthread.h>

/* Handlers run with it held for reading; the hook takes it for writing, for good. */
struct lamb_gate {
    pthread_rwlock_t lock;
};

static inline void
lamb_gate_enter(struct lamb_gate *gate)
{
    if (gate)
        (void)pthread_rwlock_rdlock(&gate->lock);
}

static inline void
lamb_gate_leave(struct lamb_gate *gate)
{
    if (gate)
        (void)pthread_rwlock_unlock(&gate->lock);
}

/*
 * lamb_shutdown_start - from now on SIGTERM calls ENTRY's shutdown hook.
 *
 * Before the first poll, once in a process. A platform that does not take the extension
 * is told about in a notice: the hook then works where SIGTERM comes anyway. Returns 0
 * and the gate, or -errno with ERR filled.
 */
int lamb_shutdown_start(const char *endpoint, const struct lamb_entry *entry,
                        struct lamb_runtime *rt, struct lamb_gate **ret_gate,
                        struct lamb_err *err);

#endif
