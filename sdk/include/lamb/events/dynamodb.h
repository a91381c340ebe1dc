/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_DYNAMODB_H
#define LAMB_EVENTS_DYNAMODB_H

/*
 * Amazon DynamoDB streams: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_dynamodb_event - dynamodb event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_dynamodb_event {
    struct lamb_value value;
};

/**
 * struct lamb_dynamodb_record - dynamodb record; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_dynamodb_record {
    struct lamb_value value;
};

/**
 * struct lamb_dynamodb_attribute - dynamodb attribute; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_dynamodb_attribute {
    struct lamb_value value;
};

/* lamb_dynamodb_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_dynamodb_event_of(struct lamb_document *document, struct lamb_dynamodb_event *ret)
{
    return lamb_document_expect(document, "dynamodb", &ret->value);
}

/* lamb_dynamodb_event_records_at - element index of Records: object. */
static inline int
lamb_dynamodb_event_records_at(struct lamb_dynamodb_event object, size_t index,
                               struct lamb_dynamodb_record *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "Records", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_dynamodb_event_records_count - how many elements Records has. */
static inline int
lamb_dynamodb_event_records_count(struct lamb_dynamodb_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "Records", &list, ret);
}

/* lamb_dynamodb_event_window_start - window/start: time (text, ISO). May be absent or
 * null. */
static inline int
lamb_dynamodb_event_window_start(struct lamb_dynamodb_event object, int64_t *ret)
{
    return lamb_value_time(object.value, "window/start", LAMB_TIME_ISO, ret);
}

/* lamb_dynamodb_event_window_end - window/end: time (text, ISO). May be absent or null.
 */
static inline int
lamb_dynamodb_event_window_end(struct lamb_dynamodb_event object, int64_t *ret)
{
    return lamb_value_time(object.value, "window/end", LAMB_TIME_ISO, ret);
}

/* lamb_dynamodb_event_state - state: object. May be absent or null. */
static inline int
lamb_dynamodb_event_state(struct lamb_dynamodb_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "state", ret);
}

/* lamb_dynamodb_event_shard_id - shardId: text. May be absent or null. */
static inline int
lamb_dynamodb_event_shard_id(struct lamb_dynamodb_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "shardId", ret);
}

/* lamb_dynamodb_event_event_source_arn - eventSourceARN: text. May be absent or null.
 */
static inline int
lamb_dynamodb_event_event_source_arn(struct lamb_dynamodb_event object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSourceARN", ret);
}

/* lamb_dynamodb_event_is_final_invoke_for_window - isFinalInvokeForWindow: true or
 * false. May be absent or null. */
static inline int
lamb_dynamodb_event_is_final_invoke_for_window(struct lamb_dynamodb_event object,
                                               bool *ret)
{
    return lamb_value_bool(object.value, "isFinalInvokeForWindow", ret);
}

/* lamb_dynamodb_event_is_window_terminated_early - isWindowTerminatedEarly: true or
 * false. May be absent or null. */
static inline int
lamb_dynamodb_event_is_window_terminated_early(struct lamb_dynamodb_event object,
                                               bool *ret)
{
    return lamb_value_bool(object.value, "isWindowTerminatedEarly", ret);
}

/* lamb_dynamodb_record_event_id - eventID: text. */
static inline int
lamb_dynamodb_record_event_id(struct lamb_dynamodb_record object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventID", ret);
}

/* lamb_dynamodb_record_event_name - eventName: text. */
static inline int
lamb_dynamodb_record_event_name(struct lamb_dynamodb_record object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventName", ret);
}

/* lamb_dynamodb_record_event_version - eventVersion: text. */
static inline int
lamb_dynamodb_record_event_version(struct lamb_dynamodb_record object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventVersion", ret);
}

/* lamb_dynamodb_record_event_source - eventSource: text. */
static inline int
lamb_dynamodb_record_event_source(struct lamb_dynamodb_record object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSource", ret);
}

/* lamb_dynamodb_record_aws_region - awsRegion: text. */
static inline int
lamb_dynamodb_record_aws_region(struct lamb_dynamodb_record object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "awsRegion", ret);
}

