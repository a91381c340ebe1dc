/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/play.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include <cmocka.h>

#include "sdk/base/auto.h"
#include "sdk/base/err.h"
#include "sdk/base/num.h"

enum { PATIENCE_MS = 20000, REQUEST_MAX = 16 * 1024 * 1024 };

static bool
wait_readable(int fd)
{
    struct pollfd watch = { .fd = fd, .events = POLLIN };

    return poll(&watch, 1, PATIENCE_MS) == 1;
}

static bool
receive(struct play *play)
{
    ssize_t n;

    if (!wait_readable(play->peer) || lamb_buf_reserve(&play->in, 64 * 1024))
        return false;
    n = recv(play->peer, play->in.ptr + play->in.len, 64 * 1024, 0);
    if (n <= 0)
        return false;
    play->in.len += (size_t)n;
    play->in.ptr[play->in.len] = '\0';
    return true;
}

/* Wait until MARK was received at or behind FROM; its end, or 0. */
static size_t
find(struct play *play, size_t from, const char *mark)
{
    for (;;) {
        const char *found = NULL;

        if (play->in.len > from)
            found =
                memmem(play->in.ptr + from, play->in.len - from, mark, strlen(mark));
        if (found)
            return (size_t)(found - play->in.ptr) + strlen(mark);
        if (!receive(play))
            return 0;
    }
}

/* The end of a chunked body that starts at AT: a zero chunk, trailers, empty line. */
static size_t
find_chunked_end(struct play *play, size_t at)
{
    for (;;) {
        size_t line_end = find(play, at, "\r\n");
        uint64_t size = 0;

        if (!line_end)
            return 0;
        for (size_t i = at; i < line_end - 2; i++) {
            const char *digits = "0123456789abcdef";
            const char *digit = strchr(digits, play->in.ptr[i]);

            if (!digit)
                return 0;
            size = size * 16 + (uint64_t)(digit - digits);
        }
        if (size == 0) /* from this line's end, so that no trailers are found too */
            return find(play, line_end - 2, "\r\n\r\n");
        at = line_end + size + 2;
        while (play->in.len < at)
            if (!receive(play))
                return 0;
    }
}

static size_t
find_request_end(struct play *play, bool head_only)
{
    static const char length_name[] = "\r\nContent-Length: ";
    size_t end = find(play, 0, "\r\n\r\n");
    struct lamb_span digits;
    struct lamb_span rest;
    const char *found;
    uint64_t length = 0;

    if (!end || head_only)
        return end;
    if (memmem(play->in.ptr, end, "Transfer-Encoding: chunked", 26))
        return find_chunked_end(play, end);
    found = memmem(play->in.ptr, end, length_name, sizeof(length_name) - 1);
    if (!found)
        return end;
    found += sizeof(length_name) - 1;
    (void)lamb_span_cut(lamb_span_str(found), '\r', &digits, &rest);
    if (lamb_parse_u64(digits, 0, REQUEST_MAX, &length))
        return 0;
    while (play->in.len < end + length)
        if (!receive(play))
            return 0;
    return end + length;
}

static bool
expect(struct play *play, const struct play_step *step)
{
    size_t end = find_request_end(play, step->verb == PLAY_EXPECT_HEAD);
    bool is_alone = play->in.len == end;
    bool is_there;

    if (!end)
        return false;
    is_there = memmem(play->in.ptr, end, step->text, strlen(step->text));
    lamb_buf_append(&play->requests, play->in.ptr, end);
    lamb_buf_consume(&play->in, end);
    return is_there && (step->verb != PLAY_EXPECT_ONLY || is_alone);
}

static bool
send_all(const struct play *play, const char *text, size_t len, size_t step)
{
    const struct timespec moment = { .tv_nsec = 200 * 1000 };

    for (size_t at = 0; at < len; at += step) {
        size_t n = len - at < step ? len - at : step;

        if (send(play->peer, text + at, n, MSG_NOSIGNAL) != (ssize_t)n)
            return false;
        if (step == 1)
            (void)nanosleep(&moment, NULL);
    }
    return true;
}

