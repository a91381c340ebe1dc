/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/console.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/observe/log_line.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

/* A pipe that polls writable takes this much without blocking (pipe(7), PIPE_BUF). */
enum { SAFE_WRITE = 4096, GATHER_MS = 2, RETRY_MS = 20 };

struct console {
    struct observe *observe;
    const struct platform_clock *clock;
    struct observer observer;
    /* Lines gather for a moment; a full pipe is asked again later: it cannot be watched
       by epoll when it is a file, and must not be made non-blocking. */
    struct timer flush;
    struct lamb_buf backlog;
    size_t sent; /* bytes of the backlog that are written */
    uint64_t dropped_lines;
    uint64_t dropped_bytes;
    int fd;
};

static bool
is_writable(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLOUT };

    return poll(&p, 1, 0) == 1;
}

/* Tell everybody, ourselves included: our line of it goes to the backlog. */
static void
note_dropped(struct console *console)
{
    const struct event event = {
        .type = EVENT_LOGS_DROPPED,
        .at_ns = platform_clock_now_ns(console->clock),
        .dropped_records = console->dropped_lines,
        .dropped_bytes = console->dropped_bytes,
    };

    if (!console->dropped_lines)
        return;
    console->dropped_lines = console->dropped_bytes = 0;
    observe_emit(console->observe, &event);
}

/* Write what goes without waiting. True when nothing is left. */
static bool
flush_some(struct console *console)
{
    while (console->sent < console->backlog.len) {
        size_t left = console->backlog.len - console->sent;
        ssize_t n;

        if (!is_writable(console->fd))
            return false;
        n = write(console->fd, console->backlog.ptr + console->sent,
                  left < SAFE_WRITE ? left : SAFE_WRITE);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (n < 0)
            n = (ssize_t)left; /* nobody can read it any more: forget it */
        console->sent += (size_t)n;
    }
    lamb_buf_clear(&console->backlog);
    console->sent = 0;
    return true;
}

static void
on_flush(void *data)
{
    struct console *console = data;

    if (flush_some(console)) {
        note_dropped(console);
        if (console->backlog.len == 0 || flush_some(console))
            return;
    }
    lamb_buf_consume(&console->backlog, console->sent);
    console->sent = 0;
    timer_start(&console->flush, lamb_mono_ns() + RETRY_MS * LAMB_NS_PER_MS);
}

static void
on_event(void *data, const struct event *event)
{
    struct console *console = data;
    struct lamb_buf *backlog = &console->backlog;
    size_t before = backlog->len;

    if (log_line_format(event, backlog)) { /* out of memory: the buffer is empty now */
        lamb_buf_clear(backlog);
        console->sent = 0;
        console->dropped_lines++;
        return;
    }
    if (backlog->len - console->sent > CONSOLE_BACKLOG) {
        console->dropped_lines++;
        console->dropped_bytes += backlog->len - before;
        backlog->len = before;
    }
    if (!console->flush.index && backlog->len > console->sent)
        timer_start(&console->flush, lamb_mono_ns() + GATHER_MS * LAMB_NS_PER_MS);
}

int
console_new(struct loop *loop, struct observe *observe,
            const struct platform_clock *clock, int fd, struct console **ret,
            struct lamb_err *err)
{
    struct console *console = calloc(1, sizeof(*console));

    if (!console)
        return lamb_raise(err, -ENOMEM, "console");
    console->observe = observe;
    console->clock = clock;
    console->fd = fd;
    /* What is written and what waits, and a line that will be dropped. */
    console->backlog = LAMB_BUF_INIT(2 * CONSOLE_BACKLOG + 2 * LINE_MAX_BYTES);
    timer_init(&console->flush, loop_timers(loop), "console", on_flush, console);
    console->observer.on_event = on_event;
    console->observer.data = console;
    observe_add(observe, &console->observer);
    *ret = console;
    return 0;
}

void
console_free(struct console *console)
{
    if (!console)
        return;
    observe_remove(&console->observer);
    (void)flush_some(console);
    timer_stop(&console->flush);
    lamb_buf_fini(&console->backlog);
    free(console);
}
