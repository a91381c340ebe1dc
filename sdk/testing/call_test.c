/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <lamb/testing.h>

/* A file with a known beginning: this one. */
static const char *own_source;

/* ---- Handlers ------------------------------------------------------------------- */

static int
echo(struct lamb_invocation *inv)
{
    return lamb_reply(inv, lamb_event(inv).ptr, lamb_event(inv).len);
}

/* The first bytes of whatever it is. */
static int
quote(struct lamb_invocation *inv)
{
    lamb_set_content_type(inv, "text/plain");
    return lamb_reply(inv, lamb_event(inv).ptr, 7);
}

static int
refuse(struct lamb_invocation *inv)
{
    return lamb_fail(inv, "BadEvent", "no member '%s'", "name");
}

static int
flow(struct lamb_invocation *inv)
{
    lamb_stream(inv, "text/plain");
    lamb_printf(inv, "one,");
    return lamb_printf(inv, "two");
}

static int
flow_and_fail(struct lamb_invocation *inv)
{
    lamb_stream(inv, "text/plain");
    lamb_printf(inv, "one");
    return lamb_fail(inv, "Late", "too late");
}

static int
crash(struct lamb_invocation *inv)
{
    (void)inv;
    fprintf(stderr, "about to crash\n");
    return raise(SIGSEGV);
}

static int
abort_(struct lamb_invocation *inv)
{
    (void)inv;
    abort();
}

static int
leave(struct lamb_invocation *inv)
{
    lamb_printf(inv, "{}");
    _exit(7);
}

static int
leave_well(struct lamb_invocation *inv)
{
    lamb_printf(inv, "{}");
    exit(0);
}

static int
loop(struct lamb_invocation *inv)
{
    volatile const struct lamb_invocation *at = inv;

    while (at)
        continue;
    return 0;
}

static int counted;

static int
count(struct lamb_invocation *inv)
{
    return lamb_printf(inv, "%d", ++counted);
}

static int
tell(struct lamb_invocation *inv)
{
    int64_t left = lamb_remaining_ms(inv);
    const char *colour = getenv("COLOUR");

    lamb_set_content_type(inv, "text/plain");
    return lamb_printf(inv, "%s %s %s %s %s %s %s %s %s %d", lamb_request_id(inv),
                       lamb_function_arn(inv), lamb_trace_id(inv),
                       getenv("_X_AMZN_TRACE_ID"), lamb_client_context(inv),
                       lamb_identity(inv), lamb_tenant_id(inv), colour ? colour : "-",
                       lamb_function_name(lamb_runtime_of(inv)),
                       left > 0 && left <= 60000);
}

static int
much(struct lamb_invocation *inv)
{
    static char bytes[1024 * 1024];

    memset(bytes, 'x', sizeof(bytes));
    fwrite(bytes, 1, sizeof(bytes), stdout);
    lamb_stream(inv, "text/plain");
    for (int i = 0; i < 8; i++)
        if (lamb_write(inv, bytes, sizeof(bytes)))
            return -1;
    return 0;
}

static int
leak(struct lamb_invocation *inv)
{
    void *volatile lost = malloc(100);

    lost = NULL;
    return lamb_printf(inv, "%s", lost ? "" : "{}");
}

static const char *greeting = "not initialised";

static int
greet_init(struct lamb_runtime *rt)
{
    (void)rt;
    greeting = "hello";
    return 0;
}

static int
bad_init(struct lamb_runtime *rt)
{
    return lamb_init_fail(rt, "NoDatabase", "no database at %s", "localhost");
}

static int
quiet_init(struct lamb_runtime *rt)
{
    (void)rt;
    return 3;
}

static void
say_goodbye(struct lamb_runtime *rt)
{
    printf("goodbye from %s", lamb_function_name(rt));
}

static int
greet(struct lamb_invocation *inv)
{
    return lamb_printf(inv, "\"%s\"", greeting);
}

/* ---- Tests ---------------------------------------------------------------------- */

#define STORY(name)                                                                    \
    static void name(void **state);                                                    \
    static void name(__attribute__((unused)) void **state)

STORY(an_answer_is_compared_as_json_and_as_bytes)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(echo, .event = "{\"b\":1,\"a\":[2]}");

    LAMB_EXPECT_JSON(answer, "{ \"a\": [2], \"b\": 1 }");
    LAMB_EXPECT_BODY(answer, "{\"b\":1,\"a\":[2]}");
    LAMB_EXPECT_CONTENT_TYPE(answer, "application/json");
    LAMB_EXPECT_STREAMED(answer, 0);
    assert_int_equal(answer->status, 0);
    lamb_test_free(answer);
}

