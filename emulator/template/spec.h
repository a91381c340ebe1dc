/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_TEMPLATE_SPEC_H
#define LAMB_EMULATOR_TEMPLATE_SPEC_H

/*
 * spec - which properties a resource may have and what fills them; checks them and
 * turns them into JSON.
 *
 * Source: the SAM specification of 2016-10-31 and the CloudFormation resource types,
 * as of August 2026.
 *
 * Owns:    the tables.
 * Never:   knows what becomes of a property.
 * Threads: any.
 */

#include "emulator/template/resolve.h"

#include <jansson.h>

enum property_kind {
    PROPERTY_TEXT,
    PROPERTY_INTEGER,
    PROPERTY_BOOL,
    PROPERTY_TEXTS,  /* a list of texts */
    PROPERTY_MAP,    /* names of the user's own, each with a text */
    PROPERTY_OBJECT, /* see OF */
    PROPERTY_LIST,   /* of objects, see OF */
    PROPERTY_ANY,    /* passed on as it is */
};

struct shape {
    const struct property *properties;
    size_t n;
};

struct property {
    const char *name;
    enum property_kind kind;
    const struct shape *of;
};

extern const struct shape spec_sam_function;
extern const struct shape spec_sam_layer;
extern const struct shape spec_function;
extern const struct shape spec_layer;
extern const struct shape spec_version;
extern const struct shape spec_alias;
extern const struct shape spec_permission;
extern const struct shape spec_mapping;
extern const struct shape spec_invoke_config;
extern const struct shape spec_url;
/* Properties of the events of a function that are event source mappings. */
extern const struct shape spec_queue_event;
extern const struct shape spec_stream_event;

/*
 * The resolved map NODE as a JSON object by SHAPE; gives one reference. WHAT names it
 * in messages ("the resource 'Hello'"). -EINVAL: a misspelt key, a wrong type.
 */
int spec_convert(struct scope *scope, const char *what, const struct shape *shape,
                 const struct node *node, json_t **ret);

/* Is there no key in NODE but those of SHAPE? -EINVAL names the nearest. */
int spec_check_keys(struct scope *scope, const char *what, const struct shape *shape,
                    const struct node *node);

#endif
