/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/telemetry.h"

#include "emulator/http/testbed.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sdk/base/num.h"

struct fixture {
    struct bed *bed;
    struct bed_server *at; /* the subscriber's server; notes what it gets in trace */
    struct observe observe;
    struct platform_clock *clock;
    struct telemetry telemetry;
    unsigned status; /* what it answers */
    size_t arrived;  /* batches */
};

static const struct event_origin origin = { .function_name = "f",
                                            .function_version = "1" };

static void
got_batch(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct fixture *f = data;

    assert_int_equal(outcome, 0);
    f->arrived++;
    (void)lamb_buf_span(&f->at->trace, http_method(req));
    (void)lamb_buf_span(&f->at->trace, http_path(req));
    (void)lamb_buf_span(&f->at->trace, lamb_blob_view(body));
    lamb_blob_unref(body);
    bed_reply(req, f->status, "");
}

static void
gone(void *data, struct http_request *req, enum http_gone why)
{
    (void)data;
    (void)req;
    (void)why;
}

static void
handle(struct bed_server *at, struct http_request *req)
{
    http_on_gone(req, gone, at->data);
    http_read_body(req, 16 * 1024 * 1024, got_batch, at->data);
}

static int
setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    assert_int_equal(bed_setup((void **)&f->bed), 0);
    f->at = bed_serve(f->bed, (struct http_server_config){ 0 });
    f->at->handle = handle;
    f->at->data = f;
    f->status = 200;
    assert_int_equal(platform_clock_new(f->bed->loop, &f->clock, NULL), 0);
    f->telemetry = (struct telemetry){ .loop = f->bed->loop,
                                       .clock = f->clock,
                                       .origin = &origin };
    assert_int_equal(http_client_new(f->bed->loop, &f->telemetry.client, NULL), 0);
    telemetry_init(&f->telemetry);
    telemetry_open(&f->telemetry);
    *state = f;
    return 0;
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    telemetry_fini(&f->telemetry);
    http_client_free(f->telemetry.client);
    platform_clock_free(f->clock);
    assert_int_equal(bed_teardown((void **)&f->bed), 0);
    free(f);
    return 0;
}

static struct telemetry_subscription
wish(const struct fixture *f)
{
    return (struct telemetry_subscription){ .schema = SCHEMA_TELEMETRY_2022_12,
                                            .types = { true, true, false },
                                            .type_list = "platform,function",
                                            .max_items = 1000,
                                            .max_bytes = 262144,
                                            .timeout_ms = 25,
                                            .port = f->at->port,
                                            .host = "sandbox.localdomain",
                                            .path = "/in" };
}

static void
subscribe(struct fixture *f, const struct telemetry_subscription *s)
{
    assert_int_equal(telemetry_subscribe(&f->telemetry, "agent", s, NULL), 0);
}

static void
say(struct fixture *f, const char *text)
{
    const struct event event = { .type = EVENT_FUNCTION,
                                 .origin = &origin,
                                 .text = lamb_span_str(text) };

    telemetry_event(&f->telemetry, &event);
}

static void
expect(struct fixture *f, const char *text)
{
    if (!strstr(lamb_buf_cstr(&f->at->trace), text))
        fail_msg("'%s' is not in '%s'", text, lamb_buf_cstr(&f->at->trace));
}

static void
events_arrive_as_an_array(void **state)
{
    struct fixture *f = *state;
    const struct telemetry_subscription s = wish(f);

    subscribe(f, &s);
    say(f, "one");
    say(f, "two");
    bed_until_count(f->bed, &f->arrived, 1);
    expect(f, "POST/in[{\"time\":\"");
    expect(f, "\"type\":\"function\",\"record\":\"one\"},{");
    expect(f, "\"record\":\"two\"}]");
}

static bool
is_idle(void *data)
{
    return telemetry_is_idle(data);
}

static void
what_was_told_before_is_replayed_until_init_ends(void **state)
{
    struct fixture *f = *state;
    struct telemetry_subscription s = wish(f);
    const struct event start = { .type = EVENT_INIT_START, .origin = &origin };
    const struct event other = { .type = EVENT_EXTENSION,
                                 .origin = &origin,
                                 .text = LAMB_SPAN("not wanted") };

    telemetry_event(&f->telemetry, &start);
    telemetry_event(&f->telemetry, &other);
    say(f, "early");
    subscribe(f, &s);
    telemetry_close(&f->telemetry);
    bed_until(f->bed, is_idle, &f->telemetry);
    expect(f, "platform.initStart");
    expect(f, "\"functionName\":\"f\"");
    expect(f, "\"record\":\"early\"");
    assert_null(strstr(lamb_buf_cstr(&f->at->trace), "not wanted"));
    assert_int_equal(telemetry_subscribe(&f->telemetry, "late", &s, NULL),
                     TELEMETRY_E_CLOSED);
}

static void
a_batch_that_is_refused_is_sent_again(void **state)
{
    struct fixture *f = *state;
    const struct telemetry_subscription s = wish(f);
    const char *first;

    f->status = 500;
    subscribe(f, &s);
    say(f, "again");
    bed_until_count(f->bed, &f->arrived, 1);
    assert_false(telemetry_is_idle(&f->telemetry));
    say(f, "meanwhile");
    f->status = 204;
    bed_until(f->bed, is_idle, &f->telemetry);
    assert_int_equal(f->arrived, 3);
    first = strstr(lamb_buf_cstr(&f->at->trace), "again");
    assert_non_null(strstr(first + 1, "again")); /* twice, the rest once and later */
    assert_true(strstr(first, "meanwhile") > strstr(first + 1, "again"));
}

