/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/conn.h"

#include "emulator/http/head.h"
#include "emulator/http/target.h"

/*
 * The body is reserved at once up to this; more is added as it comes, so that a client
 * cannot make us reserve what it only announces.
 */
enum { RESERVE_MAX = 16 * 1024 * 1024 };
/* Who is still sending this much after it was answered is not going to stop. */
enum { DRAIN_MAX = 64 * 1024 * 1024 };

/* -- what handlers read ----------------------------------------------------------- */

struct lamb_span
http_method(const struct http_request *req)
{
    return lamb_span_str(req->method);
}

struct lamb_span
http_path(const struct http_request *req)
{
    return req->path;
}

struct lamb_span
http_query(const struct http_request *req)
{
    return req->query;
}

static struct lamb_span
field(const struct http_request *req, enum MHD_ValueKind kind, const char *name)
{
    const struct http_conn *conn = conn_seen(req);
    const char *value = NULL;
    size_t len = 0;

    if (MHD_lookup_connection_value_n(conn->mhd, kind, name, strlen(name), &value,
                                      &len) == MHD_NO)
        return (struct lamb_span){ 0 };
    return lamb_span_trim(lamb_span_of(value, len)); /* MHD leaves trailing blanks */
}

struct lamb_span
http_header(const struct http_request *req, const char *name)
{
    return field(req, MHD_HEADER_KIND, name);
}

struct lamb_span
http_trailer(const struct http_request *req, const char *name)
{
    return field(req, MHD_FOOTER_KIND, name);
}

struct visit {
    http_field_fn fn;
    void *data;
};

static enum MHD_Result
visit_field(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
            const char *value, size_t value_len)
{
    const struct visit *visit = cls;

    (void)kind;
    visit->fn(visit->data, lamb_span_of(name, name_len),
              lamb_span_trim(lamb_span_of(value, value_len)));
    return MHD_YES;
}

void
http_each_header(const struct http_request *req, http_field_fn fn, void *data)
{
    const struct http_conn *conn = conn_seen(req);
    struct visit visit = { .fn = fn, .data = data };

    (void)MHD_get_connection_values_n(conn->mhd, MHD_HEADER_KIND, visit_field, &visit);
}

int
http_query_param(const struct http_request *req, const char *name, char **ret)
{
    return target_param(req->query, name, ret);
}

void
http_on_gone(struct http_request *req,
             void (*fn)(void *data, struct http_request *req, enum http_gone why),
             void *data)
{
    req->on_gone = fn;
    req->gone_data = data;
}

/* -- the end of a request --------------------------------------------------------- */

void
request_end(struct http_conn *conn)
{
    struct http_request *req = &conn->req;

    req->is_ended = true;
    req->on_gone = NULL;
    lamb_blob_unref(req->body.blob);
    req->body = (struct body_reader){ 0 };
}

void
request_lose(struct http_conn *conn, enum http_gone why)
{
    struct http_request *req = &conn->req;
    void (*fn)(void *data, struct http_request *req, enum http_gone why);

    fn = req->is_offered && !req->is_ended ? req->on_gone : NULL;
    request_end(conn);
    if (fn)
        fn(req->gone_data, req, why);
}

void
request_completed(void *cls, struct MHD_Connection *mhd, void **slot,
                  enum MHD_RequestTerminationCode how)
{
    struct http_conn *conn = *slot;

    (void)cls;
    (void)mhd;
    (void)how;
    if (!conn)
        return;
    if (!conn->req.is_offered && !conn->req.is_ended)
        conn->server->stats.refused++; /* MHD's own 400, 431, 505; or cut in the head */
    request_lose(conn, conn->phase == CONN_WHOLE ? HTTP_GONE_CLIENT : HTTP_GONE_CUT);
    stream_lose(conn);
    stream_reset(conn);
    conn->req = (struct http_request){ .is_ended = true };
    conn->phase = CONN_IDLE;
    conn->is_paused = false;
    conn_time_idle(conn);
}

/* -- the head --------------------------------------------------------------------- */

/*
 * MHD takes the query apart in place and keeps one record a parameter in the memory of
 * the connection; when that is used up (some 300 parameters) the connection hangs and
 * its daemon spins. So the query is hidden while MHD looks, behind a NUL in its first
 * byte, and brought back when the head is complete.
 */
