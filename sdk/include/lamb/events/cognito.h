/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_COGNITO_H
#define LAMB_EVENTS_COGNITO_H

/*
 * Cognito user pool triggers: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_cognito_event - cognito event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cognito_event {
    struct lamb_value value;
};

/**
 * struct lamb_cognito_request - cognito request; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cognito_request {
    struct lamb_value value;
};

/**
 * struct lamb_cognito_challenge - cognito challenge; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cognito_challenge {
    struct lamb_value value;
};

/**
 * struct lamb_cognito_claims - cognito claims; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cognito_claims {
    struct lamb_value value;
};

/**
 * struct lamb_cognito_response - cognito response; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_cognito_response {
    struct lamb_value value;
};

/* lamb_cognito_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_cognito_event_of(struct lamb_document *document, struct lamb_cognito_event *ret)
{
    return lamb_document_expect(document, "cognito", &ret->value);
}

/* lamb_cognito_event_version - version: text. */
static inline int
lamb_cognito_event_version(struct lamb_cognito_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "version", ret);
}

/* lamb_cognito_event_trigger_source - triggerSource: text. */
static inline int
lamb_cognito_event_trigger_source(struct lamb_cognito_event object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "triggerSource", ret);
}

/* lamb_cognito_event_region - region: text. */
static inline int
lamb_cognito_event_region(struct lamb_cognito_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "region", ret);
}

/* lamb_cognito_event_user_pool_id - userPoolId: text. */
static inline int
lamb_cognito_event_user_pool_id(struct lamb_cognito_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userPoolId", ret);
}

/* lamb_cognito_event_user_name - userName: text. */
static inline int
lamb_cognito_event_user_name(struct lamb_cognito_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "userName", ret);
}

/* lamb_cognito_event_aws_sdk_version - callerContext/awsSdkVersion: text. */
static inline int
lamb_cognito_event_aws_sdk_version(struct lamb_cognito_event object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "callerContext/awsSdkVersion", ret);
}

/* lamb_cognito_event_client_id - callerContext/clientId: text. */
static inline int
lamb_cognito_event_client_id(struct lamb_cognito_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "callerContext/clientId", ret);
}

/* lamb_cognito_event_request - request: object. */
static inline int
lamb_cognito_event_request(struct lamb_cognito_event object,
                           struct lamb_cognito_request *ret)
{
    return lamb_value_object(object.value, "request", &ret->value);
}

/* lamb_cognito_event_response - response: object - the function fills it and returns
 * the whole event. */
static inline int
lamb_cognito_event_response(struct lamb_cognito_event object,
                            struct lamb_cognito_response *ret)
{
    return lamb_value_object(object.value, "response", &ret->value);
}

/* lamb_cognito_request_user_attributes - userAttributes: object. May be absent or null.
 */
static inline int
lamb_cognito_request_user_attributes(struct lamb_cognito_request object,
                                     struct lamb_value *ret)
{
    return lamb_value_object(object.value, "userAttributes", ret);
}

/* lamb_cognito_request_validation_data - validationData: object. May be absent or null.
 */
static inline int
lamb_cognito_request_validation_data(struct lamb_cognito_request object,
                                     struct lamb_value *ret)
{
    return lamb_value_object(object.value, "validationData", ret);
}

/* lamb_cognito_request_client_metadata - clientMetadata: object. May be absent or null.
 */
static inline int
lamb_cognito_request_client_metadata(struct lamb_cognito_request object,
                                     struct lamb_value *ret)
{
    return lamb_value_object(object.value, "clientMetadata", ret);
}

/* lamb_cognito_request_user_not_found - userNotFound: true or false. May be absent or
 * null. */
static inline int
lamb_cognito_request_user_not_found(struct lamb_cognito_request object, bool *ret)
{
    return lamb_value_bool(object.value, "userNotFound", ret);
}

/* lamb_cognito_request_new_device_used - newDeviceUsed: true or false. May be absent or
 * null. */
