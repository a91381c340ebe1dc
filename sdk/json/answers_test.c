/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include <lamb/authorizer.h>
#include <lamb/failures.h>
#include <lamb/testing.h>

#define SQS                                                                            \
    "{\"Records\":[{\"messageId\":\"m-1\",\"eventSource\":\"aws:sqs\",\"body\":\"1\"}" \
    ","                                                                                \
    "{\"messageId\":\"m-2\",\"eventSource\":\"aws:sqs\",\"body\":\"2\"},"              \
    "{\"messageId\":\"m-\\\"3\",\"eventSource\":\"aws:sqs\",\"body\":\"3\"}]}"
#define NO_ID "{\"Records\":[{\"eventSource\":\"aws:sqs\",\"body\":\"2\"}]}"
#define KINESIS                                                                        \
    "{\"Records\":[{\"eventSource\":\"aws:kinesis\",\"kinesis\":"                      \
    "{\"sequenceNumber\":\"49\",\"partitionKey\":\"p\",\"data\":\"Mg==\"}}]}"
#define KAFKA                                                                          \
    "{\"eventSource\":\"aws:kafka\",\"records\":{\"orders-0\":[{\"offset\":15,"        \
    "\"value\":"                                                                       \
    "\"MQ==\"},{\"offset\":16,\"value\":\"Mg==\"},{\"offset\":17,\"value\":\"Mw==\"}]" \
    ","                                                                                \
    "\"orders-1\":[{\"offset\":9007199254740993,\"value\":\"Mg==\"}]}}"
#define TOKEN                                                                          \
    "{\"type\":\"TOKEN\",\"authorizationToken\":\"t\",\"methodArn\":\"arn:m\"}"
#define ROUTE "{\"version\":\"2.0\",\"type\":\"REQUEST\",\"routeArn\":\"arn:r\"}"

/* "2" fails; in order, and so does everything behind it. */
static int
work(struct lamb_invocation *inv, int in_order)
{
    struct lamb_failures *failures = lamb_failures_open(inv);
    struct lamb_document *document = NULL;
    struct lamb_batch batch;
    struct lamb_record record;
    int r = lamb_document_open(lamb_event(inv), &document);

    if (!r)
        r = lamb_batch_of(document, &batch);
    while (!r && lamb_batch_next(&batch, &record) == 0) {
        struct lamb_span value = { 0 };

        if (lamb_record_value(record, &value) || value.ptr[0] != '2')
            continue;
        (void)lamb_failures_add(failures, record);
        if (in_order)
            (void)lamb_failures_add_rest(failures, &batch);
    }
    if (!r)
        r = lamb_failures_reply(failures);
    lamb_failures_close(failures);
    lamb_document_close(document);
    return r;
}

static int
work_in_any_order(struct lamb_invocation *inv)
{
    return work(inv, 0);
}

static int
work_in_order(struct lamb_invocation *inv)
{
    return work(inv, 1);
}

static int
allow(struct lamb_invocation *inv)
{
    return lamb_authorizer_policy(inv, "ada", 1, NULL, json_pack("{s:i}", "age", 36));
}

static int
deny_all(struct lamb_invocation *inv)
{
    return lamb_authorizer_policy(inv, "ada", 0, "arn:*", NULL);
}

static int
nested(struct lamb_invocation *inv)
{
    return lamb_authorizer_policy(inv, "ada", 1, NULL, json_pack("{s:[]}", "a"));
}

static int
simple(struct lamb_invocation *inv)
{
    return lamb_authorizer_simple(inv, 1, json_pack("{s:[i]}", "a", 1));
}

static int
simple_no(struct lamb_invocation *inv)
{
    return lamb_authorizer_simple(inv, 0, NULL);
}

static int
simple_badly(struct lamb_invocation *inv)
{
    return lamb_authorizer_simple(inv, 1, json_true());
}

#define STORY(name)                                                                    \
    static void name(void **state);                                                    \
    static void name(__attribute__((unused)) void **state)

