/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/endpoint.h"

/* cmocka.h needs these first */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The environment of a test: name, value, name, value, NULL. */
static const char *const *environment;

static const char *
variable(const char *name)
{
    for (const char *const *at = environment; at && *at; at += 2)
        if (strcmp(at[0], name) == 0)
            return at[1];
    return NULL;
}

static void
expect_url(struct lamb_endpoint_wish wish, const char *wanted)
{
    LAMB_AUTOBUF struct lamb_buf url = LAMB_BUF_INIT(1000);
    struct lamb_err err = { 0 };

    wish.variable = variable;
    if (!wish.region)
        wish.region = "eu-central-1";
    assert_int_equal(lamb_endpoint_url(&wish, &url, &err), wanted ? 0 : -EINVAL);
    assert_string_equal(lamb_buf_cstr(&url), wanted ? wanted : "");
    if (!wanted)
        assert_string_not_equal(err.text, "");
}

static void
test_without_variables_it_is_the_service_in_its_region(void **state)
{
    (void)state;
    environment = NULL;
    expect_url((struct lamb_endpoint_wish){ .service = "sqs" },
               "https://sqs.eu-central-1.amazonaws.com");
    expect_url((struct lamb_endpoint_wish){ .service = "sqs", .region = "cn-north-1" },
               "https://sqs.cn-north-1.amazonaws.com.cn");
    expect_url(
        (struct lamb_endpoint_wish){ .service = "s3", .host = "b.s3.example.org" },
        "https://b.s3.example.org");
}

static void
test_the_variable_of_the_service_counts_before_the_general_one(void **state)
{
    static const char *const both[] = {
        "AWS_ENDPOINT_URL",
        "http://127.0.0.1:1/all/",
        "AWS_ENDPOINT_URL_SQS",
        "http://127.0.0.1:2",
        NULL,
    };

    (void)state;
    environment = both;
    expect_url((struct lamb_endpoint_wish){ .service = "sqs" }, "http://127.0.0.1:2");
    expect_url((struct lamb_endpoint_wish){ .service = "sns" },
               "http://127.0.0.1:1/all");
    expect_url((struct lamb_endpoint_wish){ .service = "sqs", .endpoint = "https://x" },
               "https://x");
}

static void
test_services_with_another_id_have_its_variable(void **state)
{
    static const char *const some[] = {
        "AWS_ENDPOINT_URL_EVENTBRIDGE",
        "http://e",
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
        "http://b",
        NULL,
    };

    (void)state;
    environment = some;
    expect_url((struct lamb_endpoint_wish){ .service = "events" }, "http://e");
    expect_url((struct lamb_endpoint_wish){ .service = "bedrock-runtime" }, "http://b");
}

static void
test_configured_endpoints_can_be_switched_off(void **state)
{
    static const char *const off[] = {
        "AWS_ENDPOINT_URL",
        "http://e",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "TRUE",
        NULL,
    };

    (void)state;
    environment = off;
    expect_url((struct lamb_endpoint_wish){ .service = "sqs" },
               "https://sqs.eu-central-1.amazonaws.com");
}

static void
test_what_cannot_be_called_is_refused(void **state)
{
    static const char *const urls[] = { "127.0.0.1:9000", "ftp://x",    "http://",
                                        "http://a b",     "http://a?b", "http://u@a",
                                        "http:///x",      "/" };

    (void)state;
    environment = NULL;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
        expect_url((struct lamb_endpoint_wish){ .service = "sqs", .endpoint = urls[i] },
                   NULL);
    expect_url((struct lamb_endpoint_wish){ .service = "a.b" }, NULL);
    expect_url((struct lamb_endpoint_wish){ .service = "" }, NULL);
    expect_url((struct lamb_endpoint_wish){ .service = "sqs", .region = "evil.org/" },
               NULL);
    expect_url((struct lamb_endpoint_wish){ .service = "sqs", .host = "a/b" }, NULL);
}

static void
test_a_url_is_split_into_host_and_prefix(void **state)
{
    struct lamb_endpoint_parts parts;

    (void)state;
    parts = lamb_endpoint_split(lamb_span_str("https://h:8443/a/b"));
    assert_true(lamb_span_is(parts.host, "h:8443"));
    assert_true(lamb_span_is(parts.path, "/a/b"));
    parts = lamb_endpoint_split(lamb_span_str("http://h"));
    assert_true(lamb_span_is(parts.host, "h"));
    assert_int_equal(parts.path.len, 0);
}

static void
test_the_region_is_the_first_that_is_said(void **state)
{
    static const char *const one[] = { "AWS_REGION", "", "AWS_DEFAULT_REGION", "b",
                                       NULL };
    static const char *const two[] = { "AWS_REGION", "a", "AWS_DEFAULT_REGION", "b",
                                       NULL };

    (void)state;
    environment = one;
    assert_string_equal(lamb_endpoint_region(variable), "b");
    environment = two;
    assert_string_equal(lamb_endpoint_region(variable), "a");
    environment = NULL;
    assert_null(lamb_endpoint_region(variable));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_variables_it_is_the_service_in_its_region),
        cmocka_unit_test(
            test_the_variable_of_the_service_counts_before_the_general_one),
        cmocka_unit_test(test_services_with_another_id_have_its_variable),
        cmocka_unit_test(test_configured_endpoints_can_be_switched_off),
        cmocka_unit_test(test_what_cannot_be_called_is_refused),
        cmocka_unit_test(test_a_url_is_split_into_host_and_prefix),
        cmocka_unit_test(test_the_region_is_the_first_that_is_said),
    };

    return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
