/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/json/http_text.h"

#include <errno.h>

#include "sdk/base/buf.h"
#include "sdk/base/utf8.h"

enum { TEXT_MAX = 8 * 1024 * 1024 };

static bool
is_utf8(struct lamb_span text)
{
    const unsigned char *at = (const unsigned char *)text.ptr;
    size_t broken;

    for (size_t i = 0, n; i < text.len; i += n) {
        n = lamb_utf8_length(at + i, text.len - i, &broken);
        if (!n)
            return false;
    }
    return true;
}

/* A text of JSON; Latin-1 is read where it is not UTF-8, so that nothing is lost. */
static json_t *
text_of(struct lamb_span bytes)
{
    LAMB_AUTOBUF struct lamb_buf wide = LAMB_BUF_INIT(TEXT_MAX);

    if (is_utf8(bytes))
        return json_stringn_nocheck(bytes.len ? bytes.ptr : "", bytes.len);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];

        if (c >= 0x80)
            (void)lamb_buf_char(&wide, (char)(0xC0 | c >> 6));
        (void)lamb_buf_char(&wide, (char)(c >= 0x80 ? 0x80 | (c & 0x3F) : c));
    }
    return lamb_buf_error(&wide) ? NULL : json_stringn_nocheck(wide.ptr, wide.len);
}

int
lamb_form_add(json_t *form, struct lamb_span name, struct lamb_span value)
{
    json_t *key = text_of(name);
    const char *text = json_string_value(key);
    json_t *values = key ? json_object_get(form, text) : NULL;
    int r = key ? 0 : -1;

    if (!r && !values) {
        values = json_array();
        r = json_object_set_new_nocheck(form, text, values);
    }
    if (!r)
        r = json_array_append_new(values, text_of(value));
    json_decref(key);
    return r ? -ENOMEM : 0;
}

static int
digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "%" that two digits do not follow is one. */
static void
decode(struct lamb_buf *ret, struct lamb_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int high = c == '%' && i + 2 < text.len ? digit(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? digit(text.ptr[i + 2]) : -1;

        if (low >= 0) {
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        (void)lamb_buf_char(ret, c);
    }
}

int
lamb_form_add_encoded(json_t *form, struct lamb_span name, struct lamb_span value)
{
    LAMB_AUTOBUF struct lamb_buf key = LAMB_BUF_INIT(TEXT_MAX);
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(TEXT_MAX);

    decode(&key, name);
    decode(&text, value);
    if (lamb_buf_error(&key) || lamb_buf_error(&text))
        return -ENOMEM;
    return lamb_form_add(form, lamb_buf_view(&key), lamb_buf_view(&text));
}

int
lamb_form_add_query(json_t *form, struct lamb_span query)
{
    int r = 0;

    while (!r && query.len) {
        struct lamb_span pair;
        struct lamb_span name;
        struct lamb_span value;

        (void)lamb_span_cut(query, '&', &pair, &query);
        (void)lamb_span_cut(pair, '=', &name, &value);
        if (pair.len)
            r = lamb_form_add_encoded(form, name, value);
    }
    return r;
}

int
lamb_form_add_cookies(json_t *form, struct lamb_span header)
{
    int r = 0;

    while (!r && header.len) {
        struct lamb_span pair;
        struct lamb_span name;
        struct lamb_span value;

        (void)lamb_span_cut(header, ';', &pair, &header);
        pair = lamb_span_trim(pair);
        if (lamb_span_cut(pair, '=', &name, &value))
            r = lamb_form_add(form, lamb_span_trim(name), lamb_span_trim(value));
    }
    return r;
}
