/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/runtime_api.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/serving.h"
#include "sdk/base/enum.h"
#include "sdk/base/limits.h"

/* ---- Events and answers --------------------------------------------------------- */

static void
an_event_is_answered_with_what_the_handler_replied(void **state)
{
    (void)state;
    PERFORM(echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, POLL }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT, RESPONSE }, { PLAY_EXPECT_ONLY, POLL }, { PLAY_SEND, OK },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT, "\r\n\r\n{\"n\":1}" });
    assert_int_equal(serving.calls, 2);
    assert_string_equal(serving.notices, "");
}

static void
the_response_has_its_length_and_type(void **state)
{
    (void)state;
    PERFORM(echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT,
              "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"n\":1}" });
}

static int
say_text(struct lamb_invocation *inv)
{
    assert_int_equal(lamb_set_content_type(inv, "text/plain"), 0);
    assert_int_equal(lamb_write(inv, "n", 1), 0);
    return lamb_printf(inv, "=%d", 7);
}

static void
the_response_has_the_type_that_was_set(void **state)
{
    (void)state;
    PERFORM(say_text, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT, "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nn=7" },
            { PLAY_EXPECT, POLL }, { PLAY_SEND, OK }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT, "Content-Type: text/plain" });
}

static int
say_no_json(struct lamb_invocation *inv)
{
    return lamb_printf(inv, "hello");
}

static void
what_is_not_json_is_not_sent_as_json(void **state)
{
    (void)state;
    PERFORM(say_no_json, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT, ERROR }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, OK }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT,
              "Lambda-Runtime-Function-Error-Type: Handler.ResponseNotJson\r\n" });
}

/* First as much as the service takes, then one byte more. */
static int
say_much(struct lamb_invocation *inv)
{
    static char body[LAMB_LIMIT_RESPONSE + 1];

    memset(body, '1', sizeof(body));
    return lamb_reply(inv, body, sizeof(body) - (size_t)(serving.calls++ == 0));
}

static void
a_response_over_the_limit_is_an_error_that_names_its_size(void **state)
{
    (void)state;
    PERFORM(say_much, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT, "Content-Length: 6291556\r\n" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, OK }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT,
              "{\"errorMessage\":\"Response payload size exceeded maximum "
              "allowed payload size (6291556 bytes). It has 6291557 bytes; "
              "lamb_stream sends up to 200 MiB.\",\"errorType\":"
              "\"Function.ResponseSizeTooLarge\"" });
}

static int
know_everything(struct lamb_invocation *inv)
{
    serving.calls++;
    assert_string_equal(lamb_request_id(inv), "r-1");
    assert_int_equal(lamb_deadline_ms(inv), 1700000000123);
    assert_true(lamb_remaining_ms(inv) < 0);
    assert_string_equal(lamb_function_arn(inv), "arn:aws:lambda:x:1:function:f");
    assert_string_equal(lamb_trace_id(inv), "Root=1-2-3;Sampled=0");
    assert_string_equal(getenv("_X_AMZN_TRACE_ID"), "Root=1-2-3;Sampled=0");
    assert_string_equal(lamb_client_context(inv), "{\"a\": \"b\"}");
    assert_string_equal(lamb_identity(inv), "{\"cognitoIdentityId\":\"x\"}");
    assert_string_equal(lamb_tenant_id(inv), "blue");
    assert_string_equal(lamb_content_type(inv), "application/json");
    return 0;
}

static int
know_nothing(struct lamb_invocation *inv)
{
    serving.calls++;
    assert_int_equal(lamb_deadline_ms(inv), 0);
    assert_true(lamb_remaining_ms(inv) == INT64_MAX);
    assert_null(lamb_function_arn(inv));
    assert_null(lamb_trace_id(inv));
    assert_null(getenv("_X_AMZN_TRACE_ID"));
    assert_null(lamb_client_context(inv));
    assert_null(lamb_identity(inv));
    assert_null(lamb_tenant_id(inv));
    assert_null(lamb_content_type(inv));
    return 0;
}

static void
each_header_reaches_the_handler(void **state)
{
    (void)state;
    PERFORM(know_everything, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT_WITH(EVERYTHING) }, { PLAY_EXPECT, RESPONSE });
    assert_int_equal(serving.calls, 1);
}

