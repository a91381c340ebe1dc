/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_S3_BATCH_H
#define LAMB_EVENTS_S3_BATCH_H

/*
 * S3 batch operations: a type for each object, a function for each field.
 *
 * What the functions return, and how long results live, says lamb/events.h. Made by
 * scripts/make-events.py from sdk/events/events.table.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_s3_batch_event - s3 batch event; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_s3_batch_event {
    struct lamb_value value;
};

/**
 * struct lamb_s3_batch_task - s3 batch task; passed by value.
 * @value: where it is, also for the fields that have no function here.
 *
 * Since: 0.1
 */
struct lamb_s3_batch_task {
    struct lamb_value value;
};

/* lamb_s3_batch_event_of - the event, if it is one of these; -EPROTO: it is not. */
static inline int
lamb_s3_batch_event_of(struct lamb_document *document, struct lamb_s3_batch_event *ret)
{
    return lamb_document_expect(document, "s3_batch", &ret->value);
}

/* lamb_s3_batch_event_invocation_schema_version - invocationSchemaVersion: text. */
static inline int
lamb_s3_batch_event_invocation_schema_version(struct lamb_s3_batch_event object,
                                              struct lamb_span *ret)
{
    return lamb_value_text(object.value, "invocationSchemaVersion", ret);
}

/* lamb_s3_batch_event_invocation_id - invocationId: text. */
static inline int
lamb_s3_batch_event_invocation_id(struct lamb_s3_batch_event object,
                                  struct lamb_span *ret)
{
    return lamb_value_text(object.value, "invocationId", ret);
}

/* lamb_s3_batch_event_job_id - job/id: text. */
static inline int
lamb_s3_batch_event_job_id(struct lamb_s3_batch_event object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "job/id", ret);
}

/* lamb_s3_batch_event_user_arguments - job/userArguments: object - 2.0. May be absent
 * or null. */
static inline int
lamb_s3_batch_event_user_arguments(struct lamb_s3_batch_event object,
                                   struct lamb_value *ret)
{
    return lamb_value_object(object.value, "job/userArguments", ret);
}

/* lamb_s3_batch_event_tasks_at - element index of tasks: object. */
static inline int
lamb_s3_batch_event_tasks_at(struct lamb_s3_batch_event object, size_t index,
                             struct lamb_s3_batch_task *ret)
{
    struct lamb_value at;
    int r = lamb_value_list(object.value, "tasks", &at, NULL);
    int found;

    if (r == 0)
        r = lamb_value_at(at, index, &at);
    found = lamb_value_object(at, "", &ret->value);
    return r ? r : found;
}

/* lamb_s3_batch_event_tasks_count - how many elements tasks has. */
static inline int
lamb_s3_batch_event_tasks_count(struct lamb_s3_batch_event object, size_t *ret)
{
    struct lamb_value list;

    return lamb_value_list(object.value, "tasks", &list, ret);
}

/* lamb_s3_batch_task_task_id - taskId: text. */
static inline int
lamb_s3_batch_task_task_id(struct lamb_s3_batch_task object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "taskId", ret);
}

/* lamb_s3_batch_task_key - s3Key: text, URL-encoded - decoded. */
static inline int
lamb_s3_batch_task_key(struct lamb_s3_batch_task object, struct lamb_span *ret)
{
    return lamb_value_form(object.value, "s3Key", ret);
}

/* lamb_s3_batch_task_version_id - s3VersionId: text. May be absent or null. */
static inline int
lamb_s3_batch_task_version_id(struct lamb_s3_batch_task object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3VersionId", ret);
}

/* lamb_s3_batch_task_bucket_arn - s3BucketArn: text. May be absent or null. */
static inline int
lamb_s3_batch_task_bucket_arn(struct lamb_s3_batch_task object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3BucketArn", ret);
}

/* lamb_s3_batch_task_bucket - s3Bucket: text - 2.0. May be absent or null. */
static inline int
lamb_s3_batch_task_bucket(struct lamb_s3_batch_task object, struct lamb_span *ret)
{
    return lamb_value_text(object.value, "s3Bucket", ret);
}

#ifdef __cplusplus
}
#endif

#endif
