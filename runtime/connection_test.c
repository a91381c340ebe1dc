/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/connection.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/serving.h"
#include "sdk/base/enum.h"
#include "sdk/base/refuse_testing.h"

static void
slow_bytes_and_chunks_make_the_same_event(void **state)
{
    (void)state;
    PERFORM(echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND_SLOWLY, EVENT }, { PLAY_EXPECT, "\r\n\r\n{\"n\":1}" },
            { PLAY_EXPECT, POLL },
            { PLAY_SEND_SLOWLY,
              OK "HTTP/1.1 200 OK\r\n" ID "Transfer-Encoding: chunked\r\n\r\n"
                 "1;x=y\r\n{\r\n5\r\n\"n\":1\r\n1\r\n}\r\n0\r\nSome: trailer\r\n\r\n" },
            { PLAY_EXPECT, "\r\n\r\n{\"n\":1}" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, OK EVENT }, { PLAY_EXPECT, "\r\n\r\n{\"n\":1}" });
    assert_int_equal(serving.calls, 3);
}

static void
connection_close_is_followed(void **state)
{
    (void)state;
    PERFORM(echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT_WITH("Connection: close\r\n") }, { PLAY_ACCEPT, "" },
            { PLAY_EXPECT, RESPONSE }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, "HTTP/1.1 202 Accepted\r\nConnection: Close\r\n"
                         "Content-Length: 0\r\n\r\n" },
            { PLAY_CLOSE, "" }, { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, POLL },
            { PLAY_SEND, "HTTP/1.0 200 OK\r\n" ID "\r\n\"to the end\"" },
            { PLAY_ACCEPT, "" }, { PLAY_EXPECT, "\r\n\r\n\"to the end\"" });
    assert_int_equal(serving.calls, 2);
}

static void
a_lost_poll_is_sent_again(void **state)
{
    (void)state;
    PERFORM(echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_RESET, "" },
            { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_CLOSE, "" },
            { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it" },
            { PLAY_RESET, "" }, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT, RESPONSE });
    assert_int_equal(serving.calls, 1);
}

static void
a_lost_answer_is_sent_again_but_an_answered_one_is_not(void **state)
{
    (void)state;
    PERFORM(echo, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
            { PLAY_RESET, "" }, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, RESPONSE },
            { PLAY_EXPECT, POLL }, { PLAY_RESET, "" }, { PLAY_ACCEPT, "" },
            { PLAY_EXPECT, RESPONSE }, { PLAY_EXPECT, POLL }, { PLAY_SEND, OK },
            { PLAY_CLOSE, "" }, { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, POLL },
            { PLAY_SEND, EVENT });
    assert_int_equal(serving.calls, 2);
}

static void
a_peer_that_only_closes_is_given_up(void **state)
{
    (void)state;
    PERFORM_TO(-ECONNRESET, "closed 5 connections in a row", echo, { PLAY_ACCEPT, "" },
               { PLAY_CLOSE, "" }, { PLAY_ACCEPT, "" }, { PLAY_CLOSE, "" },
               { PLAY_ACCEPT, "" }, { PLAY_CLOSE, "" }, { PLAY_ACCEPT, "" },
               { PLAY_CLOSE, "" }, { PLAY_ACCEPT, "" }, { PLAY_CLOSE, "" });
}

static void
what_is_not_http_ends_it(void **state)
{
    (void)state;
    PERFORM_TO(-EBADMSG, "does not speak HTTP/1.1", echo, { PLAY_ACCEPT, "" },
               { PLAY_EXPECT, POLL }, { PLAY_SEND, "220 mail ready\r\n" });
}

static void
huge_headers_pass_up_to_the_maximum(void **state)
{
    static char fits[LAMB_HTTP_HEAD_MAX + 200];
    static char beyond[2 * LAMB_HTTP_HEAD_MAX];
    static char event[LAMB_HTTP_HEAD_MAX + 4096];
    const struct play_step good[] = {
        { PLAY_ACCEPT, "" },       { PLAY_EXPECT, POLL }, { PLAY_SEND, event },
        { PLAY_EXPECT, RESPONSE }, { PLAY_EXPECT, POLL }, { PLAY_SEND, OK },
    };
    const struct play_step bad[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, beyond },
    };
    struct lamb_err err;
    struct play play;

    (void)state;
    memset(fits, 'x', 60 * 1024);
    memset(beyond, 'x', sizeof(beyond) - 1);
    memcpy(beyond, "HTTP/1.1 200 OK\r\nX: ", 20);
    assert_int_equal(lamb_format(event, sizeof(event),
                                 "HTTP/1.1 200 OK\r\n" ID
                                 "X: %s\r\nContent-Length: 0\r\n\r\n",
                                 fits),
                     0);
    PLAY_START(&play, good);
    assert_int_equal(serve(&play, echo, &err), -ECONNREFUSED);
    play_finish(&play);
    play_fini(&play);
    assert_int_equal(serving.calls, 1);
    PLAY_START(&play, bad);
    assert_int_equal(serve(&play, echo, &err), -EMSGSIZE);
    assert_int_equal(pthread_join(play.thread, NULL),
                     0); /* may not get rid of it all */
    lamb_buf_fini(&play.in);
    play_fini(&play);
}

