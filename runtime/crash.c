/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/crash.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "runtime/crash_frames.h"
#include "sdk/base/base64.h"
#include "sdk/base/buf.h"
#include "sdk/base/num.h"

#define VERSION_PATH "/2018-06-01/runtime"

enum {
    WATCHES_MAX = 1024 + 1, /* the workers there may be, and the main client */
    PATIENCE_S = 1,         /* with the Runtime API, for each step */
    PATIENCE_MS = 1000,     /* with threads that are sending */
    STACK_SIZE = 128 * 1024,
    LATE_FRAMES_MAX = 8, /* what trailers carry has to fit header memory */
    JSON_MAX = 64 * 1024,
    HEAD_MAX = 4 * 1024,
};

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE,
                                     SIGABRT, SIGSYS, SIGTRAP };

/* All of the module: what is known before, and memory for the one crash there is. */
static struct {
    union {
        struct sockaddr any;
        struct sockaddr_in6 largest;
    } peer;
    socklen_t peer_len; /* 0: not started */
    const char *endpoint;
    const char *handler;
    pid_t pid; /* a child that was forked has nothing to tell here */
    _Atomic bool in_init;
    _Atomic(struct lamb_watch *) watches[WATCHES_MAX];
    _Atomic pid_t crashing; /* the thread that tells; 0: none */
    int signal;             /* what it tells of */
    sigjmp_buf probe;       /* where to go on when reading memory fails */
    volatile sig_atomic_t is_probing;
    struct lamb_crash_report report;
    char log[JSON_MAX];
    char json[JSON_MAX];
    char head[HEAD_MAX];
    char late[JSON_MAX];
} crash;

/* What this thread runs. Without a lock or an allocation in a signal handler. */
static __thread struct lamb_watch *own_watch __attribute__((tls_model("initial-exec")));

static pid_t
thread_id(void)
{
    return (pid_t)syscall(SYS_gettid);
}

static void
wait_for_the_end(void)
{
    for (;;)
        (void)pause();
}

/* ---- Watches -------------------------------------------------------------------- */

void
lamb_watch_add(struct lamb_watch *watch)
{
    for (size_t i = 0; i < WATCHES_MAX; i++) {
        struct lamb_watch *empty = NULL;

        if (atomic_compare_exchange_strong(&crash.watches[i], &empty, watch))
            return;
    }
}

void
lamb_watch_drop(struct lamb_watch *watch)
{
    if (own_watch == watch)
        own_watch = NULL;
    for (size_t i = 0; i < WATCHES_MAX; i++) {
        struct lamb_watch *this = watch;

        if (atomic_compare_exchange_strong(&crash.watches[i], &this, NULL))
            return;
    }
}

void
lamb_watch_send(struct lamb_watch *watch)
{
    atomic_store(&watch->is_sending, true);
    if (atomic_load(&crash.crashing)) {
        atomic_store(&watch->is_sending, false);
        wait_for_the_end();
    }
}

void
lamb_watch_sent(struct lamb_watch *watch, enum lamb_watch_state state)
{
    atomic_store(&watch->state, state);
    atomic_store(&watch->is_sending, false);
}

void
lamb_watch_enter(struct lamb_watch *watch, enum lamb_watch_state state)
{
    own_watch = watch;
    atomic_store(&watch->state, state);
}

/* ---- Telling -------------------------------------------------------------------- */

