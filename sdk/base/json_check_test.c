/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/json_check.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/json_check_testing.h"

#define VALUE_EXPECTED                                                                 \
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

static const char *const json[] = {
    "0",
    "-0",
    "1",
    "-12.50e+3",
    "1E-2",
    "0.0",
    "1e999",
    "true",
    "false",
    "null",
    "\"\"",
    "\"plain text of more than eight bytes\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\\ud800\"",
    "\"\x7f \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf\"",
    "[]",
    "{}",
    " [ 1 , 2 ] ",
    "\t\r\n{ \"a\" : [ { } , null ] , \"a\" : \"b\" }\n",
    "[[],{},\"\",0,true]",
};

static const struct {
    const char *bytes;
    const char *text;
    size_t line, column;
} no_json[] = {
    { "", "No content to map due to end-of-input", 1, 1 },
    { "  \n ", "No content to map due to end-of-input", 2, 2 },
    { "{", "Unexpected end-of-input: expected close marker for Object", 1, 2 },
    { "[1", "Unexpected end-of-input: expected close marker for Array", 1, 3 },
    { "\"a", "Unexpected end-of-input in a String value", 1, 3 },
    { "\"\\", "Unexpected end-of-input in a String value", 1, 3 },
    { "\"\xe2\x82", "Unexpected end-of-input in a String value", 1, 4 },
    { "-", "Unexpected end-of-input within a value", 1, 2 },
    { "1e", "Unexpected end-of-input within a value", 1, 3 },
    { "tru", "Unexpected end-of-input within a value", 1, 4 },
    { "[1,]",
      "Unexpected character (']' (code 93)): expected a valid value " VALUE_EXPECTED, 1,
      4 },
    { "+1",
      "Unexpected character ('+' (code 43)): expected a valid value " VALUE_EXPECTED, 1,
      1 },
    { "[\x7f]",
      "Unexpected character ((CTRL-CHAR, code 127)): expected a valid "
      "value " VALUE_EXPECTED,
      1, 2 },
    { "{\"a\" 1}",
      "Unexpected character ('1' (code 49)): was expecting a colon to "
      "separate field name and value",
      1, 6 },
    { "{\"a\":1 \"b\"}",
      "Unexpected character ('\"' (code 34)): was expecting comma to "
      "separate Object entries",
      1, 8 },
    { "[1 2]",
      "Unexpected character ('2' (code 50)): was expecting comma to separate "
      "Array entries",
      1, 4 },
    { "[1}",
      "Unexpected character ('}' (code 125)): was expecting comma to separate "
      "Array entries",
      1, 3 },
    { "{a:1}",
      "Unexpected character ('a' (code 97)): was expecting double-quote to "
      "start field name",
      1, 2 },
    { "{\"a\":1,}",
      "Unexpected character ('}' (code 125)): was expecting double-quote "
      "to start field name",
      1, 8 },
    { "01", "Invalid numeric value: Leading zeroes not allowed", 1, 2 },
    { "-01", "Invalid numeric value: Leading zeroes not allowed", 1, 3 },
    { "1.x", "Unexpected character ('x' (code 120)): expected digit in a numeric value",
      1, 3 },
    { "[1e+]",
      "Unexpected character (']' (code 93)): expected digit in a numeric value", 1, 5 },
    { "hello world", "Unrecognized token 'hello': was expecting " VALUE_EXPECTED, 1,
      1 },
    { "[nulx]", "Unrecognized token 'nulx': was expecting " VALUE_EXPECTED, 1, 5 },
    { "{\n  \"a\": tru\n}", "Unrecognized token 'tru': was expecting " VALUE_EXPECTED,
      2, 11 },
    { "\"\\x\"", "Unrecognized character escape (code 120)", 1, 3 },
    { "\"\\u12g4\"",
      "Unexpected character ('g' (code 103)): expected a hex-digit for "
      "character escape sequence",
      1, 6 },
    { "\"a\nb\"",
      "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped "
      "using backslash to be included in string value",
      1, 3 },
    { "\"12345678\x1f\"",
      "Illegal unquoted character ((CTRL-CHAR, code 31)): has to be "
      "escaped using backslash to be included in string value",
      1, 10 },
    { "\"\xff\"", "Invalid UTF-8 start byte 0xff", 1, 2 },
    { "\"\xc0\x80\"", "Invalid UTF-8 start byte 0xc0", 1, 2 },
    { "\"\xf5\x80\"", "Invalid UTF-8 start byte 0xf5", 1, 2 },
    { "\"\xc3(\"", "Invalid UTF-8 middle byte 0x28", 1, 3 },
    { "\"\xe0\x9f\xbf\"", "Invalid UTF-8 middle byte 0x9f", 1, 3 },
    { "\"\xed\xa0\x80\"", "Invalid UTF-8 middle byte 0xa0", 1, 3 },
    { "\"\xf4\x90\x80\x80\"", "Invalid UTF-8 middle byte 0x90", 1, 3 },
    { "1 1",
      "Unexpected character ('1' (code 49)): expected the end of the input "
      "behind the value",
      1, 3 },
    { "[1]\n]",
      "Unexpected character (']' (code 93)): expected the end of the input "
      "behind the value",
      2, 1 },
};

