/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_invoke - Invoke and InvokeAsync over HTTP:
 * POST /2015-03-31/functions/{name}/invocations,
 * POST /2014-11-13/functions/{name}/invoke-async.
 */

#include <stdlib.h>

#include "emulator/api/dispatch.h"
#include "emulator/api/error.h"
#include "emulator/api/operations.h"
#include "emulator/functions/name.h"
#include "sdk/base/auto.h"
#include "sdk/base/base64.h"
#include "sdk/base/id.h"
#include "sdk/base/limits.h"

/* One request, from its head until it is answered. */
struct request {
    struct api *api;
    struct http_request *req; /* NULL: the client left */
    struct invoke_call *call;
    bool is_async; /* InvokeAsync: always an event */
    bool is_accepting;
    char *label; /* the function's name in the path, decoded */
    char *query_qualifier;
    char *texts[4]; /* account, region, name, qualifier */
    char request_id[37];
};

enum { ACCOUNT, REGION, NAME, QUALIFIER };

static void
request_free(struct request *r)
{
    free(r->label);
    free(r->query_qualifier);
    for (size_t i = 0; i < LAMB_COUNT(r->texts); i++)
        free(r->texts[i]);
    free(r);
}

static void
refuse(struct request *r, const char *exception, const char *message,
       const char *reason)
{
    api_reply_error(r->req, r->request_id, exception, message, reason);
    request_free(r);
}

/* -- what is asked ---------------------------------------------------------------- */

static void
refuse_constraint(struct request *r, const char *field, const char *value,
                  const char *pattern)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(32 * 1024);

    (void)lamb_buf_printf(&text,
                          "1 validation error detected: Value '%s' at '%s' failed to "
                          "satisfy constraint: Member must satisfy regular expression "
                          "pattern: %s",
                          value, field, pattern);
    refuse(r, "ValidationException", lamb_buf_cstr(&text), NULL);
}

static void
refuse_length(struct request *r, const char *field, const char *value, unsigned max)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(32 * 1024);

    (void)lamb_buf_printf(&text,
                          "1 validation error detected: Value '%s' at '%s' failed to "
                          "satisfy constraint: Member must have length less than or "
                          "equal to %u",
                          value, field, max);
    refuse(r, "ValidationException", lamb_buf_cstr(&text), NULL);
}

/* A name, perhaps with its qualifier, and the query's: they must agree. */
static bool
read_key(struct request *r)
{
    struct function_name name;
    struct lamb_span given = lamb_span_str(r->query_qualifier);
    struct api_scope scope;

    if (function_name_parse(lamb_span_str(r->label), &name)) {
        refuse_constraint(r, "functionName", r->label, function_name_pattern);
        return false;
    }
    if (given.len && !function_qualifier_is_valid(given)) {
        refuse_constraint(r, "qualifier", r->query_qualifier,
                          "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+");
        return false;
    }
    if (given.len && name.qualifier.len && !lamb_span_eq(given, name.qualifier)) {
        refuse(
            r, "InvalidParameterValueException",
            "The derived qualifier from the function name does not match the specified "
            "qualifier.",
            NULL);
        return false;
    }
    api_read_scope(r->req, &scope);
    r->texts[ACCOUNT] =
        lamb_span_dup(name.account.len    ? name.account
                      : scope.account.len ? scope.account
                                          : lamb_span_str(r->api->account));
    r->texts[REGION] =
        lamb_span_dup(scope.region.len ? scope.region : lamb_span_str(r->api->region));
    r->texts[NAME] = lamb_span_dup(name.name);
    r->texts[QUALIFIER] = lamb_span_dup(given.len ? given : name.qualifier);
    for (size_t i = 0; i < LAMB_COUNT(r->texts); i++)
        if (!r->texts[i]) {
            refuse(r, "ServiceException", "The emulator is out of memory.", NULL);
            return false;
        }
    if (name.region.len && !lamb_span_is(name.region, r->texts[REGION])) {
        LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);

        (void)lamb_buf_printf(
            &text, "Functions from '%.*s' are not reachable in this region ('%s')",
            (int)name.region.len, name.region.ptr, r->texts[REGION]);
        refuse(r, "ResourceNotFoundException", lamb_buf_cstr(&text), NULL);
        return false;
    }
    return true;
}

