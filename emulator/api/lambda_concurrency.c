/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_concurrency - reserved and provisioned concurrency over HTTP.
 *
 * A numbered comment is the row of the service's recorded error texts.
 */

#include <jansson.h>
#include <stdlib.h>

#include "emulator/api/call.h"
#include "emulator/api/error.h"
#include "sdk/base/auto.h"
#include "sdk/base/num.h"
#include "sdk/base/time_text.h"

/* The bodies are one number in an object. */
enum { BODY_MAX = 64 * 1024, PAGE_MAX = 50 };

/* One request, from its head until it is answered. */
struct request {
    struct call call;
    void (*run)(struct request *r, json_t *body); /* answers, or begins a change */
    int64_t amount;
    bool is_changing; /* a change tells when it is over */
};

static void
request_free(struct request *r)
{
    call_fini(&r->call);
    free(r);
}

static void
refuse(struct request *r, const char *exception, const char *message)
{
    call_refuse(&r->call, exception, message, NULL);
    request_free(r);
}

static void
answer(struct request *r, unsigned status, const char *json)
{
    api_reply_json(r->call.req, r->call.request_id, status, json);
    request_free(r);
}

static void
on_gone(void *data, struct http_request *req, enum http_gone why)
{
    struct request *r = data;

    (void)req;
    (void)why;
    r->call.req = NULL;
    if (!r->is_changing)
        request_free(r);
}

static void
on_body(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct request *r = data;
    struct lamb_span text = lamb_blob_view(body);
    json_t *json = NULL;
    json_error_t why;

    (void)req;
    if (outcome == HTTP_E_TOO_LARGE) {
        refuse(r, "RequestEntityTooLargeException",
               "Request must be smaller than 65536 bytes for this operation");
        return;
    }
    if (text.len)
        json = json_loadb(text.ptr, text.len, 0, &why);
    if (text.len && !json_is_object(json))
        refuse(r, "InvalidRequestContentException",
               "Could not parse request body into json: it is no JSON object");
    else
        r->run(r, json);
    json_decref(json);
    lamb_blob_unref(body);
}

static void
begin(struct api *api, struct http_request *req, const struct operation_match *match,
      void (*run)(struct request *r, json_t *body))
{
    struct request *r = calloc(1, sizeof(*r));

    if (!r) {
        http_reply(req, &(struct http_answer){ .status = 500, .close_after = true });
        return;
    }
    call_init(&r->call, api, req, match);
    r->run = run;
    http_on_gone(req, on_gone, r);
    http_read_body(req, BODY_MAX, on_body, r);
}

/* -- what is asked ---------------------------------------------------------------- */

static void
refuse_value(struct request *r, const char *value, const char *field,
             const char *constraint)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(8192);

    (void)lamb_buf_printf(&text,
                          "1 validation error detected: Value %s at '%s' failed to "
                          "satisfy constraint: %s",
                          value, field, constraint);
    refuse(r, "ValidationException", lamb_buf_cstr(&text));
}

/* A whole number that must be there, MIN at least. */
static bool
read_amount(struct request *r, const json_t *body, const char *member,
            const char *field, int64_t min)
{
    const json_t *value = json_object_get(body, member);
    char text[32];
    char constraint[96];

    r->amount = json_integer_value(value);
    if (!value || json_is_null(value)) {
        refuse_value(r, "null", field, "Member must not be null");
    } else if (!json_is_integer(value)) {
        refuse(r, "InvalidRequestContentException",
               "Could not parse request body into json: a whole number is expected");
    } else if (r->amount < min &&
               !lamb_format(text, sizeof(text), "'%lld'", (long long)r->amount) &&
               !lamb_format(constraint, sizeof(constraint),
                            "Member must have value greater than or equal to %lld",
                            (long long)min)) {
        refuse_value(r, text, field, constraint);
    } else {
        r->amount = r->amount > INT32_MAX ? INT32_MAX : r->amount;
        return true;
    }
    return false;
}

static void
refuse_missing(struct request *r, const struct function_key *key, const char *end)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(2048);

    (void)lamb_buf_printf(&text,
                          "Function not found: arn:aws:lambda:%s:%s:function:%s%s%s",
                          key->region, key->account, key->name, end[0] ? ":" : "", end);
    refuse(r, "ResourceNotFoundException", lamb_buf_cstr(&text));
}

/* The unqualified function, which must exist. MISSING: what stands behind its ARN when
 * it does not. */
static bool
read_function(struct request *r, const char *missing, struct function_key *ret)
{
    if (!call_read_key(&r->call, false)) {
        request_free(r);
        return false;
    }
    *ret = call_key(&r->call);
    if (ret->version[0]) { /* 70 */
        refuse(r, "InvalidParameterValueException",
               "This operation is permitted on Lambda functions only. Aliases and "
               "versions do not support this operation. Please specify either a "
               "function name or an unqualified function ARN.");
        return false;
    }
    if (functions_find(r->call.api->functions, ret))
        return true;
    refuse_missing(r, ret, missing);
    return false;
}

