/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/console.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/observe/log_line.h"
#include "emulator/observe/spool.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

/* A pipe that polls writable takes this much without blocking (pipe(7), PIPE_BUF). */
enum {
    SAFE_WRITE = 4096,
    TURN_WRITE = 1024 * 1024, /* what one turn of the loop writes at most */
    CONSOLE_LINE_MAX = LINE_MAX_BYTES + 4096,
    GATHER_MS = 2,
    RETRY_MS = 20,
};

struct console {
    struct observe *observe;
    const struct platform_clock *clock;
    struct observer observer;
    /* Lines gather for a moment; a full pipe is asked again later: it cannot be watched
       by epoll when it is a file, and must not be made non-blocking. */
    struct timer flush;
    struct spool backlog;
    struct lamb_buf line;
    bool is_read; /* the last turn could write something */
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

/*
 * How much of BYTES one write takes: lines as a whole where they fit, because the
 * emulator's own messages go to the same descriptor.
 */
static size_t
whole_lines(struct lamb_span bytes)
{
    const char *line_end;

    if (bytes.len <= SAFE_WRITE)
        return bytes.len;
    line_end = memrchr(bytes.ptr, '\n', SAFE_WRITE);
    return line_end ? (size_t)(line_end + 1 - bytes.ptr) : SAFE_WRITE;
}

/* Write what goes without waiting, and not too much. True when nothing is left. */
static bool
flush_some(struct console *console)
{
    size_t written = 0;
    struct lamb_span next;

    console->is_read = false;
    while ((next = spool_peek(&console->backlog)).len) {
        ssize_t n;

        if (written >= TURN_WRITE || !is_writable(console->fd))
            return false;
        n = write(console->fd, next.ptr, whole_lines(next));
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        if (n < 0)
            n = (ssize_t)next.len; /* nobody can read it any more: forget it */
        spool_consume(&console->backlog, (size_t)n);
        written += (size_t)n;
        console->is_read = true;
    }
    return true;
}

static void
on_flush(void *data)
{
    struct console *console = data;

    if (flush_some(console)) {
        note_dropped(console);
        if (flush_some(console))
            return;
    }
    /* A reader that reads is asked again soon, one that does not only now and then. */
    timer_start(&console->flush,
                lamb_mono_ns() +
                    (console->is_read ? GATHER_MS / 2 : RETRY_MS) * LAMB_NS_PER_MS);
}

static void
on_event(void *data, const struct event *event)
{
    struct console *console = data;

    lamb_buf_clear(&console->line);
    if (log_line_format(event, &console->line)) {
        lamb_buf_fini(&console->line); /* out of memory */
        console->line = LAMB_BUF_INIT(CONSOLE_LINE_MAX);
        console->dropped_lines++;
        return;
    }
    if (console->line.len &&
        spool_push(&console->backlog, lamb_buf_view(&console->line))) {
        console->dropped_lines++;
        console->dropped_bytes += console->line.len;
    }
    if (!console->flush.index && spool_len(&console->backlog))
        timer_start(&console->flush, lamb_mono_ns() + GATHER_MS * LAMB_NS_PER_MS);
}

int
console_new(struct loop *loop, struct observe *observe,
            const struct platform_clock *clock, const char *spool_dir, int fd,
            struct console **ret, struct lamb_err *err)
{
    struct console *console = calloc(1, sizeof(*console));

    if (!console)
        return lamb_raise(err, -ENOMEM, "console");
    console->observe = observe;
    console->clock = clock;
    console->fd = fd;
    spool_init(&console->backlog, spool_dir, SPOOL_DISK);
    console->line = LAMB_BUF_INIT(CONSOLE_LINE_MAX);
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
    spool_fini(&console->backlog);
    lamb_buf_fini(&console->line);
    free(console);
}
