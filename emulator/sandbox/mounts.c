/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "emulator/sandbox/userns.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

void
mounts_close(struct mounts *mounts)
{
    for (size_t i = 0; i < mounts->count; i++)
        lamb_close(&mounts->fd[i]);
    *mounts = MOUNTS_NONE;
}

void
mounts_add(struct mounts *mounts, int fd, const char *to)
{
    lamb_assert(mounts->count < MOUNTS_MAX);
    mounts->fd[mounts->count] = fd;
    mounts->to[mounts->count++] = to;
    mounts->to[mounts->count] = NULL;
}

/* -- folders ---------------------------------------------------------------------- */

static int
add_tree(struct mounts *mounts, const char *from, const char *to, uint64_t attributes,
         struct lamb_err *err)
{
    struct mount_attr attr = { .attr_set = attributes, .propagation = MS_PRIVATE };
    LAMB_AUTOFD int fd =
        open_tree(AT_FDCWD, from, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

    if (fd < 0 ||
        mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)) < 0)
        return lamb_raise(err, -errno, "show '%s' at %s", from, to);
    mounts_add(mounts, lamb_take_fd(&fd), to);
    return 0;
}

int
mounts_add_read_only(struct mounts *mounts, const char *from, const char *to,
                     struct lamb_err *err)
{
    return add_tree(mounts, from, to,
                    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, err);
}

int
mounts_add_writable(struct mounts *mounts, const char *from, const char *to,
                    struct lamb_err *err)
{
    return add_tree(mounts, from, to, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, err);
}

static void
give_to_user(int mount, const char *folder, uid_t uid)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
    LAMB_AUTOFD int userns = -EBADF;
    struct userns_map map;
    struct stat st;

    if (stat(folder, &st) < 0)
        return;
    map = (struct userns_map){ .inside_uid = st.st_uid,
                               .outside_uid = uid,
                               .inside_gid = st.st_gid,
                               .outside_gid = uid,
                               .count = 1 };
    userns = userns_make(&map);
    if (userns < 0)
        return;
    attr.userns_fd = (unsigned)userns;
    (void)mount_setattr(mount, "", AT_EMPTY_PATH, &attr, sizeof(attr));
}

int
mounts_add_file_system(struct mounts *mounts, const char *from, const char *to,
                       uid_t uid, bool is_given, struct lamb_err *err)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV };
    LAMB_AUTOFD int fd = open_tree(AT_FDCWD, from, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

    if (fd < 0 || mount_setattr(fd, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
        return lamb_raise(err, -errno, "show '%s' at '%s'", from, to);
    if (is_given)
        give_to_user(fd, from, uid);
    mounts_add(mounts, lamb_take_fd(&fd), to);
    return 0;
}

/* -- new file systems -------------------------------------------------------------- */

struct setting {
    const char *key, *value;
};

/* SETTINGS end with a key of NULL; gives the mount. */
static int
make_mount(const char *type, const struct setting *settings, unsigned attributes)
{
    LAMB_AUTOFD int fs = fsopen(type, FSOPEN_CLOEXEC);
    int mount;

    if (fs < 0)
        return -errno;
    for (; settings->key; settings++)
        if (fsconfig(fs, FSCONFIG_SET_STRING, settings->key, settings->value, 0) < 0)
            return -errno;
    if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return -errno;
    mount = fsmount(fs, FSMOUNT_CLOEXEC, attributes);
    return mount < 0 ? -errno : mount;
}

int
mounts_add_tmpfs(struct mounts *mounts, unsigned mb, const char *to,
                 struct lamb_err *err)
{
    char size[24];
    int mount, r = lamb_format(size, sizeof(size), "%um", mb);

    if (r < 0)
        return lamb_raise(err, r, "make a tmpfs for %s", to);
    mount = make_mount("tmpfs",
                       (const struct setting[]){
                           { "mode", "1777" }, { "size", size }, { NULL, NULL } },
                       MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    if (mount < 0)
        return lamb_raise(err, mount, "make a tmpfs for %s", to);
    mounts_add(mounts, mount, to);
    return 0;
}

/* -- layers ------------------------------------------------------------------------ */

const char *
mounts_bootstrap_layer(const char *const *dirs)
{
    for (size_t i = 0; dirs && dirs[i]; i++) {
        char path[PATH_MAX];
        struct stat st;

        if (lamb_format(path, sizeof(path), "%s/bootstrap", dirs[i]) == 0 &&
            lstat(path, &st) == 0)
            return dirs[i];
    }
    return NULL;
}

/* fsconfig(2) takes no longer value than 255 bytes: the folders go by their number. */
static int
merge(const char *const *dirs, size_t count)
{
    LAMB_AUTOBUF struct lamb_buf lower = LAMB_BUF_INIT(255);
    int fds[MOUNTS_LAYERS_MAX + 1], r = 0;
    size_t opened = 0;

    for (size_t i = 0; i < count && r == 0; i++) {
        fds[i] = open(dirs[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fds[i] < 0) {
            r = -errno;
            break;
        }
        opened++;
        r = lamb_buf_printf(&lower, "%s/proc/self/fd/%d", i ? ":" : "", fds[i]);
    }
    if (r == 0)
        r = make_mount("overlay",
                       (const struct setting[]){ { "lowerdir", lamb_buf_cstr(&lower) },
                                                 { NULL, NULL } },
                       MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    while (opened)
        (void)close(fds[--opened]);
    return r;
}

int
mounts_add_opt(struct mounts *mounts, char *const *dirs, const char *bootstrap,
               const char *place, struct lamb_err *err)
{
    const char *list[MOUNTS_LAYERS_MAX + 2];
    size_t count = 0;
    bool needs_place;
    int r;

    while (dirs[count] && count < MOUNTS_LAYERS_MAX) {
        list[count] = dirs[count];
        count++;
    }
    list[count] = NULL;
    needs_place = bootstrap[0] && !mounts_bootstrap_layer(list);
    if (needs_place)
        list[count++] = place;
    if (count == 0)
        return 0;
    if (count == 1) {
        r = mounts_add_read_only(mounts, list[0], "/opt", err);
    } else {
        r = merge(list, count);
        if (r < 0)
            return lamb_raise(err, r, "merge %zu layers at /opt", count);
        mounts_add(mounts, r, "/opt");
        r = 0;
    }
    if (r < 0 || !needs_place)
        return r;
    return mounts_add_read_only(mounts, bootstrap, "/opt/bootstrap", err);
}
