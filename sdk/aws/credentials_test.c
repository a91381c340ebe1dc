/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/credentials.h"
#include "sdk/base/enum.h"

/* cmocka.h needs these first */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const *environment;

static const char *
variable(const char *name)
{
    for (const char *const *at = environment; at && *at; at += 2)
        if (strcmp(at[0], name) == 0)
            return at[1];
    return NULL;
}

/* What getting them with ENV returns; without a network. */
static int
get(const char *const *env, struct lamb_credentials *ret, struct lamb_err *err)
{
    struct lamb_credential_store store;
    struct lamb_transport transport;
    int r;

    environment = env;
    lamb_transport_init(&transport, 1000);
    lamb_credentials_init(&store, variable);
    r = lamb_credentials_get(
        &store, &transport,
        &(struct lamb_exchange){ .connect_ms = 100, .limit_ms = 100 }, ret, err);
    lamb_credentials_fini(&store);
    lamb_transport_fini(&transport);
    return r;
}

static void
test_the_environment_comes_first(void **state)
{
    static const char *const env[] = {
        "AWS_ACCESS_KEY_ID",
        "AKID",
        "AWS_SECRET_ACCESS_KEY",
        "secret",
        "AWS_SESSION_TOKEN",
        "token",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://evil.example.org/",
        NULL,
    };
    struct lamb_credentials got;
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(get(env, &got, &err), 0);
    assert_string_equal(got.access_key, "AKID");
    assert_string_equal(got.secret_key, "secret");
    assert_string_equal(got.token, "token");
}

static void
test_none_at_all_is_said(void **state)
{
    static const char *const half[] = { "AWS_ACCESS_KEY_ID", "AKID", NULL };
    struct lamb_credentials got;
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(get(half, &got, &err), -ENOENT);
    assert_non_null(strstr(err.text, "AWS_SECRET_ACCESS_KEY"));
}

static void
test_only_this_machine_and_its_host_are_asked_without_tls(void **state)
{
    static const char *const may[] = {
        "https://any.example.org/x",   "http://127.0.0.1:9001/creds",
        "http://localhost/c",          "http://169.254.170.2/v2",
        "http://169.254.170.23:80/v1", "http://[::1]:1/"
    };
    static const char *const may_not[] = {
        "http://example.org/",    "http://127.0.0.1.example.org/",
        "http://localhost@evil/", "http://127.0.0.1:x@e/",
        "ftp://127.0.0.1/",       "http://localhost:/",
        "http://169.254.169.254/"
    };
    static const char *const env[] = { "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                       "http://example.org/", NULL };
    struct lamb_credentials got;
    struct lamb_err err = { 0 };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(may); i++)
        assert_true(lamb_credentials_may_ask(may[i]));
    for (size_t i = 0; i < LAMB_COUNT(may_not); i++)
        assert_false(lamb_credentials_may_ask(may_not[i]));
    assert_int_equal(get(env, &got, &err), -EINVAL);
}

static void
test_an_answer_is_read_with_its_end(void **state)
{
    struct lamb_credentials got = { 0 };
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(
        lamb_credentials_parse(
            lamb_span_str(
                "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\",\"Token\":\"T\","
                "\"Expiration\":\"2030-01-02T03:04:05Z\"}"),
            &got, &err),
        0);
    assert_string_equal(got.token, "T");
    assert_int_equal(got.expires_s, 1893553445);
    assert_int_equal(
        lamb_credentials_parse(lamb_span_str("{\"AccessKeyId\":\"A\"}"), &got, &err),
        -EBADMSG);
    assert_int_equal(lamb_credentials_parse(lamb_span_str("[]"), &got, &err), -EBADMSG);
    assert_int_equal(lamb_credentials_parse((struct lamb_span){ 0 }, &got, &err),
                     -EBADMSG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_environment_comes_first),
        cmocka_unit_test(test_none_at_all_is_said),
        cmocka_unit_test(test_only_this_machine_and_its_host_are_asked_without_tls),
        cmocka_unit_test(test_an_answer_is_read_with_its_end),
    };

    return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
