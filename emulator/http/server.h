/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_SERVER_H
#define LAMB_EMULATOR_HTTP_SERVER_H

/*
 * server - HTTP/1.1 on the loop: parked requests, bodies and answers streamed or whole.
 *
 * One server per listening socket: one (per address family) for clients, one for each
 * execution environment, one for the control socket.
 *
 * The life of a request: on_request when the head is complete. The handler then either
 * answers at once (what the client still sends is refused), or reads the body whole
 * (http_read_body) or as it comes (http_stream_body). From then on the request is
 * parked until somebody answers. Exactly one of two things ends it: an answer
 * (http_reply, http_reply_stream), after which the handler forgets the pointer; or
 * on_gone, when the client left, the body was cut short or the request's own time ran
 * out before it was answered, after which the pointer is dead.
 *
 * Refused here, before any handler sees it (400, connection closed): both lengths or
 * several, an unknown transfer coding, white space around a header name, a body that
 * is not framed; 431 for heads over 30 KB, 408 for a request that takes longer than
 * the server's limit to arrive.
 *
 * Owns:    connections, requests until they end, queued answers.
 * Never:   knows what a path means.
 * Threads: loop thread only.
 */

#include "emulator/loop/loop.h"
#include "sdk/base/blob.h"

struct http_room; /* what all servers of one loop share: the list of dirty daemons */
struct http_server;
struct http_request;
struct http_stream;

int http_room_new(struct loop *loop, struct http_room **ret, struct lamb_err *err);
void http_room_free(struct http_room *room); /* every server must be gone */

struct http_server_config {
    const char *name;          /* static text, for logs and the watchdog */
    int listen_fd;             /* takes: listening, any family, AF_UNIX too */
    unsigned connection_limit; /* 0: 10000 */
    int64_t arrival_limit_ns;  /* head and body must have arrived by then; 0: 60 s */
    bool watch_parked;         /* call on_gone when a parked client hangs up */
    /* A new connection: may it talk? The descriptor is borrowed. NULL: all may. */
    bool (*may_connect)(void *data, int fd);
    void (*on_request)(void *data, struct http_request *req);
    void *data;
};

int http_server_new(struct http_room *room, const struct http_server_config *config,
                    struct http_server **ret, struct lamb_err *err);
/* Parked requests are ended without an answer (on_gone); connections are closed. */
void http_server_free(struct http_server *server);

/* Listen on 127.0.0.1:PORT or [::1]:PORT (FAMILY; 0: any free port). Gives *ret_fd. */
int http_listen_loopback(int family, uint16_t port, int *ret_fd, uint16_t *ret_port,
                         struct lamb_err *err);
/* Listen on a unix socket made with mode 0600; an old socket file there is replaced. */
int http_listen_unix(const char *path, int *ret_fd, struct lamb_err *err);

/* -- reading a request; spans are borrowed until the request ends -------------------
 */

struct lamb_span http_method(const struct http_request *req);
struct lamb_span http_path(const struct http_request *req);  /* as sent, not decoded */
struct lamb_span http_query(const struct http_request *req); /* raw; empty if none */
/* ptr is NULL when there is no such header; the name's case does not matter. */
struct lamb_span http_header(const struct http_request *req, const char *name);
struct lamb_span http_trailer(const struct http_request *req, const char *name);
/* First value of a query parameter, percent-decoded; gives *ret (free). -ENOENT. */
int http_query_param(const struct http_request *req, const char *name, char **ret);
/* Decode %XX (not '+') in one path segment; gives *ret (free). -EINVAL when broken. */
int http_decode_segment(struct lamb_span segment, char **ret);

enum { HTTP_E_TOO_LARGE = 1 };

/*
 * Collect the body, at most MAX bytes, then call FN once: OUTCOME 0 with the body (one
 * reference given; empty body: a blob of length 0), or HTTP_E_TOO_LARGE with NULL, at
 * once when the announced length says so. FN answers or parks.
 */
typedef void (*http_body_fn)(void *data, struct http_request *req, int outcome,
                             struct lamb_blob *body);
void http_read_body(struct http_request *req, size_t max, http_body_fn fn, void *data);

/* Hand out the body as it arrives; ON_END when it is complete (trailers are known). */
void http_stream_body(struct http_request *req,
                      void (*on_chunk)(void *data, struct http_request *req,
                                       struct lamb_span chunk),
                      void (*on_end)(void *data, struct http_request *req), void *data);

/* Why a request ended without an answer. */
enum http_gone {
    HTTP_GONE_CLIENT,   /* the connection was closed or broke */
    HTTP_GONE_CUT,      /* the body stopped short or was badly framed */
    HTTP_GONE_LATE,     /* it did not arrive within the limit */
    HTTP_GONE_STOPPING, /* the server is being freed */
};
void http_on_gone(struct http_request *req,
                  void (*fn)(void *data, struct http_request *req, enum http_gone why),
                  void *data);

/* -- answering ------------------------------------------------------------------------
 */

struct http_field {
    const char *name;
    const char *value; /* copied */
};

/*
 * Answer. BODY is borrowed (the server takes its own reference); NULL: empty. Ends the
 * request. CLOSE_AFTER closes the connection behind the answer.
 *
 * http_reply_now does the same and puts the answer on the wire before it returns, when
 * called from a callback of another server: so the waiting client is served first.
 */
struct http_answer {
    unsigned status;
    const struct http_field *fields;
    size_t n_fields;
    struct lamb_blob *body;
    bool close_after;
};
void http_reply(struct http_request *req, const struct http_answer *answer);
void http_reply_now(struct http_request *req, const struct http_answer *answer);

/*
 * Answer piece by piece (chunked). Ends the request, begins a stream; ON_GONE when the
 * client leaves before the end (then the stream is dead). BODY is ignored.
 */
struct http_stream *
http_reply_stream(struct http_request *req, const struct http_answer *answer,
                  void (*on_gone)(void *data, struct http_stream *s), void *data);
/* Queue bytes (copied). -ENOMEM. */
int http_stream_write(struct http_stream *stream, struct lamb_span bytes);
/* Bytes queued and not yet taken by the socket. */
size_t http_stream_pending(const struct http_stream *stream);
void http_stream_end(struct http_stream *stream);   /* the stream is forgotten */
void http_stream_abort(struct http_stream *stream); /* closes without the last chunk */

#endif
