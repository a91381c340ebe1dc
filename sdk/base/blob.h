/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_BLOB_H
#define LAMB_BASE_BLOB_H

/*
 * blob - one reference-counted run of bytes: how a payload crosses the rooms without
 * being copied.
 *
 * Owns:    its bytes; freed with the last reference.
 * Threads: one at a time (the count is not atomic).
 */

#include "sdk/base/span.h"

struct lamb_blob {
    unsigned refs;
    size_t len; /* bytes in use */
    size_t cap;
    char bytes[];
};

/* An empty blob with room for CAP bytes; gives one reference; NULL: out of memory. */
struct lamb_blob *lamb_blob_new(size_t cap);
/* A copy of SPAN; gives one reference; NULL: out of memory. */
struct lamb_blob *lamb_blob_copy(struct lamb_span span);
/* Append; may move the blob, so the caller must hold the only reference. -ENOMEM. */
int lamb_blob_append(struct lamb_blob **blob, const void *bytes, size_t len);

struct lamb_blob *lamb_blob_ref(struct lamb_blob *blob); /* NULL stays NULL */
void lamb_blob_unref(struct lamb_blob *blob);            /* NULL is fine */

/* The bytes, borrowed while a reference is held; empty for NULL. */
static inline struct lamb_span
lamb_blob_view(const struct lamb_blob *blob)
{
    return blob ? lamb_span_of(blob->bytes, blob->len) : (struct lamb_span){ 0 };
}

#endif
