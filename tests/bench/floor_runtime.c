/* SPDX-License-Identifier: Apache-2.0 */

/*
 * floor_runtime - the least a runtime can do: ask for an event, post it back.
 *
 *     AWS_LAMBDA_RUNTIME_API=127.0.0.1:PORT floor_runtime [-p]
 *
 * With -p the response and the question for the next event leave in one write
 * (pipelined), and the two answers are read in turn. Ends with status 0 when the other
 * side closes the connection between two invocations.
 *
 * It takes no notice of deadlines and has no handler: what it costs is what the three
 * HTTP exchanges of an invocation cost.
 */

#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "tests/bench/floor_http.h"

static struct {
    struct floor_io io; /* it blocks */
    struct floor_message msg;
    const char *api;
    char next[256]; /* the whole request for an event */
} rt;

static struct lamb_span
received(void)
{
    return lamb_buf_view(&rt.io.in);
}

/* Wait for the next whole answer; it stays at the start of io.in until consume(). */
static void
receive(int wanted_status, bool may_end)
{
    int status;
    int r;

    for (;;) {
        r = floor_parse(received(), &rt.msg);
        if (r)
            break;
        r = floor_receive(&rt.io, rt.msg.known_len);
        if (r == -ECONNRESET && may_end && !rt.io.in.len)
            exit(0);
        if (r < 0)
            errx(1, "the connection to %s broke: %s", rt.api, strerror(-r));
    }
    if (r < 0)
        errx(1, "%s has sent what is no answer: %s", rt.api, strerror(-r));
    status = floor_status(received(), &rt.msg);
    if (status != wanted_status)
        errx(1, "%s has answered %d, not %d", rt.api, status, wanted_status);
}

static void
consume(void)
{
    lamb_buf_consume(&rt.io.in, rt.msg.known_len);
}

static void
send_pieces(struct iovec *pieces, int count)
{
    int r = floor_send(&rt.io, pieces, count);

    if (r)
        errx(1, "cannot write to %s: %s", rt.api, strerror(-r));
}

static void
ask(void)
{
    struct iovec piece = floor_piece(lamb_span_str(rt.next));

    send_pieces(&piece, 1);
}

/* Post the event just received as its own response; with AND_ASK ask for the next. */
static void
respond(bool and_ask)
{
    struct lamb_span id =
        floor_header(received(), &rt.msg, "lambda-runtime-aws-request-id");
    char head[512];
    int r;

    r = lamb_format(head, sizeof(head),
                    "POST /2018-06-01/runtime/invocation/%.*s/response HTTP/1.1\r\n"
                    "Host: %s\r\nContent-Type: application/json\r\n"
                    "Content-Length: %zu\r\n\r\n",
                    (int)id.len, id.ptr, rt.api, rt.msg.body_len);
    if (r || !id.len)
        errx(1, "%s has sent an event without a usable request id", rt.api);
    {
        struct iovec pieces[] = { floor_piece(lamb_span_str(head)),
                                  floor_piece(floor_body(received(), &rt.msg)),
                                  floor_piece(lamb_span_str(rt.next)) };

        send_pieces(pieces, and_ask ? 3 : 2);
    }
    consume();
}

static _Noreturn void
run(bool pipelined)
{
    ask();
    for (;;) {
        receive(200, true);
        respond(pipelined);
        receive(202, false);
        consume();
        if (!pipelined)
            ask();
    }
}

int
main(int argc, char **argv)
{
    bool pipelined = argc == 2 && strcmp(argv[1], "-p") == 0;
    int fd;
    int r;

    if (argc > 1 && !pipelined)
        errx(2, "usage: floor_runtime [-p]");
    rt.api = getenv("AWS_LAMBDA_RUNTIME_API");
    if (!rt.api)
        errx(2, "AWS_LAMBDA_RUNTIME_API is not set; an emulator has to start this");
    r = lamb_format(rt.next, sizeof(rt.next),
                    "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"
                    "Host: %s\r\n\r\n",
                    rt.api);
    if (!r)
        r = floor_connect(lamb_span_str(rt.api), &fd);
    if (r)
        errx(1, "cannot connect to AWS_LAMBDA_RUNTIME_API=%s: %s", rt.api,
             strerror(-r));
    floor_io_init(&rt.io, fd);
    run(pipelined);
}
