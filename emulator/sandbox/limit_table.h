/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_LIMIT_TABLE_H
#define LAMB_EMULATOR_SANDBOX_LIMIT_TABLE_H

/*
 * limit_table - which limit of an execution environment is held how, and how well, at
 * each isolation level: one table, from which docs/limits.md and `lamb doctor` are
 * printed.
 *
 * Owns:    nothing.
 * Never:   holds a limit itself; the abilities say what the machine was found to do.
 * Threads: any.
 */

#include "emulator/sandbox/sandbox.h"

#include <stddef.h>

#define LIMIT_STRENGTHS(X)                                                             \
    X(LIMIT_NOT_HELD, "none")                                                          \
    X(LIMIT_APPROXIMATE, "approximate")                                                \
    X(LIMIT_EXACT, "exact")
LAMB_ENUM(limit_strength, LIMIT_STRENGTHS, LIMIT_STRENGTH_N);
const char *limit_strength_text(enum limit_strength strength);

#define LIMIT_KINDS(X)                                                                 \
    X(LIMIT_MEMORY, "memory")                                                          \
    X(LIMIT_PEAK, "memory peak")                                                       \
    X(LIMIT_CPU, "CPU share")                                                          \
    X(LIMIT_TIMEOUT, "timeout")                                                        \
    X(LIMIT_PROCESSES, "processes and threads")                                        \
    X(LIMIT_DESCRIPTORS, "descriptors")                                                \
    X(LIMIT_RLIMITS, "other resource limits")                                          \
    X(LIMIT_TMP, "size of /tmp")                                                       \
    X(LIMIT_VARIABLES, "environment variables")                                        \
    X(LIMIT_OUTPUT, "output")
LAMB_ENUM(limit_kind, LIMIT_KINDS, LIMIT_KIND_N);
const char *limit_kind_text(enum limit_kind kind);

/* Of several rules for one limit the first whose means are in force counts. */
struct limit_rule {
    enum limit_kind limit;
    const char
        *means; /* what has to be in force, as the abilities name it; NULL: always */
    enum limit_strength strength[SANDBOX_LEVEL_N];
    const char *how;
};
extern const struct limit_rule limit_rules[];
extern const size_t limit_rule_count;

/* The rule for LIMIT under ABILITIES. Never NULL. */
const struct limit_rule *limit_in_force(enum limit_kind limit,
                                        const struct sandbox_abilities *abilities);

/* docs/limits.md, its table; calls FN with each line, without the newline. */
void limits_draw(void (*fn)(void *data, const char *line), void *data);

#endif
