/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_LAMBDA_CONFIG_H
#define LAMB_EMULATOR_API_LAMBDA_CONFIG_H

/*
 * lambda_config - the configuration of a function: from the members of a request to a
 * record, and from a record to what the service shows.
 *
 * A record keeps the configuration as the service shows it (record->api), and in its
 * member "lamb" what only we know: when a change is settled (ReadyNs, platform time),
 * the revision it then has, and the digests of its layers.
 *
 * Owns:    nothing.
 * Never:   stores a record.
 * Threads: loop thread only.
 */

#include "emulator/api/op.h"

/* The configuration of RECORD, to be changed; NULL: no memory. */
json_t *config_of(const struct op *op, const struct function_record *record);
/* That of a new function. */
json_t *config_new(const struct op *op);
/* Let the members of the request change it; false: one is refused and answered. */
bool config_read(struct op *op, json_t *config);

enum config_settle { SETTLE_CREATED, SETTLE_UPDATED, SETTLE_AT_ONCE };
/*
 * The record of CONFIG (one reference given) as VERSION. Its code: what the request
 * brought, else that of BASE. NULL: it is answered.
 */
struct function_record *config_record(struct op *op, json_t *config,
                                      const struct function_record *base,
                                      const char *version, enum config_settle settle);

enum config_view_flags {
    VIEW_LISTED = 1,  /* without states */
    VIEW_CREATED = 2, /* without LastUpdateStatus */
    VIEW_FRESH = 4,   /* not committed yet: its own revision */
};
/* What the service shows; the ARN ends with QUALIFIER unless NULL. */
json_t *config_view(const struct op *op, const struct function_record *record,
                    const char *qualifier, unsigned flags);
/* The revision that is current now; borrowed. */
const char *config_revision(const struct op *op, const struct function_record *record);

/* May the function be changed now, and is it at the revision that the request names?
 * False: it is answered. */
bool config_may_change(struct op *op, const struct function_record *record);
bool config_has_revision(struct op *op, const struct function_record *record);

/* "2025-11-24T23:08:06.123+0000" */
json_t *config_time(int64_t ns);

/* config_layers.c: the members Layers. */
bool config_read_layers(struct op *op, json_t *config, const json_t *layers);
/* config_check.c: what the model does not say about Runtime, Environment and others. */
bool config_check(struct op *op, const json_t *config);

#endif
