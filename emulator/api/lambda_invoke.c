/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_invoke - Invoke, InvokeAsync and InvokeWithResponseStream over HTTP:
 * POST /2015-03-31/functions/{name}/invocations,
 * POST /2014-11-13/functions/{name}/invoke-async,
 * POST /2021-11-15/functions/{name}/response-streaming-invocations.
 */

#include <jansson.h>
#include <stdlib.h>

#include "emulator/api/call.h"
#include "emulator/api/stream_answer.h"
#include "sdk/base/auto.h"
#include "sdk/base/base64.h"
#include "sdk/base/limits.h"

enum kind { KIND_INVOKE, KIND_ASYNC, KIND_STREAM };

/* How far a function may be ahead of a client that reads its stream. */
enum { STREAM_AHEAD = 256 * 1024 };

/* One request, from its head until it is answered. */
struct request {
    struct call call;
    struct invoke_call *invocation;
    struct stream_answer *stream; /* NULL: it has not begun */
    enum kind kind;
    bool is_accepting; /* the commit of its event is awaited */
};

static void
request_free(struct request *r)
{
    call_fini(&r->call);
    free(r);
}

static void
refuse(struct request *r, const char *exception, const char *message,
       const char *reason)
{
    call_refuse(&r->call, exception, message, reason);
    request_free(r);
}

/* -- what is answered ------------------------------------------------------------- */

/* The tail as a header value; gives it (free). NULL: out of memory. */
static char *
encode_tail(const struct log_tail *tail)
{
    LAMB_AUTOBUF struct lamb_buf plain = LAMB_BUF_INIT(LAMB_LIMIT_LOG_TAIL);
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(2 * LAMB_LIMIT_LOG_TAIL);

    if (log_tail_read(tail, &plain) || lamb_base64_encode(&text, lamb_buf_view(&plain)))
        return NULL;
    return lamb_buf_take(&text);
}

static void
answer_whole(struct request *r, const struct invoke_result *result, const char *tail)
{
    struct http_field fields[8] = {
        { "Content-Type", "application/json" },
        { "x-amzn-RequestId", result->request_id },
        { "X-Amz-Executed-Version", result->executed_version },
        { "X-Amzn-Trace-Id", result->trace_id },
        { "X-Lamb-Outcome", outcome_text(result->outcome) },
    };
    struct http_answer answer = {
        .status = 200, .fields = fields, .n_fields = 5, .body = result->body
    };

    if (result->outcome != OUTCOME_SUCCESS)
        fields[answer.n_fields++] =
            (struct http_field){ "X-Amz-Function-Error", "Unhandled" };
    if (tail)
        fields[answer.n_fields++] = (struct http_field){ "X-Amz-Log-Result", tail };
    http_reply_now(r->call.req, &answer); /* before the runtime's 202 */
    request_free(r);
}

/* What a function that failed without a word of its own is said to have failed with. */
static char *
find_error_type(struct lamb_span body)
{
    json_t *json = json_loadb(body.ptr ? body.ptr : "", body.len, 0, NULL);
    const char *type = json_string_value(json_object_get(json, "errorType"));
    char *copy = lamb_span_dup(type ? lamb_span_str(type) : LAMB_SPAN("Unhandled"));

    json_decref(json);
    return copy;
}

static void
on_stream_gone(void *data)
{
    struct request *r = data;

    invoke_forget(r->invocation); /* the function runs on */
    stream_answer_end(r->stream, NULL, &(struct stream_end){ 0 });
    request_free(r);
}

static bool
begin_stream(struct request *r, const struct invoke_result *head)
{
    r->stream = stream_answer_begin(&r->call, head->executed_version, head->trace_id,
                                    on_stream_gone, r);
    return r->stream != NULL;
}

static void
on_drain(void *data)
{
    struct request *r = data;

    invoke_resume(r->invocation);
}

/* A piece of a streamed response; false: the client is behind. */
static bool
on_chunk(void *data, const struct invoke_result *head, struct lamb_span bytes)
{
    struct request *r = data;

    if (!r->stream) {
        if (!begin_stream(r, head))
            return true; /* out of memory: the end says so */
        stream_answer_on_drain(r->stream, on_drain, r);
    }
    stream_answer_write(r->stream, bytes);
    return stream_answer_pending(r->stream) < STREAM_AHEAD;
}