static void
what_was_not_said_is_null_or_without_end(void **state)
{
    (void)state;
    assert_int_equal(setenv("_X_AMZN_TRACE_ID", "of another one", 1), 0);
    PERFORM(know_nothing, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT_WITH("Lambda-Runtime-Aws-Tenant-Id:\r\n"
                                    "Lambda-Runtime-Deadline-Ms: soon\r\n") },
            { PLAY_EXPECT, RESPONSE });
    assert_int_equal(serving.calls, 1);
}

static void
an_event_without_id_ends_it(void **state)
{
    (void)state;
    PERFORM_TO(-EBADMSG, "without Lambda-Runtime-Aws-Request-Id", echo,
               { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
               { PLAY_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" });
    PERFORM_TO(-EBADMSG, "not plain text", echo, { PLAY_ACCEPT, "" },
               { PLAY_EXPECT, POLL },
               { PLAY_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                            "Lambda-Runtime-Aws-Request-Id: ../x\r\n\r\n" });
    assert_int_equal(serving.calls, 0);
}

static int
fail_by_name(struct lamb_invocation *inv)
{
    assert_int_equal(lamb_reply(inv, "half", 4), 0);
    return lamb_fail(inv, "Order.\r\nX: y", "no \"%s\"", "order");
}

static void
a_failure_says_its_cause_to_xray(void **state)
{
    (void)state;
    PERFORM(
        fail_by_name, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
        { PLAY_EXPECT,
          "\"exceptions\":[{\"type\":\"Order.__X:_y\",\"message\":\"no \\\"order\\\"\""
          ",\"stack\":[]}],\"paths\":[]}\r\nLambda-Runtime-Function-Error-Type: " },
        { PLAY_EXPECT, POLL }, { PLAY_SEND, OK }, { PLAY_SEND, EVENT },
        { PLAY_EXPECT,
          "\r\nLambda-Runtime-Function-XRay-Error-Cause: {\"working_dir" });
}

static int
fail_by_number(struct lamb_invocation *inv)
{
    (void)inv;
    return 42;
}

static void
a_failure_is_posted_as_an_error(void **state)
{
    (void)state;
    PERFORM(
        fail_by_name, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
        { PLAY_EXPECT, "Lambda-Runtime-Function-Error-Type: Order.__X:_y\r\n" },
        { PLAY_EXPECT_ONLY, POLL }, { PLAY_SEND, OK }, { PLAY_SEND, EVENT },
        { PLAY_EXPECT, ERROR }, { PLAY_EXPECT, POLL }, { PLAY_SEND, OK },
        { PLAY_SEND, EVENT },
        { PLAY_EXPECT, "\r\n\r\n{\"errorMessage\":\"no \\\"order\\\"\",\"errorType\":"
                       "\"Order.__X:_y\",\"stackTrace\":[]}" });
    PERFORM(fail_by_number, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT },
            { PLAY_EXPECT,
              "{\"errorMessage\":\"the handler returned 42\",\"errorType\":"
              "\"Handler.Error\",\"stackTrace\":[]}" });
}

static void
the_invocation_id_is_sent_back(void **state)
{
    (void)state;
    PERFORM(echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT_WITH("Lambda-Runtime-Invocation-Id: a b/7==\r\n") },
            { PLAY_EXPECT, "\r\nLambda-Runtime-Invocation-Id: a b/7==\r\n" });
    PERFORM(fail_by_number, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT_WITH("Lambda-Runtime-Invocation-Id: 8\r\n") },
            { PLAY_EXPECT, "\r\nLambda-Runtime-Invocation-Id: 8\r\n" });
}

static void
an_invocation_id_is_not_sent_unless_one_came(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, EVENT_WITH("Lambda-Runtime-Invocation-Id: 8\r\n") },
        { PLAY_EXPECT, "Invocation-Id: 8" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, OK EVENT },
        { PLAY_EXPECT, RESPONSE },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, OK EVENT_WITH("Lambda-Runtime-Invocation-Id: a\001b\r\n") },
        { PLAY_EXPECT, RESPONSE },
    };
    struct lamb_err err;
    struct play play;
    char *second;

    (void)state;
    PLAY_START(&play, steps);
    assert_int_equal(serve(&play, echo, &err), -ECONNREFUSED);
    play_finish(&play);
    second = strstr(play.requests.ptr, "Invocation-Id: 8");
    assert_non_null(second);
    assert_null(strstr(second + 1, "Invocation-Id"));
    assert_non_null(strstr(serving.notices, "malformed"));
    play_fini(&play);
}