static inline int
lamb_cognito_request_new_device_used(struct lamb_cognito_request object, bool *ret)
{
    return lamb_value_bool(object.value, "newDeviceUsed", ret);
}

/* lamb_cognito_request_groups_to_override_at - element index of
 * groupConfiguration/groupsToOverride: text. May be absent or null. */
static inline int
lamb_cognito_request_groups_to_override_at(struct lamb_cognito_request object,
                                           size_t index, struct lamb_span *ret)
{
    struct lamb_value at;
    int r =
        lamb_value_list(object.value, "groupConfiguration/groupsToOverride", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_cognito_request_groups_to_override_count - how many elements
 * groupConfiguration/groupsToOverride has. */
static inline int
lamb_cognito_request_groups_to_override_count(struct lamb_cognito_request object,
                                              size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "groupConfiguration/groupsToOverride", &list,
                           ret);
}

/* lamb_cognito_request_iam_roles_to_override_at - element index of
 * groupConfiguration/iamRolesToOverride: text. May be absent or null. */
static inline int
lamb_cognito_request_iam_roles_to_override_at(struct lamb_cognito_request object,
                                              size_t index, struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "groupConfiguration/iamRolesToOverride", &at,
                            NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_cognito_request_iam_roles_to_override_count - how many elements
 * groupConfiguration/iamRolesToOverride has. */
static inline int
lamb_cognito_request_iam_roles_to_override_count(struct lamb_cognito_request object,
                                                 size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "groupConfiguration/iamRolesToOverride", &list,
                           ret);
}

/* lamb_cognito_request_preferred_role - groupConfiguration/preferredRole: text. May be
 * absent or null. */
static inline int
lamb_cognito_request_preferred_role(struct lamb_cognito_request object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "groupConfiguration/preferredRole", ret);
}

/* lamb_cognito_request_scopes_at - element index of scopes: text. May be absent or
 * null. */
static inline int
lamb_cognito_request_scopes_at(struct lamb_cognito_request object, size_t index,
                               struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "scopes", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_cognito_request_scopes_count - how many elements scopes has. */
static inline int
lamb_cognito_request_scopes_count(struct lamb_cognito_request object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "scopes", &list, ret);
}

/* lamb_cognito_request_code_parameter - codeParameter: text. May be absent or null. */
static inline int
lamb_cognito_request_code_parameter(struct lamb_cognito_request object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "codeParameter", ret);
}

/* lamb_cognito_request_username_parameter - usernameParameter: text. May be absent or
 * null. */
static inline int
lamb_cognito_request_username_parameter(struct lamb_cognito_request object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "usernameParameter", ret);
}

/* lamb_cognito_request_session_at - element index of session: object. May be absent or
 * null. */
static inline int
lamb_cognito_request_session_at(struct lamb_cognito_request object, size_t index,
                                struct lamb_cognito_challenge *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "session", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_cognito_request_session_count - how many elements session has. */
static inline int
lamb_cognito_request_session_count(struct lamb_cognito_request object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "session", &list, ret);
}

/* lamb_cognito_request_challenge_name - challengeName: text. May be absent or null. */
static inline int
lamb_cognito_request_challenge_name(struct lamb_cognito_request object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "challengeName", ret);
}

/* lamb_cognito_request_private_challenge_parameters - privateChallengeParameters:
 * object. May be absent or null. */
static inline int
lamb_cognito_request_private_challenge_parameters(struct lamb_cognito_request object,
                                                  struct lamb_value *ret)
{
    return lamb_value_object(object.value, "privateChallengeParameters", ret);
}

/* lamb_cognito_request_challenge_answer - challengeAnswer: any JSON. May be absent or
 * null. */
static inline int
lamb_cognito_request_challenge_answer(struct lamb_cognito_request object,
                                      struct lamb_value *ret)
{
    return lamb_value_get(object.value, "challengeAnswer", ret);
}

/* lamb_cognito_request_password - password: text. May be absent or null. */
static inline int
lamb_cognito_request_password(struct lamb_cognito_request object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "password", ret);
}

