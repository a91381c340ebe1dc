/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_FIREHOSE_H
#define LAMB_EVENTS_FIREHOSE_H

/*
 * Kinesis Data Firehose transformation: a type for each object, a function for each
 * field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_firehose_event - firehose event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_firehose_event {
    struct lamb_value value;
};

/**
 * struct lamb_firehose_record - firehose record; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_firehose_record {
    struct lamb_value value;
};

/* lamb_firehose_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_firehose_event_of(struct lamb_document *document, struct lamb_firehose_event *ret)
{
    return lamb_document_expect(document, "firehose", &ret->value);
}

/* lamb_firehose_event_invocation_id - invocationId: text. */
static inline int
lamb_firehose_event_invocation_id(struct lamb_firehose_event object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "invocationId", ret);
}

/* lamb_firehose_event_delivery_stream_arn - deliveryStreamArn: text. */
static inline int
lamb_firehose_event_delivery_stream_arn(struct lamb_firehose_event object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "deliveryStreamArn", ret);
}

/* lamb_firehose_event_source_kinesis_stream_arn - sourceKinesisStreamArn: text. May be
 * absent or null. */
static inline int
lamb_firehose_event_source_kinesis_stream_arn(struct lamb_firehose_event object,
                                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "sourceKinesisStreamArn", ret);
}

/* lamb_firehose_event_region - region: text. */
static inline int
lamb_firehose_event_region(struct lamb_firehose_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "region", ret);
}

/* lamb_firehose_event_records_at - element index of records: object. */
static inline int
lamb_firehose_event_records_at(struct lamb_firehose_event object, size_t index,
                               struct lamb_firehose_record *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "records", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_firehose_event_records_count - how many elements records has. */
static inline int
lamb_firehose_event_records_count(struct lamb_firehose_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "records", &list, ret);
}

/* lamb_firehose_record_record_id - recordId: text. */
static inline int
lamb_firehose_record_record_id(struct lamb_firehose_record object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "recordId", ret);
}

/* lamb_firehose_record_arrived_at - approximateArrivalTimestamp: time (number, ms). */
static inline int
lamb_firehose_record_arrived_at(struct lamb_firehose_record object, int64_t *ret)
{
    return lamb_value_time(object.value, "approximateArrivalTimestamp", LAMB_TIME_MS,
                           ret);
}

/* lamb_firehose_record_data - data: bytes in base64. */
static inline int
lamb_firehose_record_data(struct lamb_firehose_record object, struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "data", ret);
}

/* lamb_firehose_record_shard_id - kinesisRecordMetadata/shardId: text. May be absent or
 * null. */
static inline int
lamb_firehose_record_shard_id(struct lamb_firehose_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "kinesisRecordMetadata/shardId", ret);
}

/* lamb_firehose_record_partition_key - kinesisRecordMetadata/partitionKey: text. May be
 * absent or null. */
static inline int
lamb_firehose_record_partition_key(struct lamb_firehose_record object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "kinesisRecordMetadata/partitionKey", ret);
}

/* lamb_firehose_record_sequence_number - kinesisRecordMetadata/sequenceNumber: text.
 * May be absent or null. */
static inline int
lamb_firehose_record_sequence_number(struct lamb_firehose_record object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "kinesisRecordMetadata/sequenceNumber", ret);
}

/* lamb_firehose_record_subsequence_number - kinesisRecordMetadata/subsequenceNumber:
 * any JSON. May be absent or null. */
static inline int
lamb_firehose_record_subsequence_number(struct lamb_firehose_record object,
                                        struct lamb_value *ret)
{
    return lamb_value_get(object.value, "kinesisRecordMetadata/subsequenceNumber", ret);
}

/* lamb_firehose_record_kinesis_arrived_at -
 * kinesisRecordMetadata/approximateArrivalTimestamp: time (number, ms). May be absent
 * or null. */
static inline int
lamb_firehose_record_kinesis_arrived_at(struct lamb_firehose_record object,
                                        int64_t *ret)
{
    return lamb_value_time(object.value,
                           "kinesisRecordMetadata/approximateArrivalTimestamp",
                           LAMB_TIME_MS, ret);
}

#ifdef __cplusplus
}
#endif

#endif
