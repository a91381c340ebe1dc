/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_NOTICE_H
#define LAMB_RUNTIME_NOTICE_H

/*
 * notice - what the runtime itself has to say, as one record of the function's log.
 *
 * In JSON logs a notice is of level WARN, an error of level ERROR; see
 * sdk/src/log_line.h. Errno survives.
 *
 * Threads: any.
 */

/* Something went wrong that costs one invocation, or nothing. */
void lamb_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Something went wrong that ends the process. */
void lamb_notice_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What this thread says from now on is about REQUEST_ID (NULL: none); keeps it. */
void lamb_notice_about(const char *request_id);

#endif
