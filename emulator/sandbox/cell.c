/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/cell.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "emulator/sandbox/cell_private.h"
#include "emulator/sandbox/files.h"
#include "emulator/sandbox/init.h"
#include "emulator/sandbox/kin.h"
#include "emulator/sandbox/net.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

/* -- what is in force ------------------------------------------------------------- */

enum memory_means
cells_memory(const struct cells *cells)
{
    return cells->groups.memory;
}

/* RLIMIT_NPROC counts per user; root is not bound by it. */
enum processes_means
cells_processes(const struct cells *cells)
{
    if (cells->groups.processes != PROCESSES_NONE)
        return cells->groups.processes;
    if (sandbox_level_is_apart(cells->level) ||
        (cells->level == SANDBOX_LIMITS && geteuid() != 0))
        return PROCESSES_RLIMIT;
    return PROCESSES_NONE;
}

enum kill_means
cells_kill(const struct cells *cells)
{
    return sandbox_level_is_apart(cells->level) ? KILL_NAMESPACE : KILL_WALK;
}

enum users_means
cells_users(const struct cells *cells)
{
    return cells->level == SANDBOX_FULL ||
                   (cells->level == SANDBOX_ROOTLESS && cells->own.has_range)
               ? USERS_OWN
               : USERS_SAME;
}

enum outbound_means
cells_outbound(const struct cells *cells)
{
    return cells->wishes.network == SANDBOX_NETWORK_PRIVATE && net_has_outbound()
               ? OUTBOUND_SLIRP
               : OUTBOUND_NONE;
}

/* The id of the first sandbox's processes, as we see it. */
static uid_t
first_uid(const struct cells *cells)
{
    return cells->level == SANDBOX_FULL ? cells->uid_base : cells->own.first;
}

static unsigned
slot_count(const struct cells *cells)
{
    return cells->level == SANDBOX_FULL ? (unsigned)CELL_UIDS : cells->own.count;
}

/* -- making ----------------------------------------------------------------------- */

static int
take_slot(struct cells *cells, struct cell *cell, struct lamb_err *err)
{
    for (unsigned i = 0; i < slot_count(cells); i++) {
        if (cells->slot_is_used[i])
            continue;
        if (i >= cells->named_slots) { /* lowest first, so it is the next to be named */
            int r = view_name_user(&cells->view, first_uid(cells) + i, i, err);

            if (r < 0)
                return r;
            cells->named_slots = i + 1;
        }
        cells->slot_is_used[i] = true;
        cell->slot = i;
        return 0;
    }
    return lamb_refuse(err, -EAGAIN,
                       "all %u users are taken by sandboxes: wait until one is gone",
                       slot_count(cells));
}

static void
free_slot(struct cells *cells, struct cell *cell)
{
    if (cell->slot < CELL_UIDS)
        cells->slot_is_used[cell->slot] = false;
    cell->slot = CELL_UIDS;
}

/* What the init's plan points to, as long as cell_make runs. */
struct places {
    char tmp[PATH_MAX];
    char opt[PATH_MAX];
};

/* sandbox/ID/tmp belongs to the function; sandbox/ID/opt has a place for a bootstrap.
 */
static int
make_folders(const struct cells *cells, const struct cell *cell, uid_t uid,
             bool has_bootstrap, struct places *ret)
{
    char path[PATH_MAX];
    int r = lamb_format(ret->tmp, sizeof(ret->tmp), "%s/%s/tmp", cells->dir, cell->id);

    if (r == 0)
        r = lamb_format(ret->opt, sizeof(ret->opt), "%s/%s/opt", cells->dir, cell->id);
    if (r == 0)
        r = lamb_format(path, sizeof(path), "%s/bootstrap", ret->opt);
    if (r < 0)
        return r;
    if (mkdirat(cells->dirfd, cell->id, 0755) < 0 || mkdir(ret->tmp, 0700) < 0)
        return -errno;
    if (!sandbox_level_is_apart(cells->level))
        return 0;
    if (chown(ret->tmp, uid, uid) < 0 || chmod(ret->tmp, 01777) < 0)
        return -errno;
    if (!has_bootstrap)
        return 0;
    if (mkdir(ret->opt, 0755) < 0)
        return -errno;
    return files_create(AT_FDCWD, path, "", 0644);
}

/* A number in a file of the kernel's, or in a memfd that the init writes. */
static int
open_peak(struct plan *plan, struct lamb_err *err)
{
    int fd = plan->leaf.peak >= 0 ? fcntl(plan->leaf.peak, F_DUPFD_CLOEXEC, 3)
                                  : memfd_create("lamb-peak", MFD_CLOEXEC);

    if (fd < 0)
        return lamb_raise(err, -errno, "open the memory peak");
    if (plan->memory == MEMORY_POLLING)
        plan->peak = fd;
    return fd;
}

