/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/client.h"

#include "emulator/http/testbed.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/num.h"

struct outcome {
    size_t n;
    int error;
    unsigned status;
    struct lamb_buf body;
    struct lamb_buf header;
    struct lamb_buf text;
};

struct fixture {
    struct bed *bed;
    struct http_client *client;
    struct outcome got;
    char url[64];
};

static void
finished(void *data, const struct http_result *result)
{
    struct outcome *got = data;

    got->n++;
    got->error = result->error;
    got->status = result->status;
    lamb_buf_clear(&got->body);
    lamb_buf_clear(&got->header);
    lamb_buf_clear(&got->text);
    assert_int_equal(lamb_buf_span(&got->body, lamb_blob_view(result->body)), 0);
    assert_int_equal(lamb_buf_span(&got->header, http_result_header(result, "x-back")),
                     0);
    if (result->error)
        assert_int_equal(lamb_buf_str(&got->text, result->error_text), 0);
}

static int
setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    assert_int_equal(bed_setup((void **)&f->bed), 0);
    assert_int_equal(http_client_new(f->bed->loop, &f->client, NULL), 0);
    f->got.body = LAMB_BUF_INIT(64 * 1024 * 1024);
    f->got.header = f->got.text = LAMB_BUF_INIT(4096);
    *state = f;
    return 0;
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    http_client_free(f->client);
    lamb_buf_fini(&f->got.body);
    lamb_buf_fini(&f->got.header);
    lamb_buf_fini(&f->got.text);
    assert_int_equal(bed_teardown((void **)&f->bed), 0);
    free(f);
    return 0;
}

/* Answers with the method, the path and the body; the field X-There comes back. */
static void
echo(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct lamb_span there = http_header(req, "X-There");
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(64 * 1024 * 1024);
    LAMB_AUTOBUF struct lamb_buf back = LAMB_BUF_INIT(4096);
    struct lamb_blob *blob;

    (void)data;
    assert_int_equal(outcome, 0);
    assert_null(http_header(req, "Expect").ptr);
    assert_null(http_header(req, "Content-Type").ptr);
    assert_int_equal(lamb_buf_span(&back, there), 0);
    assert_int_equal(lamb_buf_span(&text, http_method(req)), 0);
    assert_int_equal(lamb_buf_char(&text, ' '), 0);
    assert_int_equal(lamb_buf_span(&text, http_path(req)), 0);
    assert_int_equal(lamb_buf_char(&text, ' '), 0);
    assert_int_equal(lamb_buf_span(&text, lamb_blob_view(body)), 0);
    blob = lamb_blob_copy(lamb_buf_view(&text));
    http_reply(
        req,
        &(struct http_answer){
            .status = 200,
            .fields = (const struct http_field[]){ { "X-Back", lamb_buf_cstr(&back) } },
            .n_fields = 1,
            .body = blob,
        });
    lamb_blob_unref(blob);
    lamb_blob_unref(body);
}

static void
collect_and_echo(struct bed_server *at, struct http_request *req)
{
    http_read_body(req, 64 * 1024 * 1024, echo, at);
}

static struct bed_server *
serve(struct fixture *f, const char *path)
{
    struct bed_server *at = bed_serve(f->bed, (struct http_server_config){ 0 });

    at->handle = collect_and_echo;
    assert_int_equal(
        lamb_format(f->url, sizeof(f->url), "http://127.0.0.1:%u%s", at->port, path),
        0);
    return at;
}

static struct http_call *
call(struct fixture *f, const struct http_call_spec *spec)
{
    size_t before = f->got.n;
    struct http_call *started = NULL;

    assert_int_equal(http_call(f->client, spec, finished, &f->got, &started, NULL), 0);
    assert_int_equal(f->got.n, before); /* never from within the call */
    return started;
}

static void
methods_fields_and_bodies_go_out_and_come_back(void **state)
{
    static const struct {
        const char *method;
        const char *body;
        const char *answer;
    } cases[] = {
        { "GET", NULL, "GET /p%20q " },
        { "POST", "event", "POST /p%20q event" },
        { "POST", NULL, "POST /p%20q " },
        { "PUT", "", "PUT /p%20q " },
        { "DELETE", NULL, "DELETE /p%20q " },
        { "PATCH", "x", "PATCH /p%20q x" },
        { "HEAD", NULL, "" },
    };
    const struct http_field fields[] = { { "X-There", "and back" }, { "X-Empty", "" } };
    struct fixture *f = *state;
    struct bed_server *at = serve(f, "/p%20q");

    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct lamb_blob *body =
            cases[i].body ? lamb_blob_copy(lamb_span_str(cases[i].body)) : NULL;

        (void)call(f, &(struct http_call_spec){ .method = cases[i].method,
                                                .url = f->url,
                                                .fields = fields,
                                                .n_fields = LAMB_COUNT(fields),
                                                .body = body });
        lamb_blob_unref(body);
        bed_until_count(f->bed, &f->got.n, i + 1);
        assert_int_equal(f->got.error, 0);
        assert_int_equal(f->got.status, 200);
        assert_string_equal(lamb_buf_cstr(&f->got.body), cases[i].answer);
        assert_string_equal(lamb_buf_cstr(&f->got.header), "and back");
    }
    /* One connection was enough for all of them. */
    assert_int_equal(http_server_stats(at->server)->connections, 1);
}

