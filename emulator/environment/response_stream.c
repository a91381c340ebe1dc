/* SPDX-License-Identifier: Apache-2.0 */

/*
 * response_stream - a streamed response on its way from the runtime to a client that
 * takes it as it comes (Lambda-Runtime-Function-Response-Mode: streaming).
 *
 * A client that reads slowly stops the runtime: its body is not read meanwhile. Whoever
 * took the invocation from the runtime (its time was up, it died) has answered it; what
 * still comes is dropped then.
 */

#include <stdlib.h>

#include "emulator/environment/environment_internal.h"
#include "emulator/environment/reply.h"
#include "sdk/base/base64.h"
#include "sdk/base/limits.h"

/*
 * A stream that failed on the way says so in trailers: the buffered caller gets the
 * error object instead of the half answer. NULL: no such trailer.
 */
struct lamb_blob *
response_stream_error(struct environment *env, struct http_request *req)
{
    struct lamb_span type = http_trailer(req, "Lambda-Runtime-Function-Error-Type");
    struct lamb_span text = http_trailer(req, "Lambda-Runtime-Function-Error-Body");
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(LAMB_LIMIT_ERROR_BODY);

    if (!type.ptr)
        return NULL;
    report_set_reported_error(env, type);
    if (lamb_base64_decode(text, &body))
        lamb_buf_clear(&body);
    return lamb_blob_copy(lamb_buf_view(&body));
}

static void
on_resume(void *data)
{
    struct environment *env = data;

    if (env->answering)
        http_continue_body(env->answering);
}

static void
end(struct environment *env, struct http_request *req, struct lamb_blob *error)
{
    struct lamb_blob *nothing = error ? NULL : lamb_blob_copy(LAMB_SPAN(""));
    struct invocation_answer answer = { .outcome = error ? OUTCOME_FUNCTION_ERROR
                                                         : OUTCOME_SUCCESS,
                                        .body = error ? error : nothing };

    if (!answer.body)
        answer = (struct invocation_answer){ .outcome = OUTCOME_PLATFORM_ERROR,
                                             .detail = "out of memory" };
    env->inv->resume = NULL;
    runtime_api_answer_taken(env);
    invocation_answer(env->inv, &answer);
    lamb_blob_unref(nothing);
    http_reply_still(req, env->accepted);
    environment_handle(env, ENV_EV_RESPONSE);
}

static void
on_chunk(void *data, struct http_request *req, struct lamb_span chunk)
{
    struct environment *env = data;

    if (env->answering != req || env->inv->answered ||
        env->produced_bytes > LAMB_LIMIT_RESPONSE_STREAM)
        return;
    env->produced_bytes += chunk.len;
    if (env->produced_bytes > LAMB_LIMIT_RESPONSE_STREAM)
        return; /* told at the end: nothing of this piece is passed on */
    if (!invocation_chunk(env->inv, chunk))
        http_pause_body(req);
}

static struct lamb_blob *
size_error(struct environment *env)
{
    char text[256];

    report_set_error(env, "Function.ResponseSizeTooLarge");
    env->is_reported = true;
    lamb_assert(
        lamb_format(text, sizeof(text),
                    "{\"errorMessage\":\"Response payload size exceeded maximum "
                    "allowed payload size (%d bytes).\",\"errorType\":"
                    "\"Function.ResponseSizeTooLarge\"}",
                    LAMB_LIMIT_RESPONSE_STREAM) == 0);
    return lamb_blob_copy(lamb_span_str(text));
}

static void
on_end(void *data, struct http_request *req)
{
    struct environment *env = data;
    struct lamb_blob *error;

    if (runtime_api_is_late(env, req))
        return;
    error = env->produced_bytes > LAMB_LIMIT_RESPONSE_STREAM
                ? size_error(env)
                : response_stream_error(env, req);
    end(env, req, error);
    lamb_blob_unref(error);
}

bool
response_stream_begin(struct environment *env, struct http_request *req)
{
    struct invocation *inv = env->inv;

    if (!inv->events->chunk || !inv->wants_stream)
        return false;
    env->produced_bytes = 0;
    inv->resume = on_resume;
    inv->resume_data = env;
    http_stream_body(req, on_chunk, on_end, env);
    return true;
}
