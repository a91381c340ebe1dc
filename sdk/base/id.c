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
    unsigned char byte = 0;

    for (size_t i = 0; i < digits; i++) {
        if (i % 2 == 0)
            byte = random_byte();
        ret[i] = hex_digits[i % 2 ? byte >> 4 : byte & 15];
    }
    ret[digits] = '\0';
}

static bool
is_dash(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

void
lamb_uuid4(char ret[37])
{
    char hex[33];
    size_t at = 0;

    lamb_random_hex(hex, 32);
    hex[12] = '4'; /* version */
    hex[16] =
        hex_digits[8 | (strchr(hex_digits, hex[16]) - hex_digits) % 4]; /* variant */
    for (size_t i = 0; i < 36; i++)
        ret[i] = is_dash(i) ? '-' : hex[at++];
    ret[36] = '\0';
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
