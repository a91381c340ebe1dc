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
 * answers at once (what the client still sends is dropped, and the connection closed
 * behind it), or reads the body whole (http_read_body) or as it comes
 * (http_stream_body), now or later. From then on the request is parked until somebody
 * answers. Exactly one of two things ends it: an answer
 * (http_reply, http_reply_stream), after which the handler forgets the pointer; or
 * on_gone, when the client left, the body was cut short or the request's own time ran
 * out before it was answered, after which the pointer is dead.
 *
 * Refused here, before any handler sees it (400, connection closed): both lengths or
 * several, an unknown transfer coding, white space around a header name, a body that
 * is not framed, a missing Host, a folded header; 431 (or 414) for heads over 30 KB,
 * 408 for a request that takes longer than the server's limit to arrive. A body that is
 * streamed has no such limit: whoever reads it decides how long that may take.
 *
 * A client that stops sending (shutdown of its sending side) is one that left, on a
 * server that watches parked clients: nothing else about it can be observed.
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
    int64_t idle_limit_ns;     /* silence between requests; 0: 20 min */
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

struct http_server_stats {
    size_t connections; /* open now */
    uint64_t requests;  /* that reached on_request */
    uint64_t refused;   /* malformed, oversized, cut in the head, not let in */
    uint64_t late;      /* did not arrive within the limit */
};
const struct http_server_stats *http_server_stats(const struct http_server *server);

/* Listen on HOST, an address in numbers ("127.0.0.1", "::1"), at PORT (0: any free
 * one). Gives *ret_fd. */
int http_listen(const char *host, uint16_t port, int *ret_fd, uint16_t *ret_port,
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
/* First value of a query parameter, with %XX and '+' decoded; gives *ret (free).
 * -ENOENT; -EINVAL when its escapes are broken. */
int http_query_param(const struct http_request *req, const char *name, char **ret);
/* Decode %XX (not '+') in one path segment; gives *ret (free). -EINVAL when broken,
 * and for %00, which a C string cannot hold. */
int http_decode_segment(struct lamb_span segment, char **ret);

typedef void (*http_field_fn)(void *data, struct lamb_span name,
                              struct lamb_span value);
/* Every header field in the order sent, repeated ones too. */
void http_each_header(const struct http_request *req, http_field_fn fn, void *data);

enum { HTTP_E_TOO_LARGE = 1 };

/*
 * Collect the body, at most MAX bytes, then call FN once: OUTCOME 0 with the body (one
 * reference given; empty body: a blob of length 0), or HTTP_E_TOO_LARGE with NULL,
 * before the body is read when the announced length says so. FN answers or parks. It is
 * never called from within http_read_body: from on_request it comes after that
 * returned.
 */
typedef void (*http_body_fn)(void *data, struct http_request *req, int outcome,
                             struct lamb_blob *body);
void http_read_body(struct http_request *req, size_t max, http_body_fn fn, void *data);

/*
 * Give back a body that was read (takes the reference), for whoever handles the request
 * next: http_read_body then hands it out once more.
 */
void http_unread_body(struct http_request *req, struct lamb_blob *body);

/* Hand out the body as it arrives; ON_END when it is complete (trailers are known). */
void http_stream_body(struct http_request *req,
                      void (*on_chunk)(void *data, struct http_request *req,
                                       struct lamb_span chunk),
                      void (*on_end)(void *data, struct http_request *req), void *data);
/* Stop reading a streamed body for now (up to 32 KB may still come), and go on. */
void http_pause_body(struct http_request *req);
void http_continue_body(struct http_request *req);

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
 * FIELDS say nothing about framing: Content-Length, Transfer-Encoding and Connection
 * are the server's own and left out; so is a field that would break the message. The
 * answer to HEAD takes its length from BODY and does not send it.
 *
 * http_reply_now does the same and puts the answer on the wire before it returns, when
 * called from a callback of another server: so the waiting client is served first. It
 * runs REQ's server, so on_request and on_gone of that one may be called from within.
 * Called from a callback of REQ's own server it is http_reply.
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
 * Answer with the first SIZE bytes of the regular file FD (taken; closed in any case),
 * read in pieces as the socket takes them: neither the loop nor the memory holds the
 * whole. BODY is ignored. A file that turns out shorter breaks the connection. Not
 * while the body of the request is arriving.
 */
void http_reply_file(struct http_request *req, const struct http_answer *answer, int fd,
                     uint64_t size);

/*
 * An answer that is given again and again, made once. What ANSWER points to stays as it
 * is while it lives (a reference of the body is taken). NULL: out of memory.
 */
struct http_still;
struct http_still *http_still_new(const struct http_answer *answer);
void http_still_free(struct http_still *still); /* what is under way still leaves */
void http_reply_still(struct http_request *req, const struct http_still *still);

/*
 * Answer piece by piece (chunked; for HTTP/1.0 until the connection closes). Ends the
 * request, begins a stream; ON_GONE when the client leaves before the end (then the
 * stream is dead), also right after an answer that has no body (to HEAD; 204, 304).
 * BODY is ignored. Not while the body of the request is arriving.
 */
struct http_stream *
http_reply_stream(struct http_request *req, const struct http_answer *answer,
                  void (*on_gone)(void *data, struct http_stream *s), void *data);
/* Queue bytes (copied). -ENOMEM: nothing of them was queued. */
int http_stream_write(struct http_stream *stream, struct lamb_span bytes);
/* Bytes queued and not yet taken by the socket (but for its own buffers). */
size_t http_stream_pending(const struct http_stream *stream);
/* Call FN each time nothing is pending any more; it may write, end or abort. */
void http_stream_on_drain(struct http_stream *stream,
                          void (*fn)(void *data, struct http_stream *s), void *data);
void http_stream_end(struct http_stream *stream);   /* the stream is forgotten */
void http_stream_abort(struct http_stream *stream); /* closes without the last chunk */

#endif
