/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_SIGNED_REQUEST_H
#define LAMB_AWS_SIGNED_REQUEST_H

/*
 * signed_request - a caller's request as it leaves: checked, with its URL, its header
 * fields and its signature.
 *
 * Owns:    nothing but what it returns.
 * Never:   connects, waits, reads a clock or the environment.
 * Threads: any.
 */

#include "sdk/aws/credentials.h"
#include "sdk/sign/sigv4.h"

/* Can REQUEST be sent? -EINVAL with the reason in ERR. */
int lamb_request_check(const struct lamb_aws_request *request, struct lamb_err *err);

struct lamb_request_plan {
    const struct lamb_aws_request *request; /* checked, of this version's size */
    const char *url;
    struct lamb_endpoint_parts parts; /* of the endpoint alone */
    const char *region;
    const char *trace_id; /* NULL: not traced */
    char payload_hash[SIGV4_HASH_SIZE];
};

/*
 * The header fields of PLAN's request, signed at EPOCH_S; gives (curl's
 * slist_free_all). -ENOMEM, or -EMSGSIZE when they are too long.
 */
int lamb_request_sign(const struct lamb_request_plan *plan,
                      const struct lamb_credentials *credentials, int64_t epoch_s,
                      const struct lamb_curl *curl, struct curl_slist **ret);

#endif
