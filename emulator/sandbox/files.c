/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

static int
write_all(int fd, const char *text)
{
    size_t len = strlen(text);
    ssize_t n = write(fd, text, len);

    if (n < 0)
        return -errno;
    return (size_t)n == len ? 0 : -EIO;
}

int
files_put(int dirfd, const char *path, const char *text)
{
    LAMB_AUTOFD int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC);

    return fd < 0 ? -errno : write_all(fd, text);
}

int
files_create(int dirfd, const char *path, const char *text, mode_t mode)
{
    LAMB_AUTOFD int fd = openat(
        dirfd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);

    return fd < 0 ? -errno : write_all(fd, text);
}

int
files_get_fd(int fd, char *ret, size_t size)
{
    size_t len = 0;

    while (len < size - 1) {
        ssize_t n = pread(fd, ret + len, size - 1 - len, (off_t)len);

        if (n < 0) {
            ret[0] = '\0';
            return -errno;
        }
        if (n == 0)
            break;
        len += (size_t)n;
    }
    ret[len] = '\0';
    return 0;
}

int
files_get(int dirfd, const char *path, char *ret, size_t size)
{
    LAMB_AUTOFD int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

    ret[0] = '\0';
    return fd < 0 ? -errno : files_get_fd(fd, ret, size);
}

int
files_mkdir(int dirfd, const char *path, mode_t mode)
{
    if (mkdirat(dirfd, path, mode) < 0 && errno != EEXIST)
        return -errno;
    return 0;
}

static void
cleanup_dir(DIR **dir)
{
    if (*dir)
        (void)closedir(*dir);
}

static bool
is_dot(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

int
files_each(int dirfd, const char *path, int (*fn)(void *data, const char *name),
           void *data)
{
    LAMB_AUTOFD int fd =
        openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    LAMB_AUTO(cleanup_dir) DIR *dir = NULL;
    struct dirent *entry;
    int r = 0;

    if (fd < 0)
        return -errno;
    dir = fdopendir(fd);
    if (!dir)
        return -errno;
    (void)lamb_take_fd(&fd); /* the stream closes it */
    while (r >= 0 && (entry = readdir(dir)) != NULL)
        if (!is_dot(entry->d_name))
            r = fn(data, entry->d_name);
    return r < 0 ? r : 0;
}

/* A folder must be writable to lose entries, and to be moved, as its ".." changes. */
static void
open_up(int dirfd, const char *name)
{
    if (fchmodat(dirfd, name, 0700, 0) < 0)
        return; /* the call that needs it will say so */
}

/*
 * Folders are not descended into but flattened: what lies in a folder of the top is
 * hoisted into the top until the folder is empty. So neither the depth that a function
 * gave its /tmp nor the length of the paths in it matters.
 */
struct flatten {
    int top;
    const char *folder; /* the one whose entries are hoisted, below top */
    unsigned long long hoisted;
};

static int
hoist(void *data, const char *name)
{
    struct flatten *flat = data;
    LAMB_AUTOFD int folder = openat(flat->top, flat->folder,
                                    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    char place[40];
    int r;

    if (folder < 0)
        return -errno;
    if (unlinkat(folder, name, 0) == 0)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -errno;
    if (unlinkat(folder, name, AT_REMOVEDIR) == 0)
        return 0;
    open_up(folder, name);
    do {
        r = lamb_format(place, sizeof(place), "hoisted-%llu", flat->hoisted++);
        if (r < 0)
            return r;
        r = renameat(folder, name, flat->top, place) < 0 ? -errno : 0;
    } while (r == -ENOTEMPTY || r == -EEXIST || r == -ENOTDIR);
    return r;
}

static int
flatten_entry(void *data, const char *name)
{
    struct flatten *flat = data;
    int r;

    if (unlinkat(flat->top, name, 0) == 0)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -errno;
    if (unlinkat(flat->top, name, AT_REMOVEDIR) == 0)
        return 0;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return -errno;
    open_up(flat->top, name);
    flat->folder = name;
    r = files_each(flat->top, name, hoist, flat);
    if (r < 0)
        return r;
    return unlinkat(flat->top, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

static int
count_entry(void *data, const char *name)
{
    bool *has_entries = data;

    (void)name;
    *has_entries = true;
    return 0;
}

static int
remove_folder(int dirfd, const char *name)
{
    LAMB_AUTOFD int top = -EBADF;
    struct flatten flat = { 0 };

    open_up(dirfd, name);
    top = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (top < 0)
        return -errno;
    flat.top = top;
    for (;;) { /* each round removes one level of what was hoisted */
        bool has_entries = false;
        int r = files_each(top, ".", count_entry, &has_entries);

        if (r == 0 && has_entries)
            r = files_each(top, ".", flatten_entry, &flat);
        if (r < 0)
            return r;
        if (!has_entries)
            return unlinkat(dirfd, name, AT_REMOVEDIR) < 0 ? -errno : 0;
    }
}

int
files_remove(int dirfd, const char *name)
{
    if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -errno;
    if (unlinkat(dirfd, name, AT_REMOVEDIR) == 0)
        return 0;
    return remove_folder(dirfd, name);
}
