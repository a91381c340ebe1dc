/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_CODE_FOLDER_H
#define LAMB_EMULATOR_STORE_CODE_FOLDER_H

/*
 * code_folder - copy a file or a folder into a code tree, and hash what was copied.
 *
 * The hash is of the bytes that went into the copy, read once: a source that changes
 * meanwhile yields a copy of some moment, but never one under a wrong digest. code.h
 * says what is hashed.
 *
 * Owns:    nothing.
 * Never:   follows a link.
 * Threads: any.
 */

#include "emulator/store/code_tree.h"

#include <nettle/sha2.h>
#include <sys/stat.h>

struct code_digest {
    uint8_t bytes[SHA256_DIGEST_SIZE];
};

/* The file at PATH, executable, under its own name. */
int code_folder_copy_file(const char *path, struct code_tree *tree,
                          struct code_digest *ret, struct lamb_err *err);
/* Everything in the folder at PATH but the folder that LEFT_OUT describes. */
int code_folder_copy(const char *path, const struct stat *left_out,
                     struct code_tree *tree, struct code_digest *ret,
                     struct lamb_err *err);

#endif
