/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_DOCUMENT_H
#define LAMB_EVENTS_DOCUMENT_H

/*
 * document - what an opened event owns: the tree, and all that was decoded from it.
 *
 * What is decoded is kept under the node it came from and the way it was decoded, so
 * asking twice costs once.
 *
 * Owns:    the JSON tree, the decoded bytes, the parsed texts, the first error.
 * Never:   changes a node; reads a byte that nobody asked for.
 * Threads: one at a time.
 */

#include <jansson.h>

#include <lamb/events.h>

/* Ways to decode a node. */
enum way {
    WAY_BASE64,
    WAY_OCTETS,
    WAY_FORM,
    WAY_JSON,
    WAY_PARSED,
    WAY_UNZIPPED,
    WAY_JOINED,
    WAY_CUT
};

/* What came out: bytes, or a tree. */
struct decoded {
    const void *node;
    enum way way;
    json_t *tree; /* owned; NULL: bytes */
    size_t len;
    char bytes[]; /* and a NUL */
};

/* What was decoded of NODE in this WAY; NULL: nothing yet. */
const struct decoded *lamb_document_find(const struct lamb_document *document,
                                         const void *node, enum way way);
/* Keep a copy of BYTES and TREE (takes it, also when it fails); NULL: no memory. */
const struct decoded *lamb_document_keep(struct lamb_document *document,
                                         const void *node, enum way way,
                                         struct lamb_span bytes, json_t *tree);

/*
 * Record, if it is the first, that NAME (a path; "" for itself) of NODE is wrong:
 * "PATH: FMT". Returns R.
 */
int lamb_document_blame(struct lamb_document *document, int r, const void *node,
                        const char *name, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

#endif
