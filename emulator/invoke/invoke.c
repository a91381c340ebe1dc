/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/invoke/invoke.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/base64.h"
#include "sdk/base/clock.h"
#include "sdk/base/id.h"
#include "sdk/base/json_check.h"
#include "sdk/base/limits.h"
#include "sdk/base/num.h"

LAMB_ENUM_TEXT_FN(invoke_refusal_text, invoke_refusal, INVOKE_REFUSALS,
                  INVOKE_REFUSAL_N)

/* How long an invocation waits for one that is answered to end. */
#define PATIENCE_NS (50 * LAMB_NS_PER_MS)

struct invoke {
    struct invoke_config config;
    size_t running;
    struct lamb_list patient; /* calls that wait for a lease, in order */
    struct timer patience;
    struct loop_task retry;
};

/* One synchronous invocation and whoever waits for it. */
struct invoke_call {
    struct lamb_list node; /* among the patient ones */
    int64_t give_up_ns;    /* monotonic; 0: not patient */
    struct invoke *invoke;
    struct function_record *record;
    struct invocation *inv;
    struct lease lease;
    bool (*chunk)(void *data, const struct invoke_result *head, struct lamb_span bytes);
    invoke_done_fn done; /* NULL: told, or nobody wants to know any more */
    void *data;
    /* Kept until the log is complete when the client asked for its tail. */
    struct lamb_blob *body;
    char *detail;
    enum outcome outcome;
    bool is_starting; /* invoke_start has not returned */
    bool is_over;
};

size_t
invoke_running(const struct invoke *invoke)
{
    return invoke->running;
}

static void
call_free(struct invoke_call *call)
{
    lamb_list_remove(&call->node);
    invocation_free(call->inv);
    record_unref(call->record);
    lamb_blob_unref(call->body);
    free(call->detail);
    free(call);
}

static void
tell(struct invoke_call *call, struct lamb_blob *body, const char *detail)
{
    const struct invoke_result result = {
        .request_id = call->inv->request_id,
        .executed_version = call->record->key.version,
        .outcome = call->outcome,
        .body = body,
        .trace_id = call->inv->trace_id,
        .detail = detail,
        .tail = call->inv->tail,
    };
    invoke_done_fn done = call->done;

    call->done = NULL;
    if (done)
        done(call->data, &result);
}

/* Tell the client now, unless it wants the log, whose last line is not written yet. */
static void
on_answered(void *data, struct invocation *inv, const struct invocation_answer *answer)
{
    struct invoke_call *call = data;

    call->outcome = answer->outcome;
    lease_answered(&call->lease);
    if (!inv->tail) {
        tell(call, answer->body, answer->detail);
        return;
    }
    call->body = lamb_blob_ref(answer->body);
    if (answer->detail)
        call->detail = lamb_span_dup(lamb_span_str(answer->detail));
}

/* A client that left takes everything, so that the function can go on. */
static bool
on_chunk(void *data, struct invocation *inv, struct lamb_span bytes)
{
    struct invoke_call *call = data;
    const struct invoke_result head = { .request_id = inv->request_id,
                                        .executed_version = call->record->key.version,
                                        .trace_id = inv->trace_id };

    return !call->done || call->chunk(call->data, &head, bytes);
}

void
invoke_resume(struct invoke_call *call)
{
    invocation_resume(call->inv);
}

static void
on_closed(void *data, struct invocation *inv)
{
    struct invoke_call *call = data;

    if (inv->tail)
        tell(call, call->body, call->detail);
    lease_give_back(&call->lease);
    if (!lamb_list_is_empty(&call->invoke->patient))
        loop_defer(call->invoke->config.loop, &call->invoke->retry);
    call->invoke->running--;
    call->is_over = true;
    if (!call->is_starting)
        call_free(call);
}

void
invoke_forget(struct invoke_call *call)
{
    call->done = NULL;
    invocation_resume(call->inv);
    if (call->give_up_ns) { /* nothing runs yet, and nobody wants it any more */
        call->invoke->running--;
        call_free(call);
    }
}

/* -- what makes a request acceptable ---------------------------------------------- */

enum invoke_refusal
invoke_refuse_size(struct lamb_buf *message)
{
    (void)lamb_buf_printf(
        message,
        "Request must be smaller than %d bytes for the InvokeFunction "
        "operation",
        LAMB_LIMIT_REQUEST_SYNC);
    return INVOKE_TOO_LARGE;
}

