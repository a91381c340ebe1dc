/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_SNS_H
#define LAMB_EVENTS_SNS_H

/*
 * Amazon SNS: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_sns_event - sns event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_sns_event {
    struct lamb_value value;
};

/**
 * struct lamb_sns_record - sns record; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_sns_record {
    struct lamb_value value;
};

/**
 * struct lamb_sns_attribute - sns attribute; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_sns_attribute {
    struct lamb_value value;
};

/* lamb_sns_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_sns_event_of(struct lamb_document *document, struct lamb_sns_event *ret)
{
    return lamb_document_expect(document, "sns", &ret->value);
}

/* lamb_sns_event_records_at - element index of Records: object. */
static inline int
lamb_sns_event_records_at(struct lamb_sns_event object, size_t index,
                          struct lamb_sns_record *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "Records", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_sns_event_records_count - how many elements Records has. */
static inline int
lamb_sns_event_records_count(struct lamb_sns_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "Records", &list, ret);
}

/* lamb_sns_record_event_source - EventSource: text. */
static inline int
lamb_sns_record_event_source(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "EventSource", ret);
}

/* lamb_sns_record_event_version - EventVersion: text. */
static inline int
lamb_sns_record_event_version(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "EventVersion", ret);
}

/* lamb_sns_record_event_subscription_arn - EventSubscriptionArn: text. */
static inline int
lamb_sns_record_event_subscription_arn(struct lamb_sns_record object,
                                       struct lamb_span *ret)
{
    return lamb_value_text(object.value, "EventSubscriptionArn", ret);
}

/* lamb_sns_record_type - Sns/Type: text. */
static inline int
lamb_sns_record_type(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Sns/Type", ret);
}

/* lamb_sns_record_message_id - Sns/MessageId: text. */
static inline int
lamb_sns_record_message_id(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Sns/MessageId", ret);
}

/* lamb_sns_record_topic_arn - Sns/TopicArn: text. */
static inline int
lamb_sns_record_topic_arn(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Sns/TopicArn", ret);
}

/* lamb_sns_record_subject - Sns/Subject: text. May be absent or null. */
static inline int
lamb_sns_record_subject(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Sns/Subject", ret);
}

/* lamb_sns_record_message - Sns/Message: text. */
static inline int
lamb_sns_record_message(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Sns/Message", ret);
}

/* lamb_sns_record_message_json - Sns/Message: JSON in text - the message, when it is
 * JSON. */
static inline int
lamb_sns_record_message_json(struct lamb_sns_record object, struct lamb_value *ret)
{
    return lamb_value_parsed(object.value, "Sns/Message", ret);
}

/* lamb_sns_record_timestamp - Sns/Timestamp: time (text, ISO). */
static inline int
lamb_sns_record_timestamp(struct lamb_sns_record object, int64_t *ret)
{
    return lamb_value_time(object.value, "Sns/Timestamp", LAMB_TIME_ISO, ret);
}

/* lamb_sns_record_signature_version - Sns/SignatureVersion: text. */
static inline int
lamb_sns_record_signature_version(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Sns/SignatureVersion", ret);
}

/* lamb_sns_record_signature - Sns/Signature: text. */
static inline int
lamb_sns_record_signature(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Sns/Signature", ret);
}

/* lamb_sns_record_signing_cert_url - Sns/SigningCertUrl: text. */
static inline int
lamb_sns_record_signing_cert_url(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Sns/SigningCertUrl", ret);
}

/* lamb_sns_record_unsubscribe_url - Sns/UnsubscribeUrl: text. */
static inline int
lamb_sns_record_unsubscribe_url(struct lamb_sns_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Sns/UnsubscribeUrl", ret);
}

/* lamb_sns_record_message_attributes_of - the member called name of
 * Sns/MessageAttributes. */
static inline int
lamb_sns_record_message_attributes_of(struct lamb_sns_record object, const char *name,
                                      struct lamb_sns_attribute *ret)
{
    struct lamb_value at;
    int r = lamb_value_object(object.value, "Sns/MessageAttributes", &at);
    int found;

    if (r == 0)
        r = lamb_value_member(at, name, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_sns_record_message_attributes - Sns/MessageAttributes, to be walked with
 * lamb_value_next. */
static inline int
lamb_sns_record_message_attributes(struct lamb_sns_record object,
                                   struct lamb_value *ret)
{
    return lamb_value_object(object.value, "Sns/MessageAttributes", ret);
}

/* lamb_sns_attribute_type - Type: text. */
static inline int
lamb_sns_attribute_type(struct lamb_sns_attribute object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Type", ret);
}

/* lamb_sns_attribute_value - Value: text. */
static inline int
lamb_sns_attribute_value(struct lamb_sns_attribute object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Value", ret);
}

#ifdef __cplusplus
}
#endif

#endif
