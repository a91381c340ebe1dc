/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/cell_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/kin.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

/* How long an emulator that was killed may take to clear up before the next starts. */
#define LOCK_PATIENCE_NS (2 * LAMB_NS_PER_S)

/* -- folders ---------------------------------------------------------------------- */

/* The usual case: nothing was left in /tmp. */
static bool
discard_small(const struct cells *cells, const char *name)
{
    static const struct {
        const char *below;
        int flags;
    } parts[] = { { "/opt/bootstrap", 0 },
                  { "/opt", AT_REMOVEDIR },
                  { "/tmp", AT_REMOVEDIR },
                  { "", AT_REMOVEDIR } };

    for (size_t i = 0; i < LAMB_COUNT(parts); i++) {
        char path[NAME_MAX + 40];

        if (lamb_format(path, sizeof(path), "%s%s", name, parts[i].below) < 0 ||
            (unlinkat(cells->dirfd, path, parts[i].flags) < 0 && errno != ENOENT))
            return false;
    }
    return true;
}

/* In a process of its own, without our lock: the next start need not wait for it. */
static _Noreturn void
remove_beside(const char *dir, const char *name)
{
    int dirfd;

    (void)close_range(3, ~0U, 0);
    dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    _exit(dirfd >= 0 && files_remove(dirfd, name) == 0 ? 0 : 1);
}

void
cells_discard(struct cells *cells, const char *name)
{
    LAMB_AUTOFREE struct remover *remover = NULL;
    char gone[40];
    pid_t pid = -1;

    if (discard_small(cells, name))
        return;
    remover = calloc(1, sizeof(*remover));
    /* Under another name, so that its own is free again. */
    if (lamb_format(gone, sizeof(gone), ".gone-%d-%llu", getpid(), cells->removed++) ==
            0 &&
        renameat(cells->dirfd, name, cells->dirfd, gone) == 0)
        name = gone;
    if (remover)
        pid = kin_fork();
    if (pid == 0)
        remove_beside(cells->dir, name);
    if (pid < 0) {
        (void)files_remove(cells->dirfd, name);
        return;
    }
    remover->pid = pid;
    lamb_list_push_back(&cells->removers, &remover->node);
    remover = NULL;
}

static int
sweep_entry(void *data, const char *name)
{
    cells_discard(data, name);
    return 0;
}

/*
 * The base groups of an earlier start may lie elsewhere than ours (it ran in another
 * session): it left their paths here.
 */
#define GROUPS_FILE ".groups"

static void
sweep_groups(const struct cells *cells)
{
    char text[CGROUP_TREE_N * PATH_MAX];
    struct lamb_span rest;

    (void)files_get(cells->dirfd, GROUPS_FILE, text, sizeof(text));
    rest = lamb_span_str(text);
    while (rest.len) {
        struct lamb_span line;
        char path[PATH_MAX];

        (void)lamb_span_cut(rest, '\n', &line, &rest);
        if (lamb_format(path, sizeof(path), "%.*s", (int)line.len, line.ptr) == 0)
            cgroups_sweep(path);
    }
}

/* For the next start; what cannot be noted is still found where it lies now. */
static void
note_groups(const struct cells *cells)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(CGROUP_TREE_N * PATH_MAX);

    for (size_t i = 0; i < CGROUP_TREE_N; i++)
        if (cells->groups.base[i][0])
            (void)lamb_buf_printf(&buf, "%s\n", cells->groups.base[i]);
    (void)files_create(cells->dirfd, GROUPS_FILE, lamb_buf_cstr(&buf), 0600);
}

/* -- the state folder ------------------------------------------------------------- */

