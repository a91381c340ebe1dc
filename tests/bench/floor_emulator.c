/* SPDX-License-Identifier: Apache-2.0 */

/*
 * floor_emulator - the least an emulator can do: hand the events of clients to
 * runtimes and the responses back, in one thread on epoll.
 *
 *     floor_emulator [-n COUNT] [-d] [-f FILE] COMMAND [ARGUMENT...]
 *
 * Starts COUNT runtimes (1) at once, or with -d each when a client would have to wait
 * for want of one. Writes its URL into FILE, or to standard output. Ends on SIGTERM,
 * and when a runtime ends, which none is supposed to do.
 *
 * It has no time limits, no logs, no sandbox and checks nothing: what it costs is what
 * the three HTTP exchanges of an invocation cost.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sdk/base/clock.h"
#include "sdk/base/enum.h"
#include "sdk/base/list.h"
#include "sdk/base/num.h"
#include "tests/bench/floor_host.h"
#include "tests/bench/floor_http.h"

#define API_PREFIX "/2018-06-01/runtime/"
#define ARN "arn:aws:lambda:us-east-1:012345678912:function:bench"

enum { FD_MAX = 16384, RUNTIMES_MAX = 4096, EVENTS = 64, REQUEST_ID_LEN = 36 };

enum kind { CLIENT, RUNTIME };

struct conn {
    enum kind kind;
    struct floor_io io;
    uint32_t interest;        /* what epoll watches */
    bool is_parked;           /* its request was read; the answer comes later */
    struct lamb_list node;    /* parked: in waiting or idle */
    struct floor_message msg; /* the request at the start of io.in */
    uint64_t serial;          /* client: of the invocation it waits for */
};

static struct {
    int epoll_fd;
    int signal_fd;
    int door_fd[2]; /* listening, by kind */
    uint16_t port[2];
    struct conn *conns[FD_MAX];
    struct lamb_list waiting; /* clients, the longest waiting first */
    size_t waiting_count;
    struct lamb_list idle; /* runtimes, the most recently used first */
    uint64_t serial;
    char *const *command;
    size_t runtimes_max;
    size_t runtimes_started;
    size_t running; /* events that are handed out and not answered */
    bool on_demand;
    pid_t pids[RUNTIMES_MAX];
} emu;

static void conn_turn(struct conn *c);

/* -- runtimes as processes -------------------------------------------------------- */

static void
start_runtime(void)
{
    int r =
        floor_spawn(emu.command, emu.port[RUNTIME], &emu.pids[emu.runtimes_started]);

    if (r)
        errx(1, "cannot start %s: %s", emu.command[0], strerror(-r));
    emu.runtimes_started++;
}

/*
 * On demand: as many runtimes as there are requests in flight. One that has answered
 * and not yet asked again serves the next request, as it does under lamb.
 */
static void
start_wanted(void)
{
    while (emu.on_demand && emu.runtimes_started < emu.runtimes_max &&
           emu.runtimes_started < emu.running + emu.waiting_count)
        start_runtime();
}

static void
stop_runtimes(void)
{
    for (size_t i = 0; i < emu.runtimes_started; i++)
        (void)kill(emu.pids[i], SIGKILL);
    while (wait(NULL) > 0)
        continue;
}

/* -- connections ------------------------------------------------------------------ */

static void
conn_close(struct conn *c)
{
    if (c->is_parked && c->kind == CLIENT && !lamb_list_is_empty(&c->node))
        emu.waiting_count--;
    lamb_list_remove(&c->node);
    emu.conns[c->io.fd] = NULL;
    floor_io_fini(&c->io); /* the descriptor leaves epoll with its last close */
    free(c);
}

static void
conn_watch(struct conn *c)
{
    uint32_t wanted = EPOLLIN | (floor_is_sending(&c->io) ? EPOLLOUT : 0);
    struct epoll_event ev = { .events = wanted, .data.fd = c->io.fd };

    if (wanted == c->interest)
        return;
    if (epoll_ctl(emu.epoll_fd, c->interest ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->io.fd,
                  &ev))
        err(1, "epoll_ctl");
    c->interest = wanted;
}

