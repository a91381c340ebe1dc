/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

static void
a_failed_call_is_named_with_its_reason(void **state)
{
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(lamb_raise(&err, -ENOENT, "open '%s'", "x"), -ENOENT);
    assert_int_equal(err.code, -ENOENT);
    assert_string_equal(err.text, "open 'x': No such file or directory");
    assert_non_null(strstr(err.file, "err_test.c"));
    assert_int_equal(err.line, __LINE__ - 4);
}

static void
a_refusal_has_the_words_it_was_given(void **state)
{
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(lamb_refuse(&err, -EINVAL, "give %d, not more", 3), -EINVAL);
    assert_string_equal(err.text, "give 3, not more");
    assert_int_equal(err.code, -EINVAL);
}

static void
each_layer_adds_its_clause_in_front(void **state)
{
    struct lamb_err err = { 0 };
    uint32_t line;

    (void)state;
    assert_int_equal(lamb_refuse(&err, -EINVAL, "cause"), -EINVAL);
    line = err.line;
    assert_int_equal(lamb_wrap(&err, -EINVAL, "inner %d", 1), -EINVAL);
    assert_int_equal(lamb_wrap(&err, -EINVAL, "outer"), -EINVAL);
    assert_string_equal(err.text, "outer: inner 1: cause");
    assert_int_equal(err.line, line);
}

static void
a_clause_around_nothing_names_the_reason(void **state)
{
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(lamb_wrap(&err, -EACCES, "start"), -EACCES);
    assert_string_equal(err.text, "start: Permission denied");
    assert_int_equal(err.code, -EACCES);
}

static void
a_stray_outcome_becomes_a_failure(void **state)
{
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(lamb_wrap(&err, 7, "start"), -ENOTRECOVERABLE);
    assert_int_equal(err.code, -ENOTRECOVERABLE);
    assert_int_equal(lamb_wrap(NULL, 7, "start"), -ENOTRECOVERABLE);
}

static void
nobody_has_to_listen(void **state)
{
    (void)state;
    assert_int_equal(lamb_raise(NULL, -ENOENT, "x"), -ENOENT);
    assert_int_equal(lamb_refuse(NULL, -EINVAL, "x"), -EINVAL);
    assert_int_equal(lamb_wrap(NULL, -EACCES, "x"), -EACCES);
}

static void
long_texts_are_cut_at_the_end_and_long_paths_at_the_front(void **state)
{
    struct lamb_err err = { 0 };
    char text[400];
    char path[] = "/a/very/long/way/down/to/the/folder/of/that/one/file.c";

    (void)state;
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(lamb_raise_at(&err, path, 1, -EINVAL, "%s", text), -EINVAL);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    assert_string_equal(err.file, path + strlen(path) - (sizeof(err.file) - 1));
    assert_int_equal(lamb_wrap(&err, -EINVAL, "begin"), -EINVAL);
    assert_memory_equal(err.text, "begin: xxx", 10);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_call_is_named_with_its_reason),
        cmocka_unit_test(a_refusal_has_the_words_it_was_given),
        cmocka_unit_test(each_layer_adds_its_clause_in_front),
        cmocka_unit_test(a_clause_around_nothing_names_the_reason),
        cmocka_unit_test(a_stray_outcome_becomes_a_failure),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(long_texts_are_cut_at_the_end_and_long_paths_at_the_front),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
