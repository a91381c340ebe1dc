/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_TRANSPORT_H
#define LAMB_AWS_TRANSPORT_H

/*
 * transport - one HTTP request and its answer, over connections that are kept.
 *
 * A connection that has been idle for long, by a clock that a frozen machine's sleep
 * does not stop, is not used again; one that turns out dead is replaced at once.
 *
 * Owns:    the kept connections, each in a handle of libcurl of its own.
 * Never:   signs, retries (a dead kept connection apart), reads the environment
 * (proxies apart, which are libcurl's). Threads: any, several at once.
 */

#include "sdk/aws/curl_library.h"
#include "sdk/aws/result.h"

#include <pthread.h>
#include <stdint.h>

enum { LAMB_TRANSPORT_KEPT = 16 };

struct lamb_transport {
    pthread_mutex_t lock;
    struct lamb_kept {
        CURL *handle;
        int64_t boot_ns, wall_ns; /* when it was put back */
    } kept[LAMB_TRANSPORT_KEPT];
    size_t n_kept;
    int64_t idle_ns;
};

struct lamb_exchange {
    const char *method;
    const char *url;
    struct curl_slist *fields; /* "Name: value" */
    struct lamb_span body;
    const char *ca_file; /* NULL: libcurl's own */
    int64_t connect_ms;
    int64_t limit_ms; /* for all of it */
};

void lamb_transport_init(struct lamb_transport *transport, int64_t idle_ms);
void lamb_transport_fini(struct lamb_transport *transport);

/*
 * Send X and fill status, fields and body of RESULT, which is cleared before. Returns 0
 * for any answer, or -errno as lamb_aws_call lists them, with ERR filled.
 */
int lamb_transport_exchange(struct lamb_transport *transport,
                            const struct lamb_exchange *x,
                            struct lamb_aws_result *result, struct lamb_err *err);

#endif
