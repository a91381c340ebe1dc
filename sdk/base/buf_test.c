/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/buf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static void
what_is_appended_stands_in_order_with_a_nul_behind(void **state)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(1000);

    (void)state;
    assert_string_equal(lamb_buf_cstr(&buf), "");
    assert_int_equal(lamb_buf_append(&buf, "abc", 2), 0);
    assert_int_equal(lamb_buf_str(&buf, "cd"), 0);
    assert_int_equal(lamb_buf_char(&buf, 'e'), 0);
    assert_int_equal(lamb_buf_span(&buf, LAMB_SPAN("fg")), 0);
    assert_int_equal(lamb_buf_span(&buf, (struct lamb_span){ 0 }), 0);
    assert_int_equal(lamb_buf_printf(&buf, "%d%s", 12, "h"), 0);
    assert_string_equal(lamb_buf_cstr(&buf), "abcdefg12h");
    assert_true(lamb_span_is(lamb_buf_view(&buf), "abcdefg12h"));
    assert_int_equal(lamb_buf_error(&buf), 0);
}

static void
several_strings_stand_one_behind_the_other(void **state)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(8);

    (void)state;
    assert_int_equal(lamb_buf_strs(&buf, "ab", "", "c", NULL), 0);
    assert_int_equal(lamb_buf_strs(&buf, "de", NULL), 0);
    assert_string_equal(lamb_buf_cstr(&buf), "abcde");
    assert_int_equal(lamb_buf_strs(&buf, "fgh", "i", "", NULL), -EMSGSIZE);
    assert_int_equal(lamb_buf_error(&buf), -EMSGSIZE);
}

static void
numbers_are_decimal_from_none_to_the_largest(void **state)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(100);

    (void)state;
    assert_int_equal(lamb_buf_u64(&buf, 0), 0);
    (void)lamb_buf_char(&buf, ' ');
    assert_int_equal(lamb_buf_u64(&buf, 1070), 0);
    (void)lamb_buf_char(&buf, ' ');
    assert_int_equal(lamb_buf_u64(&buf, UINT64_MAX), 0);
    assert_string_equal(lamb_buf_cstr(&buf), "0 1070 18446744073709551615");
}

static void
the_maximum_can_be_reached_but_not_passed(void **state)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(5);

    (void)state;
    assert_int_equal(lamb_buf_str(&buf, "12345"), 0);
    assert_string_equal(lamb_buf_cstr(&buf), "12345");
    assert_int_equal(lamb_buf_str(&buf, ""), 0);
    assert_int_equal(lamb_buf_char(&buf, '6'), -EMSGSIZE);
    assert_int_equal(buf.len, 0);
}

static void
sizes_that_overflow_are_refused(void **state)
{
    static const size_t sizes[] = { 1001, SIZE_MAX / 2, SIZE_MAX - 1, SIZE_MAX };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(sizes); i++) {
        LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(1000);

        assert_int_equal(lamb_buf_str(&buf, "x"), 0);
        assert_int_equal(lamb_buf_reserve(&buf, sizes[i]), -EMSGSIZE);
    }
}

static void
the_first_failure_empties_and_sticks_until_clear(void **state)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(3);

    (void)state;
    assert_int_equal(lamb_buf_str(&buf, "1234"), -EMSGSIZE);
    assert_int_equal(lamb_buf_char(&buf, '1'), -EMSGSIZE);
    assert_int_equal(lamb_buf_printf(&buf, "%d", 1), -EMSGSIZE);
    assert_int_equal(lamb_buf_error(&buf), -EMSGSIZE);
    assert_string_equal(lamb_buf_cstr(&buf), "");
    lamb_buf_clear(&buf);
    assert_int_equal(lamb_buf_error(&buf), 0);
    assert_int_equal(lamb_buf_str(&buf, "123"), 0);
    assert_string_equal(lamb_buf_cstr(&buf), "123");
}

static void
printf_is_whole_at_every_length(void **state)
{
    static const int widths[] = { 1, 254, 255, 256, 257, 1000, 5000 };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(widths); i++) {
        LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(5001);
        size_t width = (size_t)widths[i];

        assert_int_equal(lamb_buf_printf(&buf, "<%*d", widths[i], 7), 0);
        assert_int_equal(buf.len, width + 1);
        assert_int_equal(strlen(buf.ptr), width + 1);
        assert_int_equal(buf.ptr[width], '7');
    }
}

static void
consume_drops_from_the_front(void **state)
{
    static const struct {
        size_t count;
        const char *rest;
    } cases[] = { { 0, "abc" }, { 1, "bc" }, { 3, "" }, { 9, "" } };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(10);

        lamb_buf_consume(&buf, cases[i].count); /* an empty one stays empty */
        assert_int_equal(lamb_buf_str(&buf, "abc"), 0);
        lamb_buf_consume(&buf, cases[i].count);
        assert_true(lamb_span_is(lamb_buf_view(&buf), cases[i].rest));
        assert_string_equal(lamb_buf_cstr(&buf), cases[i].rest);
    }
}

static void
take_hands_the_bytes_over_and_leaves_an_empty_buffer(void **state)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(3);
    char *taken;

    (void)state;
    assert_null(lamb_buf_take(&buf));
    assert_int_equal(lamb_buf_str(&buf, "abc"), 0);
    taken = lamb_buf_take(&buf);
    assert_string_equal(taken, "abc");
    free(taken);
    assert_int_equal(buf.len, 0);
    assert_int_equal(lamb_buf_str(&buf, "de"), 0);
    assert_string_equal(lamb_buf_cstr(&buf), "de");
    assert_int_equal(buf.max, 3);
}

static void
format_fits_or_says_so(void **state)
{
    char text[4] = "old";

    (void)state;
    assert_int_equal(lamb_format(text, sizeof(text), "%d", 123), 0);
    assert_string_equal(text, "123");
    assert_int_equal(lamb_format(text, sizeof(text), "%d", 1234), -ENAMETOOLONG);
    assert_string_equal(text, "");
    assert_int_equal(lamb_format(NULL, 0, "%s", ""), -ENAMETOOLONG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_appended_stands_in_order_with_a_nul_behind),
        cmocka_unit_test(several_strings_stand_one_behind_the_other),
        cmocka_unit_test(numbers_are_decimal_from_none_to_the_largest),
        cmocka_unit_test(the_maximum_can_be_reached_but_not_passed),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(the_first_failure_empties_and_sticks_until_clear),
        cmocka_unit_test(printf_is_whole_at_every_length),
        cmocka_unit_test(consume_drops_from_the_front),
        cmocka_unit_test(take_hands_the_bytes_over_and_leaves_an_empty_buffer),
        cmocka_unit_test(format_fits_or_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
