/* SPDX-License-Identifier: Apache-2.0 */

/*
 * stream-consumer - follows a stream: Kinesis, DynamoDB or Kafka, by one code. Records
 * of a partition have an order, so work stops at the first one that fails; it and those
 * after it come again.
 */

#include <jansson.h>
#include <lamb/failures.h>
#include <lamb/log.h>

/* 0: the record is done; here it has to be JSON, and is told. */
static int
follow(struct lamb_invocation *inv, struct lamb_record record)
{
    struct lamb_span key, value, partition;
    int64_t time = 0;
    json_t *what;
    int r = lamb_record_value(record, &value);

    if (r == LAMB_NULL || r == LAMB_ABSENT)
        return 0; /* a tombstone, or a removal whose stream tells keys only */
    what = r == 0 ? json_loadb(value.ptr, value.len, JSON_DECODE_ANY, NULL) : NULL;
    if (!what)
        return -1;
    json_decref(what);
    lamb_record_key(record, &key); /* "" when the source has none */
    lamb_record_partition(record, &partition);
    lamb_record_time(record, &time);
    const struct lamb_log_field fields[] = {
        { .name = "source", .text = record.source },
        { .name = "key", .text = key.ptr },
        { .name = "partition", .text = partition.ptr },
        { .name = "time", .type = LAMB_LOG_INTEGER, .integer = time },
    };
    lamb_log_fields(inv, LAMB_LOG_INFO, "followed", fields, 4);
    return 0; /* done, whether or not that can be logged */
}

static int
follow_all(struct lamb_invocation *inv, struct lamb_document *doc)
{
    struct lamb_failures *failures;
    struct lamb_batch batch;
    struct lamb_record record;
    int r = lamb_batch_of(doc, &batch);

    if (r)
        return lamb_fail(inv, "BadEvent", "%s", lamb_document_error(doc));
    failures = lamb_failures_open(inv);
    while ((r = lamb_batch_next(&batch, &record)) == 0)
        if (follow(inv, record)) {
            lamb_failures_add(failures, record);
            lamb_failures_add_rest(failures, &batch);
        }
    if (r == LAMB_ABSENT) /* after the last one */
        r = lamb_failures_reply(failures);
    else
        r = lamb_fail(inv, "BadEvent", "%s", lamb_document_error(doc));
    lamb_failures_close(failures);
    return r;
}

int
handler(struct lamb_invocation *inv)
{
    struct lamb_document *doc;
    int r = lamb_document_open(lamb_event(inv), &doc);

    if (r)
        r = lamb_fail(inv, "BadEvent", "%s", lamb_document_error(doc));
    else
        r = follow_all(inv, doc);
    lamb_document_close(doc);
    return r;
}