/* A version is a number, everything else the name of an alias. */
static void
refuse_qualifier(struct request *r, const struct function_key *key)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(2048);

    if (strspn(key->version, "0123456789") == strlen(key->version)) {
        refuse_missing(r, key, key->version);
        return;
    }
    (void)lamb_buf_printf(&text, /* 9 */
                          "Cannot find alias arn: arn:aws:lambda:%s:%s:function:%s:%s",
                          key->region, key->account, key->name, key->version);
    refuse(r, "ResourceNotFoundException", lamb_buf_cstr(&text));
}

/* The version or alias, which must exist. LATEST: what is said of $LATEST. */
static bool
read_version(struct request *r, const char *latest, struct function_key *ret)
{
    if (!call_read_key(&r->call, true)) {
        request_free(r);
        return false;
    }
    *ret = call_key(&r->call);
    if (!ret->version[0])
        refuse_value(r, "null", "qualifier", "Member must not be null");
    else if (strcmp(ret->version, "$LATEST") == 0)
        refuse(r, "InvalidParameterValueException", latest);
    else if (!functions_find(r->call.api->functions, ret))
        refuse_qualifier(r, ret);
    else
        return true;
    return false;
}

/* -- changes ---------------------------------------------------------------------- */

static void
refuse_capacity(struct request *r, enum capacity_refusal refusal, bool is_provisioned)
{
    const struct api *api = r->call.api;
    struct function_key key = call_key(&r->call);
    const struct concurrency *c = functions_concurrency(api->functions);
    const struct capacity *capacity = functions_capacity(api->functions);
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);

    if (refusal == CAPACITY_UNRESERVED_TOO_LOW) /* 69, 74 */
        (void)lamb_buf_printf(
            &text,
            "Specified %s for function decreases account's "
            "UnreservedConcurrentExecution below its minimum value of [%lld].",
            is_provisioned ? "ConcurrentExecutions" : "ReservedConcurrentExecutions",
            (long long)concurrency_quotas(c)->values[QUOTA_UNRESERVED_MINIMUM]);
    else if (refusal == CAPACITY_BELOW_PROVISIONED) /* 71 */
        (void)lamb_buf_printf(
            &text,
            " ReservedConcurrentExecutions  %lld should not be lower than function's "
            "total provisioned concurrency [%lld].",
            (long long)r->amount, (long long)capacity_provisioned(capacity, &key));
    else if (refusal == CAPACITY_ABOVE_UNRESERVED) /* 73 */
        (void)lamb_buf_printf(
            &text,
            "Specified ConcurrentExecutions for function is greater than account's "
            "unreserved concurrency [%lld].",
            (long long)concurrency_unreserved(c, key.account, key.region));
    if (refusal == CAPACITY_ABOVE_RESERVED) /* 72 */
        call_refuse(&r->call, "InvalidParameterValueException",
                    "Requested Provisioned Concurrency should not be greater than the "
                    "reservedConcurrentExecution for function",
                    NULL);
    else
        api_reply_bare_error(r->call.req, r->call.request_id,
                             "InvalidParameterValueException", lamb_buf_cstr(&text));
    request_free(r);
}

/* Did it change? Otherwise the request is over. */
static bool
has_changed(struct request *r, enum capacity_refusal refusal,
            const struct lamb_err *err, bool is_provisioned)
{
    r->is_changing = false;
    if (!r->call.req)
        request_free(r);
    else if (err)
        refuse(r, "ServiceException", err->text);
    else if (refusal != CAPACITY_OK)
        refuse_capacity(r, refusal, is_provisioned);
    else
        return true;
    return false;
}

static void
change(struct request *r, bool is_provisioned, const struct function_key *key,
       int64_t amount, capacity_done_fn done)
{
    struct capacity *capacity = functions_capacity(r->call.api->functions);
    struct lamb_err err = { 0 };

    r->is_changing = true;
    if (is_provisioned ? capacity_provision(capacity, key, amount, done, r, &err)
                       : capacity_reserve(capacity, key, amount, done, r, &err))
        refuse(r, "ServiceException", err.text);
}

/* -- reserved --------------------------------------------------------------------- */

static void
answer_reserved(struct request *r, int64_t amount)
{
    char json[64] = "{}";

    if (amount != USAGE_NOT_RESERVED)
        lamb_assert(!lamb_format(json, sizeof(json),
                                 "{\"ReservedConcurrentExecutions\":%lld}",
                                 (long long)amount));
    answer(r, 200, json);
}