static void
each_request_names_host_and_client(void **state)
{
    (void)state;
    PERFORM(fail_by_number, { PLAY_ACCEPT, "" },
            { PLAY_EXPECT, "\r\nHost: 127.0.0.1:" }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT, "\r\nHost: 127.0.0.1:" },
            { PLAY_EXPECT, "\r\nUser-Agent: lamb/" LAMB_VERSION "\r\n" },
            { PLAY_SEND, OK }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT, "\r\nUser-Agent: lamb/" LAMB_VERSION "\r\n" });
}

/* ---- Refusals ------------------------------------------------------------------- */

static void
a_refused_answer_costs_one_invocation(void **state)
{
    static const char *const refusals[] = {
        ANSWER("400 Bad Request"),
        ANSWER("403 Forbidden"),
        ANSWER("410 Gone"),
        ANSWER("413 Too Large"),
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(refusals); i++) {
        const struct play_step steps[] = {
            { PLAY_ACCEPT, "" },   { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT },  { PLAY_EXPECT, RESPONSE },
            { PLAY_EXPECT, POLL }, { PLAY_SEND, refusals[i] },
            { PLAY_SEND, EVENT },  { PLAY_EXPECT, RESPONSE },
            { PLAY_EXPECT, POLL }, { PLAY_SEND, OK },
        };
        struct lamb_err err;
        struct play play;

        PLAY_START(&play, steps);
        assert_int_equal(serve(&play, echo, &err), -ECONNREFUSED);
        play_finish(&play);
        play_fini(&play);
        assert_int_equal(serving.calls, 2);
        assert_non_null(strstr(serving.notices, "refused the response of request r-1"));
        assert_memory_equal(strstr(serving.notices, "status ") + 7, refusals[i] + 9, 3);
    }
}

/* Whatever the refusal of an error means, there is nothing more to say about it. */
static void
a_refused_error_costs_one_invocation(void **state)
{
    static const char *const refusals[] = {
        ANSWER("400 Bad Request"),
        ANSWER("403 Forbidden"),
        ANSWER("410 Gone"),
        ANSWER("413 Too Large"),
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(refusals); i++) {
        const struct play_step steps[] = {
            { PLAY_ACCEPT, "" },    { PLAY_EXPECT, POLL },  { PLAY_SEND, EVENT },
            { PLAY_EXPECT, ERROR }, { PLAY_EXPECT, POLL },  { PLAY_SEND, refusals[i] },
            { PLAY_SEND, EVENT },   { PLAY_EXPECT, ERROR }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, OK },
        };
        struct lamb_err err;
        struct play play;

        PLAY_START(&play, steps);
        assert_int_equal(serve(&play, fail_by_number, &err), -ECONNREFUSED);
        play_finish(&play);
        play_fini(&play);
        assert_non_null(strstr(serving.notices, "refused the error of request r-1"));
        assert_memory_equal(strstr(serving.notices, "status ") + 7, refusals[i] + 9, 3);
    }
}

static void
a_server_error_ends_it(void **state)
{
    (void)state;
    PERFORM_TO(-EIO, "answered 500 to the error of request r-1: {\"errorType\":1}",
               fail_by_number, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
               { PLAY_SEND, EVENT }, { PLAY_EXPECT, ERROR }, { PLAY_EXPECT, POLL },
               { PLAY_SEND, ANSWER("500 Internal Server Error") });
    PERFORM_TO(-EIO, "answered 500 to the response of request r-1: {\"errorType\":1}",
               echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
               { PLAY_EXPECT, RESPONSE }, { PLAY_EXPECT, POLL },
               { PLAY_SEND, ANSWER("500 Internal Server Error") });
}

