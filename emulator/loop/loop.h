/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_LOOP_LOOP_H
#define LAMB_EMULATOR_LOOP_LOOP_H

/*
 * loop - the one thread that owns the domain: waiting, timers, deferred work.
 *
 * One turn, in order: hooks (before) · wait · descriptors, signals, mailboxes, finished
 * work · timers · hooks (after) · deferred tasks · graveyard.
 *
 * Owns:    the libuv loop and every handle in it.
 * Never:   speaks a protocol or knows a room above it. Nothing here blocks; a callback
 *          that takes over 10 ms is named in a warning and counted.
 * Threads: loop thread only, but for loop_mailbox_signal.
 */

#include "emulator/loop/timer.h"
#include "sdk/base/err.h"
#include "sdk/base/list.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;

int loop_new(struct loop **ret, struct lamb_err *err);
/* Everything watched, hooked or working must be gone; asserts that it is. */
void loop_free(struct loop *loop);
/* Run until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* The clock of function time limits: monotonic, driven by a timerfd, ns. */
struct timers *loop_timers(struct loop *loop);

/* -- descriptors ---------------------------------------------------------------- */

enum { LOOP_READABLE = 1, LOOP_WRITABLE = 2, LOOP_HANGUP = 4 };
typedef void (*loop_fd_fn)(void *data, int fd, unsigned events);

struct loop_fd;
/* Watch FD (borrowed: the caller closes it, after loop_unwatch). NAME: static text. */
int loop_watch(struct loop *loop, int fd, unsigned events, const char *name,
               loop_fd_fn fn, void *data, struct loop_fd **ret, struct lamb_err *err);
int loop_rewatch(struct loop_fd *watch, unsigned events); /* 0: none for now */
void loop_unwatch(struct loop_fd **watch);                /* sets NULL; NULL is fine */

/* -- signals -------------------------------------------------------------------- */

typedef void (*loop_signal_fn)(void *data, int signum);
struct loop_signal;
int loop_signal_new(struct loop *loop, int signum, loop_signal_fn fn, void *data,
                    struct loop_signal **ret, struct lamb_err *err);
void loop_signal_free(struct loop_signal **sig);

/* -- work off the loop ------------------------------------------------------------ */

/*
 * RUN happens on a pool thread, DONE afterwards on the loop. The caller owns the
 * structure, embeds it, and keeps it alive until DONE. Cannot be cancelled.
 */
struct loop_work {
    const char *name;
    void (*run)(struct loop_work *work);
    void (*done)(struct loop_work *work);
    void *priv; /* the loop's own */
};
int loop_work(struct loop *loop, struct loop_work *work, struct lamb_err *err);

/* Wake the loop from another thread: FN runs once for any number of signals. */
struct loop_mailbox;
int loop_mailbox_new(struct loop *loop, const char *name, void (*fn)(void *data),
                     void *data, struct loop_mailbox **ret, struct lamb_err *err);
void loop_mailbox_signal(struct loop_mailbox *box); /* any thread */
void loop_mailbox_free(struct loop_mailbox **box);

/* -- the turn ---------------------------------------------------------------------- */

/*
 * FN is called before and after each wait; it returns true when it has more to do at
 * once (then the wait does not sleep). Embedded by the caller.
 */
struct loop_hook {
    struct lamb_list node;
    const char *name;
    bool (*fn)(void *data);
    void *data;
};
void loop_hook_add(struct loop *loop, struct loop_hook *hook);
void loop_hook_remove(struct loop *loop, struct loop_hook *hook);

/* Run once at the end of this turn; embedded; adding a task that is queued is fine. */
struct loop_task {
    struct lamb_list node; /* lamb_list_init before the first use */
    const char *name;
    void (*fn)(void *data);
    void *data;
};
void loop_task_init(struct loop_task *task, const char *name, void (*fn)(void *data),
                    void *data);
void loop_defer(struct loop *loop, struct loop_task *task);
void loop_task_cancel(struct loop_task *task);

/* Free PTR with FREE_FN at the end of this turn: later events of it see live memory. */
void loop_bury(struct loop *loop, void *ptr, void (*free_fn)(void *ptr));

/* -- watchdog -----------------------------------------------------------------------
 */

struct loop_stats {
    uint64_t turns;
    uint64_t callbacks;
    uint64_t slow_callbacks; /* over LOOP_SLOW_NS */
    int64_t slowest_ns;
    const char *slowest_name; /* static text; NULL before the first slow one */
};
#define LOOP_SLOW_NS (10 * INT64_C(1000000))
const struct loop_stats *loop_stats(const struct loop *loop);

#endif
