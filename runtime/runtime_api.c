/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/runtime_api.h"

#include <errno.h>
#include <stddef.h>

#include "runtime/error_cause.h"
#include "runtime/notice.h"
#include "sdk/base/base64.h"
#include "sdk/base/clock.h"
#include "sdk/base/limits.h"
#include "sdk/base/list.h"
#include "sdk/base/num.h"

#define VERSION_PATH "/2018-06-01/runtime"

enum {
    QUICK_LOSSES_MAX = 4, /* connections in a row that end within a second */
    /* Base64 of the escaped text has to fit the header memory of usual servers. */
    LATE_MESSAGE_MAX = 2048,
    EXCERPT_MAX = 300, /* of an answer's body, in a message */
};

static struct lamb_runtime_api *
api_of(struct lamb_source *source)
{
    return LAMB_CONTAINER(source, struct lamb_runtime_api, source);
}

/* ---- What the Runtime API says to an answer ------------------------------------- */

static struct lamb_span
excerpt(const struct lamb_http_response *res, const char *bytes)
{
    struct lamb_span body = lamb_span_trim(lamb_http_response_body(res, bytes));

    if (body.len > EXCERPT_MAX)
        body.len = EXCERPT_MAX;
    return body;
}

static const char *
hint(unsigned status)
{
    static const struct {
        unsigned status;
        const char *text;
    } hints[] = {
        { 410, " (the invocation had timed out before)" },
        { 413, " (buffered responses end at 6 MiB; lamb_stream sends more)" },
    };

    for (size_t i = 0; i < LAMB_COUNT(hints); i++)
        if (hints[i].status == status)
            return hints[i].text;
    return "";
}

/* A refused answer costs one invocation; only a broken peer (5xx) ends the process. */
static int
judge(const struct lamb_runtime_api *api, const struct lamb_http_response *res,
      const char *bytes, struct lamb_err *err)
{
    struct lamb_span text = excerpt(res, bytes);

    if (res->status >= 200 && res->status < 300)
        return 0;
    if (res->status >= 500)
        return lamb_refuse(
            err, -EIO,
            "the Runtime API is out of order: it answered %u to the %s of "
            "request %s: %.*s",
            res->status, api->what, lamb_buf_cstr(&api->id), (int)text.len, text.ptr);
    lamb_notice("the Runtime API refused the %s of request %s with status %u: %.*s%s",
                api->what, lamb_buf_cstr(&api->id), res->status, (int)text.len,
                text.ptr, hint(res->status));
    return 0;
}

/* ---- Requests ------------------------------------------------------------------- */

static struct iovec
part_of(struct lamb_span span)
{
    return (struct iovec){ .iov_base = (void *)(uintptr_t)span.ptr,
                           .iov_len = span.len };
}

/* The lines that every POST starts with; the caller adds its own and the empty one. */
static void
start_head(struct lamb_runtime_api *api, const char *what, const char *content_type)
{
    api->what = what;
    lamb_buf_clear(&api->head);
    lamb_buf_printf(&api->head,
                    "POST " VERSION_PATH "/invocation/%s/%s HTTP/1.1\r\n"
                    "Host: %s\r\nUser-Agent: lamb/" LAMB_VERSION "\r\n"
                    "Content-Type: %s\r\n%s",
                    lamb_buf_cstr(&api->id), what, api->conn.endpoint, content_type,
                    lamb_buf_cstr(&api->echo));
}

static void
respond(struct lamb_source *source, const char *content_type, struct lamb_span body)
{
    struct lamb_runtime_api *api = api_of(source);

    start_head(api, "response", content_type);
    lamb_buf_printf(&api->head, "Content-Length: %zu\r\n\r\n", body.len);
    api->body = body;
    api->has_answer = true;
}

