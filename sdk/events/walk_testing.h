/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_WALK_TESTING_H
#define LAMB_EVENTS_WALK_TESTING_H

/*
 * walk_testing - what the test that is made from events.table is written in. Each check
 * calls one function of a header for `object`, and compares with what Python read.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "sdk/events/testing.h"

/* As JSON, not as text: a fraction may be written in several ways. */
static inline void
assert_json(struct lamb_value value, const char *wanted)
{
    struct lamb_span text;
    json_t *one;
    json_t *other;

    assert_int_equal(lamb_value_json(value, &text), 0);
    one = json_loads(text.ptr, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    other = json_loads(wanted, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    assert_true(one && other && json_equal(one, other));
    json_decref(one);
    json_decref(other);
}

static inline void
assert_bytes(struct lamb_span bytes, const char *wanted, size_t len)
{
    assert_int_equal(bytes.len, len);
    assert_memory_equal(bytes.ptr, wanted, len + 1); /* and the NUL */
}

/* Calls CALL with ARGUMENTS and a place of TYPE, and then says what is to be THEN. */
#define CHECK(type, call, then, ...)                                                   \
    do {                                                                               \
        type found;                                                                    \
        assert_int_equal(call(__VA_ARGS__, &found), 0);                                \
        then;                                                                          \
    } while (0)

#define CHECK_BYTES(call, text, len)                                                   \
    CHECK(struct lamb_span, call, assert_bytes(found, text, len), object)
#define CHECK_BYTES_AT(call, at, text, len)                                            \
    CHECK(struct lamb_span, call, assert_bytes(found, text, len), object, at)
#define CHECK_INT(call, number)                                                        \
    CHECK(int64_t, call, assert_true(found == (number)), object)
#define CHECK_DOUBLE(call, number)                                                     \
    CHECK(double, call, assert_true(found == (number)), object)
#define CHECK_BOOL(call, wanted)                                                       \
    CHECK(bool, call, assert_true(found == (wanted)), object)
#define CHECK_COUNT(call, count)                                                       \
    CHECK(size_t, call, assert_int_equal(found, count), object)
#define CHECK_VALUE(call, json)                                                        \
    CHECK(struct lamb_value, call, assert_json(found, json), object)
#define CHECK_VALUE_AT(call, at, json)                                                 \
    CHECK(struct lamb_value, call, assert_json(found, json), object, at)
#define CHECK_OBJECT(call, type, json)                                                 \
    CHECK(type, call, assert_json(found.value, json), object)
#define CHECK_OBJECT_AT(call, type, at, json)                                          \
    CHECK(type, call, assert_json(found.value, json), object, at)
#define CHECK_NULL(call, type)                                                         \
    do {                                                                               \
        type found;                                                                    \
        assert_int_equal(call(object, &found), LAMB_NULL);                             \
    } while (0)

#endif
