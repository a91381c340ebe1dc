/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/store/tree.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/log.h"

#define EPHEMERAL_PREFIX "lamb-ephemeral-"
#define CONDEMNED "-gone"
enum { MAKE_ATTEMPTS = 16 };

struct state_dir {
    char path[PATH_MAX];
    int lock_fd;
    bool is_ephemeral;
};

static void
state_dir_freep(struct state_dir **dir)
{
    if (!*dir)
        return;
    lamb_close(&(*dir)->lock_fd);
    free(*dir);
    *dir = NULL;
}

/* -- the lock --------------------------------------------------------------------- */

/*
 * Lock the file "lock" in DIR_FD. -EBUSY: somebody holds it; *ret_fd is open all the
 * same, to read who. -ESTALE: it was removed between our opening and locking it, by
 * its former holder or by a sweep, so that what we locked locks nobody out.
 */
static int
take_lock(int dir_fd, int *ret_fd)
{
    struct stat st;
    int fd = openat(dir_fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                    S_IRUSR | S_IWUSR);

    if (fd < 0)
        return -errno;
    *ret_fd = fd;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? -EBUSY : -errno;
    return fstat(fd, &st) == 0 && st.st_nlink ? 0 : -ESTALE;
}

/* The process in the lock file, for the message only. */
static const char *
read_holder(int lock_fd, char *text, size_t size)
{
    ssize_t n = pread(lock_fd, text, size - 1, 0);

    text[n > 0 ? n : 0] = '\0';
    text[strspn(text, "0123456789")] = '\0';
    return *text ? text : "unknown";
}

static int
write_holder(int lock_fd, struct lamb_err *err)
{
    char text[32];
    int r = lamb_format(text, sizeof(text), "%ld\n", (long)getpid());

    if (!r && (ftruncate(lock_fd, 0) < 0 || pwrite(lock_fd, text, strlen(text), 0) < 0))
        r = -errno;
    return r ? lamb_raise(err, r, "write the lock of the state folder") : 0;
}

static int
lock_folder(int dir_fd, const char *path, int *ret_fd, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    char holder[24];
    int r = -ESTALE;

    for (int i = 0; r == -ESTALE && i < MAKE_ATTEMPTS; i++) {
        lamb_close(&fd);
        r = take_lock(dir_fd, &fd);
    }
    if (r == -EBUSY)
        return lamb_refuse(err, r,
                           "the state folder %s is in use by another lamb (pid %s): "
                           "stop it, or choose another with --state",
                           path, read_holder(fd, holder, sizeof(holder)));
    if (r)
        return lamb_raise(err, r, "lock the state folder %s", path);
    r = write_holder(fd, err);
    if (r)
        return r;
    *ret_fd = lamb_take_fd(&fd);
    return 0;
}

/* -- a folder that stays ---------------------------------------------------------- */

/* It holds what others run as functions: they must not be able to change it. */
static int
check_folder(int dir_fd, const char *path, struct lamb_err *err)
{
    struct stat st;

    if (fstat(dir_fd, &st) < 0)
        return lamb_raise(err, -errno, "look at the state folder %s", path);
    if (geteuid() != 0 && st.st_uid != geteuid())
        return lamb_refuse(err, -EPERM,
                           "the state folder %s belongs to user %lu: choose another "
                           "with --state",
                           path, (unsigned long)st.st_uid);
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        return lamb_refuse(err, -EPERM,
                           "others may write in the state folder %s: chmod go-w it, or "
                           "choose another with --state",
                           path);
    return 0;
}

static int
make_folder(const char *path, int *ret_fd, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    bool is_new = mkdir(path, S_IRWXU) == 0;
    int r;

    if (!is_new && errno != EEXIST)
        return lamb_raise(err, -errno, "make the state folder %s", path);
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return lamb_raise(err, -errno, "open the state folder %s", path);
    /* The umask must not decide whether functions can pass through. */
    if (is_new && fchmod(fd, S_IRWXU | S_IXGRP | S_IXOTH) < 0)
        return lamb_raise(err, -errno, "set the mode of the state folder %s", path);
    r = check_folder(fd, path, err);
    if (r)
        return r;
    *ret_fd = lamb_take_fd(&fd);
    return 0;
}

int
state_dir_open(const char *path, struct state_dir **ret, struct lamb_err *err)
{
    LAMB_AUTO(state_dir_freep) struct state_dir *dir = calloc(1, sizeof(*dir));
    LAMB_AUTOFD int fd = -EBADF;
    int r;

    if (!dir)
        return lamb_raise(err, -ENOMEM, "open the state folder %s", path);
    dir->lock_fd = -EBADF;
    r = make_folder(path, &fd, err);
    if (r)
        return r;
    if (!realpath(path, dir->path))
        return lamb_raise(err, -errno, "find the state folder %s", path);
    r = lock_folder(fd, dir->path, &dir->lock_fd, err);
    if (r)
        return r;
    *ret = lamb_take_ptr(&dir);
    return 0;
}

/* -- a folder that goes ----------------------------------------------------------- */