static void
on_reserved(void *data, enum capacity_refusal refusal, const struct lamb_err *err)
{
    struct request *r = data;

    if (has_changed(r, refusal, err, false))
        answer_reserved(r, r->amount);
}

static void
run_put_function(struct request *r, json_t *body)
{
    struct function_key key;

    if (read_amount(r, body, "ReservedConcurrentExecutions",
                    "reservedConcurrentExecutions", 0) &&
        read_function(r, "$LATEST", &key))
        change(r, false, &key, r->amount, on_reserved);
}

static void
run_get_function(struct request *r, json_t *body)
{
    struct function_key key;

    (void)body;
    if (read_function(r, "", &key))
        answer_reserved(
            r, capacity_reserved(functions_capacity(r->call.api->functions), &key));
}

static void
on_deleted(void *data, enum capacity_refusal refusal, const struct lamb_err *err)
{
    struct request *r = data;

    if (has_changed(r, refusal, err, false))
        answer(r, 204, "");
}

static void
run_delete_function(struct request *r, json_t *body)
{
    struct function_key key;

    (void)body;
    if (read_function(r, "", &key))
        change(r, false, &key, USAGE_NOT_RESERVED, on_deleted);
}

/* -- provisioned ------------------------------------------------------------------ */

/* Members of a configuration. FRESH: as it is answered to a change. */
static void
put_members(struct lamb_buf *json, const struct api *api, const struct provisioned *p,
            bool is_fresh)
{
    struct warm_status status = { 0 };
    char when[LAMB_TIME_SIZE];
    bool has_failed;

    if (!is_fresh)
        functions_warm_status(api->functions, p, &status);
    has_failed = status.has_failed;
    lamb_time_iso_ms(p->modified_ns, when);
    (void)lamb_buf_printf(
        json,
        "\"RequestedProvisionedConcurrentExecutions\":%lld,"
        "\"AllocatedProvisionedConcurrentExecutions\":%zu,"
        "\"AvailableProvisionedConcurrentExecutions\":%zu,\"Status\":\"%s\",",
        (long long)p->amount, status.ready, status.ready,
        has_failed        ? "FAILED"
        : status.is_ready ? "READY"
                          : "IN_PROGRESS");
    if (has_failed)
        (void)lamb_buf_str(json, "\"StatusReason\":\"FUNCTION_ERROR_INIT_FAILURE\",");
    (void)lamb_buf_printf(json, "\"LastModified\":\"%.*s+0000\"",
                          (int)strcspn(when, "Z"), when);
}

static void
answer_provisioned(struct request *r, unsigned status, const struct provisioned *p,
                   bool is_fresh)
{
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(4096);

    (void)lamb_buf_char(&json, '{');
    put_members(&json, r->call.api, p, is_fresh);
    (void)lamb_buf_char(&json, '}');
    answer(r, status, lamb_buf_cstr(&json));
}

static const struct provisioned *
find_provisioned(struct request *r, const struct function_key *key)
{
    const struct provisioned *p =
        capacity_find(functions_capacity(r->call.api->functions), key);

    if (!p) /* 77 */
        refuse(r, "ProvisionedConcurrencyConfigNotFoundException",
               "No Provisioned Concurrency Config found for this function");
    return p;
}

static void
on_provisioned(void *data, enum capacity_refusal refusal, const struct lamb_err *err)
{
    struct request *r = data;
    struct function_key key;
    const struct provisioned *p;

    if (!has_changed(r, refusal, err, true))
        return;
    key = call_key(&r->call);
    p = find_provisioned(r, &key);
    if (p)
        answer_provisioned(r, 202, p, true);
}

/* A version is provisioned by itself or by its aliases, not both. */
static bool
is_provisioned_otherwise(struct request *r, const struct function_key *key)
{
    if (!functions_is_provisioned_otherwise(r->call.api->functions, key))
        return false;
    refuse(r, "ResourceConflictException",
           strspn(key->version, "0123456789") == strlen(key->version) /* 80, 79 */
               ? "Version is pointed by a Provisioned Concurrency alias"
               : "Alias can't be used for Provisioned Concurrency configuration on an "
                 "already Provisioned version");
    return true;
}

static void
run_put_provisioned(struct request *r, json_t *body)
{
    struct function_key key;

    if (read_amount(r, body, "ProvisionedConcurrentExecutions",
                    "provisionedConcurrentExecutions", 1) && /* 78 */
        read_version(r,                                      /* 75 */
                     "Provisioned Concurrency Configs cannot be applied to unpublished "
                     "function versions.",
                     &key) &&
        !is_provisioned_otherwise(r, &key))
        change(r, true, &key, r->amount, on_provisioned);
}

static const char not_a_version[] = /* 76 */
    "The function resource provided must be an alias or a published version.";

