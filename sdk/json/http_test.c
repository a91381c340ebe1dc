/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <lamb/http.h>
#include <lamb/json.h>
#include <lamb/testing.h>

/* ---- One request in the form of each kind --------------------------------------- */

#define REST                                                                           \
    "{\"resource\":\"/items/{id}\",\"path\":\"/items/7\",\"httpMethod\":\"POST\","     \
    "\"headers\":{\"X-One\":\"b\",\"Cookie\":\"id=5; b=\\\"x\\\"\"},"                  \
    "\"multiValueHeaders\":{\"X-One\":[\"a\",\"b\"],"                                  \
    "\"Cookie\":[\"id=5; b=\\\"x\\\"\"]},\"queryStringParameters\":{\"q\":\"2 3\"},"   \
    "\"multiValueQueryStringParameters\":{\"q\":[\"1\",\"2 3\"]},"                     \
    "\"pathParameters\":{\"id\":\"7\"},\"requestContext\":{\"stage\":\"prod\"},"       \
    "\"body\":\"aGkA/w==\",\"isBase64Encoded\":true}"
#define API(stage, domain)                                                             \
    "{\"version\":\"2.0\",\"routeKey\":\"POST /items/{id}\","                          \
    "\"rawPath\":\"" stage "/items/7\",\"rawQueryString\":\"q=1&q=2%203\","            \
    "\"cookies\":[\"id=5\",\"b=\\\"x\\\"\"],\"headers\":{\"x-one\":\"a,b\"},"          \
    "\"pathParameters\":{\"id\":\"7\"},\"requestContext\":{\"stage\":\"prod\","        \
    "\"routeKey\":\"POST /items/{id}\",\"domainName\":\"" domain "\","                 \
    "\"http\":{\"method\":\"POST\"}},\"body\":\"aGkA/w==\",\"isBase64Encoded\":true}"
#define ALB(members)                                                                   \
    "{\"requestContext\":{\"elb\":{\"targetGroupArn\":\"arn\"}},\"path\":\"/items/"    \
    "7\","                                                                             \
    "\"httpMethod\":\"POST\"," members ",\"body\":\"aGkA/w==\","                       \
    "\"isBase64Encoded\":true}"
#define ALB_SINGLE                                                                     \
    ALB("\"headers\":{\"x-one\":\"a\",\"cookie\":\"id=5;b=\\\"x\\\"\"},"               \
        "\"queryStringParameters\":{\"q\":\"2%203\"}")
#define ALB_MULTI                                                                      \
    ALB("\"multiValueHeaders\":{\"x-one\":[\"a\",\"b\"],"                              \
        "\"cookie\":[\"id=5;b=\\\"x\\\"\"]},"                                          \
        "\"multiValueQueryStringParameters\":{\"q\":[\"1\",\"2+3\"]}")
#define SOCKET                                                                         \
    "{\"requestContext\":{\"connectionId\":\"c1\",\"routeKey\":\"$default\"},"         \
    "\"body\":\"hi\",\"isBase64Encoded\":false}"

/* ---- Handlers ------------------------------------------------------------------- */

static const char *
or_none(const char *text)
{
    return text ? text : "-";
}

/* What it sees, as a text of its own. */
static int
look(struct lamb_invocation *inv)
{
    struct lamb_http *http = lamb_http_open(inv);
    int r;

    if (!http)
        return -1;
    lamb_set_content_type(inv, "text/plain");
    r = lamb_printf(
        inv, "%d %s %s %s|%s|%s %s|%s %s|%s %s|%zu", (int)lamb_http_kind(http),
        lamb_http_method(http), lamb_http_path(http), or_none(lamb_http_route(http)),
        or_none(lamb_http_path_parameter(http, "id")),
        or_none(lamb_http_query(http, "q", 0)), or_none(lamb_http_query(http, "q", 1)),
        or_none(lamb_http_header(http, "X-ONE", 0)),
        or_none(lamb_http_header(http, "x-one", 1)),
        or_none(lamb_http_cookie(http, "id")), or_none(lamb_http_cookie(http, "b")),
        lamb_http_body(http).len);
    lamb_http_close(http);
    return r;
}

