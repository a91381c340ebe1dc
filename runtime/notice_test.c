/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/notice.h"

/* What the runtime says, and what it never says, while it serves. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/serving.h"
#include "sdk/base/enum.h"
#include "sdk/src/log_line.h"

#define MARK "card-4111-1111"
#define MARKED "HTTP/1.1 200 OK\r\n" ID "Content-Length: 20\r\n\r\n{\"" MARK "\":1}"

static int
forget(void **state)
{
    (void)state;
    (void)unsetenv("AWS_LAMBDA_LOG_FORMAT");
    (void)unsetenv("AWS_LAMBDA_LOG_LEVEL");
    lamb_log_line_setup();
    return 0;
}

static void
setup(const char *format, const char *level)
{
    assert_int_equal(setenv("AWS_LAMBDA_LOG_FORMAT", format, 1), 0);
    assert_int_equal(setenv("AWS_LAMBDA_LOG_LEVEL", level, 1), 0);
    lamb_log_line_setup();
}

static void
a_notice_is_json_where_the_function_logs_json(void **state)
{
    (void)state;
    setup("JSON", "WARN");
    PERFORM(echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT, RESPONSE }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, ANSWER("400 Bad Request") });
    assert_memory_equal(serving.notices, "{\"timestamp\":\"", 14);
    assert_non_null(strstr(serving.notices,
                           "\"level\":\"WARN\",\"message\":\"lamb: the "
                           "Runtime API refused the response"));
    assert_non_null(strstr(serving.notices, ",\"requestId\":\"r-1\"}\n"));
}

static void
a_notice_below_the_level_is_not_written(void **state)
{
    (void)state;
    setup("JSON", "ERROR");
    PERFORM(echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT, RESPONSE }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, ANSWER("400 Bad Request") });
    assert_string_equal(serving.notices, "");
}

/* One after the other: a reply, what is no JSON, an error, a stream cut short. */
static int
answer_in_turn(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);

    assert_non_null(memmem(event.ptr, event.len, MARK, sizeof(MARK) - 1));
    switch (serving.calls++) {
    case 0:
        return lamb_reply(inv, event.ptr, event.len);
    case 1:
        return lamb_printf(inv, "%.*s and more", (int)event.len, event.ptr);
    case 2:
        return lamb_fail(inv, "Told.To", "%.*s", (int)event.len, event.ptr);
    default:
        assert_int_equal(lamb_stream(inv, NULL), 0);
        return lamb_write(inv, event.ptr, event.len - 1);
    }
}

static void
payloads_are_never_logged(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, MARKED },
        { PLAY_EXPECT, RESPONSE },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, ANSWER("413 Payload Too Large") },
        { PLAY_SEND, MARKED },
        { PLAY_EXPECT, ERROR },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, ANSWER("400 Bad Request") },
        { PLAY_SEND, MARKED },
        { PLAY_EXPECT, ERROR },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, ANSWER("403 Forbidden") },
        { PLAY_SEND, MARKED },
        { PLAY_EXPECT, "Handler.StreamLeftOpen" },
        { PLAY_SEND, ANSWER("410 Gone") },
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        /* an event that cannot be accepted, with a payload */
        { PLAY_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"" MARK "\":1}" },
    };
    static const char *const levels[] = { "TRACE", "DEBUG", "INFO",
                                          "WARN",  "ERROR", "FATAL" };
    static const char *const formats[] = { "Text", "JSON" };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(levels) * LAMB_COUNT(formats); i++) {
        struct lamb_err err;
        struct play play;
        int r;

        setup(formats[i % LAMB_COUNT(formats)], levels[i / LAMB_COUNT(formats)]);
        play_start(&play, steps, LAMB_COUNT(steps));
        r = serve(&play, answer_in_turn, &err);
        play_finish(&play);
        assert_int_equal(r, -EBADMSG);
        assert_int_equal(serving.calls, 4);
        assert_null(strstr(serving.notices, MARK));
        assert_null(strstr(err.text, MARK));
        if (lamb_log_line_wants(LAMB_LEVEL_WARN)) /* it did have a lot to say */
            assert_non_null(strstr(serving.notices, "status 410"));
        assert_non_null(strstr(play.requests.ptr, MARK));
        play_fini(&play);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_notice_is_json_where_the_function_logs_json,
                                  forget),
        cmocka_unit_test_teardown(a_notice_below_the_level_is_not_written, forget),
        cmocka_unit_test_teardown(payloads_are_never_logged, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