/* lamb_cognito_request_provider_name - providerName: text. May be absent or null. */
static inline int
lamb_cognito_request_provider_name(struct lamb_cognito_request object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "providerName", ret);
}

/* lamb_cognito_request_provider_type - providerType: text. May be absent or null. */
static inline int
lamb_cognito_request_provider_type(struct lamb_cognito_request object,
                                   struct lamb_span *ret)
{
    return lamb_value_text(object.value, "providerType", ret);
}

/* lamb_cognito_request_token_response - attributes/tokenResponse: object. May be absent
 * or null. */
static inline int
lamb_cognito_request_token_response(struct lamb_cognito_request object,
                                    struct lamb_value *ret)
{
    return lamb_value_object(object.value, "attributes/tokenResponse", ret);
}

/* lamb_cognito_request_id_token - attributes/idToken: object. May be absent or null. */
static inline int
lamb_cognito_request_id_token(struct lamb_cognito_request object,
                              struct lamb_value *ret)
{
    return lamb_value_object(object.value, "attributes/idToken", ret);
}

/* lamb_cognito_request_user_info - attributes/userInfo: object. May be absent or null.
 */
static inline int
lamb_cognito_request_user_info(struct lamb_cognito_request object,
                               struct lamb_value *ret)
{
    return lamb_value_object(object.value, "attributes/userInfo", ret);
}

/* lamb_cognito_request_saml_response - attributes/samlResponse: object. May be absent
 * or null. */
static inline int
lamb_cognito_request_saml_response(struct lamb_cognito_request object,
                                   struct lamb_value *ret)
{
    return lamb_value_object(object.value, "attributes/samlResponse", ret);
}

/* lamb_cognito_challenge_challenge_name - challengeName: text. */
static inline int
lamb_cognito_challenge_challenge_name(struct lamb_cognito_challenge object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(object.value, "challengeName", ret);
}

/* lamb_cognito_challenge_challenge_result - challengeResult: true or false. */
static inline int
lamb_cognito_challenge_challenge_result(struct lamb_cognito_challenge object, bool *ret)
{
    return lamb_value_bool(object.value, "challengeResult", ret);
}

/* lamb_cognito_challenge_challenge_metadata - challengeMetadata: text. May be absent or
 * null. */
static inline int
lamb_cognito_challenge_challenge_metadata(struct lamb_cognito_challenge object,
                                          struct lamb_span *ret)
{
    return lamb_value_text(object.value, "challengeMetadata", ret);
}

/* lamb_cognito_claims_claims_to_add_or_override - claimsToAddOrOverride: object -
 * values of any kind in version 2. May be absent or null. */
static inline int
lamb_cognito_claims_claims_to_add_or_override(struct lamb_cognito_claims object,
                                              struct lamb_value *ret)
{
    return lamb_value_object(object.value, "claimsToAddOrOverride", ret);
}

/* lamb_cognito_claims_claims_to_suppress_at - element index of claimsToSuppress: text.
 * May be absent or null. */
static inline int
lamb_cognito_claims_claims_to_suppress_at(struct lamb_cognito_claims object,
                                          size_t index, struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "claimsToSuppress", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_cognito_claims_claims_to_suppress_count - how many elements claimsToSuppress
 * has. */
static inline int
lamb_cognito_claims_claims_to_suppress_count(struct lamb_cognito_claims object,
                                             size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "claimsToSuppress", &list, ret);
}

/* lamb_cognito_claims_group_override_details - groupOverrideDetails: object. May be
 * absent or null. */
static inline int
lamb_cognito_claims_group_override_details(struct lamb_cognito_claims object,
                                           struct lamb_value *ret)
{
    return lamb_value_object(object.value, "groupOverrideDetails", ret);
}

/* lamb_cognito_claims_scopes_to_add_at - element index of scopesToAdd: text - of an
 * access token. May be absent or null. */
static inline int
lamb_cognito_claims_scopes_to_add_at(struct lamb_cognito_claims object, size_t index,
                                     struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "scopesToAdd", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_cognito_claims_scopes_to_add_count - how many elements scopesToAdd has. */
static inline int
lamb_cognito_claims_scopes_to_add_count(struct lamb_cognito_claims object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "scopesToAdd", &list, ret);
}

