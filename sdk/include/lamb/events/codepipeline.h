/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_CODEPIPELINE_H
#define LAMB_EVENTS_CODEPIPELINE_H

/*
 * AWS CodePipeline: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_codepipeline_event - codepipeline event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_codepipeline_event {
    struct lamb_value value;
};

/**
 * struct lamb_codepipeline_job - codepipeline job; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_codepipeline_job {
    struct lamb_value value;
};

/**
 * struct lamb_codepipeline_artifact - codepipeline artifact; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_codepipeline_artifact {
    struct lamb_value value;
};

/* lamb_codepipeline_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_codepipeline_event_of(struct lamb_document *document,
                           struct lamb_codepipeline_event *ret)
{
    return lamb_document_expect(document, "codepipeline", &ret->value);
}

/* lamb_codepipeline_event_job - CodePipeline.job: object. */
static inline int
lamb_codepipeline_event_job(struct lamb_codepipeline_event object,
                            struct lamb_codepipeline_job *ret)
{
    return lamb_value_object(object.value, "CodePipeline.job", &ret->value);
}

/* lamb_codepipeline_job_id - id: text. */
static inline int
lamb_codepipeline_job_id(struct lamb_codepipeline_job object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "id", ret);
}

/* lamb_codepipeline_job_account_id - accountId: text. */
static inline int
lamb_codepipeline_job_account_id(struct lamb_codepipeline_job object,
                                 struct lamb_span *ret)
{
    return lamb_value_text(object.value, "accountId", ret);
}

/* lamb_codepipeline_job_function_name -
 * data/actionConfiguration/configuration/FunctionName: text. */
static inline int
lamb_codepipeline_job_function_name(struct lamb_codepipeline_job object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value,
                           "data/actionConfiguration/configuration/FunctionName", ret);
}

/* lamb_codepipeline_job_user_parameters -
 * data/actionConfiguration/configuration/UserParameters: text. May be absent or null.
 */
static inline int
lamb_codepipeline_job_user_parameters(struct lamb_codepipeline_job object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(
        object.value, "data/actionConfiguration/configuration/UserParameters", ret);
}

/* lamb_codepipeline_job_input_artifacts_at - element index of data/inputArtifacts:
 * object. */
static inline int
lamb_codepipeline_job_input_artifacts_at(struct lamb_codepipeline_job object,
                                         size_t index,
                                         struct lamb_codepipeline_artifact *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "data/inputArtifacts", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_codepipeline_job_input_artifacts_count - how many elements data/inputArtifacts
 * has. */
static inline int
lamb_codepipeline_job_input_artifacts_count(struct lamb_codepipeline_job object,
                                            size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "data/inputArtifacts", &list, ret);
}

/* lamb_codepipeline_job_output_artifacts_at - element index of data/outputArtifacts:
 * object. */
static inline int
lamb_codepipeline_job_output_artifacts_at(struct lamb_codepipeline_job object,
                                          size_t index,
                                          struct lamb_codepipeline_artifact *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "data/outputArtifacts", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_codepipeline_job_output_artifacts_count - how many elements data/outputArtifacts
 * has. */
static inline int
lamb_codepipeline_job_output_artifacts_count(struct lamb_codepipeline_job object,
                                             size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "data/outputArtifacts", &list, ret);
}

/* lamb_codepipeline_job_access_key_id - data/artifactCredentials/accessKeyId: text. */
static inline int
lamb_codepipeline_job_access_key_id(struct lamb_codepipeline_job object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "data/artifactCredentials/accessKeyId", ret);
}

/* lamb_codepipeline_job_secret_access_key - data/artifactCredentials/secretAccessKey:
 * text. */
static inline int
lamb_codepipeline_job_secret_access_key(struct lamb_codepipeline_job object,
                                        struct lamb_span *ret)
{
    return lamb_value_text(object.value, "data/artifactCredentials/secretAccessKey",
                           ret);
}

/* lamb_codepipeline_job_session_token - data/artifactCredentials/sessionToken: text. */
static inline int
lamb_codepipeline_job_session_token(struct lamb_codepipeline_job object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "data/artifactCredentials/sessionToken", ret);
}

/* lamb_codepipeline_job_continuation_token - data/continuationToken: text. May be
 * absent or null. */
static inline int
lamb_codepipeline_job_continuation_token(struct lamb_codepipeline_job object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "data/continuationToken", ret);
}

/* lamb_codepipeline_job_encryption_key - data/encryptionKey: object. May be absent or
 * null. */
static inline int
lamb_codepipeline_job_encryption_key(struct lamb_codepipeline_job object,
                                     struct lamb_value *ret)
{
    return lamb_value_object(object.value, "data/encryptionKey", ret);
}

/* lamb_codepipeline_artifact_name - name: text. */
static inline int
lamb_codepipeline_artifact_name(struct lamb_codepipeline_artifact object,
                                struct lamb_span *ret)
{
    return lamb_value_text(object.value, "name", ret);
}

/* lamb_codepipeline_artifact_revision - revision: text. May be absent or null. */
static inline int
lamb_codepipeline_artifact_revision(struct lamb_codepipeline_artifact object,
                                    struct lamb_span *ret)
{
    return lamb_value_text(object.value, "revision", ret);
}

/* lamb_codepipeline_artifact_location_type - location/type: text. */
static inline int
lamb_codepipeline_artifact_location_type(struct lamb_codepipeline_artifact object,
                                         struct lamb_span *ret)
{
    return lamb_value_text(object.value, "location/type", ret);
}

/* lamb_codepipeline_artifact_bucket_name - location/s3Location/bucketName: text. */
static inline int
lamb_codepipeline_artifact_bucket_name(struct lamb_codepipeline_artifact object,
                                       struct lamb_span *ret)
{
    return lamb_value_text(object.value, "location/s3Location/bucketName", ret);
}

/* lamb_codepipeline_artifact_object_key - location/s3Location/objectKey: text. */
static inline int
lamb_codepipeline_artifact_object_key(struct lamb_codepipeline_artifact object,
                                      struct lamb_span *ret)
{
    return lamb_value_text(object.value, "location/s3Location/objectKey", ret);
}

#ifdef __cplusplus
}
#endif

#endif
