/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/code.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "emulator/store/testbed.h"
#include "emulator/store/testzip.h"
#include "emulator/store/tree.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"
#include "sdk/base/limits.h"

struct bed {
    struct testbed base;
    struct code_store *store;
};

/* How one import ended. */
struct outcome {
    struct loop *loop;
    unsigned awaited;
    unsigned done;
    bool is_good;
    struct code_copy copy;
    struct lamb_err err;
};

static int
setup(void **state)
{
    struct bed *bed = calloc(1, sizeof(*bed));

    testbed_init(&bed->base);
    assert_int_equal(mkdir(testbed_path(&bed->base, "state"), 0711), 0);
    assert_int_equal(code_store_open(bed->base.loop, testbed_path(&bed->base, "state"),
                                     &bed->store, NULL),
                     0);
    *state = bed;
    return 0;
}

static int
teardown(void **state)
{
    struct bed *bed = *state;

    code_store_close(bed->store);
    testbed_fini(&bed->base);
    free(bed);
    return 0;
}

static void
on_import(void *data, const struct code_copy *copy, const struct lamb_err *err)
{
    struct outcome *outcome = data;

    outcome->is_good = copy != NULL;
    outcome->err = *err;
    if (copy)
        outcome->copy = *copy;
    if (++outcome->done == outcome->awaited)
        loop_stop(outcome->loop);
}

static struct outcome
import(struct bed *bed, enum code_source source, const char *name)
{
    struct outcome outcome = { .loop = bed->base.loop, .awaited = 1 };

    assert_int_equal(code_import(bed->store, source, testbed_path(&bed->base, name),
                                 on_import, &outcome, NULL),
                     0);
    loop_run(bed->base.loop);
    assert_int_equal(outcome.done, 1);
    return outcome;
}

static struct code_copy
import_well(struct bed *bed, enum code_source source, const char *name)
{
    struct outcome outcome = import(bed, source, name);

    if (!outcome.is_good)
        fail_msg("%s: %s", name, outcome.err.text);
    return outcome.copy;
}

static unsigned
count_copies(const struct bed *bed)
{
    LAMB_AUTO(tree_close)
    DIR *folder = opendir(testbed_path(&bed->base, "state/code"));
    unsigned count = 0;

    assert_non_null(folder);
    while (tree_next(folder))
        count++;
    return count;
}

/* It fails with R and a text that contains WHY, and leaves nothing behind. */
static void
import_badly(struct bed *bed, enum code_source source, const char *name, int r,
             const char *why)
{
    unsigned before = count_copies(bed);
    struct outcome outcome = import(bed, source, name);

    if (outcome.is_good)
        fail_msg("%s: imported, although: %s", name, why);
    if (outcome.err.code != r || !strstr(outcome.err.text, why))
        fail_msg("'%s' (%d), not: '%s' (%d)", outcome.err.text, outcome.err.code, why,
                 r);
    assert_int_equal(count_copies(bed), before);
}

static void
check_file(const struct code_copy *copy, const char *name, unsigned mode,
           const char *wanted)
{
    char path[5000];
    char bytes[64];
    struct stat st;
    ssize_t n;
    LAMB_AUTOFD int fd = -EBADF;

    (void)snprintf(path, sizeof(path), "%s/%s", copy->path, name);
    fd = open(path, O_RDONLY | O_NOFOLLOW);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
    n = read(fd, bytes, sizeof(bytes));
    assert_int_equal(n, strlen(wanted));
    assert_memory_equal(bytes, wanted, strlen(wanted));
}

static void
check_folder(const struct code_copy *copy, const char *name)
{
    char path[5000];
    struct stat st;

    (void)snprintf(path, sizeof(path), "%s/%s", copy->path, name);
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(st.st_mode & 07777, 0555);
}

static void
check_link(const struct code_copy *copy, const char *name, const char *wanted)
{
    char path[5000];
    char target[64];
    ssize_t n;

    (void)snprintf(path, sizeof(path), "%s/%s", copy->path, name);
    n = readlink(path, target, sizeof(target));
    assert_int_equal(n, strlen(wanted));
    assert_memory_equal(target, wanted, strlen(wanted));
}

static void
write_zip(struct bed *bed, const char *name, const struct testzip_entry *entries,
          size_t n_entries)
{
    LAMB_AUTOBUF struct lamb_buf zip = LAMB_BUF_INIT(1 << 20);

    testzip_write(&zip, entries, n_entries);
    testbed_write(&bed->base, name, zip.ptr, zip.len, 0600);
}

