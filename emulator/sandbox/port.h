/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_PORT_H
#define LAMB_EMULATOR_SANDBOX_PORT_H

/*
 * port - the emulator's end of a wire: never blocks, keeps what cannot be sent yet.
 *
 * Owns:    its socket and the descriptors of messages that wait.
 * Never:   knows what the messages mean.
 * Threads: loop thread only.
 */

#include "emulator/loop/loop.h"
#include "emulator/sandbox/wire.h"

struct port {
    struct loop *loop;
    int fd; /* -EBADF: closed */
    struct loop_fd *watch;
    struct lamb_list queue;
    /* FDS is the callee's to take from; what it leaves is closed. */
    void (*on_msg)(void *data, const struct wire_msg *msg, struct wire_fds *fds);
    void (*on_closed)(void *data); /* the other side is gone; the port is closed */
    void *data;
};

void port_init(struct port *port, struct loop *loop, void *data);
/* Takes FD, also when it fails. */
int port_open(struct port *port, int fd, const char *name, struct lamb_err *err);
/* Harmless when closed. May be called from within on_msg. */
void port_close(struct port *port);
/* Takes COUNT descriptors. What can never be sent any more is dropped: the other side
 * is gone, and on_closed tells. */
void port_send(struct port *port, const struct wire_msg *msg, const int *fds,
               size_t count);
/* Hand out some of what has arrived; true: there may be more. */
bool port_read(struct port *port);

#endif
