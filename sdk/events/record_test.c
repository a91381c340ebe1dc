/* SPDX-License-Identifier: Apache-2.0 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/events/testing.h"
#include <lamb/record.h>

/* One record of each source, and what is to be seen of it; NULL: absent. */
static const struct row {
    const char *event, *id, *key, *value, *partition, *position;
    int64_t ms; /* 0: absent */
} rows[] = {
    { "{\"Records\":[{\"eventSource\":\"aws:sqs\",\"messageId\":\"m1\",\"body\":\"b\","
      "\"attributes\":{\"SentTimestamp\":\"1795228243123\",\"MessageGroupId\":\"g\","
      "\"SequenceNumber\":\"18\"}}]}",
      "m1", "g", "b", "g", "18", 1795228243123 },
    { "{\"Records\":[{\"eventSource\":\"aws:kinesis\",\"eventID\":\"shardId-06:495\","
      "\"kinesis\":{\"partitionKey\":\"k\",\"data\":\"aGk=\",\"sequenceNumber\":"
      "\"495\","
      "\"approximateArrivalTimestamp\":1795228243.123}}]}",
      "495", "k", "hi", "shardId-06", "495", 1795228243123 },
    { "{\"Records\":[{\"eventSource\":\"aws:dynamodb\",\"dynamodb\":{\"Keys\":{\"a\":"
      "{\"N\":\"1\"}},\"OldImage\":{\"a\":{\"N\":\"1\"}},\"SequenceNumber\":\"7\","
      "\"ApproximateCreationDateTime\":1795228243}}]}",
      "7", "{\"a\":{\"N\":\"1\"}}", "{\"a\":{\"N\":\"1\"}}", NULL, "7", 1795228243000 },
    { "{\"eventSource\":\"aws:kafka\",\"records\":{\"none-1\":[],\"o-2\":[{\"topic\":"
      "\"o\",\"partition\":2,\"offset\":15,\"timestamp\":5,\"key\":\"aw==\","
      "\"value\":\"dg==\"}]}}",
      "o-2@15", "k", "v", "o-2", "15", 5 },
    { "{\"eventSource\":\"aws:mq\",\"messages\":[{\"messageID\":\"i\","
      "\"correlationId\":"
      "\"c\",\"data\":\"aGk=\",\"timestamp\":9,\"destination\":{\"physicalname\":\"q\"}"
      "}]}",
      "i", "c", "hi", "q", NULL, 9 },
    { "{\"eventSource\":\"aws:rmq\",\"rmqMessagesByQueue\":{\"q::/"
      "\":[{\"data\":\"aGk=\","
      "\"basicProperties\":{\"messageId\":\"i\",\"timestamp\":"
      "\"Jan 1, 1970, 12:33:41 AM\"}}]}}",
      "i", NULL, "hi", "q", NULL, 2021000 },
    { "{\"eventSource\":\"aws:docdb\",\"events\":[{\"event\":{\"_id\":{\"_data\":\"0\"}"
      ","
      "\"documentKey\":{\"_id\":1},\"fullDocument\":{\"x\":2},\"ns\":{\"db\":\"d\","
      "\"coll\":\"c\"}}}]}",
      "{\"_data\":\"0\"}", "{\"_id\":1}", "{\"x\":2}", "d.c", "{\"_data\":\"0\"}", 0 },
    { "{\"deliveryStreamArn\":\"a\",\"records\":[{\"recordId\":\"r\",\"data\":\"aGk=\","
      "\"approximateArrivalTimestamp\":3}]}",
      "r", NULL, "hi", NULL, NULL, 3 },
    { "{\"Records\":[{\"EventSource\":\"aws:sns\",\"Sns\":{\"MessageId\":\"i\","
      "\"Message\":\"m\",\"TopicArn\":\"t\",\"Timestamp\":"
      "\"1970-01-01T00:00:01.250Z\"}}]}",
      "i", NULL, "m", "t", NULL, 1250 },
};

static void
assert_part(int (*part)(struct lamb_record, struct lamb_span *),
            struct lamb_record record, const char *wanted)
{
    struct lamb_span text;

