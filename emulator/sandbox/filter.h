/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_FILTER_H
#define LAMB_EMULATOR_SANDBOX_FILTER_H

/*
 * filter - the system calls that a function is refused, as one table: call, answer,
 * why. What is not in the table is allowed.
 *
 * Owns:    nothing.
 * Never:   relies on the filter alone: it stands behind users and capabilities.
 * Threads: any; what it installs holds for the calling thread and its children.
 */

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

struct filter_rule {
    const char *name;
    int number;
    /* Refused only when argument ARG has a bit of MASK; MASK 0: always. */
    unsigned arg;
    uint32_t mask;
    int answer; /* errno */
    const char *why;
};
extern const struct filter_rule filter_rules[];
extern const size_t filter_rule_count;

enum { FILTER_MAX = 512 };
struct filter {
    unsigned short len;
    struct sock_filter code[FILTER_MAX];
};

/* Build the program from the table; done once, in the spawner. */
void filter_build(struct filter *filter);
/* Install it; no_new_privs must be set. 0 or -errno. Safe between clone and exec. */
int filter_install(const struct filter *filter);

#endif
