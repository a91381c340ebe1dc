/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_FAILURES_H
#define LAMB_FAILURES_H

/*
 * failures - which records of a batch have to come again: "batchItemFailures".
 *
 *     struct lamb_failures *failures = lamb_failures_open(inv);
 *
 *     while ((r = lamb_batch_next(&batch, &record)) == 0)
 *         if (work(record))
 *             lamb_failures_add(failures, record);
 *     r = lamb_failures_reply(failures);
 *     lamb_failures_close(failures);
 *     return r;
 *
 * For mappings with FunctionResponseTypes ReportBatchItemFailures. SQS retries the
 * records named and deletes the others; Kinesis and DynamoDB retry everything from the
 * first one named, Kafka everything of its partition. For a FIFO queue and for streams
 * stop at the first failure and give the rest back unworked: lamb_failures_add_rest.
 *
 * No record is lost by a mistake here: what could not be added makes the reply an error
 * of the function, and the whole batch comes again.
 */

#include <lamb/lamb.h>
#include <lamb/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_failures - the records that failed; opaque.
 * Since: 0.1
 */
struct lamb_failures;

/**
 * lamb_failures_open - an empty list: nothing has failed.
 * @inv: the invocation; keeps, until lamb_failures_close.
 *
 * Returns: the list; gives, release it with lamb_failures_close. NULL when there is no
 *          memory: the functions below take that, and the reply is then an error.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API struct lamb_failures *lamb_failures_open(struct lamb_invocation *inv);

/**
 * lamb_failures_close - release a list.
 * @failures: the list; takes. NULL is nothing.
 *
 * Threads: one at a time per list.
 * Since:   0.1
 */
LAMB_API void lamb_failures_close(struct lamb_failures *failures);

/**
 * lamb_failures_add - this record has failed.
 * @failures: the list; borrows.
 * @record:   the record.
 *
 * It is named as the service wants it: by its id, a record of Kafka by partition and
 * offset.
 *
 * Returns: 0.
 * Errors:  -EINVAL the record has no id.
 *          -ENOMEM no memory.
 *          The reply then fails as well, so that they may be ignored here.
 * Threads: one at a time per list.
 * Since:   0.1
 */
LAMB_API int lamb_failures_add(struct lamb_failures *failures,
                               struct lamb_record record);

/**
 * lamb_failures_add_id - the record with this id has failed.
 * @failures: the list; borrows.
 * @id:       messageId of SQS, sequence number of Kinesis and DynamoDB; copies.
 *
 * Returns: 0.
 * Errors:  see lamb_failures_add; -EINVAL the id is empty.
 * Threads: one at a time per list.
 * Since:   0.1
 */
LAMB_API int lamb_failures_add_id(struct lamb_failures *failures, struct lamb_span id);

/**
 * lamb_failures_add_rest - the records that were not walked over yet have not been
 * done.
 * @failures: the list; borrows.
 * @batch:    the walk; borrows. It is at its end afterwards.
 *
 * Returns: 0.
 * Errors:  see lamb_failures_add.
 * Threads: one at a time per list.
 * Since:   0.1
 */
LAMB_API int lamb_failures_add_rest(struct lamb_failures *failures,
                                    struct lamb_batch *batch);

/**
 * lamb_failures_count - how many records have failed so far.
 * @failures: the list; borrows.
 *
 * Returns: the number.
 * Threads: one at a time per list.
 * Since:   0.1
 */
LAMB_API size_t lamb_failures_count(const struct lamb_failures *failures);

/**
 * lamb_failures_reply - make the list the response.
 * @failures: the list; borrows.
 *
 * Returns: 0.
 * Errors:  what an earlier call has returned, -ENOMEM, and those of lamb_reply. The
 *          error is recorded: `return` it, and the whole batch comes again.
 * Threads: one at a time per list.
 * Since:   0.1
 */
LAMB_API int lamb_failures_reply(struct lamb_failures *failures);

#ifdef __cplusplus
}
#endif

#endif