/* As fork would, but into new namespaces and with a pidfd; all in one call. */
static int
clone_init(const struct plan *plan, int *ret_pidfd, pid_t *ret_pid,
           struct lamb_err *err)
{
    int pidfd = -EBADF;
    struct clone_args args = { .flags = CLONE_PIDFD,
                               .exit_signal = SIGCHLD,
                               .pidfd = (uint64_t)(uintptr_t)&pidfd };
    long pid;

    if (sandbox_level_is_apart(plan->level))
        args.flags |= CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
    if (plan->has_net)
        args.flags |= CLONE_NEWNET;
    pid = syscall(SYS_clone3, &args, sizeof(args));
    if (pid == 0)
        init_main(plan);
    if (pid < 0)
        return lamb_raise(err, -errno, "%s", sandbox_step_text(STEP_CLONE));
    *ret_pidfd = pidfd;
    *ret_pid = (pid_t)pid;
    return 0;
}

void
cell_made_close(struct cell_made *made)
{
    lamb_close(&made->pidfd);
    lamb_close(&made->control);
    lamb_close(&made->peak);
    lamb_close(&made->quota);
}

/* Two pipes: one ends it when the init is gone, by the other it says that it is ready.
 */
static int
open_way_out(struct plan *plan, int *ret_exit, int *ret_ready, struct lamb_err *err)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return lamb_raise(err, -errno, "make a pipe");
    *ret_exit = ends[0];
    plan->way_out[0] = ends[1];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return lamb_raise(err, -errno, "make a pipe");
    plan->way_out[1] = ends[0];
    *ret_ready = ends[1];
    return 0;
}

/* Folder and group are there: start the init with PLAN. */
static int
run_init(struct cell *cell, struct plan *plan, struct cell_made *made,
         struct lamb_err *err)
{
    LAMB_AUTOFD int inner = -EBADF;
    int pair[2], r;
    LAMB_AUTOFD int exit_fd = -EBADF;
    LAMB_AUTOFD int ready_fd = -EBADF;

    made->peak = open_peak(plan, err);
    if (made->peak < 0)
        return made->peak;
    made->quota = lamb_take_fd(&plan->leaf.quota);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return lamb_raise(err, -errno, "make a control socket");
    made->control = pair[0];
    inner = pair[1];
    plan->control = inner;
    if (plan->has_outbound) {
        r = open_way_out(plan, &exit_fd, &ready_fd, err);
        if (r < 0)
            return r;
    }
    r = clone_init(plan, &made->pidfd, &cell->init, err);
    lamb_close(&plan->way_out[0]);
    lamb_close(&plan->way_out[1]);
    if (r == 0 && plan->has_outbound)
        r = net_start_outbound(cell->init, exit_fd, ready_fd, err);
    if (r < 0 && cell->init) { /* nobody else would end it */
        (void)kill(cell->init, SIGKILL);
        (void)waitpid(cell->init, NULL, 0);
        cell->init = 0;
    }
    return r;
}

/* A /tmp of the size in LIMITS, whose memory limit is raised where /tmp counts as such.
 */
static int
furnish_tmp(struct cells *cells, uid_t uid, struct wire_limits *limits,
            struct view_parts *parts, struct lamb_err *err)
{
    LAMB_AUTOFD int mount = -EBADF;
    char path[40];
    int r;

    if (!limits->tmp_mb || cells->tmp == TMP_FOLDER)
        return 0;
    if (cells->tmp == TMP_TMPFS) {
        parts->tmp_mb = limits->tmp_mb;
        limits->memory_mb += limits->memory_mb ? limits->tmp_mb : 0;
        return 0;
    }
    r = image_take(&cells->images, limits->tmp_mb, &mount, err);
    if (r < 0)
        return r;
    r = lamb_format(path, sizeof(path), "/proc/self/fd/%d", mount);
    if (r < 0 || fchownat(mount, "", uid, uid, AT_EMPTY_PATH) < 0 ||
        chmod(path, 01777) < 0)
        return lamb_raise(err, r < 0 ? r : -errno, "give /tmp to its user");
    parts->tmp_mount = lamb_take_fd(&mount);
    return 0;
}

/* A user of its own for the sandbox, where there is more than one to give. */
static int
choose_user(struct cells *cells, struct cell *cell, struct plan *plan,
            struct cell_made *made, struct lamb_err *err)
{
    int r;