void *
request_line_seen(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct http_conn *conn = info ? info->socket_context : NULL;
    const char *mark = uri ? strchr(uri, '?') : NULL;

    (void)cls;
    if (!conn)
        return NULL;
    conn->req = (struct http_request){ .path = lamb_span_str(uri) };
    conn->is_answered_early = false;
    if (mark) {
        conn->req.query = lamb_span_str(mark + 1);
        /* The text lies in MHD's own read buffer, which is writable. */
        conn->req.query_start = (char *)(uintptr_t)(mark + 1);
        conn->req.query_byte = mark[1];
        *conn->req.query_start = '\0';
        conn->req.path.len = (size_t)(mark - uri);
    }
    conn->phase = CONN_HEAD;
    conn_time_arriving(conn);
    return conn;
}

/*
 * Nothing is unescaped: handlers want the raw target. MHD calls this for the path, and
 * for parameters only when a NUL in the target hid the query from request_line_seen;
 * such a request is not worth reading on.
 */
size_t
request_unescape(void *cls, struct MHD_Connection *mhd, char *text)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct http_conn *conn = info ? info->socket_context : NULL;

    (void)cls;
    if (conn && conn->phase == CONN_HEAD && text != conn->req.path.ptr)
        conn_doom(conn);
    return strlen(text);
}

/*
 * MHD takes a head apart in place, so where its pieces lie shows what it made of them:
 *
 * - Of a field folded over several lines (RFC 9112 5.2 has servers refuse it) it glues
 *   the second line to the name, which then lies elsewhere.
 * - A value it takes to end at a NUL byte; then more than a line end follows it.
 * - A line that begins with a colon it takes for the end of the head, and what follows
 *   for the next request; then there is more than line ends behind the last field.
 */
struct head_reader {
    struct head_facts facts;
    const char *last_end; /* behind the last value */
};

/* Nothing but blanks, and of ALLOWED and NUL together at most MAX. */
static bool
has_only(const char *from, const char *to, const char *allowed, size_t max)
{
    size_t visible = 0;

    /* Addresses are compared as numbers: they may be of different objects. */
    if ((uintptr_t)to < (uintptr_t)from || (uintptr_t)to - (uintptr_t)from > UINT16_MAX)
        return false;
    for (; from < to; from++) {
        if (*from == ' ' || *from == '\t')
            continue;
        if (*from && !strchr(allowed, *from))
            return false;
        visible++;
    }
    return visible <= max;
}

static enum MHD_Result
see_field(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
          const char *value, size_t value_len)
{
    struct head_reader *reader = cls;

    (void)kind;
    head_field(&reader->facts, lamb_span_of(name, name_len),
               lamb_span_of(value, value_len));
    if (!value || !has_only(name + name_len, value, ":", 1))
        head_refuse(&reader->facts, "a header is folded over several lines");
    if (reader->last_end && !has_only(reader->last_end, name, "\r\n", 2))
        head_refuse(&reader->facts, "a header holds a NUL byte");
    reader->last_end = value ? value + value_len : NULL;
    return MHD_YES;
}

static void
see_end(struct head_reader *reader, const struct http_conn *conn, const char *method)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(conn->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    enum { LINE_ENDS = 4 };

    if (info && reader->last_end &&
        !has_only(reader->last_end, method + info->header_size, "\r\n", LINE_ENDS))
        head_refuse(&reader->facts, "there is a header without a name");
}

/* "GET http://host/path" means /path: RFC 9112 3.2.2 wants servers to take it. */
static struct lamb_span
without_authority(struct lamb_span target)
{
    struct lamb_span rest;
    const char *slash;

    if (!lamb_span_starts(target, "http://"))
        return target;
    rest = lamb_span_of(target.ptr + 7, target.len - 7);
    slash = rest.len ? memchr(rest.ptr, '/', rest.len) : NULL;
    if (!slash)
        return LAMB_SPAN("/");
    return lamb_span_of(slash, rest.len - (size_t)(slash - rest.ptr));
}

static void
offer(struct http_conn *conn)
{
    struct http_server *server = conn->server;

    conn->req.is_offered = true;
    server->stats.requests++;
    server->config.on_request(server->config.data, &conn->req);
}

