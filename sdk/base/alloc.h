/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_ALLOC_H
#define LAMB_BASE_ALLOC_H

/*
 * alloc - malloc that counts how often it had nothing to give, for texts, buffers, and
 * a library such as jansson, whose many small results nobody asks one by one. Whoever
 * builds something of them takes the count before and compares it in the end: the same,
 * and all of it is there.
 *
 * Owns:    one count for each thread.
 * Threads: any.
 */

#include <stddef.h>
#include <stdint.h>

void *lamb_alloc(size_t size); /* to be freed with free() */
void *lamb_realloc(void *ptr, size_t size);
/* How often they failed on this thread. */
uint64_t lamb_alloc_failures(void);

#endif
