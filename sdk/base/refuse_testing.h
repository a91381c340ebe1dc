/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_REFUSE_TESTING_H
#define LAMB_BASE_REFUSE_TESTING_H

/*
 * refuse_testing - let one allocation fail, whichever; for one file of a test program
 * that is linked with `refuse_link_args`.
 *
 *     for (int at = 1;; at++) {
 *         refuse_start(at);
 *         ...
 *         if (!refuse_stop())
 *             break; // there was nothing left to refuse
 *     }
 *
 * Refused are malloc, calloc and realloc of what is linked statically: our own code.
 * A library that takes its allocator from outside gets refuse_malloc.
 *
 * Owns:    the count.
 * Never:   counts what another thread than the one of refuse_start allocates.
 * Threads: start, stop and count in one.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum { REFUSE_MAX = 20000 };

static __thread bool refuse_is_counting;
static int refuse_count; /* since refuse_start */
static int refuse_at;    /* which of them fails, from 1; 0: none */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);

static inline void
refuse_start(int at)
{
    refuse_count = 0;
    refuse_at = at;
    refuse_is_counting = true;
}

/* True: one was refused. */
static inline bool
refuse_stop(void)
{
    refuse_is_counting = false;
    return refuse_at && refuse_count >= refuse_at;
}

static inline bool
refuse_this(void)
{
    if (!refuse_is_counting || ++refuse_count != refuse_at)
        return false;
    errno = ENOMEM;
    return true;
}

static inline void *
refuse_malloc(size_t size)
{
    return refuse_this() ? NULL : __real_malloc(size);
}

void *
__wrap_malloc(size_t size)
{
    return refuse_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return refuse_this() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *ptr, size_t size)
{
    return refuse_this() ? NULL : __real_realloc(ptr, size);
}

#endif