    if (cells_users(cells) == USERS_OWN) {
        r = take_slot(cells, cell, err);
        if (r < 0)
            return r;
        plan->uid = first_uid(cells) + cell->slot;
        made->uid = cells->level == SANDBOX_FULL
                        ? plan->uid
                        : cells->own.outside_first + cell->slot;
        return 0;
    }
    plan->uid = cells->own.first;
    made->uid = cells->own.outside_first;
    if (cells->named_slots)
        return 0;
    cells->named_slots = 1;
    return view_name_user(&cells->view, plan->uid, 0, err);
}

/* Close what the init has a copy of. */
static void
close_file_systems(struct view_parts *parts)
{
    for (size_t i = 0; i < parts->file_system_count; i++)
        lamb_close(&parts->file_systems[i].mount);
}

/*
 * The folder as the sandbox's user sees it: what is its owner's is his. Only root may
 * say so, and not every file system knows how; then the folder's own modes decide.
 */
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

static int
furnish_file_systems(const struct cells *cells, const struct cell_spec *spec, uid_t uid,
                     struct view_parts *parts, struct lamb_err *err)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV };

    for (size_t i = 0; spec->file_systems && spec->file_systems[i]; i += 2) {
        const char *folder = spec->file_systems[i];
        int mount;

        if (parts->file_system_count == VIEW_FILE_SYSTEMS_MAX)
            return lamb_refuse(err, -E2BIG, "too many file systems");
        mount = open_tree(AT_FDCWD, folder, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        if (mount < 0)
            return lamb_raise(err, -errno, "show '%s' at '%s'", folder,
                              spec->file_systems[i + 1]);
        parts->file_systems[parts->file_system_count++] =
            (struct view_file_system){ .mount = mount,
                                       .to = spec->file_systems[i + 1] };
        if (mount_setattr(mount, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
            return lamb_raise(err, -errno, "show '%s'", folder);
        if (cells->level == SANDBOX_FULL)
            give_to_user(mount, folder, uid);
    }
    return 0;
}

static int
furnish(struct cells *cells, struct cell *cell, const struct cell_spec *spec,
        struct cell_made *made, struct lamb_err *err)
{
    LAMB_AUTOFD int tmp_mount = -EBADF;
    struct wire_limits limits = spec->limits;
    struct places places;
    struct plan plan = { .level = cells->level,
                         .userns = cells->userns,
                         .limits = spec->limits,
                         .memory = cells_memory(cells),
                         .processes = cells_processes(cells),
                         .leaf = CGROUP_LEAF_NONE,
                         .peak = -EBADF,
                         .keeps_groups =
                             cells->level == SANDBOX_ROOTLESS && !cells->own.has_range,
                         .has_net = cells->wishes.network != SANDBOX_NETWORK_HOST,
                         .has_outbound = cells_outbound(cells) != OUTBOUND_NONE,
                         .way_out = { -EBADF, -EBADF },
                         .filter = &cells->filter,
                         .view = &cells->view,
                         .parts = { .task_dir = spec->task_dir,
                                    .opt_dirs = spec->opt_dirs,
                                    .bootstrap = spec->bootstrap,
                                    .tmp_dir = places.tmp,
                                    .tmp_mount = -EBADF,
                                    .opt_mounts = places.opt } };
    int r = 0;

    plan.uid = geteuid();
    made->uid = plan.uid;
    if (sandbox_level_is_apart(cells->level)) {
        view_refresh(&cells->view);
        r = choose_user(cells, cell, &plan, made, err);
    }
    if (r < 0)
        return r;
    r = make_folders(cells, cell, plan.uid, spec->bootstrap[0], &places);
    if (r < 0)
        return lamb_raise(err, r, "%s (%s/%s)", sandbox_step_text(STEP_FOLDERS),
                          cells->dir, cell->id);
    r = furnish_tmp(cells, plan.uid, &limits, &plan.parts, err);
    tmp_mount = plan.parts.tmp_mount;
    if (r == 0)
        r = furnish_file_systems(cells, spec, plan.uid, &plan.parts, err);
    if (r == 0)
        r = cgroup_leaf_make(&cells->groups, cell->id, &limits, &plan.leaf, err);
    if (r == 0)
        r = run_init(cell, &plan, made, err);
    close_file_systems(&plan.parts);
    cgroup_leaf_close(&plan.leaf);
    return r;
}

static bool
id_is_valid(const char *id)
{
    size_t len = strlen(id);

    return len > 0 && len <= CELL_ID_MAX &&
           strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static void
unfurnish(struct cells *cells, struct cell *cell)
{
    free_slot(cells, cell);
    (void)cgroup_leaf_remove(&cells->groups, cell->id);
    cells_discard(cells, cell->id);
}

int
cell_make(struct cells *cells, const struct cell_spec *spec, struct cell_made *ret,
          struct lamb_err *err)
{
    struct cell_made made = {
        .pidfd = -EBADF, .control = -EBADF, .peak = -EBADF, .quota = -EBADF
    };
    struct cell *cell;
    struct stat st;
    int r;

    if (!id_is_valid(spec->id))
        return lamb_refuse(err, -EINVAL, "sandbox id '%s': want [a-z0-9-]{1,%d}",
                           spec->id, CELL_ID_MAX);
    if (fstatat(cells->dirfd, spec->id, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return lamb_refuse(err, -EEXIST, "sandbox id '%s' is in use", spec->id);
    cell = calloc(1, sizeof(*cell));
    if (!cell)
        return lamb_raise(err, -ENOMEM, "make sandbox '%s'", spec->id);
    cell->number = spec->number;
    cell->slot = CELL_UIDS;
    (void)snprintf(cell->id, sizeof(cell->id), "%s", spec->id);

    r = furnish(cells, cell, spec, &made, err);
    if (r < 0) {
        cell_made_close(&made);
        unfurnish(cells, cell);
        free(cell);
        return lamb_wrap(err, r, "make sandbox '%s'", spec->id);
    }
    lamb_list_push_back(&cells->list, &cell->node);
    made.cell = cell;
    *ret = made;
    return 0;
}

struct cell *
cells_find(struct cells *cells, uint32_t number)
{
    LAMB_LIST_FOREACH (it, &cells->list) {
        struct cell *cell = LAMB_CONTAINER(it, struct cell, node);

        if (cell->number == number)
            return cell;
    }
    return NULL;
}

/* -- dying ------------------------------------------------------------------------ */

void
cell_kill(struct cell *cell)
{
    if (cell->init)
        (void)kill(cell->init, SIGKILL);
}

static void
note_dead(struct cells *cells, pid_t pid)
{
    LAMB_LIST_FOREACH (it, &cells->list) {
        struct cell *cell = LAMB_CONTAINER(it, struct cell, node);

        if (cell->init == pid)
            cell->init = 0;
    }
    LAMB_LIST_FOREACH_SAFE (it, &cells->removers) {
        struct remover *remover = LAMB_CONTAINER(it, struct remover, node);

        if (remover->pid != pid)
            continue;
        lamb_list_remove(&remover->node);
        free(remover);
    }
}

struct orphans {
    struct cells *cells;
    bool are_left;
};

static bool
is_known(struct cells *cells, pid_t pid)
{
    LAMB_LIST_FOREACH (it, &cells->list)
        if (LAMB_CONTAINER(it, struct cell, node)->init == pid)
            return true;
    LAMB_LIST_FOREACH (it, &cells->removers)
        if (LAMB_CONTAINER(it, struct remover, node)->pid == pid)
            return true;
    return false;
}

/* A child that is neither an init nor a remover: its init died, and we inherited it. */
static void
kill_orphan(void *data, pid_t pid)
{
    struct orphans *orphans = data;

    if (is_known(orphans->cells, pid))
        return;
    orphans->are_left = true;
    (void)kill(pid, SIGKILL);
    kin_kill(pid);
}

static bool
kill_orphans(struct cells *cells)
{
    struct orphans orphans = { .cells = cells };

    /* A pid namespace dies with its init, so there are none at full. */
    if (!sandbox_level_is_apart(cells->level))
        kin_children(getpid(), kill_orphan, &orphans);
    return orphans.are_left;
}

static bool
clear_cell(struct cells *cells, struct cell *cell)
{
    if (cgroup_leaf_remove(&cells->groups, cell->id) < 0)
        return false;
    free_slot(cells, cell);
    cells_discard(cells, cell->id);
    lamb_list_remove(&cell->node);
    return true;
}

static bool
has_dead_cell(struct cells *cells)
{
    LAMB_LIST_FOREACH (it, &cells->list)
        if (!LAMB_CONTAINER(it, struct cell, node)->init)
            return true;
    return false;
}

bool
cells_settle(struct cells *cells, void (*gone)(void *data, uint32_t number), void *data)
{
    bool is_pending = false;
    pid_t pid;

    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        note_dead(cells, pid);
    if (!has_dead_cell(cells))
        return false;
    if (kill_orphans(cells))
        return true;
    LAMB_LIST_FOREACH_SAFE (it, &cells->list) {
        struct cell *cell = LAMB_CONTAINER(it, struct cell, node);

        if (cell->init)
            continue;
        if (!clear_cell(cells, cell)) {
            is_pending = true;
            continue;
        }
        gone(data, cell->number);
        free(cell);
    }
    return is_pending;
}
