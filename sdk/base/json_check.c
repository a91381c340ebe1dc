/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/json_check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "sdk/base/enum.h"

#define STATES(X)                                                                      \
    X(VALUE, "a value must follow")                                                    \
    X(VALUE_OR_END, "behind [")                                                        \
    X(KEY_OR_END, "behind {")                                                          \
    X(KEY, "behind a comma in an object")                                              \
    X(COLON, "behind a name")                                                          \
    X(AFTER, "behind a value in an array or object")                                   \
    X(END, "behind the outermost value")                                               \
    X(STRING, "in a string")                                                           \
    X(ESCAPE, "behind a backslash")                                                    \
    X(HEX, "in the digits of \\u")                                                     \
    X(UTF8, "in a character of several bytes")                                         \
    X(LITERAL, "in true, false or null")                                               \
    X(MINUS, "behind the sign of a number")                                            \
    X(ZERO, "behind a leading zero")                                                   \
    X(DIGITS, "in the whole part")                                                     \
    X(POINT, "behind the point")                                                       \
    X(FRACTION, "in the fraction")                                                     \
    X(EXPONENT, "behind e")                                                            \
    X(EXPONENT_SIGN, "behind the sign of the exponent")                                \
    X(EXPONENT_DIGITS, "in the exponent")
LAMB_ENUM(state, STATES, STATE_N);

#define EXPECTED_VALUE                                                                 \
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

