/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/result.h"
#include "sdk/base/enum.h"

/* cmocka.h needs these first */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* An answer with STATUS and BODY, and a header field when NAME is not NULL. */
static struct lamb_aws_result *
answer(int status, const char *body, const char *name, const char *value)
{
    struct lamb_aws_result *result = lamb_result_new(1000);

    assert_non_null(result);
    result->status = status;
    assert_int_equal(lamb_buf_str(&result->body, body), 0);
    if (name)
        assert_int_equal(
            lamb_result_field(result, lamb_span_str(name), lamb_span_str(value)), 0);
    return result;
}

static void
test_code_and_message_are_read_from_every_form_of_error(void **state)
{
    static const struct {
        int status;
        const char *body, *name, *value;
        const char *code, *message;
        int outcome;
    } rows[] = {
        { 400, "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\",\"message\":\"m\"}",
          NULL, NULL, "QueueDoesNotExist", "m", LAMB_AWS_NOT_FOUND },
        { 404, "{\"Type\":\"User\",\"Message\":\"no f\"}", "X-Amzn-ErrorType",
          "ResourceNotFoundException:http://x/", "ResourceNotFoundException", "no f",
          LAMB_AWS_NOT_FOUND },
        { 400, "{\"__type\":\"a#ConditionalCheckFailedException\"}", NULL, NULL,
          "ConditionalCheckFailedException",
          "the service answered with status 400 and said no more", LAMB_AWS_CONDITION },
        { 404, "<Error><Code>NoSuchKey</Code><Message>a &amp; b</Message></Error>",
          NULL, NULL, "NoSuchKey", "a & b", LAMB_AWS_NOT_FOUND },
        { 412, "<Error><Code>PreconditionFailed</Code></Error>", NULL, NULL,
          "PreconditionFailed", "the service answered with status 412 and said no more",
          LAMB_AWS_CONDITION },
        { 502, "<html>Bad Gateway", NULL, NULL, "HttpStatus502",
          "the service answered with status 502 and said no more", LAMB_AWS_REFUSED },
        { 500, "", NULL, NULL, "HttpStatus500",
          "the service answered with status 500 and said no more", LAMB_AWS_REFUSED },
        { 500, "[[[[", "x-amzn-errortype", "Boom", "Boom",
          "the service answered with status 500 and said no more", LAMB_AWS_REFUSED },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        struct lamb_aws_result *result =
            answer(rows[i].status, rows[i].body, rows[i].name, rows[i].value);

        lamb_result_read_error(result);
        assert_string_equal(lamb_aws_error_code(result), rows[i].code);
        assert_string_equal(lamb_aws_error_message(result), rows[i].message);
        assert_int_equal(lamb_result_outcome(result), rows[i].outcome);
        lamb_aws_result_free(result);
    }
}

static void
test_header_fields_are_found_in_any_case(void **state)
{
    struct lamb_aws_result *result = answer(200, "", "X-One", "1");

    (void)state;
    assert_int_equal(
        lamb_result_field(result, lamb_span_str("Empty"), (struct lamb_span){ 0 }), 0);
    assert_int_equal(lamb_result_field(result, lamb_span_str("1"), lamb_span_str("x")),
                     0);
    assert_string_equal(lamb_aws_header(result, "x-ONE"), "1");
    assert_string_equal(lamb_aws_header(result, "empty"), "");
    assert_string_equal(lamb_aws_header(result, "1"), "x");
    assert_null(lamb_aws_header(result, "x"));
    lamb_aws_result_free(result);
}

static void
test_long_texts_are_cut_between_characters(void **state)
{
    char body[900] = "{\"__type\":\"T\",\"message\":\"a";
    struct lamb_aws_result *result;
    size_t n = strlen(body);

    (void)state;
    for (; n < 800; n += 2)
        (void)memcpy(body + n, "\xc3\xa9", 2);
    (void)memcpy(body + n, "\"}", 3);
    result = answer(400, body, NULL, NULL);
    lamb_result_read_error(result);
    n = strlen(lamb_aws_error_message(result));
    assert_int_equal(n % 2, 1); /* the 'a' and whole characters */
    assert_in_range(n, 500, sizeof(result->message) - 1);
    lamb_aws_result_free(result);
}

static void
test_no_result_and_no_entry_are_answered_too(void **state)
{
    struct lamb_aws_result *result = answer(200, "{}", NULL, NULL);

    (void)state;
    assert_string_equal(lamb_aws_error_code(NULL), "Client.OutOfMemory");
    assert_int_equal(lamb_aws_status(NULL), 0);
    assert_int_equal(lamb_aws_body(NULL).len, 0);
    assert_null(lamb_aws_header(NULL, "x"));
    assert_null(lamb_aws_entry_of(NULL, 0).id);
    assert_null(lamb_aws_entry_of(result, 0).id);
    assert_string_equal(lamb_aws_error_code(result), "");
    lamb_aws_result_free(result);
    lamb_aws_result_free(NULL);
}

static void
test_a_body_that_is_no_object_is_refused(void **state)
{
    static const char *const bodies[] = { "", "[]", "{", "nonsense", "{} {}" };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(bodies); i++) {
        struct lamb_aws_result *result = answer(200, bodies[i], NULL, NULL);

        assert_int_equal(lamb_result_parse(result), -EBADMSG);
        assert_string_equal(lamb_aws_error_code(result), "Client.BadAnswer");
        lamb_aws_result_free(result);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_code_and_message_are_read_from_every_form_of_error),
        cmocka_unit_test(test_header_fields_are_found_in_any_case),
        cmocka_unit_test(test_long_texts_are_cut_between_characters),
        cmocka_unit_test(test_no_result_and_no_entry_are_answered_too),
        cmocka_unit_test(test_a_body_that_is_no_object_is_refused),
    };

    return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}
