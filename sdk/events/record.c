/* SPDX-License-Identifier: Apache-2.0 */

/* record - one view of a record over every source of batches. */

#include <lamb/record.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sdk/base/span.h"
#include "sdk/events/document.h"

static const struct lamb_span no_text = { "", 0 };

/* How a part of a record is read. */
enum part_form {
    PART_NONE, /* the source has no such thing */
    PART_TEXT,
    PART_BYTES,
    PART_JSON,      /* any JSON, as text */
    PART_OF_EVENT,  /* text of the event instead of the record */
    PART_SHARD,     /* of "shardId-000000000006:4959…", what is before the colon */
    PART_LIST,      /* the name of the list */
    PART_QUEUE,     /* of that name, what is before "::" and the virtual host */
    PART_PLACE,     /* name of the list, '@' and the number */
    PART_NAMESPACE, /* {"db":…,"coll":…} as "db.coll" */
};

struct part {
    enum part_form form;
    const char *path;
    const char *otherwise; /* the path, when the first has nothing */
};

struct view {
    const char *source;
    const char *list; /* path of the records */
    bool several;     /* an object of lists */
    struct part id, key, value, partition, position;
    const char *time; /* path */
    enum lamb_time_form time_form;
};

static const struct view views[] = {
    { .source = "sqs",
      .list = "Records",
      .id = { PART_TEXT, "messageId", NULL },
      .key = { PART_TEXT, "attributes/MessageGroupId", NULL },
      .value = { PART_TEXT, "body", NULL },
      .partition = { PART_TEXT, "attributes/MessageGroupId", NULL },
      .position = { PART_TEXT, "attributes/SequenceNumber", NULL },
      .time = "attributes/SentTimestamp",
      .time_form = LAMB_TIME_MS_TEXT },
    { .source = "kinesis",
      .list = "Records",
      .id = { PART_TEXT, "kinesis/sequenceNumber", NULL },
      .key = { PART_TEXT, "kinesis/partitionKey", NULL },
      .value = { PART_BYTES, "kinesis/data", NULL },
      .partition = { PART_SHARD, "eventID", NULL },
      .position = { PART_TEXT, "kinesis/sequenceNumber", NULL },
      .time = "kinesis/approximateArrivalTimestamp",
      .time_form = LAMB_TIME_SECONDS },
    { .source = "dynamodb",
      .list = "Records",
      .id = { PART_TEXT, "dynamodb/SequenceNumber", NULL },
      .key = { PART_JSON, "dynamodb/Keys", NULL },
      .value = { PART_JSON, "dynamodb/NewImage", "dynamodb/OldImage" },
      .partition = { PART_OF_EVENT, "shardId", NULL },
      .position = { PART_TEXT, "dynamodb/SequenceNumber", NULL },
      .time = "dynamodb/ApproximateCreationDateTime",
      .time_form = LAMB_TIME_SECONDS },
    { .source = "kafka",
      .list = "records",
      .several = true,
      .id = { PART_PLACE, "offset", NULL },
      .key = { PART_BYTES, "key", NULL },
      .value = { PART_BYTES, "value", NULL },
      .partition = { PART_LIST, NULL, NULL },
      .position = { PART_JSON, "offset", NULL },
      .time = "timestamp",
      .time_form = LAMB_TIME_MS },
    { .source = "activemq",
      .list = "messages",
      .id = { PART_TEXT, "messageID", NULL },
      .key = { PART_TEXT, "correlationID", "correlationId" },
      .value = { PART_BYTES, "data", NULL },
      .partition = { PART_TEXT, "destination/physicalName",
                     "destination/physicalname" },
      .time = "timestamp",
      .time_form = LAMB_TIME_MS },
    { .source = "rabbitmq",
      .list = "rmqMessagesByQueue",
      .several = true,
      .id = { PART_TEXT, "basicProperties/messageId", NULL },
      .key = { PART_TEXT, "basicProperties/correlationId", NULL },
      .value = { PART_BYTES, "data", NULL },
      .partition = { PART_QUEUE, NULL, NULL },
      .time = "basicProperties/timestamp",
      .time_form = LAMB_TIME_RABBITMQ },
    { .source = "docdb",
      .list = "events",
      .id = { PART_JSON, "event/_id", NULL },
      .key = { PART_JSON, "event/documentKey", NULL },
      .value = { PART_JSON, "event/fullDocument", NULL },
      .partition = { PART_NAMESPACE, "event/ns", NULL },
      .position = { PART_JSON, "event/_id", NULL } },
    { .source = "firehose",
      .list = "records",
      .id = { PART_TEXT, "recordId", NULL },
      .key = { PART_TEXT, "kinesisRecordMetadata/partitionKey", NULL },
      .value = { PART_BYTES, "data", NULL },
      .partition = { PART_TEXT, "kinesisRecordMetadata/shardId", NULL },
      .position = { PART_TEXT, "kinesisRecordMetadata/sequenceNumber", NULL },
      .time = "approximateArrivalTimestamp",
      .time_form = LAMB_TIME_MS },
    { .source = "sns",
      .list = "Records",
      .id = { PART_TEXT, "Sns/MessageId", NULL },
      .key = { PART_TEXT, "Sns/Subject", NULL },
      .value = { PART_TEXT, "Sns/Message", NULL },
      .partition = { PART_TEXT, "Sns/TopicArn", NULL },
      .time = "Sns/Timestamp",
      .time_form = LAMB_TIME_ISO },
};

