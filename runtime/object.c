/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/object.h"

#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sdk/base/enum.h"

#if defined(__x86_64__)
enum { HERE = EM_X86_64 };
#elif defined(__aarch64__)
enum { HERE = EM_AARCH64 };
#else
#error "Lambda has x86_64 and arm64"
#endif

static const char *
machine_name(unsigned machine)
{
    static const struct {
        unsigned machine;
        const char *name;
    } known[] = {
        { EM_X86_64, "x86_64" },      { EM_AARCH64, "arm64" },
        { EM_386, "x86 of 32 bits" }, { EM_ARM, "ARM of 32 bits" },
        { EM_RISCV, "RISC-V" },
    };

    for (size_t i = 0; i < LAMB_COUNT(known); i++)
        if (known[i].machine == machine)
            return known[i].name;
    return "a machine that Lambda has not";
}

int
lamb_object_judge(struct lamb_span head, char *ret, size_t size)
{
    Elf64_Ehdr header;
    const char *here = machine_name(HERE);
    unsigned machine;

    if (head.len < sizeof(header) || memcmp(head.ptr, ELFMAG, SELFMAG) != 0) {
        (void)snprintf(ret, size, "it is not a shared object: link it with -shared");
        return 1;
    }
    memcpy(&header, head.ptr, sizeof(header));
    machine = header.e_machine;
    if (header.e_ident[EI_DATA] ==
        ELFDATA2MSB) /* the field, as that machine reads it */
        machine = __builtin_bswap16((uint16_t)machine);
    if (machine == HERE && header.e_ident[EI_CLASS] == ELFCLASS64 &&
        header.e_ident[EI_DATA] == ELFDATA2LSB)
        return 0;
    if (machine == HERE)
        (void)snprintf(ret, size,
                       "it was built for another kind of %s, not for 64 bits in "
                       "little-endian order: compile it without -m32 and -mx32",
                       here);
    else
        (void)snprintf(ret, size,
                       "it was built for %s, and this bootstrap runs on %s: compile it "
                       "for %s, or choose the other architecture for the function and "
                       "its bootstrap",
                       machine_name(machine), here, here);
    return 1;
}
