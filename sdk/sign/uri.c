/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/sign/uri.h"

static bool
is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_' || c == '.' || c == '~';
}

void
lamb_uri_encode(struct lamb_buf *ret, struct lamb_span text, const char *keep)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];

        if (is_unreserved(text.ptr[i]) || (byte && strchr(keep, byte))) {
            (void)lamb_buf_char(ret, text.ptr[i]);
        } else {
            const char escape[] = { '%', digits[byte >> 4], digits[byte & 15] };

            (void)lamb_buf_append(ret, escape, sizeof(escape));
        }
    }
}

static int
digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void
lamb_uri_decode_query(struct lamb_buf *ret, struct lamb_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        int high = i + 2 < text.len ? digit(text.ptr[i + 1]) : -1;
        int low = i + 2 < text.len ? digit(text.ptr[i + 2]) : -1;

        if (text.ptr[i] == '%' && high >= 0 && low >= 0) {
            (void)lamb_buf_char(ret, (char)(high * 16 + low));
            i += 2;
        } else {
            (void)lamb_buf_char(ret, text.ptr[i] == '+' ? ' ' : text.ptr[i]);
        }
    }
}

/* Drop the last segment of what was appended since START. */
static void
drop_segment(struct lamb_buf *ret, size_t start)
{
    if (ret->len <= start)
        return;
    while (ret->ptr[ret->len - 1] != '/')
        ret->len--;
    ret->ptr[--ret->len] = '\0';
}

void
lamb_uri_normalize(struct lamb_buf *ret, struct lamb_span path)
{
    bool ends_in_slash = path.len && path.ptr[path.len - 1] == '/';
    size_t start = ret->len;
    struct lamb_span rest = path;
    struct lamb_span segment;

    while (rest.len) {
        (void)lamb_span_cut(rest, '/', &segment, &rest);
        if (segment.len == 0 || lamb_span_is(segment, "."))
            continue;
        if (lamb_span_is(segment, "..")) {
            drop_segment(ret, start);
        } else {
            (void)lamb_buf_char(ret, '/');
            (void)lamb_buf_span(ret, segment);
        }
    }
    if (ret->len == start || ends_in_slash)
        (void)lamb_buf_char(ret, '/');
}
