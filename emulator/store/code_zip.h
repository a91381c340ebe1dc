/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_CODE_ZIP_H
#define LAMB_EMULATOR_STORE_CODE_ZIP_H

/*
 * code_zip - unpack a zip into a code tree (libarchive).
 *
 * Only archives with a central directory (a truncated zip is not one), stored or
 * deflated. Names are bytes; those that a zip declares as UTF-8 must be. Hard links,
 * devices, sockets and encrypted entries are refused; libarchive hands out a fifo as an
 * empty file.
 *
 * Owns:    nothing.
 * Never:   trusts a size in a header.
 * Threads: any.
 */

#include "emulator/store/code_tree.h"

/*
 * ZIP_FD: a regular file, read from its beginning. NAME: of the archive, for errors.
 * -EBADMSG: not a zip, or damaged.
 */
int code_zip_unpack(int zip_fd, const char *name, struct code_tree *tree,
                    struct lamb_err *err);

#endif
