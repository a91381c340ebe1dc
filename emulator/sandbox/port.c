/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sdk/base/auto.h"

struct waiting {
    struct lamb_list node;
    struct wire_msg msg;
    struct wire_fds fds;
    size_t count;
};

static void
waiting_free(struct waiting *waiting)
{
    wire_fds_close(&waiting->fds);
    free(waiting);
}

void
port_init(struct port *port, struct loop *loop, void *data)
{
    *port = (struct port){ .loop = loop, .fd = -EBADF, .data = data };
    lamb_list_init(&port->queue);
}

void
port_close(struct port *port)
{
    struct lamb_list *node;

    loop_unwatch(&port->watch);
    lamb_close(&port->fd);
    while ((node = lamb_list_take_front(&port->queue)) != NULL)
        waiting_free(LAMB_CONTAINER(node, struct waiting, node));
}

/* Send what waits, as far as the socket takes it. */
static void
flush(struct port *port)
{
    while (!lamb_list_is_empty(&port->queue)) {
        struct waiting *first = LAMB_CONTAINER(port->queue.next, struct waiting, node);

        if (wire_send(port->fd, &first->msg, first->fds.fd, first->count,
                      MSG_DONTWAIT) == -EAGAIN)
            break;
        lamb_list_remove(&first->node);
        waiting_free(first);
    }
    (void)loop_rewatch(port->watch, lamb_list_is_empty(&port->queue)
                                        ? LOOP_READABLE
                                        : LOOP_READABLE | (unsigned)LOOP_WRITABLE);
}

void
port_send(struct port *port, const struct wire_msg *msg, const int *fds, size_t count)
{
    struct wire_fds taken = WIRE_FDS_NONE;
    struct waiting *waiting;

    for (size_t i = 0; i < count; i++)
        taken.fd[i] = fds[i];
    if (port->fd < 0 ||
        (lamb_list_is_empty(&port->queue) &&
         wire_send(port->fd, msg, fds, count, MSG_DONTWAIT) != -EAGAIN)) {
        wire_fds_close(&taken);
        return;
    }
    waiting = calloc(1, sizeof(*waiting));
    lamb_assert(waiting); /* a lost command would leave a sandbox hanging */
    waiting->msg = *msg;
    waiting->fds = taken;
    waiting->count = count;
    lamb_list_push_back(&port->queue, &waiting->node);
    flush(port);
}

/* Messages of one callback; the socket stays readable when there are more. */
enum { PORT_BATCH = 64 };

bool
port_read(struct port *port)
{
    for (size_t i = 0; i < PORT_BATCH && port->fd >= 0; i++) {
        struct wire_msg msg;
        struct wire_fds fds;
        int r = wire_recv(port->fd, &msg, &fds, MSG_DONTWAIT);

        if (r == -EAGAIN)
            return false;
        if (r == -EBADMSG)
            continue;
        if (r <= 0) {
            port_close(port);
            if (port->on_closed)
                port->on_closed(port->data);
            return false;
        }
        port->on_msg(port->data, &msg, &fds);
        wire_fds_close(&fds);
    }
    return port->fd >= 0;
}

static void
on_ready(void *data, int fd, unsigned events)
{
    struct port *port = data;

    (void)fd;
    if ((events & LOOP_WRITABLE) && port->fd >= 0)
        flush(port);
    (void)port_read(port);
}

int
port_open(struct port *port, int fd, const char *name, struct lamb_err *err)
{
    int r = loop_watch(port->loop, fd, LOOP_READABLE, name, on_ready, port,
                       &port->watch, err);

    if (r < 0)
        (void)close(fd);
    else
        port->fd = fd;
    return r;
}
