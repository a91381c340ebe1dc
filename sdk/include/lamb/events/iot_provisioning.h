/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_IOT_PROVISIONING_H
#define LAMB_EVENTS_IOT_PROVISIONING_H

/*
 * AWS IoT pre-provisioning hook: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_iot_provisioning_event - iot provisioning event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_iot_provisioning_event {
    struct lamb_value value;
};

/* lamb_iot_provisioning_event_of - the event, if it is one of these; -EPROTO: it is
 * not. */
static inline int
lamb_iot_provisioning_event_of(struct lamb_document *document,
                               struct lamb_iot_provisioning_event *ret)
{
    return lamb_document_expect(document, "iot_provisioning", &ret->value);
}

/* lamb_iot_provisioning_event_claim_certificate_id - claimCertificateId: text. */
static inline int
lamb_iot_provisioning_event_claim_certificate_id(
    struct lamb_iot_provisioning_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "claimCertificateId", ret);
}

/* lamb_iot_provisioning_event_certificate_id - certificateId: text. */
static inline int
lamb_iot_provisioning_event_certificate_id(struct lamb_iot_provisioning_event object,
                                           struct lamb_span *ret)
{
    return lamb_value_text(object.value, "certificateId", ret);
}

/* lamb_iot_provisioning_event_certificate_pem - certificatePem: text. */
static inline int
lamb_iot_provisioning_event_certificate_pem(struct lamb_iot_provisioning_event object,
                                            struct lamb_span *ret)
{
    return lamb_value_text(object.value, "certificatePem", ret);
}

/* lamb_iot_provisioning_event_template_arn - templateArn: text. */
static inline int
lamb_iot_provisioning_event_template_arn(struct lamb_iot_provisioning_event object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "templateArn", ret);
}

/* lamb_iot_provisioning_event_client_id - clientId: text. */
static inline int
lamb_iot_provisioning_event_client_id(struct lamb_iot_provisioning_event object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(object.value, "clientId", ret);
}

/* lamb_iot_provisioning_event_parameters - parameters: object. */
static inline int
lamb_iot_provisioning_event_parameters(struct lamb_iot_provisioning_event object,
                                       struct lamb_value *ret)
{
    return lamb_value_object(object.value, "parameters", ret);
}

#ifdef __cplusplus
}
#endif

#endif
