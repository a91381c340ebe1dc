/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_SHAPE_H
#define LAMB_EMULATOR_API_SHAPE_H

/*
 * shape - what the members of a request must look like, as tables derived from the API
 * model (lambda_shapes.c), and the one engine that checks a request against them.
 *
 * Owns:    nothing.
 * Never:   knows what a member means.
 * Threads: any.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

#define SHAPE_TYPES(X)                                                                 \
    X(SHAPE_STRING, "a string")                                                        \
    X(SHAPE_INTEGER, "a whole number")                                                 \
    X(SHAPE_LONG, "a whole number")                                                    \
    X(SHAPE_DOUBLE, "a number")                                                        \
    X(SHAPE_BOOLEAN, "true or false")                                                  \
    X(SHAPE_TIMESTAMP, "a point in time")                                              \
    X(SHAPE_BLOB, "a base64 string")                                                   \
    X(SHAPE_LIST, "a list")                                                            \
    X(SHAPE_MAP, "an object")                                                          \
    X(SHAPE_STRUCTURE, "an object")
LAMB_ENUM(shape_type, SHAPE_TYPES, SHAPE_TYPE_N);

enum shape_flags {
    SHAPE_NOT_A_NUMBER = 1, /* the pattern forbids digits alone */
    SHAPE_ENUM_PLAIN = 2,   /* elements are said to be wrong as if they were the list */
    SHAPE_NULL_UNSAID = 4,  /* the list of constraints does not end with null */
};

struct shape {
    const char *name;
    enum shape_type type;
    bool has_min, has_max;
    int64_t min, max;            /* of the length, the value or the count */
    const char *pattern;         /* as the service prints it; NULL: none */
    const char *regex;           /* the same for regexec(3); NULL: anything matches */
    unsigned flags;              /* enum shape_flags */
    const char *const *values;   /* of an enumeration, NULL-ended; NULL: any */
    const char *const *unsaid;   /* allowed too, but not printed; NULL: none */
    const struct shape *element; /* of a list, of the values of a map */
    const struct shape *key;
    const struct member *members;
    size_t n_members;
};

enum member_place { IN_BODY, IN_PATH, IN_QUERY };

struct member {
    const char *name;
    const struct shape *shape;
    enum member_place place;
    const char *wire; /* what it is called there */
    bool is_required;
};

struct operation_shape {
    const char *name;
    const struct shape *input;
    const char *labels[3]; /* members in the path, in its order */
};

extern const struct operation_shape operation_shapes[]; /* ends with a NULL name */
/* NULL: there is none. */
const struct operation_shape *operation_shape_find(const char *name);

/*
 * How many constraints IN (an object of all members) violates; TEXT gets the message of
 * the ValidationException. Members that are null are taken out of IN.
 */
size_t shape_check(const struct shape *input, json_t *in, struct lamb_buf *text);

enum { SHAPE_E_TYPE = 1 };
/* 0, or SHAPE_E_TYPE with a sentence in TEXT: a member is of another type. */
int shape_check_types(const struct shape *input, const json_t *in,
                      struct lamb_buf *text);

#endif
