/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/cell.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

/* -- what is common to all ------------------------------------------------------- */

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

/* A user of its own for the sandbox, where there is more than one to give. */
static int
choose_user(struct cells *cells, struct cell *cell, struct lamb_err *err)
{
    bool is_full = cells->level == SANDBOX_FULL;
    int r;

    cell->uid = cell->outer_uid = geteuid();
    if (!sandbox_level_is_apart(cells->level))
        return 0;
    if (cells_users(cells) == USERS_OWN) {
        r = take_slot(cells, cell, err);
        cell->uid = first_uid(cells) + cell->slot;
        cell->outer_uid = is_full ? cell->uid : cells->own.outside_first + cell->slot;
        return r;
    }
    cell->uid = cells->own.first;
    cell->outer_uid = cells->own.outside_first;
    if (cells->named_slots)
        return 0;
    cells->named_slots = 1;
    return view_name_user(&cells->view, cell->uid, 0, err);
}

/* tmp/ belongs to the function; opt/ has a place for a bootstrap. */
static int
make_folders(const struct cells *cells, const struct cell *cell)
{
    char tmp[PATH_MAX], opt[PATH_MAX], bootstrap[PATH_MAX];
    int r = cell_path(cells, cell, "/tmp", tmp);

    if (r == 0)
        r = cell_path(cells, cell, "/opt", opt);
    if (r == 0)
        r = cell_path(cells, cell, "/opt/bootstrap", bootstrap);
    if (r < 0)
        return r;
    if (mkdirat(cells->dirfd, cell->id, 0755) < 0 || mkdir(tmp, 0700) < 0)
        return -errno;
    if (!sandbox_level_is_apart(cells->level))
        return 0;
    if (chown(tmp, cell->uid, cell->uid) < 0 || chmod(tmp, 01777) < 0 ||
        mkdir(opt, 0755) < 0)
        return -errno;
    return files_create(AT_FDCWD, bootstrap, "", 0644);
}