static void
head_arrived(struct http_conn *conn, const char *method, const char *version)
{
    struct http_request *req = &conn->req;
    struct head_reader reader = { 0 };
    struct head_facts *facts = &reader.facts;

    if (req->query_start)
        *req->query_start = req->query_byte;
    req->method = method;
    req->path = without_authority(req->path);
    head_line(facts, lamb_span_str(method), req->path, req->query);
    (void)MHD_get_connection_values_n(conn->mhd, MHD_HEADER_KIND, see_field, &reader);
    see_end(&reader, conn, method);
    head_end(facts, lamb_span_str(version));

    req->announced = facts->codings ? MHD_SIZE_UNKNOWN : facts->announced;
    req->has_body = req->announced > 0;
    req->expects_continue = facts->expects_continue;
    conn->phase = CONN_DECIDING;
    if (facts->refusal) {
        conn->server->stats.refused++;
        answer_refuse(conn, 400, facts->refusal);
    } else if (req->has_body) {
        offer(conn);
    } else {
        /* An answer given now would close the connection (MHD takes it for a refusal
         * of the body); in the call that follows at once it does not. */
        conn->phase = CONN_BODILESS;
    }
}

/* -- the body --------------------------------------------------------------------- */

static void
read_with(struct http_request *req, const struct body_reader *reader)
{
    struct http_conn *conn = conn_of(req);
    struct lamb_blob *unread = req->body.blob;

    lamb_assert(!req->is_ended && req->body.sink == SINK_NONE);
    req->body = *reader;
    req->body.blob = unread;
    conn_resume(conn); /* when on_request returned without saying what to do */
}

void
http_read_body(struct http_request *req, size_t max, http_body_fn fn, void *data)
{
    read_with(req, &(struct body_reader){
                       .sink = SINK_COLLECT, .max = max, .fn = fn, .data = data });
}

void
http_stream_body(struct http_request *req,
                 void (*on_chunk)(void *data, struct http_request *req,
                                  struct lamb_span chunk),
                 void (*on_end)(void *data, struct http_request *req), void *data)
{
    read_with(req, &(struct body_reader){ .sink = SINK_STREAM,
                                          .on_chunk = on_chunk,
                                          .on_end = on_end,
                                          .data = data });
}

void
http_unread_body(struct http_request *req, struct lamb_blob *body)
{
    lamb_assert(!req->is_ended && req->body.sink == SINK_NONE && !req->body.blob);
    req->body.blob = body;
}

void
http_pause_body(struct http_request *req)
{
    conn_of(req)->is_paused = true;
}

void
http_continue_body(struct http_request *req)
{
    struct http_conn *conn = conn_of(req);

    if (conn->is_paused) {
        conn->is_paused = false;
        conn_resume(conn);
    }
}

static void
take_body(struct http_conn *conn, const char *bytes, size_t len)
{
    struct body_reader *body = &conn->req.body;

    switch (body->sink) {
    case SINK_NONE:
        break; /* over the maximum, or answered: dropped */
    case SINK_COLLECT:
        if (len > body->max - body->blob->len)
            body->is_over = true;
        else if (lamb_blob_append(&body->blob, bytes, len))
            conn_doom(conn); /* out of memory */
        break;
    case SINK_STREAM:
        body->on_chunk(body->data, &conn->req, lamb_span_of(bytes, len));
        break;
    }
}

/* Tell who collects how it ended; the reader is done with before it is told. */
static void
collected(struct http_conn *conn, int outcome)
{
    struct body_reader body = conn->req.body;

    conn->req.body = (struct body_reader){ 0 };
    if (outcome) {
        lamb_blob_unref(body.blob);
        body.blob = NULL;
    }
    body.fn(body.data, &conn->req, outcome, body.blob);
}

static bool
reserve(struct http_conn *conn)
{
    const struct http_request *req = &conn->req;
    size_t cap = req->announced == MHD_SIZE_UNKNOWN ? 4096 : (size_t)req->announced;

    cap = cap < RESERVE_MAX ? cap : RESERVE_MAX;
    conn->req.body.blob = lamb_blob_new(cap);
    if (!conn->req.body.blob)
        conn_doom(conn);
    return conn->req.body.blob;
}

/* -- one call of MHD -------------------------------------------------------------- */

