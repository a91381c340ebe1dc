/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "emulator/sandbox/cell.h"
#include "emulator/sandbox/net.h"
#include "emulator/sandbox/probe.h"
#include "sdk/base/auto.h"

struct spawner {
    int sock;
    int signals;
    const char *state_dir;
    struct cells cells;
    struct wire_strings wishes;
    bool is_open; /* the state folder is ours */
};

/* -- talking ---------------------------------------------------------------------- */

/* Waits when the emulator is slow; when it is gone the next poll says so. */
static void
say(const struct spawner *spawner, const struct wire_msg *msg, const int *fds,
    size_t count)
{
    (void)wire_send(spawner->sock, msg, fds, count, 0);
}

static void
say_gone(void *data, uint32_t number)
{
    struct wire_msg msg = wire_msg(WIRE_GONE, number);

    (void)lamb_refuse(&msg.err, -ECHILD, "the sandbox init died");
    say(data, &msg, NULL, 0);
}

/* -- commands --------------------------------------------------------------------- */

/* What the user wants, kept for as long as we live. */
static int
keep_wishes(struct spawner *spawner, int strings_fd, struct lamb_err *err)
{
    struct wire_strings *wishes = &spawner->wishes;
    int r;

    wire_strings_fini(wishes);
    r = wire_strings_read(strings_fd, wishes, err);
    if (r == 0 && (wishes->count[0] != 1 || wishes->count[1] % 2))
        r = lamb_raise(err, -EBADMSG, "%s", sandbox_step_text(STEP_STRINGS));
    if (r < 0)
        return r;
    spawner->cells.view_wishes =
        (struct view_wishes){ .image = wishes->list[0][0], .mounts = wishes->list[1] };
    if (cells_outbound(&spawner->cells) != OUTBOUND_NONE)
        spawner->cells.view_wishes.dns = NET_OUTBOUND_DNS;
    return 0;
}

static int
probe(struct spawner *spawner, const struct wire_msg *msg, int strings_fd,
      struct wire_msg *answer)
{
    struct lamb_err missing = { 0 };
    int r = 0;

    if (!spawner->is_open)
        r = cells_init(&spawner->cells, spawner->state_dir, &msg->wishes, &answer->err);
    spawner->is_open |= r == 0;
    if (r == 0)
        r = keep_wishes(spawner, strings_fd, &answer->err);
    if (r == 0)
        r = probe_level(&spawner->cells, (enum sandbox_level)msg->value, &missing,
                        &answer->err);
    if (r < 0)
        return r;
    answer->err = missing; /* code 0: nothing is */
    answer->value = (int32_t)spawner->cells.level;
    answer->found.memory = cells_memory(&spawner->cells);
    answer->found.processes = cells_processes(&spawner->cells);
    answer->found.kill = cells_kill(&spawner->cells);
    answer->found.tmp = spawner->cells.tmp;
    answer->found.freeze = spawner->cells.groups.freeze;
    answer->found.cpu = spawner->cells.groups.cpu;
    answer->found.users = cells_users(&spawner->cells);
    answer->found.network = msg->wishes.network;
    answer->found.outbound = cells_outbound(&spawner->cells);
    return 0;
}

static void
on_probe(struct spawner *spawner, const struct wire_msg *msg, int strings_fd)
{
    struct wire_msg answer = wire_msg(WIRE_PROBED, 0);

    answer.value = SANDBOX_LEVEL_N; /* none is in force */
    (void)probe(spawner, msg, strings_fd, &answer);
    say(spawner, &answer, NULL, 0);
}

static int
make(struct spawner *spawner, const struct wire_msg *msg, int strings_fd,
     struct cell **ret, struct cell_ends *ret_ends, struct lamb_err *err)
{
    LAMB_AUTO(wire_strings_fini) struct wire_strings strings = { 0 };
    struct cell_spec spec = { .number = msg->sandbox, .limits = msg->limits };
    int r;

    if (!spawner->is_open)
        return lamb_refuse(err, -ENOTCONN, "no isolation level is in force yet");
    r = wire_strings_read(strings_fd, &strings, err);
    if (r == 0 && (strings.count[0] != 3 || strings.count[2] % 2))
        r = lamb_raise(err, -EBADMSG, "%s", sandbox_step_text(STEP_STRINGS));
    if (r < 0)
        return r;
    spec.id = strings.list[0][0];
    spec.task_dir = strings.list[0][1];
    spec.bootstrap = strings.list[0][2];
    spec.opt_dirs = strings.list[1];
    spec.file_systems = strings.list[2];
    return cell_make(&spawner->cells, &spec, ret, ret_ends, err);
}

static void
on_make(struct spawner *spawner, const struct wire_msg *msg, int strings_fd)
{
    struct wire_msg answer = wire_msg(WIRE_MADE, msg->sandbox);
    struct cell_ends ends;
    struct cell *cell;

    if (make(spawner, msg, strings_fd, &cell, &ends, &answer.err) < 0) {
        answer.type = WIRE_GONE;
        say(spawner, &answer, NULL, 0);
        return;
    }
    answer.pid = cell->init;
    answer.uid = cell->outer_uid;
    say(spawner, &answer,
        (const int[]){ ends.pidfd, ends.control, ends.peak, ends.quota },
        ends.quota < 0 ? 3 : 4);
    cell_ends_close(&ends);
}

