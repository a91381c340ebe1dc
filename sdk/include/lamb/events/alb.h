/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_ALB_H
#define LAMB_EVENTS_ALB_H

/*
 * Application load balancer: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_alb_event - alb event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_alb_event {
    struct lamb_value value;
};

/* lamb_alb_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_alb_event_of(struct lamb_document *document, struct lamb_alb_event *ret)
{
    return lamb_document_expect(document, "alb", &ret->value);
}

/* lamb_alb_event_target_group_arn - requestContext/elb/targetGroupArn: text. */
static inline int
lamb_alb_event_target_group_arn(struct lamb_alb_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "requestContext/elb/targetGroupArn", ret);
}

/* lamb_alb_event_http_method - httpMethod: text. */
static inline int
lamb_alb_event_http_method(struct lamb_alb_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "httpMethod", ret);
}

/* lamb_alb_event_path - path: text. */
static inline int
lamb_alb_event_path(struct lamb_alb_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "path", ret);
}

/* lamb_alb_event_query_string_parameters - queryStringParameters: object - not decoded.
 * May be absent or null. */
static inline int
lamb_alb_event_query_string_parameters(struct lamb_alb_event object,
                                       struct lamb_value *ret)
{
    return lamb_value_object(object.value, "queryStringParameters", ret);
}

/* lamb_alb_event_multi_value_query_string_parameters - multiValueQueryStringParameters:
 * object - instead, if the target group says so. May be absent or null. */
static inline int
lamb_alb_event_multi_value_query_string_parameters(struct lamb_alb_event object,
                                                   struct lamb_value *ret)
{
    return lamb_value_object(object.value, "multiValueQueryStringParameters", ret);
}

/* lamb_alb_event_headers - headers: object. May be absent or null. */
static inline int
lamb_alb_event_headers(struct lamb_alb_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "headers", ret);
}

/* lamb_alb_event_multi_value_headers - multiValueHeaders: object. May be absent or
 * null. */
static inline int
lamb_alb_event_multi_value_headers(struct lamb_alb_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "multiValueHeaders", ret);
}

/* lamb_alb_event_body - body: text, or bytes in base64 - decoded when isBase64Encoded
 * says so. */
static inline int
lamb_alb_event_body(struct lamb_alb_event object, struct lamb_span *ret)
{
    return lamb_value_body(object.value, ret);
}

/* lamb_alb_event_is_base64_encoded - isBase64Encoded: true or false. */
static inline int
lamb_alb_event_is_base64_encoded(struct lamb_alb_event object, bool *ret)
{
    return lamb_value_bool(object.value, "isBase64Encoded", ret);
}

#ifdef __cplusplus
}
#endif

#endif
