/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "emulator/sandbox/files.h"
#include "sdk/base/auto.h"

/* What the child sees; in the memory of both. */
struct child {
    const struct launch_ground *ground;
    const struct launch *job; /* of use once it was told to go */
    int go;
    int report;     /* close-on-exec */
    int inits[2];   /* the other ends of both, not to be held by the child */
    int streams[2]; /* its own copies of what the job names */
    int log;
};

/* What comes back through the pipe; smaller than PIPE_BUF, so written at once. */
struct report {
    int32_t step; /* STEP_NONE: it waits */
    struct lamb_err err;
};

/* -- the steps, between clone and exec
 * -------------------------------------------------
 *
 * The memory is the init's, which waits: what these write, the init sees. They use raw
 * calls for ids, because the C library's would signal threads that are not there.
 */

static int
step_enter(struct child *child)
{
    return cgroup_leaf_enter(&child->ground->plan->leaf);
}

static int
step_session(struct child *child)
{
    (void)child;
    return setsid() < 0 ? -errno : 0;
}

/* All signals have their default action already: the spawner saw to it. */
static int
step_mask(struct child *child)
{
    sigset_t none;

    (void)child;
    (void)sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

/* The one descriptor above 2 that is left open. What the init has open itself is far
 * below; should it not be, the process is not started with a hole in its plan. */
static int
place_log(int log)
{
    if (log != SANDBOX_LOG_FD && fcntl(SANDBOX_LOG_FD, F_GETFD) >= 0)
        return -EBUSY;
    return dup2(log, SANDBOX_LOG_FD) < 0 || fcntl(SANDBOX_LOG_FD, F_SETFD, 0) < 0
               ? -errno
               : 0;
}

static int
step_descriptors(struct child *child)
{
    /* Received descriptors are above 2, for 0 to 2 are always open in the init. */
    if (dup2(child->ground->null, 0) < 0 || dup2(child->streams[0], 1) < 0 ||
        dup2(child->streams[1], 2) < 0 || close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
        return -errno;
    return child->job->has_log ? place_log(child->log) : 0;
}

static int
lower_limit(__rlimit_resource_t resource, rlim_t wanted)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) < 0)
        return -errno;
    if (wanted < limit.rlim_max)
        limit.rlim_max = wanted;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(resource, &limit) < 0 ? -errno : 0;
}

/* Beside those that are told: what was recorded on the service, "ulimit -a". */
static const struct {
    __rlimit_resource_t resource;
    rlim_t soft; /* the hard one stays */
} recorded_rlimits[] = {
    { RLIMIT_STACK, 8 * 1024 * 1024 },
    { RLIMIT_MEMLOCK, 65536 },
    { RLIMIT_CORE, 0 }, /* there 10 GiB; here a host's folder could get the file */
};

static int
set_soft_limit(__rlimit_resource_t resource, rlim_t wanted)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) < 0)
        return -errno;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    return setrlimit(resource, &limit) < 0 ? -errno : 0;
}

static int
step_recorded_rlimits(struct child *child)
{
    int r = 0;

    (void)child;
    for (size_t i = 0; i < LAMB_COUNT(recorded_rlimits) && r == 0; i++)
        r = set_soft_limit(recorded_rlimits[i].resource, recorded_rlimits[i].soft);
    (void)umask(022);
    return r;
}

static int
step_rlimits(struct child *child)
{
    int r = lower_limit(RLIMIT_NOFILE, child->job->descriptors);

    if (r < 0 || child->job->processes == RLIM_INFINITY)
        return r;
    return lower_limit(RLIMIT_NPROC, child->job->processes);
}

_Static_assert(LAUNCH_OOM_SCORE == 500, "step_oom spells it");

static int
step_oom(struct child *child)
{
    if (!child->ground->raise_oom_score)
        return 0;
    return files_put(AT_FDCWD, "/proc/self/oom_score_adj", "500");
}

static int
step_userns(struct child *child)
{
    int userns = child->ground->plan->userns;

    return userns >= 0 && setns(userns, CLONE_NEWUSER) < 0 ? -errno : 0;
}

