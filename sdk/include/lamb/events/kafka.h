/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_KAFKA_H
#define LAMB_EVENTS_KAFKA_H

/*
 * Apache Kafka: MSK and self-managed: a type for each object, a function for each
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
 * struct lamb_kafka_event - kafka event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_kafka_event {
    struct lamb_value value;
};

/**
 * struct lamb_kafka_record - kafka record; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_kafka_record {
    struct lamb_value value;
};

/* lamb_kafka_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_kafka_event_of(struct lamb_document *document, struct lamb_kafka_event *ret)
{
    return lamb_document_expect(document, "kafka", &ret->value);
}

/* lamb_kafka_event_event_source - eventSource: text. */
static inline int
lamb_kafka_event_event_source(struct lamb_kafka_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSource", ret);
}

/* lamb_kafka_event_event_source_arn - eventSourceArn: text. May be absent or null. */
static inline int
lamb_kafka_event_event_source_arn(struct lamb_kafka_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSourceArn", ret);
}

/* lamb_kafka_event_bootstrap_servers - bootstrapServers: text. */
static inline int
lamb_kafka_event_bootstrap_servers(struct lamb_kafka_event object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "bootstrapServers", ret);
}

/* lamb_kafka_event_records - records: object - topic-partition: list of records; see
 * lamb/record.h. */
static inline int
lamb_kafka_event_records(struct lamb_kafka_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "records", ret);
}

/* lamb_kafka_record_topic - topic: text. */
static inline int
lamb_kafka_record_topic(struct lamb_kafka_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "topic", ret);
}

/* lamb_kafka_record_partition - partition: whole number. */
static inline int
lamb_kafka_record_partition(struct lamb_kafka_record object, int64_t *ret)
{
    return lamb_value_int(object.value, "partition", ret);
}

/* lamb_kafka_record_offset - offset: whole number. */
static inline int
lamb_kafka_record_offset(struct lamb_kafka_record object, int64_t *ret)
{
    return lamb_value_int(object.value, "offset", ret);
}

/* lamb_kafka_record_timestamp - timestamp: time (number, ms). */
static inline int
lamb_kafka_record_timestamp(struct lamb_kafka_record object, int64_t *ret)
{
    return lamb_value_time(object.value, "timestamp", LAMB_TIME_MS, ret);
}

/* lamb_kafka_record_timestamp_type - timestampType: text. */
static inline int
lamb_kafka_record_timestamp_type(struct lamb_kafka_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "timestampType", ret);
}

/* lamb_kafka_record_key - key: bytes in base64. May be absent or null. */
static inline int
lamb_kafka_record_key(struct lamb_kafka_record object, struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "key", ret);
}

/* lamb_kafka_record_value - value: bytes in base64. May be absent or null. */
static inline int
lamb_kafka_record_value(struct lamb_kafka_record object, struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "value", ret);
}

/* lamb_kafka_record_headers_at - element index of headers: any JSON - each an object of
 * one member: lamb_value_octets. */
static inline int
lamb_kafka_record_headers_at(struct lamb_kafka_record object, size_t index,
                             struct lamb_value *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "headers", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_get(at, "", ret);
    return r ? r : found;
}

/* lamb_kafka_record_headers_count - how many elements headers has. */
static inline int
lamb_kafka_record_headers_count(struct lamb_kafka_record object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "headers", &list, ret);
}

/* lamb_kafka_record_key_schema_id - keySchemaMetadata/schemaId: any JSON. May be absent
 * or null. */
static inline int
lamb_kafka_record_key_schema_id(struct lamb_kafka_record object, struct lamb_value *ret)
{
    return lamb_value_get(object.value, "keySchemaMetadata/schemaId", ret);
}

/* lamb_kafka_record_key_data_format - keySchemaMetadata/dataFormat: text. May be absent
 * or null. */
static inline int
lamb_kafka_record_key_data_format(struct lamb_kafka_record object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "keySchemaMetadata/dataFormat", ret);
}

/* lamb_kafka_record_value_schema_id - valueSchemaMetadata/schemaId: any JSON. May be
 * absent or null. */
static inline int
lamb_kafka_record_value_schema_id(struct lamb_kafka_record object,
                                  struct lamb_value *ret)
{
    return lamb_value_get(object.value, "valueSchemaMetadata/schemaId", ret);
}

/* lamb_kafka_record_value_data_format - valueSchemaMetadata/dataFormat: text. May be
 * absent or null. */
static inline int
lamb_kafka_record_value_data_format(struct lamb_kafka_record object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "valueSchemaMetadata/dataFormat", ret);
}

#ifdef __cplusplus
}
#endif

#endif
