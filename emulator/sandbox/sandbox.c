/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/output.h"
#include "emulator/sandbox/sandbox_private.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/limits.h"
#include "sdk/base/log.h"

/* Did the owner let go of it, perhaps in the callback that just returned? */
static bool
is_held(const struct sandbox *sandbox)
{
    return sandbox->life.state != SANDBOX_REMOVING &&
           sandbox->life.state != SANDBOX_RELEASED;
}

static void
free_memory(void *ptr)
{
    struct sandbox *sandbox = ptr;

    outlook_fini(&sandbox->outlook);
    free(sandbox->id);
    free(sandbox);
}

/* Nothing is heard from it any more. */
static void
close_all(struct sandbox *sandbox)
{
    port_close(&sandbox->control);
    while (!lamb_list_is_empty(&sandbox->outputs))
        output_close(LAMB_CONTAINER(sandbox->outputs.next, struct output, node));
    lamb_close(&sandbox->pidfd);
}

static void
release(struct sandbox *sandbox)
{
    close_all(sandbox);
    lamb_close(&sandbox->peak);
    lamb_close(&sandbox->quota);
    lamb_close(&sandbox->listener);
    lamb_list_remove(&sandbox->node);
    loop_bury(sandbox->host->loop, sandbox, free_memory);
}

static void
let_go(struct sandbox *sandbox)
{
    sandbox->host->count--;
}

void
sandbox_drop(struct sandbox *sandbox)
{
    sandbox->life.state = SANDBOX_RELEASED; /* the end of the host is no event of it */
    release(sandbox);
}

/* -- telling the owner -----------------------------------------------------------
 *
 * Any of these calls may free the sandbox; its memory stays until the end of the turn.
 */

static void
on_output(void *data, unsigned proc, enum sandbox_stream stream, struct lamb_span bytes)
{
    struct sandbox *sandbox = data;

    if (sandbox->events.output)
        sandbox->events.output(sandbox->data, proc, stream, bytes);
}

void
sandbox_drain(struct sandbox *sandbox)
{
    LAMB_LIST_FOREACH (it, &sandbox->outputs) {
        output_drain(LAMB_CONTAINER(it, struct output, node));
        if (!is_held(sandbox))
            return;
    }
}

static void
tell_created(struct sandbox *sandbox, const struct lamb_err *err)
{
    if (sandbox->events.created)
        sandbox->events.created(sandbox->data, err);
}

static void
tell_started(struct sandbox *sandbox, const struct wire_msg *msg)
{
    if (msg->err.code)
        sandbox->is_running[msg->proc] = false;
    if (sandbox->events.started)
        sandbox->events.started(sandbox->data, msg->proc,
                                msg->err.code ? &msg->err : NULL);
}

static void
tell_exited(struct sandbox *sandbox, const struct wire_msg *msg)
{
    struct sandbox_exit exit = { .out_of_memory = msg->out_of_memory };

    exit.signaled = WIFSIGNALED(msg->value);
    exit.code = exit.signaled ? WTERMSIG(msg->value) : WEXITSTATUS(msg->value);
    sandbox_drain(sandbox); /* what it wrote comes before the news of its end */
    if (!is_held(sandbox))
        return;
    sandbox->is_running[msg->proc] = false;
    if (sandbox->events.exited)
        sandbox->events.exited(sandbox->data, msg->proc, &exit);
}

static void
tell_emptied(struct sandbox *sandbox)
{
    sandbox_drain(sandbox);
    if (is_held(sandbox) && sandbox->events.emptied)
        sandbox->events.emptied(sandbox->data);
}

/* No event of its life: whoever asked waits for nothing else. */
static void
tell_socket(struct sandbox *sandbox, const struct wire_msg *msg, struct wire_fds *fds)
{
    if (is_held(sandbox) && sandbox->events.socket)
        sandbox->events.socket(
            sandbox->data, msg->err.code ? msg->err.code : lamb_take_fd(&fds->fd[0]));
}

static void
tell_lost(struct sandbox *sandbox, const struct wire_msg *msg)
{
    close_all(sandbox);
    if (sandbox->events.lost)
        sandbox->events.lost(sandbox->data, &msg->err);
}

/* -- carrying out ----------------------------------------------------------------- */

static void
send_to_spawner(struct sandbox *sandbox, enum wire_type type)
{
    struct wire_msg msg = wire_msg(type, sandbox->number);

    port_send(&sandbox->host->port, &msg, NULL, 0);
}

