/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/blob.h"

#include "sdk/base/err.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

struct lamb_blob *
lamb_blob_new(size_t cap)
{
    struct lamb_blob *blob;

    if (cap > SIZE_MAX - sizeof(*blob))
        return NULL;
    blob = malloc(sizeof(*blob) + cap);
    if (!blob)
        return NULL;
    blob->refs = 1;
    blob->len = 0;
    blob->cap = cap;
    return blob;
}

struct lamb_blob *
lamb_blob_copy(struct lamb_span span)
{
    struct lamb_blob *blob = lamb_blob_new(span.len);

    if (blob && span.len) {
        memcpy(blob->bytes, span.ptr, span.len);
        blob->len = span.len;
    }
    return blob;
}

int
lamb_blob_append(struct lamb_blob **slot, const void *bytes, size_t len)
{
    struct lamb_blob *blob = *slot;

    lamb_assert(blob->refs == 1);
    if (len > blob->cap - blob->len) {
        size_t cap = blob->cap > SIZE_MAX / 4 ? SIZE_MAX / 2 : blob->cap * 2;

        if (len > SIZE_MAX / 4 - blob->len)
            return -ENOMEM;
        if (cap < blob->len + len)
            cap = blob->len + len;
        blob = realloc(blob, sizeof(*blob) + cap);
        if (!blob)
            return -ENOMEM;
        blob->cap = cap;
        *slot = blob;
    }
    if (len)
        memcpy(blob->bytes + blob->len, bytes, len);
    blob->len += len;
    return 0;
}

struct lamb_blob *
lamb_blob_ref(struct lamb_blob *blob)
{
    if (blob)
        blob->refs++;
    return blob;
}

void
lamb_blob_unref(struct lamb_blob *blob)
{
    if (blob && --blob->refs == 0)
        free(blob);
}
