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

#include "emulator/functions/lifespan.h"
#include "emulator/functions/record.h"

struct pool;

/* RECORD: a reference is taken; LIFESPAN is borrowed. EMPTY is told when a retired pool
 * has ended. */
struct pool *pool_new(const struct environment_host *host,
                      struct function_record *record, struct lifespan *lifespan,
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

/* What a recycling found. */
struct recycled {
    size_t idle; /* end now */
    size_t busy; /* end when they are done with their invocation */
};
/* Let no environment that exists now take another invocation. Adds to *SUM. */
void pool_recycle(struct pool *pool, struct recycled *sum);

/* Since when the least recently used idle one is so (monotonic); INT64_MAX: none is. */
int64_t pool_oldest_ns(const struct pool *pool);
/* Stop that one (there must be one). */
void pool_stop_oldest(struct pool *pool);

size_t pool_environments(const struct pool *pool); /* those that end included */
size_t pool_ending(const struct pool *pool);
size_t pool_waiting(const struct pool *pool);
/* Environments on their way to those who wait. */
size_t pool_starting(const struct pool *pool);

#endif
