/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/json_text.h"

#include "sdk/base/utf8.h"

static int
append_escape(struct lamb_buf *ret, unsigned char c)
{
    switch (c) {
    case '"':
        return lamb_buf_str(ret, "\\\"");
    case '\\':
        return lamb_buf_str(ret, "\\\\");
    case '\b':
        return lamb_buf_str(ret, "\\b");
    case '\f':
        return lamb_buf_str(ret, "\\f");
    case '\n':
        return lamb_buf_str(ret, "\\n");
    case '\r':
        return lamb_buf_str(ret, "\\r");
    case '\t':
        return lamb_buf_str(ret, "\\t");
    default:
        return lamb_buf_printf(ret, "\\u%04x", c);
    }
}

static bool
is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

int
lamb_json_string(struct lamb_buf *ret, struct lamb_span text)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    size_t i = 0;

    (void)lamb_buf_char(ret, '"');
    while (i < text.len) {
        size_t start = i;

        while (i < text.len && is_plain(p[i]))
            i++;
        (void)lamb_buf_append(ret, text.ptr + start, i - start);
        if (i == text.len)
            break;
        if (p[i] < 0x80) {
            (void)append_escape(ret, p[i++]);
        } else {
            size_t broken;
            size_t n = lamb_utf8_length(p + i, text.len - i, &broken);

            if (n)
                (void)lamb_buf_append(ret, p + i, n);
            else
                (void)lamb_buf_str(ret, "\xef\xbf\xbd");
            i += n ? n : broken;
        }
    }
    return lamb_buf_char(ret, '"');
}