STORY(a_difference_in_json_names_its_place)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(echo, .event = "{\"a\":{\"b\":[1,2]},\"c\":true}");

    assert_string_equal(lamb_test_differs(answer, LAMB_TEST_JSON, 0,
                                          "{\"a\":{\"b\":[1,3,4]},\"d\":null}", NULL),
                        "the response is not as expected\n"
                        "  $.a.b[1]: expected 3, got 2\n"
                        "  $.a.b[2]: expected 4, got nothing\n"
                        "  $.d: expected null, got nothing\n"
                        "  $.c: expected nothing, got true");
    assert_non_null(
        strstr(lamb_test_differs(answer, LAMB_TEST_JSON, 0, "{", NULL), "is no JSON"));
    assert_string_equal(
        lamb_test_differs(answer, LAMB_TEST_CONTENT_TYPE, 0, "text/html", NULL),
        "the content type is not as expected\n"
        "  expected: text/html\n"
        "  got:      application/json");
    lamb_test_free(answer);
}

STORY(an_error_has_type_and_message)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(refuse, .event = "{}");

    LAMB_EXPECT_ERROR(answer, "BadEvent", "'name'");
    LAMB_EXPECT_ERROR(answer, NULL, NULL);
    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_FAILED);
    assert_int_equal(answer->status, -1);
    assert_string_equal(
        lamb_test_differs(answer, LAMB_TEST_BODY, 0, "x", NULL),
        "expected a success, but the handler failed: BadEvent: no member 'name'");
    assert_non_null(lamb_test_differs(answer, LAMB_TEST_ERROR, 0, "Other", NULL));
    assert_non_null(lamb_test_differs(answer, LAMB_TEST_ERROR, 0, NULL, "'age'"));
    lamb_test_free(answer);
}

STORY(a_stream_is_told_from_a_response)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(flow, .event = "{}");

    LAMB_EXPECT_STREAMED(answer, 1);
    LAMB_EXPECT_BODY(answer, "one,two");
    LAMB_EXPECT_CONTENT_TYPE(answer, "text/plain");
    assert_int_equal(answer->parts, 2);
    assert_non_null(lamb_test_differs(answer, LAMB_TEST_STREAMED, 0, NULL, NULL));
    lamb_test_free(answer);

    answer = LAMB_TEST_CALL(flow_and_fail, .event = "{}");
    LAMB_EXPECT_ERROR(answer, "Late", "too late");
    assert_true(answer->is_streamed);
    assert_string_equal(answer->body.ptr, "one");
    lamb_test_free(answer);
}

STORY(a_crash_is_an_answer_with_what_was_printed)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(crash, .event = "{}");

    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_CRASHED);
    assert_int_equal(answer->status, SIGSEGV);
    assert_string_equal(
        lamb_test_differs(answer, LAMB_TEST_JSON, 0, "{}", NULL),
        "expected a success, but the handler crashed: signal 11 (Segmentation fault)\n"
        "It printed:\nabout to crash\n");
    assert_non_null(lamb_test_differs(answer, LAMB_TEST_ERROR, 0, NULL, NULL));
    lamb_test_free(answer);

    answer = LAMB_TEST_CALL(abort_, .event = "{}");
    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_CRASHED);
    assert_int_equal(answer->status, SIGABRT);
    lamb_test_free(answer);
}

STORY(an_exit_is_no_success_whatever_its_status)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(leave, .event = "{}");

    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_EXITED);
    assert_int_equal(answer->status, 7);
    lamb_test_free(answer);

    answer = LAMB_TEST_CALL(leave_well, .event = "{}");
    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_EXITED);
    assert_int_equal(answer->status, 0);
    assert_non_null(lamb_test_differs(answer, LAMB_TEST_JSON, 0, "{}", NULL));
    lamb_test_free(answer);
}

STORY(an_endless_loop_is_a_time_out)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(loop, .event = "{}", .timeout_ms = 50);

    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_TIMED_OUT);
    assert_string_equal(answer->description,
                        "the handler had not returned after 50 ms");
    lamb_test_free(answer);
}

STORY(calls_share_nothing_but_warm_ones_their_process)
{
    for (int i = 0; i < 2; i++) {
        struct lamb_test_answer *answer = LAMB_TEST_CALL(count, .event = "{}");

        LAMB_EXPECT_BODY(answer, "1");
        lamb_test_free(answer);
        answer = LAMB_TEST_CALL(count, .event = "{}", .warm = 2);
        LAMB_EXPECT_BODY(answer, "3");
        lamb_test_free(answer);
    }
    assert_int_equal(counted, 0);
}

STORY(in_process_the_handler_is_the_tests_own)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(count, .event = "{}", .in_process = 1);

    LAMB_EXPECT_BODY(answer, "1");
    assert_int_equal(counted, 1);
    counted = 0;
    lamb_test_free(answer);
}

