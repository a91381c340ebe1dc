/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_ERROR_H
#define LAMB_EMULATOR_API_ERROR_H

/*
 * error - the error envelope of the Lambda service: status, x-amzn-ErrorType and body
 * by exception (shapes as recorded from the service).
 *
 * Owns:    the table of exceptions.
 * Never:   words a message.
 * Threads: loop thread only.
 */

#include "emulator/http/server.h"
#include "sdk/base/buf.h"

/*
 * Answer with EXCEPTION ("ResourceNotFoundException"), its MESSAGE, and for throttles a
 * REASON (else NULL). REQUEST_ID: what x-amzn-RequestId says.
 */
void api_reply_error(struct http_request *req, const char *request_id,
                     const char *exception, const char *message, const char *reason);
/* The same without the member Type, as the service answers in some cases. */
void api_reply_bare_error(struct http_request *req, const char *request_id,
                          const char *exception, const char *message);
/* Answer with STATUS and a JSON text; "": no body. */
void api_reply_json(struct http_request *req, const char *request_id, unsigned status,
                    const char *json);

#endif
