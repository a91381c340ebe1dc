/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>

#include <lamb/testing.h>

static int
greet(struct lamb_invocation *inv)
{
    return lamb_printf(inv, "{\"greeting\":\"hello\"}");
}

static int
crash(struct lamb_invocation *inv)
{
    (void)inv;
    return raise(SIGKILL);
}

LAMB_TEST(a_handler_is_called_without_a_framework)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(greet, .event = "{}");

    LAMB_EXPECT_JSON(answer, "{\"greeting\": \"hello\"}");
    lamb_test_free(answer);
}

LAMB_TEST(a_crash_does_not_end_the_other_tests)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(crash, .event = "{}");

    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_CRASHED);
    lamb_test_free(answer);
}

LAMB_TEST_MAIN