static void
fail(struct lamb_source *source, const struct lamb_failure *failure)
{
    struct lamb_runtime_api *api = api_of(source);

    lamb_buf_clear(&api->failure);
    (void)lamb_failure_json(failure, SIZE_MAX, &api->failure); /* no memory: empty */
    start_head(api, "error", "application/json");
    (void)lamb_error_cause(failure, &api->head); /* next finds out */
    lamb_buf_printf(&api->head,
                    "Lambda-Runtime-Function-Error-Type: %s\r\n"
                    "Content-Length: %zu\r\n\r\n",
                    lamb_failure_type(failure), api->failure.len);
    api->body = lamb_buf_view(&api->failure);
    api->has_answer = true;
}

/* ---- Streams -------------------------------------------------------------------- */

/* We cannot go on: the peer must neither wait for the rest nor take it for whole. */
static void
give_up_stream(struct lamb_runtime_api *api)
{
    lamb_connection_close(&api->conn);
    api->stream = LAMB_STREAM_BROKEN;
}

/* The head is made, not sent: it leaves with the first part, or with the end. */
static void
open_stream(struct lamb_runtime_api *api, const char *content_type)
{
    struct lamb_err err = { 0 };

    start_head(api, "response", content_type);
    lamb_buf_str(&api->head, "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                             "Transfer-Encoding: chunked\r\n"
                             "Trailer: Lambda-Runtime-Function-Error-Type, "
                             "Lambda-Runtime-Function-Error-Body\r\n\r\n");
    /* A stream cannot be sent twice: find out now whether the peer is still there. */
    if (!lamb_connection_is_idle(&api->conn))
        lamb_connection_close(&api->conn);
    api->stream = LAMB_STREAM_OPEN;
    if (lamb_buf_error(&api->head) || lamb_connection_open(&api->conn, &err))
        give_up_stream(api);
}

/* Send PARTS, the last of the stream when IS_END. */
static int
send_parts(struct lamb_runtime_api *api, struct iovec *parts, size_t count, bool is_end)
{
    lamb_watch_send(&api->watch);
    if (api->stream == LAMB_STREAM_OPEN &&
        lamb_connection_send(&api->conn, parts, count))
        api->stream = LAMB_STREAM_BROKEN;
    api->watch.fd = api->conn.fd;
    lamb_watch_sent(&api->watch, is_end || api->stream != LAMB_STREAM_OPEN
                                     ? LAMB_WATCH_ANSWERED
                                     : LAMB_WATCH_STREAMING);
    lamb_buf_clear(&api->head);
    return api->stream == LAMB_STREAM_OPEN ? 0 : -EPIPE;
}

static int
stream_write(struct lamb_source *source, const char *content_type,
             struct lamb_span part)
{
    struct lamb_runtime_api *api = api_of(source);
    char size[24];
    struct iovec parts[4];

    if (api->stream == LAMB_STREAM_CLOSED)
        open_stream(api, content_type);
    if (lamb_format(size, sizeof(size), "%zx\r\n", part.len))
        return -EINVAL; /* no number is that long */
    parts[0] = part_of(lamb_buf_view(&api->head));
    parts[1] = part_of(lamb_span_str(size));
    parts[2] = part_of(part);
    parts[3] = part_of(LAMB_SPAN("\r\n"));
    return send_parts(api, parts, LAMB_COUNT(parts), false);
}

static void
add_late_error(struct lamb_runtime_api *api, const struct lamb_failure *late)
{
    lamb_buf_clear(&api->failure);
    (void)lamb_failure_json(late, LATE_MESSAGE_MAX, &api->failure);
    lamb_buf_printf(&api->head,
                    "Lambda-Runtime-Function-Error-Type: %s\r\n"
                    "Lambda-Runtime-Function-Error-Body: ",
                    lamb_failure_type(late));
    lamb_base64_encode(&api->head, lamb_buf_view(&api->failure));
    lamb_buf_str(&api->head, "\r\n");
}

static void
stream_end(struct lamb_source *source, const char *content_type,
           const struct lamb_failure *late)
{
    struct lamb_runtime_api *api = api_of(source);
    struct iovec part;

    if (api->stream == LAMB_STREAM_CLOSED)
        open_stream(api, content_type);
    lamb_buf_str(&api->head, "0\r\n");
    if (late)
        add_late_error(api, late);
    lamb_buf_str(&api->head, "\r\n");
    if (lamb_buf_error(&api->head))
        give_up_stream(api);
    part = part_of(lamb_buf_view(&api->head));
    (void)send_parts(api, &part, 1, true); /* broken: read_stream_answer says it */
}

