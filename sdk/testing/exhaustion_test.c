/* SPDX-License-Identifier: Apache-2.0 */

/*
 * exhaustion - handlers that answer in every way while one allocation fails, whichever:
 * the answer is the one there would have been, or the invocation has failed, and
 * nothing leaks.
 */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include <lamb/authorizer.h>
#include <lamb/events/sqs.h>
#include <lamb/failures.h>
#include <lamb/http.h>
#include <lamb/json.h>
#include <lamb/log.h>
#include <lamb/metrics.h>

#include "sdk/base/auto.h"
#include "sdk/base/refuse_testing.h"
#include "sdk/testing/subject.h"

#define REST                                                                           \
    "{\"resource\":\"/items/{id}\",\"path\":\"/items/7\",\"httpMethod\":\"POST\","     \
    "\"multiValueHeaders\":{\"X-One\":[\"a\",\"b\"],\"Cookie\":[\"id=5; "              \
    "b=\\\"x\\\"\"]"                                                                   \
    "},\"multiValueQueryStringParameters\":{\"q\":[\"1\",\"2 3\"]},"                   \
    "\"pathParameters\":{\"id\":\"7\"},\"requestContext\":{\"stage\":\"prod\"},"       \
    "\"body\":\"aGkA/w==\",\"isBase64Encoded\":true}"
#define ROUTE "{\"version\":\"2.0\",\"type\":\"REQUEST\",\"routeArn\":\"arn:r\\u00e9\"}"
#define SQS                                                                            \
    "{\"Records\":[{\"messageId\":\"m-1\",\"eventSource\":\"aws:sqs\",\"body\":\"1\"}" \
    ",{\"messageId\":\"m-\\\"2\",\"eventSource\":\"aws:sqs\",\"body\":\"{\\\"n\\\":"   \
    "2}\"},{\"messageId\":\"m-3\",\"eventSource\":\"aws:sqs\",\"body\":\"3\"}]}"

/* ---- Handlers -------------------------------------------------------------------- */

static int
echo_json(struct lamb_invocation *inv)
{
    json_t *event = lamb_event_json(inv);

    return event ? lamb_reply_json(inv, event) : -1;
}

static int
serve(struct lamb_invocation *inv)
{
    struct lamb_http *http = lamb_http_open(inv);
    int r;

    if (!http)
        return -1;
    r = lamb_http_set_header(http, "x-q", lamb_http_query(http, "q", 1));
    if (!r)
        r = lamb_http_add_header(http, "vary", "accept");
    if (!r)
        r = lamb_http_add_header(http, "vary", "cookie");
    if (!r)
        r = lamb_http_add_cookie(http, "b=x; Path=/");
    if (!r)
        r = lamb_http_reply(http, 200, "application/octet-stream",
                            lamb_http_body(http).ptr, lamb_http_body(http).len);
    lamb_http_close(http);
    return r;
}

static int
serve_json(struct lamb_invocation *inv)
{
    struct lamb_http *http = lamb_http_open(inv);
    json_t *value = json_pack("{s:[i,s]}", "a", 1, "x");
    int r = -1;

    if (http && value) {
        r = lamb_http_reply_json(http, 201, value);
        value = NULL;
    }
    json_decref(value);
    lamb_http_close(http);
    return r;
}

static int
serve_stream(struct lamb_invocation *inv)
{
    struct lamb_http *http = lamb_http_open(inv);
    int r = http ? lamb_http_stream(http, 200, "text/plain") : -1;

    if (!r)
        r = lamb_printf(inv, "%s", "part");
    lamb_http_close(http);
    return r;
}

static int
fail_some(struct lamb_invocation *inv)
{
    struct lamb_failures *failures = lamb_failures_open(inv);
    struct lamb_document *document = NULL;
    struct lamb_batch batch;
    struct lamb_record record;
    struct lamb_value value;
    int r = lamb_document_open(lamb_event(inv), &document);

    if (!r)
        r = lamb_batch_of(document, &batch);
    while (!r && lamb_batch_next(&batch, &record) == 0) {
        int parsed = lamb_value_parsed(record.value, "body", &value);

        if (parsed || lamb_value_kind(value) != LAMB_KIND_OBJECT)
            r = parsed;
        else if (lamb_failures_add(failures, record) ||
                 lamb_failures_add_rest(failures, &batch))
            r = -1;
    }
    if (!r)
        r = lamb_failures_reply(failures);
    lamb_failures_close(failures);
    lamb_document_close(document);
    return r;
}