static enum invoke_refusal
check_size(const struct invoke_request *req, struct lamb_buf *message)
{
    size_t len = lamb_blob_view(req->payload).len;

    if (len > LAMB_LIMIT_REQUEST_SYNC)
        return invoke_refuse_size(message);
    if (req->type != INVOKE_EVENT || len <= LAMB_LIMIT_REQUEST_ASYNC)
        return INVOKE_OK;
    (void)lamb_buf_printf(message,
                          "%zu byte payload is too large for the Event invocation "
                          "type (limit %d bytes)",
                          len, LAMB_LIMIT_REQUEST_ASYNC);
    return INVOKE_TOO_LARGE;
}

static enum invoke_refusal
check_json(const struct invoke_request *req, struct lamb_buf *message)
{
    struct lamb_span payload = lamb_blob_view(req->payload);
    struct lamb_json_check check;

    if (payload.len == 0)
        return INVOKE_OK;
    lamb_json_check_init(&check);
    if (lamb_json_check_feed(&check, payload) == 0 &&
        lamb_json_check_finish(&check) == 0)
        return INVOKE_OK;
    (void)lamb_buf_printf(
        message,
        "Could not parse request body into json: Could not parse payload into json: "
        "%s\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` "
        "disabled); line: %zu, column: %zu]",
        check.text, check.line, check.column);
    return INVOKE_BAD_CONTENT;
}

/* A tenant has to be named for functions that keep them apart, and for no others. */
static enum invoke_refusal
check_tenant(const struct invoke_request *req, const struct function_record *record,
             struct lamb_buf *message)
{
    if (record->is_per_tenant == (req->tenant_id.len > 0))
        return INVOKE_OK;
    (void)lamb_buf_str(
        message, req->tenant_id.len
                     ? "The invoked function is not enabled with tenancy "
                       "configuration. Remove the tenant ID from your request and try "
                       "again."
                     : "The invoked function is enabled with tenancy configuration. "
                       "Add a valid tenant ID in your request and try again.");
    return INVOKE_BAD_PARAMETER;
}

static enum invoke_refusal
check_client_context(const struct invoke_request *req, struct lamb_buf *ret_decoded,
                     struct lamb_buf *message)
{
    struct lamb_json_check check;

    if (req->client_context.len > LAMB_LIMIT_CLIENT_CONTEXT) {
        (void)lamb_buf_printf(
            message,
            "Client context must be no more than %d bytes when base64 "
            "encoded.",
            LAMB_LIMIT_CLIENT_CONTEXT);
        return INVOKE_BAD_CONTENT;
    }
    if (req->client_context.len == 0)
        return INVOKE_OK;
    lamb_json_check_init(&check);
    if (lamb_base64_decode(req->client_context, ret_decoded) == 0 &&
        lamb_json_check_feed(&check, lamb_buf_view(ret_decoded)) == 0 &&
        lamb_json_check_finish(&check) == 0 && !strpbrk(ret_decoded->ptr, "\r\n"))
        return INVOKE_OK;
    (void)lamb_buf_str(message,
                       "Client context must be a valid Base64-encoded JSON object.");
    return INVOKE_BAD_CONTENT;
}

/* Eight digits: until 2106. */
static void
hex_seconds(char ret[9], int64_t ns)
{
    uint32_t seconds = (uint32_t)(ns / LAMB_NS_PER_S);

    for (int i = 7; i >= 0; i--, seconds >>= 4)
        ret[i] = "0123456789abcdef"[seconds & 15];
    ret[8] = '\0';
}

/*
 * Root=1-<8 hex: seconds>-<24 hex>;Parent=<16 hex>;Sampled=0, as the service makes one
 * when the caller sent none; a caller's own is passed on.
 */
char *
invoke_trace_id(const struct invoke *invoke, struct lamb_span given)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(128);
    char seconds[9];
    char root[25];
    char parent[17];

    if (given.len)
        return lamb_span_dup(given);
    lamb_random_hex(root, 24);
    lamb_random_hex(parent, 16);
    hex_seconds(seconds, platform_clock_now_ns(invoke->config.clock));
    if (lamb_buf_strs(&text, "Root=1-", seconds, "-", root, ";Parent=", parent,
                      ";Sampled=0", NULL))
        return NULL;
    return lamb_buf_take(&text);
}

/* The ARN as invoked: with the qualifier as given, if any. */
static char *
invoked_arn(const struct function_record *record, const struct function_key *key)
{
    LAMB_AUTOBUF struct lamb_buf arn = LAMB_BUF_INIT(1024);

    if (lamb_buf_strs(&arn, "arn:aws:lambda:", record->key.region, ":",
                      record->key.account, ":function:", record->key.name,
                      key->version[0] ? ":" : "", key->version, NULL))
        return NULL;
    return lamb_buf_take(&arn);
}