static void
set_patience(int fd)
{
    const struct timeval patience = { .tv_sec = PATIENCE_S };

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

static bool
send_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* Until the peer has answered, or has had its time: then what was sent has arrived. */
static void
await_answer(int fd)
{
    char answer[256];

    while (recv(fd, answer, sizeof(answer), 0) < 0 && errno == EINTR)
        ;
}

static int
connect_to_peer(void)
{
    int fd = socket(crash.peer.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
        (void)close(STDIN_FILENO); /* nobody will miss it any more */
        fd = socket(crash.peer.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    }
    if (fd < 0)
        return -1;
    set_patience(fd);
    if (connect(fd, &crash.peer.any, crash.peer_len) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

/* Post the report: of WATCH's invocation, or NULL: of the init. */
static void
post(const struct lamb_watch *watch)
{
    struct lamb_signal_text head = LAMB_SIGNAL_TEXT(crash.head);
    struct lamb_signal_text json = LAMB_SIGNAL_TEXT(crash.json);
    int fd = connect_to_peer();

    if (fd < 0)
        return;
    lamb_crash_report_json(&crash.report, LAMB_CRASH_FRAMES_MAX, &json);
    lamb_signal_text_str(&head, "POST " VERSION_PATH);
    lamb_signal_text_str(&head, watch ? "/invocation/" : "/init");
    lamb_signal_text_str(&head, watch ? watch->id : "");
    lamb_signal_text_str(&head, "/error HTTP/1.1\r\nHost: ");
    lamb_signal_text_str(&head, crash.endpoint);
    lamb_signal_text_str(&head,
                         "\r\nUser-Agent: lamb/" LAMB_VERSION
                         "\r\nContent-Type: application/json\r\nConnection: close\r\n"
                         "Lambda-Runtime-Function-Error-Type: " LAMB_CRASH_TYPE "\r\n");
    lamb_signal_text_str(&head, watch ? watch->echo : "");
    lamb_signal_text_str(&head, "Content-Length: ");
    lamb_signal_text_decimal(&head, json.len);
    lamb_signal_text_str(&head, "\r\n\r\n");
    if (send_all(fd, head.ptr, head.len) && send_all(fd, json.ptr, json.len))
        await_answer(fd);
    (void)close(fd);
}

/* End the stream of WATCH as one whose handler failed late. */
static void
end_stream(const struct lamb_watch *watch)
{
    struct lamb_signal_text json = LAMB_SIGNAL_TEXT(crash.json);
    /* As large as it may become, so that it never allocates. */
    struct lamb_buf late = { .ptr = crash.late,
                             .cap = sizeof(crash.late),
                             .max = sizeof(crash.late) - 1 };

    lamb_crash_report_json(&crash.report, LATE_FRAMES_MAX, &json);
    lamb_buf_str(&late,
                 "0\r\nLambda-Runtime-Function-Error-Type: " LAMB_CRASH_TYPE "\r\n"
                 "Lambda-Runtime-Function-Error-Body: ");
    lamb_base64_encode(&late, lamb_span_of(json.ptr, json.len));
    lamb_buf_str(&late, "\r\n\r\n");
    set_patience(watch->fd);
    if (send_all(watch->fd, late.ptr, late.len))
        await_answer(watch->fd);
}

static void
tell_watch(const struct lamb_watch *watch)
{
    if (atomic_load(&watch->is_sending))
        return; /* a thread is stuck in it: what it began stays as it is */
    switch (atomic_load(&watch->state)) {
    case LAMB_WATCH_RUNNING:
        post(watch);
        break;
    case LAMB_WATCH_STREAMING:
        end_stream(watch);
        break;
    case LAMB_WATCH_IDLE:
    case LAMB_WATCH_ANSWERED:
    case LAMB_WATCH_STATE_N:
        break;
    }
}

/* Let the threads that are sending finish; from now on none begins. */
static void
wait_for_senders(void)
{
    static const struct timespec tick = { .tv_nsec = LAMB_NS_PER_MS };

    for (int waited = 0; waited < PATIENCE_MS; waited++) {
        bool is_sending = false;

        for (size_t i = 0; i < WATCHES_MAX; i++) {
            const struct lamb_watch *watch = atomic_load(&crash.watches[i]);

            /* The crashing thread itself would never finish. */
            if (watch && watch != own_watch && atomic_load(&watch->is_sending))
                is_sending = true;
        }
        if (!is_sending)
            return;
        (void)nanosleep(&tick, NULL);
    }
}

/* A log that nobody reads must not keep the process from dying: it has its time too. */
static void
write_log(void)
{
    struct lamb_signal_text log = LAMB_SIGNAL_TEXT(crash.log);
    struct pollfd watch = { .fd = STDERR_FILENO, .events = POLLOUT };
    const char *at = crash.log;

    lamb_crash_report_log(&crash.report, &log);
    while (log.len) {
        size_t some = log.len < PIPE_BUF ? log.len : PIPE_BUF; /* never waits */
        ssize_t n = -1;

        if (poll(&watch, 1, PATIENCE_MS) == 1)
            n = write(STDERR_FILENO, at, some);
        if (n <= 0)
            return;
        at += n;
        log.len -= (size_t)n;
    }
}

static void
tell(void)
{
    write_log();
    wait_for_senders();
    if (crash.report.in_init) {
        post(NULL);
        return;
    }
    if (own_watch)
        tell_watch(own_watch);
    for (size_t i = 0; i < WATCHES_MAX; i++) {
        const struct lamb_watch *watch = atomic_load(&crash.watches[i]);

        if (watch && watch != own_watch)
            tell_watch(watch);
    }
}

/* ---- The signal ----------------------------------------------------------------- */

/*
 * Die by NUMBER as if nobody had caught it. It waits, blocked, until the handler has
 * returned: so a core dump shows the place of the crash. NOW: here instead.
 */
static void
let_die(int number, bool now)
{
    const struct sigaction by_default = { .sa_handler = SIG_DFL };
    sigset_t set;

    (void)sigaction(number, &by_default, NULL);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, number);
    (void)pthread_sigmask(now ? SIG_UNBLOCK : SIG_BLOCK, &set, NULL);
    (void)syscall(SYS_tgkill, getpid(), thread_id(), number);
}

static void
fill_report(const siginfo_t *info, const void *context)
{
    struct lamb_crash_report *report = &crash.report;

    report->signal = info->si_signo;
    report->code = info->si_code;
    report->address = (uintptr_t)info->si_addr;
    report->handler = crash.handler;
    report->in_init = atomic_load(&crash.in_init);
    if (own_watch && atomic_load(&own_watch->state) != LAMB_WATCH_IDLE)
        report->request = own_watch->id;
    /* A broken stack ends it by another signal: what was found by then remains. */
    if (sigsetjmp(crash.probe, 0) == 0) {
        crash.is_probing = 1;
        lamb_crash_frames(report, context);
    }
    crash.is_probing = 0;
}

static void
on_fatal_signal(int number, siginfo_t *info, void *context)
{
    pid_t first = 0;

    if (getpid() != crash.pid) { /* a fork of ours: its invocation is not its own */
        let_die(number, false);
        return;
    }
    if (!atomic_compare_exchange_strong(&crash.crashing, &first, thread_id())) {
        if (first != thread_id())
            wait_for_the_end();
        if (crash.is_probing)
            siglongjmp(crash.probe, 1);
        let_die(crash.signal, true); /* telling it crashed: as if there was none */
        return;
    }
    crash.signal = number;
    fill_report(info, context);
    tell();
    let_die(number, false);
}

/* ---- Before --------------------------------------------------------------------- */

void
lamb_crash_start(const struct sockaddr *peer, socklen_t peer_len, const char *endpoint,
                 const char *handler)
{
    struct sigaction action = { .sa_sigaction = on_fatal_signal,
                                .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

    if (peer_len > sizeof(crash.peer))
        return;
    memcpy(&crash.peer, peer, peer_len);
    crash.peer_len = peer_len;
    crash.endpoint = endpoint;
    crash.handler = handler;
    crash.pid = getpid();
    atomic_store(&crash.in_init, true);
    (void)sigfillset(&action.sa_mask);
    for (size_t i = 0; i < LAMB_COUNT(fatal_signals); i++)
        (void)sigdelset(&action.sa_mask, fatal_signals[i]);
    for (size_t i = 0; i < LAMB_COUNT(fatal_signals); i++) {
        struct sigaction old;

        if (sigaction(fatal_signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            (void)sigaction(fatal_signals[i], &action, NULL);
    }
}

void
lamb_crash_init_over(void)
{
    atomic_store(&crash.in_init, false);
}

void
lamb_crash_stack_enter(struct lamb_crash_stack *stack)
{
    stack_t own = { .ss_size = STACK_SIZE };
    stack_t old;

    *stack = (struct lamb_crash_stack){ 0 };
    own.ss_sp = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (own.ss_sp == MAP_FAILED)
        return;
    if (sigaltstack(&own, &old)) {
        (void)munmap(own.ss_sp, STACK_SIZE);
        return;
    }
    stack->map = own.ss_sp;
    stack->size = STACK_SIZE;
    if (!(old.ss_flags & SS_DISABLE)) {
        stack->old = old.ss_sp;
        stack->old_size = old.ss_size;
    }
}

void
lamb_crash_stack_leave(struct lamb_crash_stack *stack)
{
    stack_t old = { .ss_sp = stack->old,
                    .ss_size = stack->old_size,
                    .ss_flags = stack->old ? 0 : SS_DISABLE };

    if (!stack->map)
        return;
    (void)sigaltstack(&old, NULL);
    (void)munmap(stack->map, stack->size);
    stack->map = NULL;
}