/* The end of a stream, or a whole answer that was collected. */
static void
answer_as_stream(struct request *r, const struct invoke_result *result,
                 const char *tail)
{
    struct stream_end end = { .log_result = tail };
    LAMB_AUTOFREE char *error_type = NULL;

    if (!r->stream && !begin_stream(r, result)) {
        refuse(r, "ServiceException", "The emulator is out of memory.", NULL);
        return;
    }
    if (result->outcome != OUTCOME_SUCCESS) {
        end.error_details =
            result->body ? lamb_blob_view(result->body) : lamb_span_str(result->detail);
        error_type = find_error_type(end.error_details);
        end.error_code = error_type;
    }
    stream_answer_end(r->stream, error_type ? NULL : result->body, &end);
    request_free(r);
}

static void
on_done(void *data, const struct invoke_result *result)
{
    struct request *r = data;
    LAMB_AUTOFREE char *tail = result->tail ? encode_tail(result->tail) : NULL;

    if (result->refusal != INVOKE_OK)
        refuse(r, invoke_refusal_text(result->refusal), result->message,
               result->reason);
    else if (result->outcome == OUTCOME_PLATFORM_ERROR && !r->stream)
        refuse(r, "ServiceException", result->detail ? result->detail : "unknown",
               NULL);
    else if (r->kind == KIND_STREAM)
        answer_as_stream(r, result, tail);
    else
        answer_whole(r, result, tail);
}

static void
on_gone(void *data, struct http_request *req, enum http_gone why)
{
    struct request *r = data;

    (void)req;
    (void)why;
    r->call.req = NULL;
    if (r->is_accepting)
        return; /* the commit tells when it is over */
    if (r->invocation)
        invoke_forget(r->invocation); /* the function runs on, as in the service */
    request_free(r);
}

/* -- the way ---------------------------------------------------------------------- */

static void
start(struct request *r, const struct invoke_request *ask)
{
    LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(32 * 1024);
    const char *reason;
    struct invoke_call *invocation;
    enum invoke_refusal refusal =
        invoke_start(r->call.api->invoke, ask, r->call.request_id, on_done, r,
                     &invocation, &message, &reason);

    if (refusal != INVOKE_OK)
        refuse(r, invoke_refusal_text(refusal), lamb_buf_cstr(&message), reason);
    else if (invocation)
        r->invocation = invocation; /* else it is answered already and gone */
}

static void
answer_empty(struct request *r, unsigned status)
{
    const struct http_field id = { "x-amzn-RequestId", r->call.request_id };

    http_reply(r->call.req,
               &(struct http_answer){ .status = status, .fields = &id, .n_fields = 1 });
    request_free(r);
}

static void
on_accepted(void *data, const struct lamb_err *err)
{
    struct request *r = data;

    if (!r->call.req)
        request_free(r);
    else if (err)
        refuse(r, "ServiceException", err->text, NULL);
    else
        answer_empty(r, 202);
}

/* Keep it, and say so when it is kept. */
static void
accept_event(struct request *r, const struct invoke_request *ask)
{
    const struct api *api = r->call.api;
    LAMB_AUTOFREE char *trace_id = invoke_trace_id(api->invoke, ask->trace_id);
    struct async_event *event =
        trace_id
            ? async_event_new(&ask->key, r->call.request_id, lamb_span_str(trace_id),
                              ask->content_type, ask->tenant_id, ask->payload,
                              platform_clock_now_ns(api->clock))
            : NULL;
    struct lamb_err err = { 0 };

    r->is_accepting = true;
    if (event && !async_accept(api->async, event, on_accepted, r, &err))
        return;
    async_event_free(event);
    refuse(r, "ServiceException", "The emulator is out of memory.", NULL);
}

static void
carry_out(struct request *r, const struct invoke_request *ask)
{
    LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(32 * 1024);
    enum invoke_refusal refusal = invoke_check(r->call.api->invoke, ask, &message);

    if (refusal != INVOKE_OK)
        refuse(r, invoke_refusal_text(refusal), lamb_buf_cstr(&message), NULL);
    else if (ask->type == INVOKE_DRY_RUN)
        answer_empty(r, 204);
    else if (ask->type == INVOKE_EVENT)
        accept_event(r, ask);
    else
        start(r, ask);
}

/* -- what is asked ---------------------------------------------------------------- */

static bool
is_tenant_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("._:/=+-@ ", c);
}

