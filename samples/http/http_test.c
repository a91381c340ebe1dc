/* SPDX-License-Identifier: Apache-2.0 */

/* http_test - the routes, behind each front that a service may have. */

#include <lamb/testing.h>

#ifndef EVENTS
#define EVENTS "events/" /* run in the sample's folder */
#endif

int handler(struct lamb_invocation *inv);

#define URL_EVENT(method, path, more)                                                  \
    "{\"version\":\"2.0\",\"rawPath\":\"" path "\"," more "\"requestContext\":{"       \
    "\"domainName\":\"u1.lambda-url.eu-west-1.on.aws\",\"http\":{\"method\":\"" method \
    "\"}}}"
#define RESPONSE(status, headers, body)                                                \
    "{\"statusCode\":" status ",\"headers\":" headers ",\"body\":\"" body              \
    "\",\"isBase64Encoded\":false}"
#define JSON_HEADER "{\"Content-Type\":\"application/json\"}"
#define ITEM                                                                           \
    "{\\\"id\\\":\\\"42\\\",\\\"lang\\\":\\\"de\\\",\\\"title\\\":\\\"Eine Sache\\\"}"

/* The answer to what = .event_file or .event has to be the same JSON. */
#define EXPECT(what, json)                                                             \
    do {                                                                               \
        struct lamb_test_answer *answer = LAMB_TEST_CALL(handler, what);               \
                                                                                       \
        LAMB_EXPECT_JSON(answer, json);                                                \
        lamb_test_free(answer);                                                        \
    } while (0)

LAMB_TEST(apis_and_a_function_url_get_the_item)
{
    EXPECT(.event_file = EVENTS "get-item.json", RESPONSE("200", JSON_HEADER, ITEM));
    EXPECT(.event_file = EVENTS "get-item-rest.json",
           RESPONSE("200", JSON_HEADER, ITEM));
    EXPECT(.event_file = EVENTS "get-item-url.json",
           RESPONSE("200", JSON_HEADER, ITEM));
}

LAMB_TEST(a_load_balancer_gets_the_item_and_a_description_of_the_status)
{
    EXPECT(.event_file = EVENTS "get-item-alb.json",
           RESPONSE("200,\"statusDescription\":\"200 OK\"", JSON_HEADER, ITEM));
}

LAMB_TEST(the_chosen_language_is_remembered_in_a_cookie)
{
    EXPECT(.event_file = EVENTS "post-language.json",
           RESPONSE("204,\"cookies\":[\"lang=de; Path=/; HttpOnly\"]", "{}", ""));
}

LAMB_TEST(a_language_that_nobody_speaks_here_is_refused)
{
    EXPECT(.event = URL_EVENT("POST", "/language", "\"body\":\"fr\","),
           RESPONSE("400", JSON_HEADER,
                    "{\\\"message\\\":\\\"the body has to be de or en\\\"}"));
}

LAMB_TEST(another_method_is_told_which_one_is_allowed)
{
    EXPECT(.event = URL_EVENT("PUT", "/items/42", ""),
           RESPONSE("405", "{\"Content-Type\":\"application/json\",\"allow\":\"GET\"}",
                    "{\\\"message\\\":\\\"not allowed here\\\",\\\"method\\\":"
                    "\\\"PUT\\\"}"));
}

LAMB_TEST(no_other_path_is_a_page)
{
    EXPECT(.event = URL_EVENT("GET", "/items/", ""),
           RESPONSE("404", JSON_HEADER,
                    "{\\\"message\\\":\\\"no such page\\\",\\\"path\\\":"
                    "\\\"/items/\\\"}"));
    EXPECT(.event = URL_EVENT("GET", "/languages", ""),
           RESPONSE("404", JSON_HEADER,
                    "{\\\"message\\\":\\\"no such page\\\",\\\"path\\\":"
                    "\\\"/languages\\\"}"));
}

LAMB_TEST(what_is_no_request_is_an_error)
{
    struct lamb_test_answer *answer = LAMB_TEST_CALL(handler, .event = "{}");

    LAMB_EXPECT_ERROR(answer, "BadEvent", NULL);
    lamb_test_free(answer);
}

LAMB_TEST_MAIN
