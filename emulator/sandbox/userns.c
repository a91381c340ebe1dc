/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/userns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/kin.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/num.h"
#include "sdk/base/span.h"

/* The service's own user has this number; nobody sees it outside. */
enum { SINGLE_ID = 993, RANGE_MAX = 4096 };

/* -- made ------------------------------------------------------------------------- */

static int
put_map(pid_t pid, const char *file, unsigned inside, unsigned outside, unsigned count)
{
    char path[64], text[64];
    int r = lamb_format(path, sizeof(path), "/proc/%d/%s", pid, file);

    if (r == 0)
        r = lamb_format(text, sizeof(text), "%u %u %u", inside, outside, count);
    return r < 0 ? r : files_put(AT_FDCWD, path, text);
}

static int
map_and_open(pid_t pid, const struct userns_map *map)
{
    char path[64];
    int r = put_map(pid, "uid_map", map->inside_uid, map->outside_uid, map->count), fd;

    if (r == 0)
        r = put_map(pid, "gid_map", map->inside_gid, map->outside_gid, map->count);
    if (r == 0)
        r = lamb_format(path, sizeof(path), "/proc/%d/ns/user", pid);
    if (r < 0)
        return r;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* A child holds it until we have it. */
int
userns_make(const struct userns_map *map)
{
    struct clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
    pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
    int fd;

    if (pid < 0)
        return -errno;
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            (void)pause();
    }
    fd = map_and_open(pid, map);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    return fd;
}

/* -- ranges ----------------------------------------------------------------------- */

int
userns_find_range(const char *text, const char *name, uid_t uid, uid_t *ret_first,
                  unsigned *ret_count)
{
    struct lamb_span rest = lamb_span_str(text);
    char number[16];

    if (lamb_format(number, sizeof(number), "%u", uid) < 0)
        return -EINVAL;
    while (rest.len) {
        struct lamb_span line, owner, first_text;
        uint64_t first, count;

        (void)lamb_span_cut(rest, '\n', &line, &rest);
        (void)lamb_span_cut(line, ':', &owner, &line);
        (void)lamb_span_cut(line, ':', &first_text, &line);
        if ((!lamb_span_is(owner, name) && !lamb_span_is(owner, number)) ||
            lamb_parse_u64(first_text, 1, UINT32_MAX / 2, &first) < 0 ||
            lamb_parse_u64(lamb_span_trim(line), 2, UINT32_MAX / 2, &count) < 0)
            continue;
        *ret_first = (uid_t)first;
        *ret_count = (unsigned)count;
        return 0;
    }
    return -ENOENT;
}

struct ranges {
    uid_t first_uid;
    gid_t first_gid;
    unsigned count;
};

static int
read_range(const char *file, const char *name, uid_t uid, uid_t *ret_first,
           unsigned *ret_count)
{
    LAMB_AUTOFREE char *text = malloc(65536);
    int r = text ? files_get(AT_FDCWD, file, text, 65536) : -ENOMEM;

    return r < 0 ? r : userns_find_range(text, name, uid, ret_first, ret_count);
}

static int
find_ranges(struct ranges *ret)
{
    const struct passwd *user = getpwuid(geteuid());
    const char *name = user ? user->pw_name : "";
    unsigned uids, gids;
    int r = read_range("/etc/subuid", name, geteuid(), &ret->first_uid, &uids);

    if (r == 0)
        r = read_range("/etc/subgid", name, geteuid(), &ret->first_gid, &gids);
    if (r < 0)
        return r;
    ret->count = uids < gids ? uids : gids;
    if (ret->count > RANGE_MAX)
        ret->count = RANGE_MAX;
    return 0;
}

/* -- entered ---------------------------------------------------------------------- */

/* Map ourselves as 0 and the range behind it, by a program with the rights to do so. */
static int
run_map_tool(const char *tool, pid_t pid, unsigned self, unsigned first, unsigned count)
{
    char texts[5][16], zero[] = "0", one[] = "1", name[16];
    const unsigned numbers[] = { (unsigned)pid, self, first, count };
    char *argv[] = {
        name, texts[0], zero, texts[1], one, one, texts[2], texts[3], NULL
    };
    char *const no_env[] = { NULL };
    char path[40];
    pid_t child;
    int status;

    if (lamb_format(name, sizeof(name), "%s", tool) < 0 ||
        lamb_format(path, sizeof(path), "/usr/bin/%s", tool) < 0)
        return -ENAMETOOLONG;
    for (size_t i = 0; i < LAMB_COUNT(numbers); i++)
        if (lamb_format(texts[i], sizeof(texts[i]), "%u", numbers[i]) < 0)
            return -ENAMETOOLONG;
    child = kin_fork();
    if (child == 0) {
        (void)execve(path, argv, no_env);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0)
        return -errno;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EPERM;
}

