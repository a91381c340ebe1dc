/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/conn.h"

#include <errno.h>

/*
 * An answer in pieces: MHD asks for bytes when the socket takes some; when there are
 * none, the connection is suspended until somebody writes.
 */

size_t
http_stream_pending(const struct http_stream *stream)
{
    return stream->queue ? stream->queue->len - stream->taken : 0;
}

static void
drained(struct http_stream *stream)
{
    if (stream->queue)
        stream->queue->len = 0;
    stream->taken = 0;
    if (stream->state == STREAM_OPEN && stream->on_drain)
        stream->on_drain(stream->drain_data, stream);
}

ssize_t
stream_read(void *cls, uint64_t pos, char *buf, size_t max)
{
    struct http_conn *conn = cls;
    struct http_stream *stream = &conn->stream;
    size_t n = http_stream_pending(stream);

    (void)pos;
    if (stream->state == STREAM_ABORTED)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    n = n < max ? n : max;
    if (n) {
        memcpy(buf, stream->queue->bytes + stream->taken, n);
        stream->taken += n;
        if (!http_stream_pending(stream))
            drained(stream);
        return (ssize_t)n;
    }
    if (stream->state != STREAM_OPEN)
        return MHD_CONTENT_READER_END_OF_STREAM;
    conn_suspend(conn);
    return 0;
}

/* Make room without moving bytes about for each small write. */
static void
compact(struct http_stream *stream)
{
    size_t left = http_stream_pending(stream);

    if (stream->taken < stream->queue->cap / 2)
        return;
    memmove(stream->queue->bytes, stream->queue->bytes + stream->taken, left);
    stream->queue->len = left;
    stream->taken = 0;
}

int
http_stream_write(struct http_stream *stream, struct lamb_span bytes)
{
    enum { FIRST_CAP = 4096 };
    int r;

    lamb_assert(stream->state == STREAM_OPEN);
    if (!bytes.len)
        return 0;
    if (!stream->queue)
        stream->queue = lamb_blob_new(bytes.len > FIRST_CAP ? bytes.len : FIRST_CAP);
    if (!stream->queue)
        return -ENOMEM;
    compact(stream);
    r = lamb_blob_append(&stream->queue, bytes.ptr, bytes.len);
    if (r)
        return r;
    conn_resume(conn_of_stream(stream));
    return 0;
}

void
http_stream_on_drain(struct http_stream *stream,
                     void (*fn)(void *data, struct http_stream *s), void *data)
{
    stream->on_drain = fn;
    stream->drain_data = data;
}

static void
finish(struct http_stream *stream, enum stream_state state)
{
    lamb_assert(stream->state == STREAM_OPEN);
    stream->state = state;
    stream->on_gone = NULL;
    stream->on_drain = NULL;
    conn_resume(conn_of_stream(stream));
}

void
http_stream_end(struct http_stream *stream)
{
    finish(stream, STREAM_ENDED);
}

void
http_stream_abort(struct http_stream *stream)
{
    finish(stream, STREAM_ABORTED);
}

void
stream_lose(struct http_conn *conn)
{
    struct http_stream *stream = &conn->stream;
    void (*fn)(void *data, struct http_stream *stream) = stream->on_gone;

    if (stream->state != STREAM_OPEN)
        return;
    stream->state = STREAM_ABORTED;
    stream->on_gone = NULL;
    stream->on_drain = NULL;
    if (fn)
        fn(stream->gone_data, stream);
}

void
stream_reset(struct http_conn *conn)
{
    lamb_blob_unref(conn->stream.queue);
    conn->stream = (struct http_stream){ 0 };
}
