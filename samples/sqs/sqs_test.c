/* SPDX-License-Identifier: Apache-2.0 */

/* sqs_test - which messages of a batch come again. */

#include <lamb/testing.h>

#ifndef EVENTS
#define EVENTS "events/" /* run in the sample's folder */
#endif

int handler(struct lamb_invocation *inv);

LAMB_TEST(what_cannot_be_shipped_comes_again_alone)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(handler, .event_file = EVENTS "four.json");

    LAMB_EXPECT_JSON(answer,
                     "{\"batchItemFailures\":["
                     "{\"itemIdentifier\":\"19dd0b57-b21e-4ac1-bd88-01bbb068cb72\"},"
                     "{\"itemIdentifier\":\"19dd0b57-b21e-4ac1-bd88-01bbb068cb73\"}]}");
    lamb_test_free(answer);
}

LAMB_TEST(when_all_are_shipped_nothing_comes_again)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(
        handler, .event =
                     "{\"Records\":[{\"eventSource\":\"aws:sqs\",\"messageId\":\"m\","
                     "\"body\":\"{\\\"item\\\":\\\"lamp\\\",\\\"count\\\":3}\"}]}");

    LAMB_EXPECT_JSON(answer, "{\"batchItemFailures\":[]}");
    lamb_test_free(answer);
}

LAMB_TEST(a_batch_that_is_none_fails_as_a_whole)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(handler, .event = "{\"Records\":7}");

    LAMB_EXPECT_ERROR(answer, "BadEvent", NULL);
    lamb_test_free(answer);
}

LAMB_TEST_MAIN
