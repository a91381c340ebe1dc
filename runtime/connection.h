/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_CONNECTION_H
#define LAMB_RUNTIME_CONNECTION_H

/*
 * connection - one blocking keep-alive connection to the Runtime API.
 *
 * Owns:    its socket and the bytes received; the memory is kept for reuse.
 * Never:   waits with a time limit (the process may be frozen in any call), resolves
 *          names, or decides whether something is sent again.
 * Threads: one at a time.
 */

#include "runtime/http_response.h"
#include "sdk/base/buf.h"
#include "sdk/base/err.h"

#include <netinet/in.h>
#include <sys/uio.h>

enum {
    LAMB_CONNECTION_CUT = 1,  /* send: the peer takes no more; it may have said why */
    LAMB_CONNECTION_LOST = 2, /* receive: it ended before the response; closed now */
};

struct lamb_connection {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } peer;
    socklen_t peer_len;
    char endpoint[64]; /* as it was given: for the Host header and for messages */
    int fd;            /* -EBADF: closed */
    struct lamb_buf in;
    size_t used; /* of IN: responses that are over */
};

/* ENDPOINT is "ADDRESS:PORT" as in AWS_LAMBDA_RUNTIME_API; refuses names. */
int lamb_connection_init(struct lamb_connection *conn, const char *endpoint,
                         struct lamb_err *err);
void lamb_connection_fini(struct lamb_connection *conn);

/* Connect, unless that is done. */
int lamb_connection_open(struct lamb_connection *conn, struct lamb_err *err);
/* What was received stays readable until the next receive. */
void lamb_connection_close(struct lamb_connection *conn);

/* Whether it is open and the peer has neither closed nor said anything unasked. */
bool lamb_connection_is_idle(const struct lamb_connection *conn);

/* Send all PARTS (changed). 0, or LAMB_CONNECTION_CUT: receive, then close. */
int lamb_connection_send(struct lamb_connection *conn, struct iovec *parts,
                         size_t count);

/*
 * lamb_connection_receive - wait for a whole response.
 *
 * *ret_bytes are the bytes that RES describes; borrowed until the next receive.
 * Returns 0, LAMB_CONNECTION_LOST, or -errno (ERR filled) when what came is not a
 * response we can use.
 */
int lamb_connection_receive(struct lamb_connection *conn,
                            struct lamb_http_response *res, char **ret_bytes,
                            struct lamb_err *err);

#endif
