/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sdk/base/enum.h"
#include "sdk/base/nearest.h"

static const char *const names[] = { "Timeout", "MemorySize", "Handler", "Tags" };

static const char *
find(const char *text)
{
    return lamb_nearest(text, names, LAMB_COUNT(names), sizeof(names[0]));
}

static void
test_up_to_two_edits_are_forgiven(void **state)
{
    (void)state;
    assert_string_equal(find("Timeout"), "Timeout");
    assert_string_equal(find("timeout"), "Timeout");
    assert_string_equal(find("TimeOut"), "Timeout");
    assert_string_equal(find("Timout"), "Timeout");
    assert_string_equal(find("MemorySizes"), "MemorySize");
    assert_string_equal(find("Hnadler"), "Handler");
    assert_string_equal(find("Tag"), "Tags");
    assert_string_equal(find("TagsXY"), "Tags");
}

static void
test_what_is_far_is_not_guessed(void **state)
{
    char huge[500];

    (void)state;
    assert_null(find("TimeoutXYZ"));
    assert_null(find("Runtime"));
    assert_null(find(""));
    memset(huge, 'x', sizeof(huge) - 1);
    huge[sizeof(huge) - 1] = '\0';
    assert_null(find(huge));
}

static void
test_names_may_lie_in_structures(void **state)
{
    static const struct {
        const char *name;
        int value;
    } rows[] = { { "first", 1 }, { "second", 2 } };

    (void)state;
    assert_string_equal(
        lamb_nearest("sekond", &rows[0].name, LAMB_COUNT(rows), sizeof(rows[0])),
        "second");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_up_to_two_edits_are_forgiven),
        cmocka_unit_test(test_what_is_far_is_not_guessed),
        cmocka_unit_test(test_names_may_lie_in_structures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
