/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/conn.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/log.h"

enum { EARLY_HEAD_MAX = 64 * 1024 };

/* How a message is framed is the server's business alone. */
static bool
is_framing(struct lamb_span name)
{
    static const struct lamb_span names[] = {
        { "Content-Length", 14 },
        { "Transfer-Encoding", 17 },
        { "Connection", 10 },
    };

    for (size_t i = 0; i < LAMB_COUNT(names); i++)
        if (name.len == names[i].len && lamb_span_eq_nocase(name, names[i]))
            return true;
    return false;
}

static bool
is_word(struct lamb_span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == ':' || (unsigned char)name.ptr[i] <= ' ')
            return false;
    return name.len > 0;
}

static void
leave_out(void)
{
    lamb_log(LAMB_LOG_WARN, "http",
             "header field left out of an answer: its name or value has characters "
             "that would break the message");
}

static bool
can_send(const struct http_field *field)
{
    struct lamb_span name = lamb_span_str(field->name);

    if (is_framing(name))
        return false;
    if (is_word(name))
        return true;
    leave_out();
    return false;
}

/* -- through MHD ------------------------------------------------------------------ */

static void
drop_body(void *blob)
{
    lamb_blob_unref(blob);
}

static struct MHD_Response *
response_of(struct lamb_blob *body)
{
    struct MHD_Response *response;

    if (!body || !body->len)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    response = MHD_create_response_from_buffer_with_free_callback_cls(
        body->len, body->bytes, drop_body, body);
    if (response)
        (void)lamb_blob_ref(body);
    return response;
}

/* RESPONSE (taken) with the answer's fields; NULL stays NULL. */
static struct MHD_Response *
build(const struct http_answer *answer, struct MHD_Response *response)
{
    if (!response)
        return NULL;
    for (size_t i = 0; i < answer->n_fields; i++) {
        const struct http_field *field = &answer->fields[i];

        /* MHD looks at the value; an empty one it takes for none. */
        if (can_send(field) &&
            MHD_add_response_header(response, field->name, field->value) == MHD_NO &&
            *field->value)
            leave_out();
    }
    if (answer->close_after)
        (void)MHD_add_response_header(response, "Connection", "close");
    return response;
}

/* Hand RESPONSE (borrowed) to MHD and let it go on; NULL closes. */
static void
queue_shared(struct http_conn *conn, unsigned status, struct MHD_Response *response)
{
    enum MHD_Result r = MHD_NO;

    /* Allowed for a suspended connection at any time, else from within MHD's call. */
    if (response && !conn->is_doomed)
        r = MHD_queue_response(conn->mhd, status, response);
    conn->phase = CONN_ANSWERED;
    if (r == MHD_YES)
        conn_resume(conn);
    else
        conn_doom(conn); /* out of memory, or no status at all: nothing can be said */
}

/* The same; takes the response. */
static void
queue(struct http_conn *conn, unsigned status, struct MHD_Response *response)
{
    queue_shared(conn, status, response);
    if (response)
        MHD_destroy_response(response);
}

/* -- past MHD --------------------------------------------------------------------- */

static void
write_fields(struct lamb_buf *head, const struct http_answer *answer)
{
    for (size_t i = 0; i < answer->n_fields; i++) {
        const struct http_field *field = &answer->fields[i];

        if (!can_send(field))
            continue;
        if (strpbrk(field->value, "\r\n"))
            leave_out();
        else
            (void)lamb_buf_strs(head, field->name, ": ", field->value, "\r\n", NULL);
    }
}

