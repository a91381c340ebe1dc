/* SPDX-License-Identifier: Apache-2.0 */

/* lambda - Invoke, of lamb/services.h. */

#include "sdk/aws/json_call.h"
#include "sdk/json/tree.h"
#include "sdk/sign/uri.h"

#include <errno.h>
#include <lamb/services.h>

static int
invoke(struct lamb_aws *aws, struct lamb_invocation *inv, const char *function,
       struct lamb_span payload, const char *type, struct lamb_aws_result **ret_result)
{
    const struct lamb_aws_header headers[] = { { "Content-Type", "application/json" },
                                               { "X-Amz-Invocation-Type", type } };
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(4096);
    int r;

    if (!function || !*function)
        return lamb_call_refuse(ret_result, "no function is named");
    if (payload.len > 0) {
        r = lamb_call_check_json(payload, false, "payload", ret_result);
        if (r != 0)
            return r;
    }
    (void)lamb_buf_str(&path, "/2015-03-31/functions/");
    lamb_uri_encode(&path, lamb_span_str(function), "");
    (void)lamb_buf_str(&path, "/invocations");
    r = lamb_call_check_text(&path, "the name of the function is too long", ret_result);
    if (r != 0)
        return r;
    return lamb_aws_call(aws, inv,
                         &(struct lamb_aws_request){
                             .struct_size = sizeof(struct lamb_aws_request),
                             .service = "lambda",
                             .path = lamb_buf_cstr(&path),
                             .headers = headers,
                             .n_headers = sizeof(headers) / sizeof(headers[0]),
                             .body = payload,
                         },
                         ret_result);
}

/* The error object of a function as code and message of RESULT. */
static int
read_function_error(struct lamb_aws_result *result, const char *kind)
{
    struct lamb_span body = lamb_aws_body(result);
    struct lamb_json_check why;
    int r;
    json_t *error = lamb_json_tree(body, &r, &why);
    const char *type = json_string_value(json_object_get(error, "errorType"));
    const char *message = json_string_value(json_object_get(error, "errorMessage"));
    char code[sizeof(result->code)];

    /* An error need not have a type, and a type may be long. */
    (void)snprintf(code, sizeof(code), "%s", type ? type : kind);
    (void)lamb_result_fail(result, LAMB_AWS_FUNCTION_ERROR, code, "%s",
                           message ? message : "the function failed");
    json_decref(error);
    return LAMB_AWS_FUNCTION_ERROR;
}

int
lamb_aws_invoke(struct lamb_aws *aws, struct lamb_invocation *inv, const char *function,
                struct lamb_span payload, struct lamb_aws_result **ret_result)
{
    int r = invoke(aws, inv, function, payload, "RequestResponse", ret_result);
    const char *kind =
        r == 0 ? lamb_aws_header(*ret_result, "X-Amz-Function-Error") : NULL;

    return kind ? read_function_error(*ret_result, kind) : r;
}

int
lamb_aws_invoke_async(struct lamb_aws *aws, struct lamb_invocation *inv,
                      const char *function, struct lamb_span payload,
                      struct lamb_aws_result **ret_result)
{
    return invoke(aws, inv, function, payload, "Event", ret_result);
}