static void
json_is_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(json); i++) {
        struct lamb_json_check check;

        if (json_check_in_pieces(&check, lamb_span_str(json[i]), 0))
            fail_msg("%s: %s", json[i], check.text);
    }
}

static void
anything_else_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(no_json); i++) {
        struct lamb_span bytes = lamb_span_str(no_json[i].bytes);
        struct lamb_json_check check;

        if (json_check_in_pieces(&check, bytes, 0) != -EINVAL)
            fail_msg("%s was accepted", no_json[i].bytes);
        assert_string_equal(check.text, no_json[i].text);
        if (check.line != no_json[i].line || check.column != no_json[i].column)
            fail_msg("%s: said at %zu:%zu", no_json[i].bytes, check.line, check.column);
    }
}

/* The text may show less of a broken token; verdict and place are the same. */
static void
assert_pieces_do_not_matter(struct lamb_span bytes)
{
    struct lamb_json_check whole;
    int r = json_check_in_pieces(&whole, bytes, 0);

    for (size_t step = 1; step < bytes.len; step++) {
        struct lamb_json_check pieces;

        assert_int_equal(json_check_in_pieces(&pieces, bytes, step), r);
        if (r) {
            assert_int_equal(pieces.line, whole.line);
            assert_int_equal(pieces.column, whole.column);
        }
    }
}

static void
how_the_bytes_are_cut_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(json); i++)
        assert_pieces_do_not_matter(lamb_span_str(json[i]));
    for (size_t i = 0; i < LAMB_COUNT(no_json); i++)
        assert_pieces_do_not_matter(lamb_span_str(no_json[i].bytes));
}

static void
a_nul_byte_is_no_white_space(void **state)
{
    struct lamb_json_check check;

    (void)state;
    assert_int_equal(json_check_in_pieces(&check, LAMB_SPAN("1\0"), 0), -EINVAL);
    assert_int_equal(json_check_in_pieces(&check,
                                          LAMB_SPAN("\0"
                                                    "1"),
                                          0),
                     -EINVAL);
    assert_int_equal(json_check_in_pieces(&check, LAMB_SPAN("\"\0\""), 0), -EINVAL);
    assert_int_equal(json_check_in_pieces(&check, LAMB_SPAN("\"\\\0\""), 0), -EINVAL);
}

/* DEPTH nests around a number; each is OPEN, or every other one if there are two. */
static void
nest(struct lamb_buf *ret, size_t depth, const char *const open[2],
     const char *const close[2])
{
    for (size_t i = 0; i < depth; i++)
        assert_int_equal(lamb_buf_str(ret, open[i % 2]), 0);
    assert_int_equal(lamb_buf_str(ret, "1"), 0);
    for (size_t i = depth; i-- > 0;)
        assert_int_equal(lamb_buf_str(ret, close[i % 2]), 0);
}

