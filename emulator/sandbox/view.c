/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/view.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/view_private.h"
#include "sdk/base/enum.h"

/* -- entering --------------------------------------------------------------------- */

/* A function sees the processes of its own user only: not the init. */
static int
mount_proc(const char *to)
{
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
mount_shm(const char *to)
{
    return mount("shm", to, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") < 0 ? -errno
                                                                            : 0;
}

/* pivot_root(2): the new root may be put on top of the old one, which then goes. */
static int
pivot(const char *root)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

    if (chdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
        umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        return -errno;
    return mount_setattr(AT_FDCWD, "/", 0, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int
view_enter(const struct view *view, enum sandbox_step *ret_step, struct lamb_err *err)
{
    static const struct {
        enum sandbox_step step;
        int (*fn)(const char *to);
        const char *to;
    } own[] = {
        { STEP_PROC, mount_proc, "/proc" },
        { STEP_SHM, mount_shm, "/dev/shm" },
        { STEP_PIVOT, pivot, "" },
    };

    for (size_t i = 0; i < LAMB_COUNT(own); i++) {
        char to[PATH_MAX];
        int r = view_path_of(to, view, own[i].to);

        *ret_step = own[i].step;
        if (r == 0)
            r = own[i].fn(to);
        if (r < 0)
            return lamb_raise(err, r, "%s", sandbox_step_text(own[i].step));
    }
    *ret_step = STEP_NONE;
    return 0;
}

/* -- furnishing ------------------------------------------------------------------- */

#define MNT "/mnt"

static bool
is_below_mnt(const char *place)
{
    return strncmp(place, MNT "/", strlen(MNT "/")) == 0;
}

static int
put(int mount, const char *place)
{
    return move_mount(mount, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno
                                                                               : 0;
}

/* A /mnt of the sandbox's own, with a folder for each file system. */
static int
make_mnt(char *const *places)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
    bool is_made = false;

    for (; *places; places++) {
        int r;

        if (!is_below_mnt(*places))
            continue;
        if (!is_made &&
            mount("mnt", MNT, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64k") < 0)
            return -errno;
        is_made = true;
        r = files_mkdir(AT_FDCWD, *places, 0755);
        if (r < 0)
            return r;
    }
    if (!is_made)
        return 0;
    return mount_setattr(AT_FDCWD, MNT, 0, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int
view_furnish(const int *mounts, char *const *places, struct lamb_err *err)
{
    int r = make_mnt(places);

    if (r < 0)
        return lamb_raise(err, r, "make folders below " MNT);
    for (size_t i = 0; places[i]; i++) {
        r = put(mounts[i], places[i]);
        if (r < 0)
            return lamb_raise(err, r, "put what belongs there at '%s'", places[i]);
    }
    return 0;
}
