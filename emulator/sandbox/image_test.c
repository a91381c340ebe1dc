/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/image.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/sandbox/files.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

enum { MB = 1 << 20 };

struct stage {
    char dir[32];
    struct images images;
};

static int
set_up(void **state)
{
    static struct stage stage;

    (void)snprintf(stage.dir, sizeof(stage.dir), "/tmp/lamb-image-XXXXXX");
    if (!mkdtemp(stage.dir))
        return -1;
    images_init(&stage.images, stage.dir);
    *state = &stage;
    return 0;
}

static int
count_entry(void *data, const char *name)
{
    (void)name;
    ++*(size_t *)data;
    return 0;
}

/* No file is left in the folder, so it can be removed. */
static int
tear_down(void **state)
{
    struct stage *stage = *state;
    size_t left = 0;

    images_fini(&stage->images);
    (void)files_each(AT_FDCWD, stage->dir, count_entry, &left);
    return rmdir(stage->dir) < 0 || left ? -1 : 0;
}

/* Loop devices are for root, and not in every container. */
static int
take(struct stage *stage, unsigned mb)
{
    struct lamb_err err = { 0 };
    int mount = -EBADF;

    if (image_take(&stage->images, mb, &mount, &err) < 0) {
        print_message("# skipped: %s\n", err.text);
        skip();
    }
    return mount;
}

static void
an_image_has_the_size_that_was_asked_for(void **state)
{
    static const unsigned sizes[] = { 512, 513, 2048 };

    for (size_t i = 0; i < LAMB_COUNT(sizes); i++) {
        LAMB_AUTOFD int mount = take(*state, sizes[i]);
        struct statvfs st;
        uint64_t bytes;

        assert_int_equal(fstatvfs(mount, &st), 0);
        bytes = (uint64_t)st.f_bavail * st.f_frsize;
        print_message("# %u MB: %llu bytes\n", sizes[i], (unsigned long long)bytes);
        assert_true(bytes >= (uint64_t)sizes[i] * MB);
        assert_true(bytes < (uint64_t)(sizes[i] + 1) * MB);
    }
}

static void
images_are_empty_and_apart(void **state)
{
    LAMB_AUTOFD int one = take(*state, 512);
    LAMB_AUTOFD int two = take(*state, 512);
    LAMB_AUTOFD int file = -EBADF;
    size_t left = 0;

    (void)files_each(one, ".", count_entry, &left);
    assert_int_equal(left, 0);
    file = openat(one, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, "x", 1), 1);
    assert_int_equal(faccessat(two, "file", F_OK, 0), -1);
    (void)files_each(two, ".", count_entry, &left);
    assert_int_equal(left, 0);
}

static void
some_are_kept_ready(void **state)
{
    struct stage *stage = *state;
    int mount = take(stage, 512);
    unsigned prepared = 0;

    lamb_close(&mount);
    while (images_prepare(&stage->images) && prepared < 10)
        prepared++;
    assert_in_range(prepared, 1, 9);
    mount = take(stage, 512); /* from those */
    lamb_close(&mount);
    assert_true(images_prepare(&stage->images));
    assert_false(images_prepare(&stage->images));
    mount = take(stage, 600); /* of another size: the old ones go */
    lamb_close(&mount);
    assert_true(images_prepare(&stage->images));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_has_the_size_that_was_asked_for),
        cmocka_unit_test(images_are_empty_and_apart),
        cmocka_unit_test(some_are_kept_ready),
    };

    if (setvbuf(stdout, NULL, _IOLBF, 0) != 0)
        return 1;
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
