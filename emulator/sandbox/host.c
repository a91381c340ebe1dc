/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/host.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "emulator/sandbox/spawner.h"
#include "emulator/sandbox/wish.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/log.h"

LAMB_ENUM_TEXT_FN(sandbox_network_text, sandbox_network, SANDBOX_NETWORKS,
                  SANDBOX_NETWORK_N)
LAMB_ENUM_TEXT_FN(sandbox_level_text, sandbox_level, SANDBOX_LEVELS, SANDBOX_LEVEL_N)

/*
 * The spawner may wait two seconds for an earlier one, then tries up to four levels. At
 * its end it unmounts and removes what every environment had: seconds, where the
 * machine is busy. Whoever stops the emulator often gives it ten.
 */
enum { ATTACH_PATIENCE_MS = 15000, STOP_PATIENCE_MS = 8000 };

/* -- start ------------------------------------------------------------------------ */

static int
fork_spawner(struct sandbox_host *host, struct lamb_err *err)
{
    LAMB_AUTOFD int ours = -EBADF;
    LAMB_AUTOFD int theirs = -EBADF;
    pid_t emulator = getpid();
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return lamb_raise(err, -errno, "make a socket for the spawner");
    ours = pair[0];
    theirs = pair[1];
    host->spawner = fork();
    if (host->spawner < 0)
        return lamb_raise(err, -errno, "fork the spawner");
    if (host->spawner == 0)
        spawner_main(theirs, host->state_dir, emulator);
    host->sock = lamb_take_fd(&ours);
    host->pidfd = pidfd_open(host->spawner, 0);
    return host->pidfd < 0 ? lamb_raise(err, -errno, "open a pidfd") : 0;
}

/*
 * Each environment costs the emulator descriptors, and the kernel refuses those on
 * their way through a socket when their sender's user has too many: a function of the
 * same user must not be able to use that up. The usual soft limit is meant for
 * select(2).
 */
static void
allow_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

int
sandbox_host_start(const char *state_dir, struct sandbox_host **ret,
                   struct lamb_err *err)
{
    struct sandbox_host *host = calloc(1, sizeof(*host));
    int r = 0;

    if (!host)
        return lamb_raise(err, -ENOMEM, "start the sandbox host");
    host->pidfd = host->sock = host->port.fd = -EBADF;
    host->spawner = -1;
    lamb_list_init(&host->sandboxes);
    lamb_list_init(&host->port.queue);
    if (!realpath(state_dir, host->state_dir))
        r = lamb_raise(err, -errno, "state folder '%s'", state_dir);
    allow_descriptors();
    if (r == 0)
        r = fork_spawner(host, err);
    if (r < 0) {
        sandbox_host_stop(host);
        return r;
    }
    *ret = host;
    return 0;
}

/* -- messages --------------------------------------------------------------------- */

static void
on_msg(void *data, const struct wire_msg *msg, struct wire_fds *fds)
{
    struct sandbox_host *host = data;

    LAMB_LIST_FOREACH (it, &host->sandboxes) {
        struct sandbox *sandbox = sandbox_of_node(it);

        if (sandbox_number(sandbox) != msg->sandbox)
            continue;
        sandbox_on_spawner(sandbox, msg, fds);
        return;
    }
}

/* Without the spawner there is nobody to clear up: each sandbox ends here. */
static void
on_closed(void *data)
{
    struct sandbox_host *host = data;
    size_t count = 0;

    lamb_log(LAMB_LOG_ERROR, "sandbox",
             "the spawner (pid %d) died: no function can run any more; restart lamb",
             (int)host->spawner);
    host->is_lost = true;
    LAMB_LIST_FOREACH (it, &host->sandboxes)
        count++;
    /* Whoever is told may free any of them; each one told leaves the front. */
    while (count-- && !lamb_list_is_empty(&host->sandboxes)) {
        struct lamb_list *node = lamb_list_take_front(&host->sandboxes);
        struct sandbox *sandbox = sandbox_of_node(node);
        struct wire_msg msg = wire_msg(WIRE_GONE, sandbox_number(sandbox));
        struct wire_fds none = WIRE_FDS_NONE;

        lamb_list_push_back(&host->sandboxes, node);
        (void)lamb_refuse(&msg.err, -EPIPE, "the spawner died: restart lamb");
        sandbox_on_spawner(sandbox, &msg, &none);
    }
    if (host->on_lost)
        host->on_lost(host->on_lost_data);
}

/* -- attach ----------------------------------------------------------------------- */

