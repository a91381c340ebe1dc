/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_TELEMETRY_H
#define LAMB_RUNTIME_TELEMETRY_H

/*
 * telemetry - what receives the deliveries of the Telemetry API: a listener with a
 * thread.
 *
 * One request to a connection, one connection at a time: deliveries come one after the
 * other, and one that fails is repeated by the service.
 *
 * Owns:    the listening socket, the thread, and the bytes of one delivery.
 * Never:   subscribes.
 * Threads: start and stop by the extension's; the callback is called by its own.
 */

#include "sdk/base/buf.h"
#include "sdk/base/err.h"

#include <lamb/extension.h>
#include <pthread.h>

enum {
    LAMB_DELIVERY_HEAD_MAX = 16 * 1024,
    LAMB_DELIVERY_MAX = 8 * 1024 * 1024, /* four times the most that is announced */
};

struct lamb_telemetry_listener {
    int fd; /* -EBADF: not listening */
    int port;
    pthread_t thread;
    lamb_telemetry_fn callback;
    void *data;
};

#define LAMB_TELEMETRY_LISTENER_NONE ((struct lamb_telemetry_listener){ .fd = -EBADF })

/* Listen at ADDRESS ("127.0.0.1"; a name is resolved) on a free port. 0 or -errno. */
int lamb_telemetry_start(struct lamb_telemetry_listener *listener, const char *address,
                         lamb_telemetry_fn callback, void *data, struct lamb_err *err);
void lamb_telemetry_stop(struct lamb_telemetry_listener *listener);

/* How long the body after HEAD (a request up to its empty line) is; -EBADMSG: it does
 * not say, or HEAD is no request; -EMSGSIZE: too long. */
int lamb_telemetry_read_head(struct lamb_span head, size_t *ret_len);

/* Call CALLBACK for each record of BODY. -EBADMSG: it is no array of records; then it
 * was called for none. */
int lamb_telemetry_deliver(struct lamb_span body, lamb_telemetry_fn callback,
                           void *data);

#endif