static void
a_flush_does_not_wait_for_the_timeout(void **state)
{
    struct fixture *f = *state;
    struct telemetry_subscription s = wish(f);

    s.timeout_ms = 30000;
    s.is_put = true;
    subscribe(f, &s);
    say(f, "now");
    telemetry_flush(&f->telemetry);
    bed_until(f->bed, is_idle, &f->telemetry);
    expect(f, "PUT/in[");
}

static void
a_full_batch_does_not_wait_either(void **state)
{
    struct fixture *f = *state;
    struct telemetry_subscription s = wish(f);

    s.timeout_ms = 30000;
    subscribe(f, &s);
    for (int i = 0; i < 1000; i++)
        say(f, "item");
    bed_until_count(f->bed, &f->arrived, 1);
}

static void
what_a_slow_subscriber_misses_is_counted(void **state)
{
    struct fixture *f = *state;
    const struct telemetry_subscription s = wish(f);
    static char big[100001];

    memset(big, 'x', sizeof(big) - 1);
    f->status = 500;
    subscribe(f, &s);
    for (int i = 0; i < 20; i++) /* two megabytes, and no disk for them */
        say(f, big);
    f->status = 200;
    bed_until(f->bed, is_idle, &f->telemetry);
    expect(f,
           "\"type\":\"platform.logsDropped\",\"record\":{\"reason\":\"Some logs were "
           "dropped because the downstream consumer is slower than the logs "
           "production rate\",\"droppedRecords\":");
}

static void
one_name_has_one_subscription(void **state)
{
    struct fixture *f = *state;
    struct telemetry_subscription s = wish(f);

    subscribe(f, &s);
    assert_int_equal(telemetry_subscribe(&f->telemetry, "agent", &s, NULL),
                     TELEMETRY_E_SAME);
    s.schema = SCHEMA_LOGS_2020;
    assert_int_equal(telemetry_subscribe(&f->telemetry, "agent", &s, NULL),
                     TELEMETRY_E_OTHER);
    s.schema = SCHEMA_TELEMETRY_2022;
    subscribe(f, &s);
    say(f, "once");
    bed_until(f->bed, is_idle, &f->telemetry);
    assert_int_equal(f->arrived, 1);
    telemetry_open(&f->telemetry); /* a reset: nobody is subscribed any more */
    say(f, "to nobody");
    assert_true(telemetry_is_idle(&f->telemetry));
}

/* A listener that is accepted from by hand. */
static int
tcp_listen(uint16_t *ret_port)
{
    struct lamb_err err;
    int fd;

    assert_int_equal(http_listen("127.0.0.1", 0, &fd, ret_port, &err), 0);
    return fd;
}

static void
expect_lines(struct fixture *f, int listener, const char *text)
{
    char got[4096];
    size_t n = 0;
    int fd = -1;

    for (int i = 0; i < 500 && !(n && got[n - 1] == '\n'); i++) {
        ssize_t more = -1;

        (void)bed_for_ms(f->bed, 10);
        if (fd < 0)
            fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            more = read(fd, got + n, sizeof(got) - 1 - n);
        n += more > 0 ? (size_t)more : 0;
    }
    got[n] = '\0';
    if (!strstr(got, text) || got[0] != '{')
        fail_msg("'%s' is not in '%s'", text, got);
    (void)close(fd);
    (void)bed_for_ms(f->bed, 10); /* the close arrives */
}

static void
tcp_gets_lines_and_a_new_connection_after_a_broken_one(void **state)
{
    struct fixture *f = *state;
    struct telemetry_subscription s = wish(f);
    int listener = tcp_listen(&s.port);

    s.is_tcp = true;
    subscribe(f, &s);
    say(f, "one");
    expect_lines(f, listener, "\"record\":\"one\"}\n");
    say(f, "two");
    expect_lines(f, listener, "\"record\":\"two\"}\n");
    (void)close(listener);
    say(f, "nobody listens");
    (void)bed_for_ms(f->bed, 50);
    assert_false(telemetry_is_idle(&f->telemetry));
}

/* The first question is never answered, the second in vain, every later one with a
 * socket: asked three times, the batch arrives once. */
static void
count_question(void *data)
{
    ++*(size_t *)data;
}

static void
a_socket_that_does_not_come_is_asked_for_again(void **state)
{
    struct fixture *f = *state;
    const struct telemetry_subscription s = wish(f);
    size_t asked = 0;

    f->telemetry.ask_socket = count_question;
    f->telemetry.ask_data = &asked;
    subscribe(f, &s);
    say(f, "patience");
    bed_until_count(f->bed, &asked, 2); /* the first one was lost */
    telemetry_socket(&f->telemetry, -EMFILE);
    bed_until_count(f->bed, &asked, 3);
    assert_int_equal(f->arrived, 0);
    telemetry_socket(&f->telemetry,
                     socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    bed_until(f->bed, is_idle, &f->telemetry);
    assert_int_equal(f->arrived, 1);
    expect(f, "\"record\":\"patience\"");
    /* One that nobody asked for is closed. */
    telemetry_socket(&f->telemetry, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
        TEST(events_arrive_as_an_array),
        TEST(what_was_told_before_is_replayed_until_init_ends),
        TEST(a_batch_that_is_refused_is_sent_again),
        TEST(a_flush_does_not_wait_for_the_timeout),
        TEST(a_full_batch_does_not_wait_either),
        TEST(what_a_slow_subscriber_misses_is_counted),
        TEST(one_name_has_one_subscription),
        TEST(tcp_gets_lines_and_a_new_connection_after_a_broken_one),
        TEST(a_socket_that_does_not_come_is_asked_for_again),
#undef TEST
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
