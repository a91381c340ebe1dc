/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/testing/frames.h"

#include <errno.h>
#include <unistd.h>

#include "sdk/base/list.h"

struct head {
    uint32_t kind;
    uint32_t len;
};

static struct lamb_frames *
frames_of(struct lamb_source *source)
{
    return LAMB_CONTAINER(source, struct lamb_frames, source);
}

/* All bytes, or why not. */
static int
write_all(int fd, struct lamb_span bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return 0;
}

void
lamb_frames_put(struct lamb_frames *frames, enum lamb_frame kind,
                struct lamb_span bytes)
{
    struct head head = { .kind = kind, .len = (uint32_t)bytes.len };
    int r;

    if (frames->error)
        return;
    (void)lamb_buf_append(&frames->buf, &head, sizeof(head));
    (void)lamb_buf_span(&frames->buf, bytes);
    r = lamb_buf_error(&frames->buf);
    if (!r && frames->fd >= 0) {
        r = write_all(frames->fd, lamb_buf_view(&frames->buf));
        lamb_buf_clear(&frames->buf);
    }
    frames->error = r;
}

static void
put_text(struct lamb_frames *frames, enum lamb_frame kind, const char *text)
{
    lamb_frames_put(frames, kind, lamb_span_str(text));
}

static void
put_failure(struct lamb_frames *frames, const struct lamb_failure *failure)
{
    put_text(frames, LAMB_FRAME_ERROR_TYPE, lamb_failure_type(failure));
    lamb_frames_put(frames, LAMB_FRAME_ERROR_MESSAGE, lamb_buf_view(&failure->message));
}

static int
next(struct lamb_source *source, struct lamb_incoming *ret, struct lamb_err *err)
{
    struct lamb_frames *frames = frames_of(source);

    (void)err;
    if (!frames->events)
        return LAMB_SOURCE_END;
    frames->events--;
    put_text(frames, LAMB_FRAME_RESET, NULL);
    *ret = frames->in;
    return 0;
}

static void
respond(struct lamb_source *source, const char *content_type, struct lamb_span body)
{
    put_text(frames_of(source), LAMB_FRAME_CONTENT_TYPE, content_type);
    lamb_frames_put(frames_of(source), LAMB_FRAME_BODY, body);
}

static void
fail(struct lamb_source *source, const struct lamb_failure *failure)
{
    put_failure(frames_of(source), failure);
}

static int
stream_write(struct lamb_source *source, const char *content_type,
             struct lamb_span part)
{
    put_text(frames_of(source), LAMB_FRAME_CONTENT_TYPE, content_type);
    lamb_frames_put(frames_of(source), LAMB_FRAME_PART, part);
    return frames_of(source)->error ? -EPIPE : 0;
}

static void
stream_end(struct lamb_source *source, const char *content_type,
           const struct lamb_failure *late)
{
    put_text(frames_of(source), LAMB_FRAME_CONTENT_TYPE, content_type);
    put_text(frames_of(source), LAMB_FRAME_STREAM, NULL);
    if (late)
        put_failure(frames_of(source), late);
}

void
lamb_frames_init_error(struct lamb_frames *frames, const struct lamb_failure *failure)
{
    put_text(frames, LAMB_FRAME_INIT, NULL);
    put_failure(frames, failure);
}

static int
init_error(struct lamb_source *source, const struct lamb_failure *failure,
           struct lamb_err *err)
{
    (void)err;
    lamb_frames_init_error(frames_of(source), failure);
    return 0;
}

void
lamb_frames_init(struct lamb_frames *frames, const struct lamb_incoming *in,
                 unsigned events, int fd)
{
    static const struct lamb_source_ops ops = {
        .next = next,
        .respond = respond,
        .fail = fail,
        .stream_write = stream_write,
        .stream_end = stream_end,
        .init_error = init_error,
    };

    *frames = (struct lamb_frames){
        .source.ops = &ops,
        .in = *in,
        .events = events,
        .fd = fd,
        .buf = LAMB_BUF_INIT(LAMB_FRAMES_MAX),
    };
}

void
lamb_frames_fini(struct lamb_frames *frames)
{
    lamb_buf_fini(&frames->buf);
}

bool
lamb_frames_cut(struct lamb_span *rest, enum lamb_frame *ret_kind,
                struct lamb_span *ret_bytes)
{
    struct head head;

    if (rest->len < sizeof(head))
        return false;
    memcpy(&head, rest->ptr, sizeof(head));
    if (head.kind >= LAMB_FRAME_N || head.len > rest->len - sizeof(head))
        return false;
    *ret_kind = head.kind;
    *ret_bytes = lamb_span_of(rest->ptr + sizeof(head), head.len);
    rest->ptr += sizeof(head) + head.len;
    rest->len -= sizeof(head) + head.len;
    return true;
}
