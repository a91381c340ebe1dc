/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_BUF_H
#define LAMB_BASE_BUF_H

/*
 * buf - build bytes, up to a stated maximum.
 *
 * The first failure (-ENOMEM, or -EMSGSIZE past the maximum) empties the buffer and
 * sticks: later appends return it too, so a run of appends is checked once, with
 * lamb_buf_error. The bytes are always followed by a NUL that len does not count.
 *
 * Owns:    its bytes, until lamb_buf_fini or lamb_buf_take.
 * Threads: one at a time.
 */

#include "sdk/base/span.h"

#include <stdarg.h>
#include <stdint.h>

struct lamb_buf {
    char *ptr;
    size_t len;
    size_t cap;
    size_t max; /* bytes; there is no buffer without one */
    int error;  /* 0, or the first failure */
};

#define LAMB_BUF_INIT(max_) ((struct lamb_buf){ .max = (max_) })
#define LAMB_AUTOBUF __attribute__((cleanup(lamb_buf_fini)))

void lamb_buf_fini(struct lamb_buf *buf);
/* Empty and forget any failure; keeps the memory for reuse. */
void lamb_buf_clear(struct lamb_buf *buf);

int lamb_buf_reserve(struct lamb_buf *buf, size_t more);
int lamb_buf_append(struct lamb_buf *buf, const void *bytes, size_t len);
int lamb_buf_span(struct lamb_buf *buf, struct lamb_span span);
int lamb_buf_str(struct lamb_buf *buf, const char *str);
int lamb_buf_char(struct lamb_buf *buf, char c);
/* Several strings, the last argument being NULL: what "%s%s" does in a fifth of the
 * time. */
int lamb_buf_strs(struct lamb_buf *buf, const char *first, ...)
    __attribute__((sentinel));
/* A number in decimal. */
int lamb_buf_u64(struct lamb_buf *buf, uint64_t number);
/* The same without a buffer: 20 digits at most, and a NUL. */
void lamb_u64_text(char ret[21], uint64_t number);
int lamb_buf_printf(struct lamb_buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int lamb_buf_vprintf(struct lamb_buf *buf, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Drop the first COUNT bytes (all of them when there are fewer). */
void lamb_buf_consume(struct lamb_buf *buf, size_t count);

static inline int
lamb_buf_error(const struct lamb_buf *buf)
{
    return buf->error;
}

/* What was built; borrowed until the next change. */
static inline struct lamb_span
lamb_buf_view(const struct lamb_buf *buf)
{
    return lamb_span_of(buf->ptr, buf->len);
}

/* The bytes as a C string, "" when empty; borrowed until the next change. */
static inline const char *
lamb_buf_cstr(const struct lamb_buf *buf)
{
    return buf->ptr ? buf->ptr : "";
}

/* Hand the bytes over (free them); NULL when nothing was ever appended. */
char *lamb_buf_take(struct lamb_buf *buf);

/* snprintf that cannot be ignored: 0, or -ENAMETOOLONG with DST emptied. */
int lamb_format(char *dst, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), warn_unused_result));

#endif
