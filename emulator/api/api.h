/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_API_H
#define LAMB_EMULATOR_API_API_H

/*
 * api - the HTTP face on the one port: finds the family a request belongs to
 * (dispatch.c) and hands it over; one file a family.
 *
 * Dispatch order: X-Amz-Target, the service in the signature's scope, Host, fixed
 * prefixes, routes.
 *
 * Owns:    requests from their head until they are answered.
 * Never:   runs a function or keeps state of its own.
 * Threads: loop thread only.
 */

#include "emulator/http/server.h"
#include "emulator/invoke/async.h"
#include "emulator/store/code.h"
#include "sdk/sign/sigv4.h"

struct api {
    struct loop *loop;
    struct functions *functions;
    struct invoke *invoke;
    struct async *async;
    struct platform_clock *clock;
    const char *region; /* where a signature names none */
    const char *account;
    const char *const *hosts;     /* names of this server, NULL-ended; NULL: none */
    const struct sigv4_key *keys; /* who may ask; none: everybody */
    size_t n_keys;
    struct code_store *code;
    const char *const *buckets; /* NAME=FOLDER of each bucket, NULL-ended; NULL: none */
    const char *url;            /* of this server */
    const char *bootstrap;      /* lamb's own, for shared objects as code; NULL: none */
    char download_key[37];      /* without it nobody gets code */
    /* Changes of functions, one after the other (op.c). */
    struct lamb_list waiting;
    bool is_changing;
    bool is_turning;
};
void api_init(struct api *api); /* what is not given */

/* The on_request of the client servers; DATA is a struct api. */
void api_on_request(void *data, struct http_request *req);

#endif
