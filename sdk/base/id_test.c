/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/id.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

enum { MANY = 2000 };

static void
uuids_have_version_and_variant(void **state)
{
    unsigned variants = 0;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        char id[37];

        lamb_uuid4(id);
        assert_true(lamb_uuid_is_valid(lamb_span_str(id)));
        assert_int_equal(id[14], '4');
        assert_non_null(strchr("89ab", id[19]));
        variants |= 1U << (strchr("89ab", id[19]) - "89ab");
    }
    assert_int_equal(variants, 15);
}

static int
compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void
ids_do_not_repeat(void **state)
{
    static char ids[MANY][37];

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        lamb_uuid4(ids[i]);
    qsort(ids, MANY, sizeof(ids[0]), compare);
    for (size_t i = 1; i < MANY; i++)
        assert_string_not_equal(ids[i - 1], ids[i]);
}

static void
hex_has_the_digits_asked_for(void **state)
{
    (void)state;
    for (size_t digits = 0; digits < 40; digits++) {
        char hex[64];

        memset(hex, '!', sizeof(hex));
        lamb_random_hex(hex, digits);
        assert_int_equal(strlen(hex), digits);
        assert_int_equal(strspn(hex, "0123456789abcdef"), digits);
        assert_int_equal(hex[digits + 1], '!');
    }
}

static void
every_digit_occurs_at_every_place(void **state)
{
    unsigned seen[8] = { 0 };

    (void)state;
    for (int i = 0; i < MANY; i++) {
        char hex[9];

        lamb_random_hex(hex, 8);
        for (size_t k = 0; k < 8; k++)
            seen[k] |= 1U << (strchr("0123456789abcdef", hex[k]) - "0123456789abcdef");
    }
    for (size_t k = 0; k < 8; k++)
        assert_int_equal(seen[k], 0xffff);
}

static void
only_lower_case_uuids_are_valid(void **state)
{
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        { "8476a536-e9f4-11e8-9739-2dfe598c3fcd", true },
        { "00000000-0000-0000-0000-000000000000", true },
        { "8476A536-e9f4-11e8-9739-2dfe598c3fcd", false },
        { "8476a536-e9f4-11e8-9739-2dfe598c3fc", false },
        { "8476a536-e9f4-11e8-9739-2dfe598c3fcdd", false },
        { "8476a536e-9f4-11e8-9739-2dfe598c3fcd", false },
        { "8476a536-e9f4-11e8-9739-2dfe598c3fcg", false },
        { "8476a536-e9f4-11e8-9739-2dfe598c3fc-", false },
        { "", false },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++)
        assert_int_equal(lamb_uuid_is_valid(lamb_span_str(cases[i].text)),
                         cases[i].valid);
    assert_false(
        lamb_uuid_is_valid(lamb_span_of("8476a536-e9f4-11e8-9739-2dfe598c3fc\0", 36)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuids_have_version_and_variant),
        cmocka_unit_test(ids_do_not_repeat),
        cmocka_unit_test(hex_has_the_digits_asked_for),
        cmocka_unit_test(every_digit_occurs_at_every_place),
        cmocka_unit_test(only_lower_case_uuids_are_valid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
