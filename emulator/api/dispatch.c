/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/dispatch.h"

#include <jansson.h>
#include <stdlib.h>

#include "emulator/api/error.h"
#include "emulator/api/guard.h"
#include "emulator/api/lambda_code.h"
#include "emulator/api/operations.h"
#include "sdk/base/alloc.h"
#include "sdk/base/id.h"

/* The part behind `Credential=` of an Authorization header:
 * AKID/DATE/REGION/SERVICE/... */
static struct lamb_span
find_credential(struct lamb_span authorization)
{
    static const char key[] = "Credential=";
    const char *at = authorization.len ? memmem(authorization.ptr, authorization.len,
                                                key, strlen(key))
                                       : NULL;
    struct lamb_span rest;
    struct lamb_span credential;

    if (!at)
        return (struct lamb_span){ 0 };
    at += strlen(key);
    rest = lamb_span_of(at, authorization.len - (size_t)(at - authorization.ptr));
    (void)lamb_span_cut(rest, ',', &credential, &rest);
    return lamb_span_trim(credential);
}

static bool
is_account(struct lamb_span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len == 12;
}

void
api_read_scope(const struct http_request *req, struct api_scope *ret)
{
    struct lamb_span rest = find_credential(http_header(req, "Authorization"));
    struct lamb_span id;
    struct lamb_span date;

    *ret = (struct api_scope){ 0 };
    (void)lamb_span_cut(rest, '/', &id, &rest);
    (void)lamb_span_cut(rest, '/', &date, &rest);
    (void)lamb_span_cut(rest, '/', &ret->region, &rest);
    (void)lamb_span_cut(rest, '/', &ret->service, &rest);
    if (is_account(id)) /* an access key that is an account number names the account */
        ret->account = id;
}

static void
refuse(struct http_request *req, const char *exception, const char *before,
       struct lamb_span what, const char *behind)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(32 * 1024);
    char request_id[37];

    lamb_uuid4(request_id);
    (void)lamb_buf_str(&text, before);
    (void)lamb_buf_span(&text, what);
    (void)lamb_buf_str(&text, behind);
    api_reply_error(req, request_id, exception, lamb_buf_cstr(&text), NULL);
}

static void
dispatch_lambda(struct api *api, struct http_request *req)
{
    struct operation_match match;

    switch (operation_find(http_method(req), http_path(req), &match)) {
    case OPERATION_UNKNOWN:
        refuse(req, "PathNotFoundLocally", "no operation has the path ", http_path(req),
               "");
        return;
    case OPERATION_OTHER_METHOD:
        refuse(req, "MethodNotAllowedLocally",
               "no operation with this path has the method ", http_method(req), "");
        return;
    case OPERATION_FOUND:
    case OPERATION_FINDING_N:
        break;
    }
    if (match.operation->run)
        match.operation->run(api, req, &match);
    else
        refuse(req, "NotImplemented", "", lamb_span_str(match.operation->name),
               " is not supported by this emulator");
}

static void
dispatch(struct api *api, struct http_request *req)
{
    struct lamb_span target = http_header(req, "X-Amz-Target");
    struct api_scope scope;

    if (target.len) {
        refuse(req, "NotImplemented", "", target, " is not supported by this emulator");
        return;
    }
    api_read_scope(req, &scope);
    if (scope.service.len && !lamb_span_is(scope.service, "lambda"))
        refuse(req, "NotImplemented", "the service '", scope.service,
               "' is not supported by this emulator");
    else
        dispatch_lambda(api, req);
}

void
api_init(struct api *api)
{
    json_set_alloc_funcs(lamb_alloc, free); /* op.h asks how it went */
    lamb_uuid4(api->download_key);
    lamb_list_init(&api->waiting);
}

void
api_on_request(void *data, struct http_request *req)
{
    if (!guard_page(data, req))
        return;
    if (lamb_span_starts(http_path(req), CODE_URL_PREFIX))
        code_serve(data, req); /* who knows the URL may have it, unsigned */
    else
        guard_signature(data, req, dispatch);
}
