/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_LOGS_H
#define LAMB_EVENTS_LOGS_H

/*
 * CloudWatch Logs subscription: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_logs_event - logs event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_logs_event {
    struct lamb_value value;
};

/**
 * struct lamb_logs_data - logs data; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_logs_data {
    struct lamb_value value;
};

/**
 * struct lamb_logs_log_event - logs log event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_logs_log_event {
    struct lamb_value value;
};

/* lamb_logs_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_logs_event_of(struct lamb_document *document, struct lamb_logs_event *ret)
{
    return lamb_document_expect(document, "logs", &ret->value);
}

/* lamb_logs_event_data - awslogs/data: JSON, gzip, base64. */
static inline int
lamb_logs_event_data(struct lamb_logs_event object, struct lamb_logs_data *ret)
{
    return lamb_value_unzipped(object.value, "awslogs/data", &ret->value);
}

/* lamb_logs_data_message_type - messageType: text. */
static inline int
lamb_logs_data_message_type(struct lamb_logs_data object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "messageType", ret);
}

/* lamb_logs_data_owner - owner: text. */
static inline int
lamb_logs_data_owner(struct lamb_logs_data object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "owner", ret);
}

/* lamb_logs_data_log_group - logGroup: text. */
static inline int
lamb_logs_data_log_group(struct lamb_logs_data object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "logGroup", ret);
}

/* lamb_logs_data_log_stream - logStream: text. */
static inline int
lamb_logs_data_log_stream(struct lamb_logs_data object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "logStream", ret);
}

/* lamb_logs_data_subscription_filters_at - element index of subscriptionFilters: text.
 */
static inline int
lamb_logs_data_subscription_filters_at(struct lamb_logs_data object, size_t index,
                                       struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "subscriptionFilters", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_logs_data_subscription_filters_count - how many elements subscriptionFilters
 * has. */
static inline int
lamb_logs_data_subscription_filters_count(struct lamb_logs_data object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "subscriptionFilters", &list, ret);
}

/* lamb_logs_data_log_events_at - element index of logEvents: object. */
static inline int
lamb_logs_data_log_events_at(struct lamb_logs_data object, size_t index,
                             struct lamb_logs_log_event *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "logEvents", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_logs_data_log_events_count - how many elements logEvents has. */
static inline int
lamb_logs_data_log_events_count(struct lamb_logs_data object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "logEvents", &list, ret);
}

/* lamb_logs_data_policy_level - policyLevel: text. May be absent or null. */
static inline int
lamb_logs_data_policy_level(struct lamb_logs_data object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "policyLevel", ret);
}

/* lamb_logs_log_event_id - id: text. */
static inline int
lamb_logs_log_event_id(struct lamb_logs_log_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "id", ret);
}

/* lamb_logs_log_event_timestamp - timestamp: time (number, ms). */
static inline int
lamb_logs_log_event_timestamp(struct lamb_logs_log_event object, int64_t *ret)
{
    return lamb_value_time(object.value, "timestamp", LAMB_TIME_MS, ret);
}

/* lamb_logs_log_event_message - message: text. */
static inline int
lamb_logs_log_event_message(struct lamb_logs_log_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "message", ret);
}

/* lamb_logs_log_event_extracted_fields - extractedFields: object. May be absent or
 * null. */
static inline int
lamb_logs_log_event_extracted_fields(struct lamb_logs_log_event object,
                                     struct lamb_value *ret)
{
    return lamb_value_object(object.value, "extractedFields", ret);
}

#ifdef __cplusplus
}
#endif

#endif
