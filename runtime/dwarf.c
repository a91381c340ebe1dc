/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/dwarf.h"

#include <string.h>

static struct {
    uintptr_t start, end;
    bool is_broken;
} tables;

void
lamb_dwarf_within(uintptr_t start, uintptr_t end)
{
    tables.start = start;
    tables.end = end;
    tables.is_broken = false;
}

bool
lamb_dwarf_is_broken(void)
{
    return tables.is_broken;
}

uintptr_t
lamb_dwarf_number(const void *memory)
{
    uintptr_t number;

    memcpy(&number, &memory, sizeof(number));
    return number;
}

const unsigned char *
lamb_dwarf_memory(uintptr_t address)
{
    const unsigned char *memory;

    memcpy(&memory, &address, sizeof(memory));
    return memory;
}

bool
lamb_dwarf_has(const unsigned char *at, uint64_t size)
{
    uintptr_t place = lamb_dwarf_number(at);

    if (place < tables.start || place > tables.end || size > tables.end - place)
        tables.is_broken = true;
    return !tables.is_broken;
}

const unsigned char *
lamb_dwarf_behind(const unsigned char *at, uint64_t size)
{
    return lamb_dwarf_has(at, size) ? at + size : at;
}

uint64_t
lamb_dwarf_fixed(const unsigned char **at, size_t size)
{
    uint64_t number = 0;

    if (!lamb_dwarf_has(*at, size))
        return 0;
    memcpy(&number, *at, size); /* both machines are little-endian */
    *at += size;
    return number;
}

int64_t
lamb_dwarf_signed(const unsigned char **at, size_t size)
{
    unsigned unused = (unsigned)(8 * (8 - size));

    return (int64_t)(lamb_dwarf_fixed(at, size) << unused) >> unused;
}

unsigned
lamb_dwarf_byte(const unsigned char **at)
{
    return (unsigned)lamb_dwarf_fixed(at, 1);
}

uint64_t
lamb_dwarf_uleb(const unsigned char **at)
{
    uint64_t number = 0;
    unsigned shift = 0;

    for (;; shift += 7) {
        unsigned byte = lamb_dwarf_byte(at);

        if (shift < 64)
            number |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return number;
    }
}

int64_t
lamb_dwarf_sleb(const unsigned char **at)
{
    uint64_t number = 0;
    unsigned shift = 0;
    unsigned byte;

    do {
        byte = lamb_dwarf_byte(at);
        if (shift < 64)
            number |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    if (shift < 64 && byte & 0x40)
        number |= UINT64_MAX << shift;
    return (int64_t)number;
}

uintptr_t
lamb_dwarf_encoded(const unsigned char **at, unsigned encoding)
{
    static const unsigned char sizes[16] = { 8, 0, 2, 4, 8, 0, 0, 0,
                                             8, 0, 2, 4, 8, 0, 0, 0 };
    uintptr_t place = lamb_dwarf_number(*at);
    size_t size = sizes[encoding & 0xf];
    uint64_t number;

    if (!size)
        return (uintptr_t)lamb_dwarf_uleb(at);
    number = encoding & 8 ? (uint64_t)lamb_dwarf_signed(at, size)
                          : lamb_dwarf_fixed(at, size);
    return (uintptr_t)number + ((encoding & 0x70) == 0x10 ? place : 0);
}
