/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SIGN_URI_H
#define LAMB_SIGN_URI_H

/*
 * uri - percent-encoding as signatures want it: A-Z a-z 0-9 - _ . ~ stay, everything
 * else is %XX in upper case.
 *
 * Owns:    nothing.
 * Threads: any.
 */

#include "sdk/base/buf.h"

/* Append TEXT encoded; the bytes in KEEP ("/" for a path) stay as well. */
void lamb_uri_encode(struct lamb_buf *ret, struct lamb_span text, const char *keep);
/* Append TEXT with %XX decoded and, in a query, '+' as a blank; what is no escape
 * stays. */
void lamb_uri_decode_query(struct lamb_buf *ret, struct lamb_span text);
/* Append the absolute PATH without empty, "." and ".." segments. */
void lamb_uri_normalize(struct lamb_buf *ret, struct lamb_span path);

#endif