    /* twice: what was decoded is kept */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(part(record, &text), wanted ? 0 : LAMB_ABSENT);
        assert_span(text, wanted ? wanted : "");
    }
}

static void
every_source_has_the_same_view(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct lamb_document *document = open_text(rows[i].event);
        struct lamb_batch batch;
        struct lamb_record record;
        int64_t ms;

        assert_int_equal(lamb_batch_of(document, &batch), 0);
        assert_int_equal(lamb_batch_next(&batch, &record), 0);
        assert_part(lamb_record_id, record, rows[i].id);
        assert_part(lamb_record_key, record, rows[i].key);
        assert_part(lamb_record_value, record, rows[i].value);
        assert_part(lamb_record_partition, record, rows[i].partition);
        assert_part(lamb_record_position, record, rows[i].position);
        assert_int_equal(lamb_record_time(record, &ms), rows[i].ms ? 0 : LAMB_ABSENT);
        assert_true(ms == rows[i].ms);
        assert_int_equal(lamb_batch_next(&batch, &record), LAMB_ABSENT);
        assert_int_equal(lamb_batch_next(&batch, &record), LAMB_ABSENT);
        assert_string_equal(lamb_document_error(document), "");
        lamb_document_close(document);
    }
}

static void
no_record_is_skipped(void **state)
{
    struct lamb_document *document = open_text(
        "{\"eventSource\":\"SelfManagedKafka\",\"records\":{\"a-0\":[{},null],"
        "\"a-1\":null,\"b-0\":[{\"value\":null},{\"value\":7}]}}");
    struct lamb_batch batch;
    struct lamb_record record;
    struct lamb_span value;

    (void)state;
    assert_int_equal(lamb_batch_of(document, &batch), 0);
    assert_int_equal(lamb_batch_next(&batch, &record), 0);
    assert_int_equal(lamb_record_value(record, &value), LAMB_ABSENT);
    assert_int_equal(lamb_batch_next(&batch, &record), 0);
    assert_int_equal(lamb_value_kind(record.value), LAMB_KIND_NULL);
    assert_string_equal(record.list, "a-0");
    assert_int_equal(lamb_batch_next(&batch, &record), 0);
    assert_string_equal(record.list, "b-0");
    assert_int_equal(lamb_record_value(record, &value), LAMB_NULL);
    assert_int_equal(lamb_batch_next(&batch, &record), 0);
    assert_int_equal(lamb_record_value(record, &value), -EPROTO);
    assert_string_equal(
        lamb_document_error(document),
        "records.b-0[1].value: text is expected, a whole number was found");
    assert_int_equal(lamb_batch_next(&batch, &record), LAMB_ABSENT);
    lamb_document_close(document);
}

static void
what_is_no_batch_says_so(void **state)
{
    struct lamb_document *document =
        open_text("{\"detail-type\":\"a\",\"source\":\"b\"}");
    struct lamb_batch batch;
    struct lamb_record record;

    (void)state;
    assert_int_equal(lamb_batch_of(document, &batch), -EPROTO);
    assert_string_equal(
        lamb_document_error(document),
        "the event: a batch of records is expected, eventbridge was found");
    assert_int_equal(lamb_batch_next(&batch, &record), LAMB_ABSENT);
    lamb_document_close(document);
    assert_int_equal(lamb_batch_of(NULL, &batch), -EPROTO);
}

static void
the_last_call_of_a_window_is_an_empty_batch(void **state)
{
    struct lamb_document *document =
        open_text("{\"Records\":[],\"isFinalInvokeForWindow\":true,\"eventSourceARN\":"
                  "\"arn:aws:kinesis:eu-west-1:1:stream/s\"}");
    struct lamb_batch batch;
    struct lamb_record record;

    (void)state;
    assert_int_equal(lamb_batch_of(document, &batch), 0);
    assert_string_equal(batch.source, "kinesis");
    assert_int_equal(lamb_batch_next(&batch, &record), LAMB_ABSENT);
    lamb_document_close(document);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_source_has_the_same_view),
        cmocka_unit_test(no_record_is_skipped),
        cmocka_unit_test(what_is_no_batch_says_so),
        cmocka_unit_test(the_last_call_of_a_window_is_an_empty_batch),
    };

    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
