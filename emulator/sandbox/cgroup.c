/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "emulator/sandbox/files.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/num.h"

/* -- files of a group ------------------------------------------------------------- */

static int
group_put(const char *group, const char *file, const char *text)
{
    char path[PATH_MAX];
    int r = lamb_format(path, sizeof(path), "%s/%s", group, file);

    return r < 0 ? r : files_put(AT_FDCWD, path, text);
}

static int
group_get(const char *group, const char *file, char *ret, size_t size)
{
    char path[PATH_MAX];
    int r = lamb_format(path, sizeof(path), "%s/%s", group, file);

    ret[0] = '\0';
    return r < 0 ? r : files_get(AT_FDCWD, path, ret, size);
}

static int
group_open(const char *group, const char *file, int flags)
{
    char path[PATH_MAX];
    int r = lamb_format(path, sizeof(path), "%s/%s", group, file);
    int fd;

    if (r < 0)
        return r;
    fd = open(path, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int
group_put_number(const char *group, const char *file, uint64_t number)
{
    char text[24];
    int r = lamb_format(text, sizeof(text), "%llu", (unsigned long long)number);

    return r < 0 ? r : group_put(group, file, text);
}

/* Call FN with each process in the group, a page of them at a time. */
static void
group_each_process(const char *group, void (*fn)(void *data, pid_t pid), void *data)
{
    char text[4096];
    struct lamb_span rest;

    (void)group_get(group, "cgroup.procs", text, sizeof(text));
    rest = lamb_span_str(text);
    while (rest.len) {
        struct lamb_span line;
        uint64_t pid;

        if (!lamb_span_cut(rest, '\n', &line, &rest))
            break; /* cut off by the size of the page */
        if (lamb_parse_u64(line, 1, INT32_MAX, &pid) == 0)
            fn(data, (pid_t)pid);
    }
}

static void
kill_process(void *data, pid_t pid)
{
    (void)data;
    (void)kill(pid, SIGKILL);
}

/* -- v2 --------------------------------------------------------------------------- */

static bool
group_has_controllers(const char *group, const char *file)
{
    char text[512] = " ";
    size_t len;

    if (group_get(group, file, text + 1, sizeof(text) - 2) < 0)
        return false;
    len = strlen(text);
    if (text[len - 1] == '\n')
        text[len - 1] = ' ';
    return strstr(text, " memory ") && strstr(text, " pids ");
}

static bool
enable_controllers(const char *group)
{
    return group_has_controllers(group, "cgroup.subtree_control") ||
           group_put(group, "cgroup.subtree_control", "+memory +pids") == 0;
}

static void
count_foreign(void *data, pid_t pid)
{
    size_t *foreign = data;

    *foreign += pid != getpid() && pid != getppid();
}

/*
 * A v2 group with controllers for its children may hold no process. When only the
 * emulator and we are in it (a scope of our own, delegated), we move aside.
 */
static bool
step_aside(const char *own, const char *name)
{
    char aside[PATH_MAX];
    size_t foreign = 0;

    group_each_process(own, count_foreign, &foreign);
    if (foreign || lamb_format(aside, sizeof(aside), "%s/%s-emulator", own, name) < 0 ||
        files_mkdir(AT_FDCWD, aside, 0755) < 0)
        return false;
    return group_put_number(aside, "cgroup.procs", (uint64_t)getppid()) == 0 &&
           group_put_number(aside, "cgroup.procs", (uint64_t)getpid()) == 0 &&
           enable_controllers(own);
}

/*
 * The group to work in: our own where it can have children with controllers, else its
 * parent where that already has such (a session scope of systemd beside which root may
 * put another group). True: with controllers.
 */
static bool
choose_v2(char *own, const char *name)
{
    char *slash;

    if (group_has_controllers(own, "cgroup.controllers") &&
        (enable_controllers(own) || step_aside(own, name)))
        return true;
    slash = strrchr(own, '/');
    if (slash && slash != own) {
        *slash = '\0';
        if (group_has_controllers(own, "cgroup.subtree_control") &&
            access(own, W_OK) == 0)
            return true;
        *slash = '/';
    }
    return false;
}

/* -- the base groups -------------------------------------------------------------- */

struct sweep {
    const char *base;
    bool is_clear;
};

/* Kill what is in a group and remove it; the kernel needs a moment between the two. */
static bool
clear_group(const char *group)
{
    for (unsigned tries = 0; tries < 200; tries++) {
        if (rmdir(group) == 0 || errno == ENOENT)
            return true;
        if (errno != EBUSY)
            return false;
        group_each_process(group, kill_process, NULL);
        (void)usleep(1000);
    }
    return false;
}

static int
sweep_leaf(void *data, const char *name)
{
    struct sweep *sweep = data;
    char path[PATH_MAX];
    struct stat st;

    if (lamb_format(path, sizeof(path), "%s/%s", sweep->base, name) < 0 ||
        stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
        return 0;
    sweep->is_clear &= clear_group(path);
    return 0;
}

static bool
sweep_base(const char *base)
{
    struct sweep sweep = { .base = base, .is_clear = true };

    (void)files_each(AT_FDCWD, base, sweep_leaf, &sweep);
    return sweep.is_clear;
}

/* Make the base group of one tree below OWN; false: it cannot be written. */
static bool
make_base(struct cgroups *groups, enum cgroup_tree tree, const char *own,
          const char *name)
{
    char *base = groups->base[tree];

    if (lamb_format(base, PATH_MAX, "%s/%s", own, name) < 0 ||
        files_mkdir(AT_FDCWD, base, 0755) < 0 || access(base, W_OK) < 0) {
        base[0] = '\0';
        return false;
    }
    (void)sweep_base(base);
    return true;
}

struct texts {
    char self[8192];
    char mounts[65536];
};

static bool
find_own(const struct texts *texts, enum cgroup_tree tree, char *ret)
{
    return cgroup_locate(texts->self, texts->mounts, tree, ret, PATH_MAX) == 0;
}

static void
init_v2(struct cgroups *groups, const struct texts *texts, const char *name,
        bool wants_cpu)
{
    char own[PATH_MAX];

    if (!find_own(texts, CGROUP_V2, own) || !choose_v2(own, name) ||
        !make_base(groups, CGROUP_V2, own, name))
        return;
    if (!enable_controllers(groups->base[CGROUP_V2])) {
        (void)rmdir(groups->base[CGROUP_V2]);
        groups->base[CGROUP_V2][0] = '\0';
        return;
    }
    groups->memory = MEMORY_V2;
    groups->processes = PROCESSES_V2;
    /* The cpu controller is not everywhere delegated with the two others. */
    if (!wants_cpu)
        return;
    (void)group_put(own, "cgroup.subtree_control", "+cpu");
    if (group_put(groups->base[CGROUP_V2], "cgroup.subtree_control", "+cpu") == 0)
        groups->cpu = CPU_V2;
}

static void
init_v1(struct cgroups *groups, const struct texts *texts, const char *name,
        bool wants_cpu)
{
    char own[PATH_MAX];

    if (groups->memory == MEMORY_POLLING && find_own(texts, CGROUP_V1_MEMORY, own) &&
        make_base(groups, CGROUP_V1_MEMORY, own, name))
        groups->memory = MEMORY_V1;
    if (groups->processes == PROCESSES_NONE && find_own(texts, CGROUP_V1_PIDS, own) &&
        make_base(groups, CGROUP_V1_PIDS, own, name))
        groups->processes = PROCESSES_V1;
    if (wants_cpu && groups->cpu == CPU_NONE && find_own(texts, CGROUP_V1_CPU, own) &&
        make_base(groups, CGROUP_V1_CPU, own, name))
        groups->cpu = CPU_V1;
}

/*
 * The freezer of v2 needs no controller, so it works beside groups of v1. That of v1 is
 * not used: what it froze cannot be killed, and would outlive a sandbox init that died.
 */
static void
init_freezer(struct cgroups *groups, const struct texts *texts, const char *name)
{
    char own[PATH_MAX];
    char file[PATH_MAX];
    const char *base = groups->base[CGROUP_V2];

    if (!base[0] && geteuid() == 0 && find_own(texts, CGROUP_V2, own))
        (void)make_base(groups, CGROUP_V2, own, name);
    if (base[0] && lamb_format(file, sizeof(file), "%s/cgroup.freeze", base) == 0 &&
        access(file, W_OK) == 0)
        groups->freeze = FREEZE_V2;
}

void
cgroups_init(struct cgroups *groups, const char *name, bool wants_cpu)
{
    LAMB_AUTOFREE struct texts *texts = calloc(1, sizeof(*texts));

    *groups = (struct cgroups){ .memory = MEMORY_POLLING, .processes = PROCESSES_NONE };
    if (!texts ||
        files_get(AT_FDCWD, "/proc/self/cgroup", texts->self, sizeof(texts->self)) <
            0 ||
        files_get(AT_FDCWD, "/proc/self/mountinfo", texts->mounts,
                  sizeof(texts->mounts)) < 0)
        return;
    init_v2(groups, texts, name, wants_cpu);
    init_v1(groups, texts, name, wants_cpu);
    init_freezer(groups, texts, name);
}

void
cgroups_sweep(const char *path)
{
    const char *name = strrchr(path, '/');

    /* Only ever what we made, whatever the file says that names it. */
    if (name && strncmp(name, "/lamb-", strlen("/lamb-")) == 0 && sweep_base(path))
        (void)clear_group(path);
}

bool
cgroups_fini(struct cgroups *groups)
{
    bool is_clear = true;

    for (size_t i = 0; i < CGROUP_TREE_N; i++)
        if (groups->base[i][0])
            is_clear &= sweep_base(groups->base[i]) && clear_group(groups->base[i]);
    return is_clear;
}

void
cgroups_give_up(struct cgroups *groups)
{
    (void)cgroups_fini(groups);
    *groups = (struct cgroups){ .memory = MEMORY_POLLING, .processes = PROCESSES_NONE };
}

/* -- leaves ----------------------------------------------------------------------- */

void
cgroup_leaf_close(struct cgroup_leaf *leaf)
{
    for (size_t i = 0; i < LAMB_COUNT(leaf->tasks); i++)
        lamb_close(&leaf->tasks[i]);
    for (size_t i = 0; i < LAMB_COUNT(leaf->limits); i++)
        lamb_close(&leaf->limits[i]);
    lamb_close(&leaf->quota);
    lamb_close(&leaf->freeze);
    lamb_close(&leaf->v2);
    lamb_close(&leaf->events);
    lamb_close(&leaf->peak);
}

/* A file that has to be there; not so swap's (without swap accounting). */
static int
open_needed(const char *group, const char *file, int flags, int *ret)
{
    *ret = group_open(group, file, flags);
    return *ret < 0 ? *ret : 0;
}

static int
open_v1_memory(const char *group, struct cgroup_leaf *leaf)
{
    int r = open_needed(group, "tasks", O_WRONLY, &leaf->tasks[0]);

    if (r == 0)
        r = open_needed(group, "memory.limit_in_bytes", O_WRONLY,
                        &leaf->limits[CGROUP_MEMORY]);
    leaf->limits[CGROUP_SWAP] =
        group_open(group, "memory.memsw.limit_in_bytes", O_WRONLY);
    leaf->events = group_open(group, "memory.oom_control", O_RDONLY);
    leaf->peak = group_open(group, "memory.max_usage_in_bytes", O_RDONLY);
    return r;
}

static int
open_v1_pids(const char *group, struct cgroup_leaf *leaf)
{
    int r = open_needed(group, "tasks", O_WRONLY, &leaf->tasks[1]);

    return r < 0 ? r
                 : open_needed(group, "pids.max", O_WRONLY,
                               &leaf->limits[CGROUP_PROCESSES]);
}

/* The quota is written by sandbox_share_cpu; its period comes before it. */
static int
open_v1_cpu(const char *group, struct cgroup_leaf *leaf)
{
    int r = group_put_number(group, "cpu.cfs_period_us", CGROUP_QUOTA_PERIOD_US);

    if (r == 0)
        r = open_needed(group, "tasks", O_WRONLY, &leaf->tasks[2]);
    leaf->quota = group_open(group, "cpu.cfs_quota_us", O_WRONLY);
    return r;
}

static int
open_v2(const char *group, struct cgroup_leaf *leaf)
{
    leaf->freeze = group_open(group, "cgroup.freeze", O_WRONLY);
    return open_needed(group, ".", O_RDONLY | O_DIRECTORY, &leaf->v2);
}

/* With the controllers for memory and processes, and perhaps that for the CPU. */
static int
open_v2_controllers(const char *group, struct cgroup_leaf *leaf)
{
    int r = open_needed(group, "pids.max", O_WRONLY, &leaf->limits[CGROUP_PROCESSES]);

    if (r == 0)
        r = open_needed(group, "memory.max", O_WRONLY, &leaf->limits[CGROUP_MEMORY]);
    leaf->limits[CGROUP_SWAP] = group_open(group, "memory.swap.max", O_WRONLY);
    leaf->swap_is_apart = true;
    leaf->events = group_open(group, "memory.events", O_RDONLY);
    leaf->peak = group_open(group, "memory.peak", O_RDONLY);
    leaf->quota = group_open(group, "cpu.max", O_WRONLY);
    return r < 0 ? r : open_v2(group, leaf);
}

/* A group of v2 beside those of v1 is only there to be frozen. */
static int
open_leaf(const struct cgroups *groups, enum cgroup_tree tree, const char *group,
          struct cgroup_leaf *leaf)
{
    switch (tree) {
    case CGROUP_V1_MEMORY:
        return open_v1_memory(group, leaf);
    case CGROUP_V1_PIDS:
        return open_v1_pids(group, leaf);
    case CGROUP_V1_CPU:
        return open_v1_cpu(group, leaf);
    case CGROUP_V2:
        return groups->memory == MEMORY_V2 ? open_v2_controllers(group, leaf)
                                           : open_v2(group, leaf);
    case CGROUP_TREE_N:
        break;
    }
    return -ENOTRECOVERABLE;
}

static int
leaf_path(const struct cgroups *groups, int tree, const char *name, char *ret)
{
    return lamb_format(ret, PATH_MAX, "%s/%s", groups->base[tree], name);
}

int
cgroup_leaf_make(const struct cgroups *groups, const char *name,
                 struct cgroup_leaf *ret, struct lamb_err *err)
{
    LAMB_AUTO(cgroup_leaf_close) struct cgroup_leaf leaf = CGROUP_LEAF_NONE;

    for (int i = 0; i < CGROUP_TREE_N; i++) {
        char group[PATH_MAX];
        int r;

        if (!groups->base[i][0])
            continue;
        r = leaf_path(groups, i, name, group);
        if (r == 0)
            r = files_mkdir(AT_FDCWD, group, 0755);
        if (r == 0)
            r = open_leaf(groups, (enum cgroup_tree)i, group, &leaf);
        if (r < 0)
            return lamb_raise(err, r, "%s '%s'", sandbox_step_text(STEP_CGROUP), group);
    }
    *ret = leaf;
    leaf = CGROUP_LEAF_NONE;
    return 0;
}

/* Memory and swap together: in v1 the second is the sum, in v2 what comes on top. */
int
cgroup_leaf_limit(const struct cgroup_leaf *leaf, const struct wire_limits *limits)
{
    uint64_t bytes = (uint64_t)limits->memory_mb << 20;
    const struct {
        bool is_wanted;
        uint64_t number;
    } wanted[CGROUP_LIMIT_N] = {
        [CGROUP_MEMORY] = { bytes != 0, bytes },
        [CGROUP_SWAP] = { bytes != 0, leaf->swap_is_apart ? 0 : bytes },
        [CGROUP_PROCESSES] = { true, limits->processes },
    };

    for (size_t i = 0; i < CGROUP_LIMIT_N; i++) {
        char text[24];
        int r;

        if (leaf->limits[i] < 0 || !wanted[i].is_wanted)
            continue;
        r = lamb_format(text, sizeof(text), "%llu",
                        (unsigned long long)wanted[i].number);
        if (r < 0)
            return r;
        if (write(leaf->limits[i], text, strlen(text)) < 0)
            return -errno;
    }
    return 0;
}

int
cgroup_leaf_remove(const struct cgroups *groups, const char *name)
{
    int result = 0;

    for (size_t i = 0; i < CGROUP_TREE_N; i++) {
        char group[PATH_MAX];

        if (!groups->base[i][0] || leaf_path(groups, (int)i, name, group) < 0)
            continue;
        if (rmdir(group) == 0 || errno == ENOENT)
            continue;
        if (group_put(group, "cgroup.kill", "1") < 0)
            group_each_process(group, kill_process, NULL);
        result = -EBUSY;
    }
    return result;
}

int
cgroup_leaf_enter(const struct cgroup_leaf *leaf)
{
    for (size_t i = 0; i < LAMB_COUNT(leaf->tasks); i++)
        if (leaf->tasks[i] >= 0 && write(leaf->tasks[i], "0", 1) < 0)
            return -errno;
    return 0;
}

uint64_t
cgroup_leaf_oom_kills(const struct cgroup_leaf *leaf)
{
    char text[1024];

    if (leaf->events < 0 || files_get_fd(leaf->events, text, sizeof(text)) < 0)
        return 0;
    return cgroup_oom_count(text);
}