static int
step_ids(struct child *child)
{
    uid_t id = child->ground->plan->uid;

    if ((!child->ground->plan->keeps_groups && syscall(SYS_setgroups, 0, NULL) < 0) ||
        syscall(SYS_setresgid, id, id, id) < 0 ||
        syscall(SYS_setresuid, id, id, id) < 0)
        return -errno;
    return 0;
}

static int
step_cwd(struct child *child)
{
    return chdir(child->job->cwd) < 0 ? -errno : 0;
}

static int
step_capabilities(struct child *child)
{
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[2] = { 0 };

    (void)child;
    return syscall(SYS_capset, &head, none) < 0 ? -errno : 0;
}

static int
step_privileges(struct child *child)
{
    (void)child;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

static int
step_filter(struct child *child)
{
    return filter_install(child->ground->plan->filter);
}

static int
step_exec(struct child *child)
{
    const struct launch *job = child->job;

    if (!job->argv[0])
        _exit(0);
    (void)execve(job->argv[0], job->argv, job->envp);
    return -errno;
}

/* The end of what can be done ahead of time. Nobody there: the init died. */
static int
step_wait(struct child *child)
{
    struct report waits = { .step = STEP_NONE };
    struct wire_msg msg;
    struct wire_fds fds;

    if (write(child->report, &waits, sizeof(waits)) < 0 ||
        wire_recv(child->go, &msg, &fds, 0) <= 0)
        _exit(127);
    child->streams[0] = fds.fd[0];
    child->streams[1] = fds.fd[1];
    child->log = fds.fd[2];
    return 0;
}

#define AT(level) (1U << (level))
#define APART (AT(SANDBOX_FULL) | AT(SANDBOX_ROOTLESS))
#define ALL_LEVELS (APART | AT(SANDBOX_LIMITS) | AT(SANDBOX_NONE))

/* In this order: rights only ever shrink. */
static const struct {
    enum sandbox_step step;
    unsigned levels;
    int (*fn)(struct child *child);
} steps[] = {
    { STEP_ENTER, ALL_LEVELS, step_enter },
    { STEP_SESSION, ALL_LEVELS, step_session },
    { STEP_MASK, ALL_LEVELS, step_mask },
    { STEP_RLIMITS, ALL_LEVELS, step_recorded_rlimits },
    { STEP_OOM, ALL_LEVELS, step_oom },
    { STEP_USERNS, AT(SANDBOX_FULL), step_userns },
    { STEP_IDS, APART, step_ids },
    { STEP_CAPABILITIES, APART, step_capabilities },
    { STEP_PRIVILEGES, APART | AT(SANDBOX_LIMITS), step_privileges },
    { STEP_FILTER, APART | AT(SANDBOX_LIMITS), step_filter },
    { STEP_WAIT, ALL_LEVELS, step_wait },
    { STEP_DESCRIPTORS, ALL_LEVELS, step_descriptors },
    { STEP_RLIMITS, ALL_LEVELS, step_rlimits },
    { STEP_CWD, ALL_LEVELS, step_cwd },
    { STEP_EXEC, ALL_LEVELS, step_exec },
};

/* Errors of exec that the bare errno explains badly. */
static void
explain_exec(const char *file, int r, struct lamb_err *err)
{
    if (r == -ENOENT && access(file, F_OK) == 0)
        (void)lamb_refuse(err, r,
                          "exec '%s': the file is there, but the interpreter or loader "
                          "that it names is not (its #! line, or PT_INTERP)",
                          file);
    else if (r == -ENOEXEC)
        (void)lamb_refuse(err, r,
                          "exec '%s': not a program for this machine (a script needs "
                          "a #! line; a binary the right architecture)",
                          file);
    else if (r == -EACCES)
        (void)lamb_refuse(err, r,
                          "exec '%s': permission denied (chmod 755 the file; its "
                          "folders must be readable too)",
                          file);
    else
        (void)lamb_raise(err, r, "exec '%s'", file);
}

static void
describe(const struct launch *job, struct report *report, int r)
{
    if (report->step == STEP_EXEC)
        explain_exec(job->argv[0], r, &report->err);
    else if (report->step == STEP_CWD)
        (void)lamb_raise(&report->err, r, "%s '%s'", sandbox_step_text(STEP_CWD),
                         job->cwd);
    else
        (void)lamb_raise(&report->err, r, "%s",
                         sandbox_step_text((enum sandbox_step)report->step));
}

static int
run_child(void *data)
{
    struct child *child = data;
    struct report report = { 0 };

    (void)close(child->inits[0]);
    (void)close(child->inits[1]);
    for (size_t i = 0; i < LAMB_COUNT(steps); i++) {
        int r;

        if (!(steps[i].levels & AT(child->ground->plan->level)))
            continue;
        r = steps[i].fn(child);
        if (r == 0)
            continue;
        report.step = (int32_t)steps[i].step;
        describe(child->job, &report, r);
        _exit(write(child->report, &report, sizeof(report)) < 0 ? 126 : 127);
    }
    return 0;
}

/* -- clone ------------------------------------------------------------------------ */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LAUNCH_COPIES_MEMORY
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || !defined(__x86_64__)
#define LAUNCH_COPIES_MEMORY
#endif

#ifdef LAUNCH_COPIES_MEMORY

/* The portable way, a copy of the init; sanitizers do not understand the other. */
static pid_t
clone_child(struct clone_args *args, struct child *child)
{
    pid_t pid = (pid_t)syscall(SYS_clone3, args, sizeof(*args));

    if (pid == 0)
        _exit(run_child(child));
    return pid < 0 ? -errno : pid;
}

#else

enum { CHILD_STACK = 128 * 1024 };

/*
 * clone3 with the init's memory and a stack of its own. The C library has no function
 * for it (Debian 12), and only clone3 can put the child into a cgroup v2 at once.
 */
static long
clone_on_stack(struct clone_args *args, struct child *child)
{
    register int (*fn)(void *) __asm__("r8") = run_child; /* no call may come between */
    register void *arg __asm__("r9") = child;
    long r;

    __asm__ volatile(
        "syscall\n\t"
        "test %%rax, %%rax\n\t"
        "jnz 1f\n\t"
        "mov %[arg], %%rdi\n\t"
        "xor %%ebp, %%ebp\n\t"
        "call *%[fn]\n\t"
        "mov %%eax, %%edi\n\t"
        "mov %[exit], %%eax\n\t"
        "syscall\n\t"
        "hlt\n"
        "1:"
        : "=a"(r)
        : "a"((long)SYS_clone3), "D"(args),
          "S"(sizeof(*args)), [fn] "r"(fn), [arg] "r"(arg), [exit] "i"(SYS_exit_group)
        : "rcx", "r11", "memory");
    return r;
}

static pid_t
clone_child(struct clone_args *args, struct child *child)
{
    static void *stack; /* the init has one child before exec at a time */

    if (!stack) {
        stack = mmap(NULL, CHILD_STACK, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if (stack == MAP_FAILED) {
            stack = NULL;
            return -ENOMEM;
        }
    }
    args->flags |= CLONE_VM;
    args->stack = (uint64_t)(uintptr_t)stack;
    args->stack_size = CHILD_STACK;
    return (pid_t)clone_on_stack(args, child);
}

#endif

/* -- the init's side --------------------------------------------------------------- */

void
launcher_init(struct launcher *launcher, const struct launch_ground *ground)
{
    *launcher = (struct launcher){ .ground = *ground, .go = -EBADF, .report = -EBADF };
}

void
launcher_forget(struct launcher *launcher)
{
    lamb_close(&launcher->go); /* it ends, if it has not */
    lamb_close(&launcher->report);
    launcher->child = 0;
}

/* 0: it waits, or it has become the program; else what went wrong in the child. */
static int
hear(struct launcher *launcher, enum sandbox_step *ret_step, struct lamb_err *err)
{
    struct report report;
    pid_t child = launcher->child;

    if (read(launcher->report, &report, sizeof(report)) != (ssize_t)sizeof(report) ||
        report.step == STEP_NONE)
        return 0;
    launcher_forget(launcher);
    (void)waitpid(child, NULL, 0);
    *ret_step = (enum sandbox_step)report.step;
    *err = report.err;
    return report.err.code;
}

static int
open_ends(struct launcher *launcher, struct child *child, struct lamb_err *err)
{
    int pair[2], ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return lamb_raise(err, -errno, "make a socket");
    launcher->go = child->inits[0] = pair[0];
    child->go = pair[1];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        (void)close(child->go);
        return lamb_raise(err, -errno, "make a pipe");
    }
    launcher->report = child->inits[1] = ends[0];
    child->report = ends[1];
    return 0;
}

/* A child that has come to the step which waits. */
static int
make_child(struct launcher *launcher, enum sandbox_step *ret_step, struct lamb_err *err)
{
    static struct child child; /* read for as long as the child has our memory */
    struct clone_args args = { .exit_signal = SIGCHLD };
    int leaf = launcher->ground.plan->leaf.v2;
    pid_t pid;
    int r;

    *ret_step = STEP_CLONE;
    child = (struct child){ .ground = &launcher->ground, .job = &launcher->job };
    r = open_ends(launcher, &child, err);
    if (r < 0)
        return r;
    if (leaf >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)leaf;
    }
    pid = clone_child(&args, &child);
    (void)close(child.go); /* the child has its own copies under these numbers */
    (void)close(child.report);
    if (pid < 0)
        return lamb_raise(err, pid, "%s", sandbox_step_text(STEP_CLONE));
    launcher->child = pid;
    return hear(launcher, ret_step, err);
}

