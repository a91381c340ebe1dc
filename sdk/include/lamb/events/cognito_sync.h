/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_COGNITO_SYNC_H
#define LAMB_EVENTS_COGNITO_SYNC_H

/*
 * Cognito identity pool synchronisation: a type for each object, a function for each
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
 * struct lamb_cognito_sync_event - cognito sync event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cognito_sync_event {
    struct lamb_value value;
};

/**
 * struct lamb_cognito_sync_record - cognito sync record; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cognito_sync_record {
    struct lamb_value value;
};

/* lamb_cognito_sync_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_cognito_sync_event_of(struct lamb_document *document,
                           struct lamb_cognito_sync_event *ret)
{
    return lamb_document_expect(document, "cognito_sync", &ret->value);
}

/* lamb_cognito_sync_event_dataset_name - datasetName: text. */
static inline int
lamb_cognito_sync_event_dataset_name(struct lamb_cognito_sync_event object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "datasetName", ret);
}

/* lamb_cognito_sync_event_dataset_records_of - the member called name of
 * datasetRecords. */
static inline int
lamb_cognito_sync_event_dataset_records_of(struct lamb_cognito_sync_event object,
                                           const char *name,
                                           struct lamb_cognito_sync_record *ret)
{
    struct lamb_value at;
    int r = lamb_value_object(object.value, "datasetRecords", &at);
    int found;

    if (r == 0)
        r = lamb_value_member(at, name, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_cognito_sync_event_dataset_records - datasetRecords, to be walked with
 * lamb_value_next. */
static inline int
lamb_cognito_sync_event_dataset_records(struct lamb_cognito_sync_event object,
                                        struct lamb_value *ret)
{
    return lamb_value_object(object.value, "datasetRecords", ret);
}

/* lamb_cognito_sync_event_event_type - eventType: text. */
static inline int
lamb_cognito_sync_event_event_type(struct lamb_cognito_sync_event object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventType", ret);
}

/* lamb_cognito_sync_event_identity_id - identityId: text. */
static inline int
lamb_cognito_sync_event_identity_id(struct lamb_cognito_sync_event object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "identityId", ret);
}

/* lamb_cognito_sync_event_identity_pool_id - identityPoolId: text. */
static inline int
lamb_cognito_sync_event_identity_pool_id(struct lamb_cognito_sync_event object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "identityPoolId", ret);
}

/* lamb_cognito_sync_event_region - region: text. */
static inline int
lamb_cognito_sync_event_region(struct lamb_cognito_sync_event object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "region", ret);
}

/* lamb_cognito_sync_event_version - version: whole number. */
static inline int
lamb_cognito_sync_event_version(struct lamb_cognito_sync_event object, int64_t *ret)
{
    return lamb_value_int(object.value, "version", ret);
}

/* lamb_cognito_sync_record_new_value - newValue: text. May be absent or null. */
static inline int
lamb_cognito_sync_record_new_value(struct lamb_cognito_sync_record object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "newValue", ret);
}

/* lamb_cognito_sync_record_old_value - oldValue: text. May be absent or null. */
static inline int
lamb_cognito_sync_record_old_value(struct lamb_cognito_sync_record object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "oldValue", ret);
}

/* lamb_cognito_sync_record_op - op: text. */
static inline int
lamb_cognito_sync_record_op(struct lamb_cognito_sync_record object,
                            struct lamb_span *ret)
{
    return lamb_value_text(object.value, "op", ret);
}

#ifdef __cplusplus
}
#endif

#endif
