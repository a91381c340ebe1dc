/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/signal_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
numbers_are_written_in_both_bases(void **state)
{
    char memory[128];
    struct lamb_signal_text text = LAMB_SIGNAL_TEXT(memory);
    char want[128];

    (void)state;
    lamb_signal_text_hex(&text, 0);
    lamb_signal_text_str(&text, " ");
    lamb_signal_text_hex(&text, UINT64_MAX);
    lamb_signal_text_str(&text, NULL);
    lamb_signal_text_str(&text, " ");
    lamb_signal_text_decimal(&text, UINT64_MAX);
    lamb_signal_text_decimal(&text, 0);
    (void)snprintf(want, sizeof(want), "0x0 0x%llx %llu0", ~0ULL, ~0ULL);
    assert_int_equal(text.len, strlen(want));
    assert_memory_equal(memory, want, text.len);
}

static void
json_is_escaped(void **state)
{
    static const char raw[] = "a\"b\\c\n\x1f\xc3\xa4";
    static const char want[] = "\"a\\\"b\\\\c\\u000a\\u001f??\"";
    char memory[128];
    struct lamb_signal_text text = LAMB_SIGNAL_TEXT(memory);

    (void)state;
    lamb_signal_text_json(&text, raw, sizeof(raw) - 1);
    assert_int_equal(text.len, sizeof(want) - 1);
    assert_memory_equal(memory, want, text.len);
}

static void
what_does_not_fit_is_dropped(void **state)
{
    char memory[9] = "12345678";
    struct lamb_signal_text text = { .ptr = memory, .cap = 8 };

    (void)state;
    lamb_signal_text_str(&text, "abcdef");
    lamb_signal_text_decimal(&text, 4711);
    lamb_signal_text_str(&text, "more");
    assert_int_equal(text.len, 8);
    assert_string_equal(memory, "abcdef47");
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_both_bases),
        cmocka_unit_test(json_is_escaped),
        cmocka_unit_test(what_does_not_fit_is_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
