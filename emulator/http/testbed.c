/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/testbed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sdk/base/clock.h"
#include "sdk/base/num.h"

enum { GOT_MAX = 64 * 1024 * 1024 };

/* -- the loop --------------------------------------------------------------------- */

static bool
check_met(void *data)
{
    struct bed *bed = data;

    if (bed->is_met && bed->is_met(bed->data)) {
        bed->is_met_now = true;
        loop_stop(bed->loop);
    }
    return false;
}

static void
time_is_up(void *data)
{
    struct bed *bed = data;

    loop_stop(bed->loop);
}

static void
turn(struct bed *bed, bool (*is_met)(void *data), void *data, int64_t ns)
{
    bed->is_met = is_met;
    bed->data = data;
    bed->is_met_now = false;
    timer_start(&bed->deadline, lamb_mono_ns() + ns);
    loop_run(bed->loop);
    timer_stop(&bed->deadline);
    bed->is_met = NULL;
}

void
bed_until(struct bed *bed, bool (*is_met)(void *data), void *data)
{
    turn(bed, is_met, data, 10 * LAMB_NS_PER_S);
    assert_true(bed->is_met_now);
}

uint64_t
bed_for_ms(struct bed *bed, int64_t ms)
{
    uint64_t before = loop_stats(bed->loop)->turns;

    turn(bed, NULL, NULL, ms * LAMB_NS_PER_MS);
    return loop_stats(bed->loop)->turns - before;
}

struct count {
    const size_t *count;
    size_t wanted;
};

static bool
is_counted(void *data)
{
    const struct count *count = data;

    return *count->count >= count->wanted;
}

void
bed_until_count(struct bed *bed, const size_t *count, size_t wanted)
{
    struct count what = { .count = count, .wanted = wanted };

    bed_until(bed, is_counted, &what);
}

int
bed_setup(void **state)
{
    struct bed *bed = calloc(1, sizeof(*bed));

    assert_non_null(bed);
    assert_int_equal(loop_new(&bed->loop, NULL), 0);
    assert_int_equal(http_room_new(bed->loop, &bed->room, NULL), 0);
    lamb_list_init(&bed->peers);
    timer_init(&bed->deadline, loop_timers(bed->loop), "deadline", time_is_up, bed);
    bed->hook = (struct loop_hook){ .name = "bed", .fn = check_met, .data = bed };
    loop_hook_add(bed->loop, &bed->hook);
    *state = bed;
    return 0;
}

int
bed_teardown(void **state)
{
    struct bed *bed = *state;

    while (!lamb_list_is_empty(&bed->peers))
        peer_close(LAMB_CONTAINER(bed->peers.next, struct peer, node));
    for (size_t i = 0; i < bed->n_servers; i++) {
        bed_unserve(&bed->servers[i]);
        lamb_buf_fini(&bed->servers[i].body);
        lamb_buf_fini(&bed->servers[i].trace);
    }
    http_room_free(bed->room);
    loop_hook_remove(bed->loop, &bed->hook);
    timer_stop(&bed->deadline);
    loop_free(bed->loop);
    free(bed);
    return 0;
}

/* -- servers ---------------------------------------------------------------------- */

static void
gone(void *data, struct http_request *req, enum http_gone why)
{
    struct bed_server *at = data;

    (void)req;
    at->n_gone++;
    at->why = why;
}

static void
requested(void *data, struct http_request *req)
{
    struct bed_server *at = data;

    assert_true(at->n_requests < BED_REQUESTS);
    at->requests[at->n_requests++] = req;
    http_on_gone(req, gone, at);
    at->handle(at, req);
}

struct bed_server *
bed_serve(struct bed *bed, struct http_server_config config)
{
    struct bed_server *at = &bed->servers[bed->n_servers++];

    *at = (struct bed_server){ .bed = bed,
                               .handle = bed_park,
                               .max_body = 1024,
                               .body = LAMB_BUF_INIT(GOT_MAX),
                               .trace = LAMB_BUF_INIT(GOT_MAX) };
    if (!config.name)
        config.name = "test";
    config.on_request = requested;
    config.data = at;
    if (config.listen_fd <= 0)
        assert_int_equal(
            http_listen("127.0.0.1", 0, &config.listen_fd, &at->port, NULL), 0);
    assert_int_equal(http_server_new(bed->room, &config, &at->server, NULL), 0);
    return at;
}

void
bed_unserve(struct bed_server *at)
{
    http_server_free(at->server);
    at->server = NULL;
}

