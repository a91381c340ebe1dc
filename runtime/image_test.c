/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "sdk/base/auto.h"

enum { PAGE = 4096 };

/* Static: its name is in .symtab only. */
static __attribute__((noinline)) int
somebody(int number)
{
    return number + 1;
}

static uintptr_t
address_of(int (*function)(int))
{
    uintptr_t address;

    memcpy(&address, &function, sizeof(address));
    return address;
}

static void
a_function_of_this_program_has_its_name_and_offset(void **state)
{
    uintptr_t start = address_of(somebody);
    const struct lamb_image *image;
    uintptr_t offset;
    char name[16];
    char room[5];

    (void)state;
    lamb_images_read();
    image = lamb_image_of(start);
    assert_non_null(image);
    assert_true(image->is_code && image->unwind && image->build_id_len);
    assert_non_null(strstr(image->path, "image_test"));
    assert_true(lamb_image_symbol(image, start + 1, name, sizeof(name), &offset));
    assert_string_equal(name, "somebody");
    assert_int_equal(offset, 1);
    assert_true(lamb_image_symbol(image, start, room, sizeof(room), &offset));
    assert_string_equal(room, "some");
}

static void
an_address_nowhere_has_no_image(void **state)
{
    (void)state;
    lamb_images_read();
    assert_null(lamb_image_of(0x10));
}

static void
the_file_of_another_build_gives_no_names(void **state)
{
    struct lamb_image other;
    uintptr_t offset;
    char name[16];

    (void)state;
    lamb_images_read();
    other = *lamb_image_of(address_of(somebody));
    other.build_id[0] ^= 1;
    assert_false(
        lamb_image_symbol(&other, address_of(somebody), name, sizeof(name), &offset));
    memcpy(other.path, "/nowhere", sizeof("/nowhere"));
    assert_false(
        lamb_image_symbol(&other, address_of(somebody), name, sizeof(name), &offset));
}

/* To read one whose file has got shorter would be a SIGBUS. */
static void
a_mapping_of_data_is_not_read(void **state)
{
    LAMB_AUTOFD int fd = memfd_create("data", MFD_CLOEXEC);
    void *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    const struct lamb_image *image;

    (void)state;
    assert_true(map != MAP_FAILED);
    lamb_images_read();
    image = lamb_image_of((uintptr_t)map);
    assert_true(!image || !image->is_code);
    assert_int_equal(munmap(map, PAGE), 0);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_of_this_program_has_its_name_and_offset),
        cmocka_unit_test(an_address_nowhere_has_no_image),
        cmocka_unit_test(the_file_of_another_build_gives_no_names),
        cmocka_unit_test(a_mapping_of_data_is_not_read),
    };

    assert_int_equal(somebody(1), 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
