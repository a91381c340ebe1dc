/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_JSON_TREE_H
#define LAMB_JSON_TREE_H

/*
 * tree - JSON text as a tree of jansson.
 *
 * jansson's own reader drops a byte of what it reads when it finds no memory for a
 * longer token (2.14: its lexer does not look), and goes on: "jsn" instead of "json",
 * and, when it is the closing quote, beyond the end of its buffer. An event must not
 * change because memory is short, so the text is checked without memory, and the tree
 * is made here.
 *
 * Owns:    nothing.
 * Never:   makes a tree of which something is missing.
 * Threads: any.
 */

#include "sdk/base/json_check.h"

#include <jansson.h>

/*
 * TEXT (one value of any kind) as a new reference. Of a name that an object has twice,
 * the last one counts. NULL: *ret_r is -ENOMEM, or -EPROTO with text, line and column
 * of *ret_why filled: not JSON in UTF-8, nested deeper than LAMB_LIMIT_JSON_DEPTH, a
 * whole number beyond 64 bits, a real one beyond a double, half a surrogate pair, or a
 * name with U+0000 in it, which jansson cannot hand out.
 */
json_t *lamb_json_tree(struct lamb_span text, int *ret_r,
                       struct lamb_json_check *ret_why);

/* TEXT, one number in JSON's grammar however many digits it has, as the nearest double.
 * -EPROTO: it is none, or beyond a double; -ENOMEM. *ret is 0 then. */
int lamb_json_double(struct lamb_span text, double *ret);

#endif