static void
adopt(struct sandbox *sandbox, const struct wire_msg *msg, struct wire_fds *fds)
{
    sandbox->pid = (pid_t)msg->pid;
    sandbox->uid = msg->uid;
    sandbox->pidfd = lamb_take_fd(&fds->fd[0]);
    sandbox->peak = lamb_take_fd(&fds->fd[2]);
    sandbox->quota = lamb_take_fd(&fds->fd[3]);
    /* Without a control socket the init ends, and the spawner says GONE. */
    (void)port_open(&sandbox->control, lamb_take_fd(&fds->fd[1]), "sandbox init",
                    &sandbox->reason);
}

/* The owner's part of letting go is done in sandbox_free. */
static void
remove_it(struct sandbox *sandbox)
{
    close_all(sandbox);
    send_to_spawner(sandbox, WIRE_REMOVE);
    if (sandbox->host->is_lost)
        release(sandbox);
}

static void
send_to_init(struct sandbox *sandbox, const struct wire_msg *msg)
{
    port_send(&sandbox->control, msg, NULL, 0);
}

/* Why it could not be made: the init's own word before the spawner's. */
static const struct lamb_err *
failure(const struct sandbox *sandbox, const struct wire_msg *msg)
{
    return sandbox->reason.code ? &sandbox->reason : &msg->err;
}

/*
 * MSG is what arrived or what is to be sent; FDS came with it. ASK and START are
 * finished by their callers, who have more to send than a message.
 */
static void
carry_out(struct sandbox *sandbox, enum sandbox_action action,
          const struct wire_msg *msg, struct wire_fds *fds)
{
    switch (action) {
    case SANDBOX_DO_ADOPT:
        adopt(sandbox, msg, fds);
        return;
    case SANDBOX_DO_TELL_CREATED:
        sandbox->listener = lamb_take_fd(&fds->fd[0]);
        tell_created(sandbox, NULL);
        return;
    case SANDBOX_DO_KEEP_REASON:
        sandbox->reason = msg->err;
        return;
    case SANDBOX_DO_TELL_FAILED:
        close_all(sandbox);
        tell_created(sandbox, failure(sandbox, msg));
        return;
    case SANDBOX_DO_TELL_STARTED:
        tell_started(sandbox, msg);
        return;
    case SANDBOX_DO_TELL_EXITED:
        tell_exited(sandbox, msg);
        return;
    case SANDBOX_DO_SIGNAL:
    case SANDBOX_DO_KILL:
        send_to_init(sandbox, msg);
        return;
    case SANDBOX_DO_TELL_FROZEN:
        if (sandbox->events.frozen)
            sandbox->events.frozen(sandbox->data, (unsigned)msg->value);
        return;
    case SANDBOX_DO_TELL_EMPTIED:
        tell_emptied(sandbox);
        return;
    case SANDBOX_DO_REMOVE:
        remove_it(sandbox);
        return;
    case SANDBOX_DO_TELL_LOST:
        tell_lost(sandbox, msg);
        return;
    case SANDBOX_DO_RELEASE:
        release(sandbox);
        return;
    case SANDBOX_DO_NONE:
    case SANDBOX_DO_ASK:
    case SANDBOX_DO_START:
    case SANDBOX_DO_DISCARD: /* what is left in FDS is closed by the port */
    case SANDBOX_ACTION_N:
        return;
    }
}

static int
step(struct sandbox *sandbox, enum sandbox_event event, enum sandbox_action *ret_action)
{
    enum sandbox_state before = sandbox->life.state;
    int r = sandbox_step(&sandbox->life, event, ret_action);

    if (r)
        lamb_log(LAMB_LOG_DEBUG, "sandbox", "%s: %s refused %s (%u so far)",
                 sandbox->id, sandbox_state_name(before), sandbox_event_name(event),
                 sandbox->life.refused);
    else
        lamb_log(LAMB_LOG_DEBUG, "sandbox", "%s: %s --%s--> %s", sandbox->id,
                 sandbox_state_name(before), sandbox_event_name(event),
                 sandbox_state_name(sandbox->life.state));
    return r;
}

static void
happen(struct sandbox *sandbox, enum sandbox_event event, const struct wire_msg *msg,
       struct wire_fds *fds)
{
    enum sandbox_action action;

    if (step(sandbox, event, &action) == 0)
        carry_out(sandbox, action, msg, fds);
}

/* -- what arrives ----------------------------------------------------------------- */

