/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/server.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/http/conn.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

enum {
    /* The default of MHD is what FD_SETSIZE allows (1020), even with epoll. */
    CONNECTION_LIMIT = 10000,
    /* MHD clears all of it after each request: more makes small requests slower, less
     * makes large bodies slower. A head of 30 KB still fits. */
    CONNECTION_MEMORY = 32 * 1024,
    /* Daemons run in one go before the loop gets its turn. */
    FAIR_RUNS = 64,
    FAIR_HANGUPS = 64,
};
static const int64_t arrival_limit_ns = 60 * LAMB_NS_PER_S;
/* Longer than the longest function runs between two requests of its runtime (15 min).
 */
static const int64_t idle_limit_ns = 20 * 60 * LAMB_NS_PER_S;

/* -- running daemons -------------------------------------------------------------- */

/* Run this daemon before the loop waits again. */
static void
server_mark(struct http_server *server)
{
    if (server->is_stopping || !lamb_list_is_empty(&server->dirty))
        return;
    lamb_list_push_back(&server->room->dirty, &server->dirty);
    loop_stay_awake(server->room->loop); /* another room's hook may run after ours */
}

static void
destroy(struct http_server *server)
{
    lamb_list_remove(&server->dirty);
    lamb_list_remove(&server->in_room);
    loop_unwatch(&server->watch);
    /* One more run: what was answered before the end still leaves. */
    server->is_running = true;
    (void)MHD_run(server->daemon);
    MHD_stop_daemon(server->daemon); /* closes the listening socket too */
    lamb_assert(lamb_list_is_empty(&server->conns));
    free(server);
}

void
server_leave(struct http_server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;

    server->is_running = false;
    if (server->is_stopping)
        destroy(server);
    else if (MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES && wait_ms == 0)
        server_mark(server);
}

void
server_run(struct http_server *server)
{
    if (server->is_running) {
        server_mark(server);
        return;
    }
    lamb_list_remove(&server->dirty);
    server->is_running = true;
    (void)MHD_run(server->daemon);
    server_leave(server);
}

/*
 * In external mode MHD forgets a resume until some other event comes, so whoever
 * resumes marks the daemon, and it is run here before the loop waits.
 */
static bool
run_dirty(void *data)
{
    struct http_room *room = data;

    for (int i = 0; i < FAIR_RUNS && !lamb_list_is_empty(&room->dirty); i++)
        server_run(LAMB_CONTAINER(room->dirty.next, struct http_server, dirty));
    return !lamb_list_is_empty(&room->dirty);
}

static void
daemon_ready(void *data, int fd, unsigned events)
{
    (void)fd;
    (void)events;
    server_run(data);
}

/* -- connections ------------------------------------------------------------------ */

/*
 * A suspended connection leaves MHD's epoll, so a client that hangs up is seen only
 * through an epoll of our own. Edge-triggered, the connection can stay in it: one
 * system call a connection, none a request. It is taken out before it is closed: a
 * process forked meanwhile may hold the same open file for a moment.
 */
static void
watch_hangup(struct http_conn *conn)
{
    struct epoll_event event = { .events = EPOLLRDHUP | EPOLLET, .data.ptr = conn };

    if (!conn->is_watched)
        conn->is_watched = epoll_ctl(conn->server->room->hangup_fd, EPOLL_CTL_ADD,
                                     conn->fd, &event) == 0;
}

void
conn_suspend(struct http_conn *conn)
{
    if (conn->is_suspended)
        return;
    MHD_suspend_connection(conn->mhd);
    conn->is_suspended = true;
}

void
conn_resume(struct http_conn *conn)
{
    if (!conn->is_suspended)
        return;
    conn->is_suspended = false;
    MHD_resume_connection(conn->mhd);
    server_mark(conn->server);
}

void
conn_doom(struct http_conn *conn)
{
    conn->is_doomed = true;
    (void)shutdown(conn->fd, SHUT_RDWR); /* wakes MHD where it waits for bytes */
    conn_resume(conn);
}

static void
hung_up(struct http_conn *conn)
{
    conn->is_hung_up = true;
    conn->hung_up_ns = lamb_mono_ns();
    sweep_soon(conn->server->room);
    if (!conn->is_suspended || conn->is_doomed || !conn->server->config.watch_parked)
        return; /* MHD sees it, or the sweep; or it is parked later, and seen then */
    conn_doom(conn);
    /* Either of them may free the server, and the connection with it. */
    if (conn->stream.state == STREAM_OPEN)
        stream_lose(conn);
    else
        request_lose(conn, HTTP_GONE_CLIENT);
}

static void
hangups_ready(void *data, int fd, unsigned events)
{
    struct epoll_event event;

    (void)data;
    (void)events;
    /* One at a time: what one of them leads to may close the others. */
    for (int i = 0; i < FAIR_HANGUPS && epoll_wait(fd, &event, 1, 0) == 1; i++)
        hung_up(event.data.ptr);
}

static void
conn_opened(struct http_server *server, struct MHD_Connection *mhd, void **slot)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    int fd = info ? info->connect_fd : -EBADF;
    struct http_conn *conn = calloc(1, sizeof(*conn));

    if (!conn) {
        (void)shutdown(fd, SHUT_RDWR);
        return;
    }
    *slot = conn;
    conn->server = server;
    conn->mhd = mhd;
    conn->fd = fd;
    lamb_list_init(&conn->timed);
    lamb_list_push_back(&server->conns, &conn->in_server);
    server->stats.connections++;
    watch_hangup(conn);
    conn_time_arriving(conn); /* its first request, that is */
    if (server->config.may_connect &&
        !server->config.may_connect(server->config.data, fd)) {
        server->stats.refused++;
        conn_doom(conn);
    }
}

