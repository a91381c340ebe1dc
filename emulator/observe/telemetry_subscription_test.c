/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/telemetry_subscription.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define HTTP                                                                           \
    "\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://"                         \
    "sandbox.localdomain:8080/path\"}"
#define SCHEMA "\"schemaVersion\":\"2022-12-13\""
#define TYPES "\"types\":[\"platform\",\"function\"]"

static struct telemetry_subscription
good(const char *json, bool is_logs)
{
    struct telemetry_subscription s = { 0 };
    LAMB_AUTOBUF struct lamb_buf wrong = LAMB_BUF_INIT(4096);

    if (telemetry_subscription_parse(lamb_span_str(json), is_logs, &s, &wrong))
        fail_msg("%s: %s", json, lamb_buf_cstr(&wrong));
    return s;
}

static void
the_defaults_are_the_services(void **unused)
{
    struct telemetry_subscription s = good("{" SCHEMA "," TYPES "," HTTP "}", false);

    (void)unused;
    assert_int_equal(s.schema, SCHEMA_TELEMETRY_2022_12);
    assert_int_equal(s.max_items, 10000);
    assert_int_equal(s.max_bytes, 262144);
    assert_int_equal(s.timeout_ms, 1000);
    assert_int_equal(s.port, 8080);
    assert_string_equal(s.path, "/path");
    assert_string_equal(s.host, "sandbox.localdomain");
    assert_string_equal(s.type_list, "platform,function");
    assert_false(s.is_tcp);
    assert_true(telemetry_subscription_wants(&s, EVENT_FUNCTION));
    assert_true(telemetry_subscription_wants(&s, EVENT_REPORT));
    assert_false(telemetry_subscription_wants(&s, EVENT_EXTENSION));
    assert_false(telemetry_subscription_wants(&s, EVENT_END));
}

static void
the_logs_api_has_its_own_schema_and_method(void **unused)
{
    struct telemetry_subscription s = good(
        "{\"types\":[\"extension\"],\"destination\":{\"protocol\":\"HTTP\",\"URI\":"
        "\"http://sandbox:80\",\"method\":\"PUT\",\"encoding\":\"JSON\"}}",
        true);

    (void)unused;
    assert_int_equal(s.schema, SCHEMA_LOGS_2020);
    assert_true(s.is_put);
    assert_string_equal(s.path, "/");
    s = good(
        "{\"schemaVersion\":\"2021-03-18\",\"types\":[\"platform\"],\"destination\":"
        "{\"protocol\":\"TCP\",\"port\":53},\"buffering\":{\"maxItems\":1000,"
        "\"maxBytes\":1048576,\"timeoutMs\":25}}",
        true);
    assert_true(s.is_tcp);
    assert_int_equal(s.port, 53);
    assert_int_equal(s.max_items, 1000);
    assert_int_equal(s.max_bytes, 1048576);
    assert_int_equal(s.timeout_ms, 25);
}

static void
everything_wrong_is_said(void **unused)
{
    static const struct {
        const char *json;
        const char *want;
        bool is_logs;
    } rows[] = {
        { "{" SCHEMA ",\"types\":[],\"destination\":{\"protocol\":\"HTTP\",\"URI\":"
          "\"http://sandbox.localdomain\"}}",
          "URI port is not provided; types should not be empty", false },
        { "{" TYPES "," HTTP "}", "missing field `schemaVersion`", false },
        { "{" SCHEMA "," TYPES "}", "missing field `destination`", false },
        { "{" SCHEMA "," HTTP "}", "missing field `types`", false },
        { "{" SCHEMA "," HTTP "," TYPES "}",
          "schemaVersion should be one of 2020-08-15, 2021-03-18", true },
        { "{\"schemaVersion\":\"2020-08-15\"," HTTP "," TYPES "}",
          "schemaVersion should be one of 2022-07-01, 2022-12-13, 2025-01-29", false },
        { "{" SCHEMA "," HTTP ",\"types\":[\"platform\",\"platform\"]}",
          "types should be unique", false },
        { "{" SCHEMA "," HTTP ",\"types\":[\"metrics\"]}",
          "types should be among platform, function, extension", false },
        { "{" SCHEMA "," HTTP "," TYPES ",\"buffering\":{\"maxItems\":999,\"maxBytes\":"
          "1048577,\"timeoutMs\":24}}",
          "maxItems should be between 1000 and 10000; maxBytes should be between "
          "262144 "
          "and 1048576; timeoutMs should be between 25 and 30000",
          false },
        { "{" SCHEMA "," HTTP "," TYPES ",\"buffering\":{\"timeoutMs\":\"25\"}}",
          "timeoutMs should be between 25 and 30000", false },
        { "{" SCHEMA "," TYPES ",\"destination\":{\"protocol\":\"HTTP\",\"URI\":"
          "\"https://sandbox.localdomain:80/\"}}",
          "Only 'http' scheme is supported.", false },
        { "{" SCHEMA "," TYPES ",\"destination\":{\"protocol\":\"HTTP\",\"URI\":"
          "\"http://example.com:9001/\"}}",
          "URI port 9001 is reserved; URI host should be sandbox.localdomain", false },
        { "{" SCHEMA "," TYPES ",\"destination\":{\"protocol\":\"HTTP\",\"URI\":"
          "\"http://sandbox.localdomain:80/a b\"}}",
          "URI path is not valid", false },
        { "{" SCHEMA "," TYPES ",\"destination\":{\"protocol\":\"TCP\"}}",
          "port is not provided", false },
        { "{" SCHEMA "," TYPES
          ",\"destination\":{\"protocol\":\"TCP\",\"port\":65536}}",
          "port should be between 1 and 65535", false },
        { "{" SCHEMA "," TYPES ",\"destination\":{\"protocol\":\"UDP\"}}",
          "protocol should be HTTP or TCP", false },
        { "{" TYPES
          ",\"destination\":{\"protocol\":\"TCP\",\"port\":1,\"method\":\"GET\","
          "\"encoding\":\"XML\"}}",
          "method should be POST or PUT; encoding should be JSON", true },
        { "[]", "the request body is not a JSON object", false },
    };

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        struct telemetry_subscription s;
        LAMB_AUTOBUF struct lamb_buf wrong = LAMB_BUF_INIT(4096);

        assert_int_equal(telemetry_subscription_parse(lamb_span_str(rows[i].json),
                                                      rows[i].is_logs, &s, &wrong),
                         -EINVAL);
        assert_string_equal(lamb_buf_cstr(&wrong), rows[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_the_services),
        cmocka_unit_test(the_logs_api_has_its_own_schema_and_method),
        cmocka_unit_test(everything_wrong_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
