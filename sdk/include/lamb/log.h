/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_LOG_H
#define LAMB_LOG_H

/*
 * log - lines for the function's log, in the format that it is configured for.
 *
 *     lamb_log_printf(inv, LAMB_LOG_INFO, "order %s accepted", id);
 *
 *     const struct lamb_log_field fields[] = {
 *         { .name = "order", .text = id },
 *         { .name = "items", .type = LAMB_LOG_INTEGER, .integer = 3 },
 *     };
 *     lamb_log_fields(inv, LAMB_LOG_WARN, "accepted late", fields, 2);
 *
 * AWS_LAMBDA_LOG_FORMAT says "JSON": one object a line, with timestamp, level, message,
 * requestId, tenantId where there is one, and the fields. Levels below
 * AWS_LAMBDA_LOG_LEVEL are not written (INFO where it is not set). Otherwise text:
 * timestamp, request id, level and message between tabs, fields as name=value; all
 * levels are written, since the service has no filter for text.
 *
 * A line goes to standard output; where the service offers its log pipe
 * (_LAMBDA_TELEMETRY_LOG_FD) it is a frame of that, so that one of several lines stays
 * one record.
 */

#include <lamb/lamb.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum lamb_log_level - how much a line matters. Since: 0.1 */
enum lamb_log_level {
    LAMB_LOG_TRACE,
    LAMB_LOG_DEBUG,
    LAMB_LOG_INFO,
    LAMB_LOG_WARN,
    LAMB_LOG_ERROR,
    LAMB_LOG_FATAL
};

/** enum lamb_log_type - what a field has. Since: 0.1 */
enum lamb_log_type { LAMB_LOG_TEXT, LAMB_LOG_INTEGER, LAMB_LOG_REAL, LAMB_LOG_BOOLEAN };

/**
 * struct lamb_log_field - a fact of one's own in a line.
 * @name: its name; borrows. Not one of those that every line has.
 * @type: which of the following counts.
 * @text: of LAMB_LOG_TEXT; borrows. NULL is null.
 * @integer: of LAMB_LOG_INTEGER, and of LAMB_LOG_BOOLEAN (0 is false).
 * @real: of LAMB_LOG_REAL. What is not finite is null.
 * Since: 0.1
 */
struct lamb_log_field {
    const char *name;
    enum lamb_log_type type;
    const char *text;
    int64_t integer;
    double real;
};

/**
 * lamb_log_is_on - whether lines of this level are written.
 * @level: the level.
 *
 * To be asked before a line that is expensive to make.
 *
 * Returns: 1 or 0. Cannot fail.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API int lamb_log_is_on(enum lamb_log_level level);

/**
 * lamb_log_printf - write a line to the function's log.
 * @inv:   the invocation that it is about; borrows. NULL: none, as in an init hook.
 * @level: how much it matters.
 * @fmt:   as for printf; borrows. The arguments: as printf takes them.
 *
 * Returns: 0, also when the level is not written.
 * Errors:  -ENOMEM no memory, or longer than 1 MiB: nothing was written.
 *          -EINVAL the text cannot be formatted.
 *          -EIO    standard output, or the log pipe, takes nothing.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API int lamb_log_printf(const struct lamb_invocation *inv,
                             enum lamb_log_level level, const char *fmt, ...)
    LAMB_PRINTF(3, 4);

/**
 * lamb_log_fields - write a line with facts that machines read.
 * @inv:     the invocation that it is about; borrows. NULL: none.
 * @level:   how much it matters.
 * @message: a sentence for people; borrows.
 * @fields:  the facts; borrows. May be NULL when @count is 0.
 * @count:   how many.
 *
 * Returns: 0, also when the level is not written.
 * Errors:  those of lamb_log_printf, and -EINVAL for a field without a name, or with
 *          one that every line has: nothing was written.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API int lamb_log_fields(const struct lamb_invocation *inv,
                             enum lamb_log_level level, const char *message,
                             const struct lamb_log_field *fields, size_t count);

#ifdef __cplusplus
}
#endif

#endif
