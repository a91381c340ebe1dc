/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SERVICES_H
#define LAMB_SERVICES_H

/*
 * services.h - the calls to AWS that functions make most, each a function.
 *
 *     struct lamb_aws_result *sent;
 *     struct lamb_sqs_entry message = { .body = lamb_event(inv) };
 *     int r = lamb_sqs_send(aws, inv, getenv("QUEUE_URL"), &message, 1, &sent);
 *
 *     if (r)
 *         lamb_fail(inv, lamb_aws_error_code(sent), "%s",
 * lamb_aws_error_message(sent)); lamb_aws_result_free(sent); return r;
 *
 * What holds for lamb_aws_call (aws.h) holds for all of them: client, invocation,
 * result, errors, retries. Members of structures that are 0 or NULL are left out of the
 * request. A text that has to be JSON is checked before anything is sent. Whatever else
 * AWS offers is reached with lamb_aws_call.
 */

#include <lamb/aws.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Lambda -------------------------------------------------------------------- */

/**
 * lamb_aws_invoke - invoke a function and wait for its response.
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @function: its name or ARN, also with a version or alias; borrows.
 * @payload: the event, JSON; borrows.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * The value of the result is the response; that of a function that failed, which is
 * LAMB_AWS_FUNCTION_ERROR, its error object.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no name, or @payload is no JSON.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_aws_invoke(struct lamb_aws *aws, struct lamb_invocation *inv,
                             const char *function, struct lamb_span payload,
                             struct lamb_aws_result **ret_result);

/**
 * lamb_aws_invoke_async - hand an event to a function and do not wait.
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @function: its name or ARN, also with a version or alias; borrows.
 * @payload: the event, JSON; borrows.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * The service keeps the event and retries the function.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no name, or @payload is no JSON.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_aws_invoke_async(struct lamb_aws *aws, struct lamb_invocation *inv,
                                   const char *function, struct lamb_span payload,
                                   struct lamb_aws_result **ret_result);

/* ---- SQS ----------------------------------------------------------------------- */

/**
 * struct lamb_sqs_entry - a message for a queue.
 * @body: its text; keeps.
 * @group: the group in which order is kept (FIFO queues); keeps.
 * @deduplication: the id by which the queue knows a repetition (FIFO queues); keeps.
 * @delay_s: how long it stays hidden, in seconds, up to 900.
 *
 * Since: 0.1
 */
struct lamb_sqs_entry {
    struct lamb_span body;
    const char *group;
    const char *deduplication;
    int delay_s;
};

/**
 * lamb_sqs_send - send messages to a queue, with one request.
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @queue_url: the queue's URL; borrows.
 * @messages: 1 to 10 of them; borrows.
 * @n_messages: how many.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * One message goes as SendMessage, more as SendMessageBatch: when only some are taken,
 * that is LAMB_AWS_PARTIAL. lamb_aws_entry_of has the message ids and the errors.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no URL, or not 1 to 10 messages.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_sqs_send(struct lamb_aws *aws, struct lamb_invocation *inv,
                           const char *queue_url, const struct lamb_sqs_entry *messages,
                           size_t n_messages, struct lamb_aws_result **ret_result);

/* ---- Kinesis ------------------------------------------------------------------- */

/**
 * struct lamb_kinesis_entry - a record for a stream.
 * @partition_key: what decides about the shard; keeps.
 * @data: its bytes; keeps.
 *
 * Since: 0.1
 */
struct lamb_kinesis_entry {
    const char *partition_key;
    struct lamb_span data;
};

/**
 * lamb_kinesis_put - put records into a stream, with one request.
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @stream: the name of the stream; borrows.
 * @records: 1 to 500 of them; borrows.
 * @n_records: how many.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * One record goes as PutRecord, more as PutRecords: when only some are taken, that is
 * LAMB_AWS_PARTIAL. lamb_aws_entry_of has the sequence numbers and the errors.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no name, no partition key, or not 1
 *          to 500 records.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_kinesis_put(struct lamb_aws *aws, struct lamb_invocation *inv,
                              const char *stream,
                              const struct lamb_kinesis_entry *records,
                              size_t n_records, struct lamb_aws_result **ret_result);

/* ---- EventBridge --------------------------------------------------------------- */

/**
 * struct lamb_bus_event - an event for a bus.
 * @bus: the bus; keeps. NULL: the default one.
 * @source: who says it ("shop.orders"); keeps.
 * @detail_type: what kind of event it is ("Order paid"); keeps.
 * @detail: the event, a JSON object; keeps.
 *
 * Since: 0.1
 */
struct lamb_bus_event {
    const char *bus;
    const char *source;
    const char *detail_type;
    struct lamb_span detail;
};

/**
 * lamb_bus_put - put events on buses, with one request (PutEvents).
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @events: 1 to 10 of them; borrows.
 * @n_events: how many.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * When only some are taken, that is LAMB_AWS_PARTIAL; also of one event that is not
 * taken. lamb_aws_entry_of has the event ids and the errors.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: a text is missing, a detail is no
 *          JSON object, or not 1 to 10 events.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_bus_put(struct lamb_aws *aws, struct lamb_invocation *inv,
                          const struct lamb_bus_event *events, size_t n_events,
                          struct lamb_aws_result **ret_result);

/* ---- SNS ----------------------------------------------------------------------- */