/* -- files ------------------------------------------------------------------------ */

static void
a_file_is_copied_under_its_own_name_and_executable(void **state)
{
    struct bed *bed = *state;
    struct code_copy copy;

    testbed_write(&bed->base, "hello.so", "code", 4, 0600);
    copy = import_well(bed, CODE_FILE, "hello.so");
    check_file(&copy, "hello.so", 0555, "code");
    check_folder(&copy, ".");
    assert_int_equal(copy.size_bytes, 4);
    /* printf 'xhello.so\0' + sha256(code), as code.h says. */
    assert_string_equal(
        copy.digest,
        "55cdbcb278d97eb52624f07d37fd9d52ccaac01c83bc0f5a20b15e208b5d8331");
    testbed_write(&bed->base, "hello.so", "newer", 5, 0600);
    check_file(&copy, "hello.so", 0555, "code");
}

static void
the_same_bytes_are_the_same_copy_and_another_name_is_another(void **state)
{
    struct bed *bed = *state;
    struct code_copy first;
    struct code_copy again;
    struct code_copy other;

    testbed_write(&bed->base, "a.so", "code", 4, 0600);
    testbed_write(&bed->base, "b.so", "code", 4, 0600);
    first = import_well(bed, CODE_FILE, "a.so");
    again = import_well(bed, CODE_FILE, "a.so");
    other = import_well(bed, CODE_FILE, "b.so");
    assert_string_equal(first.path, again.path);
    assert_string_not_equal(first.path, other.path);
    assert_int_equal(count_copies(bed), 2);
}

static void
many_imports_of_the_same_at_once_yield_one_copy(void **state)
{
    struct bed *bed = *state;
    struct outcome outcome = { .loop = bed->base.loop, .awaited = 8 };

    testbed_write(&bed->base, "a.so", "code", 4, 0600);
    for (unsigned i = 0; i < outcome.awaited; i++)
        assert_int_equal(code_import(bed->store, CODE_FILE,
                                     testbed_path(&bed->base, "a.so"), on_import,
                                     &outcome, NULL),
                         0);
    loop_run(bed->base.loop);
    assert_true(outcome.is_good);
    assert_int_equal(count_copies(bed), 1);
}

static void
what_is_no_file_is_refused(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(mkfifo(testbed_path(&bed->base, "fifo"), 0600), 0);
    import_badly(bed, CODE_FILE, "fifo", -EPERM, "it is not a regular file");
    import_badly(bed, CODE_FILE, "state", -EPERM, "it is not a regular file");
    import_badly(bed, CODE_FILE, "nothing", -ENOENT, "No such file or directory");
    import_badly(bed, CODE_DIR, "nothing", -ENOENT, "No such file or directory");
    import_badly(bed, CODE_ZIP, "nothing", -ENOENT, "No such file or directory");
}

static void
what_is_larger_than_the_service_takes_is_refused(void **state)
{
    struct bed *bed = *state;

    testbed_write(&bed->base, "huge", "", 0, 0600);
    assert_int_equal(
        truncate(testbed_path(&bed->base, "huge"), LAMB_LIMIT_UNZIPPED + 1), 0);
    import_badly(bed, CODE_FILE, "huge", -EFBIG, "larger than 262144000 bytes");
}

/* -- folders ---------------------------------------------------------------------- */

static void
make_folder(struct bed *bed)
{
    assert_int_equal(mkdir(testbed_path(&bed->base, "src"), 0700), 0);
    assert_int_equal(mkdir(testbed_path(&bed->base, "src/lib"), 0700), 0);
    testbed_write(&bed->base, "src/bootstrap", "#!", 2, 0700);
    testbed_write(&bed->base, "src/lib/data", "text", 4, 0640);
    assert_int_equal(symlink("../bootstrap", testbed_path(&bed->base, "src/lib/up")),
                     0);
}

static void
a_folder_is_copied_with_its_links_and_what_may_be_executed(void **state)
{
    struct bed *bed = *state;
    struct code_copy copy;

    make_folder(bed);
    copy = import_well(bed, CODE_DIR, "src");
    check_file(&copy, "bootstrap", 0555, "#!");
    check_file(&copy, "lib/data", 0444, "text");
    check_folder(&copy, "lib");
    check_link(&copy, "lib/up", "../bootstrap");
    assert_int_equal(copy.size_bytes, 6);
    assert_string_equal(
        copy.digest,
        "97477c497b19ff9dfc96969ee7ca509e48a6083eb5a84cfe5f985ad66e6c1d07");
}