/* lamb_dynamodb_record_event_source_arn - eventSourceARN: text. */
static inline int
lamb_dynamodb_record_event_source_arn(struct lamb_dynamodb_record object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSourceARN", ret);
}

/* lamb_dynamodb_record_created_at - dynamodb/ApproximateCreationDateTime: time (number,
 * s). */
static inline int
lamb_dynamodb_record_created_at(struct lamb_dynamodb_record object, int64_t *ret)
{
    return lamb_value_time(object.value, "dynamodb/ApproximateCreationDateTime",
                           LAMB_TIME_SECONDS, ret);
}

/* lamb_dynamodb_record_keys_of - the member called name of dynamodb/Keys. */
static inline int
lamb_dynamodb_record_keys_of(struct lamb_dynamodb_record object, const char *name,
                             struct lamb_dynamodb_attribute *ret)
{
    struct lamb_value at;
    int r = lamb_value_object(object.value, "dynamodb/Keys", &at);
    int found;

    if (r == 0)
        r = lamb_value_member(at, name, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_dynamodb_record_keys - dynamodb/Keys, to be walked with lamb_value_next. */
static inline int
lamb_dynamodb_record_keys(struct lamb_dynamodb_record object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "dynamodb/Keys", ret);
}

/* lamb_dynamodb_record_new_image_of - the member called name of dynamodb/NewImage. May
 * be absent or null. */
static inline int
lamb_dynamodb_record_new_image_of(struct lamb_dynamodb_record object, const char *name,
                                  struct lamb_dynamodb_attribute *ret)
{
    struct lamb_value at;
    int r = lamb_value_object(object.value, "dynamodb/NewImage", &at);
    int found;

    if (r == 0)
        r = lamb_value_member(at, name, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_dynamodb_record_new_image - dynamodb/NewImage, to be walked with
 * lamb_value_next. May be absent or null. */
static inline int
lamb_dynamodb_record_new_image(struct lamb_dynamodb_record object,
                               struct lamb_value *ret)
{
    return lamb_value_object(object.value, "dynamodb/NewImage", ret);
}

/* lamb_dynamodb_record_old_image_of - the member called name of dynamodb/OldImage. May
 * be absent or null. */
static inline int
lamb_dynamodb_record_old_image_of(struct lamb_dynamodb_record object, const char *name,
                                  struct lamb_dynamodb_attribute *ret)
{
    struct lamb_value at;
    int r = lamb_value_object(object.value, "dynamodb/OldImage", &at);
    int found;

    if (r == 0)
        r = lamb_value_member(at, name, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_dynamodb_record_old_image - dynamodb/OldImage, to be walked with
 * lamb_value_next. May be absent or null. */
static inline int
lamb_dynamodb_record_old_image(struct lamb_dynamodb_record object,
                               struct lamb_value *ret)
{
    return lamb_value_object(object.value, "dynamodb/OldImage", ret);
}

/* lamb_dynamodb_record_sequence_number - dynamodb/SequenceNumber: text. */
static inline int
lamb_dynamodb_record_sequence_number(struct lamb_dynamodb_record object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "dynamodb/SequenceNumber", ret);
}

/* lamb_dynamodb_record_size_bytes - dynamodb/SizeBytes: whole number. */
static inline int
lamb_dynamodb_record_size_bytes(struct lamb_dynamodb_record object, int64_t *ret)
{
    return lamb_value_int(object.value, "dynamodb/SizeBytes", ret);
}

/* lamb_dynamodb_record_stream_view_type - dynamodb/StreamViewType: text. */
static inline int
lamb_dynamodb_record_stream_view_type(struct lamb_dynamodb_record object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(object.value, "dynamodb/StreamViewType", ret);
}

/* lamb_dynamodb_record_user_identity_type - userIdentity/type: text. May be absent or
 * null. */
static inline int
lamb_dynamodb_record_user_identity_type(struct lamb_dynamodb_record object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userIdentity/type", ret);
}

/* lamb_dynamodb_record_user_identity_principal_id - userIdentity/principalId: text. May
 * be absent or null. */
static inline int
lamb_dynamodb_record_user_identity_principal_id(struct lamb_dynamodb_record object,
                                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userIdentity/principalId", ret);
}

/* lamb_dynamodb_attribute_s - S: text. May be absent or null. */
static inline int
lamb_dynamodb_attribute_s(struct lamb_dynamodb_attribute object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "S", ret);
}

/* lamb_dynamodb_attribute_n - N: text - decimal, up to 38 digits. May be absent or
 * null. */
static inline int
lamb_dynamodb_attribute_n(struct lamb_dynamodb_attribute object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "N", ret);
}

/* lamb_dynamodb_attribute_n_double - N: number. May be absent or null. */
static inline int
lamb_dynamodb_attribute_n_double(struct lamb_dynamodb_attribute object, double *ret)
{
    return lamb_value_double(object.value, "N", ret);
}

/* lamb_dynamodb_attribute_b - B: bytes in base64. May be absent or null. */
static inline int
lamb_dynamodb_attribute_b(struct lamb_dynamodb_attribute object, struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "B", ret);
}

/* lamb_dynamodb_attribute_ss_at - element index of SS: text. May be absent or null. */
static inline int
lamb_dynamodb_attribute_ss_at(struct lamb_dynamodb_attribute object, size_t index,
                              struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "SS", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_dynamodb_attribute_ss_count - how many elements SS has. */
static inline int
lamb_dynamodb_attribute_ss_count(struct lamb_dynamodb_attribute object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "SS", &list, ret);
}

/* lamb_dynamodb_attribute_ns_at - element index of NS: text. May be absent or null. */
static inline int
lamb_dynamodb_attribute_ns_at(struct lamb_dynamodb_attribute object, size_t index,
                              struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "NS", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_dynamodb_attribute_ns_count - how many elements NS has. */
static inline int
lamb_dynamodb_attribute_ns_count(struct lamb_dynamodb_attribute object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "NS", &list, ret);
}

/* lamb_dynamodb_attribute_bs_at - element index of BS: bytes in base64. May be absent
 * or null. */
static inline int
lamb_dynamodb_attribute_bs_at(struct lamb_dynamodb_attribute object, size_t index,
                              struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "BS", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_bytes(at, "", ret);
    return r ? r : found;
}

/* lamb_dynamodb_attribute_bs_count - how many elements BS has. */
static inline int
lamb_dynamodb_attribute_bs_count(struct lamb_dynamodb_attribute object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "BS", &list, ret);
}

