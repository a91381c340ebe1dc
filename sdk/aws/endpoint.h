/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_ENDPOINT_H
#define LAMB_AWS_ENDPOINT_H

/*
 * endpoint - where the requests of a service go.
 *
 * Owns:    nothing.
 * Never:   reads the environment but through the function that it is given.
 * Threads: any.
 */

#include "sdk/base/buf.h"
#include "sdk/base/err.h"

/* A variable's value, or NULL; getenv, but in tests. */
typedef const char *(*lamb_getenv_fn)(const char *name);

struct lamb_endpoint_wish {
    const char *service;  /* as in signatures: "events" */
    const char *endpoint; /* the client's option, or NULL */
    const char *region;
    const char *host; /* the request's option, or NULL */
    lamb_getenv_fn variable;
};

/*
 * Append the URL without a '/' at its end ("https://sqs.us-east-1.amazonaws.com",
 * "http://127.0.0.1:9000/prefix"). -EINVAL: it is no URL that we can call, or the names
 * in it are none.
 */
int lamb_endpoint_url(const struct lamb_endpoint_wish *wish, struct lamb_buf *ret_url,
                      struct lamb_err *err);

struct lamb_endpoint_parts {
    struct lamb_span host; /* as the Host header has it, with its port */
    struct lamb_span path; /* what stands before the path of a request; may be empty */
};

/* Take URL, made by lamb_endpoint_url, apart; borrows from it. */
struct lamb_endpoint_parts lamb_endpoint_split(struct lamb_span url);

/* The region of this process: the first of the two variables that says one, or NULL. */
const char *lamb_endpoint_region(lamb_getenv_fn variable);

#endif
