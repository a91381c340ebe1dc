/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_AUTHORIZER_H
#define LAMB_EVENTS_AUTHORIZER_H

/*
 * Authorizers of API Gateway: TOKEN, REQUEST 1.0 and 2.0: a type for each object, a
 * function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>
#include <lamb/events/http_v1.h>
#include <lamb/events/http_v2.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_authorizer_event - authorizer event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_authorizer_event {
    struct lamb_value value;
};

/* lamb_authorizer_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_authorizer_event_of(struct lamb_document *document,
                         struct lamb_authorizer_event *ret)
{
    return lamb_document_expect(document, "authorizer", &ret->value);
}

/* lamb_authorizer_event_type - type: text. */
static inline int
lamb_authorizer_event_type(struct lamb_authorizer_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "type", ret);
}

/* lamb_authorizer_event_version - version: text. May be absent or null. */
static inline int
lamb_authorizer_event_version(struct lamb_authorizer_event object,
                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "version", ret);
}

/* lamb_authorizer_event_method_arn - methodArn: text. May be absent or null. */
static inline int
lamb_authorizer_event_method_arn(struct lamb_authorizer_event object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "methodArn", ret);
}

/* lamb_authorizer_event_route_arn - routeArn: text - 2.0. May be absent or null. */
static inline int
lamb_authorizer_event_route_arn(struct lamb_authorizer_event object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "routeArn", ret);
}

/* lamb_authorizer_event_authorization_token - authorizationToken: text. May be absent
 * or null. */
static inline int
lamb_authorizer_event_authorization_token(struct lamb_authorizer_event object,
                                          struct lamb_span *ret)
{
    return lamb_value_text(object.value, "authorizationToken", ret);
}

/* lamb_authorizer_event_identity_source - identitySource: any JSON - a list in 2.0,
 * text in 1.0. May be absent or null. */
static inline int
lamb_authorizer_event_identity_source(struct lamb_authorizer_event object,
                                      struct lamb_value *ret)
{
    return lamb_value_get(object.value, "identitySource", ret);
}

/* lamb_authorizer_event_resource - resource: text. May be absent or null. */
static inline int
lamb_authorizer_event_resource(struct lamb_authorizer_event object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "resource", ret);
}

/* lamb_authorizer_event_path - path: text. May be absent or null. */
static inline int
lamb_authorizer_event_path(struct lamb_authorizer_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "path", ret);
}

/* lamb_authorizer_event_http_method - httpMethod: text. May be absent or null. */
static inline int
lamb_authorizer_event_http_method(struct lamb_authorizer_event object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "httpMethod", ret);
}

/* lamb_authorizer_event_route_key - routeKey: text. May be absent or null. */
static inline int
lamb_authorizer_event_route_key(struct lamb_authorizer_event object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "routeKey", ret);
}

/* lamb_authorizer_event_raw_path - rawPath: text. May be absent or null. */
static inline int
lamb_authorizer_event_raw_path(struct lamb_authorizer_event object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "rawPath", ret);
}

/* lamb_authorizer_event_raw_query_string - rawQueryString: text. May be absent or null.
 */
static inline int
lamb_authorizer_event_raw_query_string(struct lamb_authorizer_event object,
                                       struct lamb_span *ret)
{
    return lamb_value_text(object.value, "rawQueryString", ret);
}

/* lamb_authorizer_event_cookies_at - element index of cookies: text. May be absent or
 * null. */
static inline int
lamb_authorizer_event_cookies_at(struct lamb_authorizer_event object, size_t index,
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

/* lamb_authorizer_event_cookies_count - how many elements cookies has. */
static inline int
lamb_authorizer_event_cookies_count(struct lamb_authorizer_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "cookies", &list, ret);
}

/* lamb_authorizer_event_headers - headers: object. May be absent or null. */
static inline int
lamb_authorizer_event_headers(struct lamb_authorizer_event object,
                              struct lamb_value *ret)
{
    return lamb_value_object(object.value, "headers", ret);
}

/* lamb_authorizer_event_multi_value_headers - multiValueHeaders: object. May be absent
 * or null. */
static inline int
lamb_authorizer_event_multi_value_headers(struct lamb_authorizer_event object,
                                          struct lamb_value *ret)
{
    return lamb_value_object(object.value, "multiValueHeaders", ret);
}

/* lamb_authorizer_event_query_string_parameters - queryStringParameters: object. May be
 * absent or null. */
static inline int
lamb_authorizer_event_query_string_parameters(struct lamb_authorizer_event object,
                                              struct lamb_value *ret)
{
    return lamb_value_object(object.value, "queryStringParameters", ret);
}

/* lamb_authorizer_event_multi_value_query_string_parameters -
 * multiValueQueryStringParameters: object. May be absent or null. */
static inline int
lamb_authorizer_event_multi_value_query_string_parameters(
    struct lamb_authorizer_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "multiValueQueryStringParameters", ret);
}

/* lamb_authorizer_event_path_parameters - pathParameters: object. May be absent or
 * null. */
static inline int
lamb_authorizer_event_path_parameters(struct lamb_authorizer_event object,
                                      struct lamb_value *ret)
{
    return lamb_value_object(object.value, "pathParameters", ret);
}

/* lamb_authorizer_event_stage_variables - stageVariables: object. May be absent or
 * null. */
static inline int
lamb_authorizer_event_stage_variables(struct lamb_authorizer_event object,
                                      struct lamb_value *ret)
{
    return lamb_value_object(object.value, "stageVariables", ret);
}

/* lamb_authorizer_event_request_context - requestContext: object - REST, WebSocket
 * and 1.0. May be absent or null. */
static inline int
lamb_authorizer_event_request_context(struct lamb_authorizer_event object,
                                      struct lamb_http_v1_context *ret)
{
    return lamb_value_object(object.value, "requestContext", &ret->value);
}

/* lamb_authorizer_event_request_context_v2 - requestContext: object - 2.0. May be
 * absent or null. */
static inline int
lamb_authorizer_event_request_context_v2(struct lamb_authorizer_event object,
                                         struct lamb_http_v2_context *ret)
{
    return lamb_value_object(object.value, "requestContext", &ret->value);
}

/* lamb_authorizer_event_websocket_route_key - requestContext/routeKey: text. May be
 * absent or null. */
static inline int
lamb_authorizer_event_websocket_route_key(struct lamb_authorizer_event object,
                                          struct lamb_span *ret)
{
    return lamb_value_text(object.value, "requestContext/routeKey", ret);
}

/* lamb_authorizer_event_websocket_connection_id - requestContext/connectionId: text.
 * May be absent or null. */
static inline int
lamb_authorizer_event_websocket_connection_id(struct lamb_authorizer_event object,
                                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "requestContext/connectionId", ret);
}

#ifdef __cplusplus
}
#endif

#endif
