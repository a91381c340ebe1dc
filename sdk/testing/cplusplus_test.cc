/* SPDX-License-Identifier: Apache-2.0 */

/* cplusplus_test - lamb/testing.h from C++: exceptions, crashes and endless loops. */

#include <cstdlib>
#include <stdexcept>

#include <lamb/testing.h>

extern "C" {

static int
echo(struct lamb_invocation *inv)
{
    const struct lamb_span event = lamb_event(inv);

    return lamb_reply(inv, event.ptr, event.len);
}

static int
refuse(struct lamb_invocation *inv)
{
    (void)inv;
    throw std::runtime_error("no such order");
}

static int
crash(struct lamb_invocation *inv)
{
    (void)inv;
    std::abort();
}

static int
leave(struct lamb_invocation *inv)
{
    (void)inv;
    std::exit(3);
}

static int
spin(struct lamb_invocation *inv)
{
    for (volatile bool goes_on = true; goes_on;)
        (void)inv;
    return 0;
}

} // extern "C"

/* The answer of HANDLER to EVENT. */
static struct lamb_test_answer *
call(lamb_handler_fn handler, const char *event = "{}", std::int64_t timeout_ms = 0)
{
    lamb_test_invocation what{};

    what.handler = handler;
    what.event = event;
    what.timeout_ms = timeout_ms;
    return lamb_test_call(&what);
}

LAMB_TEST(a_handler_answers)
{
    lamb_test_answer *answer = call(echo, "{\"a\":[1,2]}");

    LAMB_EXPECT_JSON(answer, "{\"a\": [1, 2]}");
    lamb_test_free(answer);
}

LAMB_TEST(an_exception_is_an_error_of_the_function)
{
    lamb_test_answer *answer = call(refuse);

    LAMB_EXPECT_ERROR(answer, "std::runtime_error", "no such order");
    lamb_test_free(answer);
}

LAMB_TEST(an_abort_is_a_crash)
{
    lamb_test_answer *answer = call(crash);

    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_CRASHED);
    lamb_test_free(answer);
}

LAMB_TEST(an_exit_is_no_answer)
{
    lamb_test_answer *answer = call(leave);

    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_EXITED);
    lamb_test_free(answer);
}

LAMB_TEST(an_endless_loop_is_a_time_out)
{
    lamb_test_answer *answer = call(spin, "{}", 50);

    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_TIMED_OUT);
    lamb_test_free(answer);
}

LAMB_TEST(a_typed_event_comes_from_its_source)
{
    lamb_test_invocation what{};

    what.handler = echo;
    what.source = "scheduler";
    lamb_test_answer *answer = lamb_test_call(&what);
    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_SUCCEEDED);
    lamb_test_free(answer);
}

LAMB_TEST_MAIN
