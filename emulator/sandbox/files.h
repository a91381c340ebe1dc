/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_FILES_H
#define LAMB_EMULATOR_SANDBOX_FILES_H

/*
 * files - small files and whole folders.
 *
 * Owns:    nothing.
 * Never:   follows a symbolic link when it removes.
 * Threads: any.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Write TEXT into an existing file in one write; 0 or -errno. */
int files_put(int dirfd, const char *path, const char *text);
/* Create (or empty) PATH with TEXT in it; 0 or -errno. */
int files_create(int dirfd, const char *path, const char *text, mode_t mode);
/* Read at most SIZE - 1 bytes as a string; 0 or -errno, RET is "" then. */
int files_get(int dirfd, const char *path, char *ret, size_t size);
/* The same from an open file, from its beginning. */
int files_get_fd(int fd, char *ret, size_t size);
/* mkdir that is content when the folder is there; 0 or -errno. */
int files_mkdir(int dirfd, const char *path, mode_t mode);

/* Call FN for each entry but "." and ".."; stops at a negative result, returns it. */
int files_each(int dirfd, const char *path, int (*fn)(void *data, const char *name),
               void *data);

/*
 * Remove a file, or a folder with all that is in it, however deep and whatever modes
 * its owner gave it. Nobody may write in it meanwhile. 0, also when nothing is there.
 */
int files_remove(int dirfd, const char *name);

#endif
