/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/cell_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "emulator/sandbox/mounts.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

int
cell_path(const struct cells *cells, const struct cell *cell, const char *below,
          char *ret)
{
    return lamb_format(ret, PATH_MAX, "%s/%s%s", cells->dir, cell->id, below);
}

/* A /tmp of MB megabytes; 0: a folder, which holds as much as the disk. */
static int
add_tmp(struct cells *cells, const struct cell *cell, unsigned mb,
        struct mounts *mounts, struct lamb_err *err)
{
    char folder[PATH_MAX];
    int mount, r;

    if (mb && cells->tmp == TMP_TMPFS)
        return mounts_add_tmpfs(mounts, mb, "/tmp", err);
    if (mb && cells->tmp == TMP_IMAGE) {
        r = image_take(&cells->images, mb, &mount, err);
        if (r < 0)
            return r;
        mounts_add(mounts, mount, "/tmp");
        return fchownat(mount, "", cell->uid, cell->uid, AT_EMPTY_PATH) < 0
                   ? lamb_raise(err, -errno, "give /tmp to its user")
                   : 0;
    }
    r = cell_path(cells, cell, "/tmp", folder);
    if (r < 0)
        return lamb_raise(err, r, "name the folder for /tmp");
    return mounts_add_writable(mounts, folder, "/tmp", err);
}

static int
add_mounts(struct cells *cells, const struct cell *cell, const struct cell_spec *spec,
           struct mounts *mounts, struct lamb_err *err)
{
    char place[PATH_MAX];
    int r = cell_path(cells, cell, "/opt", place);

    if (r < 0)
        return lamb_raise(err, r, "name the folder for /opt");
    r = add_tmp(cells, cell, spec->limits.tmp_mb, mounts, err);
    if (r == 0)
        r = mounts_add_read_only(mounts, spec->task_dir, "/var/task", err);
    if (r == 0)
        r = mounts_add_opt(mounts, spec->opt_dirs, spec->bootstrap, place, err);
    for (char *const *pair = spec->file_systems; *pair && r == 0; pair += 2)
        r = mounts_add_file_system(mounts, pair[0], pair[1], cell->uid,
                                   cells->level == SANDBOX_FULL, err);
    return r;
}

_Static_assert(1 + MOUNTS_MAX <= WIRE_FDS_MAX, "all mounts go with one message");

/* The init's first word: whose it is, and what that one brings along. */
static int
tell_init(const struct cell *cell, const struct cell_spec *spec,
          const struct mounts *mounts, struct lamb_err *err)
{
    const char *const *const lists[WIRE_LISTS] = { mounts->to, NULL, NULL };
    struct wire_msg msg = wire_msg(WIRE_FURNISH, 0);
    LAMB_AUTOFD int strings = -EBADF;
    int fds[1 + MOUNTS_MAX];
    int r = wire_strings_write(lists, &strings, err);

    if (r < 0)
        return r;
    msg.limits = spec->limits;
    fds[0] = strings;
    for (size_t i = 0; i < mounts->count; i++)
        fds[i + 1] = mounts->fd[i];
    r = wire_send(cell->ends.control, &msg, fds, mounts->count + 1, MSG_DONTWAIT);
    return r < 0 ? lamb_raise(err, r, "talk to the sandbox init") : 0;
}

int
cell_furnish(struct cells *cells, struct cell *cell, const struct cell_spec *spec,
             struct lamb_err *err)
{
    LAMB_AUTO(mounts_close) struct mounts mounts = MOUNTS_NONE;
    struct wire_limits limits = spec->limits;
    int r = 0;

    /* Here /tmp counts as memory, and shall not. */
    if (limits.memory_mb && cells->tmp == TMP_TMPFS)
        limits.memory_mb += limits.tmp_mb;
    if (renameat(cells->dirfd, cell->id, cells->dirfd, spec->id) < 0)
        return lamb_raise(err, -errno, "%s", sandbox_step_text(STEP_FOLDERS));
    (void)snprintf(cell->id, sizeof(cell->id), "%s", spec->id);
    if (sandbox_level_is_apart(cells->level)) {
        view_refresh(&cells->view);
        r = add_mounts(cells, cell, spec, &mounts, err);
    }
    if (r < 0)
        return r;
    r = cgroup_leaf_limit(&cell->leaf, &limits);
    if (r < 0)
        return lamb_raise(err, r, "limit its control group");
    return tell_init(cell, spec, &mounts, err);
}
