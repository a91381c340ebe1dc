/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/view.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/view_private.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

/* -- one sandbox ------------------------------------------------------------------ */

const char *
view_bootstrap_layer(const char *const *dirs)
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

void
view_append_dir(struct lamb_buf *options, const char *key, const char *dir)
{
    (void)lamb_buf_str(options, key);
    for (; *dir; dir++) {
        if (strchr("\\:,", *dir))
            (void)lamb_buf_char(options, '\\');
        (void)lamb_buf_char(options, *dir);
    }
}

static int
mount_overlay(const char *const *dirs, const char *to)
{
    /* mount(2) takes one page of options. */
    LAMB_AUTOBUF struct lamb_buf data = LAMB_BUF_INIT(4095);

    for (size_t i = 0; dirs[i]; i++)
        view_append_dir(&data, i ? ":" : "lowerdir=", dirs[i]);
    if (lamb_buf_error(&data) < 0)
        return lamb_buf_error(&data);
    if (mount("lamb", to, "overlay", MS_RDONLY | MS_NOSUID | MS_NODEV,
              lamb_buf_cstr(&data)) < 0)
        return -errno;
    return 0;
}

enum { OPT_DIRS_MAX = 16 };

/* The folders that make up /opt, first wins; returns how many. */
static size_t
list_opt(const struct view_parts *from, const char *dirs[OPT_DIRS_MAX + 2],
         bool *ret_has_place)
{
    size_t count = 0;

    while (from->opt_dirs[count] && count < OPT_DIRS_MAX) {
        dirs[count] = from->opt_dirs[count];
        count++;
    }
    dirs[count] = NULL;
    *ret_has_place = from->bootstrap[0] && !view_bootstrap_layer(dirs);
    if (*ret_has_place) { /* an empty file to bind the bootstrap on */
        dirs[count++] = from->opt_mounts;
        dirs[count] = NULL;
    }
    return count;
}

static int
mount_opt(const struct view *view, const struct view_parts *from,
          enum sandbox_step *step)
{
    const char *dirs[OPT_DIRS_MAX + 2];
    char to[PATH_MAX], bootstrap[PATH_MAX];
    bool has_place;
    size_t count;
    int r = view_path_of(to, view, "/opt");

    *step = STEP_OPT;
    if (r == 0)
        r = view_path_of(bootstrap, view, "/opt/bootstrap");
    if (r < 0)
        return r;
    count = list_opt(from, dirs, &has_place);
    if (count == 0)
        return 0;
    r = count == 1 ? view_bind_read_only(dirs[0], to) : mount_overlay(dirs, to);
    if (r < 0 || !has_place)
        return r;
    *step = STEP_BOOTSTRAP;
    return view_bind_read_only(from->bootstrap, bootstrap);
}

static int
mount_tmp(const struct view_parts *from, const char *to)
{
    char options[40];

    if (from->tmp_mount >= 0)
        return move_mount(from->tmp_mount, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH) <
                       0
                   ? -errno
                   : 0;
    if (!from->tmp_mb)
        return view_bind_with(from->tmp_dir, to, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    if (lamb_format(options, sizeof(options), "mode=1777,size=%um", from->tmp_mb) < 0)
        return -ENAMETOOLONG;
    return mount("tmp", to, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0 ? -errno : 0;
}

/* A function sees the processes of its own user only: not the init. */
static int
mount_proc(const struct view_parts *from, const char *to)
{
    (void)from;
    if (mount("proc", to, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "hidepid=invisible") == 0)
        return 0;
    if (errno != EINVAL) /* before Linux 5.8 the same was written as a number */
        return -errno;
    return mount("proc", to, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2") < 0
               ? -errno
               : 0;
}

static int
mount_task(const struct view_parts *from, const char *to)
{
    return view_bind_read_only(from->task_dir, to);
}

static int
mount_shm(const struct view_parts *from, const char *to)
{
    (void)from;
    return mount("shm", to, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") < 0 ? -errno
                                                                            : 0;
}

/* Local folders below a /mnt of the sandbox's own. */
static int
mount_file_systems(const struct view *view, const struct view_parts *from)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
    char to[PATH_MAX];
    int r = view_path_of(to, view, "/mnt");

    if (r < 0 || !from->file_system_count)
        return r;
    if (mount("mnt", to, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64k") < 0)
        return -errno;
    for (size_t i = 0; i < from->file_system_count; i++) {
        char place[PATH_MAX];

        r = view_path_of(place, view, from->file_systems[i].to);
        if (r == 0)
            r = files_mkdir(AT_FDCWD, place, 0755);
        if (r < 0)
            return r;
        if (move_mount(from->file_systems[i].mount, "", AT_FDCWD, place,
                       MOVE_MOUNT_F_EMPTY_PATH) < 0)
            return -errno;
    }
    return mount_setattr(AT_FDCWD, to, 0, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

static int
mount_own(const struct view *view, const struct view_parts *from,
          enum sandbox_step *step)
{
    static const struct {
        enum sandbox_step step;
        int (*fn)(const struct view_parts *from, const char *to);
        const char *to;
    } own[] = {
        { STEP_PROC, mount_proc, "/proc" },
        { STEP_SHM, mount_shm, "/dev/shm" },
        { STEP_TMP, mount_tmp, "/tmp" },
        { STEP_TASK, mount_task, "/var/task" },
    };

    int r;

    for (size_t i = 0; i < LAMB_COUNT(own); i++) {
        char to[PATH_MAX];

        r = view_path_of(to, view, own[i].to);
        *step = own[i].step;
        if (r == 0)
            r = own[i].fn(from, to);
        if (r < 0)
            return r;
    }
    *step = STEP_MNT;
    r = mount_file_systems(view, from);
    return r < 0 ? r : mount_opt(view, from, step);
}

/* pivot_root(2): the new root may be put on top of the old one, which then goes. */
static int
pivot(const struct view *view)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

    if (chdir(view->root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
        umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        return -errno;
    return mount_setattr(AT_FDCWD, "/", 0, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int
view_enter(const struct view *view, const struct view_parts *from,
           enum sandbox_step *ret_step, struct lamb_err *err)
{
    int r = mount_own(view, from, ret_step);

    if (r == 0) {
        *ret_step = STEP_PIVOT;
        r = pivot(view);
    }
    if (r < 0)
        return lamb_raise(err, r, "%s", sandbox_step_text(*ret_step));
    *ret_step = STEP_NONE;
    return 0;
}
