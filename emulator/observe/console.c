/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/console.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/observe/log_line.h"
#include "sdk/base/clock.h"

/* A pipe that polls writable takes this much without blocking (pipe(7), PIPE_BUF). */
enum { SAFE_WRITE = 4096, RETRY_MS = 20 };

struct console {
    struct loop *loop;
    struct observer observer;
    struct loop_task flush;
    struct timer retry; /* a full pipe is asked again: it cannot be watched by epoll
                           when it is a file, and must not be made non-blocking */
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

static void
note_dropped(struct console *console)
{
    const struct event event = { .type = EVENT_LOGS_DROPPED,
                                 .dropped_records = console->dropped_lines,
                                 .dropped_bytes = console->dropped_bytes };

    if (!console->dropped_lines)
        return;
    if (log_line_format(&event, &console->backlog) == 0)
        console->dropped_lines = console->dropped_bytes = 0;
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
    timer_start(&console->retry, lamb_mono_ns() + RETRY_MS * INT64_C(1000000));
}

static void
on_event(void *data, const struct event *event)
{
    struct console *console = data;
    LAMB_AUTOBUF struct lamb_buf line = LAMB_BUF_INIT(LINE_MAX_BYTES + 1024);

    if (log_line_format(event, &line) || line.len == 0)
        return;
    if (line.len > CONSOLE_BACKLOG - console->backlog.len + console->sent ||
        lamb_buf_span(&console->backlog, lamb_buf_view(&line))) {
        console->dropped_lines++;
        console->dropped_bytes += line.len;
    }
    loop_defer(console->loop, &console->flush);
}

int
console_new(struct loop *loop, struct observe *observe, int fd, struct console **ret,
            struct lamb_err *err)
{
    struct console *console = calloc(1, sizeof(*console));

    if (!console)
        return lamb_raise(err, -ENOMEM, "console");
    console->loop = loop;
    console->fd = fd;
    console->backlog = LAMB_BUF_INIT(2 * CONSOLE_BACKLOG);
    loop_task_init(&console->flush, "console", on_flush, console);
    timer_init(&console->retry, loop_timers(loop), "console retry", on_flush, console);
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
    loop_task_cancel(&console->flush);
    timer_stop(&console->retry);
    lamb_buf_fini(&console->backlog);
    free(console);
}
