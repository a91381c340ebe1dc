/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_ACTIVEMQ_H
#define LAMB_EVENTS_ACTIVEMQ_H

/*
 * Amazon MQ, ActiveMQ: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_activemq_event - activemq event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_activemq_event {
    struct lamb_value value;
};

/**
 * struct lamb_activemq_message - activemq message; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_activemq_message {
    struct lamb_value value;
};

/* lamb_activemq_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_activemq_event_of(struct lamb_document *document, struct lamb_activemq_event *ret)
{
    return lamb_document_expect(document, "activemq", &ret->value);
}

/* lamb_activemq_event_event_source - eventSource: text. */
static inline int
lamb_activemq_event_event_source(struct lamb_activemq_event object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSource", ret);
}

/* lamb_activemq_event_event_source_arn - eventSourceArn: text. */
static inline int
lamb_activemq_event_event_source_arn(struct lamb_activemq_event object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSourceArn", ret);
}

/* lamb_activemq_event_messages_at - element index of messages: object. */
static inline int
lamb_activemq_event_messages_at(struct lamb_activemq_event object, size_t index,
                                struct lamb_activemq_message *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "messages", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_activemq_event_messages_count - how many elements messages has. */
static inline int
lamb_activemq_event_messages_count(struct lamb_activemq_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "messages", &list, ret);
}

/* lamb_activemq_message_message_id - messageID: text. */
static inline int
lamb_activemq_message_message_id(struct lamb_activemq_message object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "messageID", ret);
}

/* lamb_activemq_message_message_type - messageType: text. */
static inline int
lamb_activemq_message_message_type(struct lamb_activemq_message object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "messageType", ret);
}

/* lamb_activemq_message_delivery_mode - deliveryMode: whole number. */
static inline int
lamb_activemq_message_delivery_mode(struct lamb_activemq_message object, int64_t *ret)
{
    return lamb_value_int(object.value, "deliveryMode", ret);
}

/* lamb_activemq_message_priority - priority: whole number. */
static inline int
lamb_activemq_message_priority(struct lamb_activemq_message object, int64_t *ret)
{
    return lamb_value_int(object.value, "priority", ret);
}

/* lamb_activemq_message_reply_to - replyTo: text. May be absent or null. */
static inline int
lamb_activemq_message_reply_to(struct lamb_activemq_message object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "replyTo", ret);
}

/* lamb_activemq_message_type - type: text. May be absent or null. */
static inline int
lamb_activemq_message_type(struct lamb_activemq_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "type", ret);
}

/* lamb_activemq_message_correlation_id - correlationID: text. May be absent or null. */
static inline int
lamb_activemq_message_correlation_id(struct lamb_activemq_message object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "correlationID", ret);
}

/* lamb_activemq_message_correlation_id_other - correlationId: text - the other spelling
 * that is seen. May be absent or null. */
static inline int
lamb_activemq_message_correlation_id_other(struct lamb_activemq_message object,
                                           struct lamb_span *ret)
{
    return lamb_value_text(object.value, "correlationId", ret);
}

/* lamb_activemq_message_expiration - expiration: whole number. */
static inline int
lamb_activemq_message_expiration(struct lamb_activemq_message object, int64_t *ret)
{
    return lamb_value_int(object.value, "expiration", ret);
}

/* lamb_activemq_message_redelivered - redelivered: true or false. */
static inline int
lamb_activemq_message_redelivered(struct lamb_activemq_message object, bool *ret)
{
    return lamb_value_bool(object.value, "redelivered", ret);
}

/* lamb_activemq_message_destination - destination/physicalName: text. May be absent or
 * null. */
static inline int
lamb_activemq_message_destination(struct lamb_activemq_message object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "destination/physicalName", ret);
}

/* lamb_activemq_message_destination_other - destination/physicalname: text - the other
 * spelling that is seen. May be absent or null. */
static inline int
lamb_activemq_message_destination_other(struct lamb_activemq_message object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "destination/physicalname", ret);
}

/* lamb_activemq_message_data - data: bytes in base64. */
static inline int
lamb_activemq_message_data(struct lamb_activemq_message object, struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "data", ret);
}

/* lamb_activemq_message_timestamp - timestamp: time (number, ms). */
static inline int
lamb_activemq_message_timestamp(struct lamb_activemq_message object, int64_t *ret)
{
    return lamb_value_time(object.value, "timestamp", LAMB_TIME_MS, ret);
}

/* lamb_activemq_message_broker_in_time - brokerInTime: time (number, ms). */
static inline int
lamb_activemq_message_broker_in_time(struct lamb_activemq_message object, int64_t *ret)
{
    return lamb_value_time(object.value, "brokerInTime", LAMB_TIME_MS, ret);
}

/* lamb_activemq_message_broker_out_time - brokerOutTime: time (number, ms). */
static inline int
lamb_activemq_message_broker_out_time(struct lamb_activemq_message object, int64_t *ret)
{
    return lamb_value_time(object.value, "brokerOutTime", LAMB_TIME_MS, ret);
}

/* lamb_activemq_message_properties - properties: object. */
static inline int
lamb_activemq_message_properties(struct lamb_activemq_message object,
                                 struct lamb_value *ret)
{
    return lamb_value_object(object.value, "properties", ret);
}

#ifdef __cplusplus
}
#endif

#endif
