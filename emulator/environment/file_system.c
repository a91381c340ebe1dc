/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/file_system.h"

#include <string.h>

const char *
file_system_folder(const char *const *folders, const char *arn)
{
    size_t len = strlen(arn);

    for (; folders && *folders; folders++)
        if (strncmp(*folders, arn, len) == 0 && (*folders)[len] == '=')
            return *folders + len + 1;
    return NULL;
}

const char *
file_system_resolve(const char *const *configured, const char *const *folders,
                    const char *ret[FILE_SYSTEM_LIST])
{
    const char *missing = NULL;
    size_t n = 0;

    for (; configured && *configured && n + 2 < FILE_SYSTEM_LIST; configured += 2) {
        const char *folder = file_system_folder(folders, configured[0]);

        if (!folder) {
            missing = missing ? missing : configured[0];
            continue;
        }
        ret[n++] = folder;
        ret[n++] = configured[1];
    }
    ret[n] = NULL;
    return missing;
}
