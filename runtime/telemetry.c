/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/telemetry.h"

#include "runtime/thread.h"
#include "sdk/base/auto.h"
#include "sdk/base/num.h"
#include "sdk/json/tree.h"

#include <errno.h>
#include <jansson.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_S = 5 }; /* with one delivery that does not go on */

/* ---- One delivery ---------------------------------------------------------------- */

int
lamb_telemetry_read_head(struct lamb_span head, size_t *ret_len)
{
    struct lamb_span line, rest, name, value;
    bool has_length = false;
    uint64_t length = 0;
    int r;

    (void)lamb_span_cut(head, '\n', &line, &rest);
    if (!lamb_span_starts(line, "POST ") && !lamb_span_starts(line, "PUT "))
        return -EBADMSG;
    while (rest.len > 0) {
        (void)lamb_span_cut(rest, '\n', &line, &rest);
        if (!lamb_span_cut(line, ':', &name, &value) ||
            !lamb_span_eq_nocase(name, LAMB_SPAN("content-length")))
            continue;
        r = lamb_parse_u64(lamb_span_trim(value), 0, LAMB_DELIVERY_MAX, &length);
        if (r != 0 || has_length)
            return r == -ERANGE ? -EMSGSIZE : -EBADMSG;
        has_length = true;
    }
    if (!has_length)
        return -EBADMSG;
    *ret_len = (size_t)length;
    return 0;
}

static bool
is_record(const json_t *one)
{
    return json_is_string(json_object_get(one, "time")) &&
           json_is_string(json_object_get(one, "type")) &&
           json_object_get(one, "record");
}

/* False: no memory. */
static bool
give(const json_t *one, lamb_telemetry_fn callback, void *data)
{
    LAMB_AUTOFREE char *record =
        json_dumps(json_object_get(one, "record"), JSON_COMPACT | JSON_ENCODE_ANY);
    LAMB_AUTOFREE char *all = json_dumps(one, JSON_COMPACT);

    if (!record || !all)
        return false;
    callback(
        &(struct lamb_telemetry){
            .time = json_string_value(json_object_get(one, "time")),
            .type = json_string_value(json_object_get(one, "type")),
            .record = lamb_span_str(record),
            .json = lamb_span_str(all),
        },
        data);
    return true;
}

int
lamb_telemetry_deliver(struct lamb_span body, lamb_telemetry_fn callback, void *data)
{
    struct lamb_json_check why;
    int r;
    json_t *list = lamb_json_tree(body, &r, &why);
    bool is_good = json_is_array(list);
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one) is_good = is_good && is_record(one);
    if (!is_good && r != -ENOMEM)
        r = -EBADMSG;
    for (i = 0; r == 0 && i < json_array_size(list); i++)
        if (!give(json_array_get(list, i), callback, data))
            r = -ENOMEM;
    json_decref(list);
    return r;
}

/* ---- The listener ---------------------------------------------------------------- */

/* More bytes of a connection; false when there are none, or too many. */
static bool
read_more(int fd, struct lamb_buf *in)
{
    ssize_t n;

    if (lamb_buf_reserve(in, 65536) != 0)
        return false;
    do
        n = recv(fd, in->ptr + in->len, in->cap - in->len - 1, 0);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        in->len += (size_t)n;
    return n > 0;
}

/* Read a whole request: its body in *RET_BODY, which borrows from IN. */
static int
read_request(int fd, struct lamb_buf *in, struct lamb_span *ret_body)
{
    const char *end = NULL;
    size_t head, length = 0;
    int r;

    while (!end) {
        if (in->len > LAMB_DELIVERY_HEAD_MAX || !read_more(fd, in))
            return -EBADMSG;
        end = memmem(in->ptr, in->len, "\r\n\r\n", 4);
    }
    head = (size_t)(end - in->ptr) + 4;
    r = lamb_telemetry_read_head(lamb_span_of(in->ptr, head), &length);
    if (r != 0)
        return r;
    while (in->len - head < length)
        if (!read_more(fd, in))
            return -EBADMSG;
    *ret_body = lamb_span_of(in->ptr + head, length);
    return 0;
}

static void
answer(int fd, const char *status)
{
    char text[128];

    if (lamb_format(text, sizeof(text),
                    "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    status) == 0)
        (void)send(fd, text, strlen(text), MSG_NOSIGNAL); /* else it comes once more */
}

static void
serve(const struct lamb_telemetry_listener *listener, int fd)
{
    LAMB_AUTOBUF struct lamb_buf in =
        LAMB_BUF_INIT(LAMB_DELIVERY_HEAD_MAX + LAMB_DELIVERY_MAX + 4 * 65536);
    const struct timeval patience = { .tv_sec = PATIENCE_S };
    struct lamb_span body;
    int r;

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    r = read_request(fd, &in, &body);
    if (r == 0)
        r = lamb_telemetry_deliver(body, listener->callback, listener->data);
    answer(fd, r == 0           ? "200 OK"
               : r == -ENOMEM   ? "503 No Memory"
               : r == -EMSGSIZE ? "413 Too Long"
                                : "400 Bad Request");
}

static void *
listen_on(void *data)
{
    const struct lamb_telemetry_listener *listener = data;

    for (;;) {
        LAMB_AUTOFD int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);

        if (fd >= 0)
            serve(listener, fd);
        else if (errno == EINVAL || errno == EBADF)
            return NULL; /* lamb_telemetry_stop has shut it down */
        else if (errno != EINTR)
            (void)usleep(10000); /* perhaps no descriptor is left: not at full speed */
    }
}

/* A socket that listens at ADDRESS; -errno. */
static int
open_listener(const char *address, int *ret_port, struct lamb_err *err)
{
    const struct addrinfo wish = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(at);
    struct addrinfo *found = NULL;
    LAMB_AUTOFD int fd = -EBADF;

    /* A name that nobody knows is this machine: so it is outside of the service. */
    if (getaddrinfo(address, NULL, &wish, &found) == 0) {
        (void)memcpy(&at, found->ai_addr, sizeof(at));
        freeaddrinfo(found);
    }
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return lamb_raise(err, -errno, "a socket for telemetry");
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        return lamb_raise(err, -errno, "listening for telemetry at %s", address);
    *ret_port = ntohs(at.sin_port);
    return lamb_take_fd(&fd);
}

int
lamb_telemetry_start(struct lamb_telemetry_listener *listener, const char *address,
                     lamb_telemetry_fn callback, void *data, struct lamb_err *err)
{
    int fd = open_listener(address, &listener->port, err), r;

    if (fd < 0)
        return fd;
    listener->fd = fd;
    listener->callback = callback;
    listener->data = data;
    r = lamb_thread_start(listen_on, listener, &listener->thread);
    if (r != 0) {
        lamb_close(&listener->fd);
        return lamb_raise(err, r, "starting a thread for telemetry");
    }
    return 0;
}

void
lamb_telemetry_stop(struct lamb_telemetry_listener *listener)
{
    if (listener->fd < 0)
        return;
    (void)shutdown(listener->fd, SHUT_RDWR);
    (void)pthread_join(listener->thread, NULL);
    lamb_close(&listener->fd);
}
