/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_FUNCTIONS_INTERNAL_H
#define LAMB_EMULATOR_FUNCTIONS_FUNCTIONS_INTERNAL_H

/*
 * functions_internal - what a change does to the functions in memory.
 *
 * Owns:    nothing.
 * Never:   is included outside this room.
 * Threads: loop thread only.
 */

#include "emulator/functions/fleet.h"
#include "emulator/functions/functions.h"

/* functions_load.c: records and documents. */
int functions_load(struct functions *fns, const struct functions_config *config,
                   struct lamb_err *err);
struct store *functions_store(struct functions *fns);
/* Make RECORD the one that is found; takes its reference. -ENOMEM. */
int functions_publish(struct functions *fns, struct function_record *record);
/* A version goes; with $LATEST the whole function. */
void functions_unpublish(struct functions *fns, const struct function_key *key);
/* Of a version; NULL: there is none. */
struct fleet *functions_fleet(const struct functions *fns,
                              const struct function_key *key);
bool functions_are_stopping(const struct functions *fns);

/* functions_provisioned.c: keep as many environments of a version as its own setting
 * and its aliases' say. */
void functions_provision(struct functions *fns, const struct function_key *key);
/* What capacity_config tells. */
void functions_on_provisioned(void *data, const struct provisioned *p);
/*
 * An alias (ALIAS, with its name as the version; KEY and BODY as catalog_put takes
 * them) leads somewhere, or is gone: what is provisioned for it moves with it, and ends
 * with it. -ENOMEM.
 */
int functions_put_alias(struct functions *fns, const struct function_key *alias,
                        const char *key, json_t *body);
void functions_remove_alias(struct functions *fns, const struct function_key *alias,
                            const char *key);

#endif