/* A header that must be one of a list of names; INDEX is the default when it is absent.
 */
static bool
read_choice(struct request *r, const char *header, const char *field,
            const char *const *names, size_t n, const char *set, size_t *index)
{
    struct lamb_span given = http_header(r->req, header);
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(32 * 1024);

    if (!given.len)
        return true;
    for (size_t i = 0; i < n; i++)
        if (lamb_span_is(given, names[i])) {
            *index = i;
            return true;
        }
    (void)lamb_buf_str(&text, "1 validation error detected: Value '");
    (void)lamb_buf_span(&text, given);
    (void)lamb_buf_printf(
        &text,
        "' at '%s' failed to satisfy constraint: Member must satisfy enum "
        "value set: %s",
        field, set);
    refuse(r, "ValidationException", lamb_buf_cstr(&text), NULL);
    return false;
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
on_done(void *data, const struct invoke_result *result)
{
    struct request *r = data;
    LAMB_AUTOFREE char *tail = result->tail ? encode_tail(result->tail) : NULL;
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

    if (result->outcome == OUTCOME_PLATFORM_ERROR) {
        refuse(r, "ServiceException", result->detail ? result->detail : "unknown",
               NULL);
        return;
    }
    if (result->outcome != OUTCOME_SUCCESS)
        fields[answer.n_fields++] =
            (struct http_field){ "X-Amz-Function-Error", "Unhandled" };
    if (tail)
        fields[answer.n_fields++] = (struct http_field){ "X-Amz-Log-Result", tail };
    http_reply_now(r->req, &answer); /* before the runtime's 202 */
    request_free(r);
}

static void
on_gone(void *data, struct http_request *req, enum http_gone why)
{
    struct request *r = data;

    (void)req;
    (void)why;
    r->req = NULL;
    if (r->is_accepting)
        return; /* the commit tells when it is over */
    if (r->call)
        invoke_forget(r->call); /* the function runs on, as in the service */
    request_free(r);
}

/* -- the way ---------------------------------------------------------------------- */

static void
start(struct request *r, const struct invoke_request *ask)
{
    LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(32 * 1024);
    const char *reason;
    struct invoke_call *call;
    enum invoke_refusal refusal = invoke_start(r->api->invoke, ask, r->request_id,
                                               on_done, r, &call, &message, &reason);

    if (refusal != INVOKE_OK)
        refuse(r, invoke_refusal_text(refusal), lamb_buf_cstr(&message), reason);
    else if (call)
        r->call = call; /* else it is answered already and gone */
}

static void
answer_empty(struct request *r, unsigned status)
{
    const struct http_field id = { "x-amzn-RequestId", r->request_id };

    http_reply(r->req,
               &(struct http_answer){ .status = status, .fields = &id, .n_fields = 1 });
    request_free(r);
}

static void
on_accepted(void *data, const struct lamb_err *err)
{
    struct request *r = data;

    if (!r->req)
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
    LAMB_AUTOFREE char *trace_id = invoke_trace_id(r->api->invoke, ask->trace_id);
    struct async_event *event =
        trace_id ? async_event_new(&ask->key, r->request_id, lamb_span_str(trace_id),
                                   ask->content_type, ask->tenant_id, ask->payload,
                                   platform_clock_now_ns(r->api->clock))
                 : NULL;
    struct lamb_err err = { 0 };

    r->is_accepting = true;
    if (event && !async_accept(r->api->async, event, on_accepted, r, &err))
        return;
    async_event_free(event);
    refuse(r, "ServiceException", "The emulator is out of memory.", NULL);
}

static void
carry_out(struct request *r, const struct invoke_request *ask)
{
    LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(32 * 1024);
    enum invoke_refusal refusal = invoke_check(r->api->invoke, ask, &message);

    if (refusal != INVOKE_OK)
        refuse(r, invoke_refusal_text(refusal), lamb_buf_cstr(&message), NULL);
    else if (ask->type == INVOKE_DRY_RUN)
        answer_empty(r, 204);
    else if (ask->type == INVOKE_EVENT)
        accept_event(r, ask);
    else
        start(r, ask);
}

static bool
is_tenant_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("._:/=+-@ ", c);
}