static void
conn_open(enum kind kind, int fd)
{
    struct conn *c = fd < FD_MAX ? calloc(1, sizeof(*c)) : NULL;

    if (!c)
        errx(1, "too many connections");
    c->kind = kind;
    floor_io_init(&c->io, fd);
    lamb_list_init(&c->node);
    emu.conns[fd] = c;
    conn_watch(c);
}

static void
door_turn(enum kind kind)
{
    for (;;) {
        int fd = accept4(emu.door_fd[kind], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0 && errno == ECONNABORTED)
            continue;
        if (fd < 0 && errno != EAGAIN)
            err(1, "accept");
        if (fd < 0)
            return;
        conn_open(kind, fd);
    }
}

/* Drop the request that has been answered, or that needs no bytes any more. */
static void
conn_consume(struct conn *c)
{
    lamb_buf_consume(&c->io.in, c->msg.known_len);
    c->msg = (struct floor_message){ 0 };
}

/* Send HEAD and BODY; 0, or the -errno for which the connection must be closed. */
static int
conn_answer(struct conn *c, struct lamb_span head, struct lamb_span body)
{
    struct iovec pieces[] = { floor_piece(head), floor_piece(body) };
    int r = floor_send(&c->io, pieces, LAMB_COUNT(pieces));

    if (r)
        return r;
    conn_watch(c);
    return 0;
}

static int
conn_answer_str(struct conn *c, const char *text)
{
    return conn_answer(c, lamb_span_str(text), (struct lamb_span){ 0 });
}

