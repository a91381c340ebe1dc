/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_JSON_CHECK_TESTING_H
#define LAMB_BASE_JSON_CHECK_TESTING_H

/*
 * json_check_testing - for the test and the fuzz target: json_check on bytes that come
 * in pieces, and beside a second opinion.
 *
 * Threads: any.
 */

#include "sdk/base/json_check.h"

#include <jansson.h>

/* Feed BYTES in pieces of STEP bytes (0: all at once) and finish. */
static inline int
json_check_in_pieces(struct lamb_json_check *check, struct lamb_span bytes, size_t step)
{
    size_t at = 0;
    int r = 0;

    lamb_json_check_init(check);
    while (!r && at < bytes.len) {
        size_t n = step && step < bytes.len - at ? step : bytes.len - at;

        r = lamb_json_check_feed(check, lamb_span_of(bytes.ptr + at, n));
        at += n;
    }
    return r ? r : lamb_json_check_finish(check);
}

enum second_opinion { SAYS_JSON, SAYS_NO_JSON, HAS_NONE };

/*
 * What jansson says. It has no opinion on what it refuses for reasons of its own: a NUL
 * byte (which ends its input), numbers beyond a double, \u0000 in a name and a
 * surrogate without its partner, all of which are JSON or wrong whatever it says.
 */
static inline enum second_opinion
jansson_opinion(struct lamb_span bytes)
{
    json_error_t error;
    json_t *tree;

    if (!bytes.len || memchr(bytes.ptr, '\0', bytes.len))
        return HAS_NONE;
    tree =
        json_loadb(bytes.ptr, bytes.len,
                   JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &error);
    if (tree) {
        json_decref(tree);
        return SAYS_JSON;
    }
    if (json_error_code(&error) == json_error_numeric_overflow ||
        json_error_code(&error) == json_error_null_byte_in_key ||
        strstr(error.text, "invalid Unicode"))
        return HAS_NONE;
    return SAYS_NO_JSON;
}

#endif
