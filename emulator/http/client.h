/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_CLIENT_H
#define LAMB_EMULATOR_HTTP_CLIENT_H

/*
 * client - outgoing HTTP: curl multi on the loop.
 *
 * Owns:    its connections and the calls under way.
 * Never:   follows redirects, uses a proxy, retries.
 * Threads: loop thread only.
 */

#include "emulator/http/server.h" /* struct http_field */

struct http_client;
struct http_call;

int http_client_new(struct loop *loop, struct http_client **ret, struct lamb_err *err);
void http_client_free(struct http_client *client); /* cancels what is under way */

struct http_call_spec {
    const char *method;
    const char *url;
    const char *unix_socket; /* NULL: TCP */
    /* A TCP socket to connect instead of one of its own, for this call alone; taken,
     * also when the call fails to start. NULL: none. */
    const int *sock;
    const struct http_field *fields;
    size_t n_fields;
    struct lamb_blob *body; /* borrowed: a reference is taken; NULL: none */
    int64_t timeout_ns;     /* whole call; 0: none */
    size_t max_body;        /* an answer over this fails; 0: 256 MiB */
};

struct http_result {
    int error;              /* 0, or -errno with no answer */
    const char *error_text; /* a sentence when error */
    unsigned status;
    struct lamb_blob *body; /* borrowed during the callback */
    const struct http_call *call;
};
/* A header of the answer, first value; ptr NULL when absent; valid in the callback. */
struct lamb_span http_result_header(const struct http_result *result, const char *name);

typedef void (*http_result_fn)(void *data, const struct http_result *result);
/* Start a call; FN is called exactly once, never from within http_call. */
int http_call(struct http_client *client, const struct http_call_spec *spec,
              http_result_fn fn, void *data, struct http_call **ret,
              struct lamb_err *err);
void http_call_cancel(struct http_call *call); /* FN is not called any more */

#endif