static struct lamb_blob *
payload_or_object(const struct invoke_request *req)
{
    if (req->payload && req->payload->len)
        return lamb_blob_ref(req->payload);
    return lamb_blob_copy(LAMB_SPAN("{}")); /* recorded: an empty body arrives so */
}

static const struct invocation_events invocation_events = {
    .answered = on_answered,
    .chunk = on_chunk,
    .closed = on_closed,
};

/* Everything an invocation carries; NULL: out of memory. */
static struct invoke_call *
call_new(struct invoke *invoke, const struct invoke_request *req,
         struct function_record *record, const char *request_id,
         const struct lamb_buf *client_context)
{
    struct invoke_call *call = calloc(1, sizeof(*call));
    struct lamb_blob *payload = payload_or_object(req);
    struct invocation *inv;

    if (!call || !payload) {
        lamb_blob_unref(payload);
        free(call);
        return NULL;
    }
    lamb_list_init(&call->node);
    call->invoke = invoke;
    call->record = record_ref(record);
    call->inv = inv = invocation_new(request_id, payload, &invocation_events, call);
    if (!inv) {
        lamb_blob_unref(payload);
        call_free(call);
        return NULL;
    }
    inv->function_arn = invoked_arn(record, &req->key);
    inv->trace_id = invoke_trace_id(invoke, req->trace_id);
    if (client_context->len)
        inv->client_context = lamb_span_dup(lamb_buf_view(client_context));
    if (req->content_type.len)
        inv->content_type = lamb_span_dup(req->content_type);
    if (req->want_tail) {
        inv->tail = malloc(sizeof(*inv->tail));
        if (inv->tail)
            log_tail_init(inv->tail);
    }
    if (req->tenant_id.len)
        inv->tenant_id = lamb_span_dup(req->tenant_id);
    if (!inv->function_arn || (req->tenant_id.len && !inv->tenant_id) ||
        !inv->trace_id || (req->want_tail && !inv->tail)) {
        call_free(call);
        return NULL;
    }
    return call;
}

static enum invoke_refusal
refuse_place(enum throttle throttle, const struct lamb_err *err,
             struct lamb_buf *message, const char **ret_reason)
{
    if (throttle == THROTTLE_MACHINE) {
        (void)lamb_buf_str(message, err->text);
        return INVOKE_MACHINE_FULL;
    }
    (void)lamb_buf_str(message, "Rate Exceeded.");
    *ret_reason = throttle_text(throttle);
    return INVOKE_THROTTLED;
}

/* Not to be refused yet: what is in its way is about to end. */
static bool
is_patient(const struct invoke_call *call, enum throttle throttle)
{
    if (throttle == THROTTLE_MOMENT)
        return true;
    return (throttle == THROTTLE_ACCOUNT || throttle == THROTTLE_RESERVED) &&
           functions_has_room_soon(call->invoke->config.functions, call->record);
}

static enum invoke_refusal
place(struct invoke_call *call, bool is_async, struct lamb_buf *message,
      const char **ret_reason, struct invoke_call **ret)
{
    struct invoke *invoke = call->invoke;
    enum invoke_refusal refusal = INVOKE_OK;
    struct lamb_err err = { 0 };
    enum throttle throttle;

    invoke->running++;
    call->is_starting = true;
    throttle = functions_place(invoke->config.functions, call->record, call->inv,
                               is_async, !is_async, &call->lease, &err);
    call->is_starting = false;
    *ret = call;
    if (!is_async && is_patient(call, throttle)) {
        call->give_up_ns = lamb_mono_ns() + PATIENCE_NS;
        lamb_list_push_back(&invoke->patient, &call->node);
        if (!invoke->patience.index)
            timer_start(&invoke->patience, call->give_up_ns);
        return INVOKE_OK;
    }
    if (throttle != THROTTLE_NONE) {
        invoke->running--;
        refusal = refuse_place(throttle, &err, message, ret_reason);
    }
    if (throttle != THROTTLE_NONE || call->is_over) {
        call_free(call);
        *ret = NULL;
    }
    return refusal;
}

/* Place one that waited and is in no list now; or let it wait on, or refuse it when it
 * may not wait any longer. */
