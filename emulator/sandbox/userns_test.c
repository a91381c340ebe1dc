/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/userns.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static void
a_range_is_found_by_name_or_number(void **state)
{
    static const char text[] = "ada:100000:65536\n1007:200000:1000\nbob:x:1\n"
                               "eve:300000:1\neve:400000:2\n";
    static const struct {
        const char *name;
        uid_t uid;
        int result;
        uid_t first;
        unsigned count;
    } cases[] = {
        { "ada", 1000, 0, 100000, 65536 }, { "carl", 1007, 0, 200000, 1000 },
        { "ad", 1, -ENOENT, 0, 0 },        { "bob", 2, -ENOENT, 0, 0 },
        { "eve", 3, 0, 400000, 2 },        { "", 4, -ENOENT, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        uid_t first = 0;
        unsigned count = 0;

        assert_int_equal(
            userns_find_range(text, cases[i].name, cases[i].uid, &first, &count),
            cases[i].result);
        assert_int_equal(first, cases[i].first);
        assert_int_equal(count, cases[i].count);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_found_by_name_or_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
