/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"
#include "sdk/events/sample.h"
#include "sdk/testing/answer.h"
#include "sdk/testing/subject.h"

enum { EVENT_MAX = 64 * 1024 * 1024, STEP = 65536, DEFAULT_TIMEOUT_MS = 3000 };

/* The sanitizer's and the coverage's, when the test is built with them. */
int find_leaks(void) __asm__("__lsan_do_recoverable_leak_check") __attribute__((weak));
void dump_coverage(void) __asm__("__gcov_dump") __attribute__((weak));

/* Both ends of a pipe. */
struct tube {
    int out;
    int in;
};

/* ---- The event ------------------------------------------------------------------ */

static int
read_file(const char *path, struct lamb_buf *ret, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return lamb_raise(err, -errno, "opening the event file '%s'", path);
    do {
        int r = lamb_buf_reserve(ret, STEP);

        if (r)
            return lamb_raise(err, r, "reading the event file '%s'", path);
        n = read(fd, ret->ptr + ret->len, STEP);
        if (n > 0)
            ret->len += (size_t)n;
    } while (n > 0 || (n < 0 && errno == EINTR));
    if (n < 0)
        return lamb_raise(err, -errno, "reading the event file '%s'", path);
    return 0;
}

/* The sample of a source, with the changes that are wanted, into RET. */
static int
make_event(const struct lamb_test_invocation *what, struct lamb_buf *ret,
           struct lamb_err *err)
{
    const struct lamb_event_sample *sample = lamb_event_sample_named(what->source);
    json_t *event = sample ? json_loads(sample->json, 0, NULL) : NULL;
    char *text = NULL;
    int r = 0;

    if (!sample)
        return lamb_refuse(err, -EINVAL,
                           "there is no source '%s' of events: `lamb event --list` "
                           "names them",
                           what->source);
    for (const char *const *change = what->changes; change && *change && !r; change++)
        if (lamb_event_change(event, *change))
            r = lamb_refuse(err, -EINVAL, "the event of %s has no place for '%s'",
                            what->source, *change);
    if (!r)
        text = json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(16));
    if (!r && (!text || lamb_buf_str(ret, text)))
        r = lamb_raise(err, -ENOMEM, "making the event of %s", what->source);
    free(text);
    json_decref(event);
    return r;
}

/* What the handler gets; *ret borrows from WHAT or FILE. */
static int
find_event(const struct lamb_test_invocation *what, struct lamb_buf *file,
           struct lamb_span *ret, struct lamb_err *err)
{
    int r = 0;

    if (what->event && what->event_len) {
        *ret = lamb_span_of(what->event, what->event_len);
    } else if (what->event) {
        *ret = lamb_span_str(what->event);
    } else if (what->event_file) {
        r = read_file(what->event_file, file, err);
        *ret = lamb_buf_view(file);
    } else if (what->source) {
        r = make_event(what, file, err);
        *ret = lamb_buf_view(file);
    } else {
        *ret = LAMB_SPAN("{}");
    }
    return r;
}

/* ---- The process of the handler ------------------------------------------------- */

/*
 * A framework may have handlers for the signals of a crash that jump back into its own
 * loop: here that would run the rest of the tests a second time.
 */
static void
become_subject(int output)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const struct rlimit no_core = { 0 };

    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)setpgid(0, 0);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)dup2(null, STDIN_FILENO);
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
}

/*
 * The process of the handler, from its first step to its exit status. It returns, so
 * that what the test holds in registers is on the stack, where the leak sanitizer
 * finds it.
 */
__attribute__((noinline)) static int
be_subject(const struct lamb_test_invocation *what, struct lamb_span event, int frames,
           int output)
{
    struct lamb_frames made;
    struct lamb_err err;
    int status = EXIT_SUCCESS;

    become_subject(output);
    if (lamb_subject_run(what, event, frames, &made, &err)) {
        dprintf(STDERR_FILENO, "%s\n", err.text);
        return EXIT_FAILURE;
    }
    lamb_frames_fini(&made);
    if (find_leaks && find_leaks())
        status = LAMB_ANSWER_LEAK_STATUS;
    if (dump_coverage)
        dump_coverage();
    return status;
}

/* ---- The test's side ------------------------------------------------------------ */

static void
close_tube(const struct tube *tube)
{
    lamb_cleanup_fd(&tube->out);
    lamb_cleanup_fd(&tube->in);
}

static int
open_tube(struct tube *ret, struct lamb_err *err)
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC))
        return lamb_raise(err, -errno, "making a pipe");
    *ret = (struct tube){ .out = fds[0], .in = fds[1] };
    (void)fcntl(ret->out, F_SETFL, O_NONBLOCK);
    return 0;
}

