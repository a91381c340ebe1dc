/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_S3_H
#define LAMB_EVENTS_S3_H

/*
 * Amazon S3 notifications: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_s3_event - s3 event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_s3_event {
    struct lamb_value value;
};

/**
 * struct lamb_s3_record - s3 record; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_s3_record {
    struct lamb_value value;
};

/* lamb_s3_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_s3_event_of(struct lamb_document *document, struct lamb_s3_event *ret)
{
    return lamb_document_expect(document, "s3", &ret->value);
}

/* lamb_s3_event_records_at - element index of Records: object. May be absent or null.
 */
static inline int
lamb_s3_event_records_at(struct lamb_s3_event object, size_t index,
                         struct lamb_s3_record *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "Records", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_s3_event_records_count - how many elements Records has. */
static inline int
lamb_s3_event_records_count(struct lamb_s3_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "Records", &list, ret);
}

/* lamb_s3_event_service - Service: text - this and what follows: the test event, which
 * has no Records. May be absent or null. */
static inline int
lamb_s3_event_service(struct lamb_s3_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Service", ret);
}

/* lamb_s3_event_event - Event: text. May be absent or null. */
static inline int
lamb_s3_event_event(struct lamb_s3_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Event", ret);
}

/* lamb_s3_event_time - Time: time (text, ISO). May be absent or null. */
static inline int
lamb_s3_event_time(struct lamb_s3_event object, int64_t *ret)
{
    return lamb_value_time(object.value, "Time", LAMB_TIME_ISO, ret);
}

/* lamb_s3_event_bucket - Bucket: text. May be absent or null. */
static inline int
lamb_s3_event_bucket(struct lamb_s3_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "Bucket", ret);
}

/* lamb_s3_event_request_id - RequestId: text. May be absent or null. */
static inline int
lamb_s3_event_request_id(struct lamb_s3_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "RequestId", ret);
}

/* lamb_s3_event_host_id - HostId: text. May be absent or null. */
static inline int
lamb_s3_event_host_id(struct lamb_s3_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "HostId", ret);
}

/* lamb_s3_record_event_version - eventVersion: text. */
static inline int
lamb_s3_record_event_version(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventVersion", ret);
}

/* lamb_s3_record_event_source - eventSource: text. */
static inline int
lamb_s3_record_event_source(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSource", ret);
}

/* lamb_s3_record_aws_region - awsRegion: text. */
static inline int
lamb_s3_record_aws_region(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "awsRegion", ret);
}

/* lamb_s3_record_event_time - eventTime: time (text, ISO). */
static inline int
lamb_s3_record_event_time(struct lamb_s3_record object, int64_t *ret)
{
    return lamb_value_time(object.value, "eventTime", LAMB_TIME_ISO, ret);
}

/* lamb_s3_record_event_name - eventName: text. */
static inline int
lamb_s3_record_event_name(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventName", ret);
}

/* lamb_s3_record_principal_id - userIdentity/principalId: text. */
static inline int
lamb_s3_record_principal_id(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userIdentity/principalId", ret);
}

/* lamb_s3_record_source_ip - requestParameters/sourceIPAddress: text. */
static inline int
lamb_s3_record_source_ip(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "requestParameters/sourceIPAddress", ret);
}

/* lamb_s3_record_response_elements - responseElements: object. */
static inline int
lamb_s3_record_response_elements(struct lamb_s3_record object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "responseElements", ret);
}

/* lamb_s3_record_schema_version - s3/s3SchemaVersion: text. */
static inline int
lamb_s3_record_schema_version(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3/s3SchemaVersion", ret);
}

/* lamb_s3_record_configuration_id - s3/configurationId: text. */
static inline int
lamb_s3_record_configuration_id(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3/configurationId", ret);
}

/* lamb_s3_record_bucket_name - s3/bucket/name: text. */
static inline int
lamb_s3_record_bucket_name(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3/bucket/name", ret);
}

/* lamb_s3_record_bucket_arn - s3/bucket/arn: text. */
static inline int
lamb_s3_record_bucket_arn(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3/bucket/arn", ret);
}

/* lamb_s3_record_bucket_owner - s3/bucket/ownerIdentity/principalId: text. */
static inline int
lamb_s3_record_bucket_owner(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3/bucket/ownerIdentity/principalId", ret);
}

/* lamb_s3_record_object_key - s3/object/key: text, URL-encoded - decoded. */
static inline int
lamb_s3_record_object_key(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_form(object.value, "s3/object/key", ret);
}