static const struct view *
view_of(const char *source)
{
    for (size_t i = 0; source && i < sizeof(views) / sizeof(views[0]); i++)
        if (strcmp(views[i].source, source) == 0)
            return &views[i];
    return NULL;
}

/* ---- The walk ---- */

int
lamb_batch_of(struct lamb_document *document, struct lamb_batch *ret_batch)
{
    const char *source = lamb_document_source(document);
    const struct view *view = view_of(source);
    struct lamb_value list;
    int r;

    *ret_batch = (struct lamb_batch){ .source = "", .name = "" };
    if (!document)
        return -EPROTO;
    if (!view)
        return lamb_document_blame(document, -EPROTO, NULL, "",
                                   "a batch of records is expected, %s was found",
                                   source ? source : "the shape of none that is known");
    *ret_batch = (struct lamb_batch){ .event = lamb_document_root(document),
                                      .source = view->source,
                                      .name = "" };
    if (view->several)
        r = lamb_value_object(ret_batch->event, view->list, &list);
    else
        r = lamb_value_list(ret_batch->event, view->list, &ret_batch->list, NULL);
    return r < 0 ? r : 0;
}

/* The next of several lists. */
static int
next_list(struct lamb_batch *batch, const struct view *view)
{
    struct lamb_value lists;
    struct lamb_value list;
    int r;

    if (!view->several)
        return LAMB_ABSENT;
    r = lamb_value_object(batch->event, view->list, &lists);
    if (r == 0)
        r = lamb_value_next(lists, &batch->iterator, &batch->name, &list);
    if (r)
        return r < 0 ? r : LAMB_ABSENT;
    r = lamb_value_list(list, "", &batch->list, NULL);
    batch->index = 0;
    return r < 0 ? r : 0;
}

int
lamb_batch_next(struct lamb_batch *batch, struct lamb_record *ret_record)
{
    const struct view *view = view_of(batch->source);
    struct lamb_value value = { NULL, NULL };
    int r = LAMB_ABSENT;

    *ret_record = (struct lamb_record){ .source = "", .list = "" };
    if (!view)
        return LAMB_ABSENT;
    while (r == LAMB_ABSENT) {
        int more;

        r = lamb_value_at(batch->list, batch->index, &value);
        if (r != LAMB_ABSENT)
            break;
        batch->list = value; /* nothing: this list is over */
        more = next_list(batch, view);
        if (more) {
            batch->source = ""; /* over for good */
            return more;
        }
    }
    if (r < 0)
        return r;
    batch->index++;
    *ret_record = (struct lamb_record){ .value = value,
                                        .event = batch->event,
                                        .source = view->source,
                                        .list = batch->name };
    return 0;
}

/* ---- The parts ---- */

static int
read_json(struct lamb_value object, const char *path, struct lamb_span *ret)
{
    struct lamb_value value;
    int r = lamb_value_get(object, path, &value);

    return r ? r : lamb_value_json(value, ret);
}

/* Remember TEXT as what was made, in this WAY, from what is UNDER. */
static int
keep(struct lamb_document *document, const void *under, enum way way,
     struct lamb_span text, struct lamb_span *ret)
{
    const struct decoded *done = lamb_document_find(document, under, way);

    if (!done)
        done = lamb_document_keep(document, under, way, text, NULL);
    if (!done)
        return -ENOMEM;
    *ret = (struct lamb_span){ done->bytes, done->len };
    return 0;
}

