/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/base64.h"

#include <errno.h>
#include <stdint.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int
lamb_base64_encode(struct lamb_buf *ret, struct lamb_span bytes)
{
    const unsigned char *in = (const unsigned char *)bytes.ptr;
    int r = lamb_buf_reserve(ret, bytes.len > SIZE_MAX / 2 ? SIZE_MAX
                                                           : (bytes.len + 2) / 3 * 4);
    char *out;

    if (r)
        return r;
    out = ret->ptr + ret->len;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t group = (uint32_t)in[i] << 16;

        if (left > 1)
            group |= (uint32_t)in[i + 1] << 8;
        if (left > 2)
            group |= in[i + 2];
        *out++ = alphabet[group >> 18];
        *out++ = alphabet[group >> 12 & 63];
        *out++ = left > 1 ? alphabet[group >> 6 & 63] : '=';
        *out++ = left > 2 ? alphabet[group & 63] : '=';
    }
    *out = '\0';
    ret->len = (size_t)(out - ret->ptr);
    return 0;
}

static int
digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* One group of four; *ret_n says how many bytes it stands for. */
static int
decode_group(const char *text, bool is_last, unsigned char out[3], size_t *ret_n)
{
    size_t pad = 0;
    uint32_t group = 0;

    if (is_last && text[3] == '=')
        pad = text[2] == '=' ? 2 : 1;
    for (size_t i = 0; i < 4; i++) {
        int d = i < 4 - pad ? digit(text[i]) : 0;

        if (d < 0)
            return -EINVAL;
        group = group << 6 | (uint32_t)d;
    }
    if ((pad == 1 && group & 0xff) || (pad == 2 && group & 0xffff))
        return -EINVAL; /* bits that no byte takes: another spelling of the same */
    out[0] = (unsigned char)(group >> 16);
    out[1] = (unsigned char)(group >> 8);
    out[2] = (unsigned char)group;
    *ret_n = 3 - pad;
    return 0;
}

/* How many bytes TEXT stands for, if it is well formed. */
static size_t
decoded_size(struct lamb_span text)
{
    size_t pad = 0;

    while (pad < 2 && pad < text.len && text.ptr[text.len - 1 - pad] == '=')
        pad++;
    return text.len / 4 * 3 - pad;
}

int
lamb_base64_decode(struct lamb_span text, struct lamb_buf *ret)
{
    size_t before = ret->len;
    int r = text.len % 4 ? -EINVAL : lamb_buf_reserve(ret, decoded_size(text));

    for (size_t i = 0; !r && i < text.len; i += 4) {
        unsigned char bytes[3];
        size_t n;

        r = decode_group(text.ptr + i, i + 4 == text.len, bytes, &n);
        if (!r)
            r = lamb_buf_append(ret, bytes, n);
    }
    if (r == -EINVAL && !lamb_buf_error(ret)) {
        ret->len = before;
        if (ret->ptr)
            ret->ptr[before] = '\0';
    }
    return r;
}
