/* SPDX-License-Identifier: Apache-2.0 */

#include "sdk/json/tree.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/base/buf.h"
#include "sdk/base/num.h"

/* The text has passed the check: only what that does not look at can be wrong. */
struct maker {
    bool all_real; /* whole numbers as well */
    const char *start;
    const char *at;
    const char *end;
    struct lamb_buf text; /* of a string with escapes, of a real number */
    int r;
    struct lamb_json_check *why;
};

static json_t *make_value(struct maker *maker);

/* ---- What is wrong --------------------------------------------------------------- */

static json_t *
no_memory(struct maker *maker)
{
    maker->r = -ENOMEM;
    return NULL;
}

static json_t *
refuse(struct maker *maker, const char *at, const char *what)
{
    struct lamb_json_check *why = maker->why;
    const char *line = maker->start;

    maker->r = -EPROTO;
    why->line = 1;
    for (const char *c = maker->start; c < at; c++)
        if (*c == '\n') {
            why->line++;
            line = c + 1;
        }
    why->column = (size_t)(at - line) + 1;
    (void)snprintf(why->text, sizeof(why->text), "%s", what);
    return NULL;
}

/* ---- Strings --------------------------------------------------------------------- */

static void
skip_space(struct maker *maker)
{
    while (maker->at < maker->end && strchr(" \t\r\n", *maker->at))
        maker->at++;
}

