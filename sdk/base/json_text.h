/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_JSON_TEXT_H
#define LAMB_BASE_JSON_TEXT_H

/* json_text - the one place where text becomes a JSON string. */

#include "sdk/base/buf.h"

/*
 * Append TEXT as a quoted, escaped JSON string. Bytes that are no UTF-8 become U+FFFD,
 * one for each maximal broken piece; everything above ASCII stays as it is. Fails as
 * lamb_buf_append.
 */
int lamb_json_string(struct lamb_buf *ret, struct lamb_span text);

#endif