/* The Runtime API answers a stream when it has ended; its connection ends with it. */
static int
read_stream_answer(struct lamb_runtime_api *api, struct lamb_err *err)
{
    struct lamb_http_response res;
    char *bytes;
    int r = LAMB_CONNECTION_LOST;

    api->stream = LAMB_STREAM_CLOSED;
    lamb_watch_enter(&api->watch, LAMB_WATCH_ANSWERED); /* its socket closes soon */
    if (api->conn.fd >= 0)
        r = lamb_connection_receive(&api->conn, &res, &bytes, err);
    if (r == 0)
        r = judge(api, &res, bytes, err);
    lamb_connection_close(&api->conn);
    if (r != LAMB_CONNECTION_LOST)
        return r;
    lamb_notice(
        "the Runtime API closed the connection while the response of request %s "
        "was being streamed",
        lamb_buf_cstr(&api->id));
    return 0;
}

/* ---- The next event ------------------------------------------------------------- */

/*
 * Send what waits (answer and poll, or the poll alone) and read what comes back.
 * 0: RES is the answer to the poll. LAMB_CONNECTION_LOST: try again.
 */
static int
exchange(struct lamb_runtime_api *api, struct lamb_http_response *res, char **ret_bytes,
         struct lamb_err *err)
{
    struct iovec parts[3];
    size_t count = 0;
    bool is_cut;
    int r = lamb_connection_open(&api->conn, err);

    if (r)
        return r;
    if (api->has_answer) {
        parts[count++] = part_of(lamb_buf_view(&api->head));
        parts[count++] = part_of(api->body);
    }
    parts[count++] = part_of(lamb_buf_view(&api->poll));
    lamb_watch_send(&api->watch);
    is_cut = lamb_connection_send(&api->conn, parts, count) != 0;
    lamb_watch_sent(&api->watch,
                    api->has_answer ? LAMB_WATCH_ANSWERED : LAMB_WATCH_IDLE);

    if (api->has_answer) {
        r = lamb_connection_receive(&api->conn, res, ret_bytes, err);
        if (r)
            return r;
        api->has_answer = false;
        lamb_watch_enter(&api->watch, LAMB_WATCH_IDLE);
        r = judge(api, res, *ret_bytes, err);
        if (r)
            return r;
        if (is_cut || !res->keep_alive) { /* then the poll was not read */
            lamb_connection_close(&api->conn);
            return LAMB_CONNECTION_LOST;
        }
    }
    return lamb_connection_receive(&api->conn, res, ret_bytes, err);
}

/* Exchange, over as many connections as it takes. */
static int
exchange_surely(struct lamb_runtime_api *api, struct lamb_http_response *res,
                char **ret_bytes, struct lamb_err *err)
{
    int quick_losses = 0;

    for (;;) {
        int64_t started_ns = lamb_mono_ns();
        int r = exchange(api, res, ret_bytes, err);

        if (r != LAMB_CONNECTION_LOST)
            return r;
        /* A poll that was parked for long may be cut off as often as one likes. */
        if (lamb_mono_ns() - started_ns > LAMB_NS_PER_S)
            quick_losses = 0;
        if (++quick_losses > QUICK_LOSSES_MAX)
            return lamb_refuse(err, -ECONNRESET,
                               "the Runtime API closed %d connections in a row without "
                               "answering",
                               quick_losses);
    }
}

/* The id becomes part of a path: it must not be able to change the path's shape. */
static int
note_id(struct lamb_runtime_api *api, const char *id, struct lamb_err *err)
{
    if (!id)
        return lamb_refuse(err, -EBADMSG,
                           "the Runtime API sent an event without "
                           "Lambda-Runtime-Aws-Request-Id: it cannot be answered");
    for (const char *c = id; *c; c++)
        if (*c <= ' ' || *c > '~' || strchr("/?#%", *c))
            return lamb_refuse(err, -EBADMSG,
                               "the Runtime API sent an event whose request id is not "
                               "plain text: it cannot be answered");
    lamb_notice_about(NULL); /* the text is about to move */
    lamb_buf_clear(&api->id);
    if (lamb_buf_str(&api->id, id))
        return lamb_buf_error(&api->id);
    lamb_notice_about(api->id.ptr);
    return 0;
}

