/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_BASE64_H
#define LAMB_BASE_BASE64_H

/* base64 - RFC 4648 section 4: the standard alphabet, always padded. */

#include "sdk/base/buf.h"

/* Append the text of BYTES; fails as lamb_buf_append. */
int lamb_base64_encode(struct lamb_buf *ret, struct lamb_span bytes);

/*
 * Append the bytes of TEXT. Strict: no white space, full padding, no stray bits;
 * -EINVAL leaves RET as it was. Else fails as lamb_buf_append.
 */
int lamb_base64_decode(struct lamb_span text, struct lamb_buf *ret);

#endif
