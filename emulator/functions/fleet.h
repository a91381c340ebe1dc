/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_FLEET_H
#define LAMB_EMULATOR_FUNCTIONS_FLEET_H

/*
 * fleet - all environments of one function version: those on demand, which tenants do
 * not share, and those that are provisioned.
 *
 * Owns:    its pools, until the last environment has ended.
 * Never:   counts concurrency, which spans functions.
 * Threads: loop thread only.
 */

#include "emulator/functions/concurrency.h"
#include "emulator/functions/placement.h"
#include "emulator/functions/warm.h"

struct fleet;

/* RECORD: a reference is taken; LIFESPAN is borrowed. EMPTY is told when it has ended
 * and is gone, after fleet_retire or fleet_stop. NULL: no memory. */
struct fleet *fleet_new(const struct environment_host *host,
                        struct function_record *record, struct lifespan *lifespan,
                        void (*empty)(void *data), void *data);
/* No more invocations come: idle environments stop now, busy ones when they are done.
 */
void fleet_retire(struct fleet *fleet);
/* Stop everything at once; invocations that wait are answered as failed. */
void fleet_stop(struct fleet *fleet);

/* So many environments are provisioned from now on; 0: none. -ENOMEM. */
int fleet_provision(struct fleet *fleet, size_t amount);
/* NULL: nothing is provisioned. */
const struct warm *fleet_warm(const struct fleet *fleet);

/* What a lease depends on, for an invocation of TENANT (NULL: none). */
void fleet_look(const struct fleet *fleet, const char *tenant, struct lease_ask *ret);
/* Will a provisioned environment be idle in a moment that TENANT could have? */
bool fleet_comes_soon(const struct fleet *fleet, const char *tenant);
/* Give INV the environment that KIND says. -ENOMEM: it was not taken. */
int fleet_place(struct fleet *fleet, enum lease_kind kind, struct invocation *inv);

/* No environment that exists now takes another invocation. Adds to *SUM. */
void fleet_recycle(struct fleet *fleet, struct recycled *sum);
/* Since when the least recently used idle one on demand is so (monotonic); INT64_MAX:
 * none is. Provisioned ones stay. */
int64_t fleet_oldest_ns(const struct fleet *fleet);
/* Stop that one (there must be one). */
void fleet_stop_oldest(struct fleet *fleet);

struct fleet_counts {
    size_t environments; /* those that end included */
    size_t ending;
    size_t waiting;  /* placed, no environment yet */
    size_t starting; /* environments on their way to those who wait */
};
/* Adds to *SUM. */
void fleet_count(const struct fleet *fleet, struct fleet_counts *sum);

#endif
