/* SPDX-License-Identifier: Apache-2.0 */
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/object.h"
#include "sdk/base/auto.h"

/* The header of this very program: one that is right here. */
static void
own_header(Elf64_Ehdr *ret)
{
    LAMB_AUTOFD int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    assert_int_equal(read(fd, ret, sizeof(*ret)), sizeof(*ret));
}

static void
expect(const Elf64_Ehdr *header, size_t len, const char *want)
{
    char text[256] = "";
    int r =
        lamb_object_judge(lamb_span_of((const char *)header, len), text, sizeof(text));

    assert_int_equal(r, want ? 1 : 0);
    if (want && !strstr(text, want))
        fail_msg("'%s' is not in '%s'", want, text);
}

static void
an_object_of_this_machine_is_right(void **state)
{
    Elf64_Ehdr header;

    (void)state;
    own_header(&header);
    expect(&header, sizeof(header), NULL);
}

static void
an_object_of_another_machine_is_named(void **state)
{
    Elf64_Ehdr header;

    (void)state;
    own_header(&header);
    header.e_machine = header.e_machine == EM_AARCH64 ? EM_X86_64 : EM_AARCH64;
    expect(&header, sizeof(header),
           header.e_machine == EM_AARCH64 ? "it was built for arm64"
                                          : "it was built for x86_64");
    header.e_machine = EM_SPARCV9;
    expect(&header, sizeof(header), "a machine that Lambda has not");
    header.e_machine = __builtin_bswap16(EM_386);
    header.e_ident[EI_DATA] = ELFDATA2MSB;
    expect(&header, sizeof(header), "x86 of 32 bits");
}

static void
an_object_of_32_bits_is_refused(void **state)
{
    Elf64_Ehdr header;

    (void)state;
    own_header(&header);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    expect(&header, sizeof(header), "-m32");
}

static void
what_is_short_or_no_elf_is_no_object(void **state)
{
    Elf64_Ehdr header;

    (void)state;
    own_header(&header);
    for (size_t len = 0; len < sizeof(header); len++)
        expect(&header, len, "it is not a shared object");
    header.e_ident[EI_MAG0] = '#';
    expect(&header, sizeof(header), "it is not a shared object");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_of_this_machine_is_right),
        cmocka_unit_test(an_object_of_another_machine_is_named),
        cmocka_unit_test(an_object_of_32_bits_is_refused),
        cmocka_unit_test(what_is_short_or_no_elf_is_no_object),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
