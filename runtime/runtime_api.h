/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_RUNTIME_API_H
#define LAMB_RUNTIME_RUNTIME_API_H

/*
 * runtime_api - the Runtime API (2018-06-01) as a source of invocations.
 *
 * A buffered answer leaves together with the next poll, in one write: the answer to it
 * is read when the poll's is. A lost connection is opened again and what was not
 * answered is sent again: the Runtime API gives the event of a lost poll once more,
 * and refuses a response that it has already.
 *
 * Owns:    its connection and the texts of the current invocation.
 * Never:   includes anything of the emulator, which speaks the other side.
 * Threads: one at a time; several workers have one each.
 */

#include "runtime/connection.h"
#include "runtime/crash.h"
#include "sdk/base/enum.h"
#include "sdk/src/source.h"

#define LAMB_STREAM_STATES(X)                                                          \
    X(LAMB_STREAM_CLOSED, "no stream")                                                 \
    X(LAMB_STREAM_OPEN, "parts are being sent")                                        \
    X(LAMB_STREAM_BROKEN, "the peer takes no more parts")
LAMB_ENUM(lamb_stream_state, LAMB_STREAM_STATES, LAMB_STREAM_STATE_N);

struct lamb_runtime_api {
    struct lamb_source source; /* first: the source is the client */
    struct lamb_connection conn;
    struct lamb_buf poll;    /* the request for the next event, always the same */
    struct lamb_buf id;      /* of the current invocation; a reused buffer, as all */
    struct lamb_buf echo;    /* its Lambda-Runtime-Invocation-Id line; may be empty */
    struct lamb_buf head;    /* request line and headers of the answer */
    struct lamb_buf failure; /* body of an error */
    struct lamb_span body;   /* of the answer; borrowed */
    const char *what;        /* "response" or "error": the answer, for messages */
    bool has_answer;         /* one waits to be sent with the next poll */
    enum lamb_stream_state stream;
    struct lamb_watch watch; /* what is told in a crash */
};

/* ENDPOINT: see lamb_connection_init. Nothing is sent yet. */
int lamb_runtime_api_init(struct lamb_runtime_api *api, const char *endpoint,
                          struct lamb_err *err);
void lamb_runtime_api_fini(struct lamb_runtime_api *api);

#endif
