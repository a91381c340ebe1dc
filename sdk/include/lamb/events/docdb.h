/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_DOCDB_H
#define LAMB_EVENTS_DOCDB_H

/*
 * Amazon DocumentDB change streams: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_docdb_event - docdb event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_docdb_event {
    struct lamb_value value;
};

/**
 * struct lamb_docdb_change - docdb change; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_docdb_change {
    struct lamb_value value;
};

/* lamb_docdb_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_docdb_event_of(struct lamb_document *document, struct lamb_docdb_event *ret)
{
    return lamb_document_expect(document, "docdb", &ret->value);
}

/* lamb_docdb_event_event_source_arn - eventSourceArn: text. */
static inline int
lamb_docdb_event_event_source_arn(struct lamb_docdb_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSourceArn", ret);
}

/* lamb_docdb_event_event_source - eventSource: text. */
static inline int
lamb_docdb_event_event_source(struct lamb_docdb_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "eventSource", ret);
}

/* lamb_docdb_event_events_at - element index of events: object. */
static inline int
lamb_docdb_event_events_at(struct lamb_docdb_event object, size_t index,
                           struct lamb_docdb_change *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "events", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_docdb_event_events_count - how many elements events has. */
static inline int
lamb_docdb_event_events_count(struct lamb_docdb_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "events", &list, ret);
}

/* lamb_docdb_change_id - event/_id: any JSON. */
static inline int
lamb_docdb_change_id(struct lamb_docdb_change object, struct lamb_value *ret)
{
    return lamb_value_get(object.value, "event/_id", ret);
}

/* lamb_docdb_change_cluster_time - event/clusterTime: any JSON. */
static inline int
lamb_docdb_change_cluster_time(struct lamb_docdb_change object, struct lamb_value *ret)
{
    return lamb_value_get(object.value, "event/clusterTime", ret);
}

/* lamb_docdb_change_document_key - event/documentKey: any JSON. */
static inline int
lamb_docdb_change_document_key(struct lamb_docdb_change object, struct lamb_value *ret)
{
    return lamb_value_get(object.value, "event/documentKey", ret);
}

/* lamb_docdb_change_full_document - event/fullDocument: any JSON. May be absent or
 * null. */
static inline int
lamb_docdb_change_full_document(struct lamb_docdb_change object, struct lamb_value *ret)
{
    return lamb_value_get(object.value, "event/fullDocument", ret);
}

/* lamb_docdb_change_db - event/ns/db: text. */
static inline int
lamb_docdb_change_db(struct lamb_docdb_change object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "event/ns/db", ret);
}

/* lamb_docdb_change_collection - event/ns/coll: text. */
static inline int
lamb_docdb_change_collection(struct lamb_docdb_change object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "event/ns/coll", ret);
}

/* lamb_docdb_change_operation_type - event/operationType: text. */
static inline int
lamb_docdb_change_operation_type(struct lamb_docdb_change object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "event/operationType", ret);
}

#ifdef __cplusplus
}
#endif

#endif
