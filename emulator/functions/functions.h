/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_FUNCTIONS_H
#define LAMB_EMULATOR_FUNCTIONS_FUNCTIONS_H

/*
 * functions - which functions exist, and which environment serves an invocation.
 *
 * Placement: the most recently used idle environment; else a new one while the limits
 * allow; else throttled. Invocations that wait for an environment to start are served
 * in order by whichever becomes available first.
 *
 * Owns:    the records, the environments, the concurrency count.
 * Never:   reads HTTP, judges a payload.
 * Threads: loop thread only.
 */

#include "emulator/functions/capacity.h"
#include "emulator/functions/change.h"
#include "emulator/functions/warm.h"
#include "emulator/store/code.h"
#include "emulator/store/store.h"

struct functions;

struct functions_config {
    const struct environment_host *host; /* borrowed, outlives */
    struct store *store;
    struct code_store *code;
    const struct quotas *quotas; /* copied */
    struct lifespan lifespan;
    uint64_t seed; /* of the weights of aliases; 0: another one each time */
};

/*
 * Loads what is stored. On failure ERR names the function that cannot be read; *ret is
 * then NULL or must still be stopped and freed.
 */
int functions_new(const struct functions_config *config, struct functions **ret,
                  struct lamb_err *err);
/* Stop every environment; DONE when none is left. Then functions_free. */
void functions_stop(struct functions *fns, void (*done)(void *data), void *data);
void functions_free(struct functions *fns);

/*
 * Register (or replace) a function: durable first, then visible, then DONE (ERR NULL on
 * success). Idle environments of the replaced record are stopped.
 */
int functions_put(struct functions *fns, struct function_record *record,
                  void (*done)(void *data, const struct lamb_err *err), void *data,
                  struct lamb_err *err);

/* Borrowed; NULL: no such function, version or alias. Version "": $LATEST. An alias
 * leads to its version, one with weights each time to one of its versions. */
struct function_record *functions_find(struct functions *fns,
                                       const struct function_key *key);
/* The version itself, no alias. */
struct function_record *functions_version(struct functions *fns,
                                          const struct function_key *key);
/* Aliases, layers and the like; borrowed, changed by a change only. */
struct catalog *functions_catalog(struct functions *fns);
/* A change is under way: functions are not stopped before it is over. */
void functions_change_begins(struct functions *fns);
void functions_change_ends(struct functions *fns);
/* Every record in key order. */
void functions_each(struct functions *fns,
                    void (*fn)(void *data, struct function_record *record), void *data);

/*
 * Take a lease of concurrency and an environment for INV, or say why not. Once taken,
 * INV is answered and closed through its events, perhaps before this returns; whoever
 * is told that it is closed gives the lease back. ERR says what the machine lacks
 * (THROTTLE_MACHINE). MAY_WAIT: better wait for a provisioned environment than start
 * one on demand (THROTTLE_MOMENT).
 */
enum throttle functions_place(struct functions *fns, struct function_record *record,
                              struct invocation *inv, bool is_async, bool may_wait,
                              struct lease *ret, struct lamb_err *err);

/* Throttled by concurrency: will there be room in a moment? */
bool functions_has_room_soon(const struct functions *fns,
                             const struct function_record *record);

/*
 * No environment of any version of the function NAME takes another invocation: idle
 * ones end now, busy ones when they are done. -ENOENT: there is no such function.
 */
int functions_recycle(struct functions *fns, const char *name, struct recycled *ret);

/* What is set apart for functions, and the counts; borrowed. */
struct capacity *functions_capacity(struct functions *fns);
struct concurrency *functions_concurrency(struct functions *fns);
/* How far the provisioned environments of P are. */
/* Is something provisioned for the alias's version itself, or for an alias of the
 * version? The service allows one of the two. */
bool functions_is_provisioned_otherwise(struct functions *fns,
                                        const struct function_key *key);
void functions_warm_status(struct functions *fns, const struct provisioned *p,
                           struct warm_status *ret);

/* Platform time, as records are stamped with. */
int64_t functions_now_ns(const struct functions *fns);

struct functions_counts {
    size_t functions;
    size_t environments;
    size_t running; /* concurrency in use */
    size_t waiting; /* placed, no environment yet */
};
void functions_count(const struct functions *fns, struct functions_counts *ret);

#endif