/* "A" SEPARATOR "B". */
static int
join(struct lamb_value of, const char *a, const char *separator, const char *b,
     struct lamb_span *ret)
{
    char text[1024];
    int len = snprintf(text, sizeof(text), "%s%s%s", a, separator, b);

    if (len < 0 || (size_t)len >= sizeof(text))
        return lamb_document_blame(of.document, -EFBIG, of.node, "",
                                   "the name is too long");
    return keep(of.document, of.node, WAY_JOINED,
                (struct lamb_span){ text, (size_t)len }, ret);
}

/* What stands before the first colon, or all of it. */
static int
cut(struct lamb_document *document, struct lamb_span text, struct lamb_span *ret)
{
    const void *whole = text.ptr;
    struct lamb_span rest;

    (void)lamb_span_cut(text, ':', &text, &rest);
    return keep(document, whole, WAY_CUT, text, ret);
}

static int
read_place(struct lamb_record record, const char *path, struct lamb_span *ret)
{
    int64_t number;
    char digits[24];
    int r = lamb_value_int(record.value, path, &number);

    if (r)
        return r;
    (void)snprintf(digits, sizeof(digits), "%lld", (long long)number);
    return join(record.value, record.list, "@", digits, ret);
}

static int
read_namespace(struct lamb_value record, const char *path, struct lamb_span *ret)
{
    struct lamb_value names;
    struct lamb_span db;
    struct lamb_span coll;
    int r = lamb_value_object(record, path, &names);

    if (r == 0)
        r = lamb_value_text(names, "db", &db);
    if (r == 0)
        r = lamb_value_text(names, "coll", &coll);
    return r ? r : join(names, db.ptr, ".", coll.ptr, ret);
}

static int
read_part(struct lamb_record record, const struct part *part, const char *path,
          struct lamb_span *ret)
{
    struct lamb_span text;
    int r;

    *ret = no_text;
    switch (part->form) {
    case PART_NONE:
        return LAMB_ABSENT;
    case PART_TEXT:
        return lamb_value_text(record.value, path, ret);
    case PART_BYTES:
        return lamb_value_bytes(record.value, path, ret);
    case PART_JSON:
        return read_json(record.value, path, ret);
    case PART_OF_EVENT:
        return lamb_value_text(record.event, path, ret);
    case PART_SHARD:
        r = lamb_value_text(record.value, path, &text);
        return r ? r : cut(record.value.document, text, ret);
    case PART_LIST:
        *ret = lamb_span_str(record.list);
        return 0;
    case PART_QUEUE:
        return cut(record.value.document, lamb_span_str(record.list), ret);
    case PART_PLACE:
        return read_place(record, path, ret);
    case PART_NAMESPACE:
        return read_namespace(record.value, path, ret);
    }
    return LAMB_ABSENT;
}

static int
read_or(struct lamb_record record, const struct part *part, struct lamb_span *ret)
{
    int r = read_part(record, part, part->path, ret);

    if (r > 0 && part->otherwise)
        r = read_part(record, part, part->otherwise, ret);
    return r;
}

static const struct view *
view_or_none(const char *source)
{
    static const struct view none;
    const struct view *view = view_of(source);

    return view ? view : &none;
}

int
lamb_record_id(struct lamb_record record, struct lamb_span *ret_text)
{
    return read_or(record, &view_or_none(record.source)->id, ret_text);
}

int
lamb_record_key(struct lamb_record record, struct lamb_span *ret_bytes)
{
    return read_or(record, &view_or_none(record.source)->key, ret_bytes);
}

int
lamb_record_value(struct lamb_record record, struct lamb_span *ret_bytes)
{
    return read_or(record, &view_or_none(record.source)->value, ret_bytes);
}

int
lamb_record_partition(struct lamb_record record, struct lamb_span *ret_text)
{
    return read_or(record, &view_or_none(record.source)->partition, ret_text);
}

int
lamb_record_position(struct lamb_record record, struct lamb_span *ret_text)
{
    return read_or(record, &view_or_none(record.source)->position, ret_text);
}

int
lamb_record_time(struct lamb_record record, int64_t *ret_ms)
{
    const struct view *view = view_or_none(record.source);

    *ret_ms = 0;
    if (!view->time)
        return LAMB_ABSENT;
    return lamb_value_time(record.value, view->time, view->time_form, ret_ms);
}
