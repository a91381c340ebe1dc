/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_S3_OBJECT_LAMBDA_H
#define LAMB_EVENTS_S3_OBJECT_LAMBDA_H

/*
 * S3 Object Lambda: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_s3_object_lambda_event - s3 object lambda event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_s3_object_lambda_event {
    struct lamb_value value;
};

/* lamb_s3_object_lambda_event_of - the event, if it is one of these; -EPROTO: it is
 * not. */
static inline int
lamb_s3_object_lambda_event_of(struct lamb_document *document,
                               struct lamb_s3_object_lambda_event *ret)
{
    return lamb_document_expect(document, "s3_object_lambda", &ret->value);
}

/* lamb_s3_object_lambda_event_x_amz_request_id - xAmzRequestId: text. */
static inline int
lamb_s3_object_lambda_event_x_amz_request_id(struct lamb_s3_object_lambda_event object,
                                             struct lamb_span *ret)
{
    return lamb_value_text(object.value, "xAmzRequestId", ret);
}

/* lamb_s3_object_lambda_event_get_input_url - getObjectContext/inputS3Url: text. May be
 * absent or null. */
static inline int
lamb_s3_object_lambda_event_get_input_url(struct lamb_s3_object_lambda_event object,
                                          struct lamb_span *ret)
{
    return lamb_value_text(object.value, "getObjectContext/inputS3Url", ret);
}

/* lamb_s3_object_lambda_event_output_route - getObjectContext/outputRoute: text. May be
 * absent or null. */
static inline int
lamb_s3_object_lambda_event_output_route(struct lamb_s3_object_lambda_event object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "getObjectContext/outputRoute", ret);
}

/* lamb_s3_object_lambda_event_output_token - getObjectContext/outputToken: text. May be
 * absent or null. */
static inline int
lamb_s3_object_lambda_event_output_token(struct lamb_s3_object_lambda_event object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "getObjectContext/outputToken", ret);
}

/* lamb_s3_object_lambda_event_head_input_url - headObjectContext/inputS3Url: text. May
 * be absent or null. */
static inline int
lamb_s3_object_lambda_event_head_input_url(struct lamb_s3_object_lambda_event object,
                                           struct lamb_span *ret)
{
    return lamb_value_text(object.value, "headObjectContext/inputS3Url", ret);
}

/* lamb_s3_object_lambda_event_list_input_url - listObjectsContext/inputS3Url: text. May
 * be absent or null. */
static inline int
lamb_s3_object_lambda_event_list_input_url(struct lamb_s3_object_lambda_event object,
                                           struct lamb_span *ret)
{
    return lamb_value_text(object.value, "listObjectsContext/inputS3Url", ret);
}

/* lamb_s3_object_lambda_event_list_v2_input_url - listObjectsV2Context/inputS3Url:
 * text. May be absent or null. */
static inline int
lamb_s3_object_lambda_event_list_v2_input_url(struct lamb_s3_object_lambda_event object,
                                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "listObjectsV2Context/inputS3Url", ret);
}

/* lamb_s3_object_lambda_event_access_point_arn - configuration/accessPointArn: text. */
static inline int
lamb_s3_object_lambda_event_access_point_arn(struct lamb_s3_object_lambda_event object,
                                             struct lamb_span *ret)
{
    return lamb_value_text(object.value, "configuration/accessPointArn", ret);
}

/* lamb_s3_object_lambda_event_supporting_access_point_arn -
 * configuration/supportingAccessPointArn: text. */
static inline int
lamb_s3_object_lambda_event_supporting_access_point_arn(
    struct lamb_s3_object_lambda_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "configuration/supportingAccessPointArn", ret);
}

/* lamb_s3_object_lambda_event_payload - configuration/payload: text. */
static inline int
lamb_s3_object_lambda_event_payload(struct lamb_s3_object_lambda_event object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "configuration/payload", ret);
}

/* lamb_s3_object_lambda_event_user_url - userRequest/url: text. */
static inline int
lamb_s3_object_lambda_event_user_url(struct lamb_s3_object_lambda_event object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userRequest/url", ret);
}