/* lamb_dynamodb_attribute_m_of - the member called name of M. May be absent or null. */
static inline int
lamb_dynamodb_attribute_m_of(struct lamb_dynamodb_attribute object, const char *name,
                             struct lamb_dynamodb_attribute *ret)
{
    struct lamb_value at;
    int r = lamb_value_object(object.value, "M", &at);
    int found;

    if (r == 0)
        r = lamb_value_member(at, name, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_dynamodb_attribute_m - M, to be walked with lamb_value_next. May be absent or
 * null. */
static inline int
lamb_dynamodb_attribute_m(struct lamb_dynamodb_attribute object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "M", ret);
}

/* lamb_dynamodb_attribute_l_at - element index of L: object. May be absent or null. */
static inline int
lamb_dynamodb_attribute_l_at(struct lamb_dynamodb_attribute object, size_t index,
                             struct lamb_dynamodb_attribute *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "L", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_dynamodb_attribute_l_count - how many elements L has. */
static inline int
lamb_dynamodb_attribute_l_count(struct lamb_dynamodb_attribute object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "L", &list, ret);
}

/* lamb_dynamodb_attribute_is_true - BOOL: true or false. May be absent or null. */
static inline int
lamb_dynamodb_attribute_is_true(struct lamb_dynamodb_attribute object, bool *ret)
{
    return lamb_value_bool(object.value, "BOOL", ret);
}

/* lamb_dynamodb_attribute_is_null - NULL: true or false. May be absent or null. */
static inline int
lamb_dynamodb_attribute_is_null(struct lamb_dynamodb_attribute object, bool *ret)
{
    return lamb_value_bool(object.value, "NULL", ret);
}

#ifdef __cplusplus
}
#endif

#endif
