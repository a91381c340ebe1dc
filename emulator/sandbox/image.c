/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/image.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

enum {
    READY_MAX = 2,
    BLOCK = 4096,
    MEGABYTE = 1 << 20,
    INODES = 65536,
    ATTACH_TRIES = 50,
    FORMAT_TRIES = 8
};

struct model {
    struct lamb_list node;
    unsigned mb;
    int fd; /* of the formatted file */
};

struct spare {
    struct lamb_list node;
    unsigned mb;
    int mount;
};

/* -- files ------------------------------------------------------------------------ */

/* A new file of SIZE bytes, all of them a hole. */
static int
create(struct images *images, off_t size, char path[PATH_MAX], struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    int r = lamb_format(path, PATH_MAX, "%s/.image-%d-%llu", images->dir, getpid(),
                        images->number++);

    if (r < 0)
        return lamb_raise(err, r, "name an image in '%s'", images->dir);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, size) < 0) {
        r = lamb_raise(err, -errno, "make the image '%s'", path);
        (void)unlink(path);
        return r;
    }
    return lamb_take_fd(&fd);
}

/* Run mkfs.ext4 on PATH. No journal: nobody repairs a /tmp. */
static int
format(char *path, struct lamb_err *err)
{
    char search[] = "PATH=/usr/sbin:/sbin:/usr/bin:/bin", name[] = "mkfs.ext4";
    char quiet[] = "-qF", block[] = "-b4096", reserved[] = "-m0", inodes[] = "-N65536";
    char features[] = "-O^has_journal,^resize_inode";
    char lazy[] = "-Elazy_itable_init=1,nodiscard";
    char *const env[] = { search, NULL };
    char *const argv[] = { name,     quiet, block, reserved, inodes,
                           features, lazy,  path,  NULL };
    static const char *const places[] = { "/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4",
                                          "/usr/bin/mkfs.ext4" };
    const char *file = NULL;
    int status = 0, r;
    pid_t pid;

    for (size_t i = 0; i < LAMB_COUNT(places) && !file; i++)
        if (access(places[i], X_OK) == 0)
            file = places[i];
    if (!file)
        return lamb_refuse(err, -ENOENT, "mkfs.ext4 is not there (package e2fsprogs)");
    r = posix_spawn(&pid, file, NULL, NULL, argv, env);
    if (r)
        return lamb_raise(err, -r, "run %s", file);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return lamb_raise(err, -errno, "wait for %s", file);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return lamb_refuse(err, -EIO, "%s ended with status %#x", file,
                           (unsigned)status);
    return 0;
}

/* Copy what is not a hole. */
static int
copy_data(int from, int to)
{
    off_t at = 0, end;
    char block[BLOCK];

    for (;;) {
        at = lseek(from, at, SEEK_DATA);
        if (at < 0)
            return errno == ENXIO ? 0 : -errno;
        end = lseek(from, at, SEEK_HOLE);
        if (end < 0)
            return -errno;
        while (at < end) {
            ssize_t n = pread(from, block, sizeof(block), at);

            if (n <= 0)
                return n < 0 ? -errno : -EIO;
            if (pwrite(to, block, (size_t)n, at) != n)
                return errno ? -errno : -EIO;
            at += n;
        }
    }
}

/* -- loop devices ----------------------------------------------------------------- */

/* Open /dev/loopN, also where nobody makes the node for a new device. */
static int
open_device(const struct images *images, int number)
{
    const unsigned loop_major = 7;
    char path[PATH_MAX];
    int fd, r = lamb_format(path, sizeof(path), "/dev/loop%d", number);

    if (r < 0)
        return r;
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0 || errno != ENOENT)
        return fd < 0 ? -errno : fd;
    r = lamb_format(path, sizeof(path), "%s/.loop%d", images->dir, number);
    if (r == 0 &&
        mknod(path, S_IFBLK | 0600, makedev(loop_major, (unsigned)number)) < 0)
        r = -errno;
    if (r < 0)
        return r;
    fd = open(path, O_RDWR | O_CLOEXEC);
    r = fd < 0 ? -errno : fd;
    (void)unlink(path);
    return r;
}

/* Not with direct I/O: mounting would wait for the disk to take what was just copied.
 */
static int
configure(int device, int file)
{
    struct loop_config config = { .fd = (unsigned)file, .block_size = BLOCK };

    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    return ioctl(device, LOOP_CONFIGURE, &config) < 0 ? -errno : 0;
}

