/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_CLOUDFRONT_H
#define LAMB_EVENTS_CLOUDFRONT_H

/*
 * CloudFront (Lambda@Edge): a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_cloudfront_event - cloudfront event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cloudfront_event {
    struct lamb_value value;
};

/**
 * struct lamb_cloudfront_record - cloudfront record; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cloudfront_record {
    struct lamb_value value;
};

/**
 * struct lamb_cloudfront_header - cloudfront header; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cloudfront_header {
    struct lamb_value value;
};

/* lamb_cloudfront_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_cloudfront_event_of(struct lamb_document *document,
                         struct lamb_cloudfront_event *ret)
{
    return lamb_document_expect(document, "cloudfront", &ret->value);
}

/* lamb_cloudfront_event_records_at - element index of Records: object. */
static inline int
lamb_cloudfront_event_records_at(struct lamb_cloudfront_event object, size_t index,
                                 struct lamb_cloudfront_record *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "Records", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_cloudfront_event_records_count - how many elements Records has. */
static inline int
lamb_cloudfront_event_records_count(struct lamb_cloudfront_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "Records", &list, ret);
}

/* lamb_cloudfront_record_distribution_domain_name - cf/config/distributionDomainName:
 * text. */
static inline int
lamb_cloudfront_record_distribution_domain_name(struct lamb_cloudfront_record object,
                                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/config/distributionDomainName", ret);
}

/* lamb_cloudfront_record_distribution_id - cf/config/distributionId: text. */
static inline int
lamb_cloudfront_record_distribution_id(struct lamb_cloudfront_record object,
                                       struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/config/distributionId", ret);
}

/* lamb_cloudfront_record_event_type - cf/config/eventType: text. */
static inline int
lamb_cloudfront_record_event_type(struct lamb_cloudfront_record object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/config/eventType", ret);
}

/* lamb_cloudfront_record_request_id - cf/config/requestId: text. */
static inline int
lamb_cloudfront_record_request_id(struct lamb_cloudfront_record object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/config/requestId", ret);
}

/* lamb_cloudfront_record_client_ip - cf/request/clientIp: text. */
static inline int
lamb_cloudfront_record_client_ip(struct lamb_cloudfront_record object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/request/clientIp", ret);
}

/* lamb_cloudfront_record_method - cf/request/method: text. */
static inline int
lamb_cloudfront_record_method(struct lamb_cloudfront_record object,
                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/request/method", ret);
}

/* lamb_cloudfront_record_uri - cf/request/uri: text. */
static inline int
lamb_cloudfront_record_uri(struct lamb_cloudfront_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/request/uri", ret);
}

/* lamb_cloudfront_record_querystring - cf/request/querystring: text. */
static inline int
lamb_cloudfront_record_querystring(struct lamb_cloudfront_record object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/request/querystring", ret);
}

/* lamb_cloudfront_record_request_headers - cf/request/headers: object. */
static inline int
lamb_cloudfront_record_request_headers(struct lamb_cloudfront_record object,
                                       struct lamb_value *ret)
{
    return lamb_value_object(object.value, "cf/request/headers", ret);
}

/* lamb_cloudfront_record_body_truncated - cf/request/body/inputTruncated: true or
 * false. May be absent or null. */
static inline int
lamb_cloudfront_record_body_truncated(struct lamb_cloudfront_record object, bool *ret)
{
    return lamb_value_bool(object.value, "cf/request/body/inputTruncated", ret);
}

/* lamb_cloudfront_record_body_action - cf/request/body/action: text. May be absent or
 * null. */
static inline int
lamb_cloudfront_record_body_action(struct lamb_cloudfront_record object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/request/body/action", ret);
}

/* lamb_cloudfront_record_body_encoding - cf/request/body/encoding: text. May be absent
 * or null. */
static inline int
lamb_cloudfront_record_body_encoding(struct lamb_cloudfront_record object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/request/body/encoding", ret);
}

/* lamb_cloudfront_record_body_data - cf/request/body/data: bytes in base64. May be
 * absent or null. */
static inline int
lamb_cloudfront_record_body_data(struct lamb_cloudfront_record object,
                                 struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "cf/request/body/data", ret);
}

/* lamb_cloudfront_record_origin - cf/request/origin: object. May be absent or null. */
static inline int
lamb_cloudfront_record_origin(struct lamb_cloudfront_record object,
                              struct lamb_value *ret)
{
    return lamb_value_object(object.value, "cf/request/origin", ret);
}

/* lamb_cloudfront_record_response_status - cf/response/status: whole number - text in
 * the event. May be absent or null. */
static inline int
lamb_cloudfront_record_response_status(struct lamb_cloudfront_record object,
                                       int64_t *ret)
{
    return lamb_value_int(object.value, "cf/response/status", ret);
}

/* lamb_cloudfront_record_response_status_description - cf/response/statusDescription:
 * text. May be absent or null. */
static inline int
lamb_cloudfront_record_response_status_description(struct lamb_cloudfront_record object,
                                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "cf/response/statusDescription", ret);
}

/* lamb_cloudfront_record_response_headers - cf/response/headers: object. May be absent
 * or null. */
static inline int
lamb_cloudfront_record_response_headers(struct lamb_cloudfront_record object,
                                        struct lamb_value *ret)
{
    return lamb_value_object(object.value, "cf/response/headers", ret);
}

/* lamb_cloudfront_header_key - key: text - as it was written. */
static inline int
lamb_cloudfront_header_key(struct lamb_cloudfront_header object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "key", ret);
}

/* lamb_cloudfront_header_value - value: text. */
static inline int
lamb_cloudfront_header_value(struct lamb_cloudfront_header object,
                             struct lamb_span *ret)
{
    return lamb_value_text(object.value, "value", ret);
}

#ifdef __cplusplus
}
#endif

#endif
