/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/file_system.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const folders[] = { "arn:a=/one", "arn:ab=/two=2", "arn:e=", NULL };

static void
a_folder_is_found_by_the_whole_arn(void **state)
{
    (void)state;
    assert_string_equal(file_system_folder(folders, "arn:a"), "/one");
    assert_string_equal(file_system_folder(folders, "arn:ab"), "/two=2");
    assert_null(file_system_folder(folders, "arn:"));
    assert_null(file_system_folder(folders, "arn:abc"));
    assert_null(file_system_folder(NULL, "arn:a"));
}

static void
those_with_a_folder_are_shown_and_the_first_without_is_named(void **state)
{
    static const char *const configured[] = { "arn:x", "/mnt/x", "arn:ab", "/mnt/b",
                                              "arn:y", "/mnt/y", NULL };
    const char *list[FILE_SYSTEM_LIST];

    (void)state;
    assert_string_equal(file_system_resolve(configured, folders, list), "arn:x");
    assert_string_equal(list[0], "/two=2");
    assert_string_equal(list[1], "/mnt/b");
    assert_null(list[2]);
    assert_null(file_system_resolve(NULL, folders, list));
    assert_null(list[0]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_found_by_the_whole_arn),
        cmocka_unit_test(those_with_a_folder_are_shown_and_the_first_without_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
