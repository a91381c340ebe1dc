/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_TESTBED_H
#define LAMB_EMULATOR_STORE_TESTBED_H

/*
 * testbed - what the tests of this room share: a scratch folder and a loop.
 *
 * Owns:    the folder, removed with everything in it.
 * Threads: the test's.
 */

#include "emulator/loop/loop.h"

#include <limits.h>
#include <stddef.h>

struct testbed {
    char dir[PATH_MAX];
    struct loop *loop;
};

void testbed_init(struct testbed *bed);
void testbed_fini(struct testbed *bed);

/* DIR/NAME, valid until the fourth call after this one. */
const char *testbed_path(const struct testbed *bed, const char *name);
/* Make or replace DIR/NAME; its folder must be there. */
void testbed_write(const struct testbed *bed, const char *name, const void *bytes,
                   size_t len, unsigned mode);

#endif