static void
conn_closed(struct http_conn *conn)
{
    if (conn->is_watched)
        (void)epoll_ctl(conn->server->room->hangup_fd, EPOLL_CTL_DEL, conn->fd, NULL);
    conn_time_none(conn);
    lamb_list_remove(&conn->in_server);
    conn->server->stats.connections--;
    /* At its connection limit, or out of descriptors, MHD has stopped to listen; it
     * begins again in a run after this one, for which there might be no other cause. */
    server_mark(conn->server);
    stream_reset(conn);
    free(conn);
}

static void
conn_notified(void *cls, struct MHD_Connection *mhd, void **slot,
              enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        conn_opened(cls, mhd, slot);
    else if (*slot)
        conn_closed(*slot);
}

/* -- servers ---------------------------------------------------------------------- */

static struct MHD_Daemon *
start_daemon(struct http_server *server)
{
    const struct http_server_config *config = &server->config;

    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, request_access, server,
        MHD_OPTION_LISTEN_SOCKET, config->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
        config->connection_limit, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_NOTIFY_CONNECTION, conn_notified, server,
        MHD_OPTION_NOTIFY_COMPLETED, request_completed, server,
        MHD_OPTION_URI_LOG_CALLBACK, request_line_seen, server,
        MHD_OPTION_UNESCAPE_CALLBACK, request_unescape, server, MHD_OPTION_END);
}

static void
apply_defaults(struct http_server_config *config)
{
    if (!config->connection_limit)
        config->connection_limit = CONNECTION_LIMIT;
    if (!config->arrival_limit_ns)
        config->arrival_limit_ns = arrival_limit_ns;
    if (!config->idle_limit_ns)
        config->idle_limit_ns = idle_limit_ns;
}

int
http_server_new(struct http_room *room, const struct http_server_config *config,
                struct http_server **ret, struct lamb_err *err)
{
    LAMB_AUTOFD int listen_fd = config->listen_fd;
    LAMB_AUTOFREE struct http_server *server = calloc(1, sizeof(*server));
    int r;

    if (!server)
        return lamb_raise(err, -ENOMEM, "start the HTTP server '%s'", config->name);
    server->room = room;
    server->config = *config;
    apply_defaults(&server->config);
    lamb_list_init(&server->dirty);
    lamb_list_init(&server->conns);
    lamb_list_init(&server->arriving);
    lamb_list_init(&server->idle);
    server->daemon = start_daemon(server);
    if (!server->daemon)
        return lamb_raise(err, -(errno ? errno : EIO), "start the HTTP server '%s'",
                          config->name);
    (void)lamb_take_fd(&listen_fd); /* MHD's now */
    r = loop_watch(
        room->loop,
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
        LOOP_READABLE, config->name, daemon_ready, server, &server->watch, err);
    if (r) {
        MHD_stop_daemon(server->daemon);
        return lamb_wrap(err, r, "start the HTTP server '%s'", config->name);
    }
    lamb_list_push_back(&room->servers, &server->in_room);
    sweep_shorten(room, server->config.arrival_limit_ns);
    sweep_shorten(room, server->config.idle_limit_ns);
    *ret = lamb_take_ptr(&server);
    server_mark(*ret); /* the first run puts the listening socket into its epoll */
    return 0;
}

void
http_server_free(struct http_server *server)
{
    bool is_nested;

    if (!server || server->is_stopping)
        return;
    is_nested = server->is_running;
    server->is_stopping = true;
    server->is_running = true; /* who is told below must not make it run */
    LAMB_LIST_FOREACH (node, &server->conns) {
        struct http_conn *conn = LAMB_CONTAINER(node, struct http_conn, in_server);

        /* MHD panics when it is stopped with connections suspended. */
        if (conn->phase != CONN_ANSWERED || conn->stream.state == STREAM_OPEN)
            conn_doom(conn);
        request_lose(conn, HTTP_GONE_STOPPING);
        stream_lose(conn);
    }
    server->is_running = is_nested;
    if (!is_nested)
        destroy(server);
}

const struct http_server_stats *
http_server_stats(const struct http_server *server)
{
    return &server->stats;
}

/* -- the room --------------------------------------------------------------------- */

int
http_room_new(struct loop *loop, struct http_room **ret, struct lamb_err *err)
{
    LAMB_AUTOFREE struct http_room *room = calloc(1, sizeof(*room));
    LAMB_AUTOFD int hangup_fd = epoll_create1(EPOLL_CLOEXEC);
    int r;

    if (!room)
        return lamb_raise(err, -ENOMEM, "prepare HTTP");
    if (hangup_fd < 0)
        return lamb_raise(err, -errno, "prepare HTTP");
    r = loop_watch(loop, hangup_fd, LOOP_READABLE, "http hang-ups", hangups_ready, room,
                   &room->hangup_watch, err);
    if (r)
        return lamb_wrap(err, r, "prepare HTTP");
    room->loop = loop;
    room->hangup_fd = lamb_take_fd(&hangup_fd);
    lamb_list_init(&room->dirty);
    lamb_list_init(&room->servers);
    sweep_init(room);
    room->hook = (struct loop_hook){ .name = "http", .fn = run_dirty, .data = room };
    loop_hook_add(loop, &room->hook);
    *ret = lamb_take_ptr(&room);
    return 0;
}

void
http_room_free(struct http_room *room)
{
    if (!room)
        return;
    lamb_assert(lamb_list_is_empty(&room->servers));
    timer_stop(&room->sweep);
    loop_hook_remove(room->loop, &room->hook);
    loop_unwatch(&room->hangup_watch);
    lamb_close(&room->hangup_fd);
    free(room);
}
