/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/files.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char path[32];
    int dirfd;
};

static int
set_up(void **state)
{
    static struct fixture fixture;

    (void)snprintf(fixture.path, sizeof(fixture.path), "/tmp/lamb-files-XXXXXX");
    if (!mkdtemp(fixture.path))
        return -1;
    fixture.dirfd = open(fixture.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *state = &fixture;
    return fixture.dirfd < 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
    struct fixture *fixture = *state;

    (void)close(fixture->dirfd);
    return files_remove(AT_FDCWD, fixture->path);
}

static void
files_are_made_read_and_overwritten(void **state)
{
    struct fixture *fixture = *state;
    char text[8];

    assert_int_equal(files_get(fixture->dirfd, "a", text, sizeof(text)), -ENOENT);
    assert_string_equal(text, "");
    assert_int_equal(files_put(fixture->dirfd, "a", "x"), -ENOENT);
    assert_int_equal(files_create(fixture->dirfd, "a", "longer than eight", 0600), 0);
    assert_int_equal(files_get(fixture->dirfd, "a", text, sizeof(text)), 0);
    assert_string_equal(text, "longer ");
    assert_int_equal(files_create(fixture->dirfd, "a", "new", 0600), 0);
    assert_int_equal(files_get(fixture->dirfd, "a", text, sizeof(text)), 0);
    assert_string_equal(text, "new");
}

static int
count(void *data, const char *name)
{
    (void)name;
    return ++*(int *)data == 2 ? -ECANCELED : 0;
}

static void
a_walk_stops_when_it_is_told_to(void **state)
{
    struct fixture *fixture = *state;
    int seen = 0;

    for (const char *const *name = (const char *const[]){ "a", "b", "c", NULL }; *name;
         name++)
        assert_int_equal(files_mkdir(fixture->dirfd, *name, 0700), 0);
    assert_int_equal(files_mkdir(fixture->dirfd, "a", 0700), 0);
    assert_int_equal(files_each(fixture->dirfd, ".", count, &seen), -ECANCELED);
    assert_int_equal(seen, 2);
}

/* Deeper than a path may be long, as a function can make it with relative calls. */
static void
a_very_deep_folder_is_removed(void **state)
{
    struct fixture *fixture = *state;
    int at = dup(fixture->dirfd);

    for (int depth = 0; depth < 700; depth++) {
        int next;

        assert_int_equal(mkdirat(at, "deeper", 0700), 0);
        assert_int_equal(files_create(at, "file", "x", 0600), 0);
        next = openat(at, "deeper", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(next >= 0);
        (void)close(at);
        at = next;
    }
    (void)close(at);
    assert_int_equal(files_remove(fixture->dirfd, "deeper"), 0);
    assert_int_equal(faccessat(fixture->dirfd, "deeper", F_OK, 0), -1);
}

static void
folders_without_rights_are_removed(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(mkdirat(fixture->dirfd, "top", 0700), 0);
    assert_int_equal(mkdirat(fixture->dirfd, "top/shut", 0700), 0);
    assert_int_equal(mkdirat(fixture->dirfd, "top/shut/inner", 0700), 0);
    assert_int_equal(files_create(fixture->dirfd, "top/shut/inner/file", "", 0), 0);
    assert_int_equal(fchmodat(fixture->dirfd, "top/shut/inner", 0, 0), 0);
    assert_int_equal(fchmodat(fixture->dirfd, "top/shut", 0, 0), 0);
    assert_int_equal(fchmodat(fixture->dirfd, "top", 0, 0), 0);
    assert_int_equal(files_remove(fixture->dirfd, "top"), 0);
    assert_int_equal(faccessat(fixture->dirfd, "top", F_OK, 0), -1);
}

static void
removing_does_not_follow_links(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(mkdirat(fixture->dirfd, "kept", 0700), 0);
    assert_int_equal(files_create(fixture->dirfd, "kept/file", "x", 0600), 0);
    assert_int_equal(mkdirat(fixture->dirfd, "top", 0700), 0);
    assert_int_equal(symlinkat("../kept", fixture->dirfd, "top/link"), 0);
    assert_int_equal(symlinkat("kept", fixture->dirfd, "link"), 0);
    assert_int_equal(files_remove(fixture->dirfd, "link"), 0);
    assert_int_equal(files_remove(fixture->dirfd, "top"), 0);
    assert_int_equal(faccessat(fixture->dirfd, "kept/file", F_OK, 0), 0);
    assert_int_equal(files_remove(fixture->dirfd, "never there"), 0);
}

/* Names that the removal itself uses must not confuse it. */
static void
names_may_clash(void **state)
{
    struct fixture *fixture = *state;
    char path[64];

    assert_int_equal(mkdirat(fixture->dirfd, "top", 0700), 0);
    assert_int_equal(files_create(fixture->dirfd, "top/hoisted-0", "", 0600), 0);
    assert_int_equal(mkdirat(fixture->dirfd, "top/a", 0700), 0);
    for (int i = 0; i < 20; i++) {
        (void)snprintf(path, sizeof(path), "top/a/hoisted-%d", i);
        assert_int_equal(mkdirat(fixture->dirfd, path, 0700), 0);
        (void)snprintf(path, sizeof(path), "top/a/hoisted-%d/x", i);
        assert_int_equal(mkdirat(fixture->dirfd, path, 0700), 0);
    }
    assert_int_equal(files_remove(fixture->dirfd, "top"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_made_read_and_overwritten, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_walk_stops_when_it_is_told_to, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_very_deep_folder_is_removed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(folders_without_rights_are_removed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(removing_does_not_follow_links, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(names_may_clash, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