/* A number in a file of the kernel's, or in a memfd that the init writes. */
static int
open_peak(struct cell *cell, struct plan *plan, struct lamb_err *err)
{
    int fd = lamb_take_fd(&cell->leaf.peak);

    if (fd < 0)
        fd = memfd_create("lamb-peak", MFD_CLOEXEC);
    if (fd < 0)
        return lamb_raise(err, -errno, "open the memory peak");
    if (plan->memory == MEMORY_POLLING)
        plan->peak = fd;
    cell->ends.peak = fd;
    return 0;
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
cell_ends_close(struct cell_ends *ends)
{
    lamb_close(&ends->pidfd);
    lamb_close(&ends->control);
    lamb_close(&ends->peak);
    lamb_close(&ends->quota);
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
run_init(struct cell *cell, struct plan *plan, struct lamb_err *err)
{
    LAMB_AUTOFD int inner = -EBADF;
    int pair[2], r;
    LAMB_AUTOFD int exit_fd = -EBADF;
    LAMB_AUTOFD int ready_fd = -EBADF;

    r = open_peak(cell, plan, err);
    if (r < 0)
        return r;
    cell->ends.quota = lamb_take_fd(&cell->leaf.quota);
    plan->leaf = cell->leaf;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return lamb_raise(err, -errno, "make a control socket");
    cell->ends.control = pair[0];
    inner = pair[1];
    plan->control = inner;
    if (plan->has_outbound) {
        r = open_way_out(plan, &exit_fd, &ready_fd, err);
        if (r < 0)
            return r;
    }
    r = clone_init(plan, &cell->ends.pidfd, &cell->init, err);
    lamb_close(&plan->way_out[0]);
    lamb_close(&plan->way_out[1]);
    if (r == 0 && plan->has_outbound)
        r = net_start_outbound(cell->init, exit_fd, ready_fd, err);
    return r;
}

static int
build(struct cells *cells, struct cell *cell, struct lamb_err *err)
{
    struct plan plan = { .level = cells->level,
                         .userns = cells->userns,
                         .memory = cells_memory(cells),
                         .processes = cells_processes(cells),
                         .peak = -EBADF,
                         .keeps_groups =
                             cells->level == SANDBOX_ROOTLESS && !cells->own.has_range,
                         .has_net = cells->wishes.network != SANDBOX_NETWORK_HOST,
                         .has_outbound = cells_outbound(cells) != OUTBOUND_NONE,
                         .way_out = { -EBADF, -EBADF },
                         .filter = &cells->filter,
                         .view = &cells->view };
    int r = choose_user(cells, cell, err);

    plan.uid = cell->uid;
    if (r < 0)
        return r;
    r = make_folders(cells, cell);
    if (r < 0)
        return lamb_raise(err, r, "%s (%s/%s)", sandbox_step_text(STEP_FOLDERS),
                          cells->dir, cell->id);
    r = cgroup_leaf_make(&cells->groups, cell->group, &cell->leaf, err);
    return r < 0 ? r : run_init(cell, &plan, err);
}

void
cell_kill(struct cell *cell)
{
    if (cell->init)
        (void)kill(cell->init, SIGKILL);
}

static bool
clear_cell(struct cells *cells, struct cell *cell)
{
    if (cgroup_leaf_remove(&cells->groups, cell->group) < 0)
        return false;
    free_slot(cells, cell);
    cells_discard(cells, cell->id);
    lamb_list_remove(&cell->node);
    return true;
}

/* It will never be somebody's. */
static void
abandon(struct cells *cells, struct cell *cell)
{
    cell_ends_close(&cell->ends);
    cgroup_leaf_close(&cell->leaf);
    cell_kill(cell); /* then it is cleared when the init is reaped */
    if (!cell->init && clear_cell(cells, cell))
        free(cell);
}

static int
new_cell(struct cells *cells, struct cell **ret, struct lamb_err *err)
{
    struct cell *cell = calloc(1, sizeof(*cell));
    unsigned long long serial = cells->made++;
    int r;

    if (!cell)
        return lamb_raise(err, -ENOMEM, "make a sandbox");
    *cell = (struct cell){ .slot = CELL_UIDS,
                           .ends = CELL_ENDS_NONE,
                           .leaf = CGROUP_LEAF_NONE };
    (void)snprintf(cell->id, sizeof(cell->id), ".spare-%llu", serial);
    (void)snprintf(cell->group, sizeof(cell->group), "%llu", serial);
    lamb_list_push_back(&cells->list, &cell->node);
    r = build(cells, cell, err);
    if (r < 0) {
        abandon(cells, cell);
        return r;
    }
    *ret = cell;
    return 0;
}

/* -- making ----------------------------------------------------------------------- */

static bool
id_is_valid(const char *id)
{
    size_t len = strlen(id);

    return len > 0 && len <= CELL_ID_MAX &&
           strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

/* The spare one, if there is one whose init lives. */
static struct cell *
take_spare(struct cells *cells)
{
    struct cell *cell = cells->spare;
    struct pollfd life;

    cells->spare = NULL;
    if (!cell)
        return NULL;
    life = (struct pollfd){ .fd = cell->ends.pidfd, .events = POLLIN };
    if (cell->init && poll(&life, 1, 0) == 0)
        return cell;
    cell_ends_close(&cell->ends);
    cgroup_leaf_close(&cell->leaf);
    return NULL;
}

int
cell_make(struct cells *cells, const struct cell_spec *spec, struct cell **ret,
          struct cell_ends *ret_ends, struct lamb_err *err)
{
    struct cell *cell;
    struct stat st;
    int r = 0;

    if (!id_is_valid(spec->id))
        return lamb_refuse(err, -EINVAL, "sandbox id '%s': want [a-z0-9-]{1,%d}",
                           spec->id, CELL_ID_MAX);
    if (fstatat(cells->dirfd, spec->id, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return lamb_refuse(err, -EEXIST, "sandbox id '%s' is in use", spec->id);
    cell = take_spare(cells);
    if (!cell)
        r = new_cell(cells, &cell, err);
    if (r < 0)
        return lamb_wrap(err, r, "make sandbox '%s'", spec->id);
    r = cell_furnish(cells, cell, spec, err);
    if (r < 0) {
        abandon(cells, cell);
        return lamb_wrap(err, r, "make sandbox '%s'", spec->id);
    }
    cgroup_leaf_close(&cell->leaf);
    cell->number = spec->number;
    *ret_ends = cell->ends;
    cell->ends = CELL_ENDS_NONE;
    *ret = cell;
    cells->wants_spare = true;
    return 0;
}

bool
cells_make_spare(struct cells *cells)
{
    if (cells->spare || !cells->wants_spare)
        return false;
    /* Whoever needs one next hears why, should it fail. */
    cells->wants_spare = false;
    return new_cell(cells, &cells->spare, NULL) == 0;
}

void
cells_drop_spare(struct cells *cells)
{
    struct cell *cell = take_spare(cells);

    cells->wants_spare = false;
    if (cell)
        abandon(cells, cell);
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

static void
note_dead(struct cells *cells, pid_t pid)
{
    LAMB_LIST_FOREACH (it, &cells->list) {
        struct cell *cell = LAMB_CONTAINER(it, struct cell, node);

        if (cell->init != pid)
            continue;
        cell->init = 0;
        if (cell == cells->spare)
            (void)take_spare(cells);
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
        if (cell->number)
            gone(data, cell->number);
        free(cell);
    }
    return is_pending;
}
