/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "sdk/base/auto.h"
#include "sdk/base/num.h"

enum {
    RECEIVE_FIRST = 16 * 1024,
    /* The largest body, chunk headers in it, and a pipelined answer before it. */
    RECEIVE_MAX = LAMB_HTTP_BODY_MAX + 4 * LAMB_HTTP_HEAD_MAX,
};

/* ADDRESS:PORT, [ADDRESS]:PORT; the name localhost is the one we know without asking.
 */
static int
parse_endpoint(struct lamb_connection *conn, const char *endpoint)
{
    const char *colon = strrchr(endpoint, ':');
    char host[INET6_ADDRSTRLEN];
    uint64_t port;
    size_t len;

    if (!colon || lamb_parse_u64(lamb_span_str(colon + 1), 1, UINT16_MAX, &port))
        return -EINVAL;
    len = (size_t)(colon - endpoint);
    if (len >= 2 && endpoint[0] == '[' && endpoint[len - 1] == ']') {
        endpoint++;
        len -= 2;
    }
    if (len == 0 || len >= sizeof(host))
        return -EINVAL;
    memcpy(host, endpoint, len);
    host[len] = '\0';

    if (inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
                  &conn->peer.v4.sin_addr) == 1) {
        conn->peer.v4.sin_family = AF_INET;
        conn->peer.v4.sin_port = htons((uint16_t)port);
        conn->peer_len = sizeof(conn->peer.v4);
        return 0;
    }
    if (inet_pton(AF_INET6, host, &conn->peer.v6.sin6_addr) != 1)
        return -EINVAL;
    conn->peer.v6.sin6_family = AF_INET6;
    conn->peer.v6.sin6_port = htons((uint16_t)port);
    conn->peer_len = sizeof(conn->peer.v6);
    return 0;
}

int
lamb_connection_init(struct lamb_connection *conn, const char *endpoint,
                     struct lamb_err *err)
{
    *conn = (struct lamb_connection){
        .fd = -EBADF,
        .in = LAMB_BUF_INIT(RECEIVE_MAX),
    };
    if (lamb_format(conn->endpoint, sizeof(conn->endpoint), "%s", endpoint) ||
        parse_endpoint(conn, endpoint))
        return lamb_refuse(
            err, -EINVAL,
            "AWS_LAMBDA_RUNTIME_API is '%.64s', which is not ADDRESS:PORT "
            "(such as 127.0.0.1:9001)",
            endpoint);
    if (lamb_buf_reserve(&conn->in, RECEIVE_FIRST))
        return lamb_raise(err, -ENOMEM, "make a receive buffer");
    return 0;
}

void
lamb_connection_close(struct lamb_connection *conn)
{
    lamb_close(&conn->fd);
    conn->used = conn->in.len; /* what is left over belonged to this connection */
}

void
lamb_connection_fini(struct lamb_connection *conn)
{
    lamb_connection_close(conn);
    lamb_buf_fini(&conn->in);
}

int
lamb_connection_open(struct lamb_connection *conn, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    const int on = 1;
    int r;

    if (conn->fd >= 0)
        return 0;
    fd = socket(conn->peer.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return lamb_raise(err, -errno, "make a socket for the Runtime API");
    do
        r = connect(fd, &conn->peer.any, conn->peer_len);
    while (r < 0 && errno == EINTR);
    if (r < 0 && errno != EISCONN) /* EISCONN: it was done while we were interrupted */
        return lamb_raise(err, -errno, "connect to the Runtime API at %s",
                          conn->endpoint);
    /* Parts of a stream must not wait for each other; without it they only are late. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    conn->fd = lamb_take_fd(&fd);
    return 0;
}

bool
lamb_connection_is_idle(const struct lamb_connection *conn)
{
    char byte;

    return conn->fd >= 0 && conn->used == conn->in.len &&
           recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EINTR);
}

/* Drop COUNT sent bytes from the front; returns how many parts are left. */
static size_t
skip_sent(struct iovec **parts, size_t left, size_t count)
{
    while (left && count >= (*parts)->iov_len) {
        count -= (*parts)->iov_len;
        (*parts)++;
        left--;
    }
    if (left) {
        (*parts)->iov_base = (char *)(*parts)->iov_base + count;
        (*parts)->iov_len -= count;
    }
    return left;
}

/*
 * The socket takes no more. A peer that refuses what we send (413) answers without
 * reading it to the end: then nobody would ever go on.
 */
static int
wait_to_send(const struct lamb_connection *conn)
{
    struct pollfd watch = { .fd = conn->fd, .events = POLLIN | POLLOUT };

    for (;;) {
        if (poll(&watch, 1, -1) < 0) {
            if (errno == EINTR)
                continue;
            return LAMB_CONNECTION_CUT;
        }
        /* Writable, or broken, which the next send finds out; else it is readable. */
        return watch.revents & POLLOUT ? 0 : LAMB_CONNECTION_CUT;
    }
}

int
lamb_connection_send(struct lamb_connection *conn, struct iovec *parts, size_t count)
{
    size_t left = skip_sent(&parts, count, 0);

    while (left) {
        struct msghdr message = { .msg_iov = parts };
        ssize_t n;
        int r = 0;

        message.msg_iovlen = (__typeof__(message.msg_iovlen))left; /* int in musl */
        n = sendmsg(conn->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0)
            left = skip_sent(&parts, left, (size_t)n);
        else if (errno == EAGAIN)
            r = wait_to_send(conn);
        else if (errno != EINTR)
            r = LAMB_CONNECTION_CUT;
        if (r)
            return r;
    }
    return 0;
}

/* Read once more. *ret_end: the peer has closed, or the connection broke. */
static int
fill(struct lamb_connection *conn, const struct lamb_http_response *res, bool *ret_end,
     struct lamb_err *err)
{
    size_t room = lamb_http_response_want(res, conn->in.len - conn->used);
    int r = lamb_buf_reserve(&conn->in, room);
    ssize_t n;

    if (r)
        return lamb_raise(err, r, "make room for an answer of the Runtime API");
    do
        n = recv(conn->fd, conn->in.ptr + conn->in.len, conn->in.cap - conn->in.len - 1,
                 0);
    while (n < 0 && errno == EINTR);
    *ret_end = n <= 0;
    if (n > 0)
        conn->in.len += (size_t)n;
    return 0;
}

int
lamb_connection_receive(struct lamb_connection *conn, struct lamb_http_response *res,
                        char **ret_bytes, struct lamb_err *err)
{
    bool is_end = false;
    int r;

    if (conn->used == conn->in.len) { /* usually: nothing was sent ahead */
        lamb_buf_clear(&conn->in);
        conn->used = 0;
    }
    lamb_http_response_init(res);
    for (;;) {
        r = lamb_http_response_parse(res, conn->in.ptr + conn->used,
                                     conn->in.len - conn->used, is_end);
        if (r != LAMB_HTTP_MORE)
            break;
        r = fill(conn, res, &is_end, err);
        if (r)
            break;
    }
    if (!r) {
        *ret_bytes = conn->in.ptr + conn->used;
        conn->used += res->at;
        return 0;
    }
    lamb_connection_close(conn);
    if (r == -ECONNRESET)
        return LAMB_CONNECTION_LOST;
    if (r == -EBADMSG)
        return lamb_refuse(
            err, r,
            "what answers at %s does not speak HTTP/1.1 as the Runtime API does",
            conn->endpoint);
    return lamb_raise(err, r, "read an answer of the Runtime API");
}
