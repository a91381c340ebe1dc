/* SPDX-License-Identifier: Apache-2.0 */

#include <lamb/aws.h>

/* cmocka.h needs these first */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* Where nobody listens: a call comes back at once, after it was sent for nothing. */
#define NOWHERE "http://127.0.0.1:1"

static int
set_up(void **state)
{
    (void)state;
    return setenv("AWS_ACCESS_KEY_ID", "id", 1) ||
           setenv("AWS_SECRET_ACCESS_KEY", "secret", 1) ||
           setenv("AWS_ENDPOINT_URL", NOWHERE, 1) || unsetenv("AWS_REGION") ||
           unsetenv("AWS_DEFAULT_REGION") || unsetenv("http_proxy");
}

static void
options_out_of_their_range_are_refused(void **state)
{
    const struct lamb_aws_options wrong[] = {
        { .struct_size = 0 },
        { .struct_size = sizeof(size_t) - 1 },
        { .struct_size = sizeof(wrong[0]), .max_attempts = -1 },
        { .struct_size = sizeof(wrong[0]), .max_attempts = 21 },
        { .struct_size = sizeof(wrong[0]), .connect_ms = -1 },
        { .struct_size = sizeof(wrong[0]), .call_ms = 900001 },
        { .struct_size = sizeof(wrong[0]), .idle_ms = -1 },
        { .struct_size = sizeof(wrong[0]), .max_answer = SIZE_MAX },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        errno = 0;
        assert_null(lamb_aws_new(&wrong[i]));
        assert_int_equal(errno, EINVAL);
    }
}

/* What a call with OPTIONS comes to, and how often it was sent. */
static int
call(const struct lamb_aws_options *options, size_t request_size, int *ret_attempts)
{
    const struct lamb_aws_request request = {
        .struct_size = request_size,
        .service = "sqs",
        .method = "GET /", /* which is wrong, if the library is to look at it */
    };
    struct lamb_aws *aws = lamb_aws_new(options);
    struct lamb_aws_result *result;
    int r;

    assert_non_null(aws);
    r = lamb_aws_call(aws, NULL, &request, &result);
    *ret_attempts = lamb_aws_attempts(result);
    lamb_aws_result_free(result);
    lamb_aws_free(aws);
    return r;
}

static void
members_that_a_caller_does_not_know_have_their_default(void **state)
{
    struct lamb_aws_options options = { .region = "eu-central-1", .max_attempts = 1 };
    int attempts;

    (void)state;
    /* Compiled when there was but the region: what stands behind it is not looked at.
     */
    options.struct_size = offsetof(struct lamb_aws_options, endpoint);
    assert_int_equal(
        call(&options, offsetof(struct lamb_aws_request, method), &attempts),
        -ECONNREFUSED);
    assert_int_equal(attempts, 3);
    options.struct_size = sizeof(options);
    assert_int_equal(
        call(&options, offsetof(struct lamb_aws_request, method), &attempts),
        -ECONNREFUSED);
    assert_int_equal(attempts, 1);
    assert_int_equal(call(&options, sizeof(struct lamb_aws_request), &attempts),
                     -EINVAL);
    assert_int_equal(attempts, 0);
}

static void
members_that_the_library_does_not_know_are_ignored(void **state)
{
    struct {
        struct lamb_aws_options known;
        char later[64];
    } options = { .known = { .struct_size = sizeof(options),
                             .region = "eu-central-1",
                             .max_attempts = 1 } };
    int attempts;

    (void)state;
    memset(options.later, 0xff, sizeof(options.later));
    assert_int_equal(
        call(&options.known, offsetof(struct lamb_aws_request, method), &attempts),
        -ECONNREFUSED);
    assert_int_equal(attempts, 1);
}

static void
a_client_that_was_not_used_and_results_that_are_not_there_are_freed(void **state)
{
    (void)state;
    lamb_aws_free(NULL);
    lamb_aws_free(lamb_aws_new(NULL));
    lamb_aws_result_free(NULL);
    assert_int_equal(lamb_aws_status(NULL), 0);
    assert_int_equal(lamb_aws_body(NULL).len, 0);
    assert_int_equal(lamb_aws_value(NULL).len, 0);
    assert_null(lamb_aws_header(NULL, "x"));
    assert_null(lamb_aws_entry_of(NULL, 0).id);
    assert_non_null(lamb_aws_error_code(NULL));
    assert_non_null(lamb_aws_error_message(NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_out_of_their_range_are_refused),
        cmocka_unit_test(members_that_a_caller_does_not_know_have_their_default),
        cmocka_unit_test(members_that_the_library_does_not_know_are_ignored),
        cmocka_unit_test(
            a_client_that_was_not_used_and_results_that_are_not_there_are_freed),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
