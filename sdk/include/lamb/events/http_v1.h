/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_HTTP_V1_H
#define LAMB_EVENTS_HTTP_V1_H

/*
 * API Gateway REST API, and HTTP API with payload 1.0: a type for each object, a
 * function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_http_v1_event - http v1 event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_http_v1_event {
    struct lamb_value value;
};

/**
 * struct lamb_http_v1_context - http v1 context; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_http_v1_context {
    struct lamb_value value;
};

/**
 * struct lamb_http_identity - http identity; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_http_identity {
    struct lamb_value value;
};

/**
 * struct lamb_http_client_cert - http client cert; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_http_client_cert {
    struct lamb_value value;
};

/* lamb_http_v1_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_http_v1_event_of(struct lamb_document *document, struct lamb_http_v1_event *ret)
{
    return lamb_document_expect(document, "http_v1", &ret->value);
}

/* lamb_http_v1_event_resource - resource: text. */
static inline int
lamb_http_v1_event_resource(struct lamb_http_v1_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "resource", ret);
}

/* lamb_http_v1_event_path - path: text. */
static inline int
lamb_http_v1_event_path(struct lamb_http_v1_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "path", ret);
}

/* lamb_http_v1_event_http_method - httpMethod: text. */
static inline int
lamb_http_v1_event_http_method(struct lamb_http_v1_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "httpMethod", ret);
}

/* lamb_http_v1_event_headers - headers: object. May be absent or null. */
static inline int
lamb_http_v1_event_headers(struct lamb_http_v1_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "headers", ret);
}

/* lamb_http_v1_event_multi_value_headers - multiValueHeaders: object. May be absent or
 * null. */
static inline int
lamb_http_v1_event_multi_value_headers(struct lamb_http_v1_event object,
                                       struct lamb_value *ret)
{
    return lamb_value_object(object.value, "multiValueHeaders", ret);
}

/* lamb_http_v1_event_query_string_parameters - queryStringParameters: object - decoded;
 * the last value of each. May be absent or null. */
static inline int
lamb_http_v1_event_query_string_parameters(struct lamb_http_v1_event object,
                                           struct lamb_value *ret)
{
    return lamb_value_object(object.value, "queryStringParameters", ret);
}

/* lamb_http_v1_event_multi_value_query_string_parameters -
 * multiValueQueryStringParameters: object. May be absent or null. */
static inline int
lamb_http_v1_event_multi_value_query_string_parameters(struct lamb_http_v1_event object,
                                                       struct lamb_value *ret)
{
    return lamb_value_object(object.value, "multiValueQueryStringParameters", ret);
}

/* lamb_http_v1_event_path_parameters - pathParameters: object. May be absent or null.
 */
static inline int
lamb_http_v1_event_path_parameters(struct lamb_http_v1_event object,
                                   struct lamb_value *ret)
{
    return lamb_value_object(object.value, "pathParameters", ret);
}

/* lamb_http_v1_event_stage_variables - stageVariables: object. May be absent or null.
 */
static inline int
lamb_http_v1_event_stage_variables(struct lamb_http_v1_event object,
                                   struct lamb_value *ret)
{
    return lamb_value_object(object.value, "stageVariables", ret);
}

/* lamb_http_v1_event_request_context - requestContext: object. */
static inline int
lamb_http_v1_event_request_context(struct lamb_http_v1_event object,
                                   struct lamb_http_v1_context *ret)
{
    return lamb_value_object(object.value, "requestContext", &ret->value);
}

/* lamb_http_v1_event_body - body: text, or bytes in base64 - decoded when
 * isBase64Encoded says so. May be absent or null. */
static inline int
lamb_http_v1_event_body(struct lamb_http_v1_event object, struct lamb_span *ret)
{
    return lamb_value_body(object.value, ret);
}

/* lamb_http_v1_event_is_base64_encoded - isBase64Encoded: true or false. */
static inline int
lamb_http_v1_event_is_base64_encoded(struct lamb_http_v1_event object, bool *ret)
{
    return lamb_value_bool(object.value, "isBase64Encoded", ret);
}

/* lamb_http_v1_event_version - version: text - HTTP API only. May be absent or null. */
static inline int
lamb_http_v1_event_version(struct lamb_http_v1_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "version", ret);
}

/* lamb_http_v1_context_account_id - accountId: text. */
static inline int
lamb_http_v1_context_account_id(struct lamb_http_v1_context object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "accountId", ret);
}

/* lamb_http_v1_context_api_id - apiId: text. */
static inline int
lamb_http_v1_context_api_id(struct lamb_http_v1_context object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "apiId", ret);
}

