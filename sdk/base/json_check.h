/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_JSON_CHECK_H
#define LAMB_BASE_JSON_CHECK_H

/*
 * json_check - is this JSON? Streaming, without a tree and without memory.
 *
 * RFC 8259 and strict UTF-8 (RFC 3629): one value of any kind with white space around
 * it, nested at most LAMB_LIMIT_JSON_DEPTH deep. What is wrong is said in the words of
 * the parser that the service uses (Jackson), because clients see them.
 *
 * Owns:    its state, of fixed size.
 * Never:   keeps, copies or converts a value.
 * Threads: one at a time.
 */

#include "sdk/base/limits.h"
#include "sdk/base/span.h"

#include <stdint.h>

struct lamb_json_check {
    char text[160]; /* what is wrong, once feed or finish failed */
    size_t line;    /* where, from 1 */
    size_t column;  /* in bytes, from 1 */

    /* private */
    int state;
    bool is_key;   /* the string being read is a name in an object */
    bool is_empty; /* nothing but white space so far */
    uint8_t need;  /* bytes of a character, or of a literal, that must follow */
    uint8_t low, high;
    const char *literal;
    size_t depth;
    size_t offset;     /* of the next byte */
    size_t line_start; /* offset of the line's first byte */
    uint64_t
        objects[(LAMB_LIMIT_JSON_DEPTH + 63) / 64]; /* bit: an object, not an array */
};

void lamb_json_check_init(struct lamb_json_check *check);
/* More bytes. 0, or -EINVAL with text, line and column filled: then do not go on. */
int lamb_json_check_feed(struct lamb_json_check *check, struct lamb_span bytes);
/* No more bytes come. 0: it was JSON; else -EINVAL as above. */
int lamb_json_check_finish(struct lamb_json_check *check);

#endif
