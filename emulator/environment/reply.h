/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_REPLY_H
#define LAMB_EMULATOR_ENVIRONMENT_REPLY_H

/*
 * reply - the answers that the APIs of an environment have in common.
 *
 * Owns:    nothing.
 * Never:   decides what is answered.
 * Threads: loop thread only.
 */

#include "emulator/http/server.h"

/* CONTENT_TYPE NULL: none. */
void reply_text(struct http_request *req, unsigned status, const char *content_type,
                const char *text);
/* 202 {"status":"OK"}, which every answer of a runtime gets. NULL: out of memory. */
struct http_still *reply_accepted_new(void);
/* {"errorMessage":MESSAGE,"errorType":TYPE} */
void reply_error(struct http_request *req, unsigned status, const char *type,
                 const char *message);

#endif
