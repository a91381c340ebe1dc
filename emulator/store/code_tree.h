/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_CODE_TREE_H
#define LAMB_EMULATOR_STORE_CODE_TREE_H

/*
 * code_tree - build one immutable folder from names that nobody vouches for.
 *
 * Every name is relative, without "..", at most CODE_DEPTH_MAX deep, and reached
 * without following a link, so nothing is made outside the folder. A link may start
 * with as many ".." as its own folder is deep, then only go down: each step then stays
 * inside, whatever other links it passes. What is too much is refused while it is
 * written, never on somebody's word.
 *
 * Owns:    nothing: the folder is the caller's.
 * Never:   replaces what is there: a name that comes twice is refused.
 * Threads: any; one at a time.
 */

#include "sdk/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CODE_DEPTH_MAX = 100, CODE_ENTRIES_MAX = 65535 };

struct code_tree {
    int root_fd; /* borrowed */
    uint64_t bytes;
    uint64_t max_bytes;
    unsigned entries;
    unsigned max_entries;
};

/* Folders above NAME are made as needed. A folder may come again. */
int code_tree_folder(struct code_tree *tree, const char *name, struct lamb_err *err);
int code_tree_link(struct code_tree *tree, const char *name, const char *target,
                   struct lamb_err *err);
/* A new file: write to it, then end it; close *ret_fd in any case. */
int code_tree_file(struct code_tree *tree, const char *name, int *ret_fd,
                   struct lamb_err *err);
int code_tree_write(struct code_tree *tree, int fd, const void *bytes, size_t len,
                    struct lamb_err *err);
/* Would MORE bytes be too much? Asked by the write as well: this saves the effort. */
int code_tree_has_room(const struct code_tree *tree, uint64_t more,
                       struct lamb_err *err);
int code_tree_end(int fd, bool is_executable, struct lamb_err *err);

/* Make all folders read-only and durable: nothing can be added any more. */
int code_tree_seal(const struct code_tree *tree, struct lamb_err *err);

/* Whether a link in a folder DEPTH levels below the top stays inside. */
bool code_link_is_inside(unsigned depth, const char *target);

/* A foreign name for a message: control characters as \xHH, the end of a long one. */
struct code_name {
    char text[72];
};
struct code_name code_show(const char *name);

#endif
