/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_SPAN_H
#define LAMB_BASE_SPAN_H

/*
 * span - look at bytes somebody else owns. struct lamb_span itself is public
 * (lamb/span.h), because handlers read their event through it.
 *
 * Owns:    nothing (lamb_span_dup apart, which gives a copy).
 * Threads: any.
 */

#include <lamb/span.h>
#include <stdbool.h>
#include <string.h>

#define LAMB_SPAN(literal)                                                             \
    ((struct lamb_span){ .ptr = "" literal, .len = sizeof(literal) - 1 })

static inline struct lamb_span
lamb_span_str(const char *str)
{
    return (struct lamb_span){ .ptr = str, .len = str ? strlen(str) : 0 };
}

static inline struct lamb_span
lamb_span_of(const void *ptr, size_t len)
{
    return (struct lamb_span){ .ptr = (const char *)ptr, .len = len };
}

static inline bool
lamb_span_eq(struct lamb_span a, struct lamb_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool
lamb_span_is(struct lamb_span a, const char *str)
{
    return lamb_span_eq(a, lamb_span_str(str));
}

static inline bool
lamb_span_starts(struct lamb_span a, const char *prefix)
{
    size_t n = strlen(prefix);

    return a.len >= n && memcmp(a.ptr, prefix, n) == 0;
}

/* Equal but for the case of ASCII letters, whatever the locale. */
bool lamb_span_eq_nocase(struct lamb_span a, struct lamb_span b);

/* Without ASCII white space at both ends. */
struct lamb_span lamb_span_trim(struct lamb_span a);

/*
 * Cut A at the first SEP: *ret_head is what stands before it, *ret_tail what follows.
 * False when SEP does not occur: then *ret_head is all of A and *ret_tail is empty.
 */
bool lamb_span_cut(struct lamb_span a, char sep, struct lamb_span *ret_head,
                   struct lamb_span *ret_tail);

/* A copy with a terminating NUL; gives (free); NULL when out of memory. */
char *lamb_span_dup(struct lamb_span a);

#endif
