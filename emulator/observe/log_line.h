/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_LOG_LINE_H
#define LAMB_EMULATOR_OBSERVE_LOG_LINE_H

/*
 * log_line - a function's log in its configured format, made from platform events; and
 * the last 4 KB of it.
 *
 * Text formats: developer guide, lambda-runtime-environment and
 * monitoring-cloudwatchlogs; recorded lines of the service (fields separated by tabs, a
 * tab before the newline of REPORT).
 *
 * Owns:    the bytes of a tail.
 * Never:   writes anywhere.
 * Threads: loop thread only.
 */

#include "emulator/observe/event.h"
#include "sdk/base/buf.h"
#include "sdk/base/limits.h"

/* Append the line that EVENT is in its function's log; events without one add nothing.
 */
int log_line_format(const struct event *event, struct lamb_buf *ret);

/* The last LAMB_LIMIT_LOG_TAIL bytes of one invocation's log. */
struct log_tail {
    char bytes[LAMB_LIMIT_LOG_TAIL];
    size_t next;  /* where the next byte goes */
    size_t total; /* bytes ever added */
    bool is_json; /* one JSON record a line: only whole ones are kept */
};
void log_tail_init(struct log_tail *tail);
void log_tail_add(struct log_tail *tail, const struct event *event);
/* Append what is kept, oldest first. */
int log_tail_read(const struct log_tail *tail, struct lamb_buf *ret);

/* Cut a stream of output into lines; longer ones are cut at LINE_MAX_BYTES. */
enum { LINE_MAX_BYTES = 256 * 1024 };
struct line_cutter {
    struct lamb_buf partial;
};
void line_cutter_init(struct line_cutter *cutter);
void line_cutter_fini(struct line_cutter *cutter);
typedef void (*line_fn)(void *data, struct lamb_span line);
void line_cutter_feed(struct line_cutter *cutter, struct lamb_span bytes, line_fn fn,
                      void *data);
/* Hand out what has no newline yet, if anything. */
void line_cutter_flush(struct line_cutter *cutter, line_fn fn, void *data);

#endif
