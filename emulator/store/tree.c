/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "sdk/base/auto.h"

enum { PASSES = 16 };

const struct dirent *
tree_next(DIR *folder)
{
    const struct dirent *entry;

    do {
        errno = 0;
        entry = readdir(folder);
    } while (entry &&
             (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
    return entry;
}

void
tree_close(DIR **folder)
{
    int saved = errno;

    if (*folder)
        (void)closedir(*folder);
    errno = saved;
}

/* True as well when the kernel (before 5.8) cannot say and the device differs. */
static bool
is_mount(int parent_fd, int fd)
{
    struct statx parent;
    struct statx self;

    if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &self) < 0)
        return false;
    if (self.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT)
        return self.stx_attributes & STATX_ATTR_MOUNT_ROOT;
    return statx(parent_fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &parent) == 0 &&
           (parent.stx_dev_major != self.stx_dev_major ||
            parent.stx_dev_minor != self.stx_dev_minor);
}

static int
open_folder(int dir_fd, const char *name)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(dir_fd, name, flags);

    if (fd >= 0 || errno != EACCES)
        return fd;
    if (fchmodat(dir_fd, name, S_IRWXU, AT_SYMLINK_NOFOLLOW) < 0)
        return -1;
    return openat(dir_fd, name, flags);
}

static int
empty_once(DIR *folder, struct lamb_err *err)
{
    const struct dirent *entry;
    int r = 0;

    rewinddir(folder);
    while (!r && (entry = tree_next(folder)))
        r = tree_remove(dirfd(folder), entry->d_name, err);
    if (!r && errno)
        r = lamb_raise(err, -errno, "read a folder to remove it");
    return r;
}

static int
remove_folder(int dir_fd, const char *name, struct lamb_err *err)
{
    LAMB_AUTO(tree_close) DIR *folder = NULL;
    LAMB_AUTOFD int fd = open_folder(dir_fd, name);
    int r;

    if (fd < 0)
        return errno == ENOENT
                   ? 0
                   : lamb_raise(err, -errno, "open '%s' to remove it", name);
    if (is_mount(dir_fd, fd))
        return lamb_refuse(err, -EBUSY, "something is mounted on '%s': unmount it",
                           name);
    (void)fchmod(fd, S_IRWXU); /* if it matters, the removal below fails and says so */
    folder = fdopendir(fd);
    if (!folder)
        return lamb_raise(err, -errno, "read '%s' to remove it", name);
    (void)lamb_take_fd(&fd);
    /*
     * Whether readdir shows what follows a removed entry is up to the file system, and
     * another sweep may be at work here: so there is more than one pass.
     */
    for (int i = 0; i < PASSES; i++) {
        r = empty_once(folder, err);
        if (r)
            return r;
        if (unlinkat(dir_fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
            return 0;
        if (errno != ENOTEMPTY && errno != EEXIST)
            break;
    }
    return lamb_raise(err, -errno, "remove folder '%s'", name);
}

int
tree_remove(int dir_fd, const char *name, struct lamb_err *err)
{
    struct stat st;

    if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : lamb_raise(err, -errno, "look at '%s'", name);
    if (S_ISDIR(st.st_mode))
        return remove_folder(dir_fd, name, err);
    if (unlinkat(dir_fd, name, 0) < 0 && errno != ENOENT)
        return lamb_raise(err, -errno, "remove '%s'", name);
    return 0;
}