#define ACCEPTED                                                                       \
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"                      \
    "Content-Length: 16\r\n\r\n{\"status\":\"OK\"}\n"
#define NOT_FOUND "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

/* -- the three exchanges ---------------------------------------------------------- */

/* Answer the runtime's parked request for an event with the client's. */
static int
hand_out(struct conn *runtime, const struct conn *client)
{
    int64_t deadline_ms = lamb_wall_ns() / LAMB_NS_PER_MS + 60 * 1000;
    char head[768];
    int r;

    r = lamb_format(head, sizeof(head),
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    "Lambda-Runtime-Aws-Request-Id: %08d-0000-4000-8000-%012" PRIu64
                    "\r\n"
                    "Lambda-Runtime-Deadline-Ms: %" PRId64 "\r\n"
                    "Lambda-Runtime-Invoked-Function-Arn: " ARN "\r\n"
                    "Lambda-Runtime-Trace-Id: Root=1-00000000-000000000000000000000000;"
                    "Parent=0000000000000000;Sampled=0\r\n"
                    "Content-Length: %zu\r\n\r\n",
                    client->io.fd, client->serial, deadline_ms, client->msg.body_len);
    if (r)
        return r;
    runtime->is_parked = false;
    return conn_answer(runtime, lamb_span_str(head),
                       floor_body(lamb_buf_view(&client->io.in), &client->msg));
}

/* Bring waiting clients and idle runtimes together. */
static void
match(void)
{
    while (!lamb_list_is_empty(&emu.waiting) && !lamb_list_is_empty(&emu.idle)) {
        struct lamb_list *c = lamb_list_take_front(&emu.waiting);
        struct lamb_list *r = lamb_list_take_front(&emu.idle);

        emu.waiting_count--;
        emu.running++;
        if (hand_out(LAMB_CONTAINER(r, struct conn, node),
                     LAMB_CONTAINER(c, struct conn, node)))
            errx(1, "a runtime has closed its connection while it asked for an event");
    }
    start_wanted();
}

static bool
is_invocation(struct lamb_span target)
{
    static const char suffix[] = "/invocations";
    size_t n = sizeof(suffix) - 1;

    return lamb_span_starts(target, "/2015-03-31/functions/") && target.len > n &&
           lamb_span_is(lamb_span_of(target.ptr + target.len - n, n), suffix);
}

static int
client_request(struct conn *c, struct lamb_span method, struct lamb_span target)
{
    if (!lamb_span_is(method, "POST") || !is_invocation(target)) {
        conn_consume(c);
        return conn_answer_str(c, NOT_FOUND);
    }
    c->is_parked = true;
    c->serial = ++emu.serial;
    lamb_list_push_back(&emu.waiting, &c->node);
    emu.waiting_count++;
    match();
    return 0;
}

/* The client that waits for the invocation with this request id; NULL: it has left. */
static struct conn *
find_client(struct lamb_span id)
{
    struct conn *c;
    uint64_t fd;
    uint64_t serial;

    if (id.len != REQUEST_ID_LEN ||
        lamb_parse_u64(lamb_span_of(id.ptr, 8), 0, FD_MAX - 1, &fd) ||
        lamb_parse_u64(lamb_span_of(id.ptr + 24, 12), 0, UINT64_MAX, &serial))
        return NULL;
    c = emu.conns[fd];
    return c && c->kind == CLIENT && c->is_parked && c->serial == serial ? c : NULL;
}

/* Give the client what the runtime has posted, then look at what it sent meanwhile. */
static void
answer_client(struct conn *c, struct lamb_span id, struct lamb_span body, bool is_error)
{
    char head[320];
    int r;

    r = lamb_format(head, sizeof(head),
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    "x-amzn-RequestId: %.*s\r\nX-Amz-Executed-Version: $LATEST\r\n"
                    "%sContent-Length: %zu\r\n\r\n",
                    (int)id.len, id.ptr,
                    is_error ? "X-Amz-Function-Error: Unhandled\r\n" : "", body.len);
    c->is_parked = false;
    if (!r)
        r = conn_answer(c, lamb_span_str(head), body);
    conn_consume(c);
    if (r)
        conn_close(c);
    else if (c->io.in.len)
        conn_turn(c);
}

/* POST invocation/ID/response and /error. */
static int
runtime_posted(struct conn *c, struct lamb_span rest)
{
    struct lamb_span body = floor_body(lamb_buf_view(&c->io.in), &c->msg);
    struct lamb_span id;
    struct lamb_span what;
    struct conn *client;

    (void)lamb_span_cut(rest, '/', &id, &what);
    if (!lamb_span_is(what, "response") && !lamb_span_is(what, "error"))
        return conn_answer_str(c, NOT_FOUND);
    emu.running -= emu.running > 0;
    client = find_client(id);
    if (client) /* before the 202, which nobody but the runtime waits for */
        answer_client(client, id, body, lamb_span_is(what, "error"));
    return conn_answer_str(c, ACCEPTED);
}

static int
runtime_request(struct conn *c, struct lamb_span method, struct lamb_span target)
{
    struct lamb_span rest = target;
    int r;

    if (lamb_span_is(target, API_PREFIX "invocation/next") &&
        lamb_span_is(method, "GET")) {
        conn_consume(c);
        c->is_parked = true;
        lamb_list_push_front(&emu.idle, &c->node);
        match();
        return 0;
    }
    if (lamb_span_is(target, API_PREFIX "init/error"))
        errx(1, "the runtime could not start: %.*s", (int)c->msg.body_len,
             floor_body(lamb_buf_view(&c->io.in), &c->msg).ptr);
    if (lamb_span_is(method, "POST") &&
        lamb_span_starts(target, API_PREFIX "invocation/")) {
        rest.ptr += sizeof(API_PREFIX "invocation/") - 1;
        rest.len -= sizeof(API_PREFIX "invocation/") - 1;
        r = runtime_posted(c, rest);
    } else {
        r = conn_answer_str(c, NOT_FOUND);
    }
    conn_consume(c);
    return r;
}

/* -- the loop --------------------------------------------------------------------- */

/* Work off the requests that have arrived whole; may close the connection. */
static void
conn_turn(struct conn *c)
{
    int r = 0;

    while (!c->is_parked && r >= 0) {
        struct lamb_span line;
        struct lamb_span method;
        struct lamb_span target;

        r = floor_parse(lamb_buf_view(&c->io.in), &c->msg);
        if (r <= 0)
            break;
        line = floor_first_line(lamb_buf_view(&c->io.in), &c->msg);
        (void)lamb_span_cut(line, ' ', &method, &line);
        (void)lamb_span_cut(line, ' ', &target, &line);
        r = c->kind == CLIENT ? client_request(c, method, target)
                              : runtime_request(c, method, target);
    }
    if (r < 0)
        conn_close(c);
}

static void
conn_event(struct conn *c, uint32_t events)
{
    int r = 0;

    if (events & EPOLLOUT)
        r = floor_flush(&c->io);
    if (!r)
        conn_watch(c);
    if (!r && events & ~(uint32_t)EPOLLOUT)
        r = floor_receive(&c->io, c->is_parked ? 0 : c->msg.known_len);
    if (r < 0)
        conn_close(c);
    else if (r)
        conn_turn(c);
}

/* The status to end with, once a signal says so. */
static int
read_signal(void)
{
    struct signalfd_siginfo info;

    if (read(emu.signal_fd, &info, sizeof(info)) != sizeof(info))
        err(1, "read signals");
    if (info.ssi_signo != SIGCHLD)
        return 0;
    warnx("runtime %u has ended by itself (%s %d)", info.ssi_pid,
          info.ssi_code == CLD_EXITED ? "status" : "signal", info.ssi_status);
    return 1;
}

static int
run(void)
{
    struct epoll_event events[EVENTS];

    for (;;) {
        int n = epoll_wait(emu.epoll_fd, events, EVENTS, -1);

        if (n < 0 && errno != EINTR)
            err(1, "epoll_wait");
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;

            if (fd == emu.signal_fd)
                return read_signal();
            if (fd == emu.door_fd[CLIENT])
                door_turn(CLIENT);
            else if (fd == emu.door_fd[RUNTIME])
                door_turn(RUNTIME);
            else if (emu.conns[fd]) /* not closed in this very turn */
                conn_event(emu.conns[fd], events[i].events);
        }
    }
}

