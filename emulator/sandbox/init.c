/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/freezer.h"
#include "emulator/sandbox/kin.h"
#include "emulator/sandbox/launch.h"
#include "emulator/sandbox/net.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/num.h"

struct proc {
    pid_t pid;      /* 0: not running */
    bool is_killed; /* we sent it SIGKILL: not the memory limit's doing */
};

struct init {
    const struct plan *plan;
    int signals;
    int listener;
    struct launcher launcher;
    struct wire_limits limits; /* since it was furnished */
    rlim_t processes;
    bool is_furnished;
    struct proc procs[WIRE_PROC_MAX + 1];
    uint64_t oom_kills;  /* accounted for so far */
    uint64_t peak_bytes; /* polling: the highest sum seen */
    pid_t over_limit;    /* polling: whom we killed for it */
    bool has_children;
    bool is_frozen;
};

/* -- talking ---------------------------------------------------------------------- */

/* Who does not listen is gone, which the next poll says as well. */
static void
say(const struct init *init, const struct wire_msg *msg)
{
    (void)wire_send(init->plan->control, msg, NULL, 0, 0);
}

/* -- reaping ---------------------------------------------------------------------- */

static bool
died_of_memory(struct init *init, const struct proc *proc, int status)
{
    uint64_t kills;

    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL || proc->is_killed)
        return false;
    if (init->plan->memory == MEMORY_POLLING)
        return proc->pid == init->over_limit;
    kills = cgroup_leaf_oom_kills(&init->plan->leaf);
    if (kills == init->oom_kills)
        return false;
    init->oom_kills = kills;
    return true;
}

static void
report_exit(struct init *init, uint32_t number, int status)
{
    struct proc *proc = &init->procs[number];
    struct wire_msg msg = wire_msg(WIRE_EXITED, 0);

    msg.proc = number;
    msg.value = status;
    msg.out_of_memory = died_of_memory(init, proc, status);
    *proc = (struct proc){ 0 };
    say(init, &msg);
}

/* Orphans of the sandbox end here as well, without a word. */
static void
reap(struct init *init)
{
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);

        if (pid <= 0) {
            init->has_children = pid == 0;
            return;
        }
        for (uint32_t i = 1; i <= WIRE_PROC_MAX; i++)
            if (init->procs[i].pid == pid) {
                report_exit(init, i, status);
                break;
            }
    }
}

