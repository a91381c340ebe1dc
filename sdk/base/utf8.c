/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/utf8.h"

#include "sdk/base/enum.h"

/* Unicode 15, table 3-7: lead bytes, length, and what the second byte may be. */
static const struct {
    unsigned char first, last, length, low, high;
} leads[] = {
    { 0x00, 0x7f, 1, 0x00, 0x00 }, { 0xc2, 0xdf, 2, 0x80, 0xbf },
    { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
    { 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf },
    { 0xf0, 0xf0, 4, 0x90, 0xbf }, { 0xf1, 0xf3, 4, 0x80, 0xbf },
    { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

size_t
lamb_utf8_length(const unsigned char *p, size_t left, size_t *ret_broken)
{
    size_t i = 0;

    while (i < LAMB_COUNT(leads) && (p[0] < leads[i].first || p[0] > leads[i].last))
        i++;
    *ret_broken = 1;
    if (i == LAMB_COUNT(leads))
        return 0;
    for (size_t k = 1; k < leads[i].length; k++) {
        unsigned char low = k == 1 ? leads[i].low : 0x80;
        unsigned char high = k == 1 ? leads[i].high : 0xbf;

        *ret_broken = k;
        if (k == left || p[k] < low || p[k] > high)
            return 0;
    }
    return leads[i].length;
}
