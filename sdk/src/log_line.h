/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SRC_LOG_LINE_H
#define LAMB_SRC_LOG_LINE_H

/*
 * log_line - one record of the function's log, in the form that the function asks for.
 *
 * AWS_LAMBDA_LOG_FORMAT=JSON makes a record an object of its own, and drops what is
 * below AWS_LAMBDA_LOG_LEVEL (INFO); else the message is the line. Where Lambda offers
 * its log pipe (_LAMBDA_TELEMETRY_LOG_FD) each record is a frame of it, so that one of
 * several lines stays one; else it is a line on standard error.
 *
 * Owns:    the settings of the process and the log pipe.
 * Never:   fails for its own records: there is nobody to tell.
 * Threads: setup before there are several; then any.
 */

#include "sdk/base/enum.h"
#include "sdk/base/span.h"

#include <stdint.h>

/* From 1: the number is part of a frame's type. */
#define LAMB_LOG_LINE_LEVELS(X)                                                        \
    X(LAMB_LEVEL_NONE, "")                                                             \
    X(LAMB_LEVEL_TRACE, "TRACE")                                                       \
    X(LAMB_LEVEL_DEBUG, "DEBUG")                                                       \
    X(LAMB_LEVEL_INFO, "INFO")                                                         \
    X(LAMB_LEVEL_WARN, "WARN")                                                         \
    X(LAMB_LEVEL_ERROR, "ERROR")                                                       \
    X(LAMB_LEVEL_FATAL, "FATAL")
LAMB_ENUM(lamb_level, LAMB_LOG_LINE_LEVELS, LAMB_LEVEL_N);

/* Read the environment. Without it: text, on standard error. */
void lamb_log_line_setup(void);

/* The log pipe is ours alone: children neither find nor inherit it. */
void lamb_log_line_keep_pipe(void);

/* Whether records go to the log pipe. */
bool lamb_log_line_has_pipe(void);

/*
 * lamb_log_line_frame - send a record that is made already: RECORD without a line feed,
 * in the form that the function asks for, of the time NOW_NS.
 *
 * Returns 0, or -EBADF without a pipe, or -errno: the pipe takes nothing.
 */
int lamb_log_line_frame(enum lamb_level level, int64_t now_ns, struct lamb_span record);

/* Whether a record of LEVEL would be written. */
bool lamb_log_line_wants(enum lamb_level level);

/* Write MESSAGE, without a line feed; REQUEST_ID may be NULL. Errno survives. */
void lamb_log_line_write(enum lamb_level level, const char *request_id,
                         struct lamb_span message);

#endif
