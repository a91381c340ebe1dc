/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/conn.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "sdk/base/clock.h"
#include "sdk/base/num.h"

/*
 * Time limits of connections, without a timer or a system call a request: each
 * connection that a limit applies to is in a list ordered by when it started, and one
 * coarse timer looks at the heads. It runs only while there is something in a list.
 */

static const int64_t longest_period_ns = 5 * LAMB_NS_PER_S;
static const int64_t shortest_period_ns = 5 * LAMB_NS_PER_MS;
/* The kernel's stamps of received data are coarser than ours. */
static const int64_t stamp_slack_ns = 20 * LAMB_NS_PER_MS;
/* How long a connection may linger whose client has left and that MHD has not closed.
 */
static const int64_t hung_up_limit_ns = 500 * LAMB_NS_PER_MS;

static void
enlist(struct http_conn *conn, struct lamb_list *list)
{
    struct http_room *room = conn->server->room;

    conn->since_ns = lamb_mono_ns();
    if (room->timed++ == 0 && !room->sweep.index)
        timer_start(&room->sweep, conn->since_ns + room->sweep_period_ns);
    lamb_list_push_back(list, &conn->timed);
}

void
conn_time_none(struct http_conn *conn)
{
    if (lamb_list_is_empty(&conn->timed))
        return;
    lamb_list_remove(&conn->timed);
    conn->server->room->timed--;
}

void
conn_time_arriving(struct http_conn *conn)
{
    /* On its way already, if not idle: from the first byte to the last is one limit. */
    if (!lamb_list_is_empty(&conn->timed) && !conn->is_idle)
        return;
    conn_time_none(conn);
    conn->is_idle = false;
    enlist(conn, &conn->server->arriving);
}

void
conn_time_idle(struct http_conn *conn)
{
    conn_time_none(conn);
    conn->is_idle = true;
    enlist(conn, &conn->server->idle);
}

/* Has the client sent something since the last request ended? (TCP only; MHD tells of a
 * request when its first line is complete, and not before.) */
static bool
has_begun(const struct http_conn *conn, int64_t now_ns)
{
    struct tcp_info info = { 0 };
    socklen_t size = sizeof(info);

    if (getsockopt(conn->fd, IPPROTO_TCP, TCP_INFO, &info, &size))
        return false;
    return now_ns - info.tcpi_last_data_recv * LAMB_NS_PER_MS >
           conn->since_ns + stamp_slack_ns;
}

static bool
has_sent(const struct http_conn *conn)
{
    struct tcp_info info = { 0 };
    socklen_t size = sizeof(info);

    if (conn->phase != CONN_IDLE)
        return true;
    return getsockopt(conn->fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           info.tcpi_bytes_received > 0;
}

static void
end_late(struct http_conn *conn)
{
    static const struct http_field fields[] = { { "Content-Type",
                                                  "application/json" } };
    bool is_answered = conn->phase == CONN_DRAIN || !has_sent(conn);

    conn_time_none(conn);
    if (!is_answered) {
        struct lamb_blob *body = lamb_blob_copy(
            LAMB_SPAN("{\"message\":\"The request did not arrive in time.\"}"));

        conn->server->stats.late++;
        answer_early(
            conn, &(struct http_answer){
                      .status = 408, .fields = fields, .n_fields = 1, .body = body });
        lamb_blob_unref(body);
    }
    conn_doom(conn);
    request_lose(conn, HTTP_GONE_LATE);
}

static bool
has_left(const struct http_conn *conn, int64_t now_ns)
{
    return conn->is_hung_up && now_ns - conn->hung_up_ns > hung_up_limit_ns;
}

/* What these clients were sending will never be whole. */
static void
sweep_left(struct http_server *server, int64_t now_ns)
{
    LAMB_LIST_FOREACH_SAFE (node, &server->arriving) {
        struct http_conn *conn = LAMB_CONTAINER(node, struct http_conn, timed);

        if (!has_left(conn, now_ns))
            continue;
        conn_time_none(conn);
        conn_doom(conn);
        request_lose(conn, HTTP_GONE_CUT);
    }
}

static void
sweep_idle(struct http_server *server, int64_t now_ns)
{
    LAMB_LIST_FOREACH_SAFE (node, &server->idle) {
        struct http_conn *conn = LAMB_CONTAINER(node, struct http_conn, timed);

        if (has_left(conn, now_ns) ||
            now_ns - conn->since_ns > server->config.idle_limit_ns) {
            conn_time_none(conn);
            conn_doom(conn);
        } else if (has_begun(conn, now_ns)) {
            conn_time_arriving(conn);
        }
    }
}

static void
sweep_server(struct http_server *server, int64_t now_ns)
{
    while (!lamb_list_is_empty(&server->arriving)) {
        struct http_conn *conn =
            LAMB_CONTAINER(server->arriving.next, struct http_conn, timed);

        if (now_ns - conn->since_ns <= server->config.arrival_limit_ns)
            break;
        end_late(conn);
    }
    sweep_left(server, now_ns);
    sweep_idle(server, now_ns);
}

static void
sweep(void *data)
{
    struct http_room *room = data;
    int64_t now_ns = lamb_mono_ns();

    size_t count = 0;

    LAMB_LIST_FOREACH (node, &room->servers) {
        count++;
    }
    /* Handlers are told of late requests and may free any server, so the list is turned
     * around once rather than walked. */
    while (count-- && !lamb_list_is_empty(&room->servers)) {
        struct http_server *server =
            LAMB_CONTAINER(room->servers.next, struct http_server, in_room);

        lamb_list_remove(&server->in_room);
        lamb_list_push_back(&room->servers, &server->in_room);
        server->is_running = true;
        sweep_server(server, now_ns);
        server_leave(server);
    }
    if (room->timed)
        timer_start(&room->sweep, now_ns + room->sweep_period_ns);
}

void
sweep_init(struct http_room *room)
{
    room->sweep_period_ns = longest_period_ns;
    timer_init(&room->sweep, loop_timers(room->loop), "http sweep", sweep, room);
}

void
sweep_soon(struct http_room *room)
{
    int64_t due_ns = lamb_mono_ns() + hung_up_limit_ns + shortest_period_ns;

    if (!room->sweep.index || room->sweep.due_ns > due_ns)
        timer_start(&room->sweep, due_ns);
}

void
sweep_shorten(struct http_room *room, int64_t limit_ns)
{
    int64_t period_ns = limit_ns / 4;

    if (period_ns < shortest_period_ns)
        period_ns = shortest_period_ns;
    if (period_ns >= room->sweep_period_ns)
        return;
    room->sweep_period_ns = period_ns;
    if (room->sweep.index)
        timer_start(&room->sweep, lamb_mono_ns() + period_ns);
}