/* -- start ------------------------------------------------------------------------ */

static void
watch(int fd)
{
    struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

    if (epoll_ctl(emu.epoll_fd, EPOLL_CTL_ADD, fd, &ev))
        err(1, "epoll_ctl");
}

static void
open_signals(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    emu.signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (emu.signal_fd < 0)
        err(1, "signalfd");
    watch(emu.signal_fd);
}

static void
open_doors(void)
{
    for (int kind = CLIENT; kind <= RUNTIME; kind++) {
        int r = floor_listen(&emu.door_fd[kind], &emu.port[kind]);

        if (r)
            errx(1, "cannot listen on 127.0.0.1: %s", strerror(-r));
        watch(emu.door_fd[kind]);
    }
}

/* Write the URL; a reader of FILE sees all of it or no file. */
static void
say_ready(const char *file)
{
    LAMB_AUTOBUF struct lamb_buf part = LAMB_BUF_INIT(4096);
    FILE *out = stdout;

    (void)lamb_buf_printf(&part, "%s.part", file ? file : "");
    if (lamb_buf_error(&part))
        errx(1, "the name of the ready file is too long");
    if (file)
        out = fopen(lamb_buf_cstr(&part), "we");
    if (!out)
        err(1, "cannot write %s", lamb_buf_cstr(&part));
    if (fprintf(out, "http://127.0.0.1:%u\n", emu.port[CLIENT]) < 0 || fflush(out))
        err(1, "cannot write the URL");
    if (file && (fclose(out) || rename(lamb_buf_cstr(&part), file)))
        err(1, "cannot write %s", file);
}

int
main(int argc, char **argv)
{
    const char *ready_file = NULL;
    uint64_t count = 1;
    int status;
    int opt;

    while ((opt = getopt(argc, argv, "+n:df:")) != -1) {
        if (opt == 'n' &&
            !lamb_parse_u64(lamb_span_str(optarg), 1, RUNTIMES_MAX, &count))
            continue;
        if (opt == 'd')
            emu.on_demand = true;
        else if (opt == 'f')
            ready_file = optarg;
        else
            errx(2, "usage: floor_emulator [-n COUNT] [-d] [-f FILE] COMMAND...");
    }
    if (optind == argc)
        errx(2, "name the command that is the runtime");
    emu.command = argv + optind;
    emu.runtimes_max = (size_t)count;
    lamb_list_init(&emu.waiting);
    lamb_list_init(&emu.idle);
    emu.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (emu.epoll_fd < 0)
        err(1, "epoll_create1");
    open_signals();
    open_doors();
    while (!emu.on_demand && emu.runtimes_started < emu.runtimes_max)
        start_runtime();
    say_ready(ready_file);
    status = run();
    stop_runtimes();
    return status;
}
