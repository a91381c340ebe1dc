/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/stream_answer.h"

#include <stdlib.h>

#include "emulator/http/event_stream.h"
#include "sdk/base/json_text.h"
#include "sdk/base/limits.h"
#include "sdk/base/log.h"

/* Payload of one message: small enough to be sent while the next is made. */
enum { CHUNK = 64 * 1024, PIECE = 4 * CHUNK, FRAME = 1024 };

struct stream_answer {
    struct http_stream *stream; /* NULL: the client left */
    void (*on_gone)(void *data);
    void *gone_data;
    void (*on_drain)(void *data);
    void *drain_data;
    /* Once it is ending: what is left to send. */
    struct lamb_blob *body;
    size_t sent;
    char *last;
};

static void
answer_free(struct stream_answer *answer)
{
    lamb_blob_unref(answer->body);
    free(answer->last);
    free(answer);
}

static void
on_gone(void *data, struct http_stream *stream)
{
    struct stream_answer *answer = data;

    (void)stream;
    answer->stream = NULL;
    if (answer->last)
        answer_free(answer);
    else if (answer->on_gone)
        answer->on_gone(answer->gone_data);
}

struct stream_answer *
stream_answer_begin(struct call *call, const char *executed_version,
                    const char *trace_id, void (*gone)(void *data), void *data)
{
    struct stream_answer *answer = calloc(1, sizeof(*answer));
    const struct http_field fields[] = {
        { "Content-Type", "application/vnd.amazon.eventstream" },
        { "x-amzn-RequestId", call->request_id },
        { "X-Amz-Executed-Version", executed_version },
        { "X-Amzn-Trace-Id", trace_id },
    };
    const struct http_answer head = { .status = 200,
                                      .fields = fields,
                                      .n_fields = LAMB_COUNT(fields) };

    if (!answer)
        return NULL;
    answer->on_gone = gone;
    answer->gone_data = data;
    answer->stream = http_reply_stream(call->req, &head, on_gone, answer);
    call->req = NULL;
    return answer;
}

/* The client cannot be told any more that something is missing: break the answer off.
 */
static void
break_off(struct stream_answer *answer)
{
    lamb_log(LAMB_LOG_ERROR, "api", "a streamed answer is cut short: out of memory");
    http_stream_abort(answer->stream);
    answer->stream = NULL;
}

static void
send_message(struct stream_answer *answer, const char *type, const char *content_type,
             struct lamb_span payload)
{
    const struct event_stream_header headers[] = { { ":message-type", "event" },
                                                   { ":event-type", type },
                                                   { ":content-type", content_type } };
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(payload.len + FRAME);

    if (!answer->stream)
        return;
    if (event_stream_append(&buf, headers, LAMB_COUNT(headers), payload) ||
        http_stream_write(answer->stream, lamb_buf_view(&buf)))
        break_off(answer);
}

void
stream_answer_write(struct stream_answer *answer, struct lamb_span bytes)
{
    while (bytes.len) {
        size_t n = bytes.len < CHUNK ? bytes.len : CHUNK;

        send_message(answer, "PayloadChunk", "application/octet-stream",
                     lamb_span_of(bytes.ptr, n));
        bytes = lamb_span_of(bytes.ptr + n, bytes.len - n);
    }
}

size_t
stream_answer_pending(const struct stream_answer *answer)
{
    return answer->stream ? http_stream_pending(answer->stream) : 0;
}

static void
on_drain(void *data, struct http_stream *stream)
{
    struct stream_answer *answer = data;

    (void)stream;
    answer->on_drain(answer->drain_data);
}

void
stream_answer_on_drain(struct stream_answer *answer, void (*fn)(void *data), void *data)
{
    answer->on_drain = fn;
    answer->drain_data = data;
    if (answer->stream)
        http_stream_on_drain(answer->stream, fn ? on_drain : NULL, answer);
}

static void
put_member(struct lamb_buf *json, const char *name, struct lamb_span value)
{
    if (!value.ptr)
        return;
    (void)lamb_buf_printf(json, "%s\"%s\":", json->len > 1 ? "," : "", name);
    (void)lamb_json_string(json, value);
}

/* The members of the last message; gives it (free). NULL: no memory. */
static char *
last_message(const struct stream_end *end)
{
    LAMB_AUTOBUF struct lamb_buf json =
        LAMB_BUF_INIT(8 * LAMB_LIMIT_ERROR_BODY + 4 * LAMB_LIMIT_LOG_TAIL);

    (void)lamb_buf_char(&json, '{');
    put_member(&json, "ErrorCode", lamb_span_str(end->error_code));
    put_member(&json, "ErrorDetails", end->error_details);
    put_member(&json, "LogResult", lamb_span_str(end->log_result));
    (void)lamb_buf_char(&json, '}');
    return lamb_buf_take(&json);
}

/* Send the next piece; the drain calls again. Frees ANSWER at the end. */
static void
pump(void *data)
{
    struct stream_answer *answer = data;
    struct lamb_span body = lamb_blob_view(answer->body);
    size_t left = body.len - answer->sent;
    size_t n = left < PIECE ? left : PIECE;

    if (n) {
        stream_answer_write(answer, lamb_span_of(body.ptr + answer->sent, n));
        answer->sent += n;
    } else {
        send_message(answer, "InvokeComplete", "application/json",
                     lamb_span_str(answer->last));
        if (answer->stream)
            http_stream_end(answer->stream);
        answer->stream = NULL;
    }
    if (!answer->stream)
        answer_free(answer);
}

void
stream_answer_end(struct stream_answer *answer, struct lamb_blob *body,
                  const struct stream_end *end)
{
    answer->body = lamb_blob_ref(body);
    answer->last = last_message(end);
    if (!answer->last && answer->stream)
        break_off(answer);
    if (!answer->stream) {
        answer_free(answer);
        return;
    }
    stream_answer_on_drain(answer, pump, answer);
    if (!stream_answer_pending(answer))
        pump(answer);
}
