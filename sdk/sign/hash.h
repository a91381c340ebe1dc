/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SIGN_HASH_H
#define LAMB_SIGN_HASH_H

/*
 * hash - SHA-256 and its HMAC, as signing takes them: one span in, 32 bytes out.
 *
 * SHA-256 is libmd's, because it is small: it is in every layer (decision 0019). HMAC
 * is RFC 2104 over it.
 *
 * Owns:    nothing.
 * Never:   fails; compares (sigv4.c does, in constant time).
 * Threads: any.
 */

#include <stdint.h>

#include "sdk/base/span.h"

enum { SIGV4_DIGEST_SIZE = 32 };

void lamb_sigv4_sha256(struct lamb_span bytes, uint8_t ret[SIGV4_DIGEST_SIZE]);

/* RET may be what KEY points to. */
void lamb_sigv4_hmac(struct lamb_span key, struct lamb_span text,
                     uint8_t ret[SIGV4_DIGEST_SIZE]);

#endif
