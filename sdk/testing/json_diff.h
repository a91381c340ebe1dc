/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTING_JSON_DIFF_H
#define LAMB_TESTING_JSON_DIFF_H

/*
 * json_diff - where two JSON values differ, for people.
 *
 * Never:   changes a value.
 * Threads: any; the buffer belongs to one at a time.
 */

#include "sdk/base/buf.h"

#include <jansson.h>

/* Append a line per difference, "\n  PATH: expected ..., got ...", PATH being ROOT's.
 */
void lamb_json_diff(struct lamb_buf *ret, const char *root, json_t *expected,
                    json_t *got);

#endif
