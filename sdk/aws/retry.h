/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_RETRY_H
#define LAMB_AWS_RETRY_H

/*
 * retry - whether a request is tried again, and after which wait.
 *
 * Pure: chance and time come in as numbers.
 *
 * Owns:    nothing.
 * Threads: any.
 */

#include "sdk/base/enum.h"
#include "sdk/base/span.h"

#include <stdint.h>

#define LAMB_RETRY_KINDS(X)                                                            \
    X(LAMB_RETRY_NOT, "an answer, or an error that trying again does not mend")        \
    X(LAMB_RETRY_TRANSIENT, "a broken connection or a fault of the service")           \
    X(LAMB_RETRY_THROTTLED, "too many requests")
LAMB_ENUM(lamb_retry_kind, LAMB_RETRY_KINDS, LAMB_RETRY_KIND_N);

/* What an answer of STATUS with the error CODE (may be empty) is. */
enum lamb_retry_kind lamb_retry_of_answer(int status, struct lamb_span code);
/* What a call without an answer is; R is its negative errno. */
enum lamb_retry_kind lamb_retry_of_failure(int r);

/*
 * How long to wait before attempt ATTEMPT (the first retry is 1), in milliseconds.
 * CHANCE: any number, evenly spread. AFTER: the value of Retry-After, or empty.
 */
int64_t lamb_retry_wait_ms(enum lamb_retry_kind kind, int attempt, uint64_t chance,
                           struct lamb_span after);

#endif
