/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SRC_RESPONSE_CHECK_H
#define LAMB_SRC_RESPONSE_CHECK_H

/*
 * response_check - is a response what its media type promises?
 *
 * application/json and every +json promise JSON. A response with a prelude
 * (application/vnd.awslambda.http-integration-response) promises a JSON object and
 * eight zero bytes, then anything. Other types promise nothing, and an empty response
 * keeps every promise: a handler may have nothing to say.
 *
 * Owns:    its state, of fixed size.
 * Never:   keeps or changes a byte; stops a stream.
 * Threads: one at a time.
 */

#include "sdk/base/enum.h"
#include "sdk/base/json_check.h"
#include "sdk/src/failure.h"

#define LAMB_CHECK_STATES(X)                                                           \
    X(LAMB_CHECK_NOTHING, "nothing is promised, or the promise is kept already")       \
    X(LAMB_CHECK_JSON, "JSON up to the end")                                           \
    X(LAMB_CHECK_PRELUDE, "JSON up to the first zero byte")                            \
    X(LAMB_CHECK_ZEROS, "the zero bytes behind the prelude")                           \
    X(LAMB_CHECK_BROKEN, "the promise is broken; json.text says how")
LAMB_ENUM(lamb_check_state, LAMB_CHECK_STATES, LAMB_CHECK_STATE_N);

struct lamb_response_check {
    enum lamb_check_state state;
    size_t zeros;  /* so far */
    bool is_empty; /* nothing came so far */
    struct lamb_json_check json;
};

void lamb_response_check_init(struct lamb_response_check *check,
                              const char *content_type);
void lamb_response_check_feed(struct lamb_response_check *check,
                              struct lamb_span bytes);
/*
 * The response is over. 0: it is what it promises. Else -EINVAL, FAILURE filled:
 * Handler.StreamLeftOpen when it is a stream whose rest is missing, else
 * Handler.ResponseNotJson.
 */
int lamb_response_check_finish(struct lamb_response_check *check,
                               const char *content_type, bool is_stream,
                               struct lamb_failure *failure);

#endif