/* Four hexadecimal digits. */
static uint32_t
hex4(const char *at)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++) {
        uint32_t c = (unsigned char)at[i];

        value = value << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

static void
put_utf8(struct lamb_buf *buf, uint32_t code)
{
    static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    int len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    (void)lamb_buf_char(buf, (char)(first[len] | code >> 6 * (len - 1)));
    for (int i = len - 2; i >= 0; i--)
        (void)lamb_buf_char(buf, (char)(0x80 | (code >> 6 * i & 0x3f)));
}

/* "\u" and what belongs to it; false: half a pair. */
static bool
put_code(struct maker *maker)
{
    uint32_t code = hex4(maker->at + 2);
    uint32_t low;

    maker->at += 6;
    if (code >= 0xd800 && code < 0xe000) {
        if (code >= 0xdc00 || maker->at[0] != '\\' || maker->at[1] != 'u')
            return false;
        low = hex4(maker->at + 2);
        if (low < 0xdc00 || low >= 0xe000)
            return false;
        maker->at += 6;
        code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
    }
    put_utf8(&maker->text, code);
    return true;
}

/* Behind the string that starts here; *ret is what it says, valid until the next. */
static bool
read_string(struct maker *maker, struct lamb_span *ret)
{
    static const char names[] = "bfnrt\"\\/";
    static const char values[] = "\b\f\n\r\t\"\\/";
    const char *begin = ++maker->at;
    const char *plain = begin;

    while (*maker->at != '"' && *maker->at != '\\')
        maker->at++;
    *ret = lamb_span_of(begin, (size_t)(maker->at - begin));
    lamb_buf_clear(&maker->text);
    while (*maker->at != '"') {
        const char *escape = maker->at;

        if (*escape != '\\') {
            maker->at++;
            continue;
        }
        (void)lamb_buf_append(&maker->text, plain, (size_t)(escape - plain));
        if (escape[1] != 'u') {
            (void)lamb_buf_char(&maker->text, values[strchr(names, escape[1]) - names]);
            maker->at += 2;
        } else if (!put_code(maker)) {
            (void)refuse(maker, escape, "Half a surrogate pair");
            return false;
        }
        plain = maker->at;
    }
    if (plain != begin) {
        (void)lamb_buf_append(&maker->text, plain, (size_t)(maker->at - plain));
        *ret = lamb_buf_view(&maker->text);
    }
    maker->at++;
    if (lamb_buf_error(&maker->text))
        (void)no_memory(maker);
    return maker->r == 0;
}

static json_t *
make_string(struct maker *maker)
{
    struct lamb_span text;
    json_t *made;

    if (!read_string(maker, &text))
        return NULL;
    made = json_stringn_nocheck(text.len ? text.ptr : "", text.len);
    return made ? made : no_memory(maker);
}

/* ---- Numbers --------------------------------------------------------------------- */

/* strtod reads with the decimal point of the locale. */
static json_t *
make_real(struct maker *maker, struct lamb_span digits)
{
    char *point;
    json_t *made;
    double value;

    lamb_buf_clear(&maker->text);
    (void)lamb_buf_span(&maker->text, digits);
    if (lamb_buf_char(&maker->text, '\0'))
        return no_memory(maker);
    point = strchr(maker->text.ptr, '.');
    if (point)
        *point = *localeconv()->decimal_point;
    value = strtod(maker->text.ptr, NULL);
    if (isinf(value))
        return refuse(maker, digits.ptr, "Number beyond the range of a double");
    made = json_real(value);
    return made ? made : no_memory(maker);
}

static json_t *
make_number(struct maker *maker)
{
    const char *begin = maker->at;
    bool is_real = false;
    struct lamb_span digits;
    int64_t value;
    json_t *made;

    while (maker->at < maker->end && strchr("+-.eE0123456789", *maker->at)) {
        is_real |= *maker->at == '.' || (*maker->at | 0x20) == 'e';
        maker->at++;
    }
    digits = lamb_span_of(begin, (size_t)(maker->at - begin));
    if (is_real || maker->all_real)
        return make_real(maker, digits);
    if (lamb_parse_i64(digits, INT64_MIN, INT64_MAX, &value))
        return refuse(maker, begin, "Whole number beyond 64 bits");
    made = json_integer(value);
    return made ? made : no_memory(maker);
}

/* ---- Values ---------------------------------------------------------------------- */

/* "name": value. */
static bool
put_member(struct maker *maker, json_t *object)
{
    const char *begin = maker->at;
    LAMB_AUTOBUF struct lamb_buf name = LAMB_BUF_INIT(SIZE_MAX / 2);
    struct lamb_span text;
    json_t *value;

    if (!read_string(maker, &text))
        return false;
    if (memchr(text.ptr, '\0', text.len)) {
        (void)refuse(maker, begin, "U+0000 in a name");
        return false;
    }
    if (text.ptr == maker->text.ptr) { /* the value may need the room */
        if (lamb_buf_span(&name, text))
            return no_memory(maker);
        text = lamb_buf_view(&name);
    }
    skip_space(maker);
    maker->at++; /* the colon */
    value = make_value(maker);
    if (!value)
        return false;
    if (json_object_setn_new_nocheck(object, text.ptr, text.len, value))
        (void)no_memory(maker);
    return maker->r == 0;
}

static bool
put_element(struct maker *maker, json_t *array)
{
    json_t *value = make_value(maker);

    if (value && json_array_append_new(array, value))
        (void)no_memory(maker);
    return maker->r == 0;
}

/* An object or an array: PUT adds one of what stands between its commas. */
static json_t *
make_nest(struct maker *maker, json_t *nest, char close,
          bool (*put)(struct maker *maker, json_t *nest))
{
    if (!nest)
        return no_memory(maker);
    maker->at++;
    skip_space(maker);
    while (*maker->at != close) {
        if (!put(maker, nest)) {
            json_decref(nest);
            return NULL;
        }
        skip_space(maker);
        if (*maker->at == ',')
            maker->at++;
        skip_space(maker);
    }
    maker->at++;
    return nest;
}

static json_t *
make_word(struct maker *maker)
{
    char c = *maker->at;

    maker->at += c == 'f' ? 5 : 4;
    return c == 't' ? json_true() : c == 'f' ? json_false() : json_null();
}

static json_t *
make_value(struct maker *maker)
{
    skip_space(maker);
    switch (*maker->at) {
    case '{':
        return make_nest(maker, json_object(), '}', put_member);
    case '[':
        return make_nest(maker, json_array(), ']', put_element);
    case '"':
        return make_string(maker);
    case 't':
    case 'f':
    case 'n':
        return make_word(maker);
    default:
        return make_number(maker);
    }
}

static json_t *
read_tree(struct lamb_span text, bool all_real, int *ret_r,
          struct lamb_json_check *ret_why)
{
    struct maker maker = { .all_real = all_real,
                           .start = text.ptr,
                           .at = text.ptr,
                           .end = text.ptr + text.len,
                           .text = LAMB_BUF_INIT(text.len + 1),
                           .why = ret_why };
    json_t *tree;

    lamb_json_check_init(ret_why);
    *ret_r = -EPROTO;
    if (lamb_json_check_feed(ret_why, text) || lamb_json_check_finish(ret_why))
        return NULL;
    tree = make_value(&maker);
    lamb_buf_fini(&maker.text);
    *ret_r = maker.r;
    return tree;
}

json_t *
lamb_json_tree(struct lamb_span text, int *ret_r, struct lamb_json_check *ret_why)
{
    return read_tree(text, false, ret_r, ret_why);
}

int
lamb_json_double(struct lamb_span text, double *ret)
{
    struct lamb_json_check why;
    int r;
    json_t *number = read_tree(text, true, &r, &why);

    if (r == 0 && !json_is_number(number))
        r = -EPROTO;
    *ret = json_number_value(number);
    json_decref(number);
    return r;
}
