/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_CUSTOM_RESOURCE_H
#define LAMB_EVENTS_CUSTOM_RESOURCE_H

/*
 * CloudFormation custom resource: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_custom_resource_event - custom resource event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_custom_resource_event {
    struct lamb_value value;
};

/* lamb_custom_resource_event_of - the event, if it is one of these; -EPROTO: it is not.
 */
static inline int
lamb_custom_resource_event_of(struct lamb_document *document,
                              struct lamb_custom_resource_event *ret)
{
    return lamb_document_expect(document, "custom_resource", &ret->value);
}

/* lamb_custom_resource_event_request_type - RequestType: text. */
static inline int
lamb_custom_resource_event_request_type(struct lamb_custom_resource_event object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "RequestType", ret);
}

/* lamb_custom_resource_event_response_url - ResponseURL: text. */
static inline int
lamb_custom_resource_event_response_url(struct lamb_custom_resource_event object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "ResponseURL", ret);
}

/* lamb_custom_resource_event_stack_id - StackId: text. */
static inline int
lamb_custom_resource_event_stack_id(struct lamb_custom_resource_event object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "StackId", ret);
}

/* lamb_custom_resource_event_request_id - RequestId: text. */
static inline int
lamb_custom_resource_event_request_id(struct lamb_custom_resource_event object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(object.value, "RequestId", ret);
}

/* lamb_custom_resource_event_resource_type - ResourceType: text. */
static inline int
lamb_custom_resource_event_resource_type(struct lamb_custom_resource_event object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "ResourceType", ret);
}

/* lamb_custom_resource_event_logical_resource_id - LogicalResourceId: text. */
static inline int
lamb_custom_resource_event_logical_resource_id(struct lamb_custom_resource_event object,
                                               struct lamb_span *ret)
{
    return lamb_value_text(object.value, "LogicalResourceId", ret);
}

/* lamb_custom_resource_event_physical_resource_id - PhysicalResourceId: text. May be
 * absent or null. */
static inline int
lamb_custom_resource_event_physical_resource_id(
    struct lamb_custom_resource_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "PhysicalResourceId", ret);
}

/* lamb_custom_resource_event_resource_properties - ResourceProperties: object. */
static inline int
lamb_custom_resource_event_resource_properties(struct lamb_custom_resource_event object,
                                               struct lamb_value *ret)
{
    return lamb_value_object(object.value, "ResourceProperties", ret);
}

/* lamb_custom_resource_event_old_resource_properties - OldResourceProperties: object.
 * May be absent or null. */
static inline int
lamb_custom_resource_event_old_resource_properties(
    struct lamb_custom_resource_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "OldResourceProperties", ret);
}

#ifdef __cplusplus
}
#endif

#endif