/* Nobody has an answer yet: leave MHD's sight until somebody has. */
static void
park(struct http_conn *conn)
{
    conn_time_none(conn);
    if (conn->is_hung_up && conn->server->config.watch_parked) {
        conn_doom(conn);
        request_lose(conn, HTTP_GONE_CLIENT);
        return;
    }
    conn_suspend(conn);
}

void
request_drain(struct http_conn *conn)
{
    conn->phase = CONN_DRAIN;
    conn->drained = 0;
    conn_time_none(conn);
    conn_time_arriving(conn);
}

/* The head is here, the body is not: true when something changed and is to be looked at
 * again. */
static bool
settle_deciding(struct http_conn *conn)
{
    struct http_request *req = &conn->req;

    if (conn->is_answered_early) {
        request_drain(conn);
        return false;
    }
    switch (req->body.sink) {
    case SINK_NONE:
        park(conn);
        return false;
    case SINK_COLLECT:
        if (req->announced != MHD_SIZE_UNKNOWN && req->announced > req->body.max) {
            collected(conn, HTTP_E_TOO_LARGE);
            return true;
        }
        if (!reserve(conn))
            return false;
        conn_time_arriving(conn);
        break;
    case SINK_STREAM:
        conn_time_none(conn); /* it takes as long as who reads it lets it take */
        break;
    }
    conn->phase = CONN_BODY;
    return true;
}

static bool
settle_body(struct http_conn *conn)
{
    if (conn->is_answered_early) {
        request_drain(conn);
    } else if (conn->req.body.is_over) {
        collected(conn, HTTP_E_TOO_LARGE);
        return true;
    } else if (conn->is_paused) {
        conn_suspend(conn);
    }
    return false;
}

static bool
settle_whole(struct http_conn *conn)
{
    struct body_reader body = conn->req.body;

    switch (body.sink) {
    case SINK_NONE:
        park(conn);
        return false;
    case SINK_COLLECT:
        if (!body.blob && !reserve(conn)) /* there was no body at all */
            return false;
        collected(conn, conn->req.body.blob->len > body.max ? HTTP_E_TOO_LARGE : 0);
        return true;
    case SINK_STREAM:
        conn->req.body = (struct body_reader){ 0 };
        body.on_end(body.data, &conn->req);
        return true;
    }
    return false;
}

/* Do what the state asks for until it asks for nothing or MHD has to go on. */
static void
settle(struct http_conn *conn)
{
    bool again = true;

    while (again && !conn->is_doomed) {
        switch (conn->phase) {
        case CONN_DECIDING:
            again = settle_deciding(conn);
            break;
        case CONN_BODY:
            again = settle_body(conn);
            break;
        case CONN_WHOLE:
            again = settle_whole(conn);
            break;
        case CONN_IDLE:
        case CONN_HEAD:
        case CONN_BODILESS:
        case CONN_DRAIN:
        case CONN_ANSWERED:
            again = false;
            break;
        }
    }
}

static void
body_call(struct http_conn *conn, const char *data, size_t len)
{
    if (len) {
        take_body(conn, data, len);
        return;
    }
    conn->phase = CONN_WHOLE;
    conn_time_none(conn);
}

enum MHD_Result
request_access(void *cls, struct MHD_Connection *mhd, const char *url,
               const char *method, const char *version, const char *data, size_t *size,
               void **slot)
{
    struct http_conn *conn = *slot;
    size_t len = *size;

    (void)cls;
    (void)mhd;
    (void)url; /* request_line_seen has it */
    *size = 0;
    if (!conn || conn->is_doomed || conn->server->is_stopping)
        return MHD_NO;
    conn->is_in_call = true;
    switch (conn->phase) {
    case CONN_HEAD:
        head_arrived(conn, method, version);
        break;
    case CONN_BODILESS:
        conn->phase = CONN_WHOLE;
        conn_time_none(conn);
        offer(conn);
        break;
    case CONN_BODY:
        body_call(conn, data, len);
        break;
    case CONN_DRAIN:
        conn->drained += len;
        if (!len || conn->drained > DRAIN_MAX)
            conn_doom(conn); /* the answer is long out */
        break;
    case CONN_IDLE:
    case CONN_DECIDING:
    case CONN_WHOLE:
    case CONN_ANSWERED:
        break;
    }
    settle(conn);
    conn->is_in_call = false;
    return conn->is_doomed ? MHD_NO : MHD_YES;
}
