/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_SQS_H
#define LAMB_EVENTS_SQS_H

/*
 * Amazon SQS: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_sqs_event - sqs event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_sqs_event {
    struct lamb_value value;
};

/**
 * struct lamb_sqs_message - sqs message; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_sqs_message {
    struct lamb_value value;
};

/**
 * struct lamb_sqs_attribute - sqs attribute; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_sqs_attribute {
    struct lamb_value value;
};

/* lamb_sqs_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_sqs_event_of(struct lamb_document *document, struct lamb_sqs_event *ret)
{
    return lamb_document_expect(document, "sqs", &ret->value);
}

/* lamb_sqs_event_records_at - element index of Records: object. */
static inline int
lamb_sqs_event_records_at(struct lamb_sqs_event object, size_t index,
                          struct lamb_sqs_message *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "Records", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_sqs_event_records_count - how many elements Records has. */
static inline int
lamb_sqs_event_records_count(struct lamb_sqs_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "Records", &list, ret);
}

/* lamb_sqs_message_message_id - messageId: text. */
static inline int
lamb_sqs_message_message_id(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "messageId", ret);
}

/* lamb_sqs_message_receipt_handle - receiptHandle: text. */
static inline int
lamb_sqs_message_receipt_handle(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "receiptHandle", ret);
}

/* lamb_sqs_message_body - body: text. */
static inline int
lamb_sqs_message_body(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "body", ret);
}

/* lamb_sqs_message_md5_of_body - md5OfBody: text. */
static inline int
lamb_sqs_message_md5_of_body(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "md5OfBody", ret);
}

/* lamb_sqs_message_md5_of_message_attributes - md5OfMessageAttributes: text. May be
 * absent or null. */
static inline int
lamb_sqs_message_md5_of_message_attributes(struct lamb_sqs_message object,
                                           struct lamb_span *ret)
{
    return lamb_value_text(object.value, "md5OfMessageAttributes", ret);
}

/* lamb_sqs_message_attributes - attributes: object. */
static inline int
lamb_sqs_message_attributes(struct lamb_sqs_message object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "attributes", ret);
}

/* lamb_sqs_message_receive_count - attributes/ApproximateReceiveCount: whole number. */
static inline int
lamb_sqs_message_receive_count(struct lamb_sqs_message object, int64_t *ret)
{
    return lamb_value_int(object.value, "attributes/ApproximateReceiveCount", ret);
}

/* lamb_sqs_message_sent_at - attributes/SentTimestamp: time (text, ms). */
static inline int
lamb_sqs_message_sent_at(struct lamb_sqs_message object, int64_t *ret)
{
    return lamb_value_time(object.value, "attributes/SentTimestamp", LAMB_TIME_MS_TEXT,
                           ret);
}

/* lamb_sqs_message_sender_id - attributes/SenderId: text. */
static inline int
lamb_sqs_message_sender_id(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "attributes/SenderId", ret);
}

/* lamb_sqs_message_first_received_at - attributes/ApproximateFirstReceiveTimestamp:
 * time (text, ms). */
static inline int
lamb_sqs_message_first_received_at(struct lamb_sqs_message object, int64_t *ret)
{
    return lamb_value_time(object.value, "attributes/ApproximateFirstReceiveTimestamp",
                           LAMB_TIME_MS_TEXT, ret);
}

/* lamb_sqs_message_sequence_number - attributes/SequenceNumber: text. May be absent or
 * null. */
static inline int
lamb_sqs_message_sequence_number(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "attributes/SequenceNumber", ret);
}

/* lamb_sqs_message_message_group_id - attributes/MessageGroupId: text. May be absent or
 * null. */
static inline int
lamb_sqs_message_message_group_id(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "attributes/MessageGroupId", ret);
}

/* lamb_sqs_message_message_deduplication_id - attributes/MessageDeduplicationId: text.
 * May be absent or null. */
static inline int
lamb_sqs_message_message_deduplication_id(struct lamb_sqs_message object,
                                          struct lamb_span *ret)
{
    return lamb_value_text(object.value, "attributes/MessageDeduplicationId", ret);
}

/* lamb_sqs_message_trace_header - attributes/AWSTraceHeader: text. May be absent or
 * null. */
static inline int
lamb_sqs_message_trace_header(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "attributes/AWSTraceHeader", ret);
}

/* lamb_sqs_message_dead_letter_queue_source_arn - attributes/DeadLetterQueueSourceArn:
 * text. May be absent or null. */
static inline int
lamb_sqs_message_dead_letter_queue_source_arn(struct lamb_sqs_message object,
                                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "attributes/DeadLetterQueueSourceArn", ret);
}

/* lamb_sqs_message_message_attributes_of - the member called name of messageAttributes.
 */
static inline int
lamb_sqs_message_message_attributes_of(struct lamb_sqs_message object, const char *name,
                                       struct lamb_sqs_attribute *ret)
{
    struct lamb_value at;
    int r = lamb_value_object(object.value, "messageAttributes", &at);
    int found;

    if (r == 0)
        r = lamb_value_member(at, name, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_sqs_message_message_attributes - messageAttributes, to be walked with
 * lamb_value_next. */
static inline int
lamb_sqs_message_message_attributes(struct lamb_sqs_message object,
                                    struct lamb_value *ret)
{
    return lamb_value_object(object.value, "messageAttributes", ret);
}

/* lamb_sqs_message_event_source - eventSource: text. */
static inline int
lamb_sqs_message_event_source(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSource", ret);
}

/* lamb_sqs_message_event_source_arn - eventSourceARN: text. */
static inline int
lamb_sqs_message_event_source_arn(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSourceARN", ret);
}

/* lamb_sqs_message_aws_region - awsRegion: text. */
static inline int
lamb_sqs_message_aws_region(struct lamb_sqs_message object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "awsRegion", ret);
}

/* lamb_sqs_attribute_string_value - stringValue: text. May be absent or null. */
static inline int
lamb_sqs_attribute_string_value(struct lamb_sqs_attribute object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "stringValue", ret);
}

/* lamb_sqs_attribute_binary_value - binaryValue: bytes in base64. May be absent or
 * null. */
static inline int
lamb_sqs_attribute_binary_value(struct lamb_sqs_attribute object, struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "binaryValue", ret);
}

/* lamb_sqs_attribute_string_list_values_at - element index of stringListValues: text.
 */
static inline int
lamb_sqs_attribute_string_list_values_at(struct lamb_sqs_attribute object, size_t index,
                                         struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "stringListValues", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_sqs_attribute_string_list_values_count - how many elements stringListValues has.
 */
static inline int
lamb_sqs_attribute_string_list_values_count(struct lamb_sqs_attribute object,
                                            size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "stringListValues", &list, ret);
}

/* lamb_sqs_attribute_binary_list_values_at - element index of binaryListValues: text.
 */
static inline int
lamb_sqs_attribute_binary_list_values_at(struct lamb_sqs_attribute object, size_t index,
                                         struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "binaryListValues", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_sqs_attribute_binary_list_values_count - how many elements binaryListValues has.
 */
static inline int
lamb_sqs_attribute_binary_list_values_count(struct lamb_sqs_attribute object,
                                            size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "binaryListValues", &list, ret);
}

/* lamb_sqs_attribute_data_type - dataType: text. */
static inline int
lamb_sqs_attribute_data_type(struct lamb_sqs_attribute object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "dataType", ret);
}

#ifdef __cplusplus
}
#endif

#endif