STORY(the_handler_sees_what_the_test_has_set)
{
    const char *const environment[] = { "COLOUR=a=b", "AWS_LAMBDA_FUNCTION_NAME=orders",
                                        NULL };
    struct lamb_test_answer *answer = LAMB_TEST_CALL(
        tell, .request_id = "r-1", .function_arn = "arn", .trace_id = "Root=1",
        .client_context = "{}", .identity = "{\"i\":1}", .tenant_id = "t",
        .environment = environment, .remaining_ms = 60000);

    LAMB_EXPECT_BODY(answer, "r-1 arn Root=1 Root=1 {} {\"i\":1} t a=b orders 1");
    assert_null(getenv("COLOUR"));
    lamb_test_free(answer);
}

STORY(an_event_comes_from_bytes_or_a_file)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(echo, .event = "[1]junk", .event_len = 3);

    LAMB_EXPECT_BODY(answer, "[1]");
    lamb_test_free(answer);
    answer = LAMB_TEST_CALL(echo);
    LAMB_EXPECT_BODY(answer, "{}");
    lamb_test_free(answer);
    answer = LAMB_TEST_CALL(flow, .event_file = own_source);
    LAMB_EXPECT_BODY(answer, "one,two");
    lamb_test_free(answer);
    answer = LAMB_TEST_CALL(quote, .event_file = own_source);
    LAMB_EXPECT_BODY(answer, "/* SPDX");
    lamb_test_free(answer);
    answer = LAMB_TEST_CALL(echo, .event_file = "/nonexistent/event.json");
    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_NOT_RUN);
    assert_string_equal(answer->description,
                        "the handler was not called: opening the event file "
                        "'/nonexistent/event.json': No such file or directory");
    lamb_test_free(answer);
}

STORY(a_typed_event_is_the_sample_of_its_source_with_changes)
{
    static const char *const changes[] = { "awslogs.data=eA==", NULL };
    static const char *const lost[] = { "Records.7.body=hi", NULL };
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(echo, .source = "logs", .changes = changes);

    LAMB_EXPECT_JSON(answer, "{\"awslogs\":{\"data\":\"eA==\"}}");
    lamb_test_free(answer);
    answer = LAMB_TEST_CALL(echo, .source = "sqs", .changes = lost);
    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_NOT_RUN);
    assert_non_null(strstr(answer->description,
                           "the event of sqs has no place for 'Records.7.body=hi'"));
    lamb_test_free(answer);
    answer = LAMB_TEST_CALL(echo, .source = "sqsx");
    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_NOT_RUN);
    assert_non_null(strstr(answer->description, "there is no source 'sqsx' of events"));
    lamb_test_free(answer);
}

STORY(hooks_run_in_the_same_process)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(greet, .init = greet_init, .shutdown = say_goodbye);

    LAMB_EXPECT_JSON(answer, "\"hello\"");
    assert_string_equal(answer->output.ptr, "goodbye from test");
    lamb_test_free(answer);
    answer = LAMB_TEST_CALL(greet, .init = bad_init);
    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_INIT_FAILED);
    LAMB_EXPECT_ERROR(answer, "NoDatabase", "at localhost");
    lamb_test_free(answer);
    answer = LAMB_TEST_CALL(greet, .init = quiet_init);
    LAMB_EXPECT_ERROR(answer, "Handler.InitError", "returned 3");
    lamb_test_free(answer);
}

STORY(large_answers_and_output_do_not_wait_for_each_other)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(much, .timeout_ms = 60000);

    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_SUCCEEDED);
    assert_int_equal(answer->body.len, 8 * 1024 * 1024);
    assert_int_equal(answer->output.len, 1024 * 1024);
    lamb_test_free(answer);
}

STORY(a_leak_fails_where_there_is_a_sanitizer_to_find_it)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(leak, .event = "{}");

#ifdef __SANITIZE_ADDRESS__
    LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_LEAKED);
#else
    LAMB_EXPECT_JSON(answer, "{}");
#endif
    lamb_test_free(answer);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_compared_as_json_and_as_bytes),
        cmocka_unit_test(a_difference_in_json_names_its_place),
        cmocka_unit_test(an_error_has_type_and_message),
        cmocka_unit_test(a_stream_is_told_from_a_response),
        cmocka_unit_test(a_crash_is_an_answer_with_what_was_printed),
        cmocka_unit_test(an_exit_is_no_success_whatever_its_status),
        cmocka_unit_test(an_endless_loop_is_a_time_out),
        cmocka_unit_test(calls_share_nothing_but_warm_ones_their_process),
        cmocka_unit_test(in_process_the_handler_is_the_tests_own),
        cmocka_unit_test(the_handler_sees_what_the_test_has_set),
        cmocka_unit_test(an_event_comes_from_bytes_or_a_file),
        cmocka_unit_test(a_typed_event_is_the_sample_of_its_source_with_changes),
        cmocka_unit_test(hooks_run_in_the_same_process),
        cmocka_unit_test(large_answers_and_output_do_not_wait_for_each_other),
        cmocka_unit_test(a_leak_fails_where_there_is_a_sanitizer_to_find_it),
    };

    own_source = argc > 1 ? argv[1] : __FILE__;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
