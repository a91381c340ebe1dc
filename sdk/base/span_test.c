/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/span.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static void
equal_is_length_and_bytes(void **state)
{
    static const struct {
        struct lamb_span a, b;
        bool equal, but_for_case;
    } cases[] = {
        { { 0 }, { 0 }, true, true },
        { { 0 }, { "x", 0 }, true, true },
        { { "abc", 3 }, { "abc", 3 }, true, true },
        { { "abc", 3 }, { "ABC", 3 }, false, true },
        { { "abc", 3 }, { "abcd", 4 }, false, false },
        { { "a\0b", 3 }, { "a\0c", 3 }, false, false },
        { { "@", 1 }, { "`", 1 }, false, false }, /* no letters, one bit apart */
        { { "\xc4", 1 }, { "\xe4", 1 }, false, false },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        assert_int_equal(lamb_span_eq(cases[i].a, cases[i].b), cases[i].equal);
        assert_int_equal(lamb_span_eq_nocase(cases[i].a, cases[i].b),
                         cases[i].but_for_case);
    }
}

static void
strings_compare_with_spans(void **state)
{
    (void)state;
    assert_int_equal(lamb_span_str(NULL).len, 0);
    assert_true(lamb_span_is(LAMB_SPAN("ab"), "ab"));
    assert_false(lamb_span_is(LAMB_SPAN("a\0"), "a"));
    assert_true(lamb_span_starts(LAMB_SPAN("ab"), ""));
    assert_true(lamb_span_starts(LAMB_SPAN("ab"), "ab"));
    assert_false(lamb_span_starts(LAMB_SPAN("ab"), "abc"));
    assert_false(lamb_span_starts(LAMB_SPAN("ab"), "b"));
}

static void
trim_removes_white_space_at_both_ends(void **state)
{
    static const struct {
        const char *text, *trimmed;
    } cases[] = {
        { "", "" },
        { " \t\n\v\f\r ", "" },
        { "a", "a" },
        { " a b\n", "a b" },
        { "\x1f"
          "a",
          "\x1f"
          "a" },
        { "\xa0", "\xa0" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++)
        assert_true(lamb_span_is(lamb_span_trim(lamb_span_str(cases[i].text)),
                                 cases[i].trimmed));
}

static void
cut_parts_at_the_first_separator(void **state)
{
    static const struct {
        const char *text;
        bool found;
        const char *head, *tail;
    } cases[] = {
        { "", false, "", "" },   { "a", false, "a", "" }, { ":", true, "", "" },
        { "a:", true, "a", "" }, { ":b", true, "", "b" }, { "a:b:c", true, "a", "b:c" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct lamb_span head;
        struct lamb_span tail;

        assert_int_equal(lamb_span_cut(lamb_span_str(cases[i].text), ':', &head, &tail),
                         cases[i].found);
        assert_true(lamb_span_is(head, cases[i].head));
        assert_true(lamb_span_is(tail, cases[i].tail));
    }
}

static void
a_copy_ends_with_a_nul(void **state)
{
    char *copy = lamb_span_dup(lamb_span_of("abc", 2));
    char *empty = lamb_span_dup((struct lamb_span){ 0 });

    (void)state;
    assert_string_equal(copy, "ab");
    assert_string_equal(empty, "");
    free(empty);
    free(copy);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_is_length_and_bytes),
        cmocka_unit_test(strings_compare_with_spans),
        cmocka_unit_test(trim_removes_white_space_at_both_ends),
        cmocka_unit_test(cut_parts_at_the_first_separator),
        cmocka_unit_test(a_copy_ends_with_a_nul),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
