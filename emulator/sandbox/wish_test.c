/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/wish.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static void
a_mount_is_a_source_and_perhaps_a_place(void **state)
{
    static const struct {
        const char *text;
        int result;
        const char *from;
        const char *to; /* or what the error says */
    } cases[] = {
        { "/usr/bin", 0, "/usr/bin", "/usr/bin" },
        { "/usr/bin:/data", 0, "/usr/bin", "/data" },
        { "/usr/../usr/bin/:/a/b", 0, "/usr/bin", "/a/b" },
        { "/nowhere:/data", -ENOENT, NULL, "cannot show '/nowhere'" },
        { "/usr/bin:data", -ENOENT, NULL, "cannot show '/usr/bin:data'" },
        { "/usr/bin:/", -EINVAL, NULL, "no plain absolute path" },
        { "/usr/bin:/a/../b", -EINVAL, NULL, "no plain absolute path" },
        { "/usr/bin:/data/", -EINVAL, NULL, "no plain absolute path" },
        { "/usr/bin:/tmp/x", -EINVAL, NULL, "/tmp belongs to each sandbox" },
        { "/usr/bin:/opt", -EINVAL, NULL, "/opt belongs to each sandbox" },
        { "/usr/bin:/optional", 0, "/usr/bin", "/optional" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        const char *const mounts[] = { cases[i].text, NULL };
        struct sandbox_options options = { .mounts = mounts };
        struct lamb_err err = { 0 };
        struct wish wish;

        print_message("# %s\n", cases[i].text);
        assert_int_equal(wish_init(&wish, &options, &err), cases[i].result);
        if (cases[i].result == 0) {
            assert_string_equal(wish.mounts[0], cases[i].from);
            assert_string_equal(wish.mounts[1], cases[i].to);
            assert_null(wish.mounts[2]);
        } else {
            print_message("# %s\n", err.text);
            assert_non_null(strstr(err.text, cases[i].to));
        }
        wish_fini(&wish);
    }
}

static void
a_root_is_a_folder(void **state)
{
    static const struct {
        const char *root;
        int result;
    } cases[] = { { "/usr", 0 }, { "/etc/passwd", -ENOTDIR }, { "/nowhere", -ENOENT } };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct sandbox_options options = { .root = cases[i].root };
        struct lamb_err err = { 0 };
        struct wish wish;

        assert_int_equal(wish_init(&wish, &options, &err), cases[i].result);
        if (cases[i].result)
            assert_non_null(strstr(err.text, "--root "));
        wish_fini(&wish);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mount_is_a_source_and_perhaps_a_place),
        cmocka_unit_test(a_root_is_a_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