static void
write_head(struct lamb_buf *head, const struct http_answer *answer, size_t body_len)
{
    time_t now = time(NULL);
    char date[40] = "";
    struct tm tm;

    if (gmtime_r(&now, &tm))
        (void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
    (void)lamb_buf_printf(head, "HTTP/1.1 %u %s\r\nDate: %s\r\n", answer->status,
                          MHD_get_reason_phrase_for(answer->status), date);
    write_fields(head, answer);
    (void)lamb_buf_printf(head, "Connection: close\r\nContent-Length: %zu\r\n\r\n",
                          body_len);
}

/*
 * MHD 0.9.75 takes an answer before a request or after it, not during it. So what has
 * to be said meanwhile is written here, the sending side is shut, and what still
 * comes is read and dropped until the client has understood.
 */
void
answer_early(struct http_conn *conn, const struct http_answer *answer)
{
    LAMB_AUTOBUF struct lamb_buf head = LAMB_BUF_INIT(EARLY_HEAD_MAX);
    struct lamb_span body = lamb_blob_view(answer->body);
    struct iovec parts[2];
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
    ssize_t n;

    write_head(&head, answer, body.len);
    if (conn->req.method && strcmp(conn->req.method, "HEAD") == 0)
        body.len = 0;
    parts[0] = (struct iovec){ .iov_base = head.ptr, .iov_len = head.len };
    parts[1] =
        (struct iovec){ .iov_base = (void *)(uintptr_t)body.ptr, .iov_len = body.len };
    n = lamb_buf_error(&head)
            ? -1
            : sendmsg(conn->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    conn->is_answered_early = true;
    if (n < 0 || (size_t)n < head.len + body.len) {
        conn_doom(conn); /* it does not even take this: it is not listening */
        return;
    }
    (void)shutdown(conn->fd, SHUT_WR);
    if (conn->phase == CONN_BODY)
        request_drain(conn);
    conn->is_paused = false;
    conn_resume(conn);
}

/* -- what handlers call ----------------------------------------------------------- */

/*
 * Can MHD take an answer? While the head is all there is, it answers and closes at once
 * and the client, still sending, gets a reset before it reads the answer: fine only for
 * one that waits for "100 Continue" before it sends.
 */
static bool
takes_answer(const struct http_conn *conn)
{
    return conn->phase == CONN_WHOLE ||
           (conn->phase == CONN_DECIDING &&
            (conn->req.expects_continue || !conn->req.has_body));
}

void
http_reply(struct http_request *req, const struct http_answer *answer)
{
    struct http_conn *conn = conn_of(req);

    lamb_assert(!req->is_ended);
    request_end(conn);
    if (takes_answer(conn))
        queue(conn, answer->status, build(answer, response_of(answer->body)));
    else
        answer_early(conn, answer);
}

void
http_reply_now(struct http_request *req, const struct http_answer *answer)
{
    struct http_server *server = conn_of(req)->server;

    http_reply(req, answer);
    server_run(server);
}

/* -- made once -------------------------------------------------------------------- */

/* MHD counts who uses a response, so the same one can be on several connections. */
struct http_still {
    struct http_answer answer;
    struct MHD_Response *response;
};

struct http_still *
http_still_new(const struct http_answer *answer)
{
    struct http_still *still = calloc(1, sizeof(*still));

    if (!still)
        return NULL;
    still->answer = *answer;
    still->response = build(answer, response_of(answer->body));
    if (!still->response) {
        free(still);
        return NULL;
    }
    (void)lamb_blob_ref(answer->body);
    return still;
}

void
http_still_free(struct http_still *still)
{
    if (!still)
        return;
    MHD_destroy_response(still->response);
    lamb_blob_unref(still->answer.body);
    free(still);
}

void
http_reply_still(struct http_request *req, const struct http_still *still)
{
    struct http_conn *conn = conn_of(req);

    if (!takes_answer(conn)) {
        http_reply(req, &still->answer);
        return;
    }
    lamb_assert(!req->is_ended);
    request_end(conn);
    queue_shared(conn, still->answer.status, still->response);
}

/* -- a file ----------------------------------------------------------------------- */

struct file {
    int fd;
};

static ssize_t
file_read(void *cls, uint64_t pos, char *buf, size_t max)
{
    const struct file *file = cls;
    ssize_t n = pread(file->fd, buf, max, (off_t)pos);

    return n > 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR; /* the length is announced */
}

static void
file_free(void *cls)
{
    struct file *file = cls;

    (void)close(file->fd);
    free(file);
}

/*
 * Not MHD's own response of a descriptor: it reads 4 KB at a time, or uses sendfile(2),
 * which raises SIGPIPE.
 */
static struct MHD_Response *
response_of_file(int fd, uint64_t size)
{
    enum { BLOCK = 64 * 1024 };
    LAMB_AUTOFD int mine = fd;
    LAMB_AUTOFREE struct file *file = calloc(1, sizeof(*file));
    struct MHD_Response *response =
        file
            ? MHD_create_response_from_callback(size, BLOCK, file_read, file, file_free)
            : NULL;

    if (!response)
        return NULL;
    file->fd = lamb_take_fd(&mine);
    (void)lamb_take_ptr(&file);
    return response;
}

void
http_reply_file(struct http_request *req, const struct http_answer *answer, int fd,
                uint64_t size)
{
    struct http_conn *conn = conn_of(req);

    lamb_assert(!req->is_ended && conn->phase != CONN_BODY);
    request_end(conn);
    queue(conn, answer->status, build(answer, response_of_file(fd, size)));
}

/* -- a stream --------------------------------------------------------------------- */

/*
 * An answer that has no body: MHD 0.9.75 would end a chunked one all the same, with a
 * last chunk that the client takes for the beginning of the next answer.
 */
static bool
is_bodiless(const struct http_request *req, unsigned status)
{
    return strcmp(req->method, "HEAD") == 0 || status == 204 || status == 304;
}

struct http_stream *
http_reply_stream(struct http_request *req, const struct http_answer *answer,
                  void (*on_gone)(void *data, struct http_stream *s), void *data)
{
    enum { BLOCK = 16 * 1024 }; /* of an HTTP/1.0 stream; chunks have MHD's own size */
    struct http_conn *conn = conn_of(req);

    lamb_assert(!req->is_ended && conn->phase != CONN_BODY);
    request_end(conn);
    conn->stream = (struct http_stream){ .state = STREAM_OPEN,
                                         .on_gone = on_gone,
                                         .gone_data = data };
    queue(conn, answer->status,
          build(answer, is_bodiless(req, answer->status)
                            ? response_of(NULL)
                            : MHD_create_response_from_callback(
                                  MHD_SIZE_UNKNOWN, BLOCK, stream_read, conn, NULL)));
    return &conn->stream;
}

/* -- a refusal -------------------------------------------------------------------- */

void
answer_refuse(struct http_conn *conn, unsigned status, const char *text)
{
    static const struct http_field fields[] = { { "Content-Type",
                                                  "application/json" } };
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(512);
    struct lamb_blob *body;

    (void)lamb_buf_printf(&json, "{\"message\":\"%s\"}", text);
    body = lamb_blob_copy(lamb_buf_view(&json));
    http_reply(&conn->req, &(struct http_answer){ .status = status,
                                                  .fields = fields,
                                                  .n_fields = 1,
                                                  .body = body,
                                                  .close_after = true });
    lamb_blob_unref(body);
}
