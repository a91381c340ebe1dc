/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_GUARD_H
#define LAMB_EMULATOR_API_GUARD_H

/*
 * guard - who may ask: no web page of another origin, and where an access key is set
 * only who signs with it.
 *
 * Owns:    a request while its body is read to check the signature.
 * Never:   knows what is asked for.
 * Threads: loop thread only.
 */

#include "emulator/api/api.h"

/* False: REQ came from a foreign page and is answered. */
bool guard_page(const struct api *api, struct http_request *req);

/*
 * Call NEXT, with the body of REQ unread, when its signature is right or none is asked
 * for; else answer.
 */
void guard_signature(struct api *api, struct http_request *req,
                     void (*next)(struct api *api, struct http_request *req));

#endif
