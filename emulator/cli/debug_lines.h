/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_DEBUG_LINES_H
#define LAMB_EMULATOR_CLI_DEBUG_LINES_H

/*
 * debug_lines - file and line of an address, by what the compiler's -g left in an
 * object (or in its separate file, found by build-id as debuggers do).
 *
 * Owns:    nothing between calls.
 * Never:   trusts the object: libdw checks it.
 * Threads: one at a time.
 */

#include "sdk/base/buf.h"
#include "sdk/base/span.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    DEBUG_LINES_OTHER = 1, /* no such file, or not the object with this build-id */
    DEBUG_LINES_NONE = 2,  /* the object, but nothing in it says which line */
};

/* Whether this lamb was built with libdw. */
bool debug_lines_are_known(void);

/*
 * Append FILE:LINE of ADDRESS, as the file at PATH counts it. BUILD_ID, in hexadecimal
 * digits, must be the file's; empty: any. 0, or a named outcome.
 */
int debug_lines_find(const char *path, struct lamb_span build_id, uint64_t address,
                     struct lamb_buf *ret);

#endif