static int
allow(struct lamb_invocation *inv)
{
    json_t *context = json_pack("{s:i}", "age", 36);

    return context ? lamb_authorizer_policy(inv, "ada", 1, NULL, context) : -1;
}

static int
allow_simply(struct lamb_invocation *inv)
{
    json_t *context = json_pack("{s:[i]}", "groups", 1);

    return context ? lamb_authorizer_simple(inv, 1, context) : -1;
}

static int
log_and_measure(struct lamb_invocation *inv)
{
    const struct lamb_log_field field = { .name = "name",
                                          .type = LAMB_LOG_TEXT,
                                          .text = "a\nb\"c" };
    struct lamb_metrics *metrics = lamb_metrics_open(inv, "Shop");
    int r = lamb_log_printf(inv, LAMB_LOG_INFO, "%01000d", 7);

    r |= lamb_log_fields(inv, LAMB_LOG_WARN, "message", &field, 1);
    r |= lamb_metrics_dimension(metrics, "Service", "cart");
    r |= lamb_metrics_add(metrics, "Orders", "Count", 1);
    r |= lamb_metrics_add(metrics, "Orders", "Count", 2);
    r |= lamb_metrics_close(metrics);
    return r ? r : lamb_write(inv, "{}", 2);
}

/* It opens and decodes, and closes nothing. */
static int
leave_open(struct lamb_invocation *inv)
{
    struct lamb_document *document;
    struct lamb_sqs_event event;
    struct lamb_sqs_message message;
    struct lamb_value value;
    int r = lamb_event_document(inv, &document);

    if (!r)
        r = lamb_sqs_event_of(document, &event);
    if (!r)
        r = lamb_sqs_event_records_at(event, 1, &message);
    if (!r)
        r = lamb_value_parsed(message.value, "body", &value);
    return r ? r : lamb_write(inv, "{}", 2);
}

/* ---- Rounds ---------------------------------------------------------------------- */

/* Standard output belongs to the test's own report. */
static int
hush(void)
{
    LAMB_AUTOFD int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    int saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

    assert_true(null >= 0 && saved >= 0);
    (void)fflush(stdout);
    (void)dup2(null, STDOUT_FILENO);
    return saved;
}

static void
speak(int saved)
{
    (void)fflush(stdout);
    (void)dup2(saved, STDOUT_FILENO);
    (void)close(saved);
}

/* What the handler answered, with allocation AT refused; true: one was. */
static bool
call(const struct lamb_test_invocation *what, int at, struct lamb_frames *ret,
     int *ret_r)
{
    struct lamb_err err;
    int out = hush();
    bool has_failed;

    refuse_start(at);
    *ret_r = lamb_subject_run(what, lamb_span_str(what->event), -EBADF, ret, &err);
    has_failed = refuse_stop();
    speak(out);
    return has_failed;
}

/* Whether the frames say that it went wrong. */
static bool
is_failure(const struct lamb_frames *frames)
{
    struct lamb_span rest = lamb_buf_view(&frames->buf);
    enum lamb_frame kind;
    struct lamb_span bytes;
    bool is_done = false;

    while (lamb_frames_cut(&rest, &kind, &bytes)) {
        if (kind == LAMB_FRAME_ERROR_TYPE)
            return true;
        is_done |= kind == LAMB_FRAME_DONE && lamb_span_eq(bytes, LAMB_SPAN("0"));
    }
    return !is_done;
}