static void
run_get_provisioned(struct request *r, json_t *body)
{
    struct function_key key;
    const struct provisioned *p;

    (void)body;
    if (!read_version(r, not_a_version, &key))
        return;
    p = find_provisioned(r, &key);
    if (p)
        answer_provisioned(r, 200, p, false);
}

static void
run_delete_provisioned(struct request *r, json_t *body)
{
    struct function_key key;

    (void)body;
    if (read_version(r, not_a_version, &key) && find_provisioned(r, &key))
        change(r, true, &key, 0, on_deleted);
}

/* A page of a function's configurations, by qualifier. */
struct page {
    const struct api *api;
    struct lamb_buf *json;
    const char *marker; /* the last qualifier of the page before */
    size_t left;
    const char *last;
    bool has_more;
};

static void
put_row(void *data, struct provisioned *p)
{
    struct page *page = data;

    if (page->marker && strcmp(p->key.version, page->marker) <= 0)
        return;
    if (!page->left) {
        page->has_more = true;
        return;
    }
    page->left--;
    (void)lamb_buf_printf(page->json,
                          "%s{\"FunctionArn\":\"arn:aws:lambda:%s:%s:function:%s:%s\",",
                          page->last ? "," : "", p->key.region, p->key.account,
                          p->key.name, p->key.version);
    put_members(page->json, page->api, p, false);
    (void)lamb_buf_char(page->json, '}');
    page->last = p->key.version;
}

static bool
read_page_size(struct request *r, size_t *ret)
{
    LAMB_AUTOFREE char *text = NULL;
    int64_t n = PAGE_MAX;
    char value[32];

    if (http_query_param(r->call.req, "MaxItems", &text))
        text = NULL; /* not given */
    if (text && lamb_parse_i64(lamb_span_str(text), INT32_MIN, INT32_MAX, &n)) {
        refuse(r, "ValidationException", "MaxItems must be a whole number");
        return false;
    }
    *ret = (size_t)n;
    if (n >= 1 && n <= PAGE_MAX)
        return true;
    lamb_assert(!lamb_format(value, sizeof(value), "'%lld'", (long long)n));
    refuse_value(r, value, "maxItems",
                 n < 1 ? "Member must have value greater than or equal to 1"
                       : "Member must have value less than or equal to 50");
    return false;
}

static void
run_list_provisioned(struct request *r, json_t *body)
{
    LAMB_AUTOFREE char *marker = NULL;
    LAMB_AUTOBUF struct lamb_buf json = LAMB_BUF_INIT(PAGE_MAX * 4096);
    struct page page = { .api = r->call.api, .json = &json };
    struct function_key key;

    (void)body;
    if (!read_page_size(r, &page.left) || !read_function(r, "", &key))
        return;
    if (http_query_param(r->call.req, "Marker", &marker))
        marker = NULL; /* the first page */
    page.marker = marker;
    (void)lamb_buf_str(&json, "{\"ProvisionedConcurrencyConfigs\":[");
    capacity_each(functions_capacity(r->call.api->functions), &key, put_row, &page);
    (void)lamb_buf_char(&json, ']');
    if (page.has_more)
        (void)lamb_buf_printf(&json, ",\"NextMarker\":\"%s\"", page.last);
    (void)lamb_buf_char(&json, '}');
    answer(r, 200, lamb_buf_cstr(&json));
}

/* -- the operations --------------------------------------------------------------- */

void
lambda_put_function_concurrency(struct api *api, struct http_request *req,
                                const struct operation_match *match)
{
    begin(api, req, match, run_put_function);
}

void
lambda_get_function_concurrency(struct api *api, struct http_request *req,
                                const struct operation_match *match)
{
    begin(api, req, match, run_get_function);
}

void
lambda_delete_function_concurrency(struct api *api, struct http_request *req,
                                   const struct operation_match *match)
{
    begin(api, req, match, run_delete_function);
}

void
lambda_put_provisioned_concurrency(struct api *api, struct http_request *req,
                                   const struct operation_match *match)
{
    begin(api, req, match, run_put_provisioned);
}

/* GetProvisionedConcurrencyConfig, and with List=ALL ListProvisionedConcurrencyConfigs.
 */
void
lambda_get_provisioned_concurrency(struct api *api, struct http_request *req,
                                   const struct operation_match *match)
{
    LAMB_AUTOFREE char *list = NULL;
    bool is_list = !http_query_param(req, "List", &list) && strcmp(list, "ALL") == 0;

    begin(api, req, match, is_list ? run_list_provisioned : run_get_provisioned);
}

void
lambda_delete_provisioned_concurrency(struct api *api, struct http_request *req,
                                      const struct operation_match *match)
{
    begin(api, req, match, run_delete_provisioned);
}