static void
any_change_in_a_folder_changes_its_digest(void **state)
{
    struct bed *bed = *state;
    struct code_copy before;
    struct code_copy after;

    make_folder(bed);
    before = import_well(bed, CODE_DIR, "src");
    testbed_write(&bed->base, "src/lib/data", "test", 4, 0640);
    after = import_well(bed, CODE_DIR, "src");
    assert_string_not_equal(before.digest, after.digest);
    testbed_write(&bed->base, "src/lib/data", "text", 4, 0750);
    after = import_well(bed, CODE_DIR, "src");
    assert_string_not_equal(before.digest, after.digest);
    testbed_write(&bed->base, "src/lib/data", "text", 4, 0600);
    after = import_well(bed, CODE_DIR, "src");
    assert_string_equal(before.digest, after.digest);
    check_file(&before, "lib/data", 0444, "text");
}

static void
a_folder_with_a_link_that_leaves_or_a_socket_is_refused(void **state)
{
    struct bed *bed = *state;

    make_folder(bed);
    assert_int_equal(symlink("../../x", testbed_path(&bed->base, "src/lib/out")), 0);
    import_badly(bed, CODE_DIR, "src", -EPERM,
                 "'lib/out': it is a link to '../../x': only links that stay inside");
    assert_int_equal(unlink(testbed_path(&bed->base, "src/lib/out")), 0);
    assert_int_equal(mkfifo(testbed_path(&bed->base, "src/lib/fifo"), 0600), 0);
    import_badly(bed, CODE_DIR, "src", -EPERM, "'lib/fifo': it is neither a file");
}

static void
the_state_folder_in_a_folder_is_left_out(void **state)
{
    struct bed *bed = *state;
    struct code_copy copy;
    char inside[5000];

    testbed_write(&bed->base, "a", "a", 1, 0600);
    copy = import_well(bed, CODE_DIR, ".");
    check_file(&copy, "a", 0444, "a");
    (void)snprintf(inside, sizeof(inside), "%s/state", copy.path);
    assert_int_equal(access(inside, F_OK), -1);
}

/* -- zips ------------------------------------------------------------------------- */

static void
a_zip_is_unpacked_with_links_folders_and_names_of_any_kind(void **state)
{
    static const struct testzip_entry entries[] = {
        { .name = "bootstrap", .data = "#!", .mode = 0100755 },
        { .name = "private", .data = "p", .mode = 0100600 },
        { .name = "from-dos", .data = "d" },
        { .name = "empty/", .mode = 040755 },
        { .name = "lib/link", .data = "../bootstrap", .mode = 0120777 },
        { .name = "caf\xc3\xa9", .data = "u", .mode = 0100644, .flags = 0x800 },
        { .name = "caf\xe9", .data = "l", .mode = 0100644 },
        { .name = "lib/", .mode = 040700 },
    };
    struct bed *bed = *state;
    struct code_copy copy;
    struct stat st;

    write_zip(bed, "a.zip", entries, LAMB_COUNT(entries));
    copy = import_well(bed, CODE_ZIP, "a.zip");
    check_file(&copy, "bootstrap", 0555, "#!");
    check_file(&copy, "private", 0444, "p");
    check_file(&copy, "from-dos", 0444, "d");
    check_folder(&copy, "empty");
    check_folder(&copy, "lib");
    check_link(&copy, "lib/link", "../bootstrap");
    check_file(&copy, "caf\xc3\xa9", 0444, "u");
    check_file(&copy, "caf\xe9", 0444, "l");
    assert_int_equal(stat(testbed_path(&bed->base, "a.zip"), &st), 0);
    assert_int_equal(copy.size_bytes, st.st_size);
    assert_int_equal(copy.unpacked_bytes, 6);
}

static void
the_digest_of_a_zip_is_of_its_bytes(void **state)
{
    /* An empty folder, so that the bytes are few and known. */
    static const struct testzip_entry entry = { .name = "d/", .mode = 040755 };
    struct bed *bed = *state;
    struct code_copy copy;
    struct code_copy again;

    write_zip(bed, "a.zip", &entry, 1);
    copy = import_well(bed, CODE_ZIP, "a.zip");
    assert_string_equal(
        copy.digest,
        "75502eb3fbcbe801fd1112c2ff498255b8a8a29cffa14b247e10c557574574ec");
    assert_string_equal(copy.sha256_b64,
                        "dVAus/vL6AH9ERLC/0mCVbioopz/oUskfhDFV1dFdOw=");
    again = import_well(bed, CODE_ZIP, "a.zip");
    assert_memory_equal(&copy, &again, sizeof(copy));
}