static void
place_again(struct invoke_call *call, int64_t now_ns)
{
    struct invoke *invoke = call->invoke;
    LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(1024);
    struct invoke_result result = { .request_id = call->inv->request_id };
    struct lamb_err err = { 0 };
    int64_t give_up_ns = call->give_up_ns;
    enum throttle throttle;

    call->give_up_ns = 0; /* it may be forgotten, but not freed, from now on */
    call->is_starting = true;
    throttle = functions_place(invoke->config.functions, call->record, call->inv, false,
                               give_up_ns > now_ns, &call->lease, &err);
    call->is_starting = false;
    if (call->done && give_up_ns > now_ns && is_patient(call, throttle)) {
        call->give_up_ns = give_up_ns;
        lamb_list_push_back(&invoke->patient, &call->node);
        return;
    }
    if (throttle != THROTTLE_NONE) {
        invoke->running--;
        result.refusal = refuse_place(throttle, &err, &message, &result.reason);
        result.message = lamb_buf_cstr(&message);
        if (call->done)
            call->done(call->data, &result);
    }
    if (throttle != THROTTLE_NONE || call->is_over)
        call_free(call);
}

/* A lease was given back, or the first of them has waited long enough. */
static void
retry(void *data)
{
    struct invoke *invoke = data;
    struct lamb_list batch;
    struct lamb_list *node;
    int64_t now_ns = lamb_mono_ns();

    lamb_list_init(&batch);
    while ((node = lamb_list_take_front(&invoke->patient)) != NULL)
        lamb_list_push_back(&batch, node);
    while ((node = lamb_list_take_front(&batch)) != NULL)
        place_again(LAMB_CONTAINER(node, struct invoke_call, node), now_ns);
    node = invoke->patient.next;
    if (node != &invoke->patient)
        timer_start(&invoke->patience,
                    LAMB_CONTAINER(node, struct invoke_call, node)->give_up_ns);
}

int
invoke_new(const struct invoke_config *config, struct invoke **ret,
           struct lamb_err *err)
{
    struct invoke *invoke = calloc(1, sizeof(*invoke));

    if (!invoke)
        return lamb_raise(err, -ENOMEM, "invoke");
    invoke->config = *config;
    lamb_list_init(&invoke->patient);
    timer_init(&invoke->patience, loop_timers(config->loop), "invoke", retry, invoke);
    loop_task_init(&invoke->retry, "invoke", retry, invoke);
    *ret = invoke;
    return 0;
}

void
invoke_free(struct invoke *invoke)
{
    if (!invoke)
        return;
    lamb_assert(invoke->running == 0);
    timer_stop(&invoke->patience);
    loop_task_cancel(&invoke->retry);
    free(invoke);
}

static enum invoke_refusal
not_found(const struct function_key *key, struct lamb_buf *message)
{
    (void)lamb_buf_printf(
        message, "Function not found: arn:aws:lambda:%s:%s:function:%s:%s", key->region,
        key->account, key->name, key->version[0] ? key->version : "$LATEST");
    return INVOKE_NOT_FOUND;
}

enum invoke_refusal
invoke_check(struct invoke *invoke, const struct invoke_request *req,
             struct lamb_buf *message)
{
    LAMB_AUTOBUF struct lamb_buf client_context =
        LAMB_BUF_INIT(LAMB_LIMIT_CLIENT_CONTEXT);
    struct function_record *record;
    enum invoke_refusal refusal;

    record = functions_find(invoke->config.functions, &req->key);
    if (!record)
        return not_found(&req->key, message);
    refusal = check_size(req, message);
    if (refusal == INVOKE_OK)
        refusal = check_json(req, message);
    if (refusal == INVOKE_OK)
        refusal = check_client_context(req, &client_context, message);
    return refusal == INVOKE_OK ? check_tenant(req, record, message) : refusal;
}

enum invoke_refusal
invoke_start(struct invoke *invoke, const struct invoke_request *req,
             const char *request_id, invoke_done_fn done, void *data,
             struct invoke_call **ret, struct lamb_buf *message,
             const char **ret_reason)
{
    LAMB_AUTOBUF struct lamb_buf client_context =
        LAMB_BUF_INIT(LAMB_LIMIT_CLIENT_CONTEXT);
    struct function_record *record;
    struct invoke_call *call;
    enum invoke_refusal refusal;

    *ret = NULL;
    *ret_reason = NULL;
    record = functions_find(invoke->config.functions, &req->key);
    if (!record)
        return not_found(&req->key, message);
    refusal = check_client_context(req, &client_context, message);
    if (refusal != INVOKE_OK)
        return refusal;
    call = call_new(invoke, req, record, request_id, &client_context);
    if (!call) {
        (void)lamb_buf_str(message, "The emulator is out of memory.");
        return INVOKE_NO_MEMORY;
    }
    call->done = done;
    call->data = data;
    call->chunk = req->chunk;
    call->inv->wants_stream = req->chunk != NULL;
    return place(call, req->type == INVOKE_EVENT, message, ret_reason, ret);
}
