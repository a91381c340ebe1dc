/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/workers.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/play.h"
#include "runtime/runtime_api.h"
#include "sdk/base/enum.h"

#include <lamb/log.h>

enum { WORKERS = 8, EVENTS = 200 };

/* Events that are numbers; the answers are added up. One for each worker. */
struct number_source {
    struct lamb_source source; /* first */
    int left;
    int fails_with; /* at the end, instead of LAMB_SOURCE_END */
    size_t answered;
    char event[16];
    char trace[32];
};

static pthread_barrier_t all_inside;
static atomic_int calls;

static int
number_next(struct lamb_source *source, struct lamb_incoming *ret, struct lamb_err *err)
{
    struct number_source *numbers = (struct number_source *)source;

    if (!numbers->left)
        return numbers->fails_with ? lamb_refuse(err, numbers->fails_with, "no more")
                                   : LAMB_SOURCE_END;
    assert_int_equal(
        lamb_format(numbers->event, sizeof(numbers->event), "%d", numbers->left), 0);
    numbers->left--;
    *ret = (struct lamb_incoming){ .event = lamb_span_str(numbers->event),
                                   .trace_id = numbers->trace };
    return 0;
}

static void
number_respond(struct lamb_source *source, const char *content_type,
               struct lamb_span body)
{
    struct number_source *numbers = (struct number_source *)source;

    (void)content_type;
    if (lamb_span_eq(body, lamb_span_str(numbers->event)))
        numbers->answered++;
}

static const struct lamb_source_ops ops = { .next = number_next,
                                            .respond = number_respond };

/* The first time it waits until every worker is in its handler. */
static int
meet_and_echo(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);

    if (lamb_span_eq(event, LAMB_SPAN("200")))
        (void)pthread_barrier_wait(&all_inside);
    atomic_fetch_add(&calls, 1);
    if (getenv("_X_AMZN_TRACE_ID"))
        return lamb_fail(inv, "Trace", "the environment is shared");
    if (strncmp(lamb_trace_id(inv), "Root=", 5) != 0)
        return lamb_fail(inv, "Trace", "it is not this invocation's");
    return lamb_write(inv, event.ptr, event.len);
}

static int
run(int fails_with, struct number_source *numbers, struct lamb_err *err)
{
    const struct lamb_entry entry = { .handler = { .name = "h", .fn = meet_and_echo } };
    struct lamb_source *sources[WORKERS];
    struct lamb_worker_set set = { .sources = sources, .count = WORKERS };
    struct lamb_runtime rt;
    const struct lamb_loop loop = { .entry = &entry, .rt = &rt, .is_shared = true };
    int r;

    for (size_t i = 0; i < WORKERS; i++) {
        numbers[i] = (struct number_source){ .source = { .ops = &ops },
                                             .left = EVENTS,
                                             .trace = "Root=1" };
        sources[i] = &numbers[i].source;
    }
    numbers[3].fails_with = fails_with;
    atomic_store(&calls, 0);
    assert_int_equal(pthread_barrier_init(&all_inside, NULL, WORKERS), 0);
    lamb_runtime_init(&rt);
    r = lamb_workers_run(&loop, &set, err);
    assert_false(set.is_left_behind);
    lamb_runtime_fini(&rt);
    (void)pthread_barrier_destroy(&all_inside);
    return r;
}

static void
eight_workers_run_handlers_at_the_same_time(void **state)
{
    struct number_source numbers[WORKERS];
    struct lamb_err err = { 0 };

    (void)state;
    (void)unsetenv("_X_AMZN_TRACE_ID");
    assert_int_equal(run(0, numbers, &err), 0);
    assert_int_equal(atomic_load(&calls), WORKERS * EVENTS);
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(numbers[i].answered, EVENTS);
}

static void
the_first_error_is_the_result(void **state)
{
    struct number_source numbers[WORKERS];
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(run(-EPROTO, numbers, &err), -EPROTO);
    assert_string_equal(err.text, "no more");
}

/* ---- The Runtime API's client, eight times in a process ---------------------------
 */

#define POLL "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"
#define EVENT(what)                                                                    \
    "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: " what                          \
    "\r\nLambda-Runtime-Trace-Id: Root=1-2-3\r\nContent-Length: 1\r\n\r\n1"
#define ACCEPTED "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
#define SERVED(what, path)                                                             \
    { PLAY_SEND, EVENT(what) }, { PLAY_EXPECT, "/invocation/" what path },             \
        { PLAY_EXPECT, POLL },                                                         \
    {                                                                                  \
        PLAY_SEND, ACCEPTED                                                            \
    }
#define STREAMED                                                                       \
    { PLAY_SEND, EVENT("stream") },                                                    \
        { PLAY_EXPECT, "Lambda-Runtime-Function-Response-Mode: streaming\r\n" },       \
        { PLAY_SEND, ACCEPTED }, { PLAY_ACCEPT, "" },                                  \
    {                                                                                  \
        PLAY_EXPECT, POLL                                                              \
    }
#define ROUND                                                                          \
    SERVED("reply", "/response "), SERVED("fail", "/error "),                          \
        SERVED("long", "/response "), STREAMED

static int
do_as_asked(struct lamb_invocation *inv)
{
    static char much[20000];
    const char *id = lamb_request_id(inv);

    (void)lamb_log_printf(inv, LAMB_LOG_INFO, "# asked to %s", id);
    if (strcmp(id, "fail") == 0)
        return lamb_fail(inv, "Asked.For", "with %d", 1);
    if (strcmp(id, "long") == 0)
        return lamb_set_content_type(inv, "text/plain") ||
               lamb_write(inv, much, sizeof(much));
    if (strcmp(id, "stream") == 0 && lamb_stream(inv, "text/plain"))
        return -1;
    return lamb_printf(inv, "%d", 1);
}

struct client {
    const struct lamb_loop *loop;
    struct lamb_runtime_api api;
    struct play play;
    pthread_t thread;
    int result;
};

static void *
serve_client(void *data)
{
    struct client *client = data;
    struct lamb_err err = { 0 };

    client->result = lamb_loop_run(client->loop, &client->api.source, &err);
    return NULL;
}

static void
eight_clients_answer_in_every_way_at_the_same_time(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL }, ROUND, ROUND, ROUND,
    };
    static struct client clients[WORKERS];
    const struct lamb_entry entry = { .handler = { .name = "h", .fn = do_as_asked } };
    struct lamb_runtime rt;
    const struct lamb_loop loop = { .entry = &entry, .rt = &rt, .is_shared = true };
    struct lamb_err err = { 0 };

    (void)state;
    lamb_runtime_init(&rt);
    for (size_t i = 0; i < WORKERS; i++) {
        PLAY_START(&clients[i].play, steps);
        clients[i].loop = &loop;
        assert_int_equal(
            lamb_runtime_api_init(&clients[i].api, clients[i].play.endpoint, &err), 0);
    }
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(
            pthread_create(&clients[i].thread, NULL, serve_client, &clients[i]), 0);
    for (size_t i = 0; i < WORKERS; i++) {
        assert_int_equal(pthread_join(clients[i].thread, NULL), 0);
        play_finish(&clients[i].play);
        play_fini(&clients[i].play);
        lamb_runtime_api_fini(&clients[i].api);
        assert_int_equal(clients[i].result, -ECONNREFUSED); /* the play is over */
    }
    lamb_runtime_fini(&rt);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_workers_run_handlers_at_the_same_time),
        cmocka_unit_test(the_first_error_is_the_result),
        cmocka_unit_test(eight_clients_answer_in_every_way_at_the_same_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
