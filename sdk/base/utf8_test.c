/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/utf8.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdbool.h>

#include "sdk/base/enum.h"

static void
characters_have_a_length_and_broken_pieces_too(void **state)
{
    static const struct {
        const char *bytes;
        size_t left, length, broken;
    } cases[] = {
        { "a", 1, 1, 0 },
        { "\0", 1, 1, 0 },
        { "\x7f\x80", 2, 1, 0 },
        { "\xc2\x80", 2, 2, 0 },
        { "\xdf\xbfz", 3, 2, 0 },
        { "\xe0\xa0\x80", 3, 3, 0 },
        { "\xed\x9f\xbf", 3, 3, 0 },
        { "\xee\x80\x80", 3, 3, 0 },
        { "\xf0\x90\x80\x80", 4, 4, 0 },
        { "\xf4\x8f\xbf\xbf", 4, 4, 0 },
        { "\x80", 1, 0, 1 },             /* no lead */
        { "\xc0\x80", 2, 0, 1 },         /* overlong */
        { "\xc1\xbf", 2, 0, 1 },         /* overlong */
        { "\xe0\x9f\xbf", 3, 0, 1 },     /* overlong */
        { "\xf0\x8f\xbf\xbf", 4, 0, 1 }, /* overlong */
        { "\xed\xa0\x80", 3, 0, 1 },     /* a surrogate */
        { "\xf4\x90\x80\x80", 4, 0, 1 }, /* above U+10FFFF */
        { "\xf5\x80\x80\x80", 4, 0, 1 },
        { "\xff", 1, 0, 1 },
        { "\xc3", 1, 0, 1 },         /* cut short */
        { "\xe2\x82", 2, 0, 2 },     /* cut short */
        { "\xf0\x9f\x98", 3, 0, 3 }, /* cut short */
        { "\xe2\x82z", 3, 0, 2 },
        { "\xf0\x9f\x98\xff", 4, 0, 3 },
        { "\xc3\xc3\xa9", 3, 0, 1 },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        size_t broken = 0;
        size_t length = lamb_utf8_length((const unsigned char *)cases[i].bytes,
                                         cases[i].left, &broken);

        assert_int_equal(length, cases[i].length);
        if (!length)
            assert_int_equal(broken, cases[i].broken);
    }
}

/* Write CODE as a character; returns its length. */
static size_t
encode(uint32_t code, unsigned char out[4])
{
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };

    for (size_t i = n; i-- > 1;) {
        out[i] = (unsigned char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (unsigned char)(leads[n] | code);
    return n;
}

static void
every_character_but_surrogates_is_one(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x110000; code++) {
        unsigned char bytes[4];
        size_t n = encode(code, bytes);
        size_t broken;
        bool is_one = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);

        if (lamb_utf8_length(bytes, n, &broken) != (is_one ? n : 0))
            fail_msg("U+%04X", code);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_have_a_length_and_broken_pieces_too),
        cmocka_unit_test(every_character_but_surrogates_is_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