static int fail(struct lamb_json_check *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static int
fail(struct lamb_json_check *c, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(c->text, sizeof(c->text), fmt, ap);
    va_end(ap);
    c->column = c->offset - c->line_start + 1;
    return -EINVAL;
}

static int
fail_character(struct lamb_json_check *c, unsigned char b, const char *expected)
{
    if (b < 0x20 || b >= 0x7f)
        return fail(c, "Unexpected character ((CTRL-CHAR, code %u)): %s", b, expected);
    return fail(c, "Unexpected character ('%c' (code %u)): %s", b, b, expected);
}

void
lamb_json_check_init(struct lamb_json_check *c)
{
    c->text[0] = '\0';
    c->line = c->column = 1;
    c->state = VALUE;
    c->is_key = false;
    c->is_empty = true;
    c->need = 0;
    c->depth = 0;
    c->offset = c->line_start = 0;
}

static bool
in_object(const struct lamb_json_check *c)
{
    return c->depth && c->objects[(c->depth - 1) / 64] >> ((c->depth - 1) % 64) & 1;
}

static int
open_nest(struct lamb_json_check *c, bool is_object)
{
    uint64_t bit = UINT64_C(1) << (c->depth % 64);

    if (c->depth == LAMB_LIMIT_JSON_DEPTH)
        return fail(c,
                    "Document nesting depth (%d) exceeds the maximum allowed (%d, from "
                    "`StreamReadConstraints.getMaxNestingDepth()`)",
                    LAMB_LIMIT_JSON_DEPTH + 1, LAMB_LIMIT_JSON_DEPTH);
    if (is_object)
        c->objects[c->depth / 64] |= bit;
    else
        c->objects[c->depth / 64] &= ~bit;
    c->depth++;
    c->state = is_object ? KEY_OR_END : VALUE_OR_END;
    return 0;
}

static void
value_done(struct lamb_json_check *c)
{
    c->state = c->depth ? AFTER : END;
}

static int
close_nest(struct lamb_json_check *c)
{
    c->depth--;
    value_done(c);
    return 0;
}

static int
open_string(struct lamb_json_check *c, bool is_key)
{
    c->is_key = is_key;
    c->state = STRING;
    return 0;
}

static bool
is_word(unsigned char b)
{
    return (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
}

/*
 * A literal is checked byte by byte; for the error that shows the whole token, BEGUN is
 * what was read of it and REST what is there of what follows.
 */
static int
fail_token(struct lamb_json_check *c, struct lamb_span begun, struct lamb_span rest)
{
    int n = 0;

    while ((size_t)n < rest.len && n < 40 && is_word((unsigned char)rest.ptr[n]))
        n++;
    return fail(c, "Unrecognized token '%.*s%.*s': was expecting " EXPECTED_VALUE,
                (int)begun.len, begun.ptr, n, rest.ptr);
}

static int
begin_value(struct lamb_json_check *c, unsigned char b, struct lamb_span rest)
{
    static const char *const literals[] = { "true", "false", "null" };

    c->is_empty = false;
    if (b == '"')
        return open_string(c, false);
    if (b == '{' || b == '[')
        return open_nest(c, b == '{');
    if (b == '-' || (b >= '0' && b <= '9')) {
        c->state = b == '-' ? MINUS : b == '0' ? ZERO : DIGITS;
        return 0;
    }
    for (size_t i = 0; i < LAMB_COUNT(literals); i++)
        if (b == (unsigned char)literals[i][0]) {
            c->literal = literals[i];
            c->need = (uint8_t)(strlen(literals[i]) - 1);
            c->state = LITERAL;
            return 0;
        }
    if (is_word(b))
        return fail_token(c, LAMB_SPAN(""), rest);
    return fail_character(c, b, "expected a valid value " EXPECTED_VALUE);
}

/* -- in a string ------------------------------------------------------------------ */

static int
begin_character(struct lamb_json_check *c, unsigned char b)
{
    static const struct {
        uint8_t first, last, need, low, high;
    } leads[] = {
        { 0xc2, 0xdf, 1, 0x80, 0xbf }, { 0xe0, 0xe0, 2, 0xa0, 0xbf },
        { 0xe1, 0xec, 2, 0x80, 0xbf }, { 0xed, 0xed, 2, 0x80, 0x9f },
        { 0xee, 0xef, 2, 0x80, 0xbf }, { 0xf0, 0xf0, 3, 0x90, 0xbf },
        { 0xf1, 0xf3, 3, 0x80, 0xbf }, { 0xf4, 0xf4, 3, 0x80, 0x8f },
    };

    for (size_t i = 0; i < LAMB_COUNT(leads); i++)
        if (b >= leads[i].first && b <= leads[i].last) {
            c->need = leads[i].need;
            c->low = leads[i].low;
            c->high = leads[i].high;
            c->state = UTF8;
            return 0;
        }
    return fail(c, "Invalid UTF-8 start byte 0x%02x", b);
}

static int
step_string(struct lamb_json_check *c, unsigned char b)
{
    if (b == '"') {
        if (c->is_key)
            c->state = COLON;
        else
            value_done(c);
    } else if (b == '\\') {
        c->state = ESCAPE;
    } else if (b < 0x20) {
        return fail(
            c,
            "Illegal unquoted character ((CTRL-CHAR, code %u)): has to be escaped "
            "using backslash to be included in string value",
            b);
    } else if (b >= 0x80) {
        return begin_character(c, b);
    }
    return 0;
}

static int
step_escape(struct lamb_json_check *c, unsigned char b)
{
    if (b == 'u') {
        c->need = 4;
        c->state = HEX;
        return 0;
    }
    if (!b || !strchr("\"\\/bfnrt", b))
        return fail(c, "Unrecognized character escape (code %u)", b);
    c->state = STRING;
    return 0;
}

static int
step_hex(struct lamb_json_check *c, unsigned char b)
{
    if (!((b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'f')))
        return fail_character(c, b,
                              "expected a hex-digit for character escape sequence");
    if (--c->need == 0)
        c->state = STRING;
    return 0;
}

static int
step_utf8(struct lamb_json_check *c, unsigned char b)
{
    if (b < c->low || b > c->high)
        return fail(c, "Invalid UTF-8 middle byte 0x%02x", b);
    c->low = 0x80;
    c->high = 0xbf;
    if (--c->need == 0)
        c->state = STRING;
    return 0;
}

/* -- between values --------------------------------------------------------------- */

static int
step_after(struct lamb_json_check *c, unsigned char b)
{
    bool is_object = in_object(c);

    if (b == (is_object ? '}' : ']'))
        return close_nest(c);
    if (b != ',')
        return fail_character(c, b,
                              is_object
                                  ? "was expecting comma to separate Object entries"
                                  : "was expecting comma to separate Array entries");
    c->state = is_object ? KEY : VALUE;
    return 0;
}

static int
step_key(struct lamb_json_check *c, unsigned char b)
{
    if (b == '"')
        return open_string(c, true);
    if (b == '}' && c->state == KEY_OR_END)
        return close_nest(c);
    return fail_character(c, b, "was expecting double-quote to start field name");
}

static int
step_space(struct lamb_json_check *c, unsigned char b, bool *ret_is_space)
{
    *ret_is_space = b == ' ' || b == '\t' || b == '\n' || b == '\r';
    if (b == '\n') {
        c->line++;
        c->line_start = c->offset + 1;
    }
    return 0;
}

/* -- numbers
 * ------------------------------------------------------------------------------------
 */

/* Where a byte of a kind leads from each state of a number; 0: it ends or breaks it. */
enum number_byte { BYTE_DIGIT, BYTE_POINT, BYTE_E, BYTE_SIGN, BYTE_OTHER };

static enum number_byte
kind_of(unsigned char b)
{
    if (b >= '0' && b <= '9')
        return BYTE_DIGIT;
    if (b == '.')
        return BYTE_POINT;
    if (b == 'e' || b == 'E')
        return BYTE_E;
    return b == '+' || b == '-' ? BYTE_SIGN : BYTE_OTHER;
}

static const struct {
    uint8_t next[BYTE_OTHER];
    bool may_end;
} numbers[STATE_N] = {
    [MINUS] = { .next = { [BYTE_DIGIT] = DIGITS } }, /* a zero is told apart below */
    [ZERO] = { .next = { [BYTE_POINT] = POINT, [BYTE_E] = EXPONENT }, .may_end = true },
    [DIGITS] = { .next = { [BYTE_DIGIT] = DIGITS,
                           [BYTE_POINT] = POINT,
                           [BYTE_E] = EXPONENT },
                 .may_end = true },
    [POINT] = { .next = { [BYTE_DIGIT] = FRACTION } },
    [FRACTION] = { .next = { [BYTE_DIGIT] = FRACTION, [BYTE_E] = EXPONENT },
                   .may_end = true },
    [EXPONENT] = { .next = { [BYTE_DIGIT] = EXPONENT_DIGITS,
                             [BYTE_SIGN] = EXPONENT_SIGN } },
    [EXPONENT_SIGN] = { .next = { [BYTE_DIGIT] = EXPONENT_DIGITS } },
    [EXPONENT_DIGITS] = { .next = { [BYTE_DIGIT] = EXPONENT_DIGITS }, .may_end = true },
};

/* True: the byte belongs to the number. False: it stands behind it. */
static int
step_number(struct lamb_json_check *c, unsigned char b, bool *ret_is_part)
{
    enum number_byte kind = kind_of(b);
    int next = kind == BYTE_OTHER ? 0 : numbers[c->state].next[kind];

    *ret_is_part = next != 0;
    if (next) {
        c->state = c->state == MINUS && b == '0' ? ZERO : next;
        return 0;
    }
    if (c->state == ZERO && kind == BYTE_DIGIT)
        return fail(c, "Invalid numeric value: Leading zeroes not allowed");
    if (!numbers[c->state].may_end)
        return fail_character(c, b, "expected digit in a numeric value");
    value_done(c);
    return 0;
}

/* -- the way of a byte ------------------------------------------------------------ */

static int
step_literal(struct lamb_json_check *c, unsigned char b, struct lamb_span rest)
{
    size_t read = strlen(c->literal) - c->need;

    if (b != (unsigned char)c->literal[read])
        return fail_token(c, lamb_span_of(c->literal, read), rest);
    if (--c->need == 0)
        value_done(c);
    return 0;
}

static int
step_structure(struct lamb_json_check *c, unsigned char b, struct lamb_span rest)
{
    bool is_space;

    (void)step_space(c, b, &is_space);
    if (is_space)
        return 0;
    switch ((enum state)c->state) {
    case VALUE_OR_END:
        if (b == ']')
            return close_nest(c);
        return begin_value(c, b, rest);
    case VALUE:
        return begin_value(c, b, rest);
    case KEY_OR_END:
    case KEY:
        return step_key(c, b);
    case COLON:
        if (b != ':')
            return fail_character(
                c, b, "was expecting a colon to separate field name and value");
        c->state = VALUE;
        return 0;
    case AFTER:
        return step_after(c, b);
    case END:
        return fail_character(c, b, "expected the end of the input behind the value");
    case STRING:
    case ESCAPE:
    case HEX:
    case UTF8:
    case LITERAL:
    case MINUS:
    case ZERO:
    case DIGITS:
    case POINT:
    case FRACTION:
    case EXPONENT:
    case EXPONENT_SIGN:
    case EXPONENT_DIGITS:
    case STATE_N:
        break;
    }
    return -EINVAL;
}

static int
step(struct lamb_json_check *c, unsigned char b, struct lamb_span rest)
{
    static int (*const in_string[])(struct lamb_json_check *, unsigned char) = {
        [STRING] = step_string,
        [ESCAPE] = step_escape,
        [HEX] = step_hex,
        [UTF8] = step_utf8,
    };
    bool is_part;
    int r;

    if (c->state < STRING)
        return step_structure(c, b, rest);
    if (c->state >= MINUS) {
        r = step_number(c, b, &is_part);
        return r || is_part ? r : step_structure(c, b, rest);
    }
    return c->state == LITERAL ? step_literal(c, b, rest) : in_string[c->state](c, b);
}

/*
 * How many plain bytes of a string P begins with, eight at a time: none below 0x20, no
 * quote, no backslash, nothing above ASCII (the usual tests for a zero byte in a word).
 */
static size_t
skip_plain(const unsigned char *p, size_t left)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    size_t n = 0;

    while (left - n >= 8) {
        uint64_t w;
        uint64_t quote;
        uint64_t slash;

        memcpy(&w, p + n, 8);
        quote = w ^ ones * '"';
        slash = w ^ ones * '\\';
        if ((w | (w - ones * 0x20) | (quote - ones) | (slash - ones)) & tops)
            break;
        n += 8;
    }
    return n;
}

int
lamb_json_check_feed(struct lamb_json_check *c, struct lamb_span bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    size_t begin = c->offset;
    size_t i = 0;

    while (i < bytes.len) {
        int r;

        if (c->state == STRING) {
            i += skip_plain(p + i, bytes.len - i);
            if (i == bytes.len)
                break;
        }
        c->offset = begin + i;
        r = step(c, p[i], lamb_span_of(bytes.ptr + i, bytes.len - i));
        if (r)
            return r;
        i++;
    }
    c->offset = begin + bytes.len;
    return 0;
}

int
lamb_json_check_finish(struct lamb_json_check *c)
{
    if (c->state >= MINUS && numbers[c->state].may_end)
        value_done(c);
    if (c->state == END)
        return 0;
    if (c->is_empty)
        return fail(c, "No content to map due to end-of-input");
    if (c->state >= STRING && c->state <= UTF8)
        return fail(c, "Unexpected end-of-input in a String value");
    if (c->depth)
        return fail(c, "Unexpected end-of-input: expected close marker for %s",
                    in_object(c) ? "Object" : "Array");
    return fail(c, "Unexpected end-of-input within a value");
}