static int
ask_probe(struct sandbox_host *host, const struct sandbox_options *options,
          struct wire_msg *ret, struct lamb_err *err)
{
    LAMB_AUTO(wish_fini) struct wish wish;
    const char *root[] = { "", NULL };
    const char *const *const lists[WIRE_LISTS] = { root,
                                                   (const char *const *)wish.mounts,
                                                   NULL };
    struct wire_msg msg = wire_msg(WIRE_PROBE, 0);
    LAMB_AUTOFD int strings = -EBADF;
    struct pollfd wait = { .fd = host->sock, .events = POLLIN };
    struct wire_fds fds;
    int r = wish_init(&wish, options, err);

    if (wish.root)
        root[0] = wish.root;
    if (r == 0)
        r = wire_strings_write(lists, &strings, err);
    if (r < 0)
        return r;
    msg.wishes.network = options->network;
    msg.value = (int32_t)options->level;
    msg.wishes.cpu_share = options->cpu_share;
    r = wire_send(host->sock, &msg, &strings, 1, 0);
    if (r < 0)
        return lamb_raise(err, r, "talk to the spawner");
    do {
        r = poll(&wait, 1, ATTACH_PATIENCE_MS);
    } while (r < 0 && errno == EINTR);
    if (r <= 0)
        return lamb_refuse(err, -ETIMEDOUT, "the spawner does not answer");
    r = wire_recv(host->sock, ret, &fds, MSG_DONTWAIT);
    if (r == 0)
        return lamb_refuse(err, -EPIPE, "the spawner died while it tried isolation");
    return r < 0 ? lamb_raise(err, r, "listen to the spawner") : 0;
}

static void
note_abilities(struct sandbox_host *host, const struct wire_msg *probed)
{
    (void)snprintf(host->missing, sizeof(host->missing), "%s", probed->err.text);
    host->cpu = (enum cpu_means)probed->found.cpu;
    host->abilities = (struct sandbox_abilities){
        .level = (enum sandbox_level)probed->value,
        .memory = memory_means_text((enum memory_means)probed->found.memory),
        .processes =
            processes_means_text((enum processes_means)probed->found.processes),
        .kill = kill_means_text((enum kill_means)probed->found.kill),
        .freeze = freeze_means_text((enum freeze_means)probed->found.freeze),
        .tmp = tmp_means_text((enum tmp_means)probed->found.tmp),
        .cpu = cpu_means_text(host->cpu),
        .network = (enum sandbox_network)probed->found.network,
        .outbound = outbound_means_text((enum outbound_means)probed->found.outbound),
        .has_own_users = probed->found.users == USERS_OWN,
        .missing = probed->err.code ? host->missing : NULL,
    };
}

int
sandbox_host_attach(struct sandbox_host *host, struct loop *loop,
                    const struct sandbox_options *options, struct lamb_err *err)
{
    struct wire_msg probed;
    int r = ask_probe(host, options, &probed, err);

    if (r < 0)
        return r;
    if (probed.type != WIRE_PROBED || probed.value < 0 ||
        probed.value >= SANDBOX_LEVEL_N) {
        if (err)
            *err = probed.err;
        return probed.err.code ? probed.err.code : -EBADMSG;
    }
    note_abilities(host, &probed);
    host->loop = loop;
    port_init(&host->port, loop, host);
    host->port.on_msg = on_msg;
    host->port.on_closed = on_closed;
    return port_open(&host->port, lamb_take_fd(&host->sock), "spawner", err);
}

/* -- stop ------------------------------------------------------------------------- */

static void
await_end(struct sandbox_host *host)
{
    struct pollfd wait = { .fd = host->pidfd, .events = POLLIN };
    int r;

    do {
        r = poll(&wait, 1, STOP_PATIENCE_MS);
    } while (r < 0 && errno == EINTR);
    if (r <= 0) {
        lamb_log(LAMB_LOG_WARN, "sandbox",
                 "the spawner (pid %d) did not end in %d ms and was killed; the next "
                 "start with this state folder clears what is left",
                 (int)host->spawner, STOP_PATIENCE_MS);
        (void)kill(host->spawner, SIGKILL);
    }
    (void)waitpid(host->spawner, NULL, 0);
}

void
sandbox_host_stop(struct sandbox_host *host)
{
    if (!host)
        return;
    while (!lamb_list_is_empty(&host->sandboxes))
        sandbox_drop(sandbox_of_node(host->sandboxes.next));
    port_close(&host->port);
    lamb_close(&host->sock); /* which tells the spawner to end */
    if (host->spawner > 0)
        await_end(host);
    lamb_close(&host->pidfd);
    if (host->loop)
        loop_bury(host->loop, host, free);
    else
        free(host);
}

/* -- questions -------------------------------------------------------------------- */

const struct sandbox_abilities *
sandbox_host_abilities(const struct sandbox_host *host)
{
    return &host->abilities;
}

void
sandbox_host_on_lost(struct sandbox_host *host, void (*fn)(void *data), void *data)
{
    host->on_lost = fn;
    host->on_lost_data = data;
}
