/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_UTF8_H
#define LAMB_BASE_UTF8_H

/* utf8 - is it a character? RFC 3629: no overlong forms, no surrogates, no more than 4.
 */

#include <stddef.h>

/*
 * Length in bytes (1 to 4) of the character at P, of which LEFT bytes are there; 0 when
 * it is none, then *ret_broken says how many bytes belong to the broken piece (at least
 * one; all of LEFT when a whole character may only be cut short).
 */
size_t lamb_utf8_length(const unsigned char *p, size_t left, size_t *ret_broken);

#endif
