/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "sdk/base/auto.h"

/* What one read takes; a pipe holds 64 KiB unless somebody makes it larger. */
enum { OUTPUT_BLOCK = 65536 };

void
output_close(struct output *output)
{
    if (output->fd < 0)
        return;
    loop_unwatch(&output->watch);
    lamb_close(&output->fd);
    lamb_list_remove(&output->node);
    loop_bury(output->loop, output, free);
}

/* Read once, at most MOST bytes; returns how many, 0 at the end, -errno. */
static ssize_t
read_once(struct output *output, size_t most)
{
    char block[OUTPUT_BLOCK];
    ssize_t n = read(output->fd, block, most < sizeof(block) ? most : sizeof(block));

    if (n < 0)
        return -errno;
    if (n > 0)
        output->fn(output->data, output->proc, output->stream,
                   lamb_span_of(block, (size_t)n));
    return n;
}

static void
on_readable(void *data, int fd, unsigned events)
{
    struct output *output = data;

    (void)fd;
    (void)events;
    if (output->fd >= 0 && read_once(output, OUTPUT_BLOCK) == 0)
        output_close(output);
}

void
output_drain(struct output *output)
{
    int left = 0;

    if (output->fd < 0 || ioctl(output->fd, FIONREAD, &left) < 0)
        return;
    while (left > 0 && output->fd >= 0) { /* who listens may close it */
        ssize_t n = read_once(output, (size_t)left);

        if (n <= 0)
            return;
        left -= (int)n;
    }
}

int
output_open(struct loop *loop, const struct output *model, struct lamb_list *list,
            int *ret_end, struct lamb_err *err)
{
    LAMB_AUTOFREE struct output *output = calloc(1, sizeof(*output));
    LAMB_AUTOFD int in = -EBADF;
    LAMB_AUTOFD int out = -EBADF;
    int ends[2], r;

    if (!output)
        return lamb_raise(err, -ENOMEM, "make an output pipe");
    if (pipe2(ends, O_CLOEXEC) < 0)
        return lamb_raise(err, -errno, "make an output pipe");
    in = ends[0];
    out = ends[1];
    /* Only our end: a function that writes must wait, not fail. */
    if (fcntl(in, F_SETFL, O_NONBLOCK) < 0)
        return lamb_raise(err, -errno, "make an output pipe");
    *output = *model;
    output->loop = loop;
    r = loop_watch(loop, in, LOOP_READABLE, "sandbox output", on_readable, output,
                   &output->watch, err);
    if (r < 0)
        return r;
    output->fd = lamb_take_fd(&in);
    lamb_list_push_back(list, &output->node);
    output = NULL;
    *ret_end = lamb_take_fd(&out);
    return 0;
}