static bool
read_tenant(struct call *call, struct lamb_span *ret)
{
    static const char pattern[] = "[a-zA-Z0-9\\._:\\/=+\\-@ ]+";
    LAMB_AUTOFREE char *text = NULL;
    struct lamb_span given = http_header(call->req, "X-Amz-Tenant-Id");
    bool is_valid = given.len <= LAMB_LIMIT_TENANT_ID;

    for (size_t i = 0; i < given.len; i++)
        is_valid = is_valid && given.ptr[i] && is_tenant_char(given.ptr[i]);
    *ret = given;
    if (given.ptr && !given.len) {
        call_refuse_empty(call, "tenantId");
        return false;
    }
    if (is_valid)
        return true;
    text = lamb_span_dup(given);
    if (given.len > LAMB_LIMIT_TENANT_ID)
        call_refuse_length(call, "tenantId", text ? text : "?", LAMB_LIMIT_TENANT_ID);
    else
        call_refuse_pattern(call, "tenantId", text ? text : "?", pattern);
    return false;
}

/* How it is to be invoked; InvokeAsync says nothing about it. */
static bool
read_type(struct request *r, struct invoke_request *ask)
{
    static const char *const types[] = { "RequestResponse", "Event", "DryRun" };
    static const char *const stream_types[] = { "RequestResponse", "DryRun" };
    static const char *const logs[] = { "None", "Tail" };
    bool is_stream = r->kind == KIND_STREAM;
    size_t type = INVOKE_REQUEST_RESPONSE;
    size_t log = 0;

    ask->type = INVOKE_EVENT;
    if (r->kind == KIND_ASYNC)
        return true;
    if (!call_read_choice(&r->call, "X-Amz-Invocation-Type", "invocationType",
                          is_stream ? stream_types : types,
                          is_stream ? LAMB_COUNT(stream_types) : LAMB_COUNT(types),
                          is_stream ? "[RequestResponse, DryRun]"
                                    : "[Event, RequestResponse, DryRun]",
                          &type) ||
        !call_read_choice(&r->call, "X-Amz-Log-Type", "logType", logs, LAMB_COUNT(logs),
                          "[None, Tail]", &log))
        return false;
    ask->type = is_stream && type ? INVOKE_DRY_RUN : (enum invoke_type)type;
    ask->want_tail = log == 1 && ask->type == INVOKE_REQUEST_RESPONSE;
    return true;
}

/* An execution that can be resumed is asked for: that would be a promise. */
static bool
check_durable(struct call *call)
{
    if (!http_header(call->req, "X-Amz-Durable-Execution-Name").ptr)
        return true;
    call_refuse(call, "NotImplemented",
                "durable executions (DurableExecutionName) are not supported by this "
                "emulator",
                NULL);
    return false;
}

static void
on_body(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct request *r = data;
    struct invoke_request ask = { .payload = body };

    if (outcome == HTTP_E_TOO_LARGE) {
        LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(1024);
        enum invoke_refusal refusal = invoke_refuse_size(&message);

        refuse(r, invoke_refusal_text(refusal), lamb_buf_cstr(&message), NULL);
        return;
    }
    if (!check_durable(&r->call) || !call_read_key(&r->call, r->kind != KIND_ASYNC) ||
        !read_type(r, &ask) || !read_tenant(&r->call, &ask.tenant_id)) {
        request_free(r);
    } else {
        ask.key = call_key(&r->call);
        if (ask.type != INVOKE_EVENT) /* for synchronous ones only (API model) */
            ask.client_context = http_header(req, "X-Amz-Client-Context");
        ask.trace_id = http_header(req, "X-Amzn-Trace-Id");
        ask.content_type = http_header(req, "Content-Type");
        ask.chunk = r->kind == KIND_STREAM ? on_chunk : NULL;
        carry_out(r, &ask);
    }
    lamb_blob_unref(body);
}

static void
begin(struct api *api, struct http_request *req, const struct operation_match *match,
      enum kind kind)
{
    struct request *r = calloc(1, sizeof(*r));

    if (!r) {
        http_reply(req, &(struct http_answer){ .status = 500, .close_after = true });
        return;
    }
    call_init(&r->call, api, req, match);
    r->kind = kind;
    http_on_gone(req, on_gone, r);
    http_read_body(req, LAMB_LIMIT_REQUEST_SYNC, on_body, r);
}

void
lambda_invoke(struct api *api, struct http_request *req,
              const struct operation_match *match)
{
    begin(api, req, match, KIND_INVOKE);
}

void
lambda_invoke_async(struct api *api, struct http_request *req,
                    const struct operation_match *match)
{
    begin(api, req, match, KIND_ASYNC);
}

void
lambda_invoke_stream(struct api *api, struct http_request *req,
                     const struct operation_match *match)
{
    begin(api, req, match, KIND_STREAM);
}
