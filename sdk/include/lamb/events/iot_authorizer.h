/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_IOT_AUTHORIZER_H
#define LAMB_EVENTS_IOT_AUTHORIZER_H

/*
 * AWS IoT custom authorizer: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_iot_authorizer_event - iot authorizer event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_iot_authorizer_event {
    struct lamb_value value;
};

/* lamb_iot_authorizer_event_of - the event, if it is one of these; -EPROTO: it is not.
 */
static inline int
lamb_iot_authorizer_event_of(struct lamb_document *document,
                             struct lamb_iot_authorizer_event *ret)
{
    return lamb_document_expect(document, "iot_authorizer", &ret->value);
}

/* lamb_iot_authorizer_event_token - token: text. */
static inline int
lamb_iot_authorizer_event_token(struct lamb_iot_authorizer_event object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "token", ret);
}

/* lamb_iot_authorizer_event_signature_verified - signatureVerified: true or false. */
static inline int
lamb_iot_authorizer_event_signature_verified(struct lamb_iot_authorizer_event object,
                                             bool *ret)
{
    return lamb_value_bool(object.value, "signatureVerified", ret);
}

/* lamb_iot_authorizer_event_protocols_at - element index of protocols: text. */
static inline int
lamb_iot_authorizer_event_protocols_at(struct lamb_iot_authorizer_event object,
                                       size_t index, struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "protocols", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_iot_authorizer_event_protocols_count - how many elements protocols has. */
static inline int
lamb_iot_authorizer_event_protocols_count(struct lamb_iot_authorizer_event object,
                                          size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "protocols", &list, ret);
}

/* lamb_iot_authorizer_event_tls_server_name - protocolData/tls/serverName: text. May be
 * absent or null. */
static inline int
lamb_iot_authorizer_event_tls_server_name(struct lamb_iot_authorizer_event object,
                                          struct lamb_span *ret)
{
    return lamb_value_text(object.value, "protocolData/tls/serverName", ret);
}

/* lamb_iot_authorizer_event_http_headers - protocolData/http/headers: object. May be
 * absent or null. */
static inline int
lamb_iot_authorizer_event_http_headers(struct lamb_iot_authorizer_event object,
                                       struct lamb_value *ret)
{
    return lamb_value_object(object.value, "protocolData/http/headers", ret);
}

/* lamb_iot_authorizer_event_http_query_string - protocolData/http/queryString: text.
 * May be absent or null. */
static inline int
lamb_iot_authorizer_event_http_query_string(struct lamb_iot_authorizer_event object,
                                            struct lamb_span *ret)
{
    return lamb_value_text(object.value, "protocolData/http/queryString", ret);
}

/* lamb_iot_authorizer_event_mqtt_username - protocolData/mqtt/username: text. May be
 * absent or null. */
static inline int
lamb_iot_authorizer_event_mqtt_username(struct lamb_iot_authorizer_event object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "protocolData/mqtt/username", ret);
}

/* lamb_iot_authorizer_event_mqtt_password - protocolData/mqtt/password: bytes in
 * base64. May be absent or null. */
static inline int
lamb_iot_authorizer_event_mqtt_password(struct lamb_iot_authorizer_event object,
                                        struct lamb_span *ret)
{
    return lamb_value_bytes(object.value, "protocolData/mqtt/password", ret);
}

/* lamb_iot_authorizer_event_mqtt_client_id - protocolData/mqtt/clientId: text. May be
 * absent or null. */
static inline int
lamb_iot_authorizer_event_mqtt_client_id(struct lamb_iot_authorizer_event object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "protocolData/mqtt/clientId", ret);
}

/* lamb_iot_authorizer_event_connection_id - connectionMetadata/id: text. */
static inline int
lamb_iot_authorizer_event_connection_id(struct lamb_iot_authorizer_event object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "connectionMetadata/id", ret);
}

#ifdef __cplusplus
}
#endif

#endif
