/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/id.h"

#include <errno.h>
#include <sys/random.h>

#include "sdk/base/err.h"

static const char hex_digits[] = "0123456789abcdef";

static unsigned char
random_byte(void)
{
    static _Thread_local unsigned char pool[256]; /* getrandom up to this is whole */
    static _Thread_local size_t left;

    if (left == 0) {
        ssize_t n;

        do
            n = getrandom(pool, sizeof(pool), 0);
        while (n < 0 && errno == EINTR);
        lamb_assert(n == (ssize_t)sizeof(pool));
        left = sizeof(pool);
    }
    return pool[--left];
}

void
lamb_random_hex(char *ret, size_t digits)
{
    unsigned char byte;
    size_t i;

    for (i = 0; i + 1 < digits; i += 2) {
        byte = random_byte();
        ret[i] = hex_digits[byte & 15];
        ret[i + 1] = hex_digits[byte >> 4];
    }
    if (i < digits)
        ret[i++] = hex_digits[random_byte() & 15];
    ret[i] = '\0';
}

static bool
is_dash(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

void
lamb_uuid4(char ret[37])
{
    lamb_random_hex(ret, 36);
    ret[8] = ret[13] = ret[18] = ret[23] = '-';
    ret[14] = '4';                                 /* version */
    ret[19] = hex_digits[8 | (random_byte() & 3)]; /* variant */
}

bool
lamb_uuid_is_valid(struct lamb_span text)
{
    for (size_t i = 0; i < text.len && i < 36; i++)
        if (is_dash(i) ? text.ptr[i] != '-'
                       : !text.ptr[i] || !strchr(hex_digits, text.ptr[i]))
            return false;
    return text.len == 36;
}
