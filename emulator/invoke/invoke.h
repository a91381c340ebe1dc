/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_INVOKE_INVOKE_H
#define LAMB_EMULATOR_INVOKE_INVOKE_H

/*
 * invoke - what it takes to invoke: the right type, size and form of the event, the
 * named version, a place.
 *
 * Owns:    the invocations under way.
 * Never:   reads or writes HTTP.
 * Threads: loop thread only.
 */

#include "emulator/functions/functions.h"

enum invoke_type { INVOKE_REQUEST_RESPONSE, INVOKE_EVENT, INVOKE_DRY_RUN };

/* Why a request was refused; nothing ran. The texts are the service's. */
#define INVOKE_REFUSALS(X)                                                             \
    X(INVOKE_OK, "")                                                                   \
    X(INVOKE_NOT_FOUND, "ResourceNotFoundException")                                   \
    X(INVOKE_BAD_CONTENT, "InvalidRequestContentException")                            \
    X(INVOKE_BAD_PARAMETER, "InvalidParameterValueException")                          \
    X(INVOKE_TOO_LARGE, "RequestEntityTooLargeException")                              \
    X(INVOKE_THROTTLED, "TooManyRequestsException")                                    \
    X(INVOKE_MACHINE_FULL, "LocalMachineLimitExceeded")                                \
    X(INVOKE_NO_MEMORY, "ServiceException")
LAMB_ENUM(invoke_refusal, INVOKE_REFUSALS, INVOKE_REFUSAL_N);
const char *invoke_refusal_text(enum invoke_refusal refusal); /* the exception's name */

struct invoke_result {
    enum invoke_refusal refusal; /* INVOKE_OK unless it was refused after a moment */
    const char *message;         /* of the refusal */
    const char *reason;          /* of a throttle */
    const char *request_id;
    const char *executed_version;
    enum outcome outcome;
    struct lamb_blob *body;
    const char *trace_id;
    const char *detail;          /* OUTCOME_PLATFORM_ERROR */
    const struct log_tail *tail; /* NULL unless asked for */
};

struct invoke_request {
    struct function_key key; /* version: the qualifier as given, "" for none */
    enum invoke_type type;   /* INVOKE_EVENT: one that was accepted, and is due */
    bool want_tail;
    struct lamb_span client_context; /* base64, as sent; empty: none */
    struct lamb_span trace_id;       /* empty: make one */
    struct lamb_span content_type;   /* empty: application/json */
    struct lamb_span tenant_id;      /* empty: none */
    /* A streamed response is given to it piece by piece, before DONE, which then has an
     * empty body or the error; false: no more until invoke_resume. NULL: collect it. */
    bool (*chunk)(void *data, const struct invoke_result *head, struct lamb_span bytes);
    struct lamb_blob *payload; /* a reference is taken; empty becomes {} */
};

struct invoke;
struct invoke_config {
    struct loop *loop;
    struct functions *functions;
    struct platform_clock *clock; /* trace ids carry its time */
};
int invoke_new(const struct invoke_config *config, struct invoke **ret,
               struct lamb_err *err);
void invoke_free(struct invoke *invoke); /* nothing may be under way */

struct invoke_call;
typedef void (*invoke_done_fn)(void *data, const struct invoke_result *result);

/* Everything but whether there is a place: may this be invoked? */
enum invoke_refusal invoke_check(struct invoke *invoke,
                                 const struct invoke_request *req,
                                 struct lamb_buf *message);
/* The caller's trace id, else a new one; gives it (free). NULL: out of memory. */
char *invoke_trace_id(const struct invoke *invoke, struct lamb_span given);

/*
 * invoke_start - begin what invoke_check has let pass. INVOKE_OK means DONE is called
 * exactly once, perhaps before this returns: then *ret is NULL. Otherwise the refusal,
 * with MESSAGE filled (and REASON for throttles). REQUEST_ID is the id that the answer
 * must carry.
 *
 * A client that calls in sequence is faster than the runtime's next poll, which ends
 * the invocation before: when only such ones are in the way, a synchronous invocation
 * waits a moment before it is throttled (then DONE is told the refusal).
 */
enum invoke_refusal invoke_start(struct invoke *invoke,
                                 const struct invoke_request *req,
                                 const char *request_id, invoke_done_fn done,
                                 void *data, struct invoke_call **ret,
                                 struct lamb_buf *message, const char **ret_reason);
/* The refusal of a body that is over the limit before it was even read. */
enum invoke_refusal invoke_refuse_size(struct lamb_buf *message);
/* The client takes more of the stream. */
void invoke_resume(struct invoke_call *call);
/* The client left: a function that runs, runs on; DONE is not called any more. */
void invoke_forget(struct invoke_call *call);

/* Invocations under way, for quiescence and status. */
size_t invoke_running(const struct invoke *invoke);

#endif
