/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_CAPACITY_H
#define LAMB_EMULATOR_FUNCTIONS_CAPACITY_H

/*
 * capacity - what is set apart for functions, durably: reserved concurrency of a
 * function, provisioned concurrency of a version or alias.
 *
 * Changes are judged, committed and put in force one after the other, so that two of
 * them never share what is left for one.
 *
 * Owns:    the tables reserved_concurrency and provisioned_concurrency; the list of
 *          what is provisioned.
 * Never:   starts an environment: whoever listens does.
 * Threads: loop thread only.
 */

#include "emulator/functions/concurrency.h"
#include "emulator/functions/record.h"
#include "emulator/store/store.h"

/* One version or alias with provisioned concurrency. */
struct provisioned {
    struct lamb_list node;
    struct function_key key; /* version: the qualifier it was set on */
    int64_t amount;          /* as requested */
    int64_t modified_ns;     /* platform time */
    struct usage *usage;
};

struct capacity;
struct capacity_config {
    struct store *store;
    struct concurrency *concurrency;
    struct platform_clock *clock;
    /* It is new or has another amount, also at the start; 0: it is about to go away. */
    void (*provisioned)(void *data, const struct provisioned *p);
    void *data;
};
/* Nothing is loaded yet. */
int capacity_new(const struct capacity_config *config, struct capacity **ret,
                 struct lamb_err *err);
/* Put in force what is stored. */
int capacity_load(struct capacity *capacity, struct lamb_err *err);
void capacity_free(struct capacity *capacity); /* the store is closed */

/* ERR is NULL unless the change could not be stored; then REFUSAL is CAPACITY_OK. */
typedef void (*capacity_done_fn)(void *data, enum capacity_refusal refusal,
                                 const struct lamb_err *err);
/*
 * Change it; DONE exactly once, perhaps before this returns. AMOUNT USAGE_NOT_RESERVED
 * ends the reservation, 0 what is provisioned. -ENOMEM: DONE is not called.
 */
int capacity_reserve(struct capacity *capacity, const struct function_key *key,
                     int64_t amount, capacity_done_fn done, void *data,
                     struct lamb_err *err);
int capacity_provision(struct capacity *capacity, const struct function_key *key,
                       int64_t amount, capacity_done_fn done, void *data,
                       struct lamb_err *err);

/* A version is gone from the store (IS_WHOLE: the function), and what was set apart for
 * it too. */
void capacity_forget(struct capacity *capacity, const struct function_key *key,
                     bool is_whole);

/* USAGE_NOT_RESERVED: nothing. */
int64_t capacity_reserved(const struct capacity *capacity,
                          const struct function_key *key);
/* Of all versions and aliases of the function. */
int64_t capacity_provisioned(const struct capacity *capacity,
                             const struct function_key *key);
/* Borrowed; NULL: nothing is provisioned for that qualifier. */
struct provisioned *capacity_find(const struct capacity *capacity,
                                  const struct function_key *key);
/* All of one function, by qualifier. */
void capacity_each(const struct capacity *capacity, const struct function_key *key,
                   void (*fn)(void *data, struct provisioned *p), void *data);

#endif
