/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_HTTP_V2_H
#define LAMB_EVENTS_HTTP_V2_H

/*
 * API Gateway HTTP API (payload 2.0), and function URLs: a type for each object, a
 * function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>
#include <lamb/events/http_v1.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_http_v2_event - http v2 event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_http_v2_event {
    struct lamb_value value;
};

/**
 * struct lamb_http_v2_context - http v2 context; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_http_v2_context {
    struct lamb_value value;
};

/**
 * struct lamb_http_v2_iam - http v2 iam; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_http_v2_iam {
    struct lamb_value value;
};

/* lamb_http_v2_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_http_v2_event_of(struct lamb_document *document, struct lamb_http_v2_event *ret)
{
    return lamb_document_expect(document, "http_v2", &ret->value);
}

/* lamb_http_v2_event_version - version: text. */
static inline int
lamb_http_v2_event_version(struct lamb_http_v2_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "version", ret);
}

/* lamb_http_v2_event_route_key - routeKey: text. */
static inline int
lamb_http_v2_event_route_key(struct lamb_http_v2_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "routeKey", ret);
}

/* lamb_http_v2_event_raw_path - rawPath: text. */
static inline int
lamb_http_v2_event_raw_path(struct lamb_http_v2_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "rawPath", ret);
}

/* lamb_http_v2_event_raw_query_string - rawQueryString: text. */
static inline int
lamb_http_v2_event_raw_query_string(struct lamb_http_v2_event object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "rawQueryString", ret);
}

/* lamb_http_v2_event_cookies_at - element index of cookies: text. May be absent or
 * null. */
static inline int
lamb_http_v2_event_cookies_at(struct lamb_http_v2_event object, size_t index,
                              struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "cookies", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_http_v2_event_cookies_count - how many elements cookies has. */
static inline int
lamb_http_v2_event_cookies_count(struct lamb_http_v2_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "cookies", &list, ret);
}

/* lamb_http_v2_event_headers - headers: object - names in lower case. */
static inline int
lamb_http_v2_event_headers(struct lamb_http_v2_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "headers", ret);
}

/* lamb_http_v2_event_query_string_parameters - queryStringParameters: object. May be
 * absent or null. */
static inline int
lamb_http_v2_event_query_string_parameters(struct lamb_http_v2_event object,
                                           struct lamb_value *ret)
{
    return lamb_value_object(object.value, "queryStringParameters", ret);
}

/* lamb_http_v2_event_path_parameters - pathParameters: object. May be absent or null.
 */
static inline int
lamb_http_v2_event_path_parameters(struct lamb_http_v2_event object,
                                   struct lamb_value *ret)
{
    return lamb_value_object(object.value, "pathParameters", ret);
}

/* lamb_http_v2_event_stage_variables - stageVariables: object. May be absent or null.
 */
static inline int
lamb_http_v2_event_stage_variables(struct lamb_http_v2_event object,
                                   struct lamb_value *ret)
{
    return lamb_value_object(object.value, "stageVariables", ret);
}

/* lamb_http_v2_event_body - body: text, or bytes in base64 - decoded when
 * isBase64Encoded says so. May be absent or null. */
static inline int
lamb_http_v2_event_body(struct lamb_http_v2_event object, struct lamb_span *ret)
{
    return lamb_value_body(object.value, ret);
}

/* lamb_http_v2_event_is_base64_encoded - isBase64Encoded: true or false. */
static inline int
lamb_http_v2_event_is_base64_encoded(struct lamb_http_v2_event object, bool *ret)
{
    return lamb_value_bool(object.value, "isBase64Encoded", ret);
}

/* lamb_http_v2_event_request_context - requestContext: object. */
static inline int
lamb_http_v2_event_request_context(struct lamb_http_v2_event object,
                                   struct lamb_http_v2_context *ret)
{
    return lamb_value_object(object.value, "requestContext", &ret->value);
}

/* lamb_http_v2_context_account_id - accountId: text. */
static inline int
lamb_http_v2_context_account_id(struct lamb_http_v2_context object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "accountId", ret);
}

/* lamb_http_v2_context_api_id - apiId: text. */
static inline int
lamb_http_v2_context_api_id(struct lamb_http_v2_context object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "apiId", ret);
}

/* lamb_http_v2_context_stage - stage: text. */
static inline int
lamb_http_v2_context_stage(struct lamb_http_v2_context object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "stage", ret);
}

/* lamb_http_v2_context_request_id - requestId: text. */
static inline int
lamb_http_v2_context_request_id(struct lamb_http_v2_context object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "requestId", ret);
}

/* lamb_http_v2_context_route_key - routeKey: text. */
static inline int
lamb_http_v2_context_route_key(struct lamb_http_v2_context object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "routeKey", ret);
}

/* lamb_http_v2_context_domain_name - domainName: text. */
static inline int
lamb_http_v2_context_domain_name(struct lamb_http_v2_context object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "domainName", ret);
}

/* lamb_http_v2_context_domain_prefix - domainPrefix: text. */
static inline int
lamb_http_v2_context_domain_prefix(struct lamb_http_v2_context object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "domainPrefix", ret);
}

/* lamb_http_v2_context_time - time: time (text, access log). */
static inline int
lamb_http_v2_context_time(struct lamb_http_v2_context object, int64_t *ret)
{
    return lamb_value_time(object.value, "time", LAMB_TIME_ACCESS_LOG, ret);
}

