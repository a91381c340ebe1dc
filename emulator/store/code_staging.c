/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/code_staging.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/store/tree.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/log.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
enum {
    MODE_SEALED = S_IRUSR | S_IXUSR | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH,
    MODE_DATA = S_IRUSR | S_IRGRP | S_IROTH,
};

void
code_staging_fini(struct code_staging *st)
{
    struct lamb_err err = { 0 };

    lamb_close(&st->tree_fd);
    lamb_close(&st->fd);
    if (*st->name && tree_remove(st->parent_fd, st->name, &err) != 0)
        lamb_log(LAMB_LOG_WARN, "store", "%s (ignored): the next start removes it",
                 err.text);
}

int
code_staging_init(struct code_staging *st, int parent_fd, struct lamb_err *err)
{
    uint64_t random;
    int r;

    if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return lamb_raise(err, -EIO, "name a folder for the code");
    st->parent_fd = parent_fd;
    r = lamb_format(st->name, sizeof(st->name), CODE_STAGING_PREFIX "%016llx",
                    (unsigned long long)random);
    if (r || mkdirat(parent_fd, st->name, S_IRWXU) < 0) {
        r = r ? r : -errno;
        st->name[0] = '\0';
        return lamb_raise(err, r, "make a folder for the code");
    }
    st->fd = openat(parent_fd, st->name, FOLDER_FLAGS);
    if (st->fd < 0 || mkdirat(st->fd, "tree", S_IRWXU) < 0)
        return lamb_raise(err, -errno, "make a folder for the code");
    st->tree_fd = openat(st->fd, "tree", FOLDER_FLAGS);
    if (st->tree_fd < 0)
        return lamb_raise(err, -errno, "make a folder for the code");
    return 0;
}

static int
write_sizes(int dir_fd, const struct code_copy *copy, struct lamb_err *err)
{
    LAMB_AUTOFD int fd =
        openat(dir_fd, "size", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IWUSR);
    char text[64];
    int r = lamb_format(text, sizeof(text), "%llu %llu\n",
                        (unsigned long long)copy->size_bytes,
                        (unsigned long long)copy->unpacked_bytes);

    if (r)
        return lamb_raise(err, r, "note the size of the code");
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
        fchmod(fd, MODE_DATA) < 0 || fsync(fd) < 0)
        return lamb_raise(err, -errno, "note the size of the code");
    return 0;
}

/* Everything durable, then the name, then the name durable. */
int
code_staging_publish(struct code_staging *st, const struct code_copy *copy,
                     struct lamb_err *err)
{
    int r = write_sizes(st->fd, copy, err);

    if (r)
        return r;
    if (fchmod(st->fd, MODE_SEALED) < 0 || fsync(st->fd) < 0)
        return lamb_raise(err, -errno, "sync the code");
    if (renameat(st->parent_fd, st->name, st->parent_fd, copy->digest) < 0) {
        if (errno == EEXIST || errno == ENOTEMPTY)
            return 0; /* the same bytes: that copy is as good, ours goes */
        return lamb_raise(err, -errno, "name the code");
    }
    st->name[0] = '\0';
    if (fsync(st->parent_fd) < 0)
        return lamb_raise(err, -errno, "sync the folder of the code");
    return 0;
}
