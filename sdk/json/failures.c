/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/base/json_text.h"
#include "sdk/base/limits.h"

#include <lamb/failures.h>

struct lamb_failures {
    struct lamb_invocation *inv;
    struct lamb_buf items; /* the elements of the array, as JSON */
    size_t count;
    int error; /* 0, or why a record is missing: sticks */
};

struct lamb_failures *
lamb_failures_open(struct lamb_invocation *inv)
{
    struct lamb_failures *failures = calloc(1, sizeof(*failures));

    if (!failures) {
        (void)lamb_fail(inv, "OutOfMemory", "no memory for the list of failed records");
        return NULL;
    }
    failures->inv = inv;
    failures->items = LAMB_BUF_INIT(LAMB_LIMIT_RESPONSE_STREAM);
    return failures;
}

void
lamb_failures_close(struct lamb_failures *failures)
{
    if (failures)
        lamb_buf_fini(&failures->items);
    free(failures);
}

/* One record more; IDENTIFIER is JSON, R why there is none. */
static int
add(struct lamb_failures *failures, struct lamb_span identifier, int r)
{
    if (!r) {
        (void)lamb_buf_str(&failures->items, failures->count ? ",{\"itemIdentifier\":"
                                                             : "{\"itemIdentifier\":");
        (void)lamb_buf_span(&failures->items, identifier);
        r = lamb_buf_char(&failures->items, '}');
    }
    if (r)
        failures->error = r;
    else
        failures->count++;
    return r;
}

int
lamb_failures_add_id(struct lamb_failures *failures, struct lamb_span id)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(LAMB_LIMIT_RESPONSE_STREAM);
    int r = id.len ? 0 : -EINVAL;

    if (!failures)
        return -ENOMEM;
    if (!r)
        r = lamb_json_string(&text, id);
    return add(failures, lamb_buf_view(&text), r);
}

/* Kafka's is an object: the name of the list, "orders-0", and the offset. */
static int
add_offset(struct lamb_failures *failures, struct lamb_record record)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(LAMB_LIMIT_RESPONSE_STREAM);
    int64_t offset;
    int r = lamb_value_int(record.value, "offset", &offset) ? -EINVAL : 0;

    if (!r) {
        (void)lamb_buf_str(&text, "{\"partition\":");
        (void)lamb_json_string(&text, lamb_span_str(record.list));
        r = lamb_buf_printf(&text, ",\"offset\":%lld}", (long long)offset);
    }
    return add(failures, lamb_buf_view(&text), r);
}

int
lamb_failures_add(struct lamb_failures *failures, struct lamb_record record)
{
    struct lamb_span id = { 0 };

    if (!failures)
        return -ENOMEM;
    if (record.source && strcmp(record.source, "kafka") == 0)
        return add_offset(failures, record);
    /* Absent or of another type: the same as an empty one. */
    if (lamb_record_id(record, &id))
        id = (struct lamb_span){ 0 };
    return lamb_failures_add_id(failures, id);
}

int
lamb_failures_add_rest(struct lamb_failures *failures, struct lamb_batch *batch)
{
    struct lamb_record record;
    int first = 0;

    while (lamb_batch_next(batch, &record) == 0) {
        int r = lamb_failures_add(failures, record);

        first = first ? first : r;
    }
    return first;
}

size_t
lamb_failures_count(const struct lamb_failures *failures)
{
    return failures ? failures->count : 0;
}

static int
reply(struct lamb_failures *failures)
{
    struct lamb_invocation *inv = failures->inv;
    int r = failures->error;

    if (!r)
        r = lamb_reply(inv, NULL, 0);
    if (!r)
        r = lamb_set_content_type(inv, "application/json");
    if (!r)
        r = lamb_printf(inv, "{\"batchItemFailures\":[%s]}",
                        lamb_buf_cstr(&failures->items));
    return r;
}

int
lamb_failures_reply(struct lamb_failures *failures)
{
    int r;

    if (!failures)
        return -ENOMEM; /* recorded by open */
    r = reply(failures);
    if (r == -EINVAL)
        (void)lamb_fail(failures->inv, "BadRecord",
                        "a record that failed has no id, so the whole batch fails");
    else if (r)
        (void)lamb_fail(failures->inv, r == -ENOMEM ? "OutOfMemory" : NULL,
                        "the failed records could not be told: %s", strerror(-r));
    return r;
}