/* Sent back as it came. What no header may hold is not sent: unchecked beats broken. */
static int
note_echo(struct lamb_runtime_api *api, const char *value)
{
    lamb_buf_clear(&api->echo);
    if (!value)
        return 0;
    for (const char *c = value; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            lamb_notice(
                "the Lambda-Runtime-Invocation-Id of request %s is malformed; it "
                "is not sent back",
                lamb_buf_cstr(&api->id));
            return 0;
        }
    return lamb_buf_printf(&api->echo, "Lambda-Runtime-Invocation-Id: %s\r\n", value);
}

static void
read_texts(const struct lamb_http_response *res, const char *bytes,
           struct lamb_incoming *ret)
{
    static const struct {
        const char *header;
        size_t offset;
    } texts[] = {
        { "Content-Type", offsetof(struct lamb_incoming, content_type) },
        { "Lambda-Runtime-Aws-Request-Id", offsetof(struct lamb_incoming, request_id) },
        { "Lambda-Runtime-Invoked-Function-Arn",
          offsetof(struct lamb_incoming, function_arn) },
        { "Lambda-Runtime-Trace-Id", offsetof(struct lamb_incoming, trace_id) },
        { "Lambda-Runtime-Client-Context",
          offsetof(struct lamb_incoming, client_context) },
        { "Lambda-Runtime-Cognito-Identity", offsetof(struct lamb_incoming, identity) },
        { "Lambda-Runtime-Aws-Tenant-Id", offsetof(struct lamb_incoming, tenant_id) },
    };

    for (size_t i = 0; i < LAMB_COUNT(texts); i++) {
        const char **slot = (const char **)(void *)((char *)ret + texts[i].offset);

        *slot = lamb_http_response_find(res, bytes, texts[i].header);
    }
}

static int
accept_event(struct lamb_runtime_api *api, const struct lamb_http_response *res,
             const char *bytes, struct lamb_incoming *ret, struct lamb_err *err)
{
    const char *deadline =
        lamb_http_response_find(res, bytes, "Lambda-Runtime-Deadline-Ms");
    struct lamb_incoming in = { .event = lamb_http_response_body(res, bytes) };
    int r;

    read_texts(res, bytes, &in);
    /* Absent or not a number: there is no deadline that we know of. */
    (void)lamb_parse_i64(lamb_span_str(deadline), 0, INT64_MAX / LAMB_NS_PER_MS,
                         &in.deadline_ms);
    r = note_id(api, in.request_id, err);
    if (!r)
        r = note_echo(
            api, lamb_http_response_find(res, bytes, "Lambda-Runtime-Invocation-Id"));
    if (r)
        return lamb_wrap(err, r, "accept an event");
    api->watch.id = lamb_buf_cstr(&api->id);
    api->watch.echo = lamb_buf_cstr(&api->echo);
    lamb_watch_enter(&api->watch, LAMB_WATCH_RUNNING);
    *ret = in;
    return 0;
}

static int
next(struct lamb_source *source, struct lamb_incoming *ret, struct lamb_err *err)
{
    struct lamb_runtime_api *api = api_of(source);
    struct lamb_http_response res;
    struct lamb_span text;
    char *bytes;
    int r = 0;

    if (api->stream != LAMB_STREAM_CLOSED)
        r = read_stream_answer(api, err);
    else if (api->has_answer && lamb_buf_error(&api->head))
        r = lamb_raise(err, lamb_buf_error(&api->head), "make the answer's headers");
    if (!r)
        r = exchange_surely(api, &res, &bytes, err);
    if (r)
        return r;
    if (!res.keep_alive)
        lamb_connection_close(&api->conn);
    if (res.status == 200)
        return accept_event(api, &res, bytes, ret, err);
    text = excerpt(&res, bytes);
    return lamb_refuse(err, -EPROTO,
                       "the Runtime API refused to give an event (status %u to /next): "
                       "%.*s",
                       res.status, (int)text.len, text.ptr);
}

