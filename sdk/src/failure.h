/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SRC_FAILURE_H
#define LAMB_SRC_FAILURE_H

/*
 * failure - why a handler or an init hook did not succeed, for whoever invoked it.
 *
 * Owns:    its two texts; the memory is kept for the next one.
 * Never:   sends, logs or exits.
 * Threads: one at a time.
 */

#include "sdk/base/buf.h"

#include <stdarg.h>

/* Longer messages are cut: escaped as JSON they still fit LAMB_LIMIT_ERROR_BODY. */
enum { LAMB_FAILURE_TYPE_MAX = 255, LAMB_FAILURE_MESSAGE_MAX = 128 * 1024 };

struct lamb_failure {
    struct lamb_buf type; /* empty: nothing is recorded */
    struct lamb_buf message;
};

#define LAMB_FAILURE_INIT                                                              \
    ((struct lamb_failure){ .type = LAMB_BUF_INIT(LAMB_FAILURE_TYPE_MAX),              \
                            .message = LAMB_BUF_INIT(LAMB_FAILURE_MESSAGE_MAX) })

void lamb_failure_fini(struct lamb_failure *failure);
void lamb_failure_clear(struct lamb_failure *failure);
bool lamb_failure_is_set(const struct lamb_failure *failure);

/* Record; replaces what was there. Too long is cut, out of memory leaves it short. */
void lamb_failure_set(struct lamb_failure *failure, const char *type, const char *fmt,
                      ...) __attribute__((format(printf, 3, 4)));
void lamb_failure_vset(struct lamb_failure *failure, const char *type, const char *fmt,
                       va_list ap) __attribute__((format(printf, 3, 0)));

/* The type, made fit for an HTTP header; never empty; borrowed until the next change.
 */
const char *lamb_failure_type(const struct lamb_failure *failure);

/*
 * Append {"errorMessage":...,"errorType":...,"stackTrace":[]} with no more than
 * MAX_MESSAGE bytes of the message; 0 or -errno.
 */
int lamb_failure_json(const struct lamb_failure *failure, size_t max_message,
                      struct lamb_buf *buf);

#endif
