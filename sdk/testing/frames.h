/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTING_FRAMES_H
#define LAMB_TESTING_FRAMES_H

/*
 * frames - what a handler answered, on its way from the process it ran in to the test.
 *
 * A source for struct lamb_invocation that hands out the same event a few times and
 * writes each answer down as frames: a head (kind, length) and bytes. They go into a
 * pipe, or stay in a buffer when the handler runs in the test's own process.
 *
 * Owns:    the writer's buffer.
 * Never:   trusts a frame: a handler can write into any descriptor of its process.
 * Threads: one at a time.
 */

#include "sdk/base/enum.h"
#include "sdk/src/source.h"

#define LAMB_FRAMES(X)                                                                 \
    X(LAMB_FRAME_RESET, "another event was taken: forget the answer to the last")      \
    X(LAMB_FRAME_CONTENT_TYPE, "the response's")                                       \
    X(LAMB_FRAME_BODY, "the buffered response")                                        \
    X(LAMB_FRAME_STREAM, "the response is a stream")                                   \
    X(LAMB_FRAME_PART, "a part of the stream")                                         \
    X(LAMB_FRAME_INIT, "the error is one of the init hook")                            \
    X(LAMB_FRAME_ERROR_TYPE, "there is an error, of this type")                        \
    X(LAMB_FRAME_ERROR_MESSAGE, "its message")                                         \
    X(LAMB_FRAME_DONE, "that was all; text: what the function returned")
LAMB_ENUM(lamb_frame, LAMB_FRAMES, LAMB_FRAME_N);

/* More than the longest response: a frame that says it is longer is none of ours. */
enum { LAMB_FRAMES_MAX = 256 * 1024 * 1024 };

struct lamb_frames {
    struct lamb_source source;
    struct lamb_incoming in;
    unsigned events;     /* still to be handed out */
    int fd;              /* the pipe; -EBADF: frames stay in the buffer */
    struct lamb_buf buf; /* frames that were not sent */
    int error;           /* 0, or why a frame was lost */
};

void lamb_frames_init(struct lamb_frames *frames, const struct lamb_incoming *in,
                      unsigned events, int fd);
void lamb_frames_fini(struct lamb_frames *frames);

void lamb_frames_put(struct lamb_frames *frames, enum lamb_frame kind,
                     struct lamb_span bytes);
/* The init hook failed. */
void lamb_frames_init_error(struct lamb_frames *frames,
                            const struct lamb_failure *failure);

/*
 * Cut the first frame off *REST. True: *ret_kind and *ret_bytes (borrowed) are it.
 * False: there is no whole frame.
 */
bool lamb_frames_cut(struct lamb_span *rest, enum lamb_frame *ret_kind,
                     struct lamb_span *ret_bytes);

#endif