/* lamb_http_v2_context_time_epoch - timeEpoch: time (number, ms). */
static inline int
lamb_http_v2_context_time_epoch(struct lamb_http_v2_context object, int64_t *ret)
{
    return lamb_value_time(object.value, "timeEpoch", LAMB_TIME_MS, ret);
}

/* lamb_http_v2_context_method - http/method: text. */
static inline int
lamb_http_v2_context_method(struct lamb_http_v2_context object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "http/method", ret);
}

/* lamb_http_v2_context_path - http/path: text. */
static inline int
lamb_http_v2_context_path(struct lamb_http_v2_context object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "http/path", ret);
}

/* lamb_http_v2_context_protocol - http/protocol: text. */
static inline int
lamb_http_v2_context_protocol(struct lamb_http_v2_context object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "http/protocol", ret);
}

/* lamb_http_v2_context_source_ip - http/sourceIp: text. */
static inline int
lamb_http_v2_context_source_ip(struct lamb_http_v2_context object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "http/sourceIp", ret);
}

/* lamb_http_v2_context_user_agent - http/userAgent: text. */
static inline int
lamb_http_v2_context_user_agent(struct lamb_http_v2_context object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "http/userAgent", ret);
}

/* lamb_http_v2_context_jwt_claims - authorizer/jwt/claims: object. May be absent or
 * null. */
static inline int
lamb_http_v2_context_jwt_claims(struct lamb_http_v2_context object,
                                struct lamb_value *ret)
{
    return lamb_value_object(object.value, "authorizer/jwt/claims", ret);
}

/* lamb_http_v2_context_jwt_scopes_at - element index of authorizer/jwt/scopes: text.
 * May be absent or null. */
static inline int
lamb_http_v2_context_jwt_scopes_at(struct lamb_http_v2_context object, size_t index,
                                   struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "authorizer/jwt/scopes", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_http_v2_context_jwt_scopes_count - how many elements authorizer/jwt/scopes has.
 */
static inline int
lamb_http_v2_context_jwt_scopes_count(struct lamb_http_v2_context object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "authorizer/jwt/scopes", &list, ret);
}

/* lamb_http_v2_context_lambda_context - authorizer/lambda: object - what a Lambda
 * authorizer said. May be absent or null. */
static inline int
lamb_http_v2_context_lambda_context(struct lamb_http_v2_context object,
                                    struct lamb_value *ret)
{
    return lamb_value_object(object.value, "authorizer/lambda", ret);
}

/* lamb_http_v2_context_iam - authorizer/iam: object. May be absent or null. */
static inline int
lamb_http_v2_context_iam(struct lamb_http_v2_context object,
                         struct lamb_http_v2_iam *ret)
{
    return lamb_value_object(object.value, "authorizer/iam", &ret->value);
}

/* lamb_http_v2_context_client_cert - authentication/clientCert: object. May be absent
 * or null. */
static inline int
lamb_http_v2_context_client_cert(struct lamb_http_v2_context object,
                                 struct lamb_http_client_cert *ret)
{
    return lamb_value_object(object.value, "authentication/clientCert", &ret->value);
}

/* lamb_http_v2_iam_access_key - accessKey: text. */
static inline int
lamb_http_v2_iam_access_key(struct lamb_http_v2_iam object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "accessKey", ret);
}

/* lamb_http_v2_iam_account_id - accountId: text. */
static inline int
lamb_http_v2_iam_account_id(struct lamb_http_v2_iam object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "accountId", ret);
}

/* lamb_http_v2_iam_caller_id - callerId: text. */
static inline int
lamb_http_v2_iam_caller_id(struct lamb_http_v2_iam object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "callerId", ret);
}

/* lamb_http_v2_iam_cognito_amr_at - element index of cognitoIdentity/amr: text. May be
 * absent or null. */
static inline int
lamb_http_v2_iam_cognito_amr_at(struct lamb_http_v2_iam object, size_t index,
                                struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "cognitoIdentity/amr", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_http_v2_iam_cognito_amr_count - how many elements cognitoIdentity/amr has. */
static inline int
lamb_http_v2_iam_cognito_amr_count(struct lamb_http_v2_iam object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "cognitoIdentity/amr", &list, ret);
}

/* lamb_http_v2_iam_cognito_identity_id - cognitoIdentity/identityId: text. May be
 * absent or null. */
static inline int
lamb_http_v2_iam_cognito_identity_id(struct lamb_http_v2_iam object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cognitoIdentity/identityId", ret);
}

/* lamb_http_v2_iam_cognito_identity_pool_id - cognitoIdentity/identityPoolId: text. May
 * be absent or null. */
static inline int
lamb_http_v2_iam_cognito_identity_pool_id(struct lamb_http_v2_iam object,
                                          struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cognitoIdentity/identityPoolId", ret);
}

/* lamb_http_v2_iam_principal_org_id - principalOrgId: text. May be absent or null. */
static inline int
lamb_http_v2_iam_principal_org_id(struct lamb_http_v2_iam object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "principalOrgId", ret);
}

/* lamb_http_v2_iam_user_arn - userArn: text. */
static inline int
lamb_http_v2_iam_user_arn(struct lamb_http_v2_iam object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userArn", ret);
}

/* lamb_http_v2_iam_user_id - userId: text. */
static inline int
lamb_http_v2_iam_user_id(struct lamb_http_v2_iam object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userId", ret);
}

#ifdef __cplusplus
}
#endif

#endif
