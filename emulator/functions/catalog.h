/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_CATALOG_H
#define LAMB_EMULATOR_FUNCTIONS_CATALOG_H

/*
 * catalog - what belongs to functions and does not run: aliases, layers, policies,
 * tags, settings of URLs and mappings. One JSON document each, found by its key.
 *
 * Owns:    the documents, as they were last committed.
 * Never:   stores anything (change.h does), knows what a document means.
 * Threads: loop thread only.
 */

#include <jansson.h>

#include "sdk/base/err.h"
#include "sdk/base/span.h"

struct catalog;

/* NULL NAME or SUB: all of them, where a range is asked for. */
struct document_key {
    const char *account;
    const char *region;
    const char *kind; /* "alias" */
    const char *name; /* of the function, of the layer */
    const char *sub;  /* of the alias; "": there is one */
};

struct document {
    char *key; /* as stored */
    char *name;
    char *sub;
    json_t *body;
};

struct catalog *catalog_new(void); /* NULL: no memory */
void catalog_free(struct catalog *catalog);

/* Borrowed until the next change; NULL: there is none. */
json_t *catalog_find(const struct catalog *catalog, const struct document_key *key);
/* The documents of a kind (and a name), in the order of name and sub; borrowed until
 * the next change. */
const struct document *catalog_range(const struct catalog *catalog,
                                     const struct document_key *key, size_t *ret_n);

/* Is there a document with MEMBER of that text? */
bool catalog_mentions(const struct catalog *catalog, const char *member,
                      const char *text);

/* The text a document is stored under; gives it (free). NULL: no memory. */
char *catalog_key_text(const struct document_key *key);
/* By that text; a reference of BODY is taken. -ENOMEM. */
int catalog_put(struct catalog *catalog, const char *key, json_t *body);
void catalog_remove(struct catalog *catalog, const char *key);

#endif