static void
a_zip_that_is_not_safe_is_refused_whole(void **state)
{
    static const struct {
        struct testzip_entry entry;
        int r;
        const char *why;
    } cases[] = {
        { { .name = "../x", .mode = 0100644 }, -EPERM, "contains '..'" },
        { { .name = "a/../../x", .mode = 0100644 }, -EPERM, "contains '..'" },
        { { .name = "..\\x" }, -EPERM, "contains '..'" },
        { { .name = "/x", .mode = 0100644 }, -EPERM, "not relative" },
        { { .name = "link/x", .mode = 0100644 }, -EPERM, "no folder" },
        { { .name = "out", .data = "/etc", .mode = 0120777 },
          -EPERM,
          "link to '/etc'" },
        { { .name = "out", .data = "..", .mode = 0120777 }, -EPERM, "link to '..'" },
        { { .name = "out", .data = "link/..", .mode = 0120777 }, -EPERM, "link to" },
        { { .name = "out", .mode = 0120777 }, -EPERM, "link to ''" },
        { { .name = "good", .mode = 0100644 }, -EPERM, "there already" },
        { { .name = "./good", .mode = 0100644 }, -EPERM, "there already" },
        { { .name = "good/", .mode = 040755 }, -EPERM, "no folder" },
        { { .name = "tty", .mode = 020666 }, -EPERM, "neither a file" },
        { { .name = "disk", .mode = 060666 }, -EPERM, "neither a file" },
        { { .name = "sock", .mode = 0140666 }, -EPERM, "neither a file" },
        { { .name = "x", .data = "0123456789abcdef", .mode = 0100644, .flags = 1 },
          -EPERM,
          "it is encrypted: make the zip without a password" },
        { { .name = "x", .data = "x", .mode = 0100644, .method = 14 },
          -EPERM,
          "use deflate" },
        { { .name = "x", .data = "x", .mode = 0100644, .has_wrong_crc = true },
          -EBADMSG,
          "entry 'x'" },
        { { .name = "x", .data = "\xff\xff\xff", .mode = 0100644, .method = 8 },
          -EBADMSG,
          "entry 'x'" },
        { { .name = "\xff", .mode = 0100644, .flags = 0x800 }, -EBADMSG, "UTF-8" },
    };
    struct bed *bed = *state;

    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        const struct testzip_entry entries[] = {
            { .name = "good", .data = "g", .mode = 0100644 },
            { .name = "link", .data = "folder", .mode = 0120777 },
            cases[i].entry,
        };

        write_zip(bed, "bad.zip", entries, LAMB_COUNT(entries));
        import_badly(bed, CODE_ZIP, "bad.zip", cases[i].r, cases[i].why);
    }
}

static void
what_is_no_whole_zip_is_refused_by_name(void **state)
{
    static const struct testzip_entry entries[] = {
        { .name = "a", .data = "a", .mode = 0100644 },
        { .name = "b", .data = "b", .mode = 0100644 },
    };
    LAMB_AUTOBUF struct lamb_buf zip = LAMB_BUF_INIT(1 << 20);
    struct bed *bed = *state;

    testbed_write(&bed->base, "text.zip", "hello", 5, 0600);
    import_badly(bed, CODE_ZIP, "text.zip", -EBADMSG, "/text.zip is not a zip file");
    testbed_write(&bed->base, "none.zip", "", 0, 0600);
    import_badly(bed, CODE_ZIP, "none.zip", -EBADMSG, "/none.zip is not a zip file");
    testzip_write(&zip, entries, LAMB_COUNT(entries));
    testbed_write(&bed->base, "half.zip", zip.ptr, zip.len / 2, 0600);
    import_badly(bed, CODE_ZIP, "half.zip", -EBADMSG, "or a damaged one");
    write_zip(bed, "empty.zip", NULL, 0);
    import_badly(bed, CODE_ZIP, "empty.zip", -EBADMSG, "or an empty");
    lamb_buf_clear(&zip);
    (void)lamb_buf_str(&zip, "#!/bin/sh\n"); /* what makes it executable by itself */
    testzip_write(&zip, NULL, 0);
    testbed_write(&bed->base, "empty.zip", zip.ptr, zip.len, 0600);
    import_badly(bed, CODE_ZIP, "empty.zip", -EBADMSG, "empty.zip is empty");
    import_badly(bed, CODE_ZIP, "state", -EISDIR, "Is a directory");
}