/* lamb_cognito_claims_scopes_to_suppress_at - element index of scopesToSuppress: text -
 * of an access token. May be absent or null. */
static inline int
lamb_cognito_claims_scopes_to_suppress_at(struct lamb_cognito_claims object,
                                          size_t index, struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "scopesToSuppress", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_cognito_claims_scopes_to_suppress_count - how many elements scopesToSuppress
 * has. */
static inline int
lamb_cognito_claims_scopes_to_suppress_count(struct lamb_cognito_claims object,
                                             size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "scopesToSuppress", &list, ret);
}

/* lamb_cognito_response_auto_confirm_user - autoConfirmUser: true or false. May be
 * absent or null. */
static inline int
lamb_cognito_response_auto_confirm_user(struct lamb_cognito_response object, bool *ret)
{
    return lamb_value_bool(object.value, "autoConfirmUser", ret);
}

/* lamb_cognito_response_auto_verify_email - autoVerifyEmail: true or false. May be
 * absent or null. */
static inline int
lamb_cognito_response_auto_verify_email(struct lamb_cognito_response object, bool *ret)
{
    return lamb_value_bool(object.value, "autoVerifyEmail", ret);
}

/* lamb_cognito_response_auto_verify_phone - autoVerifyPhone: true or false. May be
 * absent or null. */
static inline int
lamb_cognito_response_auto_verify_phone(struct lamb_cognito_response object, bool *ret)
{
    return lamb_value_bool(object.value, "autoVerifyPhone", ret);
}

/* lamb_cognito_response_claims_override_details - claimsOverrideDetails: object. May be
 * absent or null. */
static inline int
lamb_cognito_response_claims_override_details(struct lamb_cognito_response object,
                                              struct lamb_cognito_claims *ret)
{
    return lamb_value_object(object.value, "claimsOverrideDetails", &ret->value);
}

/* lamb_cognito_response_id_token_claims -
 * claimsAndScopeOverrideDetails/idTokenGeneration: object. May be absent or null. */
static inline int
lamb_cognito_response_id_token_claims(struct lamb_cognito_response object,
                                      struct lamb_cognito_claims *ret)
{
    return lamb_value_object(
        object.value, "claimsAndScopeOverrideDetails/idTokenGeneration", &ret->value);
}

/* lamb_cognito_response_access_token_claims -
 * claimsAndScopeOverrideDetails/accessTokenGeneration: object. May be absent or null.
 */
static inline int
lamb_cognito_response_access_token_claims(struct lamb_cognito_response object,
                                          struct lamb_cognito_claims *ret)
{
    return lamb_value_object(object.value,
                             "claimsAndScopeOverrideDetails/accessTokenGeneration",
                             &ret->value);
}

/* lamb_cognito_response_group_override_details -
 * claimsAndScopeOverrideDetails/groupOverrideDetails: object. May be absent or null. */
static inline int
lamb_cognito_response_group_override_details(struct lamb_cognito_response object,
                                             struct lamb_value *ret)
{
    return lamb_value_object(object.value,
                             "claimsAndScopeOverrideDetails/groupOverrideDetails", ret);
}

/* lamb_cognito_response_sms_message - smsMessage: text. May be absent or null. */
static inline int
lamb_cognito_response_sms_message(struct lamb_cognito_response object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "smsMessage", ret);
}

/* lamb_cognito_response_email_message - emailMessage: text. May be absent or null. */
static inline int
lamb_cognito_response_email_message(struct lamb_cognito_response object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "emailMessage", ret);
}

/* lamb_cognito_response_email_subject - emailSubject: text. May be absent or null. */
static inline int
lamb_cognito_response_email_subject(struct lamb_cognito_response object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "emailSubject", ret);
}

/* lamb_cognito_response_challenge_name - challengeName: text. May be absent or null. */
static inline int
lamb_cognito_response_challenge_name(struct lamb_cognito_response object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "challengeName", ret);
}

