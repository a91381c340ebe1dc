/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_LIFESPAN_H
#define LAMB_EMULATOR_FUNCTIONS_LIFESPAN_H

/*
 * lifespan - how long execution environments are kept. Warm is not promised: the
 * service ends environments when it likes, and a function must not mind.
 *
 * Owns:    the random sequence.
 * Never:   ends anything.
 * Threads: one at a time.
 */

#include "sdk/base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* A random life is 1 to so many invocations. */
enum { LIFESPAN_RANDOM_MAX = 8, LIFESPAN_MAX = 1000000 };

struct lifespan {
    int64_t idle_ns;      /* an environment ends after so long without work; 0: never */
    unsigned invocations; /* it ends after so many; 0: it does not */
    bool is_random;       /* each after a number of its own, drawn from STATE */
    uint64_t state;
};

/* "N" or "random:SEED"; the rest of *RET stays. */
int lifespan_parse(const char *text, struct lifespan *ret, struct lamb_err *err);
/* After how many invocations the next environment ends; 0: it does not. */
unsigned lifespan_draw(struct lifespan *lifespan);

#endif