static void
a_thousand_nests_are_the_most(void **state)
{
    static const struct {
        const char *open[2], *close[2];
        size_t column; /* of the nest too many */
    } cases[] = {
        { { "[", "[" }, { "]", "]" }, 1001 },
        { { "{\"a\":", "{\"a\":" }, { "}", "}" }, 5001 },
        { { "[", "{\"a\":" }, { "]", "}" }, 3001 },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf most = LAMB_BUF_INIT(64 * 1024);
        LAMB_AUTOBUF struct lamb_buf more = LAMB_BUF_INIT(64 * 1024);
        struct lamb_json_check check;

        nest(&most, 1000, cases[i].open, cases[i].close);
        assert_int_equal(json_check_in_pieces(&check, lamb_buf_view(&most), 7), 0);
        nest(&more, 1001, cases[i].open, cases[i].close);
        assert_int_equal(json_check_in_pieces(&check, lamb_buf_view(&more), 0),
                         -EINVAL);
        assert_string_equal(
            check.text, "Document nesting depth (1001) exceeds the maximum allowed "
                        "(1000, from `StreamReadConstraints.getMaxNestingDepth()`)");
        assert_int_equal(check.line, 1);
        assert_int_equal(check.column, cases[i].column);
    }
}

static void
width_is_no_depth(void **state)
{
    LAMB_AUTOBUF struct lamb_buf wide = LAMB_BUF_INIT(64 * 1024);
    struct lamb_json_check check;

    (void)state;
    assert_int_equal(lamb_buf_str(&wide, "[0"), 0);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(lamb_buf_str(&wide, ",[],{}"), 0);
    assert_int_equal(lamb_buf_str(&wide, "]"), 0);
    assert_int_equal(json_check_in_pieces(&check, lamb_buf_view(&wide), 0), 0);
}

/* -- beside jansson --------------------------------------------------------------- */

enum { MUTATIONS = 300000, MUTANT_MAX = 128 };

static uint64_t
next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Change, remove, double or insert one byte. */
static size_t
mutate(char *bytes, size_t len, uint64_t *seed)
{
    static const char spice[] =
        "{}[]\",:\\/-+.eEu0123456789truefalsn \t\n\r\x01\x1f\x7f"
        "\x80\xbf\xc2\xe0\xed\xa0\xf0\xf4\xff";
    uint64_t random = next_random(seed);
    size_t at = len ? random / 256 % len : 0;
    char byte = spice[random / 65536 % (sizeof(spice) - 1)];

    if (random % 4 == 0 && len) {
        bytes[at] = byte;
    } else if (random % 4 == 1 && len) {
        memmove(bytes + at, bytes + at + 1, len - at - 1);
        return len - 1;
    } else if (len < MUTANT_MAX) {
        if (random % 4 == 2 && len)
            byte = bytes[at];
        memmove(bytes + at + 1, bytes + at, len - at);
        bytes[at] = byte;
        return len + 1;
    }
    return len;
}

static void
jansson_agrees_on_mutants(void **state)
{
    uint64_t seed = UINT64_C(0x9e3779b97f4a7c15); /* the same mutants in every run */
    size_t counts[] = { [SAYS_JSON] = 0, [SAYS_NO_JSON] = 0, [HAS_NONE] = 0 };

    (void)state;
    for (int i = 0; i < MUTATIONS; i++) {
        const char *origin = json[next_random(&seed) % LAMB_COUNT(json)];
        size_t len = strlen(origin);
        uint64_t rounds = 1 + next_random(&seed) % 4;
        char bytes[MUTANT_MAX];
        struct lamb_json_check check;
        enum second_opinion opinion;
        int r;

        memcpy(bytes, origin, len);
        while (rounds-- > 0)
            len = mutate(bytes, len, &seed);
        r = json_check_in_pieces(&check, lamb_span_of(bytes, len),
                                 next_random(&seed) % 4);
        opinion = jansson_opinion(lamb_span_of(bytes, len));
        counts[opinion]++;
        if (opinion != HAS_NONE && (r == 0) != (opinion == SAYS_JSON))
            fail_msg("%.*s: we say %d (%s)", (int)len, bytes, r, check.text);
    }
    assert_true(counts[SAYS_JSON] > MUTATIONS / 20);
    assert_true(counts[SAYS_NO_JSON] > MUTATIONS / 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_accepted),
        cmocka_unit_test(anything_else_is_refused_with_its_place),
        cmocka_unit_test(how_the_bytes_are_cut_changes_nothing),
        cmocka_unit_test(a_nul_byte_is_no_white_space),
        cmocka_unit_test(a_thousand_nests_are_the_most),
        cmocka_unit_test(width_is_no_depth),
        cmocka_unit_test(jansson_agrees_on_mutants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
