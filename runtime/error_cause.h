/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_ERROR_CAUSE_H
#define LAMB_RUNTIME_ERROR_CAUSE_H

/*
 * error_cause - the header that tells X-Ray why a function failed.
 *
 * Lambda cuts a cause at 64 KiB, and servers refuse a head that is too long long
 * before: so no more than LAMB_ERROR_CAUSE_MESSAGE_MAX bytes of the message are in it.
 * Whole, the message is in the body.
 *
 * Threads: any.
 */

#include "sdk/src/failure.h"

enum { LAMB_ERROR_CAUSE_MESSAGE_MAX = 2048 };

/* Append the line Lambda-Runtime-Function-XRay-Error-Cause; 0 or -errno, as RET says.
 */
int lamb_error_cause(const struct lamb_failure *failure, struct lamb_buf *ret);

#endif