/* lamb_s3_object_lambda_event_user_headers - userRequest/headers: object. */
static inline int
lamb_s3_object_lambda_event_user_headers(struct lamb_s3_object_lambda_event object,
                                         struct lamb_value *ret)
{
    return lamb_value_object(object.value, "userRequest/headers", ret);
}

/* lamb_s3_object_lambda_event_user_type - userIdentity/type: text. */
static inline int
lamb_s3_object_lambda_event_user_type(struct lamb_s3_object_lambda_event object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userIdentity/type", ret);
}

/* lamb_s3_object_lambda_event_user_principal_id - userIdentity/principalId: text. */
static inline int
lamb_s3_object_lambda_event_user_principal_id(struct lamb_s3_object_lambda_event object,
                                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userIdentity/principalId", ret);
}

/* lamb_s3_object_lambda_event_user_arn - userIdentity/arn: text. */
static inline int
lamb_s3_object_lambda_event_user_arn(struct lamb_s3_object_lambda_event object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userIdentity/arn", ret);
}

/* lamb_s3_object_lambda_event_user_account_id - userIdentity/accountId: text. */
static inline int
lamb_s3_object_lambda_event_user_account_id(struct lamb_s3_object_lambda_event object,
                                            struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userIdentity/accountId", ret);
}

/* lamb_s3_object_lambda_event_user_access_key_id - userIdentity/accessKeyId: text. */
static inline int
lamb_s3_object_lambda_event_user_access_key_id(
    struct lamb_s3_object_lambda_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userIdentity/accessKeyId", ret);
}

/* lamb_s3_object_lambda_event_session_attributes -
 * userIdentity/sessionContext/attributes: object. May be absent or null. */
static inline int
lamb_s3_object_lambda_event_session_attributes(
    struct lamb_s3_object_lambda_event object, struct lamb_value *ret)
{
    return lamb_value_object(object.value, "userIdentity/sessionContext/attributes",
                             ret);
}

/* lamb_s3_object_lambda_event_session_issuer_type -
 * userIdentity/sessionContext/sessionIssuer/type: text. May be absent or null. */
static inline int
lamb_s3_object_lambda_event_session_issuer_type(
    struct lamb_s3_object_lambda_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value,
                           "userIdentity/sessionContext/sessionIssuer/type", ret);
}

/* lamb_s3_object_lambda_event_session_issuer_principal_id -
 * userIdentity/sessionContext/sessionIssuer/principalId: text. May be absent or null.
 */
static inline int
lamb_s3_object_lambda_event_session_issuer_principal_id(
    struct lamb_s3_object_lambda_event object, struct lamb_span *ret)
{
    return lamb_value_text(
        object.value, "userIdentity/sessionContext/sessionIssuer/principalId", ret);
}

/* lamb_s3_object_lambda_event_session_issuer_arn -
 * userIdentity/sessionContext/sessionIssuer/arn: text. May be absent or null. */
static inline int
lamb_s3_object_lambda_event_session_issuer_arn(
    struct lamb_s3_object_lambda_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value,
                           "userIdentity/sessionContext/sessionIssuer/arn", ret);
}

/* lamb_s3_object_lambda_event_session_issuer_account_id -
 * userIdentity/sessionContext/sessionIssuer/accountId: text. May be absent or null. */
static inline int
lamb_s3_object_lambda_event_session_issuer_account_id(
    struct lamb_s3_object_lambda_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value,
                           "userIdentity/sessionContext/sessionIssuer/accountId", ret);
}

/* lamb_s3_object_lambda_event_session_issuer_user_name -
 * userIdentity/sessionContext/sessionIssuer/userName: text. May be absent or null. */
static inline int
lamb_s3_object_lambda_event_session_issuer_user_name(
    struct lamb_s3_object_lambda_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value,
                           "userIdentity/sessionContext/sessionIssuer/userName", ret);
}

/* lamb_s3_object_lambda_event_protocol_version - protocolVersion: text. */
static inline int
lamb_s3_object_lambda_event_protocol_version(struct lamb_s3_object_lambda_event object,
                                             struct lamb_span *ret)
{
    return lamb_value_text(object.value, "protocolVersion", ret);
}

#ifdef __cplusplus
}
#endif

#endif