void
bed_reply(struct http_request *req, unsigned status, const char *body)
{
    struct lamb_blob *blob = lamb_blob_copy(lamb_span_str(body));

    http_reply(req, &(struct http_answer){ .status = status, .body = blob });
    lamb_blob_unref(blob);
}

void
bed_park(struct bed_server *at, struct http_request *req)
{
    (void)at;
    (void)req;
}

static void
collected(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct bed_server *at = data;
    struct lamb_span view = lamb_blob_view(body);

    (void)req;
    at->n_bodies++;
    at->outcome = outcome;
    lamb_buf_clear(&at->body);
    assert_int_equal(lamb_buf_span(&at->body, view), 0);
    lamb_blob_unref(body);
    if (outcome == HTTP_E_TOO_LARGE)
        bed_reply(req, 413, "too large");
}

void
bed_collect(struct bed_server *at, struct http_request *req)
{
    http_read_body(req, at->max_body, collected, at);
}

/* -- peers ------------------------------------------------------------------------ */

static void
send_rest(struct peer *peer)
{
    struct lamb_span rest = lamb_buf_view(&peer->rest);
    ssize_t n = rest.len ? send(peer->fd, rest.ptr, rest.len, MSG_NOSIGNAL) : 0;

    if (n > 0)
        lamb_buf_consume(&peer->rest, (size_t)n);
    else if (n < 0 && errno != EAGAIN)
        lamb_buf_clear(&peer->rest); /* the server does not want it */
    if (peer->watch)
        (void)loop_rewatch(peer->watch,
                           LOOP_READABLE | (peer->rest.len ? LOOP_WRITABLE : 0u));
}

static void
peer_ready(void *data, int fd, unsigned events)
{
    struct peer *peer = data;
    char bytes[64 * 1024];
    ssize_t n;

    (void)events;
    while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
        assert_int_equal(lamb_buf_append(&peer->got, bytes, (size_t)n), 0);
    if (n == 0 || errno != EAGAIN) {
        peer->is_closed = true;
        loop_unwatch(&peer->watch);
    } else if (peer->rest.len) {
        send_rest(peer);
    }
}

static struct peer *
peer_new(struct bed *bed, const struct sockaddr *address, socklen_t len)
{
    struct peer *peer = calloc(1, sizeof(*peer));

    assert_non_null(peer);
    peer->bed = bed;
    peer->got = LAMB_BUF_INIT(GOT_MAX);
    peer->rest = LAMB_BUF_INIT(GOT_MAX);
    peer->fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(peer->fd >= 0);
    assert_int_equal(connect(peer->fd, address, len), 0);
    assert_int_equal(loop_watch(bed->loop, peer->fd, LOOP_READABLE, "peer", peer_ready,
                                peer, &peer->watch, NULL),
                     0); /* which makes it non-blocking */
    lamb_list_push_back(&bed->peers, &peer->node);
    return peer;
}

struct peer *
peer_connect(struct bed_server *at)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(at->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    return peer_new(at->bed, (const struct sockaddr *)(const void *)&address,
                    sizeof(address));
}

struct peer *
peer_unix(struct bed *bed, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    assert_int_equal(
        lamb_format(address.sun_path, sizeof(address.sun_path), "%s", path), 0);
    return peer_new(bed, (const struct sockaddr *)(const void *)&address,
                    sizeof(address));
}

void
peer_send_bytes(struct peer *peer, const void *bytes, size_t len)
{
    assert_int_equal(lamb_buf_append(&peer->rest, bytes, len), 0);
    send_rest(peer);
}

void
peer_send(struct peer *peer, const char *text)
{
    peer_send_bytes(peer, text, strlen(text));
}

bool
peer_has(const struct peer *peer, const char *text)
{
    return memmem(peer->got.len ? peer->got.ptr : "", peer->got.len, text,
                  strlen(text)) != NULL;
}

struct expectation {
    const struct peer *peer;
    const char *text;
};

static bool
has_expected(void *data)
{
    const struct expectation *what = data;

    return what->text ? peer_has(what->peer, what->text) : what->peer->is_closed;
}

void
peer_until(struct peer *peer, const char *text)
{
    struct expectation what = { .peer = peer, .text = text };

    bed_until(peer->bed, has_expected, &what);
}

void
peer_until_closed(struct peer *peer)
{
    peer_until(peer, NULL);
}

void
peer_forget(struct peer *peer)
{
    lamb_buf_clear(&peer->got);
}

void
peer_close(struct peer *peer)
{
    lamb_list_remove(&peer->node);
    loop_unwatch(&peer->watch);
    (void)close(peer->fd);
    lamb_buf_fini(&peer->got);
    lamb_buf_fini(&peer->rest);
    free(peer);
}