static void
drain_signals(struct init *init, bool *ret_term)
{
    struct signalfd_siginfo info;

    while (read(init->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        if (info.ssi_signo == SIGTERM)
            *ret_term = true;
}

/* -- freezing --------------------------------------------------------------------- */

static void
thaw(struct init *init)
{
    if (!init->is_frozen)
        return;
    init->is_frozen = false;
    freezer_thaw(sandbox_level_is_apart(init->plan->level), init->plan->leaf.freeze);
}

/* -- killing ---------------------------------------------------------------------- */

static void
kill_once(const struct init *init)
{
    if (sandbox_level_is_apart(init->plan->level))
        (void)kill(-1, SIGKILL); /* all in our pid namespace but PID 1 */
    else
        kin_kill(getpid());
}

/*
 * Until no child is left: a subreaper inherits every orphan, so no child means that
 * nothing is left at all. Who forks while we walk is found by the next round.
 */
static void
kill_all(struct init *init)
{
    thaw(init);
    launcher_forget(&init->launcher);
    reap(init); /* who is dead already died of something else */
    for (uint32_t i = 1; i <= WIRE_PROC_MAX; i++)
        init->procs[i].is_killed = true;
    while (init->has_children) {
        struct pollfd wait = { .fd = init->signals, .events = POLLIN };
        bool has_term = false;

        kill_once(init);
        reap(init);
        if (!init->has_children)
            break;
        (void)poll(&wait, 1, 5);
        drain_signals(init, &has_term);
        reap(init);
    }
}

static _Noreturn void
end(struct init *init)
{
    kill_all(init);
    _exit(0);
}

/* -- furnishing ------------------------------------------------------------------- */

static rlim_t
process_limit(const struct init *init)
{
    const struct plan *plan = init->plan;

    if (plan->level == SANDBOX_FULL) /* nobody else runs under the sandbox's uid */
        return init->limits.processes;
    if (plan->processes == PROCESSES_RLIMIT)
        return kin_tasks_of_uid(getuid()) + init->limits.processes;
    return RLIM_INFINITY;
}

static int
furnish(struct init *init, const struct wire_msg *msg, const struct wire_fds *fds,
        struct lamb_err *err)
{
    LAMB_AUTO(wire_strings_fini) struct wire_strings places = { 0 };
    size_t mounts = 0;
    int r = wire_strings_read(fds->fd[0], &places, err);

    if (r < 0)
        return r;
    while (mounts + 1 < WIRE_FDS_MAX && fds->fd[mounts + 1] >= 0)
        mounts++;
    if (places.count[0] != mounts)
        return lamb_refuse(err, -EBADMSG, "%zu mounts for %zu places", mounts,
                           places.count[0]);
    init->limits = msg->limits;
    init->processes = process_limit(init);
    return view_furnish(fds->fd + 1, places.list[0], err);
}

/* The listener travels with the good news. */
static void
say_ready(struct init *init, const struct wire_msg *msg)
{
    (void)wire_send(init->plan->control, msg, &init->listener,
                    msg->err.code == 0 && init->listener >= 0, 0);
    lamb_close(&init->listener);
    if (msg->err.code)
        _exit(1);
}

static void
on_furnish(struct init *init, const struct wire_msg *msg, const struct wire_fds *fds)
{
    struct wire_msg answer = wire_msg(WIRE_READY, 0);

    if (init->is_furnished)
        return;
    init->is_furnished = true;
    (void)prctl(PR_SET_NAME, "lamb-init");
    if (furnish(init, msg, fds, &answer.err) < 0)
        answer.value = STEP_FURNISH;
    say_ready(init, &answer);
}

/* -- commands --------------------------------------------------------------------- */

static int
start(struct init *init, uint32_t number, const struct wire_fds *fds,
      enum sandbox_step *ret_step, struct lamb_err *err)
{
    LAMB_AUTO(wire_strings_fini) struct wire_strings strings = { 0 };
    struct launch job = { .streams = { fds->fd[1], fds->fd[2] },
                          .log = fds->fd[3],
                          .has_log = fds->fd[3] >= 0,
                          .descriptors = init->limits.descriptors,
                          .processes = init->processes };
    pid_t pid;
    int r = wire_strings_read(fds->fd[0], &strings, err);

    *ret_step = STEP_STRINGS;
    if (r == 0 && strings.count[0] != 1)
        r = lamb_raise(err, -EBADMSG, "%s", sandbox_step_text(STEP_STRINGS));
    if (r < 0)
        return r;
    job.cwd = strings.list[0][0];
    job.argv = strings.list[1];
    job.envp = strings.list[2];
    r = launch(&init->launcher, &job, &pid, ret_step, err);
    if (r < 0)
        return r;
    init->procs[number] = (struct proc){ .pid = pid };
    init->has_children = true;
    return 0;
}

static void
on_start(struct init *init, const struct wire_msg *msg, const struct wire_fds *fds)
{
    struct wire_msg answer = wire_msg(WIRE_STARTED, 0);
    enum sandbox_step step = STEP_NONE;

    answer.proc = msg->proc;
    if (init->procs[msg->proc].pid)
        (void)lamb_refuse(&answer.err, -EEXIST, "process %u runs already", msg->proc);
    else
        (void)start(init, msg->proc, fds, &step, &answer.err);
    answer.value = (int32_t)step;
    say(init, &answer);
}

static void
on_signal(struct init *init, const struct wire_msg *msg)
{
    struct proc *proc = &init->procs[msg->proc];

    if (!proc->pid)
        return;
    if (msg->value == SIGKILL) {
        reap(init);
        proc->is_killed = true;
    }
    if (proc->pid) /* each process that we start leads a group of its own */
        (void)kill(-proc->pid, msg->value);
}

static void
on_kill(struct init *init)
{
    struct wire_msg msg = wire_msg(WIRE_EMPTIED, 0);

    kill_all(init);
    say(init, &msg);
}

/* The least of a few looks: who has just asked for the next event may not wait yet. */
static unsigned
count_running(void)
{
    unsigned least = kin_running(getpid());

    for (int i = 0; least && i < 2; i++) {
        unsigned n;

        (void)usleep(1000);
        n = kin_running(getpid());
        least = n < least ? n : least;
    }
    return least;
}

static void
on_freeze(struct init *init, bool is_frozen)
{
    struct wire_msg msg = wire_msg(WIRE_FROZEN, 0);

    if (!is_frozen) {
        thaw(init);
        return;
    }
    msg.value = (int32_t)count_running();
    init->is_frozen = true;
    freezer_freeze(sandbox_level_is_apart(init->plan->level), init->plan->leaf.freeze);
    say(init, &msg);
}

/* A socket belongs to the network that it was made in, whoever connects it. */
static void
on_door(struct init *init)
{
    struct wire_msg msg = wire_msg(WIRE_SOCKET, 0);
    LAMB_AUTOFD int sock =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int r;

    if (sock < 0)
        (void)lamb_raise(&msg.err, -errno, "make a socket");
    else if ((r = wire_send(init->plan->control, &msg, &sock, 1, 0)) < 0)
        (void)lamb_raise(&msg.err, r, "hand over a socket");
    if (msg.err.code)
        say(init, &msg);
}

static void
obey(struct init *init, const struct wire_msg *msg, const struct wire_fds *fds)
{
    if (msg->type == WIRE_FURNISH)
        on_furnish(init, msg, fds);
    else if (msg->type == WIRE_START)
        on_start(init, msg, fds);
    else if (msg->type == WIRE_SIGNAL)
        on_signal(init, msg);
    else if (msg->type == WIRE_KILL)
        on_kill(init);
    else if (msg->type == WIRE_FREEZE)
        on_freeze(init, msg->value != 0);
    else if (msg->type == WIRE_DOOR)
        on_door(init);
}

static void
read_commands(struct init *init)
{
    for (;;) {
        struct wire_msg msg;
        struct wire_fds fds;
        int r = wire_recv(init->plan->control, &msg, &fds, MSG_DONTWAIT);

        if (r == -EBADMSG)
            continue;
        if (r == -EAGAIN)
            return;
        if (r <= 0)
            end(init);
        obey(init, &msg, &fds);
        wire_fds_close(&fds);
    }
}

/* -- memory without control groups ------------------------------------------------ */

static void
note_peak(struct init *init, uint64_t bytes)
{
    char text[24];

    if (bytes <= init->peak_bytes || init->plan->peak < 0 ||
        lamb_format(text, sizeof(text), "%llu\n", (unsigned long long)bytes) < 0)
        return;
    if (pwrite(init->plan->peak, text, strlen(text), 0) > 0)
        init->peak_bytes = bytes;
}

static void
measure(struct init *init)
{
    uint64_t limit = (uint64_t)init->limits.memory_mb << 20;
    struct kin_memory memory = kin_memory(getpid());

    note_peak(init, memory.peak_bytes);
    if (!limit || memory.now_bytes <= limit || !memory.biggest)
        return;
    init->over_limit = memory.biggest; /* whom the kernel would choose */
    (void)kill(memory.biggest, SIGKILL);
}

/* -- life ------------------------------------------------------------------------- */

static int
compare_fds(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* The spawner's descriptors were copied with its memory: keep only what is ours. */
static void
close_others(const struct plan *plan)
{
    int keep[] = { plan->control,       plan->userns,      plan->peak,
                   plan->leaf.tasks[0], plan->leaf.v2,     plan->leaf.tasks[1],
                   plan->leaf.events,   plan->leaf.freeze, plan->leaf.tasks[2],
                   plan->way_out[0],    plan->way_out[1] };
    unsigned from = 3;

    qsort(keep, LAMB_COUNT(keep), sizeof(keep[0]), compare_fds);
    for (size_t i = 0; i < LAMB_COUNT(keep); i++) {
        if (keep[i] < 3)
            continue;
        if ((unsigned)keep[i] > from)
            (void)close_range(from, (unsigned)keep[i] - 1, 0);
        from = (unsigned)keep[i] + 1;
    }
    (void)close_range(from, ~0U, 0);
}

static bool
oom_score_is_low(void)
{
    char text[16];
    int64_t score;

    (void)files_get(AT_FDCWD, "/proc/self/oom_score_adj", text, sizeof(text));
    return lamb_parse_i64(lamb_span_trim(lamb_span_str(text)), -1000, 1000, &score) ==
               0 &&
           score < LAUNCH_OOM_SCORE;
}

static int
watch_signals(void)
{
    sigset_t mask;

    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, SIGCHLD);
    (void)sigaddset(&mask, SIGTERM); /* the spawner died */
    return signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Until it is open, or the process that makes it died. */
static void
await_way_out(const struct plan *plan)
{
    struct pollfd wait = { .fd = plan->way_out[1], .events = POLLIN };

    if (plan->way_out[1] >= 0)
        (void)poll(&wait, 1, 2000);
}

static int
set_up(struct init *init, enum sandbox_step *step, struct lamb_err *err)
{
    const struct plan *plan = init->plan;
    struct launch_ground ground = { .plan = plan };
    int r;

    close_others(plan);
    (void)prctl(PR_SET_NAME, "lamb-spare"); /* until it is somebody's */
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    (void)setsid();
    if (plan->has_net) {
        *step = STEP_NETWORK;
        init->listener = net_listen(err);
        if (init->listener < 0)
            return init->listener;
        await_way_out(plan);
    }
    if (sandbox_level_is_apart(plan->level)) {
        r = view_enter(plan->view, step, err);
        if (r < 0)
            return r;
    }
    *step = STEP_DESCRIPTORS;
    init->signals = watch_signals();
    ground.null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (init->signals < 0 || ground.null < 0)
        return lamb_raise(err, -errno, "%s", sandbox_step_text(*step));
    ground.raise_oom_score = oom_score_is_low();
    launcher_init(&init->launcher, &ground);
    launcher_prepare(&init->launcher);
    *step = STEP_NONE;
    return 0;
}

/* A child that waits to become a process is no function's yet. */
static bool
is_measured(const struct init *init)
{
    return init->plan->memory == MEMORY_POLLING && init->has_children &&
           !init->launcher.child;
}

static _Noreturn void
serve(struct init *init)
{
    for (;;) {
        struct pollfd fds[] = { { .fd = init->plan->control, .events = POLLIN },
                                { .fd = init->signals, .events = POLLIN } };
        bool has_term = false;

        (void)poll(fds, LAMB_COUNT(fds), is_measured(init) ? INIT_POLL_MS : -1);
        if (fds[1].revents)
            drain_signals(init, &has_term);
        if (has_term)
            end(init);
        if (is_measured(init))
            measure(init);
        reap(init);
        if (fds[0].revents)
            read_commands(init);
    }
}

_Noreturn void
init_main(const struct plan *plan)
{
    static struct init init;
    struct wire_msg msg = wire_msg(WIRE_READY, 0);
    enum sandbox_step step = STEP_NONE;

    init.plan = plan;
    init.listener = -EBADF;
    if (set_up(&init, &step, &msg.err) < 0) { /* heard by whoever gets the socket */
        msg.value = (int32_t)step;
        say_ready(&init, &msg);
    }
    serve(&init);
}