/**
 * struct lamb_sns_message - a message for a topic.
 * @body: its text; keeps.
 * @subject: for subscribers by e-mail; keeps.
 * @group: the group in which order is kept (FIFO topics); keeps.
 * @deduplication: the id by which the topic knows a repetition (FIFO topics); keeps.
 *
 * Since: 0.1
 */
struct lamb_sns_message {
    struct lamb_span body;
    const char *subject;
    const char *group;
    const char *deduplication;
};

/**
 * lamb_sns_publish - publish a message.
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @topic_arn: the topic's ARN; borrows.
 * @message: the message; borrows.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * lamb_aws_entry_of(result, 0) has the message id.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no ARN.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_sns_publish(struct lamb_aws *aws, struct lamb_invocation *inv,
                              const char *topic_arn,
                              const struct lamb_sns_message *message,
                              struct lamb_aws_result **ret_result);

/* ---- S3 ------------------------------------------------------------------------ */

/**
 * lamb_s3_get - read an object.
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @bucket: its bucket; borrows.
 * @key: its key, without escapes; borrows.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * The value of the result is the object. One that is not there is LAMB_AWS_NOT_FOUND.
 * The client's max_answer limits how long it may be.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no bucket or key.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_s3_get(struct lamb_aws *aws, struct lamb_invocation *inv,
                         const char *bucket, const char *key,
                         struct lamb_aws_result **ret_result);

/**
 * lamb_s3_put - write an object, in the place of what has its key.
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @bucket: its bucket; borrows.
 * @key: its key, without escapes; borrows.
 * @bytes: the object; borrows.
 * @content_type: its media type, or NULL; borrows.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 *
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no bucket or key.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_s3_put(struct lamb_aws *aws, struct lamb_invocation *inv,
                         const char *bucket, const char *key, struct lamb_span bytes,
                         const char *content_type, struct lamb_aws_result **ret_result);

/* ---- DynamoDB ------------------------------------------------------------------ */

/**
 * struct lamb_dynamodb_expression - what a write does and on which condition.
 * @condition: a condition expression ("attribute_not_exists(id)"); keeps.
 * @update: an update expression ("ADD hits :one"); keeps.
 * @names: what #names in them stand for, a JSON object of strings; keeps.
 * @values: what :values in them stand for, a JSON object in DynamoDB's form; keeps.
 * @return_values: "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"; keeps.
 *
 * Since: 0.1
 */
struct lamb_dynamodb_expression {
    const char *condition;
    const char *update;
    const char *names;
    const char *values;
    const char *return_values;
};

/**
 * lamb_dynamodb_get - read an item, as it is now (a consistent read).
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @table: the name or ARN of the table; borrows.
 * @key: its key in DynamoDB's JSON, {"id": {"S": "42"}}; borrows.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * The value of the result is the item in DynamoDB's JSON. One that is not there, like a
 * table that is not there, is LAMB_AWS_NOT_FOUND.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no table, or @key is no JSON object.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_dynamodb_get(struct lamb_aws *aws, struct lamb_invocation *inv,
                               const char *table, const char *key,
                               struct lamb_aws_result **ret_result);

/**
 * lamb_dynamodb_put - write an item, in the place of what has its key.
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @table: the name or ARN of the table; borrows.
 * @item: the item in DynamoDB's JSON; borrows.
 * @expression: on which condition, or NULL; borrows.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * When the condition is not met, that is LAMB_AWS_CONDITION and nothing is written. The
 * value of the result is what @expression's return_values asked for.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no table, or a text that has to be a
 *          JSON object is none.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_dynamodb_put(struct lamb_aws *aws, struct lamb_invocation *inv,
                               const char *table, const char *item,
                               const struct lamb_dynamodb_expression *expression,
                               struct lamb_aws_result **ret_result);

/**
 * lamb_dynamodb_update - change an item, or make it.
 * @aws: the client; borrows.
 * @inv: the invocation whose time it takes, or NULL; borrows.
 * @table: the name or ARN of the table; borrows.
 * @key: its key in DynamoDB's JSON; borrows.
 * @expression: what to do; borrows.
 * @ret_result: what came of it; gives (lamb_aws_result_free).
 *
 * When the condition is not met, that is LAMB_AWS_CONDITION and nothing is written. The
 * value of the result is what @expression's return_values asked for.
 *
 * Returns: 0, or an enum lamb_aws_outcome.
 * Errors:  those of lamb_aws_call, and -EINVAL: no table, no update, or a text that
 *          has to be a JSON object is none.
 * Threads: any, several at once.
 * Since:   0.1
 */
LAMB_API int lamb_dynamodb_update(struct lamb_aws *aws, struct lamb_invocation *inv,
                                  const char *table, const char *key,
                                  const struct lamb_dynamodb_expression *expression,
                                  struct lamb_aws_result **ret_result);

#ifdef __cplusplus
}
#endif

#endif
