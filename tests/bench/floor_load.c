/* SPDX-License-Identifier: Apache-2.0 */

/*
 * floor_load - the load of the benchmark: invoke over K kept-alive connections, one
 * request on each at a time, in one thread on epoll.
 *
 *     floor_load [-k K] [-s SECONDS | -n REQUESTS] [-w WARM_UP] [-b BYTES] URL
 *
 * K in flight (1), for SECONDS (1) or REQUESTS, after WARM_UP requests that are not
 * measured (0), with a JSON event of BYTES (64). Prints one JSON object. The function
 * has to echo: every response must be a 200 without a function error and of the
 * event's length; the bytes themselves are compared in the first on each connection.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sdk/base/clock.h"
#include "sdk/base/num.h"
#include "tests/bench/floor_http.h"

enum { IN_FLIGHT_MAX = 4096, EVENTS = 64 };

struct conn {
    struct floor_io io;
    struct floor_message msg;
    int64_t sent_ns;
    bool is_asking;
    bool is_proven; /* a response was compared byte by byte */
    bool is_watching_out;
};

static struct {
    /* what is wanted */
    uint64_t in_flight;
    uint64_t requests; /* 0: as many as fit into duration_ns */
    int64_t duration_ns;
    uint64_t warm_up;
    uint64_t body_len;
    const char *url;

    int epoll_fd;
    struct conn *conns;
    struct lamb_buf request;
    uint64_t issued; /* in this phase */
    uint64_t wanted; /* UINT64_MAX: until end_ns */
    int64_t end_ns;
    int64_t *took_ns; /* one for each request of this phase */
    size_t took_count;
    size_t took_cap;
} load = { .in_flight = 1, .duration_ns = LAMB_NS_PER_S, .body_len = 64 };

/* -- samples ---------------------------------------------------------------------- */

static void
keep_sample(int64_t ns)
{
    if (load.took_count == load.took_cap) {
        load.took_cap = load.took_cap ? 2 * load.took_cap : 65536;
        load.took_ns = reallocarray(load.took_ns, load.took_cap, sizeof(*load.took_ns));
        if (!load.took_ns)
            err(1, "samples");
    }
    load.took_ns[load.took_count++] = ns;
}

