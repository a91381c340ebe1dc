/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/testbed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/store/tree.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

void
testbed_init(struct testbed *bed)
{
    const char *parent = getenv("TMPDIR");

    lamb_assert(lamb_format(bed->dir, sizeof(bed->dir), "%s/lamb-store-test-XXXXXX",
                            parent && *parent ? parent : "/tmp") == 0);
    lamb_assert(mkdtemp(bed->dir));
    lamb_assert(loop_new(&bed->loop, NULL) == 0);
}

void
testbed_fini(struct testbed *bed)
{
    struct lamb_err err = { 0 };

    loop_free(bed->loop);
    if (tree_remove(AT_FDCWD, bed->dir, &err) != 0)
        (void)fprintf(stderr, "%s\n", err.text);
}

const char *
testbed_path(const struct testbed *bed, const char *name)
{
    static char paths[4][PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % LAMB_COUNT(paths)];

    lamb_assert(lamb_format(path, PATH_MAX, "%s/%s", bed->dir, name) == 0);
    return path;
}

void
testbed_write(const struct testbed *bed, const char *name, const void *bytes,
              size_t len, unsigned mode)
{
    LAMB_AUTOFD int fd =
        open(testbed_path(bed, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    lamb_assert(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
    lamb_assert(fchmod(fd, (mode_t)mode) == 0);
}
