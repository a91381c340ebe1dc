/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SRC_FUNCTION_H
#define LAMB_SRC_FUNCTION_H

/*
 * function - what a process knows about the function it serves: struct lamb_runtime.
 *
 * Owns:    the failure that an init hook recorded; the texts are the environment's.
 * Threads: one at a time while it is made; then read only.
 */

#include "sdk/src/failure.h"

#include <stdint.h>

struct lamb_runtime {
    const char *function_name; /* NULL: unknown; so below */
    const char *function_version;
    int64_t memory_mb; /* 0: unknown */
    struct lamb_failure init_failure;
};

/* Read the environment, which must not change these variables any more. */
void lamb_runtime_init(struct lamb_runtime *rt);
void lamb_runtime_fini(struct lamb_runtime *rt);

#endif
