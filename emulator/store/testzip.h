/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_TESTZIP_H
#define LAMB_EMULATOR_STORE_TESTZIP_H

/*
 * testzip - write zips for tests, wrong ones included. Entries are stored, not
 * deflated.
 *
 * Owns:    nothing.
 * Threads: any.
 */

#include "sdk/base/buf.h"

#include <stdint.h>

struct testzip_entry {
    const char *name;
    const char *data; /* NULL: none */
    uint32_t mode;    /* with the type, as st_mode; 0: made on a system without modes */
    uint16_t flags;   /* 1: encrypted, 0x800: the name is UTF-8 */
    uint16_t method;  /* 0: stored, 8: deflated, 14: LZMA */
    bool has_wrong_crc;
};

void testzip_write(struct lamb_buf *zip, const struct testzip_entry *entries,
                   size_t n_entries);

#endif
