/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdlib.h>

#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/testing/json_diff.h"

#include <lamb/testing.h>

enum { TEXT_MAX = 4 * 1024 * 1024 };

/* What the last expectation had to say; it lives until the next one. */
static struct lamb_buf said = LAMB_BUF_INIT(TEXT_MAX);

static const char *
not_as_expected(const struct lamb_test_answer *answer, const char *expected)
{
    (void)lamb_buf_printf(&said, "expected %s, but %s", expected, answer->description);
    return lamb_buf_error(&said) ? "expected something else (there is no memory to say "
                                   "what)"
                                 : said.ptr;
}

static const char *
two_texts(const char *what, struct lamb_span expected, struct lamb_span got)
{
    (void)lamb_buf_printf(&said, "the %s is not as expected\n  expected: ", what);
    (void)lamb_buf_span(&said, expected);
    (void)lamb_buf_str(&said, "\n  got:      ");
    (void)lamb_buf_span(&said, got);
    return lamb_buf_error(&said) ? what : said.ptr;
}

static const char *
differs_outcome(const struct lamb_test_answer *answer, int number)
{
    static const char *const names[] = {
        [LAMB_TEST_SUCCEEDED] = "a success",
        [LAMB_TEST_FAILED] = "an error of the handler",
        [LAMB_TEST_INIT_FAILED] = "an error of the init hook",
        [LAMB_TEST_CRASHED] = "a crash",
        [LAMB_TEST_EXITED] = "an exit",
        [LAMB_TEST_TIMED_OUT] = "a time-out",
        [LAMB_TEST_LEAKED] = "a leak",
        [LAMB_TEST_NOT_RUN] = "not to be called",
    };

    if ((int)answer->outcome == number)
        return NULL;
    return not_as_expected(answer, (unsigned)number < LAMB_COUNT(names)
                                       ? names[number]
                                       : "an outcome that does not exist");
}

static const char *
differs_json(const struct lamb_test_answer *answer, const char *text)
{
    json_error_t error;
    json_t *expected = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    json_t *got = NULL;
    const char *result = NULL;

    if (!expected) {
        (void)lamb_buf_printf(&said, "the test expects what is no JSON: %s: %s",
                              error.text, text);
        return lamb_buf_cstr(&said);
    }
    got = json_loadb(answer->body.ptr, answer->body.len,
                     JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (!got) {
        (void)lamb_buf_printf(&said, "the response is no JSON (%s): ", error.text);
        (void)lamb_buf_span(&said, answer->body);
        result = lamb_buf_cstr(&said);
    } else if (!json_equal(expected, got)) {
        (void)lamb_buf_str(&said, "the response is not as expected");
        lamb_json_diff(&said, "$", expected, got);
        result = lamb_buf_error(&said) ? "the response is not as expected" : said.ptr;
    }
    json_decref(expected);
    json_decref(got);
    return result;
}

static const char *
differs_error(const struct lamb_test_answer *answer, const char *type, const char *part)
{
    if (answer->outcome != LAMB_TEST_FAILED && answer->outcome != LAMB_TEST_INIT_FAILED)
        return not_as_expected(answer, "an error");
    if (type && strcmp(answer->error_type, type))
        return two_texts("error's type", lamb_span_str(type),
                         lamb_span_str(answer->error_type));
    if (part && !strstr(answer->error_message, part))
        return two_texts("error's message", lamb_span_str(part),
                         lamb_span_str(answer->error_message));
    return NULL;
}

static const char *
differs_success(const struct lamb_test_answer *answer, enum lamb_test_aspect aspect,
                int number, const char *text)
{
    const char *type = answer->content_type ? answer->content_type : "";

    if (answer->outcome != LAMB_TEST_SUCCEEDED)
        return not_as_expected(answer, "a success");
    if (aspect == LAMB_TEST_STREAMED) {
        if (!number == !answer->is_streamed)
            return NULL;
        return not_as_expected(answer, number ? "a stream" : "no stream");
    }
    if (!text)
        return NULL;
    if (aspect == LAMB_TEST_JSON)
        return differs_json(answer, text);
    if (aspect == LAMB_TEST_CONTENT_TYPE)
        return strcmp(type, text)
                   ? two_texts("content type", lamb_span_str(text), lamb_span_str(type))
                   : NULL;
    return lamb_span_is(answer->body, text)
               ? NULL
               : two_texts("response", lamb_span_str(text), answer->body);
}

const char *
lamb_test_differs(const struct lamb_test_answer *answer, enum lamb_test_aspect aspect,
                  int number, const char *text, const char *part)
{
    lamb_buf_clear(&said);
    if (aspect == LAMB_TEST_OUTCOME)
        return differs_outcome(answer, number);
    if (aspect == LAMB_TEST_ERROR)
        return differs_error(answer, text, part);
    return differs_success(answer, aspect, number, text);
}
