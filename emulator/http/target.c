/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/target.h"

#include "emulator/http/server.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/alloc.h"

static int
hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Decode %XX, and '+' to a blank when PLUS. A %00 is refused: the result is a C string,
 * and what follows a NUL in it would be lost without anybody noticing.
 */
static int
decode(struct lamb_span text, bool plus, char **ret)
{
    char *out = lamb_alloc(text.len + 1);
    size_t n = 0;

    if (!out)
        return -ENOMEM;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '%') {
            int high = i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
            int low = high >= 0 ? hex_value(text.ptr[i + 2]) : -1;

            c = low >= 0 ? (char)(high * 16 + low) : '\0';
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == '\0') {
            free(out);
            return -EINVAL;
        }
        out[n++] = c;
    }
    out[n] = '\0';
    *ret = out;
    return 0;
}

int
http_decode_segment(struct lamb_span segment, char **ret)
{
    return decode(segment, false, ret);
}

int
target_param(struct lamb_span query, const char *name, char **ret)
{
    struct lamb_span pair;
    struct lamb_span key;
    struct lamb_span value;

    while (query.len) {
        char *decoded = NULL;
        bool is_wanted;
        int r;

        (void)lamb_span_cut(query, '&', &pair, &query);
        (void)lamb_span_cut(pair, '=', &key, &value);
        r = decode(key, true, &decoded);
        if (r == -ENOMEM)
            return r;
        is_wanted = r == 0 && strcmp(decoded, name) == 0;
        free(decoded);
        if (is_wanted)
            return decode(value, true, ret);
    }
    return -ENOENT;
}