static void
a_refused_poll_ends_it(void **state)
{
    (void)state;
    PERFORM_TO(-EPROTO, "status 403 to /next", echo, { PLAY_ACCEPT, "" },
               { PLAY_EXPECT, POLL }, { PLAY_SEND, ANSWER("403 Forbidden") });
    PERFORM_TO(-EPROTO, "status 500 to /next", echo, { PLAY_ACCEPT, "" },
               { PLAY_EXPECT, POLL }, { PLAY_SEND, ANSWER("500 Oops") });
    PERFORM_TO(-EPROTO, "status 204 to /next", echo, { PLAY_ACCEPT, "" },
               { PLAY_EXPECT, POLL }, { PLAY_SEND, "HTTP/1.1 204 None\r\n\r\n" });
}

/* ---- Init errors ---------------------------------------------------------------- */

static void
an_init_error_is_posted(void **state)
{
    static const struct {
        const char *answer;
        int result;
    } cases[] = { { OK, 0 },
                  { ANSWER("403 Forbidden"), -EPROTO },
                  { ANSWER("500 Internal Server Error"), -EPROTO } };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        const struct play_step steps[] = {
            { PLAY_ACCEPT, "" },
            { PLAY_EXPECT_ONLY,
              "\r\nLambda-Runtime-Function-Error-Type: Runtime.X\r\n" },
            { PLAY_SEND, cases[i].answer },
        };
        struct lamb_failure failure = LAMB_FAILURE_INIT;
        struct lamb_runtime_api api;
        struct lamb_err err = { 0 };
        struct play play;

        lamb_failure_set(&failure, "Runtime.X", "no %d", 1);
        PLAY_START(&play, steps);
        assert_int_equal(lamb_runtime_api_init(&api, play.endpoint, &err), 0);
        assert_int_equal(api.source.ops->init_error(&api.source, &failure, &err),
                         cases[i].result);
        play_finish(&play);
        assert_non_null(strstr(play.requests.ptr,
                               "POST /2018-06-01/runtime/init/error HTTP/1.1\r\n"));
        assert_non_null(strstr(play.requests.ptr,
                               "{\"errorMessage\":\"no 1\",\"errorType\":\"Runtime.X\","
                               "\"stackTrace\":[]}"));
        play_fini(&play);
        lamb_runtime_api_fini(&api);
        lamb_failure_fini(&failure);
    }
}

static void
an_endpoint_that_is_none_is_refused(void **state)
{
    static const struct {
        const char *endpoint;
        int result;
    } cases[] = {
        { "127.0.0.1:9001", 0 },
        { "[::1]:9001", 0 },
        { "localhost:80", 0 },
        { "", -EINVAL },
        { "127.0.0.1", -EINVAL },
        { "127.0.0.1:0", -EINVAL },
        { "127.0.0.1:65536", -EINVAL },
        { "127.0.0.1:80/x", -EINVAL },
        { ":80", -EINVAL },
        { "example.com:80", -EINVAL },
        { "http://127.0.0.1:80", -EINVAL },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct lamb_runtime_api api;
        struct lamb_err err = { 0 };

        print_message("# '%s'\n", cases[i].endpoint);
        assert_int_equal(lamb_runtime_api_init(&api, cases[i].endpoint, &err),
                         cases[i].result);
        lamb_runtime_api_fini(&api);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_answered_with_what_the_handler_replied),
        cmocka_unit_test(the_response_has_its_length_and_type),
        cmocka_unit_test(the_response_has_the_type_that_was_set),
        cmocka_unit_test(what_is_not_json_is_not_sent_as_json),
        cmocka_unit_test(a_response_over_the_limit_is_an_error_that_names_its_size),
        cmocka_unit_test(each_header_reaches_the_handler),
        cmocka_unit_test(what_was_not_said_is_null_or_without_end),
        cmocka_unit_test(an_event_without_id_ends_it),
        cmocka_unit_test(a_failure_is_posted_as_an_error),
        cmocka_unit_test(a_failure_says_its_cause_to_xray),
        cmocka_unit_test(the_invocation_id_is_sent_back),
        cmocka_unit_test(an_invocation_id_is_not_sent_unless_one_came),
        cmocka_unit_test(a_refused_answer_costs_one_invocation),
        cmocka_unit_test(a_refused_error_costs_one_invocation),
        cmocka_unit_test(a_server_error_ends_it),
        cmocka_unit_test(each_request_names_host_and_client),
        cmocka_unit_test(a_refused_poll_ends_it),
        cmocka_unit_test(an_init_error_is_posted),
        cmocka_unit_test(an_endpoint_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
