/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_BODY_H
#define LAMB_EMULATOR_API_BODY_H

/*
 * body - the JSON of a request, and the code that is uploaded in it.
 *
 * 50 MB of base64 in JSON take a second: a large body is parsed on the pool, and nobody
 * else waits for it.
 *
 * Owns:    the body while it is parsed.
 * Never:   knows an operation.
 * Threads: loop thread.
 */

#include <jansson.h>

#include "emulator/loop/loop.h"
#include "sdk/base/blob.h"

struct body {
    json_t *members;          /* an object; NULL: it is none, WHY says it */
    struct lamb_blob *upload; /* its ZipFile, decoded and taken out */
    bool is_bad_upload;       /* that is no base64 */
    bool is_whole;            /* there was memory for all of it */
    char why[256];
};

/*
 * Parse BYTES (one reference given; NULL or empty: no members). DONE on the loop,
 * exactly once unless -ENOMEM is returned, perhaps before this returns; it may take
 * what BODY has, the rest is freed.
 */
int body_parse(struct loop *loop, struct lamb_blob *bytes,
               void (*done)(void *data, struct body *body), void *data);

#endif