static void
on_remove(struct spawner *spawner, const struct wire_msg *msg)
{
    struct cell *cell =
        spawner->is_open ? cells_find(&spawner->cells, msg->sandbox) : NULL;

    if (cell) /* else it went by itself, and the emulator has been told */
        cell_kill(cell);
}

/* False: nobody is there any more. */
static bool
read_commands(struct spawner *spawner)
{
    for (;;) {
        struct wire_msg msg;
        struct wire_fds fds;
        int r = wire_recv(spawner->sock, &msg, &fds, MSG_DONTWAIT);

        if (r == -EBADMSG)
            continue;
        if (r == -EAGAIN)
            return true;
        if (r <= 0)
            return false;
        if (msg.type == WIRE_PROBE)
            on_probe(spawner, &msg, fds.fd[0]);
        else if (msg.type == WIRE_MAKE)
            on_make(spawner, &msg, fds.fd[0]);
        else if (msg.type == WIRE_REMOVE)
            on_remove(spawner, &msg);
        wire_fds_close(&fds);
    }
}

/* -- life ------------------------------------------------------------------------- */

/* Signals as a new process has them, but blocked: children inherit the first half. */
static int
reset_signals(void)
{
    sigset_t all, watched;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    for (int i = 1; i < NSIG; i++)
        (void)signal(i, SIG_DFL); /* fails for the few that cannot be changed */
    (void)sigemptyset(&watched);
    (void)sigaddset(&watched, SIGCHLD);
    (void)sigaddset(&watched, SIGTERM); /* the emulator died */
    return signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Keep SOCK, as descriptor 3, and /dev/null as 0 to 2. */
static int
reset_descriptors(int sock)
{
    int null;

    if (sock != 3 && dup3(sock, 3, O_CLOEXEC) < 0)
        return -errno;
    (void)close_range(4, ~0U, 0);
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return -errno;
    for (int fd = 0; fd < 3; fd++)
        if (dup2(null, fd) < 0)
            return -errno;
    (void)close(null);
    return 3;
}

static void
drain_signals(struct spawner *spawner, bool *ret_term)
{
    struct signalfd_siginfo info;

    while (read(spawner->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        if (info.ssi_signo == SIGTERM)
            *ret_term = true;
}

/* True: something was prepared, and others may have called meanwhile. */
static bool
prepare(struct spawner *spawner)
{
    struct cells *cells = &spawner->cells;

    if (!spawner->is_open)
        return false;
    return cells_make_spare(cells) ||
           (cells->tmp == TMP_IMAGE && images_prepare(&cells->images));
}

enum { DYING_MS = 2, QUIET_MS = 15 };

/* Until somebody calls; the time is used for what the next ones will need. */
static void
await(struct spawner *spawner, struct pollfd fds[2], bool is_dying)
{
    int patience_ms = is_dying ? DYING_MS : QUIET_MS;

    /* Not before it has been quiet for a while: not while a runtime starts. */
    while (poll(fds, 2, patience_ms) == 0 && !is_dying)
        patience_ms = prepare(spawner) ? 0 : -1;
}

static void
serve(struct spawner *spawner)
{
    bool is_dying = false, has_term = false;

    for (;;) {
        struct pollfd fds[] = { { .fd = spawner->sock, .events = POLLIN },
                                { .fd = spawner->signals, .events = POLLIN } };

        await(spawner, fds, is_dying);
        if (fds[1].revents)
            drain_signals(spawner, &has_term);
        if (has_term)
            return;
        if (spawner->is_open)
            is_dying = cells_settle(&spawner->cells, say_gone, spawner);
        if (fds[0].revents && !read_commands(spawner))
            return;
    }
}

static void
forget(void *data, uint32_t number)
{
    (void)data;
    (void)number;
}

static void
end(struct spawner *spawner)
{
    struct cells *cells = &spawner->cells;

    if (!spawner->is_open)
        return;
    LAMB_LIST_FOREACH (it, &cells->list)
        cell_kill(LAMB_CONTAINER(it, struct cell, node));
    while (!lamb_list_is_empty(&cells->list)) {
        struct pollfd wait = { .fd = spawner->signals, .events = POLLIN };
        bool has_term;

        if (cells_settle(cells, forget, NULL))
            (void)poll(NULL, 0, 1);
        else if (!lamb_list_is_empty(&cells->list))
            (void)poll(&wait, 1, 20);
        drain_signals(spawner, &has_term);
    }
    cells_fini(cells);
    wire_strings_fini(&spawner->wishes);
}

_Noreturn void
spawner_main(int sock, const char *state_dir, pid_t emulator)
{
    static struct spawner spawner; /* over 16 KiB; zero */

    spawner.state_dir = state_dir;
    spawner.sock = reset_descriptors(sock);
    if (spawner.sock < 0)
        _exit(1);
    spawner.signals = reset_signals();
    (void)prctl(PR_SET_NAME, "lamb-spawner");
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    (void)setsid();
    (void)umask(022);
    if (chdir("/") == 0 && spawner.signals >= 0 && getppid() == emulator) {
        serve(&spawner);
        end(&spawner);
    }
    _exit(0);
}