void
launcher_prepare(struct launcher *launcher)
{
#ifndef LAUNCH_COPIES_MEMORY /* else it would not see what it shall run */
    enum sandbox_step step;
    struct lamb_err err;

    if (!launcher->child && make_child(launcher, &step, &err) < 0)
        launcher_forget(launcher); /* a launch tries again, and says why not */
#else
    (void)launcher;
#endif
}

/* A pipe belongs to who made it: hand it over, or /dev/stderr could not be opened. What
 * is no pipe (the probe has /dev/null) is the host's. */
static int
hand_over_pipes(const struct plan *plan, const int *fds, size_t count)
{
    for (size_t i = 0; i < count && sandbox_level_is_apart(plan->level); i++) {
        struct stat st;

        if (fstat(fds[i], &st) < 0 ||
            (S_ISFIFO(st.st_mode) && fchown(fds[i], plan->uid, plan->uid) < 0))
            return -errno;
    }
    return 0;
}

static int
let_go(struct launcher *launcher)
{
    const struct launch *job = &launcher->job;
    const int fds[] = { job->streams[0], job->streams[1], job->log };
    struct wire_msg msg = wire_msg(WIRE_GO, 0);
    size_t count = job->has_log ? 3 : 2;
    int r = hand_over_pipes(launcher->ground.plan, fds, count);

    return r < 0 ? r : wire_send(launcher->go, &msg, fds, count, 0);
}

int
launch(struct launcher *launcher, const struct launch *job, pid_t *ret_pid,
       enum sandbox_step *ret_step, struct lamb_err *err)
{
    int r = -EPIPE;

    launcher->job = *job;
    if (launcher->child)
        r = let_go(launcher);
    if (r == -EPIPE) { /* nobody waits, or no more */
        launcher_forget(launcher);
        r = make_child(launcher, ret_step, err);
        if (r < 0) {
            launcher_forget(launcher);
            return r;
        }
        r = let_go(launcher);
    }
    *ret_step = STEP_DESCRIPTORS;
    *ret_pid = launcher->child;
    r = r < 0 ? lamb_raise(err, r, "%s", sandbox_step_text(STEP_DESCRIPTORS))
              : hear(launcher, ret_step, err);
    if (r == 0)
        *ret_step = STEP_NONE;
    launcher_forget(launcher);
    return r;
}
