/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_LOG_FRAME_H
#define LAMB_EMULATOR_OBSERVE_LOG_FRAME_H

/*
 * log_frame - cuts the framed log pipe of managed runtimes into records: what comes
 * through _LAMBDA_TELEMETRY_LOG_FD. A frame is, big-endian, a type (u32, a form and a
 * level), the payload's length (u32), a time (i64, microseconds since the epoch), and
 * the payload, which may have several lines.
 *
 * Source: awslambdaric, lambda_runtime_log_utils.py; aws-lambda-ric, LogPatch.js.
 *
 * Owns:    what there is of a frame that is not complete yet, LINE_MAX_BYTES at most.
 * Never:   trusts a length: a frame over FRAME_MAX_BYTES is none. Bytes that are no
 *          frame are handed out as lines, and the next frame is looked for behind them.
 * Threads: loop thread only.
 */

#include "emulator/observe/log_line.h"

enum {
    FRAME_HEAD_BYTES = 16,
    FRAME_MAX_BYTES = 16 * 1024 * 1024, /* of the payload: more is no log record */
};

/* One record; of a longer payload the first LINE_MAX_BYTES. */
struct log_frame {
    enum log_level level; /* LEVEL_UNSET: the frame names none */
    int64_t at_us;        /* 0: none that can be a time */
    struct lamb_span text;
};

struct frame_cutter {
    struct line_cutter stray; /* what is no frame */
    struct lamb_buf payload;
    unsigned char head[FRAME_HEAD_BYTES];
    size_t n_head;
    size_t n_left; /* bytes of the payload still to come */
};

typedef void (*frame_fn)(void *data, const struct log_frame *frame);

void frame_cutter_init(struct frame_cutter *cutter);
void frame_cutter_fini(struct frame_cutter *cutter);
void frame_cutter_feed(struct frame_cutter *cutter, struct lamb_span bytes, frame_fn fn,
                       void *data);
/* Nothing more comes: hand out what is incomplete, as far as it goes. */
void frame_cutter_end(struct frame_cutter *cutter, frame_fn fn, void *data);

#endif