static void
on_init(void *data, const struct wire_msg *msg, struct wire_fds *fds)
{
    static const struct {
        enum wire_type type;
        enum sandbox_event event;
        enum sandbox_event failed; /* when the message carries an error */
    } events[] = {
        { WIRE_READY, SANDBOX_EV_SET_UP, SANDBOX_EV_NOT_SET_UP },
        { WIRE_STARTED, SANDBOX_EV_STARTED, SANDBOX_EV_STARTED },
        { WIRE_EXITED, SANDBOX_EV_EXITED, SANDBOX_EV_EXITED },
        { WIRE_EMPTIED, SANDBOX_EV_EMPTIED, SANDBOX_EV_EMPTIED },
        { WIRE_FROZEN, SANDBOX_EV_FROZEN, SANDBOX_EV_FROZEN },
    };

    if (msg->type == WIRE_SOCKET)
        tell_socket(data, msg, fds);
    for (size_t i = 0; i < LAMB_COUNT(events); i++)
        if (msg->type == (uint32_t)events[i].type)
            happen(data, msg->err.code ? events[i].failed : events[i].event, msg, fds);
}

/* Before the end is told: what the init said and the processes wrote until then. */
static void
hear_out(struct sandbox *sandbox)
{
    while (is_held(sandbox) && port_read(&sandbox->control)) {
    }
    if (is_held(sandbox))
        sandbox_drain(sandbox);
}

void
sandbox_on_spawner(struct sandbox *sandbox, const struct wire_msg *msg,
                   struct wire_fds *fds)
{
    if (msg->type == WIRE_MADE)
        happen(sandbox, SANDBOX_EV_MADE, msg, fds);
    if (msg->type != WIRE_GONE)
        return;
    /* The spawner died before the init, perhaps: an init at full takes all with it. */
    if (sandbox->host->is_lost && sandbox->pidfd >= 0 &&
        sandbox_level_is_apart(sandbox->host->abilities.level))
        (void)pidfd_send_signal(sandbox->pidfd, SIGKILL, NULL, 0);
    hear_out(sandbox);
    happen(sandbox, SANDBOX_EV_GONE, msg, fds);
}

/* -- making ----------------------------------------------------------------------- */

static int
ask(struct sandbox *sandbox, const struct sandbox_spec *spec, struct lamb_err *err)
{
    const char *texts[] = { spec->id, spec->task_dir,
                            spec->bootstrap ? spec->bootstrap : "", NULL };
    const char *const *const lists[WIRE_LISTS] = { texts, spec->opt_dirs,
                                                   spec->file_systems };
    struct wire_msg msg = wire_msg(WIRE_MAKE, sandbox->number);
    int strings;
    int r = wire_strings_write(lists, &strings, err);

    if (r < 0)
        return r;
    msg.limits = (struct wire_limits){
        .memory_mb = spec->memory_mb,
        .processes = spec->processes ? spec->processes : LAMB_LIMIT_PROCESSES,
        .descriptors = spec->descriptors ? spec->descriptors : LAMB_LIMIT_FDS,
        .tmp_mb = spec->tmp_mb,
    };
    port_send(&sandbox->host->port, &msg, &strings, 1);
    return 0;
}

static int
fill(struct sandbox *sandbox, const struct sandbox_spec *spec, struct lamb_err *err)
{
    const struct sandbox_host *host = sandbox->host;
    int r =
        outlook_init(&sandbox->outlook, spec, host->abilities.level, host->state_dir);

    sandbox->id = strdup(spec->id);
    if (r < 0 || !sandbox->id)
        return lamb_raise(err, -ENOMEM, "make sandbox '%s'", spec->id);
    return ask(sandbox, spec, err);
}

int
sandbox_new(struct sandbox_host *host, const struct sandbox_spec *spec,
            const struct sandbox_events *events, void *data, struct sandbox **ret,
            struct lamb_err *err)
{
    enum sandbox_action action;
    struct sandbox *sandbox;
    int r = outlook_check(spec, host->abilities.level, err);

    if (r < 0)
        return r;
    if (host->is_lost || host->port.fd < 0)
        return lamb_refuse(err, -EPIPE, "sandbox '%s': the spawner died: restart lamb",
                           spec->id);
    sandbox = calloc(1, sizeof(*sandbox));
    if (!sandbox)
        return lamb_raise(err, -ENOMEM, "make sandbox '%s'", spec->id);
    sandbox->host = host;
    sandbox->events = *events;
    sandbox->data = data;
    sandbox->pidfd = sandbox->peak = -EBADF;
    sandbox->quota = sandbox->listener = -EBADF;
    sandbox->memory_mb = spec->memory_mb;
    sandbox->number = ++host->next_number;
    lamb_list_init(&sandbox->outputs);
    port_init(&sandbox->control, host->loop, sandbox);
    sandbox->control.on_msg = on_init;
    r = fill(sandbox, spec, err);
    if (r < 0) {
        free_memory(sandbox);
        return r;
    }
    lamb_list_push_back(&host->sandboxes, &sandbox->node);
    host->count++;
    lamb_assert(step(sandbox, SANDBOX_EV_MAKE, &action) == 0);
    *ret = sandbox;
    return 0;
}

