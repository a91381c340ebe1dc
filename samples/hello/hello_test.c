/* SPDX-License-Identifier: Apache-2.0 */

/* hello_test - the function's unit tests: no emulator, no network, no framework. */

#include <lamb/testing.h>

int handler(struct lamb_invocation *inv);

LAMB_TEST(greets_whom_the_event_names)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(handler, .event = "{\"name\":\"Ada\"}");

    LAMB_EXPECT_JSON(answer, "{\"greeting\": \"Hello, Ada\"}");
    lamb_test_free(answer);
}

LAMB_TEST(an_event_without_a_name_is_refused)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(handler, .event = "{}");

    LAMB_EXPECT_ERROR(answer, "BadEvent", "{\"name\":\"Ada\"}");
    lamb_test_free(answer);
}

LAMB_TEST_MAIN
