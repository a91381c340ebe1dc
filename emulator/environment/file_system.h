/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_FILE_SYSTEM_H
#define LAMB_EMULATOR_ENVIRONMENT_FILE_SYSTEM_H

/*
 * file_system - which local folder stands for a file system of a function's
 * configuration (FileSystemConfigs): "ARN=DIR", as the user named it.
 *
 * Owns:    nothing.
 * Never:   looks at the folder: the sandbox that shows it does.
 * Threads: any.
 */

#include <stddef.h>

/* What the service takes at most is 1; sandboxes show up to 5. */
enum { FILE_SYSTEMS_MAX = 5, FILE_SYSTEM_LIST = 2 * FILE_SYSTEMS_MAX + 1 };

/* The folder for ARN; NULL: FOLDERS (NULL-ended; NULL: none) does not name it. Borrows
 * from FOLDERS. */
const char *file_system_folder(const char *const *folders, const char *arn);

/*
 * CONFIGURED are pairs of an ARN and a place below /mnt, NULL-ended; NULL: none. Of
 * those that have a folder RET gets the folder and the place, NULL-ended. Returns the
 * first ARN that has none; NULL: all have one.
 */
const char *file_system_resolve(const char *const *configured,
                                const char *const *folders,
                                const char *ret[FILE_SYSTEM_LIST]);

#endif
