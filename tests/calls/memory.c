/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/calls/memory.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>

/* Of this thread, lamb's code and jansson alone; see meson.build. */
static __thread bool is_counting;
static __thread int n_asked, fails_at;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
char *__wrap_strdup(const char *text);

static bool
is_refused(void)
{
    return is_counting && ++n_asked == fails_at;
}

void *
__wrap_malloc(size_t size)
{
    return is_refused() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *ptr, size_t size)
{
    return is_refused() ? NULL : __real_realloc(ptr, size);
}

char *
__wrap_strdup(const char *text)
{
    return is_refused() ? NULL : __real_strdup(text);
}

void
memory_init(void)
{
    json_set_alloc_funcs(__wrap_malloc, free);
}

void
memory_refuse(int n)
{
    n_asked = 0;
    fails_at = n;
    is_counting = n > 0;
}

int
memory_stop(void)
{
    is_counting = false;
    return n_asked;
}