static void
refuse_each(lamb_handler_fn handler, const char *event)
{
    static const char *const json_log[] = { "AWS_LAMBDA_LOG_FORMAT=JSON", NULL };
    const struct lamb_test_invocation what = { .handler = handler,
                                               .event = event,
                                               .environment = json_log };
    struct lamb_frames want;
    bool has_failed = true;
    int r;
    int at;

    assert_false(call(&what, 0, &want, &r));
    assert_int_equal(r, 0);
    assert_false(is_failure(&want));
    for (at = 1; has_failed && at < REFUSE_MAX; at++) {
        struct lamb_frames found;

        has_failed = call(&what, at, &found, &r);
        if (r) {
            assert_int_equal(r, -ENOMEM); /* the bench had no memory itself */
            continue;
        }
        if (!found.error && !is_failure(&found) &&
            !lamb_span_eq(lamb_buf_view(&found.buf), lamb_buf_view(&want.buf)))
            fail_msg("allocation %d: another answer, and no error", at);
        lamb_frames_fini(&found);
    }
    lamb_frames_fini(&want);
    assert_false(has_failed);
    assert_true(at > 3); /* there was something to refuse */
}

#define STORY(name, handler, event)                                                    \
    static void name(void **state)                                                     \
    {                                                                                  \
        (void)state;                                                                   \
        refuse_each(handler, event);                                                   \
    }

STORY(json_is_echoed_or_fails, echo_json, "{\"a\":[1,2.5,\"x\\u00e9y\",null],\"b\":{}}")
STORY(a_request_is_answered_or_fails, serve, REST)
STORY(a_request_is_answered_in_json_or_fails, serve_json, REST)
STORY(a_request_is_answered_in_a_stream_or_fails, serve_stream, REST)
STORY(failures_are_all_listed_or_all_fail, fail_some, SQS)
STORY(a_policy_is_whole_or_fails, allow, ROUTE)
STORY(a_simple_answer_is_whole_or_fails, allow_simply, ROUTE)
STORY(an_open_document_is_closed_or_was_never_there, leave_open, SQS)
STORY(logs_and_metrics_do_not_break_the_answer, log_and_measure, "{}")

static int blocks; /* that jansson has */

static void *
count_malloc(size_t size)
{
    void *block = refuse_malloc(size);

    blocks += block != NULL;
    return block;
}

static void
count_free(void *block)
{
    blocks -= block != NULL;
    free(block);
}

static void
a_document_is_closed_when_the_handler_has_returned(void **state)
{
    int before = blocks;
    struct lamb_test_answer *answer =
        LAMB_TEST_CALL(leave_open, .event = SQS, .warm = 999, .in_process = 1);

    (void)state;
    LAMB_EXPECT_BODY(answer, "{}");
    lamb_test_free(answer);
    assert_int_equal(blocks, before);
}

/* The call of a unit test says that it could not be made, or what came of it. */
static void
the_test_library_says_what_happened(void **state)
{
    bool has_failed = true;
    int at;

    (void)state;
    for (at = 1; has_failed && at < REFUSE_MAX; at++) {
        struct lamb_test_answer *answer;

        refuse_start(at);
        answer = LAMB_TEST_CALL(echo_json, .event = "{\"a\":1}", .in_process = 1);
        has_failed = refuse_stop();
        assert_non_null(answer);
        if (!has_failed)
            LAMB_EXPECT_JSON(answer, "{\"a\":1}");
        else if (answer->outcome == LAMB_TEST_SUCCEEDED)
            assert_string_equal(answer->body.ptr, "{\"a\":1}");
        else
            assert_true(answer->description[0]);
        lamb_test_free(answer);
    }
    assert_false(has_failed);
    assert_true(at > 10);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_echoed_or_fails),
        cmocka_unit_test(a_request_is_answered_or_fails),
        cmocka_unit_test(a_request_is_answered_in_json_or_fails),
        cmocka_unit_test(a_request_is_answered_in_a_stream_or_fails),
        cmocka_unit_test(failures_are_all_listed_or_all_fail),
        cmocka_unit_test(a_policy_is_whole_or_fails),
        cmocka_unit_test(a_simple_answer_is_whole_or_fails),
        cmocka_unit_test(logs_and_metrics_do_not_break_the_answer),
        cmocka_unit_test(an_open_document_is_closed_or_was_never_there),
        cmocka_unit_test(a_document_is_closed_when_the_handler_has_returned),
        cmocka_unit_test(the_test_library_says_what_happened),
    };

    json_set_alloc_funcs(count_malloc, count_free);
    return cmocka_run_group_tests_name("exhaustion", tests, NULL, NULL);
}
