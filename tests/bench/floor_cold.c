/* SPDX-License-Identifier: Apache-2.0 */

/*
 * floor_cold - how long a runtime needs to its first question.
 *
 *     floor_cold [-n COUNT] COMMAND [ARGUMENT...]
 *
 * COUNT times (10), one after the other: from just before the process is made to the
 * whole GET /2018-06-01/runtime/invocation/next at the Runtime API. The runtime is then
 * killed; no event is handed out. Prints one JSON object with all samples.
 */

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sdk/base/clock.h"
#include "sdk/base/num.h"
#include "tests/bench/floor_host.h"
#include "tests/bench/floor_http.h"

enum { PATIENCE_MS = 10 * 1000, SAMPLES_MAX = 10000 };

#define NEXT "GET /2018-06-01/runtime/invocation/next "

static void
wait_readable(int fd, const char *command)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    if (poll(&p, 1, PATIENCE_MS) <= 0)
        errx(1, "%s has not asked for an event within %d s", command,
             PATIENCE_MS / 1000);
}

/* Open IO with the runtime's first request, which must be the one for an event. */
static void
expect_question(int door_fd, const char *command, struct floor_io *io)
{
    struct floor_message msg = { 0 };
    int fd;
    int r;

    wait_readable(door_fd, command);
    fd = accept4(door_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        err(1, "accept");
    floor_io_init(io, fd);
    do {
        wait_readable(fd, command);
        r = floor_receive(io, msg.known_len);
        if (r > 0)
            r = floor_parse(lamb_buf_view(&io->in), &msg);
    } while (r == 0);
    if (r < 0)
        errx(1, "%s: %s", command, strerror(-r));
    if (!lamb_span_starts(lamb_buf_view(&io->in), NEXT))
        errx(1, "%s began with another request: %.*s", command, (int)io->in.len,
             io->in.ptr);
}

static int64_t
measure(int door_fd, uint16_t port, char *const command[])
{
    struct floor_io io = FLOOR_IO_CLOSED;
    int64_t started_ns = lamb_mono_ns();
    int64_t took_ns;
    pid_t pid;
    int r = floor_spawn(command, port, &pid);

    if (r)
        errx(1, "cannot start %s: %s", command[0], strerror(-r));
    expect_question(door_fd, command[0], &io);
    took_ns = lamb_mono_ns() - started_ns;
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    floor_io_fini(&io); /* only now: the runtime never sees it closed */
    return took_ns;
}

int
main(int argc, char **argv)
{
    uint64_t count = 10;
    uint16_t port;
    int door_fd;
    int opt;
    int r;

    while ((opt = getopt(argc, argv, "+n:")) != -1)
        if (opt != 'n' || lamb_parse_u64(lamb_span_str(optarg), 1, SAMPLES_MAX, &count))
            errx(2, "usage: floor_cold [-n COUNT] COMMAND [ARGUMENT...]");
    if (optind == argc)
        errx(2, "name the command that is the runtime");
    r = floor_listen(&door_fd, &port);
    if (r)
        errx(1, "cannot listen on 127.0.0.1: %s", strerror(-r));
    (void)printf("{\"samples_us\": [");
    for (uint64_t i = 0; i < count; i++)
        (void)printf("%s%.1f", i ? ", " : "",
                     (double)measure(door_fd, port, argv + optind) / 1000.0);
    (void)printf("]}\n");
    return 0;
}
