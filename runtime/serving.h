/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_SERVING_H
#define LAMB_RUNTIME_SERVING_H

/*
 * serving - for tests: run the loop against a play, and look at what it did.
 *
 * Threads: the test's.
 */

#include "runtime/play.h"
#include "sdk/base/err.h"

#include <lamb/lamb.h>

#define ID "Lambda-Runtime-Aws-Request-Id: r-1\r\n"
#define EVENT_WITH(headers)                                                            \
    "HTTP/1.1 200 OK\r\n" ID headers "Content-Length: 7\r\n\r\n{\"n\":1}"
#define EVENT EVENT_WITH("")
#define OK "HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n"
#define ANSWER(status)                                                                 \
    "HTTP/1.1 " status "\r\nContent-Length: 16\r\n\r\n{\"errorType\":1}\n"
#define POLL "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"
#define RESPONSE "POST /2018-06-01/runtime/invocation/r-1/response HTTP/1.1\r\n"
#define ERROR "POST /2018-06-01/runtime/invocation/r-1/error HTTP/1.1\r\n"
#define EVERYTHING                                                                     \
    "Content-Type: application/json\r\n"                                               \
    "lambda-runtime-deadline-ms:1700000000123\r\n"                                     \
    "Lambda-Runtime-Invoked-Function-Arn:  arn:aws:lambda:x:1:function:f \r\n"         \
    "Lambda-Runtime-Trace-Id: Root=1-2-3;Sampled=0\r\n"                                \
    "Lambda-Runtime-Client-Context: {\"a\": \"b\"}\r\n"                                \
    "Lambda-Runtime-Cognito-Identity: {\"cognitoIdentityId\":\"x\"}\r\n"               \
    "Lambda-Runtime-Aws-Tenant-Id: blue\r\n"

struct serving {
    int calls;          /* of the handler; it counts them itself */
    char notices[4096]; /* what the runtime wrote to standard error */
};
extern struct serving serving;

/* Serve PLAY with HANDLER until the loop ends; what ended it. */
int serve(struct play *play, lamb_handler_fn handler, struct lamb_err *err);

/* Perform STEPS and serve them; the loop must end with RESULT, and say TEXT. */
void perform_to(int result, const char *text, lamb_handler_fn handler,
                const struct play_step *steps, size_t count);

/* A handler: replies with the event. */
int echo(struct lamb_invocation *inv);

#define PERFORM_TO(result, text, handler, ...)                                         \
    do {                                                                               \
        static const struct play_step steps[] = { __VA_ARGS__ };                       \
                                                                                       \
        perform_to(result, text, handler, steps, sizeof(steps) / sizeof(steps[0]));    \
    } while (0)

/* A play's end, when nobody can be reached any more, is a good end. */
#define PERFORM(handler, ...)                                                          \
    PERFORM_TO(-ECONNREFUSED, "connect to the Runtime API", handler, __VA_ARGS__)

#endif
