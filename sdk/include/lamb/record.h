/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RECORD_H
#define LAMB_RECORD_H

/*
 * One view of a record, whatever the batch comes from.
 *
 *     struct lamb_batch batch;
 *     struct lamb_record record;
 *     struct lamb_span value;
 *
 *     if (lamb_event_document(inv, &doc) || lamb_batch_of(doc, &batch))
 *         fail(lamb_document_error(doc));
 *     while ((r = lamb_batch_next(&batch, &record)) == 0)
 *         if (lamb_record_value(record, &value) == 0)
 *             work(value);
 *
 *     source     id            key             value           partition     position
 *     sqs        messageId     MessageGroupId  body            group SequenceNumber
 *     kinesis    sequence no.  partitionKey    data, decoded   shard         sequence
 * no. dynamodb   sequence no.  Keys, JSON      image, JSON     shard SequenceNumber
 *     kafka      t-p@offset    key, decoded    value, decoded  topic-part.   offset
 *     activemq   messageID     correlationID   data, decoded   destination
 *     rabbitmq   messageId     correlationId   data, decoded   queue
 *     docdb      _id, JSON     documentKey     fullDocument    db.collection _id, JSON
 *     firehose   recordId      partitionKey    data, decoded   shard         sequence
 * no. sns        MessageId     Subject         Message         TopicArn
 *
 * The image of DynamoDB is the new one, or the old one of what was removed; the shard
 * of DynamoDB is known in time windows only. What a source does not have is
 * LAMB_ABSENT. The results of reading functions are those of lamb/events.h.
 */

#include <lamb/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_batch - a walk through the records of an event.
 * @event:    the event.
 * @source:   where it comes from, a name as lamb_document_source returns; borrows.
 * @list:     the list that is being walked.
 * @index:    the next element of it.
 * @iterator: where the walk is among several lists; private.
 * @name:     name of the list, where there are several ("orders-0"); borrows.
 *
 * Since: 0.1
 */
struct lamb_batch {
    struct lamb_value event;
    const char *source;
    struct lamb_value list;
    size_t index;
    void *iterator;
    const char *name;
};

/**
 * struct lamb_record - one record of a batch; passed by value.
 * @value:  the record as it stands in the event.
 * @event:  the event that it is in.
 * @source: where it comes from, a name as lamb_document_source returns; borrows.
 * @list:   name of the list it is in, where there are several ("orders-0"), else "";
 *          borrows, valid until the document is closed.
 *
 * Since: 0.1
 */
struct lamb_record {
    struct lamb_value value;
    struct lamb_value event;
    const char *source;
    const char *list;
};

/**
 * lamb_batch_of - begin to walk through the records of an event.
 * @document:  the event; borrows, until the walk is over. NULL is an error.
 * @ret_batch: the walk; borrows until it returns. Nothing is to be released.
 *
 * Returns: 0, or a negative errno value; the reason is the document's error.
 * Errors:  -EPROTO the event is no batch of records.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_batch_of(struct lamb_document *document,
                           struct lamb_batch *ret_batch);

/**
 * lamb_batch_next - the next record.
 * @batch:      the walk; borrows until it returns.
 * @ret_record: the record; valid until the document is closed; borrows, valid until the
 *              document is closed.
 *
 * Returns: 0, LAMB_ABSENT after the last one, or a negative errno value. An element
 *          that is null is handed out as well: no record is skipped.
 * Errors:  -EPROTO there is something else where a list of records should be.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_batch_next(struct lamb_batch *batch, struct lamb_record *ret_record);

/**
 * lamb_record_id - what names the record in an answer about a part of the batch.
 * @record:   the record.
 * @ret_text: the text; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of lamb/events.h says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_record_id(struct lamb_record record, struct lamb_span *ret_text);

/**
 * lamb_record_key - what the record is about.
 * @record:    the record.
 * @ret_bytes: the key, decoded; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of lamb/events.h says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_record_key(struct lamb_record record, struct lamb_span *ret_bytes);

/**
 * lamb_record_value - what the record says.
 * @record:    the record.
 * @ret_bytes: the value, decoded; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL (a tombstone), or a negative errno value.
 * Errors:  as the head of lamb/events.h says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_record_value(struct lamb_record record, struct lamb_span *ret_bytes);

/**
 * lamb_record_time - when the record came into its queue or stream.
 * @record: the record.
 * @ret_ms: milliseconds since 1970, UTC; borrows until it returns.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of lamb/events.h says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_record_time(struct lamb_record record, int64_t *ret_ms);

/**
 * lamb_record_partition - within what the records have an order.
 * @record:   the record.
 * @ret_text: the text; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of lamb/events.h says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_record_partition(struct lamb_record record,
                                   struct lamb_span *ret_text);

/**
 * lamb_record_position - where the record is in its partition: offset or sequence
 * number.
 * @record:   the record.
 * @ret_text: decimal digits (JSON for docdb); borrows, valid until the document is
 *            closed. Too long for a number in most sources.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of lamb/events.h says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_record_position(struct lamb_record record,
                                  struct lamb_span *ret_text);

#ifdef __cplusplus
}
#endif

#endif