/* Take what is there. False: nobody writes any more. */
static bool
drain(int fd, struct lamb_buf *buf)
{
    char bytes[STEP];

    for (;;) {
        ssize_t n = read(fd, bytes, sizeof(bytes));

        if (n > 0)
            (void)lamb_buf_append(buf, bytes, (size_t)n);
        else if (n == 0 || errno != EINTR)
            return n < 0 && errno == EAGAIN;
    }
}

/* Until the process has ended, or its time. True: it has ended. */
static bool
gather(struct lamb_answer_made *made, int pidfd, int frames, int output, int64_t end_ns)
{
    struct pollfd polls[] = {
        { .fd = pidfd, .events = POLLIN },
        { .fd = frames, .events = POLLIN },
        { .fd = output, .events = POLLIN },
    };

    while (!polls[0].revents) {
        int64_t left_ms =
            (end_ns - lamb_mono_ns() + LAMB_NS_PER_MS - 1) / LAMB_NS_PER_MS;

        if (left_ms <= 0)
            return false;
        if (poll(polls, LAMB_COUNT(polls), left_ms > INT32_MAX ? -1 : (int)left_ms) < 0)
            continue; /* a signal of the test's */
        /* What is closed has to be taken out, or poll would never wait again. */
        if (polls[1].revents && !drain(frames, &made->frames))
            polls[1].fd = -EBADF;
        if (polls[2].revents && !drain(output, &made->output))
            polls[2].fd = -EBADF;
    }
    return true;
}

static void
reap(pid_t pid, struct lamb_answer_end *end)
{
    int status = 0;

    /* Those that it has started go with it. */
    (void)kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

/* The process is there: wait for its end, and take what it says. */
static int
attend(struct lamb_answer_made *made, pid_t pid, int frames, int output,
       int64_t timeout_ms, struct lamb_err *err)
{
    LAMB_AUTOFD int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    int failed = pidfd < 0 ? errno : 0;
    struct lamb_answer_end end = { .timeout_ms = timeout_ms };

    if (!failed)
        end.is_timeout = !gather(made, pidfd, frames, output,
                                 lamb_mono_ns() + timeout_ms * LAMB_NS_PER_MS);
    /* The process may not have got as far as to have a group. */
    if (failed || end.is_timeout)
        (void)kill(pid, SIGKILL);
    reap(pid, &end);
    if (failed)
        return lamb_raise(err, -failed, "watching the process of the handler");
    (void)drain(frames, &made->frames);
    (void)drain(output, &made->output);
    lamb_answer_finish(made, &end);
    return 0;
}

static int
call_apart(struct lamb_answer_made *made, const struct lamb_test_invocation *what,
           struct lamb_span event, struct lamb_err *err)
{
    LAMB_AUTO(close_tube) struct tube frames = { -EBADF, -EBADF };
    LAMB_AUTO(close_tube) struct tube output = { -EBADF, -EBADF };
    pid_t pid;
    int r = open_tube(&frames, err);

    if (!r)
        r = open_tube(&output, err);
    if (r)
        return r;
    (void)fflush(NULL); /* or the copy would write it a second time */
    pid = fork();
    if (pid < 0)
        return lamb_raise(err, -errno, "making a process for the handler");
    /* Not exit: what the test has registered with atexit is the test's. */
    if (pid == 0)
        _exit(be_subject(what, event, frames.in, output.in));
    lamb_close(&frames.in);
    lamb_close(&output.in);
    return attend(made, pid, frames.out, output.out, what->timeout_ms, err);
}

static int
call_here(struct lamb_answer_made *made, const struct lamb_test_invocation *what,
          struct lamb_span event, struct lamb_err *err)
{
    const struct lamb_answer_end end = { 0 };
    struct lamb_frames frames;
    int r = lamb_subject_run(what, event, -EBADF, &frames, err);

    if (r)
        return r;
    lamb_buf_fini(&made->frames);
    made->frames = frames.buf; /* the whole buffer, its failure too */
    lamb_answer_finish(made, &end);
    return 0;
}

static int
call(struct lamb_answer_made *made, const struct lamb_test_invocation *what,
     struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf file = LAMB_BUF_INIT(EVENT_MAX);
    struct lamb_test_invocation filled = *what;
    struct lamb_span event;
    int r;

    if (!what->handler)
        return lamb_refuse(err, -EINVAL, "the call names no handler");
    if (filled.timeout_ms <= 0)
        filled.timeout_ms = DEFAULT_TIMEOUT_MS;
    r = find_event(what, &file, &event, err);
    if (r)
        return r;
    return what->in_process ? call_here(made, &filled, event, err)
                            : call_apart(made, &filled, event, err);
}

struct lamb_test_answer *
lamb_test_call(const struct lamb_test_invocation *what)
{
    struct lamb_answer_made *made = lamb_answer_new();
    struct lamb_err err;

    if (!made)
        return lamb_answer_no_memory();
    if (call(made, what, &err))
        lamb_answer_not_run(made, &err);
    return &made->shown;
}
