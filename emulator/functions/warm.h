/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_WARM_H
#define LAMB_EMULATOR_FUNCTIONS_WARM_H

/*
 * warm - the provisioned environments of one function version: started ahead, kept at
 * their number.
 *
 * One that crashes is replaced. When one cannot be started, or its init fails, or it
 * ends before it was ever used, no more are started until the number is set again.
 *
 * Owns:    its environments.
 * Never:   lets an invocation wait: who finds none idle runs on demand.
 * Threads: loop thread only.
 */

#include "emulator/functions/placement.h"

struct warm;

/* RECORD: a reference is taken; LIFESPAN is borrowed. EMPTY is told when it has ended,
 * after warm_end. */
struct warm *warm_new(const struct environment_host *host,
                      struct function_record *record, struct lifespan *lifespan,
                      void (*empty)(void *data, struct warm *warm), void *data);
/* So many, from now on; forgets an earlier failure. */
void warm_set(struct warm *warm, size_t amount);
/* Idle ones end now, busy ones when they are done; all at once when AT_ONCE. */
void warm_end(struct warm *warm, bool at_once);

/* Replace every environment that exists now, busy ones when they are done. Adds to
 * *SUM. */
void warm_recycle(struct warm *warm, struct recycled *sum);

bool warm_has_idle(const struct warm *warm);
/* None is idle, but one that has answered will be in a moment. */
bool warm_comes_soon(const struct warm *warm);
/* Give INV to an idle one (asserted: there is one). */
void warm_place(struct warm *warm, struct invocation *inv);

struct warm_status {
    size_t environments; /* all */
    size_t ending;
    size_t ready;  /* idle or busy */
    bool is_ready; /* the number was reached since it was set */
    bool has_failed;
};
void warm_status(const struct warm *warm, struct warm_status *ret);

#endif
