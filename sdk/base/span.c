/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/span.h"

#include "sdk/base/alloc.h"

static unsigned char
lower(char c)
{
    unsigned char u = (unsigned char)c;

    return u >= 'A' && u <= 'Z' ? (unsigned char)(u | 0x20) : u;
}

bool
lamb_span_eq_nocase(struct lamb_span a, struct lamb_span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

static bool
is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct lamb_span
lamb_span_trim(struct lamb_span a)
{
    while (a.len && is_space(a.ptr[a.len - 1]))
        a.len--;
    while (a.len && is_space(a.ptr[0])) {
        a.ptr++;
        a.len--;
    }
    return a;
}

bool
lamb_span_cut(struct lamb_span a, char sep, struct lamb_span *ret_head,
              struct lamb_span *ret_tail)
{
    const char *at = a.len ? memchr(a.ptr, sep, a.len) : NULL;

    if (!at) {
        *ret_head = a;
        *ret_tail = (struct lamb_span){ 0 };
        return false;
    }
    *ret_head = lamb_span_of(a.ptr, (size_t)(at - a.ptr));
    *ret_tail = lamb_span_of(at + 1, a.len - ret_head->len - 1);
    return true;
}

char *
lamb_span_dup(struct lamb_span a)
{
    char *copy = lamb_alloc(a.len + 1);

    if (!copy)
        return NULL;
    if (a.len)
        memcpy(copy, a.ptr, a.len);
    copy[a.len] = '\0';
    return copy;
}
