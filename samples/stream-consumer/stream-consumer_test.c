/* SPDX-License-Identifier: Apache-2.0 */

/* stream-consumer_test - in order, and no further than the first failure. */

#include <lamb/testing.h>
#include <string.h>

#ifndef EVENTS
#define EVENTS "events/" /* run in the sample's folder */
#endif

int handler(struct lamb_invocation *inv);

/* The answer to an event in FILE; what was followed is in its output. */
static void
expect(const char *file, const char *json, const char *followed)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(handler, .event_file = file);

    LAMB_EXPECT_JSON(answer, json);
    if (!strstr(answer->output.ptr, followed))
        lamb_test_fail(__FILE__, __LINE__, answer->output.ptr);
    lamb_test_free(answer);
}

LAMB_TEST(work_stops_at_the_first_record_that_fails)
{
    expect(EVENTS "clicks.json",
           "{\"batchItemFailures\":[{\"itemIdentifier\":"
           "\"49590338271490256608559692538361571095921575989136588802\"},"
           "{\"itemIdentifier\":"
           "\"49590338271490256608559692538361571095921575989136588803\"}]}",
           "key=\"ada\" partition=\"shardId-000000000006\" time=1795168800123");
}

LAMB_TEST(a_removal_without_an_image_holds_nothing_up)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(
        handler, .event = "{\"Records\":[{\"eventSource\":\"aws:dynamodb\","
                          "\"eventName\":\"REMOVE\",\"dynamodb\":{\"Keys\":{\"id\":"
                          "{\"S\":\"1\"}},\"SequenceNumber\":\"1\"}}]}");

    LAMB_EXPECT_JSON(answer, "{\"batchItemFailures\":[]}");
    lamb_test_free(answer);
}

LAMB_TEST(a_table_is_followed_by_the_same_code)
{
    expect(EVENTS "item.json", "{\"batchItemFailures\":[]}", "source=\"dynamodb\"");
}

LAMB_TEST(the_end_of_a_key_is_no_failure)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(
        handler, .event = "{\"eventSource\":\"aws:kafka\",\"records\":{\"t-0\":[{"
                          "\"topic\":\"t\",\"partition\":0,\"offset\":7,"
                          "\"key\":\"YWRh\",\"value\":null}]}}");

    LAMB_EXPECT_JSON(answer, "{\"batchItemFailures\":[]}");
    lamb_test_free(answer);
}

LAMB_TEST(an_event_of_something_else_fails_as_a_whole)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(handler, .event = "{\"id\":7}");

    LAMB_EXPECT_ERROR(answer, "BadEvent", NULL);
    lamb_test_free(answer);
}

LAMB_TEST_MAIN