/* In a process of the outer namespace: wait for GO, then map process PID. */
static _Noreturn void
map_from_outside(int go, pid_t pid, uid_t uid, gid_t gid, const struct ranges *ranges)
{
    char byte;
    int r = read(go, &byte, 1) == 1 ? 0 : -EPIPE;

    if (r == 0)
        r = run_map_tool("newuidmap", pid, uid, ranges->first_uid, ranges->count);
    if (r < 0)
        _exit(1);
    r = run_map_tool("newgidmap", pid, gid, ranges->first_gid, ranges->count);
    _exit(r < 0 ? 2 : 0);
}

/* Unshare while a helper waits outside; 1: no range could be mapped. */
static int
unshare_with_ranges(const struct ranges *ranges)
{
    LAMB_AUTOFD int go = -EBADF;
    pid_t self = getpid(), helper;
    uid_t uid = geteuid();
    gid_t gid = getegid();
    int pair[2], status = 0;

    if (pipe2(pair, O_CLOEXEC) < 0)
        return -errno;
    go = pair[1];
    helper = kin_fork();
    if (helper == 0) {
        lamb_close(&go);
        map_from_outside(pair[0], self, uid, gid, ranges);
    }
    (void)close(pair[0]);
    if (helper < 0)
        return -errno;
    if (unshare(CLONE_NEWUSER) == 0)
        (void)prctl(PR_SET_DUMPABLE, 1); /* or our files in /proc were root's */
    if (write(go, "", 1) != 1)
        status = -errno;
    if (waitpid(helper, &status, 0) < 0 || !WIFEXITED(status))
        return -ECHILD;
    if (WEXITSTATUS(status) == 2)
        return -EPERM; /* users are mapped and groups are not: no way back */
    return WEXITSTATUS(status) ? 1 : 0;
}

static int
map_single(uid_t uid, gid_t gid)
{
    int r = files_put(AT_FDCWD, "/proc/self/setgroups", "deny");

    if (r == 0)
        r = put_map(getpid(), "uid_map", SINGLE_ID, uid, 1);
    return r == 0 ? put_map(getpid(), "gid_map", SINGLE_ID, gid, 1) : r;
}

/* Can it be done at all? Tried by a child, because there is no way back. */
static int
try_beside(void)
{
    pid_t pid = kin_fork();
    int status;

    if (pid == 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) < 0 ||
            mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
            _exit(errno);
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return -errno;
    return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECANCELED;
}

int
userns_enter(struct userns_own *ret, struct lamb_err *err)
{
    struct ranges ranges = { 0 };
    uid_t uid = geteuid();
    gid_t gid = getegid();
    int r = try_beside();

    if (r < 0)
        return lamb_refuse(err, r,
                           "this kernel does not let an ordinary user make namespaces "
                           "(sysctl kernel.unprivileged_userns_clone, "
                           "user.max_user_namespaces, "
                           "kernel.apparmor_restrict_unprivileged_userns)");
    if (geteuid() != 0 && find_ranges(&ranges) == 0)
        r = unshare_with_ranges(&ranges);
    else
        r = unshare(CLONE_NEWUSER) < 0 ? -errno : 1;
    (void)prctl(PR_SET_DUMPABLE, 1);
    if (r < 0)
        return lamb_raise(err, r, "map the ids of the user's range");
    *ret = (struct userns_own){ .first = 1,
                                .outside_first = ranges.first_uid,
                                .count = ranges.count,
                                .has_range = true };
    if (r == 0)
        return 0;
    r = map_single(uid, gid);
    *ret = (struct userns_own){ .first = SINGLE_ID, .outside_first = uid, .count = 1 };
    return r < 0 ? lamb_raise(err, r, "map the own id") : 0;
}