static bool
hang_up(struct play *play, bool by_reset)
{
    const struct linger at_once = { .l_onoff = 1 };

    if (by_reset)
        (void)setsockopt(play->peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    lamb_close(&play->peer);
    lamb_buf_clear(&play->in);
    return true;
}

/* The test says which process it is only after it has started it. */
static bool
send_signal(const struct play *play)
{
    const struct timespec moment = { .tv_nsec = 1000 * 1000 };

    for (int i = 0; i < PATIENCE_MS && !play->target; i++)
        (void)nanosleep(&moment, NULL);
    return play->target && kill(play->target, SIGTERM) == 0;
}

static bool
carry_out(struct play *play, const struct play_step *step)
{
    switch (step->verb) {
    case PLAY_ACCEPT:
        (void)hang_up(play, false);
        if (wait_readable(play->listener))
            play->peer = accept4(play->listener, NULL, NULL, SOCK_CLOEXEC);
        return play->peer >= 0;
    case PLAY_EXPECT:
    case PLAY_EXPECT_ONLY:
    case PLAY_EXPECT_HEAD:
        return expect(play, step);
    case PLAY_EXPECT_END:
        return wait_readable(play->peer) && play->in.len == 0 && !receive(play);
    case PLAY_SEND:
        return send_all(play, step->text, strlen(step->text), SIZE_MAX / 2);
    case PLAY_SEND_SLOWLY:
        return send_all(play, step->text, strlen(step->text), 1);
    case PLAY_CLOSE:
    case PLAY_RESET:
        return hang_up(play, step->verb == PLAY_RESET);
    case PLAY_KEEP:
        play->kept = lamb_take_fd(&play->peer);
        return hang_up(play, false);
    case PLAY_SIGNAL:
        return send_signal(play);
    }
    return false;
}

/* Say which step was not followed; long texts are cut. */
static void
note_failure(struct play *play, size_t index)
{
    static const char *const names[] = {
        [PLAY_ACCEPT] = "accept",
        [PLAY_EXPECT] = "expect",
        [PLAY_EXPECT_ONLY] = "expect only",
        [PLAY_EXPECT_HEAD] = "expect head",
        [PLAY_EXPECT_END] = "expect the end",
        [PLAY_SEND] = "send",
        [PLAY_SEND_SLOWLY] = "send slowly",
        [PLAY_CLOSE] = "close",
        [PLAY_RESET] = "reset",
        [PLAY_KEEP] = "keep",
        [PLAY_SIGNAL] = "signal",
    };
    const struct play_step *step = &play->steps[index];
    size_t tail = play->requests.len > 200 ? play->requests.len - 200 : 0;
    int r = lamb_format(play->failure, sizeof(play->failure),
                        "step %zu (%s '%.100s') failed; the last thing read: '%s'",
                        index, names[step->verb], step->text,
                        lamb_buf_cstr(&play->requests) + tail);

    lamb_assert(r == 0);
}

static void *
perform(void *arg)
{
    struct play *play = arg;

    for (size_t i = 0; i < play->count; i++)
        if (!carry_out(play, &play->steps[i])) {
            note_failure(play, i);
            break;
        }
    lamb_close(&play->listener); /* who comes later is refused, not left waiting */
    (void)hang_up(play, false);
    lamb_close(&play->kept);
    return NULL;
}

void
play_start(struct play *play, const struct play_step *steps, size_t count)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);

    *play = (struct play){
        .steps = steps,
        .count = count,
        .listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
        .peer = -EBADF,
        .kept = -EBADF,
        .in = LAMB_BUF_INIT(REQUEST_MAX),
        .requests = LAMB_BUF_INIT(2 * REQUEST_MAX),
    };
    assert_true(play->listener >= 0);
    assert_int_equal(bind(play->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(play->listener, 8), 0);
    assert_int_equal(getsockname(play->listener, (struct sockaddr *)&address, &len), 0);
    assert_int_equal(lamb_format(play->endpoint, sizeof(play->endpoint), "127.0.0.1:%d",
                                 ntohs(address.sin_port)),
                     0);
    play->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&play->thread, NULL, perform, play), 0);
}

void
play_finish(struct play *play)
{
    assert_int_equal(pthread_join(play->thread, NULL), 0);
    lamb_buf_fini(&play->in);
    if (*play->failure)
        fail_msg("%s", play->failure);
}

void
play_abandon(struct play *play)
{
    LAMB_AUTOFD int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons((uint16_t)play->port) };

    /* Whom it waits for does not come: we do, say nothing, and leave. */
    (void)!connect(fd, (struct sockaddr *)&address, sizeof(address));
    lamb_close(&fd);
    assert_int_equal(pthread_join(play->thread, NULL), 0);
    lamb_buf_fini(&play->in);
}

void
play_fini(struct play *play)
{
    lamb_buf_fini(&play->requests);
}