/* lamb_http_v1_context_resource_id - resourceId: text. */
static inline int
lamb_http_v1_context_resource_id(struct lamb_http_v1_context object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "resourceId", ret);
}

/* lamb_http_v1_context_stage - stage: text. */
static inline int
lamb_http_v1_context_stage(struct lamb_http_v1_context object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "stage", ret);
}

/* lamb_http_v1_context_request_id - requestId: text. */
static inline int
lamb_http_v1_context_request_id(struct lamb_http_v1_context object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "requestId", ret);
}

/* lamb_http_v1_context_extended_request_id - extendedRequestId: text. */
static inline int
lamb_http_v1_context_extended_request_id(struct lamb_http_v1_context object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "extendedRequestId", ret);
}

/* lamb_http_v1_context_operation_name - operationName: text. May be absent or null. */
static inline int
lamb_http_v1_context_operation_name(struct lamb_http_v1_context object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "operationName", ret);
}

/* lamb_http_v1_context_domain_name - domainName: text. */
static inline int
lamb_http_v1_context_domain_name(struct lamb_http_v1_context object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "domainName", ret);
}

/* lamb_http_v1_context_domain_prefix - domainPrefix: text. */
static inline int
lamb_http_v1_context_domain_prefix(struct lamb_http_v1_context object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "domainPrefix", ret);
}

/* lamb_http_v1_context_protocol - protocol: text. */
static inline int
lamb_http_v1_context_protocol(struct lamb_http_v1_context object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "protocol", ret);
}

/* lamb_http_v1_context_resource_path - resourcePath: text. */
static inline int
lamb_http_v1_context_resource_path(struct lamb_http_v1_context object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "resourcePath", ret);
}

/* lamb_http_v1_context_path - path: text - with the stage. */
static inline int
lamb_http_v1_context_path(struct lamb_http_v1_context object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "path", ret);
}

/* lamb_http_v1_context_http_method - httpMethod: text. */
static inline int
lamb_http_v1_context_http_method(struct lamb_http_v1_context object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "httpMethod", ret);
}

/* lamb_http_v1_context_request_time - requestTime: time (text, access log). */
static inline int
lamb_http_v1_context_request_time(struct lamb_http_v1_context object, int64_t *ret)
{
    return lamb_value_time(object.value, "requestTime", LAMB_TIME_ACCESS_LOG, ret);
}

/* lamb_http_v1_context_request_time_epoch - requestTimeEpoch: time (number, ms). */
static inline int
lamb_http_v1_context_request_time_epoch(struct lamb_http_v1_context object,
                                        int64_t *ret)
{
    return lamb_value_time(object.value, "requestTimeEpoch", LAMB_TIME_MS, ret);
}

/* lamb_http_v1_context_authorizer - authorizer: object - with what a Lambda authorizer
 * said. May be absent or null. */
static inline int
lamb_http_v1_context_authorizer(struct lamb_http_v1_context object,
                                struct lamb_value *ret)
{
    return lamb_value_object(object.value, "authorizer", ret);
}

/* lamb_http_v1_context_authorizer_principal_id - authorizer/principalId: text. May be
 * absent or null. */
static inline int
lamb_http_v1_context_authorizer_principal_id(struct lamb_http_v1_context object,
                                             struct lamb_span *ret)
{
    return lamb_value_text(object.value, "authorizer/principalId", ret);
}

/* lamb_http_v1_context_authorizer_latency_ms - authorizer/integrationLatency: whole
 * number. May be absent or null. */
static inline int
lamb_http_v1_context_authorizer_latency_ms(struct lamb_http_v1_context object,
                                           int64_t *ret)
{
    return lamb_value_int(object.value, "authorizer/integrationLatency", ret);
}

/* lamb_http_v1_context_authorizer_claims - authorizer/claims: object - Cognito. May be
 * absent or null. */
static inline int
lamb_http_v1_context_authorizer_claims(struct lamb_http_v1_context object,
                                       struct lamb_value *ret)
{
    return lamb_value_object(object.value, "authorizer/claims", ret);
}

/* lamb_http_v1_context_identity - identity: object. */
static inline int
lamb_http_v1_context_identity(struct lamb_http_v1_context object,
                              struct lamb_http_identity *ret)
{
    return lamb_value_object(object.value, "identity", &ret->value);
}

/* lamb_http_identity_source_ip - sourceIp: text. */
static inline int
lamb_http_identity_source_ip(struct lamb_http_identity object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "sourceIp", ret);
}