/* Another program may take the free device that we were told of: ask again then. */
static int
attach(const struct images *images, int file, struct lamb_err *err)
{
    LAMB_AUTOFD int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    int r = -EBUSY;

    if (control < 0)
        return lamb_raise(err, -errno, "open /dev/loop-control");
    for (int i = 0; i < ATTACH_TRIES && r == -EBUSY; i++) {
        int number = ioctl(control, LOOP_CTL_GET_FREE);
        LAMB_AUTOFD int device = -EBADF;

        if (number < 0)
            return lamb_raise(err, -errno, "find a free loop device");
        device = open_device(images, number);
        if (device < 0)
            return lamb_raise(err, device, "open loop device %d", number);
        r = configure(device, file);
        if (r == 0)
            return lamb_take_fd(&device);
    }
    return lamb_raise(err, r, "set up a loop device");
}

/* -- mounts ----------------------------------------------------------------------- */

/* Whatever the kernel has in DEVICE, as a mount without a place. */
static int
mount_device(int device, struct lamb_err *err)
{
    LAMB_AUTOFD int fs = fsopen("ext4", FSOPEN_CLOEXEC);
    char source[40];
    int mount, r = lamb_format(source, sizeof(source), "/proc/self/fd/%d", device);

    if (r < 0 || fs < 0)
        return lamb_raise(err, r < 0 ? r : -errno, "open ext4");
    /* Inode tables are holes, which read as the zeros they shall be. Nobody needs a
     * /tmp after a power cut, so nothing waits for the disk. */
    if (fsconfig(fs, FSCONFIG_SET_STRING, "source", source, 0) < 0 ||
        fsconfig(fs, FSCONFIG_SET_FLAG, "noinit_itable", NULL, 0) < 0 ||
        fsconfig(fs, FSCONFIG_SET_FLAG, "nobarrier", NULL, 0) < 0 ||
        fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return lamb_raise(err, -errno, "mount an image as ext4");
    mount = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    if (mount < 0)
        return lamb_raise(err, -errno, "mount an image as ext4");
    (void)unlinkat(mount, "lost+found", AT_REMOVEDIR);
    r = lamb_format(source, sizeof(source), "/proc/self/fd/%d", mount);
    if (r < 0 || chmod(source, 01777) < 0) {
        r = lamb_raise(err, r < 0 ? r : -errno, "open an image to everybody");
        (void)close(mount);
        return r;
    }
    return mount;
}

static int
mount_file(const struct images *images, int file, struct lamb_err *err)
{
    LAMB_AUTOFD int device = attach(images, file, err);

    return device < 0 ? device : mount_device(device, err);
}

/* -- models ----------------------------------------------------------------------- */

static int
create_formatted(struct images *images, off_t size, struct lamb_err *err)
{
    char path[PATH_MAX];
    LAMB_AUTOFD int fd = create(images, size, path, err);
    int r;

    if (fd < 0)
        return fd;
    r = format(path, err);
    (void)unlink(path);
    return r < 0 ? r : lamb_take_fd(&fd);
}

/* A file system of its own with what MODEL has in it. */
static int
mount_copy(struct images *images, int model, struct lamb_err *err)
{
    LAMB_AUTOFD int file = -EBADF;
    char path[PATH_MAX];
    struct stat st;
    int r;

    if (fstat(model, &st) < 0)
        return lamb_raise(err, -errno, "look at a model");
    file = create(images, st.st_size, path, err);
    if (file < 0)
        return file;
    (void)unlink(path);
    r = copy_data(model, file);
    if (r < 0)
        return lamb_raise(err, r, "copy a model");
    return mount_file(images, file, err);
}

/* Takes MOUNT. */
static void
keep_ready(struct images *images, unsigned mb, int mount)
{
    struct spare *spare = malloc(sizeof(*spare));

    if (!spare) {
        (void)close(mount);
        return;
    }
    *spare = (struct spare){ .mb = mb, .mount = mount };
    lamb_list_push_back(&images->ready, &spare->node);
}

/* One that was kept ready; -ENOENT: there is none. */
static int
take_ready(struct images *images, unsigned mb)
{
    LAMB_LIST_FOREACH_SAFE (it, &images->ready) {
        struct spare *spare = LAMB_CONTAINER(it, struct spare, node);
        int mount = spare->mount;

        if (spare->mb != mb)
            continue;
        lamb_list_remove(&spare->node);
        free(spare);
        return mount;
    }
    return -ENOENT;
}

/*
 * How many bytes can be written into a copy of MODEL. One that fits is kept for the
 * first who asks: unmounting it would take longer than all the rest.
 */
static int
measure(struct images *images, int model, unsigned mb, off_t *ret_room,
        struct lamb_err *err)
{
    LAMB_AUTOFD int mount = mount_copy(images, model, err);
    struct statvfs st;

    if (mount < 0)
        return mount;
    if (fstatvfs(mount, &st) < 0)
        return lamb_raise(err, -errno, "look at an image");
    *ret_room = (off_t)(st.f_bavail * st.f_frsize);
    if (*ret_room >= (off_t)mb * MEGABYTE)
        keep_ready(images, mb, lamb_take_fd(&mount));
    return 0;
}

/*
 * What ext4 takes for itself, nearly: inode tables, and the fiftieth part that it keeps
 * back for metadata, 16 MB at most.
 */
static off_t
guess_size(off_t wanted)
{
    const off_t tables = (off_t)INODES * 256, most = (off_t)16 * MEGABYTE;
    off_t kept = (wanted + tables) / 49;

    return wanted + tables + (kept < most ? kept : most) + MEGABYTE / 2;
}

/* Formatted until it fits: only the file system knows how much it keeps for itself. */
static int
make_model_file(struct images *images, unsigned mb, struct lamb_err *err)
{
    const off_t wanted = (off_t)mb * MEGABYTE;
    off_t size = guess_size(wanted);

    for (int i = 0; i < FORMAT_TRIES; i++) {
        LAMB_AUTOFD int fd = create_formatted(images, size, err);
        off_t room = 0;
        int r = fd < 0 ? fd : measure(images, fd, mb, &room, err);

        if (r < 0)
            return r;
        if (room >= wanted && room < wanted + MEGABYTE)
            return lamb_take_fd(&fd);
        size += (wanted - room + MEGABYTE / 2) / BLOCK * BLOCK;
    }
    return lamb_refuse(err, -ERANGE, "ext4 cannot be made with that size");
}

static int
find_model(struct images *images, unsigned mb, struct model **ret, struct lamb_err *err)
{
    struct model *model = NULL;
    int fd;

    LAMB_LIST_FOREACH (it, &images->models) {
        *ret = LAMB_CONTAINER(it, struct model, node);
        if ((*ret)->mb == mb)
            return 0;
    }
    fd = make_model_file(images, mb, err);
    if (fd < 0)
        return lamb_wrap(err, fd, "a /tmp of %u MB", mb);
    model = malloc(sizeof(*model));
    if (!model) {
        (void)close(fd);
        return lamb_raise(err, -ENOMEM, "a /tmp of %u MB", mb);
    }
    *model = (struct model){ .mb = mb, .fd = fd };
    lamb_list_push_back(&images->models, &model->node);
    *ret = model;
    return 0;
}

/* -- what others call -------------------------------------------------------------- */

void
images_init(struct images *images, const char *dir)
{
    *images = (struct images){ .dir = dir };
    lamb_list_init(&images->models);
    lamb_list_init(&images->ready);
}

static void
drop(struct spare *spare)
{
    lamb_list_remove(&spare->node);
    (void)close(spare->mount);
    free(spare);
}

void
images_fini(struct images *images)
{
    struct lamb_list *node;

    while (!lamb_list_is_empty(&images->ready))
        drop(LAMB_CONTAINER(images->ready.next, struct spare, node));
    while ((node = lamb_list_take_front(&images->models)) != NULL) {
        struct model *model = LAMB_CONTAINER(node, struct model, node);

        (void)close(model->fd);
        free(model);
    }
}

int
image_take(struct images *images, unsigned mb, int *ret_mount, struct lamb_err *err)
{
    struct model *model = NULL;
    int mount, r = find_model(images, mb, &model, err);

    images->wanted_mb = mb;
    if (r < 0)
        return r;
    mount = take_ready(images, mb);
    if (mount < 0)
        mount = mount_copy(images, model->fd, err);
    if (mount < 0)
        return mount;
    *ret_mount = mount;
    return 0;
}

bool
images_prepare(struct images *images)
{
    struct model *model = NULL;
    size_t count = 0;
    int mount;

    LAMB_LIST_FOREACH_SAFE (it, &images->ready) {
        struct spare *spare = LAMB_CONTAINER(it, struct spare, node);

        if (spare->mb == images->wanted_mb)
            count++;
        else
            drop(spare); /* of another size than what is asked for now */
    }
    if (!images->wanted_mb || count >= READY_MAX ||
        find_model(images, images->wanted_mb, &model, NULL) < 0)
        return false; /* whoever needs one next hears why */
    mount = mount_copy(images, model->fd, NULL);
    if (mount >= 0)
        keep_ready(images, images->wanted_mb, mount);
    return mount >= 0;
}
