/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/xml.h"

#include <errno.h>
#include <stdint.h>

static const struct {
    const char *name;
    char byte;
} entities[] = {
    { "lt", '<' }, { "gt", '>' }, { "amp", '&' }, { "quot", '"' }, { "apos", '\'' }
};

/* The number after "&#" ("65", "x41"), 0 when it is none that text may have. */
static uint32_t
read_number(struct lamb_span text)
{
    bool is_hex = text.len > 0 && text.ptr[0] == 'x';
    uint32_t value = 0;

    for (size_t i = is_hex; i < text.len; i++) {
        char c = text.ptr[i];
        uint32_t digit;

        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (is_hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return 0;
        value = value * (is_hex ? 16 : 10) + digit;
        if (value > 0x10ffff)
            return 0;
    }
    return value >= 0xd800 && value <= 0xdfff ? 0 : value;
}

static void
put_character(struct lamb_buf *ret, uint32_t c)
{
    if (c < 0x80) {
        (void)lamb_buf_char(ret, (char)c);
    } else if (c < 0x800) {
        (void)lamb_buf_char(ret, (char)(0xc0 | (c >> 6)));
    } else if (c < 0x10000) {
        (void)lamb_buf_char(ret, (char)(0xe0 | (c >> 12)));
        (void)lamb_buf_char(ret, (char)(0x80 | ((c >> 6) & 0x3f)));
    } else {
        (void)lamb_buf_char(ret, (char)(0xf0 | (c >> 18)));
        (void)lamb_buf_char(ret, (char)(0x80 | ((c >> 12) & 0x3f)));
        (void)lamb_buf_char(ret, (char)(0x80 | ((c >> 6) & 0x3f)));
    }
    if (c >= 0x80)
        (void)lamb_buf_char(ret, (char)(0x80 | (c & 0x3f)));
}

/* Append what the reference NAME (between '&' and ';') stands for; false: nothing. */
static bool
put_reference(struct lamb_buf *ret, struct lamb_span name)
{
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
        if (lamb_span_is(name, entities[i].name)) {
            (void)lamb_buf_char(ret, entities[i].byte);
            return true;
        }
    if (name.len > 1 && name.ptr[0] == '#') {
        uint32_t c = read_number(lamb_span_of(name.ptr + 1, name.len - 1));

        if (c > 0)
            put_character(ret, c);
        return c > 0;
    }
    return false;
}

static int
put_text(struct lamb_buf *ret, struct lamb_span text)
{
    enum { LONGEST_REFERENCE = 10 };

    for (size_t i = 0; i < text.len; i++) {
        size_t rest = text.len - i - 1;
        const char *end = NULL;

        if (text.ptr[i] == '&')
            end = memchr(text.ptr + i + 1, ';',
                         rest < LONGEST_REFERENCE ? rest : LONGEST_REFERENCE);
        if (end && put_reference(ret, lamb_span_of(text.ptr + i + 1,
                                                   (size_t)(end - text.ptr) - i - 1)))
            i = (size_t)(end - text.ptr);
        else
            (void)lamb_buf_char(ret, text.ptr[i]);
    }
    return lamb_buf_error(ret);
}

/* Does TAG, what stands after a '<', begin the element NAME? */
static bool
begins(struct lamb_span tag, const char *name)
{
    size_t n = strlen(name);

    return lamb_span_starts(tag, name) && tag.len > n &&
           strchr("> \t\r\n", tag.ptr[n]) && tag.ptr[n] != '\0';
}

int
lamb_xml_text(struct lamb_span xml, const char *name, struct lamb_buf *ret)
{
    const char *end = xml.ptr + xml.len, *at, *open, *close;

    for (at = xml.ptr; at && at < end; at = open + 1) {
        open = memchr(at, '<', (size_t)(end - at));
        if (!open)
            break;
        if (!begins(lamb_span_of(open + 1, (size_t)(end - open) - 1), name))
            continue;
        open = memchr(open, '>', (size_t)(end - open));
        if (!open)
            break;
        close = memchr(open, '<', (size_t)(end - open));
        if (!close)
            break;
        return put_text(ret, lamb_span_of(open + 1, (size_t)(close - open) - 1));
    }
    return -ENOENT;
}