/* -- the store -------------------------------------------------------------------- */

static void
a_copy_is_found_by_its_digest_after_a_restart(void **state)
{
    struct bed *bed = *state;
    char absent[65];
    struct lamb_err err = { 0 };
    struct code_copy copy;
    struct code_copy found;

    testbed_write(&bed->base, "a.so", "code", 4, 0600);
    copy = import_well(bed, CODE_FILE, "a.so");
    assert_int_equal(mkdir(testbed_path(&bed->base, "state/code/tmp-left"), 0700), 0);
    testbed_write(&bed->base, "state/code/tmp-left/x", "", 0, 0400);
    assert_int_equal(count_copies(bed), 2);
    code_store_close(bed->store);
    assert_int_equal(code_store_open(bed->base.loop, testbed_path(&bed->base, "state"),
                                     &bed->store, NULL),
                     0);
    assert_int_equal(count_copies(bed), 1);
    assert_int_equal(code_find(bed->store, copy.digest, &found, &err), 0);
    assert_string_equal(found.digest, copy.digest);
    assert_string_equal(found.sha256_b64, copy.sha256_b64);
    assert_string_equal(found.path, copy.path);
    assert_int_equal(found.size_bytes, copy.size_bytes);
    assert_int_equal(found.unpacked_bytes, 4);
    memset(absent, 'a', 64);
    absent[64] = '\0';
    assert_int_equal(code_find(bed->store, absent, &found, &err), -ENOENT);
    assert_int_equal(code_find(bed->store, "../../etc", &found, &err), -EINVAL);
    absent[0] = 'A';
    assert_int_equal(code_find(bed->store, absent, &found, &err), -EINVAL);
}

static void
the_folder_may_be_passed_but_not_listed(void **state)
{
    struct bed *bed = *state;
    struct code_copy copy;
    struct stat st;

    assert_int_equal(stat(testbed_path(&bed->base, "state/code"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0711);
    testbed_write(&bed->base, "a.so", "code", 4, 0600);
    copy = import_well(bed, CODE_FILE, "a.so");
    check_folder(&copy, "..");
    check_file(&copy, "../size", 0444, "4 4\n");
}

/* As somebody else: 0, or the step that went wrong. */
static int
use_as_another_user(const char *file, const char *folder)
{
    LAMB_AUTOFD int fd = -EBADF;

    if (setgroups(0, NULL) < 0 || setresgid(65534, 65534, 65534) < 0 ||
        setresuid(65534, 65534, 65534) < 0)
        return 1;
    fd = open(file, O_RDONLY);
    if (fd < 0 || access(file, X_OK) < 0)
        return 2;
    if (open(folder, O_RDONLY | O_DIRECTORY) >= 0 || errno != EACCES)
        return 3;
    return 0;
}

static void
another_user_may_run_the_code_but_not_look_around(void **state)
{
    struct bed *bed = *state;
    struct code_copy copy;
    char file[5000];
    int status;
    pid_t pid;

    if (geteuid() != 0) {
        print_message("# not tested: only root can become another user\n");
        return;
    }
    assert_int_equal(chmod(bed->base.dir, 0711), 0);
    testbed_write(&bed->base, "a.so", "code", 4, 0600);
    copy = import_well(bed, CODE_FILE, "a.so");
    (void)snprintf(file, sizeof(file), "%s/a.so", copy.path);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(use_as_another_user(file, testbed_path(&bed->base, "state/code")));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_copied_under_its_own_name_and_executable),
        TEST(the_same_bytes_are_the_same_copy_and_another_name_is_another),
        TEST(many_imports_of_the_same_at_once_yield_one_copy),
        TEST(what_is_no_file_is_refused),
        TEST(what_is_larger_than_the_service_takes_is_refused),
        TEST(a_folder_is_copied_with_its_links_and_what_may_be_executed),
        TEST(any_change_in_a_folder_changes_its_digest),
        TEST(a_folder_with_a_link_that_leaves_or_a_socket_is_refused),
        TEST(the_state_folder_in_a_folder_is_left_out),
        TEST(a_zip_is_unpacked_with_links_folders_and_names_of_any_kind),
        TEST(the_digest_of_a_zip_is_of_its_bytes),
        TEST(a_zip_that_is_not_safe_is_refused_whole),
        TEST(what_is_no_whole_zip_is_refused_by_name),
        TEST(a_copy_is_found_by_its_digest_after_a_restart),
        TEST(the_folder_may_be_passed_but_not_listed),
        TEST(another_user_may_run_the_code_but_not_look_around),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
