/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_RABBITMQ_H
#define LAMB_EVENTS_RABBITMQ_H

/*
 * Amazon MQ, RabbitMQ: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_rabbitmq_event - rabbitmq event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_rabbitmq_event {
    struct lamb_value value;
};

/**
 * struct lamb_rabbitmq_message - rabbitmq message; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_rabbitmq_message {
    struct lamb_value value;
};

/* lamb_rabbitmq_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_rabbitmq_event_of(struct lamb_document *document, struct lamb_rabbitmq_event *ret)
{
    return lamb_document_expect(document, "rabbitmq", &ret->value);
}

/* lamb_rabbitmq_event_event_source - eventSource: text. */
static inline int
lamb_rabbitmq_event_event_source(struct lamb_rabbitmq_event object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSource", ret);
}

/* lamb_rabbitmq_event_event_source_arn - eventSourceArn: text. */
static inline int
lamb_rabbitmq_event_event_source_arn(struct lamb_rabbitmq_event object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSourceArn", ret);
}

/* lamb_rabbitmq_event_rmq_messages_by_queue - rmqMessagesByQueue: object - queue::host:
 * list of messages; see lamb/record.h. */
static inline int
lamb_rabbitmq_event_rmq_messages_by_queue(struct lamb_rabbitmq_event object,
                                          struct lamb_value *ret)
{
    return lamb_value_object(object.value, "rmqMessagesByQueue", ret);
}

/* lamb_rabbitmq_message_content_type - basicProperties/contentType: text. May be absent
 * or null. */
static inline int
lamb_rabbitmq_message_content_type(struct lamb_rabbitmq_message object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "basicProperties/contentType", ret);
}

/* lamb_rabbitmq_message_content_encoding - basicProperties/contentEncoding: text. May
 * be absent or null. */
static inline int
lamb_rabbitmq_message_content_encoding(struct lamb_rabbitmq_message object,
                                       struct lamb_span *ret)
{
    return lamb_value_text(object.value, "basicProperties/contentEncoding", ret);
}

/* lamb_rabbitmq_message_correlation_id - basicProperties/correlationId: text. May be
 * absent or null. */
static inline int
lamb_rabbitmq_message_correlation_id(struct lamb_rabbitmq_message object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "basicProperties/correlationId", ret);
}

/* lamb_rabbitmq_message_reply_to - basicProperties/replyTo: text. May be absent or
 * null. */
static inline int
lamb_rabbitmq_message_reply_to(struct lamb_rabbitmq_message object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "basicProperties/replyTo", ret);
}

/* lamb_rabbitmq_message_message_id - basicProperties/messageId: text. May be absent or
 * null. */
static inline int
lamb_rabbitmq_message_message_id(struct lamb_rabbitmq_message object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "basicProperties/messageId", ret);
}

/* lamb_rabbitmq_message_type - basicProperties/type: text. May be absent or null. */
static inline int
lamb_rabbitmq_message_type(struct lamb_rabbitmq_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "basicProperties/type", ret);
}

/* lamb_rabbitmq_message_user_id - basicProperties/userId: text. May be absent or null.
 */
static inline int
lamb_rabbitmq_message_user_id(struct lamb_rabbitmq_message object,
                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "basicProperties/userId", ret);
}

/* lamb_rabbitmq_message_app_id - basicProperties/appId: text. May be absent or null. */
static inline int
lamb_rabbitmq_message_app_id(struct lamb_rabbitmq_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "basicProperties/appId", ret);
}

/* lamb_rabbitmq_message_cluster_id - basicProperties/clusterId: text. May be absent or
 * null. */
static inline int
lamb_rabbitmq_message_cluster_id(struct lamb_rabbitmq_message object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "basicProperties/clusterId", ret);
}

/* lamb_rabbitmq_message_headers - basicProperties/headers: object - lamb_value_octets
 * of name/bytes. */
static inline int
lamb_rabbitmq_message_headers(struct lamb_rabbitmq_message object,
                              struct lamb_value *ret)
{
    return lamb_value_object(object.value, "basicProperties/headers", ret);
}

/* lamb_rabbitmq_message_delivery_mode - basicProperties/deliveryMode: whole number. */
static inline int
lamb_rabbitmq_message_delivery_mode(struct lamb_rabbitmq_message object, int64_t *ret)
{
    return lamb_value_int(object.value, "basicProperties/deliveryMode", ret);
}

/* lamb_rabbitmq_message_priority - basicProperties/priority: whole number. */
static inline int
lamb_rabbitmq_message_priority(struct lamb_rabbitmq_message object, int64_t *ret)
{
    return lamb_value_int(object.value, "basicProperties/priority", ret);
}

/* lamb_rabbitmq_message_expiration_ms - basicProperties/expiration: whole number. */
static inline int
lamb_rabbitmq_message_expiration_ms(struct lamb_rabbitmq_message object, int64_t *ret)
{
    return lamb_value_int(object.value, "basicProperties/expiration", ret);
}

/* lamb_rabbitmq_message_timestamp - basicProperties/timestamp: time (text, RabbitMQ).
 */
static inline int
lamb_rabbitmq_message_timestamp(struct lamb_rabbitmq_message object, int64_t *ret)
{
    return lamb_value_time(object.value, "basicProperties/timestamp",
                           LAMB_TIME_RABBITMQ, ret);
}

/* lamb_rabbitmq_message_body_size - basicProperties/bodySize: whole number. */
static inline int
lamb_rabbitmq_message_body_size(struct lamb_rabbitmq_message object, int64_t *ret)
{
    return lamb_value_int(object.value, "basicProperties/bodySize", ret);
}

/* lamb_rabbitmq_message_redelivered - redelivered: true or false. */
static inline int
lamb_rabbitmq_message_redelivered(struct lamb_rabbitmq_message object, bool *ret)
{
    return lamb_value_bool(object.value, "redelivered", ret);
}

/* lamb_rabbitmq_message_data - data: bytes in base64. */
static inline int
lamb_rabbitmq_message_data(struct lamb_rabbitmq_message object, struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "data", ret);
}

#ifdef __cplusplus
}
#endif

#endif
