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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "emulator/sandbox/files.h"
#include "sdk/base/auto.h"

struct child {
    const struct launch *from;
    int report; /* close-on-exec pipe */
};

/* What comes back through the pipe; smaller than PIPE_BUF, so written at once. */
struct report {
    int32_t step;
    struct lamb_err err;
};

/* -- the steps, between clone and exec
 * -------------------------------------------------
 *
 * The memory is the init's, which waits: what these write, the init sees. They use raw
 * calls for ids, because the C library's would signal threads that are not there.
 */

static int
step_enter(const struct child *child)
{
    return cgroup_leaf_enter(&child->from->plan->leaf);
}

static int
step_session(const struct child *child)
{
    (void)child;
    return setsid() < 0 ? -errno : 0;
}

/* All signals have their default action already: the spawner saw to it. */
static int
step_mask(const struct child *child)
{
    sigset_t none;

    (void)child;
    (void)sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

/* A pipe belongs to who made it: hand it over, or /dev/stderr could not be opened. What
 * is no pipe (the probe has /dev/null) is the host's. */
static int
hand_over_pipe(int fd, uid_t id)
{
    struct stat st;

    if (fstat(fd, &st) < 0 || (S_ISFIFO(st.st_mode) && fchown(fd, id, id) < 0))
        return -errno;
    return 0;
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
step_descriptors(const struct child *child)
{
    const struct launch *from = child->from;
    bool is_apart = sandbox_level_is_apart(from->plan->level);
    int r = 0;

    /* Received descriptors are above 2, for 0 to 2 are always open in the init. */
    if (dup2(from->null, 0) < 0 || dup2(from->streams[0], 1) < 0 ||
        dup2(from->streams[1], 2) < 0)
        return -errno;
    for (int fd = 1; fd <= 2 && r == 0 && is_apart; fd++)
        r = hand_over_pipe(fd, from->plan->uid);
    if (r == 0 && from->has_log && is_apart)
        r = hand_over_pipe(from->log, from->plan->uid);
    if (r == 0 && close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
        r = -errno;
    return r == 0 && from->has_log ? place_log(from->log) : r;
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

/* Beside those that the plan tells: what was recorded on the service, "ulimit -a". */
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
step_rlimits(const struct child *child)
{
    int r = lower_limit(RLIMIT_NOFILE, child->from->plan->limits.descriptors);

    if (r == 0 && child->from->processes != RLIM_INFINITY)
        r = lower_limit(RLIMIT_NPROC, child->from->processes);
    for (size_t i = 0; i < LAMB_COUNT(recorded_rlimits) && r == 0; i++)
        r = set_soft_limit(recorded_rlimits[i].resource, recorded_rlimits[i].soft);
    (void)umask(022);
    return r;
}

_Static_assert(LAUNCH_OOM_SCORE == 500, "step_oom spells it");

static int
step_oom(const struct child *child)
{
    if (!child->from->raise_oom_score)
        return 0;
    return files_put(AT_FDCWD, "/proc/self/oom_score_adj", "500");
}

static int
step_userns(const struct child *child)
{
    int userns = child->from->plan->userns;

    return userns >= 0 && setns(userns, CLONE_NEWUSER) < 0 ? -errno : 0;
}

static int
step_ids(const struct child *child)
{
    uid_t id = child->from->plan->uid;

    if ((!child->from->plan->keeps_groups && syscall(SYS_setgroups, 0, NULL) < 0) ||
        syscall(SYS_setresgid, id, id, id) < 0 ||
        syscall(SYS_setresuid, id, id, id) < 0)
        return -errno;
    return 0;
}

static int
step_cwd(const struct child *child)
{
    return chdir(child->from->cwd) < 0 ? -errno : 0;
}

static int
step_capabilities(const struct child *child)
{
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[2] = { 0 };

    (void)child;
    return syscall(SYS_capset, &head, none) < 0 ? -errno : 0;
}

static int
step_privileges(const struct child *child)
{
    (void)child;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

static int
step_filter(const struct child *child)
{
    return filter_install(child->from->plan->filter);
}

static int
step_exec(const struct child *child)
{
    const struct launch *from = child->from;

    if (!from->argv[0])
        _exit(0);
    (void)execve(from->argv[0], from->argv, from->envp);
    return -errno;
}

#define AT(level) (1U << (level))
#define APART (AT(SANDBOX_FULL) | AT(SANDBOX_ROOTLESS))
#define ALL_LEVELS (APART | AT(SANDBOX_LIMITS) | AT(SANDBOX_NONE))

/* In this order: rights only ever shrink. */
static const struct {
    enum sandbox_step step;
    unsigned levels;
    int (*fn)(const struct child *child);
} steps[] = {
    { STEP_ENTER, ALL_LEVELS, step_enter },
    { STEP_SESSION, ALL_LEVELS, step_session },
    { STEP_MASK, ALL_LEVELS, step_mask },
    { STEP_DESCRIPTORS, ALL_LEVELS, step_descriptors },
    { STEP_RLIMITS, ALL_LEVELS, step_rlimits },
    { STEP_OOM, ALL_LEVELS, step_oom },
    { STEP_USERNS, AT(SANDBOX_FULL), step_userns },
    { STEP_IDS, APART, step_ids },
    { STEP_CWD, ALL_LEVELS, step_cwd },
    { STEP_CAPABILITIES, APART, step_capabilities },
    { STEP_PRIVILEGES, APART | AT(SANDBOX_LIMITS), step_privileges },
    { STEP_FILTER, APART | AT(SANDBOX_LIMITS), step_filter },
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
describe(const struct launch *from, struct report *report, int r)
{
    if (report->step == STEP_EXEC)
        explain_exec(from->argv[0], r, &report->err);
    else if (report->step == STEP_CWD)
        (void)lamb_raise(&report->err, r, "%s '%s'", sandbox_step_text(STEP_CWD),
                         from->cwd);
    else
        (void)lamb_raise(&report->err, r, "%s",
                         sandbox_step_text((enum sandbox_step)report->step));
}

static int
run_child(void *data)
{
    const struct child *child = data;
    struct report report = { 0 };

    for (size_t i = 0; i < LAMB_COUNT(steps); i++) {
        int r;

        if (!(steps[i].levels & AT(child->from->plan->level)))
            continue;
        r = steps[i].fn(child);
        if (r == 0)
            continue;
        report.step = (int32_t)steps[i].step;
        describe(child->from, &report, r);
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
    static void *stack; /* the init has one child between clone and exec at a time */

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

int
launch(const struct launch *from, pid_t *ret_pid, enum sandbox_step *ret_step,
       struct lamb_err *err)
{
    struct clone_args args = { .flags = CLONE_VFORK, .exit_signal = SIGCHLD };
    LAMB_AUTOFD int in = -EBADF;
    LAMB_AUTOFD int out = -EBADF;
    struct child child = { .from = from };
    struct report report;
    int ends[2];
    pid_t pid;

    *ret_step = STEP_CLONE;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return lamb_raise(err, -errno, "make a pipe");
    in = ends[0];
    out = ends[1];
    child.report = out;
    if (from->plan->leaf.v2 >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)from->plan->leaf.v2;
    }
    pid = clone_child(&args, &child);
    if (pid < 0)
        return lamb_raise(err, pid, "%s", sandbox_step_text(STEP_CLONE));

    lamb_close(&out);
    if (read(in, &report, sizeof(report)) == (ssize_t)sizeof(report)) {
        (void)waitpid(pid, NULL, 0);
        *ret_step = (enum sandbox_step)report.step;
        *err = report.err;
        return report.err.code;
    }
    *ret_step = STEP_NONE;
    *ret_pid = pid;
    return 0;
}
