/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/build.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/store/tree.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

#define ARTIFACTS "ARTIFACTS_DIR"
/* What is kept of make's output: the end of it, where the mistake stands. */
#define OUTPUT_MAX ((size_t)256 * 1024)

/* Until make is killed that was asked to end. */
#define PATIENCE_MS 2000

struct build {
    struct loop *loop;
    void (*done)(void *data, const struct lamb_err *err);
    void *data;
    struct loop_fd *output_watch;
    struct loop_fd *end_watch;
    int output_fd;
    int pid_fd;
    pid_t pid; /* of make, which leads a process group */
    struct lamb_buf output;
    char target[256];
};

static void
build_free(struct build *build)
{
    loop_unwatch(&build->output_watch);
    loop_unwatch(&build->end_watch);
    lamb_close(&build->output_fd);
    lamb_close(&build->pid_fd);
    lamb_buf_fini(&build->output);
    free(build);
}

/* False: nothing more comes now. */
static bool
read_output(struct build *build)
{
    char bytes[16384];
    ssize_t n = read(build->output_fd, bytes, sizeof(bytes));

    if (n <= 0)
        return n < 0 && errno == EINTR;
    if (build->output.len + (size_t)n > OUTPUT_MAX)
        lamb_buf_consume(&build->output, build->output.len / 2);
    (void)lamb_buf_append(&build->output, bytes, (size_t)n);
    return true;
}

static void
on_output(void *data, int fd, unsigned events)
{
    struct build *build = data;

    (void)fd;
    if (!read_output(build) && (events & LOOP_HANGUP))
        loop_unwatch(&build->output_watch);
}

static int
explain(const struct build *build, int status, struct lamb_err *err)
{
    if (WIFSIGNALED(status))
        return lamb_refuse(err, -ECHILD, "make %s was killed by signal %d",
                           build->target, WTERMSIG(status));
    return lamb_refuse(err, -ECHILD, "make %s ended with status %d", build->target,
                       WEXITSTATUS(status));
}

/* Make is over: its own end counts, not that of what it left behind. */
static void
on_end(void *data, int fd, unsigned events)
{
    struct build *build = data;
    void (*done)(void *, const struct lamb_err *) = build->done;
    void *done_data = build->data;
    struct lamb_err err = { 0 };
    int status = 0;
    int r = 0;

    (void)fd;
    (void)events;
    while (read_output(build))
        ;
    if (waitpid(build->pid, &status, 0) != build->pid)
        r = lamb_raise(&err, -errno, "wait for make");
    else if (status)
        r = explain(build, status, &err);
    if (r)
        (void)fwrite(build->output.ptr, 1, build->output.len, stderr);
    build_free(build);
    done(done_data, r ? &err : NULL);
}

/* -- its start -------------------------------------------------------------------- */

/* Our environment with ARTIFACTS_DIR in it; what is added stands first. */
static const char **
environment_with(const char *artifacts)
{
    size_t n = 0;
    const char **list;

    while (environ[n])
        n++;
    list = calloc(n + 2, sizeof(char *));
    if (!list)
        return NULL;
    list[0] = artifacts;
    for (size_t i = 0, k = 1; i < n; i++)
        if (strncmp(environ[i], ARTIFACTS "=", strlen(ARTIFACTS "=")) != 0)
            list[k++] = environ[i];
    return list;
}

/* A group of its own, so that all of it can be killed, and signals as a shell has them.
 */
static int
set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none;
    sigset_t all;
    int r;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    r = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
                                                 POSIX_SPAWN_SETSIGDEF |
                                                 POSIX_SPAWN_SETSIGMASK);
    if (!r)
        r = posix_spawnattr_setpgroup(attributes, 0);
    if (!r)
        r = posix_spawnattr_setsigmask(attributes, &none);
    return r ? r : posix_spawnattr_setsigdefault(attributes, &all);
}

static int
set_files(posix_spawn_file_actions_t *actions, const char *folder, int output)
{
    int r = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

    if (!r)
        r = posix_spawn_file_actions_adddup2(actions, output, 1);
    if (!r)
        r = posix_spawn_file_actions_adddup2(actions, output, 2);
    return r ? r : posix_spawn_file_actions_addchdir_np(actions, folder);
}