/* lamb_s3_record_object_size - s3/object/size: whole number. May be absent or null. */
static inline int
lamb_s3_record_object_size(struct lamb_s3_record object, int64_t *ret)
{
    return lamb_value_int(object.value, "s3/object/size", ret);
}

/* lamb_s3_record_object_etag - s3/object/eTag: text. May be absent or null. */
static inline int
lamb_s3_record_object_etag(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3/object/eTag", ret);
}

/* lamb_s3_record_object_version_id - s3/object/versionId: text. May be absent or null.
 */
static inline int
lamb_s3_record_object_version_id(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3/object/versionId", ret);
}

/* lamb_s3_record_object_sequencer - s3/object/sequencer: text. */
static inline int
lamb_s3_record_object_sequencer(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3/object/sequencer", ret);
}

/* lamb_s3_record_restore_expires_at -
 * glacierEventData/restoreEventData/lifecycleRestorationExpiryTime: time (text, ISO).
 * May be absent or null. */
static inline int
lamb_s3_record_restore_expires_at(struct lamb_s3_record object, int64_t *ret)
{
    return lamb_value_time(
        object.value,
        "glacierEventData/restoreEventData/lifecycleRestorationExpiryTime",
        LAMB_TIME_ISO, ret);
}

/* lamb_s3_record_restore_storage_class -
 * glacierEventData/restoreEventData/lifecycleRestoreStorageClass: text. May be absent
 * or null. */
static inline int
lamb_s3_record_restore_storage_class(struct lamb_s3_record object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(
        object.value, "glacierEventData/restoreEventData/lifecycleRestoreStorageClass",
        ret);
}

/* lamb_s3_record_replication_rule_id - replicationEventData/replicationRuleId: text.
 * May be absent or null. */
static inline int
lamb_s3_record_replication_rule_id(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "replicationEventData/replicationRuleId", ret);
}

/* lamb_s3_record_replication_destination_bucket -
 * replicationEventData/destinationBucket: text. May be absent or null. */
static inline int
lamb_s3_record_replication_destination_bucket(struct lamb_s3_record object,
                                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "replicationEventData/destinationBucket", ret);
}

/* lamb_s3_record_replication_operation - replicationEventData/s3Operation: text. May be
 * absent or null. */
static inline int
lamb_s3_record_replication_operation(struct lamb_s3_record object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "replicationEventData/s3Operation", ret);
}

/* lamb_s3_record_replication_requested_at - replicationEventData/requestTime: time
 * (text, ISO). May be absent or null. */
static inline int
lamb_s3_record_replication_requested_at(struct lamb_s3_record object, int64_t *ret)
{
    return lamb_value_time(object.value, "replicationEventData/requestTime",
                           LAMB_TIME_ISO, ret);
}

/* lamb_s3_record_replication_failure_reason - replicationEventData/failureReason: text.
 * May be absent or null. */
static inline int
lamb_s3_record_replication_failure_reason(struct lamb_s3_record object,
                                          struct lamb_span *ret)
{
    return lamb_value_text(object.value, "replicationEventData/failureReason", ret);
}

/* lamb_s3_record_replication_threshold - replicationEventData/threshold: text. May be
 * absent or null. */
static inline int
lamb_s3_record_replication_threshold(struct lamb_s3_record object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "replicationEventData/threshold", ret);
}

/* lamb_s3_record_replication_time - replicationEventData/replicationTime: text. May be
 * absent or null. */
static inline int
lamb_s3_record_replication_time(struct lamb_s3_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "replicationEventData/replicationTime", ret);
}

/* lamb_s3_record_destination_access_tier -
 * intelligentTieringEventData/destinationAccessTier: text. May be absent or null. */
static inline int
lamb_s3_record_destination_access_tier(struct lamb_s3_record object,
                                       struct lamb_span *ret)
{
    return lamb_value_text(object.value,
                           "intelligentTieringEventData/destinationAccessTier", ret);
}

/* lamb_s3_record_destination_storage_class -
 * lifecycleEventData/transitionEventData/destinationStorageClass: text. May be absent
 * or null. */
static inline int
lamb_s3_record_destination_storage_class(struct lamb_s3_record object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(
        object.value, "lifecycleEventData/transitionEventData/destinationStorageClass",
        ret);
}

#ifdef __cplusplus
}
#endif

#endif