static int
compare_ns(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The smallest sample that PERCENT of them do not exceed (nearest rank), in us. */
static double
percentile_us(size_t percent)
{
    size_t rank = (load.took_count * percent + 99) / 100;

    return (double)load.took_ns[rank ? rank - 1 : 0] / 1000.0;
}

/* -- connections ------------------------------------------------------------------ */

static _Noreturn void
fail(int r, const char *what)
{
    errx(1, "%s: %s: %s", load.url, what, strerror(-r));
}

static void
watch_out(struct conn *c)
{
    bool wanted = floor_is_sending(&c->io);
    struct epoll_event ev = { .events = EPOLLIN | (wanted ? EPOLLOUT : 0),
                              .data.ptr = c };

    if (wanted == c->is_watching_out)
        return;
    if (epoll_ctl(load.epoll_fd, EPOLL_CTL_MOD, c->io.fd, &ev))
        err(1, "epoll_ctl");
    c->is_watching_out = wanted;
}

/* Send the next request, unless this phase has had its share. */
static void
ask(struct conn *c)
{
    struct iovec piece = floor_piece(lamb_buf_view(&load.request));
    int r;

    c->sent_ns = lamb_mono_ns();
    c->is_asking = load.issued < load.wanted && c->sent_ns < load.end_ns;
    if (!c->is_asking)
        return;
    load.issued++;
    r = floor_send(&c->io, &piece, 1);
    if (r)
        fail(r, "cannot send");
    watch_out(c);
}

static void
check_answer(struct conn *c)
{
    struct lamb_span in = lamb_buf_view(&c->io.in);
    struct lamb_span body = floor_body(in, &c->msg);
    struct lamb_span sent = lamb_span_of(
        load.request.ptr + load.request.len - load.body_len, load.body_len);
    int status = floor_status(in, &c->msg);
    bool is_error = floor_header(in, &c->msg, "x-amz-function-error").ptr;

    if (status != 200 || is_error)
        errx(1, "%s: answered %d%s: %.*s", load.url, status,
             is_error ? " with a function error" : "",
             (int)(body.len < 500 ? body.len : 500), body.ptr);
    if (body.len != sent.len || (!c->is_proven && !lamb_span_eq(body, sent)))
        errx(1, "%s: the response is not the event: this function does not echo",
             load.url);
    c->is_proven = true;
}

static void
conn_event(struct conn *c, uint32_t events)
{
    int r = 0;

    if (events & EPOLLOUT) {
        r = floor_flush(&c->io);
        if (r)
            fail(r, "cannot send");
        watch_out(c);
    }
    if (!(events & ~(uint32_t)EPOLLOUT))
        return;
    r = floor_receive(&c->io, c->msg.known_len);
    if (r < 0)
        fail(r, "the connection broke");
    r = floor_parse(lamb_buf_view(&c->io.in), &c->msg);
    if (r < 0)
        fail(r, "what came is no answer");
    if (!r)
        return;
    if (!c->is_asking)
        errx(1, "%s: an answer nobody asked for", load.url);
    keep_sample(lamb_mono_ns() - c->sent_ns);
    check_answer(c);
    lamb_buf_consume(&c->io.in, c->msg.known_len);
    c->msg = (struct floor_message){ 0 };
    ask(c);
}

/* Issue requests until WANTED of them or DURATION_NS are over; all are answered then.
 */
static void
run_phase(uint64_t wanted, int64_t duration_ns)
{
    struct epoll_event events[EVENTS];

    load.issued = 0;
    load.took_count = 0;
    load.wanted = wanted;
    load.end_ns = duration_ns == INT64_MAX ? INT64_MAX : lamb_mono_ns() + duration_ns;
    for (uint64_t i = 0; i < load.in_flight; i++)
        ask(&load.conns[i]);
    while (load.took_count < load.issued) {
        int n = epoll_wait(load.epoll_fd, events, EVENTS, -1);

        if (n < 0 && errno != EINTR)
            err(1, "epoll_wait");
        for (int i = 0; i < n; i++)
            conn_event(events[i].data.ptr, events[i].events);
    }
}

/* -- the whole -------------------------------------------------------------------- */

static int64_t
own_cpu_ns(void)
{
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u); /* cannot fail */
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * LAMB_NS_PER_S +
           (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * LAMB_NS_PER_US;
}

/* Host and path of the URL; "http://" may be left out. */
static void
split_url(struct lamb_span *ret_host, struct lamb_span *ret_path)
{
    struct lamb_span url = lamb_span_str(load.url);
    size_t scheme = lamb_span_starts(url, "http://") ? 7 : 0;

    url = lamb_span_of(url.ptr + scheme, url.len - scheme);
    if (!lamb_span_cut(url, '/', ret_host, ret_path))
        errx(2, "%s: a URL looks like 127.0.0.1:9000/path", load.url);
}

/* The one request that is sent again and again; its body is a JSON string. */
static void
build_request(struct lamb_span host, struct lamb_span path)
{
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(FLOOR_MESSAGE_MAX);

    (void)lamb_buf_char(&body, '"');
    (void)lamb_buf_reserve(&body, load.body_len);
    while (body.len < load.body_len - 1 && !lamb_buf_error(&body))
        (void)lamb_buf_char(&body, (char)('a' + body.len % 26));
    (void)lamb_buf_char(&body, '"');
    load.request = LAMB_BUF_INIT(FLOOR_MESSAGE_MAX);
    (void)lamb_buf_printf(&load.request,
                          "POST /%.*s HTTP/1.1\r\nHost: %.*s\r\n"
                          "Content-Type: application/json\r\n"
                          "Content-Length: %zu\r\n\r\n",
                          (int)path.len, path.ptr, (int)host.len, host.ptr, body.len);
    (void)lamb_buf_span(&load.request, lamb_buf_view(&body));
    if (lamb_buf_error(&body) || lamb_buf_error(&load.request))
        errx(1, "the request is too long");
}

static void
open_connections(struct lamb_span host)
{
    load.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    load.conns = calloc(load.in_flight, sizeof(*load.conns));
    if (load.epoll_fd < 0 || !load.conns)
        err(1, "start");
    for (uint64_t i = 0; i < load.in_flight; i++) {
        struct conn *c = &load.conns[i];
        struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
        int fd;
        int r = floor_connect(host, &fd);

        if (r)
            fail(r, "cannot connect (it has to be an address and a port)");
        floor_io_init(&c->io, fd);
        if (fcntl(fd, F_SETFL, O_NONBLOCK) ||
            epoll_ctl(load.epoll_fd, EPOLL_CTL_ADD, fd, &ev))
            err(1, "epoll_ctl");
    }
}

static void
print_result(int64_t wall_ns, int64_t cpu_ns)
{
    qsort(load.took_ns, load.took_count, sizeof(*load.took_ns), compare_ns);
    (void)printf("{\"in_flight\": %" PRIu64 ", \"body_bytes\": %" PRIu64
                 ", \"warm_up\": %" PRIu64 ", \"invocations\": %zu"
                 ", \"seconds\": %.6f, \"p50_us\": %.1f, \"p99_us\": %.1f"
                 ", \"max_us\": %.1f, \"cpu_seconds\": %.6f}\n",
                 load.in_flight, load.body_len, load.warm_up, load.took_count,
                 (double)wall_ns / 1e9, percentile_us(50), percentile_us(99),
                 percentile_us(100), (double)cpu_ns / 1e9);
}

static bool
take_option(int opt, const char *value)
{
    struct lamb_span text = lamb_span_str(value);
    uint64_t requests_max = UINT32_MAX;

    switch (opt) {
    case 'k':
        return !lamb_parse_u64(text, 1, IN_FLIGHT_MAX, &load.in_flight);
    case 's':
        return !lamb_parse_duration(text, LAMB_NS_PER_MS, 3600 * LAMB_NS_PER_S,
                                    &load.duration_ns);
    case 'n':
        return !lamb_parse_u64(text, 1, requests_max, &load.requests);
    case 'w':
        return !lamb_parse_u64(text, 0, requests_max, &load.warm_up);
    case 'b':
        return !lamb_parse_u64(text, 2, FLOOR_MESSAGE_MAX / 2, &load.body_len);
    default:
        return false;
    }
}

int
main(int argc, char **argv)
{
    struct lamb_span host;
    struct lamb_span path;
    int64_t started_ns;
    int64_t cpu_ns;
    int opt;

    while ((opt = getopt(argc, argv, "k:s:n:w:b:")) != -1)
        if (!take_option(opt, optarg))
            errx(2, "usage: floor_load [-k K] [-s TIME (1.5s) | -n REQUESTS] "
                    "[-w WARM_UP] [-b BYTES] URL");
    if (argc - optind != 1)
        errx(2, "name one URL, such as 127.0.0.1:9000/path");
    load.url = argv[optind];
    split_url(&host, &path);
    build_request(host, path);
    open_connections(host);

    if (load.warm_up)
        run_phase(load.warm_up, INT64_MAX);
    started_ns = lamb_mono_ns();
    cpu_ns = own_cpu_ns();
    if (load.requests)
        run_phase(load.requests, INT64_MAX);
    else
        run_phase(UINT64_MAX, load.duration_ns);
    print_result(lamb_mono_ns() - started_ns, own_cpu_ns() - cpu_ns);
    return 0;
}
