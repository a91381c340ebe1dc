/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/buf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "sdk/base/alloc.h"

enum { FIRST_CAP = 256 };

void
lamb_buf_fini(struct lamb_buf *buf)
{
    int saved = errno;

    free(buf->ptr);
    *buf = LAMB_BUF_INIT(buf->max);
    errno = saved;
}

void
lamb_buf_clear(struct lamb_buf *buf)
{
    buf->len = 0;
    buf->error = 0;
    if (buf->ptr)
        buf->ptr[0] = '\0';
}

static int
fail(struct lamb_buf *buf, int r)
{
    lamb_buf_clear(buf);
    buf->error = r;
    return r;
}

int
lamb_buf_reserve(struct lamb_buf *buf, size_t more)
{
    size_t need;
    size_t cap;
    char *ptr;

    if (buf->error)
        return buf->error;
    if (more > buf->max || buf->len > buf->max - more)
        return fail(buf, -EMSGSIZE);
    need = buf->len + more + 1;
    if (need <= buf->cap)
        return 0;
    cap = buf->cap ? buf->cap : FIRST_CAP;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    if (cap > buf->max + 1)
        cap = buf->max + 1;
    ptr = lamb_realloc(buf->ptr, cap);
    if (!ptr)
        return fail(buf, -ENOMEM);
    buf->ptr = ptr;
    buf->cap = cap;
    buf->ptr[buf->len] = '\0';
    return 0;
}

int
lamb_buf_append(struct lamb_buf *buf, const void *bytes, size_t len)
{
    int r = lamb_buf_reserve(buf, len);

    if (r)
        return r;
    if (len)
        memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
    buf->ptr[buf->len] = '\0';
    return 0;
}

int
lamb_buf_span(struct lamb_buf *buf, struct lamb_span span)
{
    return lamb_buf_append(buf, span.ptr, span.len);
}

int
lamb_buf_str(struct lamb_buf *buf, const char *str)
{
    return lamb_buf_append(buf, str, strlen(str));
}

int
lamb_buf_char(struct lamb_buf *buf, char c)
{
    return lamb_buf_append(buf, &c, 1);
}

int
lamb_buf_strs(struct lamb_buf *buf, const char *first, ...)
{
    int r = lamb_buf_error(buf);
    va_list ap;

    va_start(ap, first);
    for (const char *str = first; str; str = va_arg(ap, const char *))
        r = lamb_buf_str(buf, str);
    va_end(ap);
    return r;
}

void
lamb_u64_text(char ret[21], uint64_t number)
{
    char digits[21];
    size_t at = sizeof(digits);

    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    memcpy(ret, digits + at, sizeof(digits) - at);
}

int
lamb_buf_u64(struct lamb_buf *buf, uint64_t number)
{
    char digits[21];

    lamb_u64_text(digits, number);
    return lamb_buf_str(buf, digits);
}

int
lamb_buf_vprintf(struct lamb_buf *buf, const char *fmt, va_list ap)
{
    va_list again;
    char small[FIRST_CAP];
    int n;
    int r;

    va_copy(again, ap);
    n = vsnprintf(small, sizeof(small), fmt, ap);
    if (n < 0)
        r = fail(buf, -EINVAL);
    else if ((size_t)n < sizeof(small))
        r = lamb_buf_append(buf, small, (size_t)n);
    else {
        r = lamb_buf_reserve(buf, (size_t)n);
        if (!r) {
            (void)vsnprintf(buf->ptr + buf->len, (size_t)n + 1, fmt, again);
            buf->len += (size_t)n;
        }
    }
    va_end(again);
    return r;
}

int
lamb_buf_printf(struct lamb_buf *buf, const char *fmt, ...)
{
    va_list ap;
    int r;

    va_start(ap, fmt);
    r = lamb_buf_vprintf(buf, fmt, ap);
    va_end(ap);
    return r;
}

void
lamb_buf_consume(struct lamb_buf *buf, size_t count)
{
    if (count >= buf->len) {
        buf->len = 0;
    } else {
        memmove(buf->ptr, buf->ptr + count, buf->len - count);
        buf->len -= count;
    }
    if (buf->ptr)
        buf->ptr[buf->len] = '\0';
}

char *
lamb_buf_take(struct lamb_buf *buf)
{
    char *ptr = buf->ptr;

    *buf = LAMB_BUF_INIT(buf->max);
    return ptr;
}

int
lamb_format(char *dst, size_t size, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(dst, size, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < size)
        return 0;
    if (size)
        dst[0] = '\0';
    return -ENAMETOOLONG;
}