static bool
read_tenant(struct request *r, struct lamb_span *ret)
{
    static const char pattern[] = "[a-zA-Z0-9\\._:\\/=+\\-@ ]+";
    LAMB_AUTOFREE char *text = NULL;
    struct lamb_span given = http_header(r->req, "X-Amz-Tenant-Id");
    bool is_valid = given.len <= LAMB_LIMIT_TENANT_ID;

    for (size_t i = 0; i < given.len; i++)
        is_valid = is_valid && given.ptr[i] && is_tenant_char(given.ptr[i]);
    *ret = given;
    if (is_valid)
        return true;
    text = lamb_span_dup(given);
    if (given.len > LAMB_LIMIT_TENANT_ID)
        refuse_length(r, "tenantId", text ? text : "?", LAMB_LIMIT_TENANT_ID);
    else
        refuse_constraint(r, "tenantId", text ? text : "?", pattern);
    return false;
}

static void
on_body(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    static const char *const types[] = { "RequestResponse", "Event", "DryRun" };
    static const char *const logs[] = { "None", "Tail" };
    struct request *r = data;
    struct invoke_request ask = { .payload = body };
    size_t type = r->is_async ? INVOKE_EVENT : INVOKE_REQUEST_RESPONSE;
    size_t log = 0;

    if (outcome == HTTP_E_TOO_LARGE) {
        LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(1024);
        enum invoke_refusal refusal = invoke_refuse_size(&message);

        refuse(r, invoke_refusal_text(refusal), lamb_buf_cstr(&message), NULL);
        return;
    }
    if (read_key(r) &&
        (r->is_async ||
         (read_choice(r, "X-Amz-Invocation-Type", "invocationType", types,
                      LAMB_COUNT(types), "[Event, RequestResponse, DryRun]", &type) &&
          read_choice(r, "X-Amz-Log-Type", "logType", logs, LAMB_COUNT(logs),
                      "[None, Tail]", &log))) &&
        read_tenant(r, &ask.tenant_id)) {
        ask.key = (struct function_key){ r->texts[ACCOUNT], r->texts[REGION],
                                         r->texts[NAME], r->texts[QUALIFIER] };
        ask.type = (enum invoke_type)type;
        ask.want_tail = log == 1 && type == INVOKE_REQUEST_RESPONSE;
        if (type != INVOKE_EVENT) /* for synchronous ones only (API model) */
            ask.client_context = http_header(req, "X-Amz-Client-Context");
        ask.trace_id = http_header(req, "X-Amzn-Trace-Id");
        ask.content_type = http_header(req, "Content-Type");
        carry_out(r, &ask);
    }
    lamb_blob_unref(body);
}

static void
begin(struct api *api, struct http_request *req, const struct operation_match *match,
      bool is_async)
{
    struct request *r = calloc(1, sizeof(*r));

    if (!r) {
        http_reply(req, &(struct http_answer){ .status = 500, .close_after = true });
        return;
    }
    r->api = api;
    r->req = req;
    r->is_async = is_async;
    lamb_uuid4(r->request_id);
    if (http_decode_segment(match->labels[0], &r->label)) {
        refuse(r, "ValidationException",
               "the function's name in the path is not percent-encoded correctly",
               NULL);
        return;
    }
    if (is_async || http_query_param(req, "Qualifier", &r->query_qualifier))
        r->query_qualifier = NULL; /* none given */
    http_on_gone(req, on_gone, r);
    http_read_body(req, LAMB_LIMIT_REQUEST_SYNC, on_body, r);
}

void
lambda_invoke(struct api *api, struct http_request *req,
              const struct operation_match *match)
{
    begin(api, req, match, false);
}

void
lambda_invoke_async(struct api *api, struct http_request *req,
                    const struct operation_match *match)
{
    begin(api, req, match, true);
}
