/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_PLACEMENT_H
#define LAMB_EMULATOR_FUNCTIONS_PLACEMENT_H

/*
 * placement - the environments of one function record: who is idle, who starts, who
 * waits.
 *
 * Owns:    its environments; the invocations that wait for one.
 * Never:   counts concurrency, which spans functions.
 * Threads: loop thread only.
 */

#include "emulator/functions/record.h"

struct pool;

/* RECORD: a reference is taken. EMPTY is told when a retired pool has ended. */
struct pool *pool_new(const struct environment_host *host,
                      struct function_record *record,
                      void (*empty)(void *data, struct pool *pool), void *data);

/*
 * Give INV to the most recently used idle environment, else let it wait for the next
 * one that becomes available and start one more where needed.
 */
void pool_place(struct pool *pool, struct invocation *inv);
/* Would one more invocation make it start an environment? */
bool pool_needs_environment(const struct pool *pool);
/* No more invocations come: idle environments stop now, busy ones when they are done.
 */
void pool_retire(struct pool *pool);
/* Stop everything at once; invocations that wait are answered as failed. */
void pool_stop(struct pool *pool);

size_t pool_environments(const struct pool *pool);
size_t pool_waiting(const struct pool *pool);
/* Environments on their way to those who wait. */
size_t pool_starting(const struct pool *pool);

#endif
