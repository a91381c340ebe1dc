/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_NEAREST_H
#define LAMB_BASE_NEAREST_H

/*
 * nearest - what a misspelt name was meant to be: at most two letters dropped, added or
 * changed, whatever their case.
 *
 * Owns:    nothing.
 * Threads: any.
 */

#include <stddef.h>

/* The nearest of N NAMES (pointers to char, STRIDE bytes apart) to TEXT; borrowed;
 * NULL: none is near. */
const char *lamb_nearest(const char *text, const void *names, size_t n, size_t stride);

#endif