/* lamb_cognito_response_issue_tokens - issueTokens: true or false. May be absent or
 * null. */
static inline int
lamb_cognito_response_issue_tokens(struct lamb_cognito_response object, bool *ret)
{
    return lamb_value_bool(object.value, "issueTokens", ret);
}

/* lamb_cognito_response_fail_authentication - failAuthentication: true or false. May be
 * absent or null. */
static inline int
lamb_cognito_response_fail_authentication(struct lamb_cognito_response object,
                                          bool *ret)
{
    return lamb_value_bool(object.value, "failAuthentication", ret);
}

/* lamb_cognito_response_public_challenge_parameters - publicChallengeParameters:
 * object. May be absent or null. */
static inline int
lamb_cognito_response_public_challenge_parameters(struct lamb_cognito_response object,
                                                  struct lamb_value *ret)
{
    return lamb_value_object(object.value, "publicChallengeParameters", ret);
}

/* lamb_cognito_response_private_challenge_parameters - privateChallengeParameters:
 * object. May be absent or null. */
static inline int
lamb_cognito_response_private_challenge_parameters(struct lamb_cognito_response object,
                                                   struct lamb_value *ret)
{
    return lamb_value_object(object.value, "privateChallengeParameters", ret);
}

/* lamb_cognito_response_challenge_metadata - challengeMetadata: text. May be absent or
 * null. */
static inline int
lamb_cognito_response_challenge_metadata(struct lamb_cognito_response object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "challengeMetadata", ret);
}

/* lamb_cognito_response_answer_correct - answerCorrect: true or false. May be absent or
 * null. */
static inline int
lamb_cognito_response_answer_correct(struct lamb_cognito_response object, bool *ret)
{
    return lamb_value_bool(object.value, "answerCorrect", ret);
}

/* lamb_cognito_response_user_attributes - userAttributes: object. May be absent or
 * null. */
static inline int
lamb_cognito_response_user_attributes(struct lamb_cognito_response object,
                                      struct lamb_value *ret)
{
    return lamb_value_object(object.value, "userAttributes", ret);
}

/* lamb_cognito_response_final_user_status - finalUserStatus: text. May be absent or
 * null. */
static inline int
lamb_cognito_response_final_user_status(struct lamb_cognito_response object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "finalUserStatus", ret);
}

/* lamb_cognito_response_message_action - messageAction: text. May be absent or null. */
static inline int
lamb_cognito_response_message_action(struct lamb_cognito_response object,
                                     struct lamb_span *ret)
{
    return lamb_value_text(object.value, "messageAction", ret);
}

/* lamb_cognito_response_desired_delivery_mediums_at - element index of
 * desiredDeliveryMediums: text. May be absent or null. */
static inline int
lamb_cognito_response_desired_delivery_mediums_at(struct lamb_cognito_response object,
                                                  size_t index, struct lamb_span *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "desiredDeliveryMediums", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_text(at, "", ret);
    return r ? r : found;
}

/* lamb_cognito_response_desired_delivery_mediums_count - how many elements
 * desiredDeliveryMediums has. */
static inline int
lamb_cognito_response_desired_delivery_mediums_count(
    struct lamb_cognito_response object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "desiredDeliveryMediums", &list, ret);
}

/* lamb_cognito_response_force_alias_creation - forceAliasCreation: true or false. May
 * be absent or null. */
static inline int
lamb_cognito_response_force_alias_creation(struct lamb_cognito_response object,
                                           bool *ret)
{
    return lamb_value_bool(object.value, "forceAliasCreation", ret);
}

/* lamb_cognito_response_user_attributes_to_map - userAttributesToMap: object. May be
 * absent or null. */
static inline int
lamb_cognito_response_user_attributes_to_map(struct lamb_cognito_response object,
                                             struct lamb_value *ret)
{
    return lamb_value_object(object.value, "userAttributesToMap", ret);
}

#ifdef __cplusplus
}
#endif

#endif
