/* SPDX-License-Identifier: Apache-2.0 */

/* failing_test - tests that fail, each in its way, and one that does not. */

#include <lamb/testing.h>
#include <stdlib.h>

static int
crash(struct lamb_invocation *inv)
{
    (void)inv;
    abort();
}

static int
work(struct lamb_invocation *inv)
{
    return lamb_printf(inv, "{\"n\":1}");
}

LAMB_TEST(a_crash)
{
    LAMB_EXPECT_JSON(LAMB_TEST_CALL(crash, .event = "{}"), "{}");
}

LAMB_TEST(a_difference)
{
    LAMB_EXPECT_JSON(LAMB_TEST_CALL(work, .event = "{}"), "{\"n\":2}");
}

LAMB_TEST(a_success)
{
    LAMB_EXPECT_JSON(LAMB_TEST_CALL(work, .event = "{}"), "{\"n\":1}");
}

LAMB_TEST_MAIN
