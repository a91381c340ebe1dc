/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/shutdown.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>

#include "runtime/connection.h"
#include "runtime/notice.h"
#include "runtime/thread.h"
#include "sdk/base/auto.h"
#include "sdk/src/function.h"

#define EXTENSION_PATH "/2020-01-01/extension"

/* One in a process: a signal handler has no argument. */
static struct {
    const struct lamb_entry *entry;
    struct lamb_runtime *rt;
    struct lamb_gate gate;
    struct lamb_connection conn; /* the extension's; stays open */
    int wake;                    /* an eventfd that the signal handler writes to */
} shutdown_state = { .gate.lock = PTHREAD_RWLOCK_INITIALIZER,
                     .conn.fd = -EBADF,
                     .wake = -EBADF };

static void
on_sigterm(int signal_number)
{
    const uint64_t one = 1;
    int saved = errno;

    (void)signal_number;
    (void)!write(shutdown_state.wake, &one, sizeof(one));
    errno = saved;
}

static void *
wait_and_end(void *data)
{
    struct lamb_runtime *rt = shutdown_state.rt;
    uint64_t count;
    ssize_t n;

    (void)data;
    do
        n = read(shutdown_state.wake, &count, sizeof(count));
    while (n < 0 && errno == EINTR);
    (void)pthread_rwlock_wrlock(&shutdown_state.gate.lock);
    if (lamb_entry_shutdown(shutdown_state.entry, rt))
        lamb_notice("the shutdown hook threw %s: %s",
                    lamb_failure_type(&rt->init_failure),
                    lamb_buf_cstr(&rt->init_failure.message));
    exit(EXIT_SUCCESS);
}

/* The answer to REQUEST, which has to be 200; the text that names it is WHAT. */
static int
register_extension(struct lamb_connection *conn, struct lamb_buf *head,
                   struct lamb_err *err)
{
    static const char body[] = "{\"events\":[]}";
    struct lamb_http_response res;
    struct iovec part;
    const char *id;
    char *bytes;
    int r = lamb_connection_open(conn, err);

    if (r)
        return r;
    lamb_buf_printf(head,
                    "POST " EXTENSION_PATH "/register HTTP/1.1\r\n"
                    "Host: %s\r\nUser-Agent: lamb/" LAMB_VERSION "\r\n"
                    "Lambda-Extension-Name: lamb-shutdown\r\n"
                    "Content-Type: application/json\r\n"
                    "Content-Length: %zu\r\n\r\n%s",
                    conn->endpoint, sizeof(body) - 1, body);
    if (lamb_buf_error(head))
        return lamb_raise(err, lamb_buf_error(head), "make the registration");
    part = (struct iovec){ .iov_base = head->ptr, .iov_len = head->len };
    (void)lamb_connection_send(conn, &part, 1);
    r = lamb_connection_receive(conn, &res, &bytes, err);
    if (r == LAMB_CONNECTION_LOST)
        return lamb_refuse(err, -ECONNRESET, "the connection was closed");
    if (r)
        return r;
    id = lamb_http_response_find(&res, bytes, "Lambda-Extension-Identifier");
    if (res.status != 200 || !id)
        return lamb_refuse(err, -EPROTO, "status %u to /extension/register",
                           res.status);
    lamb_buf_clear(head);
    lamb_buf_printf(head,
                    "GET " EXTENSION_PATH "/event/next HTTP/1.1\r\n"
                    "Host: %s\r\nUser-Agent: lamb/" LAMB_VERSION "\r\n"
                    "Lambda-Extension-Identifier: %s\r\n\r\n",
                    conn->endpoint, id);
    if (!res.keep_alive)
        lamb_connection_close(conn);
    return lamb_buf_error(head);
}

/* Register, and ask for the event that never comes. */
static int
become_extension(struct lamb_connection *conn, struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf head = LAMB_BUF_INIT(2 * LAMB_HTTP_HEAD_MAX);
    struct iovec part;
    int r = register_extension(conn, &head, err);

    if (!r)
        r = lamb_connection_open(conn, err);
    if (r)
        return r;
    part = (struct iovec){ .iov_base = head.ptr, .iov_len = head.len };
    if (lamb_connection_send(conn, &part, 1))
        return lamb_refuse(err, -ECONNRESET, "the connection was closed");
    lamb_buf_fini(&conn->in); /* nothing will be read */
    conn->in = LAMB_BUF_INIT(1);
    return 0;
}

int
lamb_shutdown_start(const char *endpoint, const struct lamb_entry *entry,
                    struct lamb_runtime *rt, struct lamb_gate **ret_gate,
                    struct lamb_err *err)
{
    /* SA_RESTART: the poll goes on as if nothing had happened. */
    struct sigaction action = { .sa_handler = on_sigterm, .sa_flags = SA_RESTART };
    struct lamb_err why = { 0 };
    int r = lamb_connection_init(&shutdown_state.conn, endpoint, err);

    if (r)
        return r;
    shutdown_state.entry = entry;
    shutdown_state.rt = rt;
    shutdown_state.wake = eventfd(0, EFD_CLOEXEC);
    if (shutdown_state.wake < 0)
        return lamb_raise(err, -errno, "make an eventfd for SIGTERM");
    r = lamb_thread_start(wait_and_end, NULL, NULL);
    if (r)
        return lamb_raise(err, r, "start the thread of the shutdown hook");
    if (sigaction(SIGTERM, &action, NULL))
        return lamb_raise(err, -errno, "watch for SIGTERM");
    if (become_extension(&shutdown_state.conn, &why)) {
        lamb_connection_fini(&shutdown_state.conn);
        lamb_notice("the shutdown hook may not be called: no internal extension could "
                    "be registered, and without one Lambda sends no SIGTERM: %s",
                    why.text);
    }
    *ret_gate = &shutdown_state.gate;
    return 0;
}