static void
a_large_body_goes_both_ways_without_waiting(void **state)
{
    enum { LEN = 6 * 1024 * 1024 };
    struct fixture *f = *state;
    struct lamb_blob *body = lamb_blob_new(LEN);

    assert_non_null(body);
    memset(body->bytes, 'x', LEN);
    body->len = LEN;
    (void)serve(f, "/");
    (void)call(
        f, &(struct http_call_spec){ .method = "POST", .url = f->url, .body = body });
    bed_until_count(f->bed, &f->got.n, 1);
    assert_int_equal(f->got.body.len, LEN + strlen("POST / "));
    lamb_blob_unref(body);
}

static void
many_calls_run_at_the_same_time(void **state)
{
    struct fixture *f = *state;
    struct bed_server *at = serve(f, "/");

    at->handle = bed_park;
    for (size_t i = 0; i < 20; i++)
        (void)call(f, &(struct http_call_spec){ .method = "GET", .url = f->url });
    bed_until_count(f->bed, &at->n_requests, 20);
    assert_int_equal(f->got.n, 0);
    for (size_t i = 0; i < 20; i++)
        bed_reply(at->requests[i], 204, "");
    bed_until_count(f->bed, &f->got.n, 20);
    assert_int_equal(f->got.status, 204);
    assert_int_equal(f->got.body.len, 0);
}

static void
a_call_ends_at_its_time_limit(void **state)
{
    struct fixture *f = *state;
    struct bed_server *at = serve(f, "/");

    at->handle = bed_park;
    (void)call(f, &(struct http_call_spec){ .method = "GET",
                                            .url = f->url,
                                            .timeout_ns = 50 * LAMB_NS_PER_MS });
    bed_until_count(f->bed, &f->got.n, 1);
    assert_int_equal(f->got.error, -ETIMEDOUT);
    assert_true(f->got.text.len > 0);
}

static void
an_answer_over_the_maximum_fails(void **state)
{
    struct fixture *f = *state;

    (void)serve(f, "/0123456789");
    (void)call(
        f, &(struct http_call_spec){ .method = "GET", .url = f->url, .max_body = 16 });
    bed_until_count(f->bed, &f->got.n, 1);
    assert_int_equal(f->got.error, 0); /* "GET /0123456789 " is exactly 16 */
    (void)call(
        f, &(struct http_call_spec){ .method = "GET", .url = f->url, .max_body = 15 });
    bed_until_count(f->bed, &f->got.n, 2);
    assert_int_equal(f->got.error, -EMSGSIZE);
    assert_string_equal(lamb_buf_cstr(&f->got.text), "the answer is too large");
}

static void
stream_some(struct bed_server *at, struct http_request *req)
{
    struct http_stream *stream =
        http_reply_stream(req, &(struct http_answer){ .status = 200 }, NULL, NULL);

    assert_int_equal(http_stream_write(stream, LAMB_SPAN("0123456789")), 0);
    if (at->max_body)
        http_stream_end(stream);
    else
        http_stream_abort(stream);
}

static void
answers_in_pieces_are_put_together_and_broken_ones_fail(void **state)
{
    struct fixture *f = *state;
    struct bed_server *at = serve(f, "/");

    at->handle = stream_some;
    (void)call(f, &(struct http_call_spec){ .method = "GET", .url = f->url });
    bed_until_count(f->bed, &f->got.n, 1);
    assert_string_equal(lamb_buf_cstr(&f->got.body), "0123456789");
    (void)call(
        f, &(struct http_call_spec){ .method = "GET", .url = f->url, .max_body = 9 });
    bed_until_count(f->bed, &f->got.n, 2);
    assert_int_equal(f->got.error, -EMSGSIZE);
    at->max_body = 0;
    (void)call(f, &(struct http_call_spec){ .method = "GET", .url = f->url });
    bed_until_count(f->bed, &f->got.n, 3);
    assert_true(f->got.error < 0);
}

static void
what_cannot_be_reached_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct bed_server *at = serve(f, "/");

    bed_unserve(at);
    (void)call(f, &(struct http_call_spec){ .method = "GET", .url = f->url });
    bed_until_count(f->bed, &f->got.n, 1);
    assert_int_equal(f->got.error, -ECONNREFUSED);
    (void)call(f,
               &(struct http_call_spec){ .method = "GET", .url = "ftp://127.0.0.1/" });
    bed_until_count(f->bed, &f->got.n, 2);
    assert_int_equal(f->got.error, -EPROTONOSUPPORT);
    assert_int_equal(
        http_call(f->client,
                  &(struct http_call_spec){
                      .method = "GET",
                      .url = f->url,
                      .fields = &(const struct http_field){ "a", "b\r\nc" },
                      .n_fields = 1 },
                  finished, &f->got, NULL, NULL),
        -EINVAL);
}

