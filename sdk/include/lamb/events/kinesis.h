/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_KINESIS_H
#define LAMB_EVENTS_KINESIS_H

/*
 * Amazon Kinesis data streams: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_kinesis_event - kinesis event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_kinesis_event {
    struct lamb_value value;
};

/**
 * struct lamb_kinesis_record - kinesis record; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_kinesis_record {
    struct lamb_value value;
};

/* lamb_kinesis_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_kinesis_event_of(struct lamb_document *document, struct lamb_kinesis_event *ret)
{
    return lamb_document_expect(document, "kinesis", &ret->value);
}

/* lamb_kinesis_event_records_at - element index of Records: object. */
static inline int
lamb_kinesis_event_records_at(struct lamb_kinesis_event object, size_t index,
                              struct lamb_kinesis_record *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "Records", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_kinesis_event_records_count - how many elements Records has. */
static inline int
lamb_kinesis_event_records_count(struct lamb_kinesis_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "Records", &list, ret);
}

/* lamb_kinesis_event_window_start - window/start: time (text, ISO). May be absent or
 * null. */
static inline int
lamb_kinesis_event_window_start(struct lamb_kinesis_event object, int64_t *ret)
{
    return lamb_value_time(object.value, "window/start", LAMB_TIME_ISO, ret);
}

/* lamb_kinesis_event_window_end - window/end: time (text, ISO). May be absent or null.
 */
static inline int
lamb_kinesis_event_window_end(struct lamb_kinesis_event object, int64_t *ret)
{
    return lamb_value_time(object.value, "window/end", LAMB_TIME_ISO, ret);
}

/* lamb_kinesis_event_state - state: object. May be absent or null. */
static inline int
lamb_kinesis_event_state(struct lamb_kinesis_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "state", ret);
}

/* lamb_kinesis_event_shard_id - shardId: text. May be absent or null. */
static inline int
lamb_kinesis_event_shard_id(struct lamb_kinesis_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "shardId", ret);
}

/* lamb_kinesis_event_event_source_arn - eventSourceARN: text. May be absent or null. */
static inline int
lamb_kinesis_event_event_source_arn(struct lamb_kinesis_event object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSourceARN", ret);
}

/* lamb_kinesis_event_is_final_invoke_for_window - isFinalInvokeForWindow: true or
 * false. May be absent or null. */
static inline int
lamb_kinesis_event_is_final_invoke_for_window(struct lamb_kinesis_event object,
                                              bool *ret)
{
    return lamb_value_bool(object.value, "isFinalInvokeForWindow", ret);
}

/* lamb_kinesis_event_is_window_terminated_early - isWindowTerminatedEarly: true or
 * false. May be absent or null. */
static inline int
lamb_kinesis_event_is_window_terminated_early(struct lamb_kinesis_event object,
                                              bool *ret)
{
    return lamb_value_bool(object.value, "isWindowTerminatedEarly", ret);
}

/* lamb_kinesis_record_schema_version - kinesis/kinesisSchemaVersion: text. */
static inline int
lamb_kinesis_record_schema_version(struct lamb_kinesis_record object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "kinesis/kinesisSchemaVersion", ret);
}

/* lamb_kinesis_record_partition_key - kinesis/partitionKey: text. */
static inline int
lamb_kinesis_record_partition_key(struct lamb_kinesis_record object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "kinesis/partitionKey", ret);
}

/* lamb_kinesis_record_sequence_number - kinesis/sequenceNumber: text. */
static inline int
lamb_kinesis_record_sequence_number(struct lamb_kinesis_record object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "kinesis/sequenceNumber", ret);
}

/* lamb_kinesis_record_data - kinesis/data: bytes in base64. */
static inline int
lamb_kinesis_record_data(struct lamb_kinesis_record object, struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "kinesis/data", ret);
}

/* lamb_kinesis_record_arrived_at - kinesis/approximateArrivalTimestamp: time (number,
 * s). */
static inline int
lamb_kinesis_record_arrived_at(struct lamb_kinesis_record object, int64_t *ret)
{
    return lamb_value_time(object.value, "kinesis/approximateArrivalTimestamp",
                           LAMB_TIME_SECONDS, ret);
}

/* lamb_kinesis_record_encryption_type - kinesis/encryptionType: text. May be absent or
 * null. */
static inline int
lamb_kinesis_record_encryption_type(struct lamb_kinesis_record object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "kinesis/encryptionType", ret);
}

/* lamb_kinesis_record_event_source - eventSource: text. */
static inline int
lamb_kinesis_record_event_source(struct lamb_kinesis_record object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSource", ret);
}

/* lamb_kinesis_record_event_version - eventVersion: text. */
static inline int
lamb_kinesis_record_event_version(struct lamb_kinesis_record object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventVersion", ret);
}

/* lamb_kinesis_record_event_name - eventName: text. */
static inline int
lamb_kinesis_record_event_name(struct lamb_kinesis_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventName", ret);
}

/* lamb_kinesis_record_event_id - eventID: text. */
static inline int
lamb_kinesis_record_event_id(struct lamb_kinesis_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventID", ret);
}

/* lamb_kinesis_record_invoke_identity_arn - invokeIdentityArn: text. */
static inline int
lamb_kinesis_record_invoke_identity_arn(struct lamb_kinesis_record object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "invokeIdentityArn", ret);
}

/* lamb_kinesis_record_aws_region - awsRegion: text. */
static inline int
lamb_kinesis_record_aws_region(struct lamb_kinesis_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "awsRegion", ret);
}

/* lamb_kinesis_record_event_source_arn - eventSourceARN: text. */
static inline int
lamb_kinesis_record_event_source_arn(struct lamb_kinesis_record object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSourceARN", ret);
}

#ifdef __cplusplus
}
#endif

#endif