/* lamb_http_identity_user_agent - userAgent: text. May be absent or null. */
static inline int
lamb_http_identity_user_agent(struct lamb_http_identity object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userAgent", ret);
}

/* lamb_http_identity_access_key - accessKey: text. May be absent or null. */
static inline int
lamb_http_identity_access_key(struct lamb_http_identity object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "accessKey", ret);
}

/* lamb_http_identity_account_id - accountId: text. May be absent or null. */
static inline int
lamb_http_identity_account_id(struct lamb_http_identity object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "accountId", ret);
}

/* lamb_http_identity_api_key - apiKey: text. May be absent or null. */
static inline int
lamb_http_identity_api_key(struct lamb_http_identity object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "apiKey", ret);
}

/* lamb_http_identity_api_key_id - apiKeyId: text. May be absent or null. */
static inline int
lamb_http_identity_api_key_id(struct lamb_http_identity object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "apiKeyId", ret);
}

/* lamb_http_identity_caller - caller: text. May be absent or null. */
static inline int
lamb_http_identity_caller(struct lamb_http_identity object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "caller", ret);
}

/* lamb_http_identity_user - user: text. May be absent or null. */
static inline int
lamb_http_identity_user(struct lamb_http_identity object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "user", ret);
}

/* lamb_http_identity_user_arn - userArn: text. May be absent or null. */
static inline int
lamb_http_identity_user_arn(struct lamb_http_identity object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userArn", ret);
}

/* lamb_http_identity_cognito_identity_pool_id - cognitoIdentityPoolId: text. May be
 * absent or null. */
static inline int
lamb_http_identity_cognito_identity_pool_id(struct lamb_http_identity object,
                                            struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cognitoIdentityPoolId", ret);
}

/* lamb_http_identity_cognito_identity_id - cognitoIdentityId: text. May be absent or
 * null. */
static inline int
lamb_http_identity_cognito_identity_id(struct lamb_http_identity object,
                                       struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cognitoIdentityId", ret);
}

/* lamb_http_identity_cognito_authentication_type - cognitoAuthenticationType: text. May
 * be absent or null. */
static inline int
lamb_http_identity_cognito_authentication_type(struct lamb_http_identity object,
                                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cognitoAuthenticationType", ret);
}

/* lamb_http_identity_cognito_authentication_provider - cognitoAuthenticationProvider:
 * text. May be absent or null. */
static inline int
lamb_http_identity_cognito_authentication_provider(struct lamb_http_identity object,
                                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cognitoAuthenticationProvider", ret);
}

/* lamb_http_identity_principal_org_id - principalOrgId: text. May be absent or null. */
static inline int
lamb_http_identity_principal_org_id(struct lamb_http_identity object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "principalOrgId", ret);
}

/* lamb_http_identity_client_cert - clientCert: object. May be absent or null. */
static inline int
lamb_http_identity_client_cert(struct lamb_http_identity object,
                               struct lamb_http_client_cert *ret)
{
    return lamb_value_object(object.value, "clientCert", &ret->value);
}

/* lamb_http_client_cert_client_cert_pem - clientCertPem: text. */
static inline int
lamb_http_client_cert_client_cert_pem(struct lamb_http_client_cert object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(object.value, "clientCertPem", ret);
}

/* lamb_http_client_cert_subject_dn - subjectDN: text. */
static inline int
lamb_http_client_cert_subject_dn(struct lamb_http_client_cert object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "subjectDN", ret);
}

/* lamb_http_client_cert_issuer_dn - issuerDN: text. */
static inline int
lamb_http_client_cert_issuer_dn(struct lamb_http_client_cert object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "issuerDN", ret);
}

/* lamb_http_client_cert_serial_number - serialNumber: text. */
static inline int
lamb_http_client_cert_serial_number(struct lamb_http_client_cert object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "serialNumber", ret);
}

/* lamb_http_client_cert_not_before - validity/notBefore: time (text, X.509). */
static inline int
lamb_http_client_cert_not_before(struct lamb_http_client_cert object, int64_t *ret)
{
    return lamb_value_time(object.value, "validity/notBefore", LAMB_TIME_X509, ret);
}

/* lamb_http_client_cert_not_after - validity/notAfter: time (text, X.509). */
static inline int
lamb_http_client_cert_not_after(struct lamb_http_client_cert object, int64_t *ret)
{
    return lamb_value_time(object.value, "validity/notAfter", LAMB_TIME_X509, ret);
}

#ifdef __cplusplus
}
#endif

#endif
