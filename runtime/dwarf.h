/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_DWARF_H
#define LAMB_RUNTIME_DWARF_H

/*
 * dwarf - read the numbers of unwind tables in memory, as far as their image reaches:
 * what would be read beyond it is 0, and from then on everything.
 *
 * Owns:    the limits of the last lamb_dwarf_within.
 * Never:   allocates or locks.
 * Threads: one at a time; in a signal handler.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read from START to before END only. */
void lamb_dwarf_within(uintptr_t start, uintptr_t end);
/* Something would have been read elsewhere since. */
bool lamb_dwarf_is_broken(void);

uintptr_t lamb_dwarf_number(const void *memory);
const unsigned char *lamb_dwarf_memory(uintptr_t address);

/* SIZE bytes can be read at AT. */
bool lamb_dwarf_has(const unsigned char *at, uint64_t size);
/* From AT to SIZE bytes behind it; to where it is, when they are not there. */
const unsigned char *lamb_dwarf_behind(const unsigned char *at, uint64_t size);

/* Each reads at *AT and moves it behind what was read. */
uint64_t lamb_dwarf_fixed(const unsigned char **at, size_t size);
int64_t lamb_dwarf_signed(const unsigned char **at, size_t size);
unsigned lamb_dwarf_byte(const unsigned char **at);
uint64_t lamb_dwarf_uleb(const unsigned char **at);
int64_t lamb_dwarf_sleb(const unsigned char **at);
/* A pointer as ENCODING says; those relative to something else are not in code. */
uintptr_t lamb_dwarf_encoded(const unsigned char **at, unsigned encoding);

#endif