/*
 * Give it another name before its lock is removed with the rest: whoever is making this
 * very folder, and then locks a lock file of his own in it, finds the name gone.
 */
static int
condemn(int parent_fd, const char *name, char *ret_name, size_t size)
{
    size_t len = strlen(name);
    bool is_condemned = len > strlen(CONDEMNED) &&
                        strcmp(name + len - strlen(CONDEMNED), CONDEMNED) == 0;
    int r = lamb_format(ret_name, size, "%s%s", name, is_condemned ? "" : CONDEMNED);

    if (r || is_condemned)
        return r;
    return renameat(parent_fd, name, parent_fd, ret_name) < 0 ? -errno : 0;
}

/* Remove PARENT/NAME if it is ours and no living emulator has it. */
static void
sweep_one(int parent_fd, const char *name)
{
    LAMB_AUTOFD int lock_fd = -EBADF;
    LAMB_AUTOFD int fd =
        openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    char condemned[NAME_MAX + 1];
    struct lamb_err err = { 0 };
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0 || st.st_uid != geteuid())
        return;
    if (take_lock(fd, &lock_fd) != 0 ||
        condemn(parent_fd, name, condemned, sizeof(condemned)) != 0)
        return;
    if (tree_remove(parent_fd, condemned, &err) != 0)
        lamb_log(LAMB_LOG_WARN, "store",
                 "the left-over folder %s stays (ignored): %s; remove it by hand",
                 condemned, err.text);
}

static void
sweep(const char *parent)
{
    LAMB_AUTO(tree_close) DIR *folder = opendir(parent);
    const struct dirent *entry;

    if (!folder)
        return; /* making our own folder there fails next, and says why */
    while ((entry = tree_next(folder)))
        if (strncmp(entry->d_name, EPHEMERAL_PREFIX, strlen(EPHEMERAL_PREFIX)) == 0)
            sweep_one(dirfd(folder), entry->d_name);
}

/*
 * A fresh folder, locked. -EAGAIN: another emulator's sweep found it before it was
 * locked and takes it away.
 */
static int
make_ephemeral(const char *parent, struct state_dir *dir, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    struct stat st;
    int r = lamb_format(dir->path, sizeof(dir->path), "%s/" EPHEMERAL_PREFIX "XXXXXX",
                        parent);

    if (r || !mkdtemp(dir->path))
        return lamb_raise(err, r ? r : -errno, "make a temporary folder in %s", parent);
    fd = open(dir->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? -EAGAIN
                               : lamb_raise(err, -errno, "open %s", dir->path);
    r = take_lock(fd, &dir->lock_fd);
    if (!r && stat(dir->path, &st) < 0)
        r = -errno; /* condemned */
    if (r == -EBUSY || r == -ESTALE || r == -ENOENT) {
        lamb_close(&dir->lock_fd);
        return -EAGAIN;
    }
    if (r)
        return lamb_raise(err, r, "lock %s", dir->path);
    if (fchmod(fd, S_IRWXU | S_IXGRP | S_IXOTH) < 0)
        return lamb_raise(err, -errno, "set the mode of %s", dir->path);
    return write_holder(dir->lock_fd, err);
}

int
state_dir_open_ephemeral(struct state_dir **ret, struct lamb_err *err)
{
    LAMB_AUTO(state_dir_freep) struct state_dir *dir = calloc(1, sizeof(*dir));
    const char *wanted = getenv("TMPDIR");
    char parent[PATH_MAX];
    int r = -EAGAIN;

    if (!dir)
        return lamb_raise(err, -ENOMEM, "make a temporary folder");
    dir->lock_fd = -EBADF;
    dir->is_ephemeral = true;
    if (!wanted || !*wanted)
        wanted = "/tmp";
    if (!realpath(wanted, parent))
        return lamb_raise(err, -errno, "find the folder for temporary files %s",
                          wanted);
    sweep(parent);
    for (int i = 0; r == -EAGAIN && i < MAKE_ATTEMPTS; i++)
        r = make_ephemeral(parent, dir, err);
    if (r == -EAGAIN)
        return lamb_refuse(err, r, "temporary folders in %s vanish as they are made",
                           parent);
    if (r)
        return r;
    *ret = lamb_take_ptr(&dir);
    return 0;
}

/* -- both ------------------------------------------------------------------------- */

const char *
state_dir_path(const struct state_dir *dir)
{
    return dir->path;
}

void
state_dir_close(struct state_dir *dir)
{
    char lock_path[PATH_MAX];
    struct lamb_err err = { 0 };

    if (!dir)
        return;
    if (dir->is_ephemeral) {
        if (tree_remove(AT_FDCWD, dir->path, &err) != 0)
            lamb_log(LAMB_LOG_WARN, "store",
                     "the temporary folder %s stays (ignored): %s; the next start "
                     "removes it",
                     dir->path, err.text);
    } else if (lamb_format(lock_path, sizeof(lock_path), "%s/lock", dir->path) == 0) {
        /* While it is locked: who opens it now finds it stale and opens a new one. */
        (void)unlink(lock_path);
    }
    state_dir_freep(&dir);
}
