/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The bootstrap as a process in which one allocation fails, whichever: it serves all
 * the same, or says what happened and ends by itself, never by a signal.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/play.h"
#include "runtime/process.h"
#include "sdk/base/enum.h"

#define ID "Lambda-Runtime-Aws-Request-Id: r-1\r\n"
#define EVENT "HTTP/1.1 200 OK\r\n" ID "Content-Length: 7\r\n\r\n{\"n\":1}"
#define OK "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
#define POLL "/runtime/invocation/next HTTP/1.1\r\n"

enum { ROUNDS_MAX = 1000 };

struct round {
    const char *handler;  /* "NAME=VALUE", as the next */
    const char *variable; /* one more */
    const char *endpoint;
    int at; /* the allocation that is refused */
};

static void
run(const struct round *round, struct play *play, struct outcome *ret)
{
    char refuse_at[32];
    char api[64];
    const char *const env[] = {
        api,
        round->handler,
        round->variable,
        refuse_at,
        "LAMBDA_TASK_ROOT=" FIXTURES,
        "LD_PRELOAD=" FIXTURES "/refuse.so",
        NULL,
    };

    assert_int_equal(
        lamb_format(api, sizeof(api), "AWS_LAMBDA_RUNTIME_API=%s", round->endpoint), 0);
    assert_int_equal(
        lamb_format(refuse_at, sizeof(refuse_at), "REFUSE_AT=%d", round->at), 0);
    process_run(BOOTSTRAP, env, play ? &play->target : NULL, ret);
}

/* 1: an allocation was refused, and that was survived or explained. 0: none was. */
static int
judge(const struct round *round, const struct outcome *outcome)
{
    if (outcome->status < 0 || outcome->status > 2)
        fail_msg("allocation %d: status %d, '%s'", round->at, outcome->status,
                 outcome->errors);
    if (outcome->status && !strstr(outcome->errors, "lamb: "))
        fail_msg("allocation %d: no word why it ended: '%s'", round->at,
                 outcome->errors);
    return strstr(outcome->errors, "(refused)") != NULL;
}

/* Refuse one allocation after the other while STEPS are played, with VARIABLE. */
static void
refuse_each(const char *handler, const char *variable, const struct play_step *steps,
            size_t count)
{
    struct round round = { .handler = handler, .variable = variable, .at = 1 };
    int has_failed = 1;

    for (; has_failed && round.at < ROUNDS_MAX; round.at++) {
        struct outcome outcome;
        struct play play;

        play_start(&play, steps, count);
        round.endpoint = play.endpoint;
        run(&round, &play, &outcome);
        has_failed = judge(&round, &outcome);
        if (has_failed)
            play_abandon(&play);
        else
            play_finish(&play); /* to the end, as written */
        play_fini(&play);
    }
    assert_false(has_failed);
    assert_in_range(round.at, 10, ROUNDS_MAX); /* there was something to refuse */
}

static void
in_loader_init_hook_and_handler(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },    { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
        { PLAY_EXPECT, "r-1" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, OK },
    };

    (void)state;
    refuse_each("_HANDLER=good.echo", "LAMB_TEST=1", steps, LAMB_COUNT(steps));
}

static void
in_what_is_done_for_an_init_error(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, "/runtime/init/error HTTP/1.1\r\n" },
        { PLAY_SEND, OK },
    };

    (void)state;
    refuse_each("_HANDLER=good.sorry", "LAMB_TEST=1", steps, LAMB_COUNT(steps));
}

static void
in_shutdown(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, "/2020-01-01/extension/register HTTP/1.1\r\n" },
        { PLAY_SEND, "HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: e-5\r\n"
                     "Content-Length: 2\r\n\r\n{}" },
        { PLAY_EXPECT, "\r\nLambda-Extension-Identifier: e-5\r\n" },
        { PLAY_KEEP, "" },
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SIGNAL, "" },
        { PLAY_EXPECT_END, "" },
    };

    (void)state;
    refuse_each("_HANDLER=good.tidy", "LAMB_TEST=1", steps, LAMB_COUNT(steps));
}

static void
in_workers(void **state)
{
    struct round round = { .handler = "_HANDLER=good.echo",
                           .variable = "AWS_LAMBDA_MAX_CONCURRENCY=3",
                           .endpoint = "127.0.0.1:1", /* nobody listens there */
                           .at = 1 };
    struct outcome outcome;
    int has_failed = 1;

    (void)state;
    for (; has_failed && round.at < ROUNDS_MAX; round.at++) {
        run(&round, NULL, &outcome);
        has_failed = judge(&round, &outcome);
        assert_int_equal(outcome.status, 1);
    }
    assert_false(has_failed);
    assert_non_null(strstr(outcome.errors, "Connection refused"));
}

/* One of two waits; the other, whichever it is, gets the event and asks for more. */
static void
in_workers_that_serve(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },    { PLAY_EXPECT, POLL }, { PLAY_KEEP, "" },
        { PLAY_ACCEPT, "" },    { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
        { PLAY_EXPECT, "r-1" }, { PLAY_EXPECT, POLL }, { PLAY_SEND, OK },
    };

    (void)state;
    refuse_each("_HANDLER=good.echo", "AWS_LAMBDA_MAX_CONCURRENCY=2", steps,
                LAMB_COUNT(steps));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_loader_init_hook_and_handler),
        cmocka_unit_test(in_what_is_done_for_an_init_error),
        cmocka_unit_test(in_shutdown),
        cmocka_unit_test(in_workers),
        cmocka_unit_test(in_workers_that_serve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