static int
spawn(struct build *build, const char *folder, const char *artifacts, int output)
{
    char *argv[] = { (char[]){ "make" }, build->target, NULL };
    const char **env = environment_with(artifacts);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int r;

    if (!env)
        return -ENOMEM;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawnattr_init(&attributes);
    r = set_attributes(&attributes);
    if (!r)
        r = set_files(&actions, folder, output);
    if (!r)
        r = posix_spawnp(&build->pid, "make", &actions, &attributes, argv,
                         (char **)(uintptr_t)env);
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    free(env);
    return -r;
}

/* ARTIFACTS is there and empty; gives it as a variable of the environment. */
static int
make_artifacts(const char *artifacts, struct lamb_buf *ret, struct lamb_err *err)
{
    int r = tree_remove(AT_FDCWD, artifacts, err);

    if (r)
        return r;
    if (mkdir(artifacts, 0755))
        return lamb_raise(err, -errno, "make the folder '%s'", artifacts);
    r = lamb_buf_printf(ret, ARTIFACTS "=%s", artifacts);
    return r ? lamb_raise(err, r, "environment of make") : 0;
}

static int
run(struct build *build, const char *folder, const char *artifacts,
    struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf variable = LAMB_BUF_INIT(8192);
    LAMB_AUTOFD int output = -EBADF;
    int pipes[2];
    int r = make_artifacts(artifacts, &variable, err);

    if (r)
        return r;
    if (pipe2(pipes, O_CLOEXEC))
        return lamb_raise(err, -errno, "pipe of make");
    build->output_fd = pipes[0];
    output = pipes[1];
    r = spawn(build, folder, lamb_buf_cstr(&variable), output);
    if (r == -ENOENT)
        return lamb_refuse(err, r,
                           "BuildMethod makefile needs the program make in PATH, and "
                           "the folder '%s'",
                           folder);
    if (r)
        return lamb_raise(err, r, "run make in '%s'", folder);
    build->pid_fd = (int)syscall(SYS_pidfd_open, build->pid, 0);
    if (build->pid_fd < 0)
        return lamb_raise(err, -errno, "watch make");
    r = loop_watch(build->loop, build->output_fd, LOOP_READABLE, "make's output",
                   on_output, build, &build->output_watch, err);
    return r ? r
             : loop_watch(build->loop, build->pid_fd, LOOP_READABLE, "make", on_end,
                          build, &build->end_watch, err);
}

int
build_start(struct loop *loop, const char *folder, const char *id,
            const char *artifacts, void (*done)(void *data, const struct lamb_err *err),
            void *data, struct build **ret, struct lamb_err *err)
{
    struct build *build = calloc(1, sizeof(*build));
    int r;

    if (!build)
        return lamb_raise(err, -ENOMEM, "build '%s'", id);
    *build = (struct build){ .loop = loop,
                             .done = done,
                             .data = data,
                             .output_fd = -EBADF,
                             .pid_fd = -EBADF,
                             .output = LAMB_BUF_INIT(2 * OUTPUT_MAX) };
    r = lamb_format(build->target, sizeof(build->target), "build-%s", id);
    if (r)
        r = lamb_refuse(err, r, "the logical id '%s' is too long", id);
    else
        r = run(build, folder, artifacts, err);
    if (r) {
        build_stop(build);
        return r;
    }
    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "  building %s\n", id);
    *ret = build;
    return 0;
}

/* Make removes what is half made when it is asked to end. */
static void
end_make(struct build *build)
{
    struct pollfd end = { .fd = build->pid_fd, .events = POLLIN };

    (void)kill(-build->pid, SIGTERM);
    if (build->pid_fd < 0 || poll(&end, 1, PATIENCE_MS) != 1)
        (void)kill(-build->pid, SIGKILL);
    while (waitpid(build->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

void
build_stop(struct build *build)
{
    if (!build)
        return;
    if (build->pid > 0)
        end_make(build);
    build_free(build);
}
