/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_CONN_H
#define LAMB_EMULATOR_HTTP_CONN_H

/*
 * conn - what the server's files share: the room, a server, a connection and the one
 * request it carries. Private to this folder.
 *
 * A connection is one allocation, made when it is accepted; the request and the stream
 * of its answer are embedded, since HTTP/1.1 has one request at a time. MHD calls in
 * through request.c only; it is asked to go on through conn_resume only.
 *
 * Owns:    nothing by itself.
 * Threads: loop thread only.
 */

#include "emulator/http/server.h"

#include <microhttpd.h>

/* Where a connection is. What is not listed for a state does not happen in it. */
enum conn_phase {
    CONN_IDLE,     /* between requests */
    CONN_HEAD,     /* the request line is here, the head is arriving */
    CONN_BODILESS, /* head complete, no body: MHD calls again at once */
    CONN_DECIDING, /* head complete, nobody has said what is to become of the body */
    CONN_BODY,     /* the body is arriving */
    CONN_WHOLE,    /* everything is here, an answer is owed */
    CONN_DRAIN,    /* answered before the body was complete: the rest is dropped */
    CONN_ANSWERED, /* MHD has the answer */
};

enum body_sink { SINK_NONE, SINK_COLLECT, SINK_STREAM };

struct body_reader {
    enum body_sink sink;
    bool is_over; /* more than MAX came */
    size_t max;
    struct lamb_blob *blob;
    http_body_fn fn;
    void (*on_chunk)(void *data, struct http_request *req, struct lamb_span chunk);
    void (*on_end)(void *data, struct http_request *req);
    void *data;
};

struct http_request {
    const char *method;
    struct lamb_span path;
    struct lamb_span query;
    char *query_start; /* first byte of the query, hidden from MHD meanwhile */
    char query_byte;
    bool has_body;
    bool expects_continue;
    bool is_offered;    /* on_request was called */
    bool is_ended;      /* answered or gone: the handler's pointer is dead */
    uint64_t announced; /* Content-Length; MHD_SIZE_UNKNOWN: chunked */
    struct body_reader body;
    void (*on_gone)(void *data, struct http_request *req, enum http_gone why);
    void *gone_data;
};

enum stream_state { STREAM_NONE, STREAM_OPEN, STREAM_ENDED, STREAM_ABORTED };

struct http_stream {
    enum stream_state state;
    struct lamb_blob *queue;
    size_t taken; /* bytes of the queue that MHD has */
    void (*on_gone)(void *data, struct http_stream *stream);
    void *gone_data;
    void (*on_drain)(void *data, struct http_stream *stream);
    void *drain_data;
};

struct http_conn {
    struct http_request req;
    struct http_stream stream;
    struct http_server *server;
    struct MHD_Connection *mhd;
    int fd;
    enum conn_phase phase;
    bool is_in_call; /* MHD is in our access handler for this connection */
    bool is_suspended;
    bool is_paused;         /* the reader of the body asked to wait */
    bool is_answered_early; /* the answer went out past MHD, which knows of none */
    bool is_doomed;         /* nothing more is read or answered here */
    bool is_watched;        /* in the room's epoll for hang-ups */
    bool is_hung_up;
    int64_t hung_up_ns; /* when, monotonic */
    uint64_t drained;
    struct lamb_list in_server;
    struct lamb_list timed; /* in server->arriving or server->idle */
    bool is_idle;           /* in server->idle */
    int64_t since_ns;
};

struct http_room {
    struct loop *loop;
    struct loop_hook hook;
    struct lamb_list dirty; /* servers whose daemon has to run */
    struct lamb_list servers;
    int hangup_fd; /* epoll of parked connections, for EPOLLRDHUP */
    struct loop_fd *hangup_watch;
    struct timer sweep;
    int64_t sweep_period_ns;
    size_t timed; /* connections in any timed list */
};

struct http_server {
    struct http_room *room;
    struct http_server_config config;
    struct MHD_Daemon *daemon;
    struct loop_fd *watch;
    struct lamb_list in_room;
    struct lamb_list dirty;
    struct lamb_list conns;
    struct lamb_list arriving; /* must have sent a whole request; by since_ns */
    struct lamb_list idle;     /* may stay silent for a while; by since_ns */
    bool is_running;           /* inside MHD_run: must not be entered again */
    bool is_stopping;
    struct http_server_stats stats;
};

static inline struct http_conn *
conn_of(struct http_request *req)
{
    return LAMB_CONTAINER(req, struct http_conn, req);
}

/* The same for who only looks. */
static inline const struct http_conn *
conn_seen(const struct http_request *req)
{
    return (const struct http_conn *)(const void *)((const char *)req -
                                                    offsetof(struct http_conn, req));
}

static inline struct http_conn *
conn_of_stream(struct http_stream *stream)
{
    return LAMB_CONTAINER(stream, struct http_conn, stream);
}

/* -- server.c -------------------------------------------------------------------- */

/* Run it now, unless that is what we are in the middle of. May free SERVER. */
void server_run(struct http_server *server);
/* The end of a stretch with is_running set. May free SERVER. */
void server_leave(struct http_server *server);

/* Take a connection out of MHD's sight until conn_resume; harmless when it is. */
void conn_suspend(struct http_conn *conn);
void conn_resume(struct http_conn *conn);
/* Let nothing more happen on it: MHD closes it at its next turn. */
void conn_doom(struct http_conn *conn);

/* -- sweep.c ---------------------------------------------------------------------- */

void conn_time_arriving(struct http_conn *conn); /* keeps the start if it runs */
void conn_time_idle(struct http_conn *conn);
void conn_time_none(struct http_conn *conn);
void sweep_init(struct http_room *room);
/* Look at least as often as a limit of LIMIT_NS needs. */
void sweep_soon(struct http_room *room); /* a client has left: look at it shortly */
void sweep_shorten(struct http_room *room, int64_t limit_ns);

/* -- request.c -------------------------------------------------------------------- */

void *request_line_seen(void *cls, const char *uri, struct MHD_Connection *mhd);
size_t request_unescape(void *cls, struct MHD_Connection *mhd, char *text);
enum MHD_Result request_access(void *cls, struct MHD_Connection *mhd, const char *url,
                               const char *method, const char *version,
                               const char *data, size_t *size, void **slot);
void request_completed(void *cls, struct MHD_Connection *mhd, void **slot,
                       enum MHD_RequestTerminationCode how);
/* The request is over without an answer; tells the handler once. */
void request_lose(struct http_conn *conn, enum http_gone why);
/* Over, answered: forget what was collected and whom to tell. */
void request_end(struct http_conn *conn);
/* Drop what still comes of the body: closing on unread bytes would reset the
 * connection, and the client might never read the answer. */
void request_drain(struct http_conn *conn);

/* -- answer.c --------------------------------------------------------------------- */

/* Answer with {"message": TEXT} and close; TEXT needs no escaping. */
void answer_refuse(struct http_conn *conn, unsigned status, const char *text);
/* Write an answer past MHD, which cannot answer while a request is arriving. */
void answer_early(struct http_conn *conn, const struct http_answer *answer);

/* -- stream.c --------------------------------------------------------------------- */

/* Where MHD gets the bytes from (MHD_ContentReaderCallback). */
ssize_t stream_read(void *cls, uint64_t pos, char *buf, size_t max);
void stream_lose(struct http_conn *conn); /* the client left; tells the writer once */
void stream_reset(struct http_conn *conn);

#endif
