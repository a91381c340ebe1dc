/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_CHANGE_H
#define LAMB_EMULATOR_FUNCTIONS_CHANGE_H

/*
 * change - what one call of the API changes about functions: all of it in one
 * transaction, in memory after the commit, or none of it.
 *
 * Owns:    what it was given, until it is done.
 * Never:   judges; whoever makes it has looked at what there is, and lets no other
 *          change come between.
 * Threads: loop thread only.
 */

#include "emulator/functions/catalog.h"
#include "emulator/functions/record.h"

struct functions;
struct change;

struct change *change_new(struct functions *fns); /* NULL: no memory */
void change_free(struct change *change);          /* one that is not committed */

/* What fails here is remembered, and refused by the commit. */
void change_put(struct change *change, const struct document_key *key,
                json_t *body); /* one reference given */
void change_remove(struct change *change, const struct document_key *key);
/* Idle environments of a replaced record are stopped. */
void change_put_record(struct change *change,
                       struct function_record *record); /* given */
/* A version, or with $LATEST the whole function: its records and what is reserved for
 * it; its documents are the caller's. */
void change_remove_record(struct change *change, const struct function_key *key);

/* Takes CHANGE in any case; DONE exactly once when 0 is returned (ERR NULL: done). */
int change_commit(struct change *change,
                  void (*done)(void *data, const struct lamb_err *err), void *data,
                  struct lamb_err *err);

#endif