static void
expect_json(lamb_handler_fn fn, const char *event, const char *json)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(fn, .event = event, .in_process = 1);

    LAMB_EXPECT_JSON(answer, json);
    lamb_test_free(answer);
}

static void
expect_error(lamb_handler_fn fn, const char *event, const char *type, const char *part)
{
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(fn, .event = event, .in_process = 1);

    LAMB_EXPECT_ERROR(answer, type, part);
    lamb_test_free(answer);
}

STORY(records_that_fail_are_named_by_their_id)
{
    expect_json(work_in_any_order, SQS,
                "{\"batchItemFailures\":[{\"itemIdentifier\":\"m-2\"}]}");
    expect_json(work_in_any_order, KINESIS,
                "{\"batchItemFailures\":[{\"itemIdentifier\":\"49\"}]}");
    expect_json(
        work_in_any_order, KAFKA,
        "{\"batchItemFailures\":[{\"itemIdentifier\":{\"partition\":\"orders-0\","
        "\"offset\":16}},{\"itemIdentifier\":{\"partition\":\"orders-1\","
        "\"offset\":9007199254740993}}]}");
}

STORY(in_order_the_rest_of_the_batch_comes_again)
{
    expect_json(work_in_order, SQS,
                "{\"batchItemFailures\":[{\"itemIdentifier\":\"m-2\"},"
                "{\"itemIdentifier\":\"m-\\\"3\"}]}");
}

STORY(no_failure_is_an_empty_list)
{
    expect_json(work_in_order,
                "{\"Records\":[{\"messageId\":\"m-1\",\"eventSource\":"
                "\"aws:sqs\",\"body\":\"1\"}]}",
                "{\"batchItemFailures\":[]}");
}

STORY(a_failure_that_cannot_be_named_fails_the_batch)
{
    expect_error(work_in_any_order,
                 "{\"eventSource\":\"aws:kafka\",\"records\":{\"t-0\":[{\"value\":"
                 "\"Mg==\"}]}}",
                 "BadRecord", "no id");
    expect_error(work_in_order, NO_ID, "BadRecord", "the whole batch fails");
}

STORY(a_policy_is_for_the_route_or_for_what_it_says)
{
    expect_json(
        allow, TOKEN,
        "{\"principalId\":\"ada\",\"policyDocument\":{\"Version\":\"2012-10-17\","
        "\"Statement\":[{\"Action\":\"execute-api:Invoke\",\"Effect\":\"Allow\","
        "\"Resource\":\"arn:m\"}]},\"context\":{\"age\":36}}");
    expect_json(
        deny_all, ROUTE,
        "{\"principalId\":\"ada\",\"policyDocument\":{\"Version\":\"2012-10-17\","
        "\"Statement\":[{\"Action\":\"execute-api:Invoke\",\"Effect\":\"Deny\","
        "\"Resource\":\"arn:*\"}]}}");
    expect_error(allow, "{}", "BadAnswer", "the event names none");
    expect_error(nested, TOKEN, "BadAnswer", "texts, numbers and booleans");
}

STORY(a_simple_answer_has_any_context)
{
    expect_json(simple, ROUTE, "{\"isAuthorized\":true,\"context\":{\"a\":[1]}}");
    expect_json(simple_no, ROUTE, "{\"isAuthorized\":false}");
    expect_error(simple_badly, ROUTE, "BadAnswer", "no object");
    expect_error(lamb_authorizer_unauthorized, TOKEN, "Unauthorized", "Unauthorized");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_that_fail_are_named_by_their_id),
        cmocka_unit_test(in_order_the_rest_of_the_batch_comes_again),
        cmocka_unit_test(no_failure_is_an_empty_list),
        cmocka_unit_test(a_failure_that_cannot_be_named_fails_the_batch),
        cmocka_unit_test(a_policy_is_for_the_route_or_for_what_it_says),
        cmocka_unit_test(a_simple_answer_has_any_context),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
