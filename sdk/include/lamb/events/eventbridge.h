/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_EVENTBRIDGE_H
#define LAMB_EVENTS_EVENTBRIDGE_H

/*
 * EventBridge, schedules, and the events of other services: a type for each object, a
 * function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_eventbridge_event - eventbridge event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_eventbridge_event {
    struct lamb_value value;
};

/* lamb_eventbridge_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_eventbridge_event_of(struct lamb_document *document,
                          struct lamb_eventbridge_event *ret)
{
    return lamb_document_expect(document, "eventbridge", &ret->value);
}

/* lamb_eventbridge_event_version - version: text. */
static inline int
lamb_eventbridge_event_version(struct lamb_eventbridge_event object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "version", ret);
}

/* lamb_eventbridge_event_id - id: text. */
static inline int
lamb_eventbridge_event_id(struct lamb_eventbridge_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "id", ret);
}

/* lamb_eventbridge_event_detail_type - detail-type: text. */
static inline int
lamb_eventbridge_event_detail_type(struct lamb_eventbridge_event object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "detail-type", ret);
}

/* lamb_eventbridge_event_source - source: text. */
static inline int
lamb_eventbridge_event_source(struct lamb_eventbridge_event object,
                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "source", ret);
}

/* lamb_eventbridge_event_account - account: text. */
static inline int
lamb_eventbridge_event_account(struct lamb_eventbridge_event object,
                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "account", ret);
}

/* lamb_eventbridge_event_region - region: text. */
static inline int
lamb_eventbridge_event_region(struct lamb_eventbridge_event object,
                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "region", ret);
}

/* lamb_eventbridge_event_time - time: time (text, ISO). */
static inline int
lamb_eventbridge_event_time(struct lamb_eventbridge_event object, int64_t *ret)
{
    return lamb_value_time(object.value, "time", LAMB_TIME_ISO, ret);
}

/* lamb_eventbridge_event_resources_at - element index of resources: text. */
static inline int
lamb_eventbridge_event_resources_at(struct lamb_eventbridge_event object, size_t index,
                                    struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "resources", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_eventbridge_event_resources_count - how many elements resources has. */
static inline int
lamb_eventbridge_event_resources_count(struct lamb_eventbridge_event object,
                                       size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "resources", &list, ret);
}

/* lamb_eventbridge_event_detail - detail: any JSON. */
static inline int
lamb_eventbridge_event_detail(struct lamb_eventbridge_event object,
                              struct lamb_value *ret)
{
    return lamb_value_get(object.value, "detail", ret);
}

/* lamb_eventbridge_event_replay_name - replay-name: text. May be absent or null. */
static inline int
lamb_eventbridge_event_replay_name(struct lamb_eventbridge_event object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "replay-name", ret);
}

#ifdef __cplusplus
}
#endif

#endif