void
sandbox_free(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    lamb_assert(is_held(sandbox));
    let_go(sandbox);
    happen(sandbox, SANDBOX_EV_FREE, NULL, NULL);
}

/* -- commands --------------------------------------------------------------------- */

/* Open the N pipes; their writing ends become FDS. */
static int
open_streams(struct sandbox *sandbox, unsigned proc, int n, int *fds,
             struct lamb_err *err)
{
    for (int stream = SANDBOX_STDOUT; stream < n; stream++) {
        struct output model = { .proc = proc,
                                .stream = (enum sandbox_stream)stream,
                                .fn = on_output,
                                .data = sandbox };
        int r = output_open(sandbox->host->loop, &model, &sandbox->outputs,
                            &fds[stream], err);

        if (r < 0)
            return r;
    }
    return 0;
}

static int
send_start(struct sandbox *sandbox, unsigned proc,
           const struct sandbox_process *process, struct lamb_err *err)
{
    const char *const cwd[] = { process->cwd, NULL };
    const char *const *const lists[WIRE_LISTS] = { cwd, process->argv, process->envp };
    struct wire_msg msg = wire_msg(WIRE_START, sandbox->number);
    int fds[1 + SANDBOX_STREAM_N] = { -EBADF, -EBADF, -EBADF, -EBADF };
    int n = process->has_log ? SANDBOX_STREAM_N : SANDBOX_LOG;
    int r = wire_strings_write(lists, &fds[0], err);

    if (r == 0)
        r = open_streams(sandbox, proc, n, fds + 1, err);
    if (r < 0) { /* a pipe whose writing end is closed ends by itself */
        for (size_t i = 0; i < LAMB_COUNT(fds); i++)
            lamb_close(&fds[i]);
        return r;
    }
    msg.proc = proc;
    port_send(&sandbox->control, &msg, fds, (size_t)n + 1);
    return 0;
}

int
sandbox_start(struct sandbox *sandbox, unsigned proc,
              const struct sandbox_process *process, struct lamb_err *err)
{
    enum sandbox_action action;
    int r;

    lamb_assert(proc >= 1 && proc <= WIRE_PROC_MAX && process->argv[0]);
    if (sandbox->is_running[proc])
        return lamb_refuse(err, -EEXIST, "sandbox '%s': process %u runs already",
                           sandbox->id, proc);
    if (step(sandbox, SANDBOX_EV_START, &action))
        return lamb_refuse(err, -EBUSY, "sandbox '%s' takes no process while it is %s",
                           sandbox->id, sandbox_state_name(sandbox->life.state));
    r = send_start(sandbox, proc, process, err);
    if (r < 0)
        return lamb_wrap(err, r, "start '%s' in sandbox '%s'", process->argv[0],
                         sandbox->id);
    sandbox->is_running[proc] = true;
    return 0;
}

void
sandbox_signal(struct sandbox *sandbox, unsigned proc, int signum)
{
    struct wire_msg msg = wire_msg(WIRE_SIGNAL, sandbox->number);

    lamb_assert(proc >= 1 && proc <= WIRE_PROC_MAX && signum > 0 && signum < NSIG);
    msg.proc = proc;
    msg.value = signum;
    happen(sandbox, SANDBOX_EV_SIGNAL, &msg, NULL);
}

void
sandbox_kill(struct sandbox *sandbox)
{
    struct wire_msg msg = wire_msg(WIRE_KILL, sandbox->number);

    happen(sandbox, SANDBOX_EV_KILL, &msg, NULL);
}

void
sandbox_ask_socket(struct sandbox *sandbox)
{
    struct wire_msg msg = wire_msg(WIRE_DOOR, sandbox->number);

    happen(sandbox, SANDBOX_EV_SIGNAL, &msg, NULL);
}

void
sandbox_freeze(struct sandbox *sandbox, bool is_frozen)
{
    struct wire_msg msg = wire_msg(WIRE_FREEZE, sandbox->number);

    msg.value = is_frozen;
    happen(sandbox, SANDBOX_EV_SIGNAL, &msg, NULL);
}