static void
a_cancelled_call_says_nothing_more(void **state)
{
    struct fixture *f = *state;
    struct bed_server *at = serve(f, "/");
    struct http_call *started;

    at->handle = bed_park;
    started = call(f, &(struct http_call_spec){ .method = "GET", .url = f->url });
    bed_until_count(f->bed, &at->n_requests, 1);
    http_call_cancel(started);
    started = call(f, &(struct http_call_spec){ .method = "GET", .url = f->url });
    http_call_cancel(started); /* before it was even connected */
    (void)bed_for_ms(f->bed, 20);
    assert_int_equal(f->got.n, 0);
}

static void
a_unix_socket_is_called_too(void **state)
{
    char dir[] = "/tmp/lamb-http-XXXXXX";
    struct http_server_config config = { .name = "unix" };
    struct fixture *f = *state;
    struct bed_server *at;
    char path[64];

    assert_non_null(mkdtemp(dir));
    assert_int_equal(lamb_format(path, sizeof(path), "%s/s", dir), 0);
    assert_int_equal(http_listen_unix(path, &config.listen_fd, NULL), 0);
    at = bed_serve(f->bed, config);
    at->handle = collect_and_echo;
    (void)call(f, &(struct http_call_spec){ .method = "GET",
                                            .url = "http://lamb/status",
                                            .unix_socket = path });
    bed_until_count(f->bed, &f->got.n, 1);
    assert_string_equal(lamb_buf_cstr(&f->got.body), "GET /status ");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

static void
a_socket_that_is_given_is_used_once_and_closed(void **state)
{
    struct fixture *f = *state;
    struct sockaddr_in here;
    socklen_t size = sizeof(here);

    (void)serve(f, "/x");
    for (size_t i = 0; i < 2; i++) {
        int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        LAMB_AUTOFD int same = dup(sock);

        assert_true(sock >= 0 && same >= 0);
        (void)call(f, &(struct http_call_spec){
                          .method = "GET", .url = f->url, .sock = &sock });
        bed_until_count(f->bed, &f->got.n, i + 1);
        assert_int_equal(f->got.status, 200);
        assert_int_equal(getsockname(same, (struct sockaddr *)(void *)&here, &size), 0);
        assert_int_not_equal(here.sin_port, 0);
        assert_int_equal(fcntl(sock, F_GETFD), -1);
    }
}

static void
a_socket_is_closed_when_the_call_does_not_start(void **state)
{
    struct fixture *f = *state;
    int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(
        http_call(f->client,
                  &(struct http_call_spec){
                      .method = "GET",
                      .url = "http://127.0.0.1/",
                      .sock = &sock,
                      .fields = &(const struct http_field){ "a", "b\r\nc" },
                      .n_fields = 1 },
                  finished, &f->got, NULL, NULL),
        -EINVAL);
    assert_int_equal(fcntl(sock, F_GETFD), -1);
}

struct chain {
    struct fixture *f;
    size_t n;
};

static void
call_again(void *data, const struct http_result *result)
{
    struct chain *chain = data;

    assert_int_equal(result->error, 0);
    if (++chain->n < 3)
        assert_int_equal(
            http_call(chain->f->client,
                      &(struct http_call_spec){ .method = "GET", .url = chain->f->url },
                      call_again, chain, NULL, NULL),
            0);
    else
        http_client_free(chain->f->client);
}

static void
a_result_may_lead_to_another_call_or_the_end_of_the_client(void **state)
{
    struct fixture *f = *state;
    struct chain chain = { .f = f };

    (void)serve(f, "/");
    (void)call(f, &(struct http_call_spec){ .method = "GET",
                                            .url = "http://127.0.0.1:9/",
                                            .timeout_ns = 60 * LAMB_NS_PER_S });
    assert_int_equal(
        http_call(f->client, &(struct http_call_spec){ .method = "GET", .url = f->url },
                  call_again, &chain, NULL, NULL),
        0);
    bed_until_count(f->bed, &chain.n, 3);
    f->client = NULL;
}

int
main(void)
{
#define CLIENT_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(methods_fields_and_bodies_go_out_and_come_back),
        CLIENT_TEST(a_large_body_goes_both_ways_without_waiting),
        CLIENT_TEST(many_calls_run_at_the_same_time),
        CLIENT_TEST(a_call_ends_at_its_time_limit),
        CLIENT_TEST(an_answer_over_the_maximum_fails),
        CLIENT_TEST(answers_in_pieces_are_put_together_and_broken_ones_fail),
        CLIENT_TEST(what_cannot_be_reached_is_an_error),
        CLIENT_TEST(a_cancelled_call_says_nothing_more),
        CLIENT_TEST(a_unix_socket_is_called_too),
        CLIENT_TEST(a_socket_that_is_given_is_used_once_and_closed),
        CLIENT_TEST(a_socket_is_closed_when_the_call_does_not_start),
        CLIENT_TEST(a_result_may_lead_to_another_call_or_the_end_of_the_client),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
