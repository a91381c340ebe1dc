/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_LAMBDA_LAYERS_H
#define LAMB_EMULATOR_API_LAMBDA_LAYERS_H

/*
 * lambda_layers - layer versions: which one a text names, and its document.
 *
 * Owns:    nothing.
 * Never:   mounts one.
 * Threads: loop thread only.
 */

#include "emulator/api/op.h"

struct layer_name {
    char region[64]; /* "": not given */
    char account[16];
    char name[144];
    char sub[16]; /* its version, as documents are sorted; "": not given */
    unsigned version;
};

/* A name or an ARN, of a layer or a layer version. False: it is none. */
bool layer_name_parse(const char *text, struct layer_name *ret);
/* LayerName and VersionNumber of the request; false: it is answered. */
bool layer_read_version(struct op *op, struct layer_name *name);
/* Borrowed; NULL: there is no such version. */
json_t *layer_find(const struct op *op, const struct layer_name *name);

#endif
