/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_WEBSOCKET_H
#define LAMB_EVENTS_WEBSOCKET_H

/*
 * API Gateway WebSocket API: a type for each object, a function for each field.
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
 * struct lamb_websocket_event - websocket event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_websocket_event {
    struct lamb_value value;
};

/**
 * struct lamb_websocket_context - websocket context; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_websocket_context {
    struct lamb_value value;
};

/* lamb_websocket_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_websocket_event_of(struct lamb_document *document,
                        struct lamb_websocket_event *ret)
{
    return lamb_document_expect(document, "websocket", &ret->value);
}

/* lamb_websocket_event_request_context - requestContext: object. */
static inline int
lamb_websocket_event_request_context(struct lamb_websocket_event object,
                                     struct lamb_websocket_context *ret)
{
    return lamb_value_object(object.value, "requestContext", &ret->value);
}

/* lamb_websocket_event_headers - headers: object. May be absent or null. */
static inline int
lamb_websocket_event_headers(struct lamb_websocket_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "headers", ret);
}

/* lamb_websocket_event_multi_value_headers - multiValueHeaders: object. May be absent
 * or null. */
static inline int
lamb_websocket_event_multi_value_headers(struct lamb_websocket_event object,
                                         struct lamb_value *ret)
{
    return lamb_value_object(object.value, "multiValueHeaders", ret);
}

/* lamb_websocket_event_query_string_parameters - queryStringParameters: object. May be
 * absent or null. */
static inline int
lamb_websocket_event_query_string_parameters(struct lamb_websocket_event object,
                                             struct lamb_value *ret)
{
    return lamb_value_object(object.value, "queryStringParameters", ret);
}

/* lamb_websocket_event_multi_value_query_string_parameters -
 * multiValueQueryStringParameters: object. May be absent or null. */
static inline int
lamb_websocket_event_multi_value_query_string_parameters(
    struct lamb_websocket_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "multiValueQueryStringParameters", ret);
}

/* lamb_websocket_event_stage_variables - stageVariables: object. May be absent or null.
 */
static inline int
lamb_websocket_event_stage_variables(struct lamb_websocket_event object,
                                     struct lamb_value *ret)
{
    return lamb_value_object(object.value, "stageVariables", ret);
}

/* lamb_websocket_event_body - body: text, or bytes in base64. May be absent or null. */
static inline int
lamb_websocket_event_body(struct lamb_websocket_event object, struct lamb_span *ret)
{
    return lamb_value_body(object.value, ret);
}

/* lamb_websocket_event_is_base64_encoded - isBase64Encoded: true or false. */
static inline int
lamb_websocket_event_is_base64_encoded(struct lamb_websocket_event object, bool *ret)
{
    return lamb_value_bool(object.value, "isBase64Encoded", ret);
}

/* lamb_websocket_context_route_key - routeKey: text. */
static inline int
lamb_websocket_context_route_key(struct lamb_websocket_context object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "routeKey", ret);
}

/* lamb_websocket_context_event_type - eventType: text. */
static inline int
lamb_websocket_context_event_type(struct lamb_websocket_context object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventType", ret);
}

/* lamb_websocket_context_connection_id - connectionId: text. */
static inline int
lamb_websocket_context_connection_id(struct lamb_websocket_context object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "connectionId", ret);
}

/* lamb_websocket_context_connected_at - connectedAt: time (number, ms). */
static inline int
lamb_websocket_context_connected_at(struct lamb_websocket_context object, int64_t *ret)
{
    return lamb_value_time(object.value, "connectedAt", LAMB_TIME_MS, ret);
}

/* lamb_websocket_context_request_time_epoch - requestTimeEpoch: time (number, ms). */
static inline int
lamb_websocket_context_request_time_epoch(struct lamb_websocket_context object,
                                          int64_t *ret)
{
    return lamb_value_time(object.value, "requestTimeEpoch", LAMB_TIME_MS, ret);
}

/* lamb_websocket_context_message_id - messageId: text. May be absent or null. */
static inline int
lamb_websocket_context_message_id(struct lamb_websocket_context object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "messageId", ret);
}

/* lamb_websocket_context_message_direction - messageDirection: text. */
static inline int
lamb_websocket_context_message_direction(struct lamb_websocket_context object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "messageDirection", ret);
}

/* lamb_websocket_context_disconnect_status_code - disconnectStatusCode: whole number.
 * May be absent or null. */
static inline int
lamb_websocket_context_disconnect_status_code(struct lamb_websocket_context object,
                                              int64_t *ret)
{
    return lamb_value_int(object.value, "disconnectStatusCode", ret);
}

/* lamb_websocket_context_disconnect_reason - disconnectReason: text. May be absent or
 * null. */
static inline int
lamb_websocket_context_disconnect_reason(struct lamb_websocket_context object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "disconnectReason", ret);
}

/* lamb_websocket_context_request_id - requestId: text. */
static inline int
lamb_websocket_context_request_id(struct lamb_websocket_context object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "requestId", ret);
}

/* lamb_websocket_context_extended_request_id - extendedRequestId: text. */
static inline int
lamb_websocket_context_extended_request_id(struct lamb_websocket_context object,
                                           struct lamb_span *ret)
{
    return lamb_value_text(object.value, "extendedRequestId", ret);
}

/* lamb_websocket_context_request_time - requestTime: time (text, access log). */
static inline int
lamb_websocket_context_request_time(struct lamb_websocket_context object, int64_t *ret)
{
    return lamb_value_time(object.value, "requestTime", LAMB_TIME_ACCESS_LOG, ret);
}

/* lamb_websocket_context_stage - stage: text. */
static inline int
lamb_websocket_context_stage(struct lamb_websocket_context object,
                             struct lamb_span *ret)
{
    return lamb_value_text(object.value, "stage", ret);
}

/* lamb_websocket_context_domain_name - domainName: text. */
static inline int
lamb_websocket_context_domain_name(struct lamb_websocket_context object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "domainName", ret);
}

/* lamb_websocket_context_api_id - apiId: text. */
static inline int
lamb_websocket_context_api_id(struct lamb_websocket_context object,
                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "apiId", ret);
}

/* lamb_websocket_context_identity - identity: object. */
static inline int
lamb_websocket_context_identity(struct lamb_websocket_context object,
                                struct lamb_http_identity *ret)
{
    return lamb_value_object(object.value, "identity", &ret->value);
}

/* lamb_websocket_context_authorizer - authorizer: object. May be absent or null. */
static inline int
lamb_websocket_context_authorizer(struct lamb_websocket_context object,
                                  struct lamb_value *ret)
{
    return lamb_value_object(object.value, "authorizer", ret);
}

/* lamb_websocket_context_status - status: text. May be absent or null. */
static inline int
lamb_websocket_context_status(struct lamb_websocket_context object,
                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "status", ret);
}

/* lamb_websocket_context_error - error: text. May be absent or null. */
static inline int
lamb_websocket_context_error(struct lamb_websocket_context object,
                             struct lamb_span *ret)
{
    return lamb_value_text(object.value, "error", ret);
}

/* lamb_websocket_context_integration_latency - integrationLatency: text. May be absent
 * or null. */
static inline int
lamb_websocket_context_integration_latency(struct lamb_websocket_context object,
                                           struct lamb_span *ret)
{
    return lamb_value_text(object.value, "integrationLatency", ret);
}

#ifdef __cplusplus
}
#endif

#endif
