/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_DISPATCH_H
#define LAMB_EMULATOR_API_DISPATCH_H

/*
 * dispatch - which family of services a request belongs to: X-Amz-Target, then the
 * service in the signature's scope, then the path.
 *
 * Owns:    nothing.
 * Never:   verifies a signature; only its scope is read.
 * Threads: loop thread only.
 */

#include "emulator/api/api.h"

/* Who asks for what where, as the signature's scope says; empty: it does not say. */
struct api_scope {
    struct lamb_span account; /* only from an access key of twelve digits */
    struct lamb_span region;
    struct lamb_span service;
};
void api_read_scope(const struct http_request *req, struct api_scope *ret);

#endif