static int
answer_six_mib(struct lamb_invocation *inv)
{
    static char body[6 * 1024 * 1024];

    serving.calls++;
    memset(body, '1', sizeof(body));
    return lamb_reply(inv, body, sizeof(body));
}

static void
a_big_response_arrives_whole_even_when_read_late(void **state)
{
    (void)state;
    PERFORM(answer_six_mib, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT, "Content-Length: 6291456\r\n" },
            { PLAY_EXPECT_ONLY, POLL }, { PLAY_SEND, OK });
}

static void
a_refusal_before_the_body_was_read_does_not_hang(void **state)
{
    (void)state;
    PERFORM(answer_six_mib, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT_HEAD, RESPONSE },
            { PLAY_SEND, ANSWER("413 Payload Too Large") }, { PLAY_ACCEPT, "" },
            { PLAY_EXPECT_ONLY, POLL }, { PLAY_SEND, EVENT },
            { PLAY_EXPECT_HEAD, RESPONSE });
    assert_int_equal(serving.calls, 2);
    assert_non_null(strstr(serving.notices, "status 413"));
}

static void
a_refusal_is_read_even_when_a_reset_follows(void **state)
{
    (void)state;
    PERFORM(answer_six_mib, { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
            { PLAY_SEND, EVENT }, { PLAY_EXPECT_HEAD, RESPONSE },
            { PLAY_SEND, ANSWER("413 Payload Too Large") }, { PLAY_RESET, "" },
            { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, POLL });
    assert_int_equal(serving.calls, 1);
    assert_non_null(strstr(serving.notices, "status 413"));
}

/* ---- Memory --------------------------------------------------------------------- */

static int
echo_counting_from_the_third(struct lamb_invocation *inv)
{
    if (serving.calls == 2)
        refuse_start(0);
    return echo(inv);
}

static void
a_warm_invocation_allocates_nothing(void **state)
{
#define ROUND                                                                          \
    { PLAY_EXPECT, RESPONSE }, { PLAY_EXPECT, POLL },                                  \
    {                                                                                  \
        PLAY_SEND, OK EVENT_WITH(EVERYTHING)                                           \
    }

    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, EVENT_WITH(EVERYTHING) },
        ROUND,
        ROUND,
        ROUND,
        ROUND,
        ROUND,
        { PLAY_EXPECT, RESPONSE },
        { PLAY_EXPECT, POLL },
    };
    struct lamb_err err;
    struct play play;

    (void)state;
    PLAY_START(&play, steps);
    (void)serve(&play, echo_counting_from_the_third, &err);
    (void)refuse_stop();
    play_finish(&play);
    play_fini(&play);
    assert_int_equal(serving.calls, 6);
    assert_int_equal(refuse_count, 0);
}

static int
answer_in_every_way(struct lamb_invocation *inv)
{
    static char part[64 * 1024];

    switch (serving.calls++ % 3) {
    case 0:
        memset(part, '1', sizeof(part));
        return lamb_write(inv, part, sizeof(part));
    case 1:
        return lamb_fail(inv, "Told.To", "%.3000s", lamb_request_id(inv));
    default:
        if (lamb_stream(inv, "text/plain") || lamb_printf(inv, "%d", 1))
            return -1;
        return lamb_fail(inv, "Late", "%s", "late");
    }
}

static void
whichever_allocation_fails_the_loop_ends_or_goes_on(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },     { PLAY_EXPECT, POLL },
        { PLAY_SEND, EVENT },    { PLAY_EXPECT, "POST" },
        { PLAY_EXPECT, POLL },   { PLAY_SEND, OK EVENT_WITH(EVERYTHING) },
        { PLAY_EXPECT, ERROR },  { PLAY_EXPECT, POLL },
        { PLAY_SEND, OK EVENT }, { PLAY_EXPECT, "POST" },
        { PLAY_SEND, OK },
    };
    bool has_failed = true;
    int survived = 0;

    (void)state;
    for (int at = 1; has_failed && at < REFUSE_MAX; at++) {
        struct lamb_err err;
        struct play play;
        int r;

        PLAY_START(&play, steps);
        refuse_start(at);
        r = serve(&play, answer_in_every_way, &err);
        has_failed = refuse_stop();
        play_abandon(&play);
        play_fini(&play);
        survived += r == -ECONNREFUSED;
        if (r != -ECONNREFUSED && r != -ENOMEM)
            fail_msg("allocation %d: %d, %s", at, r, err.text);
        assert_true(*err.text);
    }
    assert_false(has_failed); /* the last round had no failure any more */
    assert_true(survived > 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_bytes_and_chunks_make_the_same_event),
        cmocka_unit_test(connection_close_is_followed),
        cmocka_unit_test(a_lost_poll_is_sent_again),
        cmocka_unit_test(a_lost_answer_is_sent_again_but_an_answered_one_is_not),
        cmocka_unit_test(a_peer_that_only_closes_is_given_up),
        cmocka_unit_test(what_is_not_http_ends_it),
        cmocka_unit_test(huge_headers_pass_up_to_the_maximum),
        cmocka_unit_test(a_big_response_arrives_whole_even_when_read_late),
        cmocka_unit_test(a_refusal_before_the_body_was_read_does_not_hang),
        cmocka_unit_test(a_refusal_is_read_even_when_a_reset_follows),
        cmocka_unit_test(a_warm_invocation_allocates_nothing),
        cmocka_unit_test(whichever_allocation_fails_the_loop_ends_or_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