/* ---- Start ---------------------------------------------------------------------- */

static int
init_error(struct lamb_source *source, const struct lamb_failure *failure,
           struct lamb_err *err)
{
    struct lamb_runtime_api *api = api_of(source);
    struct lamb_http_response res;
    struct iovec parts[2];
    char *bytes;
    int r = lamb_connection_open(&api->conn, err);

    if (r)
        return r;
    lamb_buf_clear(&api->failure);
    (void)lamb_failure_json(failure, SIZE_MAX, &api->failure);
    lamb_buf_clear(&api->head);
    lamb_buf_printf(&api->head,
                    "POST " VERSION_PATH "/init/error HTTP/1.1\r\n"
                    "Host: %s\r\nUser-Agent: lamb/" LAMB_VERSION "\r\n"
                    "Content-Type: application/json\r\n"
                    "Lambda-Runtime-Function-Error-Type: %s\r\n",
                    api->conn.endpoint, lamb_failure_type(failure));
    (void)lamb_error_cause(failure, &api->head);
    r = lamb_buf_printf(&api->head, "Content-Length: %zu\r\n\r\n", api->failure.len);
    if (r)
        return lamb_raise(err, r, "make the headers of the init error");
    parts[0] = part_of(lamb_buf_view(&api->head));
    parts[1] = part_of(lamb_buf_view(&api->failure));
    (void)lamb_connection_send(&api->conn, parts, LAMB_COUNT(parts));
    r = lamb_connection_receive(&api->conn, &res, &bytes, err);
    lamb_connection_close(&api->conn);
    if (r == LAMB_CONNECTION_LOST)
        return lamb_refuse(err, -ECONNRESET,
                           "the Runtime API did not answer the init error");
    if (!r && (res.status < 200 || res.status > 299))
        return lamb_refuse(err, -EPROTO,
                           "the Runtime API refused the init error: status "
                           "%u",
                           res.status);
    return r;
}

int
lamb_runtime_api_init(struct lamb_runtime_api *api, const char *endpoint,
                      struct lamb_err *err)
{
    static const struct lamb_source_ops ops = {
        .next = next,
        .respond = respond,
        .fail = fail,
        .stream_write = stream_write,
        .stream_end = stream_end,
        .init_error = init_error,
    };
    int r;

    *api = (struct lamb_runtime_api){
        .source.ops = &ops,
        .conn.fd = -EBADF,
        .poll = LAMB_BUF_INIT(LAMB_HTTP_HEAD_MAX),
        .id = LAMB_BUF_INIT(LAMB_HTTP_HEAD_MAX),
        .echo = LAMB_BUF_INIT(2 * LAMB_HTTP_HEAD_MAX),
        .head = LAMB_BUF_INIT(4 * LAMB_HTTP_HEAD_MAX),
        .failure = LAMB_BUF_INIT(LAMB_LIMIT_ERROR_BODY),
    };
    r = lamb_connection_init(&api->conn, endpoint, err);
    if (r)
        return r;
    r = lamb_buf_printf(&api->poll,
                        "GET " VERSION_PATH "/invocation/next HTTP/1.1\r\n"
                        "Host: %s\r\nUser-Agent: lamb/" LAMB_VERSION "\r\n\r\n",
                        api->conn.endpoint);
    if (r)
        return lamb_raise(err, r, "make the request for events");
    lamb_watch_add(&api->watch);
    return 0;
}

void
lamb_runtime_api_fini(struct lamb_runtime_api *api)
{
    lamb_notice_about(NULL); /* it was in our memory */
    lamb_watch_drop(&api->watch);
    lamb_connection_fini(&api->conn);
    lamb_buf_fini(&api->poll);
    lamb_buf_fini(&api->id);
    lamb_buf_fini(&api->echo);
    lamb_buf_fini(&api->head);
    lamb_buf_fini(&api->failure);
}
