/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AUTHORIZER_H
#define LAMB_AUTHORIZER_H

/*
 * authorizer - the answers of a Lambda authorizer of API Gateway.
 *
 *     if (!token)
 *         return lamb_authorizer_unauthorized(inv);
 *     return lamb_authorizer_policy(inv, "user-7", 1, NULL,
 *                                   json_pack("{s:i}", "age", 7));
 *
 * A REST API, a WebSocket API and an HTTP API take policies; an HTTP API with
 * EnableSimpleResponses takes simple answers. The event does not say which.
 */

#include <lamb/lamb.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct json_t - a JSON value; jansson's json_t.
 * Since: 0.1
 */
struct json_t;

/**
 * lamb_authorizer_policy - answer with a policy that allows or denies.
 * @inv:       the invocation; borrows.
 * @principal: whose request it is; copies.
 * @allow:     1: the request may go on, 0: it may not (403).
 * @resource:  an ARN, with wildcards for more than this route, since the answer is
 *             cached; copies. NULL: the methodArn or routeArn of the event.
 * @context:   a json_t, an object whose members are texts, numbers or booleans: what
 *             the backend gets to know; takes, also when it fails. NULL: nothing.
 *
 * Returns: 0.
 * Errors:  -EINVAL no principal, no resource, or a context of something else.
 *          -ENOMEM, -EBUSY see lamb_reply.
 *          The error is recorded: `return` it.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_authorizer_policy(struct lamb_invocation *inv, const char *principal,
                                    int allow, const char *resource,
                                    struct json_t *context);

/**
 * lamb_authorizer_simple - answer yes or no.
 * @inv:     the invocation; borrows.
 * @allow:   1: the request may go on, 0: it may not (403).
 * @context: a json_t, an object: what the backend gets to know; takes, also when it
 *           fails. NULL: nothing.
 *
 * Returns: 0.
 * Errors:  see lamb_authorizer_policy.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_authorizer_simple(struct lamb_invocation *inv, int allow,
                                    struct json_t *context);

/**
 * lamb_authorizer_unauthorized - the caller has not said who it is (401).
 * @inv: the invocation; borrows.
 *
 * Use it as `return lamb_authorizer_unauthorized(inv);`.
 *
 * Returns: -1, always.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_authorizer_unauthorized(struct lamb_invocation *inv);

#ifdef __cplusplus
}
#endif

#endif
