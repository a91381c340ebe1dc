/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/code_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "emulator/store/testbed.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

struct bed {
    struct testbed base;
    struct code_tree tree;
};

static int
setup(void **state)
{
    struct bed *bed = calloc(1, sizeof(*bed));

    testbed_init(&bed->base);
    bed->tree = (struct code_tree){ .root_fd = open(bed->base.dir,
                                                    O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                                    .max_bytes = 10,
                                    .max_entries = 8 };
    *state = bed;
    return 0;
}

static int
teardown(void **state)
{
    struct bed *bed = *state;

    (void)close(bed->tree.root_fd);
    testbed_fini(&bed->base);
    free(bed);
    return 0;
}

static int
make_file(struct bed *bed, const char *name, const char *data, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    int r = code_tree_file(&bed->tree, name, &fd, err);

    if (!r)
        r = code_tree_write(&bed->tree, fd, data, strlen(data), err);
    return r ? r : code_tree_end(fd, false, err);
}

static void
a_link_may_go_up_as_far_as_the_top_and_then_only_down(void **state)
{
    static const struct {
        unsigned depth;
        const char *target;
        bool is_inside;
    } cases[] = {
        { 0, "file", true },
        { 0, "./a//b/.", true },
        { 0, ".", true },
        { 0, "", false },
        { 0, "/etc/passwd", false },
        { 0, "/", false },
        { 0, "..", false },
        { 0, "./..", false },
        { 0, "../x", false },
        { 1, "..", true },
        { 1, "../x/y", true },
        { 1, "../..", false },
        { 3, "../.././../x", true },
        { 3, "../../../../x", false },
        /* A folder on the way may be a link to one less deep. */
        { 3, "x/../y", false },
        { 3, "../x/..", false },
        { 0, "..x", true },
        { 0, "...", true },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++)
        if (code_link_is_inside(cases[i].depth, cases[i].target) != cases[i].is_inside)
            fail_msg("'%s' at depth %u", cases[i].target, cases[i].depth);
}

static void
names_that_lead_elsewhere_are_refused(void **state)
{
    static const struct {
        const char *name;
        const char *why;
    } cases[] = {
        { "/etc/passwd", "not relative" }, { "", "not relative" },
        { "../x", "contains '..'" },       { "a/../../x", "contains '..'" },
        { "..", "contains '..'" },         { ".", "its name is empty" },
        { "link/x", "no folder" },         { "file/x", "no folder" },
        { "link", "there already" },       { "file", "there already" },
        { "folder", "there already" },
    };
    struct bed *bed = *state;

    bed->tree.max_entries = 100;
    assert_int_equal(code_tree_folder(&bed->tree, "folder", NULL), 0);
    assert_int_equal(code_tree_link(&bed->tree, "link", "folder", NULL), 0);
    assert_int_equal(make_file(bed, "file", "", NULL), 0);
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct lamb_err err = { 0 };

        if (make_file(bed, cases[i].name, "", &err) != -EPERM ||
            !strstr(err.text, cases[i].why))
            fail_msg("'%s': %s", cases[i].name, err.text);
        if (code_tree_link(&bed->tree, cases[i].name, "x", &err) != -EPERM)
            fail_msg("link '%s': %s", cases[i].name, err.text);
    }
    assert_int_equal(code_tree_folder(&bed->tree, "file", NULL), -EPERM);
    assert_int_equal(code_tree_folder(&bed->tree, "link", NULL), -EPERM);
    assert_int_equal(code_tree_folder(&bed->tree, "../x", NULL), -EPERM);
    assert_int_equal(code_tree_folder(&bed->tree, "folder/", NULL), 0);
    assert_int_equal(code_tree_folder(&bed->tree, "./", NULL), 0);
}

static void
what_is_too_much_is_refused_to_the_byte_and_the_entry(void **state)
{
    struct bed *bed = *state;
    struct lamb_err err = { 0 };
    char deep[2 * CODE_DEPTH_MAX + 4] = "";

    assert_int_equal(make_file(bed, "a", "12345", NULL), 0);
    assert_int_equal(make_file(bed, "b", "12345", NULL), 0);
    assert_int_equal(make_file(bed, "c", "1", &err), -EFBIG);
    assert_string_equal(err.text, "the files are larger than 10 bytes together");
    assert_int_equal(bed->tree.entries, 3);
    assert_int_equal(make_file(bed, "1/2/3/4", "", NULL),
                     0); /* implies three folders */
    assert_int_equal(bed->tree.entries, 7);
    assert_int_equal(make_file(bed, "1/2/3/5", "", NULL), 0);
    assert_int_equal(make_file(bed, "1/2/3/6", "", &err), -EPERM);
    assert_string_equal(err.text, "there are more than 8 files and folders");
    bed->tree.max_entries = 1000;
    for (size_t i = 0; i <= CODE_DEPTH_MAX; i++)
        memcpy(deep + 2 * i, "d/", 3);
    assert_int_equal(code_tree_folder(&bed->tree, deep, &err), -EPERM);
    deep[2 * CODE_DEPTH_MAX] = '\0';
    assert_int_equal(code_tree_folder(&bed->tree, deep, &err), 0);
    assert_int_equal(code_tree_seal(&bed->tree, NULL), 0);
}

static void
a_sealed_tree_is_read_only(void **state)
{
    struct bed *bed = *state;
    struct stat st;

    assert_int_equal(make_file(bed, "a/b/file", "x", NULL), 0);
    assert_int_equal(code_tree_link(&bed->tree, "a/b/link", "../../a", NULL), 0);
    assert_int_equal(code_tree_seal(&bed->tree, NULL), 0);
    assert_int_equal(stat(testbed_path(&bed->base, "a/b"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0555);
    assert_int_equal(stat(testbed_path(&bed->base, "a"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0555);
    assert_int_equal(stat(testbed_path(&bed->base, "a/b/file"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0444);
    assert_int_equal(stat(bed->base.dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0555);
}

static void
foreign_names_are_shown_harmlessly(void **state)
{
    char much[300];

    (void)state;
    assert_string_equal(code_show("plain name").text, "plain name");
    assert_string_equal(code_show("a\x1b[2Jb\n").text, "a\\x1b[2Jb\\x0a");
    assert_string_equal(code_show("").text, "");
    memset(much, 'x', sizeof(much));
    memcpy(much + sizeof(much) - 5, "/end", 5);
    assert_int_equal(strlen(code_show(much).text), 67);
    assert_string_equal(code_show(much).text + 63, "/end");
    memset(much, '\n', sizeof(much) - 5);
    assert_true(strlen(code_show(much).text) < sizeof(struct code_name));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_may_go_up_as_far_as_the_top_and_then_only_down),
        TEST(names_that_lead_elsewhere_are_refused),
        TEST(what_is_too_much_is_refused_to_the_byte_and_the_entry),
        TEST(a_sealed_tree_is_read_only),
        cmocka_unit_test(foreign_names_are_shown_harmlessly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