static int
answer_much(struct lamb_invocation *inv)
{
    struct lamb_http *http = lamb_http_open(inv);
    int r;

    if (!http)
        return -1;
    lamb_http_set_header(http, "X-Old", "gone");
    lamb_http_set_header(http, "x-old", NULL);
    lamb_http_add_header(http, "X-Two", "a");
    lamb_http_add_header(http, "x-two", "b");
    lamb_http_add_cookie(http, "id=5; Path=/");
    if (lamb_http_kind(http) != LAMB_HTTP_ALB)
        lamb_http_add_cookie(http, "b=6");
    r = lamb_http_reply(http, 201, "text/plain", "h\xC3\xA4", 3);
    lamb_http_close(http);
    return r;
}

static int
answer_with(struct lamb_invocation *inv, int (*fn)(struct lamb_http *http))
{
    struct lamb_http *http = lamb_http_open(inv);
    int r = http ? fn(http) : -1;

    lamb_http_close(http);
    return r;
}

#define HANDLER(name, expression)                                                      \
    static int name##_(struct lamb_http *http)                                         \
    {                                                                                  \
        return expression;                                                             \
    }                                                                                  \
    static int name(struct lamb_invocation *inv)                                       \
    {                                                                                  \
        return answer_with(inv, name##_);                                              \
    }

HANDLER(answer_bytes, lamb_http_reply(http, 200, "image/png", "\x89PNG", 4))
HANDLER(answer_json, lamb_http_reply_json(http, 404, json_pack("{s:s}", "no", "such")))
HANDLER(answer_no_json, lamb_http_reply_json(http, 200, NULL))
HANDLER(answer_badly, lamb_http_reply(http, 99, NULL, NULL, 0))
HANDLER(split_header, (lamb_http_add_header(http, "X", "a\r\nSet-Cookie: b"),
                       lamb_http_reply(http, 200, NULL, NULL, 0)))
HANDLER(cookie_as_header, (lamb_http_set_header(http, "Set-Cookie", "a=b"),
                           lamb_http_reply(http, 200, NULL, NULL, 0)))
HANDLER(two_cookies,
        (lamb_http_add_cookie(http, "a=1"), lamb_http_add_cookie(http, "b=2"),
         lamb_http_reply(http, 200, NULL, NULL, 0)))
HANDLER(stream,
        (lamb_http_add_cookie(http, "a=1"), lamb_http_stream(http, 200, "text/html")))

static int
stream_more(struct lamb_invocation *inv)
{
    return stream(inv) || lamb_printf(inv, "<p>") ? -1 : 0;
}

static int
echo_json(struct lamb_invocation *inv)
{
    json_t *event = lamb_event_json(inv);

    return event ? lamb_reply_json(inv, event) : -1;
}

static int
reply_nothing(struct lamb_invocation *inv)
{
    return lamb_reply_json(inv, NULL);
}

/* ---- Tests ---------------------------------------------------------------------- */

#define STORY(name)                                                                    \
    static void name(void **state);                                                    \
    static void name(__attribute__((unused)) void **state)

static struct lamb_test_answer *
call(lamb_handler_fn fn, const char *event)
{
    return LAMB_TEST_CALL(fn, .event = event, .in_process = 1);
}

static void
expect_body(lamb_handler_fn fn, const char *event, const char *body)
{
    struct lamb_test_answer *answer = call(fn, event);

    LAMB_EXPECT_BODY(answer, body);
    lamb_test_free(answer);
}

static void
expect_json(lamb_handler_fn fn, const char *event, const char *json)
{
    struct lamb_test_answer *answer = call(fn, event);

    LAMB_EXPECT_JSON(answer, json);
    lamb_test_free(answer);
}

static void
expect_error(lamb_handler_fn fn, const char *event, const char *type, const char *part)
{
    struct lamb_test_answer *answer = call(fn, event);

    LAMB_EXPECT_ERROR(answer, type, part);
    lamb_test_free(answer);
}

STORY(a_request_looks_the_same_whatever_it_came_through)
{
    expect_body(look, REST, "0 POST /items/7 /items/{id}|7|1 2 3|a b|5 \"x\"|4");
    expect_body(look, API("/prod", "x.execute-api.eu-west-1.amazonaws.com"),
                "1 POST /items/7 /items/{id}|7|1 2 3|a,b -|5 \"x\"|4");
    expect_body(look, API("", "x.lambda-url.eu-west-1.on.aws"),
                "2 POST /items/7 /items/{id}|7|1 2 3|a,b -|5 \"x\"|4");
    expect_body(look, ALB_SINGLE, "3 POST /items/7 -|-|2 3 -|a -|5 \"x\"|4");
    expect_body(look, ALB_MULTI, "4 POST /items/7 -|-|1 2 3|a b|5 \"x\"|4");
    expect_body(look, SOCKET, "5  / $default|-|- -|- -|- -|2");
}

STORY(what_is_no_request_is_refused_with_a_reason)
{
    expect_error(look, "{}", "BadEvent", "none of an HTTP API");
    expect_error(look, "[1]", "BadEvent", "none of an HTTP API");
    expect_error(look, "{", "BadEvent", "not a JSON object");
    expect_error(look,
                 "{\"httpMethod\":\"GET\",\"requestContext\":{},\"body\":\"%%\","
                 "\"isBase64Encoded\":true}",
                 "BadEvent", "Base64");
}

STORY(absent_and_null_members_are_an_empty_request)
{
    expect_body(look,
                "{\"httpMethod\":\"GET\",\"requestContext\":{},\"headers\":null,"
                "\"multiValueHeaders\":null,\"pathParameters\":null,\"body\":null}",
                "0 GET / -|-|- -|- -|- -|0");
    expect_body(
        look,
        "{\"version\":\"2.0\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}",
        "1 GET / -|-|- -|- -|- -|0");
}

STORY(a_response_has_the_shape_of_its_kind)
{
    expect_json(answer_much, REST,
                "{\"statusCode\":201,\"headers\":{\"Content-Type\":\"text/plain\"},"
                "\"multiValueHeaders\":{\"X-Two\":[\"a\",\"b\"],"
                "\"Set-Cookie\":[\"id=5; Path=/\",\"b=6\"]},\"body\":\"h\\u00e4\","
                "\"isBase64Encoded\":false}");
    expect_json(answer_much, API("", "x"),
                "{\"statusCode\":201,\"headers\":{\"Content-Type\":\"text/plain\","
                "\"X-Two\":\"a, b\"},\"cookies\":[\"id=5; Path=/\",\"b=6\"],"
                "\"body\":\"h\\u00e4\",\"isBase64Encoded\":false}");
    expect_json(answer_much, ALB_SINGLE,
                "{\"statusCode\":201,\"statusDescription\":\"201 Created\","
                "\"headers\":{\"Content-Type\":\"text/plain\",\"X-Two\":\"a, b\","
                "\"Set-Cookie\":\"id=5; Path=/\"},\"body\":\"h\\u00e4\","
                "\"isBase64Encoded\":false}");
    expect_json(answer_much, ALB_MULTI,
                "{\"statusCode\":201,\"statusDescription\":\"201 Created\","
                "\"multiValueHeaders\":{\"Content-Type\":[\"text/plain\"],"
                "\"X-Two\":[\"a\",\"b\"],\"Set-Cookie\":[\"id=5; Path=/\",\"b=6\"]},"
                "\"body\":\"h\\u00e4\",\"isBase64Encoded\":false}");
}

STORY(bytes_go_in_base64_and_json_as_it_is)
{
    expect_json(answer_bytes, API("", "x"),
                "{\"statusCode\":200,\"headers\":{\"Content-Type\":\"image/png\"},"
                "\"body\":\"iVBORw==\",\"isBase64Encoded\":true}");
    expect_json(
        answer_json, API("", "x"),
        "{\"statusCode\":404,\"headers\":{\"Content-Type\":\"application/json\"},"
        "\"body\":\"{\\\"no\\\":\\\"such\\\"}\",\"isBase64Encoded\":false}");
    expect_error(answer_no_json, REST, "OutOfMemory", "could not be made");
}

STORY(what_http_does_not_allow_is_an_error_of_the_function)
{
    expect_error(answer_badly, REST, "BadResponse", "a status outside");
    expect_error(split_header, REST, "BadResponse", "a header or cookie");
    expect_error(cookie_as_header, REST, "BadResponse", "a header or cookie");
    expect_error(two_cookies, ALB_SINGLE, "BadResponse", "takes one cookie");
}

STORY(a_stream_begins_with_the_prelude)
{
    static const char prelude[] = "{\"statusCode\":200,\"cookies\":[\"a=1\"],"
                                  "\"headers\":{\"Content-Type\":\"text/html\"}}"
                                  "\0\0\0\0\0\0\0\0<p>";
    struct lamb_test_answer *answer =
        call(stream_more, API("", "x.lambda-url.eu-west-1.on.aws"));

    LAMB_EXPECT_STREAMED(answer, 1);
    LAMB_EXPECT_CONTENT_TYPE(answer,
                             "application/vnd.awslambda.http-integration-response");
    assert_int_equal(answer->body.len, sizeof(prelude) - 1);
    assert_memory_equal(answer->body.ptr, prelude, sizeof(prelude) - 1);
    lamb_test_free(answer);
    expect_error(stream_more, ALB_SINGLE, "BadResponse", "could not be streamed");
}

STORY(plain_json_comes_and_goes_as_values)
{
    expect_json(echo_json, "{\"a\":[1,null,\"\\u0000\"]}",
                "{\"a\":[1,null,\"\\u0000\"]}");
    expect_body(echo_json, "17", "17");
    expect_error(echo_json, "{\"a\":}", "BadEvent", "is not JSON");
    expect_error(reply_nothing, "{}", "OutOfMemory", "could not be made");
}

/* ---- No memory ------------------------------------------------------------------ */

static int allowed; /* allocations of jansson until one fails */

static void *
scarce_malloc(size_t size)
{
    return allowed-- > 0 ? malloc(size) : NULL;
}

STORY(whichever_allocation_fails_the_answer_is_an_error)
{
    static const char *const events[] = { REST, API("", "x"), ALB_SINGLE, ALB_MULTI };

    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        bool done = false;

        for (int n = 0; !done; n++) {
            struct lamb_test_answer *answer;

            assert_in_range(n, 0, 2000);
            allowed = n;
            json_set_alloc_funcs(scarce_malloc, free);
            answer = call(answer_much, events[i]);
            done = allowed >= 0;
            json_set_alloc_funcs(malloc, free);
            if (done)
                LAMB_EXPECT_OUTCOME(answer, LAMB_TEST_SUCCEEDED);
            else
                LAMB_EXPECT_ERROR(answer, NULL, NULL);
            lamb_test_free(answer);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_looks_the_same_whatever_it_came_through),
        cmocka_unit_test(what_is_no_request_is_refused_with_a_reason),
        cmocka_unit_test(absent_and_null_members_are_an_empty_request),
        cmocka_unit_test(a_response_has_the_shape_of_its_kind),
        cmocka_unit_test(bytes_go_in_base64_and_json_as_it_is),
        cmocka_unit_test(what_http_does_not_allow_is_an_error_of_the_function),
        cmocka_unit_test(a_stream_begins_with_the_prelude),
        cmocka_unit_test(plain_json_comes_and_goes_as_values),
        cmocka_unit_test(whichever_allocation_fails_the_answer_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
