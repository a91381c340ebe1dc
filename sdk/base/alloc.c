/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/alloc.h"

#include <stdlib.h>

static __thread uint64_t failures;

static void *
noted(void *bytes)
{
    if (!bytes)
        failures++;
    return bytes;
}

void *
lamb_alloc(size_t size)
{
    return noted(malloc(size));
}

void *
lamb_realloc(void *ptr, size_t size)
{
    return noted(realloc(ptr, size));
}

uint64_t
lamb_alloc_failures(void)
{
    return failures;
}
