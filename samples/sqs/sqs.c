/* SPDX-License-Identifier: Apache-2.0 */

/*
 * sqs - ships the orders of a queue's batch. An order that cannot be shipped comes
 * again alone; the others are done, and the queue forgets them.
 */

#include <jansson.h>
#include <lamb/failures.h>
#include <lamb/log.h>

enum { STOCK = 3 }; /* of each thing */

/* 0: shipped. */
static int
ship(struct lamb_invocation *inv, struct lamb_record record)
{
    struct lamb_span id, body;
    json_t *order;
    const char *item;
    json_int_t count;
    int r = -1;

    lamb_record_id(record, &id);
    if (lamb_record_value(record, &body) != 0)
        return -1;
    order = json_loadb(body.ptr, body.len, 0, NULL);
    item = json_string_value(json_object_get(order, "item"));
    count = json_integer_value(json_object_get(order, "count"));
    if (!item || count < 1)
        lamb_log_printf(inv, LAMB_LOG_ERROR, "message %s is no order", id.ptr);
    else if (count > STOCK)
        lamb_log_printf(inv, LAMB_LOG_WARN, "not enough of %s, try later", item);
    else {
        r = 0; /* shipped, whether or not that can be logged */
        lamb_log_printf(inv, LAMB_LOG_INFO, "shipped %lld of %s", (long long)count,
                        item);
    }
    json_decref(order);
    return r;
}

static int
ship_all(struct lamb_invocation *inv, struct lamb_document *doc)
{
    struct lamb_failures *failures;
    struct lamb_batch batch;
    struct lamb_record record;
    int r = lamb_batch_of(doc, &batch);

    if (r)
        return lamb_fail(inv, "BadEvent", "%s", lamb_document_error(doc));
    failures = lamb_failures_open(inv);
    while ((r = lamb_batch_next(&batch, &record)) == 0)
        if (ship(inv, record))
            lamb_failures_add(failures, record);
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
        r = ship_all(inv, doc);
    lamb_document_close(doc);
    return r;
}
