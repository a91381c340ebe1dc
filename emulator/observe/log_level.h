/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_LOG_LEVEL_H
#define LAMB_EMULATOR_OBSERVE_LOG_LEVEL_H

/*
 * log_level - the names of a function's LoggingConfig: formats and levels.
 *
 * Owns:    the names and their order.
 * Never:   decides what is written: log_filter.h does.
 * Threads: any.
 */

#include "sdk/base/enum.h"
#include "sdk/base/span.h"

#define LOG_FORMATS(X)                                                                 \
    X(LOG_FORMAT_TEXT, "Text")                                                         \
    X(LOG_FORMAT_JSON, "JSON")
LAMB_ENUM(log_format, LOG_FORMATS, LOG_FORMAT_N);
const char *log_format_text(enum log_format format); /* "Text" */

/* In ascending order; LEVEL_UNSET counts as INFO, the service's default. */
#define LOG_LEVELS(X)                                                                  \
    X(LEVEL_UNSET, "")                                                                 \
    X(LEVEL_TRACE, "TRACE")                                                            \
    X(LEVEL_DEBUG, "DEBUG")                                                            \
    X(LEVEL_INFO, "INFO")                                                              \
    X(LEVEL_WARN, "WARN")                                                              \
    X(LEVEL_ERROR, "ERROR")                                                            \
    X(LEVEL_FATAL, "FATAL")
LAMB_ENUM(log_level, LOG_LEVELS, LOG_LEVEL_N);
const char *log_level_text(enum log_level level); /* "INFO" */

/* By name, in any case; the _N value when there is no such name. */
enum log_format log_format_parse(struct lamb_span text);
enum log_level log_level_parse(struct lamb_span text);

/* The service lets one choose all levels for applications, three for the system. */
bool log_level_is_system(enum log_level level);

/* Is LEVEL written where THRESHOLD is configured? */
bool log_level_passes(enum log_level level, enum log_level threshold);

#endif
