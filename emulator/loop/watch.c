/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/loop.h"

#include <errno.h>
#include <stdlib.h>

#include "emulator/loop/loop_private.h"
#include "sdk/base/auto.h"

_Static_assert((int)LOOP_READABLE == (int)UV_READABLE, "events go through unchanged");
_Static_assert((int)LOOP_WRITABLE == (int)UV_WRITABLE, "events go through unchanged");
_Static_assert((int)LOOP_HANGUP == (int)UV_DISCONNECT, "events go through unchanged");

struct loop_fd {
    uv_poll_t poll;
    struct loop *loop;
    const char *name;
    loop_fd_fn fn;
    void *data;
    int fd;
    unsigned events; /* asked for; 0: none for now */
};

struct loop_signal {
    uv_signal_t signal;
    struct loop *loop;
    loop_signal_fn fn;
    void *data;
};

static void
on_poll(uv_poll_t *poll, int status, int uv_events)
{
    struct loop_fd *watch = poll->data; /* lives until the end of the turn */
    unsigned events = (unsigned)uv_events;

    if (status < 0) {
        /*
         * EPOLLERR, at which libuv stops the handle although there may be more to
         * read. Go on, and let the owner's next read or write tell what is wrong.
         */
        events = watch->events | LOOP_HANGUP;
        (void)uv_poll_start(poll, (int)watch->events, on_poll);
    }
    (void)watchdog_begin(&watch->loop->dog);
    watch->fn(watch->data, watch->fd, events);
    watchdog_end(&watch->loop->dog, watch->name);
}

int
loop_rewatch(struct loop_fd *watch, unsigned events)
{
    int r;

    if (events == watch->events) /* saves two epoll_ctl */
        return 0;
    r = uv_poll_start(&watch->poll, (int)events, on_poll);
    if (r == 0)
        watch->events = events;
    return r;
}

int
loop_watch(struct loop *loop, int fd, unsigned events, const char *name, loop_fd_fn fn,
           void *data, struct loop_fd **ret, struct lamb_err *err)
{
    LAMB_AUTOFREE struct loop_fd *watch = calloc(1, sizeof(*watch));
    int r;

    if (!watch)
        return lamb_raise(err, -ENOMEM, "watch descriptor %d (%s)", fd, name);
    r = uv_poll_init(&loop->uv, &watch->poll, fd);
    if (r == -EEXIST)
        return lamb_refuse(err, r,
                           "watch descriptor %d (%s): it is watched already; "
                           "loop_unwatch must come before close",
                           fd, name);
    if (r < 0)
        return lamb_raise(err, r, "watch descriptor %d (%s)", fd, name);

    watch->poll.data = watch;
    watch->loop = loop;
    watch->name = name;
    watch->fn = fn;
    watch->data = data;
    watch->fd = fd;
    (void)loop_rewatch(watch, events); /* can only fail when the fd is watched twice */
    loop->watch_count++;
    *ret = lamb_take_ptr(&watch);
    return 0;
}

void
loop_unwatch(struct loop_fd **watch)
{
    struct loop_fd *taken = lamb_take_ptr(watch);

    if (!taken)
        return;
    taken->loop->watch_count--;
    loop_close((uv_handle_t *)&taken->poll);
}

static void
on_signal(uv_signal_t *handle, int signum)
{
    struct loop_signal *sig = handle->data;

    (void)watchdog_begin(&sig->loop->dog);
    sig->fn(sig->data, signum);
    watchdog_end(&sig->loop->dog, "signal");
}

int
loop_signal_new(struct loop *loop, int signum, loop_signal_fn fn, void *data,
                struct loop_signal **ret, struct lamb_err *err)
{
    LAMB_AUTOFREE struct loop_signal *sig = calloc(1, sizeof(*sig));
    int r;

    if (!sig)
        return lamb_raise(err, -ENOMEM, "catch signal %d", signum);
    r = uv_signal_init(&loop->uv, &sig->signal);
    if (r < 0)
        return lamb_raise(err, r, "catch signal %d", signum);
    sig->signal.data = sig;
    sig->loop = loop;
    sig->fn = fn;
    sig->data = data;
    r = uv_signal_start(&sig->signal, on_signal, signum);
    if (r < 0) {
        loop_close((uv_handle_t *)&lamb_take_ptr(&sig)->signal);
        return lamb_raise(err, r, "catch signal %d", signum);
    }
    loop->signal_count++;
    *ret = lamb_take_ptr(&sig);
    return 0;
}

void
loop_signal_free(struct loop_signal **sig)
{
    struct loop_signal *taken = lamb_take_ptr(sig);

    if (!taken)
        return;
    taken->loop->signal_count--;
    loop_close((uv_handle_t *)&taken->signal);
}