/* FNV-1a: names the control groups and chooses the uids of a state folder. */
static uint64_t
hash_of(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

/*
 * Each state folder has a range of its own, from the numbers above those that systemd
 * gives to containers; nobody has accounts there.
 */
static uid_t
uid_base_of(uint64_t hash)
{
    const uint64_t first = 0x70000000, ranges = 65535;

    return (uid_t)(first + (hash % ranges) * CELL_UIDS);
}

/* One try; -EAGAIN: the folder is locked, or was removed under our hands. */
static int
lock_dir(struct cells *cells)
{
    LAMB_AUTOFD int fd = -EBADF;
    struct stat st;
    int r = files_mkdir(AT_FDCWD, cells->dir, 0700);

    if (r < 0)
        return r;
    fd = open(cells->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? -EAGAIN : -errno;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? -EAGAIN : -errno;
    if (fstat(fd, &st) < 0 || st.st_nlink == 0)
        return -EAGAIN;
    cells->dirfd = lamb_take_fd(&fd);
    return 0;
}

static int
take_dir(struct cells *cells, struct lamb_err *err)
{
    int64_t until_ns = lamb_mono_ns() + LOCK_PATIENCE_NS;
    int r = lock_dir(cells);

    while (r == -EAGAIN && lamb_mono_ns() < until_ns) {
        (void)usleep(5000);
        r = lock_dir(cells);
    }
    if (r == -EAGAIN)
        return lamb_refuse(err, -EBUSY,
                           "'%s' is in use by another emulator: stop that one, or "
                           "give this one another state folder",
                           cells->dir);
    return r < 0 ? lamb_raise(err, r, "use the folder '%s'", cells->dir) : 0;
}

int
cells_init(struct cells *cells, const char *state_dir, const struct wire_wishes *wishes,
           struct lamb_err *err)
{
    uint64_t hash = hash_of(state_dir);
    char name[40];
    int r;

    *cells = (struct cells){ .dirfd = -EBADF, .userns = -EBADF, .wishes = *wishes };
    lamb_list_init(&cells->list);
    lamb_list_init(&cells->removers);
    cells->uid_base = uid_base_of(hash);
    r = lamb_format(cells->dir, sizeof(cells->dir), "%s/sandbox", state_dir);
    if (r == 0)
        r = lamb_format(name, sizeof(name), "lamb-%016llx", (unsigned long long)hash);
    if (r < 0)
        return lamb_raise(err, r, "use the state folder '%s'", state_dir);
    r = take_dir(cells, err);
    if (r < 0)
        return r;
    sweep_groups(cells); /* kills who may still write in the folders */
    cgroups_init(&cells->groups, name, wishes->cpu_share);
    (void)files_each(cells->dirfd, ".", sweep_entry, cells);
    note_groups(cells);
    filter_build(&cells->filter);
    images_init(&cells->images, cells->dir);
    return 0;
}

static void
wait_for_removers(struct cells *cells)
{
    struct lamb_list *node;

    while ((node = lamb_list_take_front(&cells->removers)) != NULL) {
        struct remover *remover = LAMB_CONTAINER(node, struct remover, node);

        (void)waitpid(remover->pid, NULL, 0);
        free(remover);
    }
}

void
cells_fini(struct cells *cells)
{
    lamb_assert(lamb_list_is_empty(&cells->list));
    images_fini(&cells->images);
    view_unbuild(&cells->view);
    (void)cgroups_fini(&cells->groups);
    lamb_close(&cells->userns);
    if (cells->dirfd < 0)
        return;
    (void)unlinkat(cells->dirfd, ".root", AT_REMOVEDIR);
    (void)unlinkat(cells->dirfd, GROUPS_FILE, 0);
    wait_for_removers(cells);
    (void)rmdir(cells->dir);
    lamb_close(&cells->dirfd);
}

/* -- level full ------------------------------------------------------------------- */

/* The service's default for /tmp: the first sandbox finds one ready. */
enum { TMP_USUAL_MB = 512 };

static int
prepare_view(struct cells *cells, struct lamb_err *err)
{
    char root[PATH_MAX];
    int r = files_mkdir(cells->dirfd, ".root", 0700);

    if (r == 0)
        r = lamb_format(root, sizeof(root), "%s/.root", cells->dir);
    if (r < 0)
        return lamb_raise(err, r, "%s", sandbox_step_text(STEP_TEMPLATE));
    r = view_build(&cells->view, root, &cells->view_wishes, err);
    return r;
}

/*
 * One user namespace for all sandboxes, mapped once and kept open: each number in it is
 * the same outside, and nobody in it is root.
 */
static int
prepare_full(struct cells *cells, struct lamb_err *err)
{
    const struct userns_map map = { .inside_uid = cells->uid_base,
                                    .outside_uid = cells->uid_base,
                                    .inside_gid = cells->uid_base,
                                    .outside_gid = cells->uid_base,
                                    .count = CELL_UIDS };
    int r = prepare_view(cells, err);

    if (r < 0)
        return r;
    /* Where it is not allowed, users and dropped capabilities have to do without. */
    cells->userns = userns_make(&map);
    cells->images.wanted_mb = TMP_USUAL_MB;
    cells->tmp = images_prepare(&cells->images) ? TMP_IMAGE : TMP_TMPFS;
    return 0;
}

/* In the user namespace that we enter we are what root is at level full. */
static int
prepare_rootless(struct cells *cells, struct lamb_err *err)
{
    int r = userns_enter(&cells->own, err);

    if (r < 0)
        return r;
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* forgotten with the old credentials */
    cells->tmp = TMP_TMPFS;
    return prepare_view(cells, err);
}

static int
refuse_wishes(const struct cells *cells, enum sandbox_level level, struct lamb_err *err)
{
    const struct {
        bool is_wanted;
        const char *option;
    } wishes[] = {
        { cells->view_wishes.image[0] != '\0', "--root" },
        { cells->view_wishes.mounts[0] != NULL, "--mount" },
        { cells->wishes.network == SANDBOX_NETWORK_PRIVATE, "--network private" },
        { cells->wishes.network == SANDBOX_NETWORK_NONE, "--network none" },
    };

    for (size_t i = 0; i < LAMB_COUNT(wishes); i++)
        if (wishes[i].is_wanted)
            return lamb_refuse(
                err, -EOPNOTSUPP,
                "level %s has no namespaces, which %s needs: use full or "
                "rootless",
                sandbox_level_text(level), wishes[i].option);
    return 0;
}

int
cells_prepare(struct cells *cells, enum sandbox_level level, struct lamb_err *err)
{
    int r;

    cells_drop_spare(cells);
    cells->level = level;
    cells->tmp = TMP_FOLDER;
    if (level == SANDBOX_FULL)
        return prepare_full(cells, err);
    if (level == SANDBOX_ROOTLESS) {
        view_unbuild(&cells->view); /* a probe of full that failed may have left it */
        return prepare_rootless(cells, err);
    }
    r = refuse_wishes(cells, level, err);
    if (r < 0)
        return r;
    view_unbuild(&cells->view); /* a probe of full that failed may have left it */
    lamb_close(&cells->userns);
    if (!kin_works())
        return lamb_refuse(err, -ENOSYS,
                           "this kernel does not tell the children of a process "
                           "(CONFIG_PROC_CHILDREN), so nothing could be killed for "
                           "certain");
    return 0;
}
