/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/bootstrap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

int
bootstrap_find(const char *given, char ret[PATH_MAX], struct lamb_err *err)
{
    /* Beside the executable: in the build tree, and installed. */
    static const char *const places[] = { "../runtime/bootstrap",
                                          "../libexec/lamb/bootstrap" };
    char self[PATH_MAX];
    char path[PATH_MAX];
    ssize_t n;

    if (given) {
        if (access(given, X_OK) || !realpath(given, ret))
            return lamb_refuse(err, -errno, "the bootstrap '%s' cannot be run: %s",
                               given, strerror(errno));
        return 0;
    }
    n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (n < 0)
        return lamb_raise(err, -errno, "find this executable");
    self[n] = '\0';
    *strrchr(self, '/') = '\0';
    for (size_t i = 0; i < LAMB_COUNT(places); i++)
        if (lamb_format(path, sizeof(path), "%s/%s", self, places[i]) == 0 &&
            access(path, X_OK) == 0 && realpath(path, ret))
            return 0;
    return lamb_refuse(err, -ENOENT,
                       "no bootstrap was found beside %s: name one with --bootstrap",
                       self);
}
