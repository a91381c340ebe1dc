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
/*
 * Everything watched, hooked, deferred or working must be gone; asserts that it is.
 * What was buried is freed, timers that still run are stopped. NULL is fine.
 */
void loop_free(struct loop *loop);
/* Run until loop_stop: the turn in which that is called is finished. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/*
 * The clock of function time limits: CLOCK_MONOTONIC (lamb_mono_ns), driven by a
 * timerfd, ns. Never early. Starting and stopping costs no system call as long as an
 * earlier due time is armed already.
 */
struct timers *loop_timers(struct loop *loop);

/* -- descriptors ---------------------------------------------------------------- */

/*
 * Level-triggered. LOOP_HANGUP is the peer's shutdown (EPOLLRDHUP). An error on the
 * descriptor is reported as all events asked for and LOOP_HANGUP, asked for or not:
 * the next read or write tells the reason.
 */
enum { LOOP_READABLE = 1, LOOP_WRITABLE = 2, LOOP_HANGUP = 4 };
typedef void (*loop_fd_fn)(void *data, int fd, unsigned events);

struct loop_fd;
/*
 * Watch FD (borrowed: the caller closes it, after loop_unwatch). NAME: static text.
 * FD becomes non-blocking. One watch per descriptor: a second one is refused with
 * -EEXIST. A regular file cannot be watched (-EPERM).
 */
int loop_watch(struct loop *loop, int fd, unsigned events, const char *name,
               loop_fd_fn fn, void *data, struct loop_fd **ret, struct lamb_err *err);
/* Two epoll_ctl when EVENTS differ from before. 0: none for now. Cannot fail. */
int loop_rewatch(struct loop_fd *watch, unsigned events);
/* FN is not called again, not even for events of this turn. Sets NULL; NULL is fine. */
void loop_unwatch(struct loop_fd **watch);

/* -- signals -------------------------------------------------------------------- */

typedef void (*loop_signal_fn)(void *data, int signum);
struct loop_signal;
/* The watchdog calls these "signal". */
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
    void *priv; /* the loop's own; NULL when it is not under way */
};
int loop_work(struct loop *loop, struct loop_work *work, struct lamb_err *err);

/* Wake the loop from another thread: FN runs once for any number of signals. */
struct loop_mailbox;
int loop_mailbox_new(struct loop *loop, const char *name, void (*fn)(void *data),
                     void *data, struct loop_mailbox **ret, struct lamb_err *err);
void loop_mailbox_signal(struct loop_mailbox *box); /* any thread; signal-safe */
void loop_mailbox_free(struct loop_mailbox **box);  /* no thread may signal any more */

/* -- the turn ---------------------------------------------------------------------- */

/*
 * FN is called once before and once after each wait; it returns true when it has more
 * to do at once (then the wait does not sleep; descriptors and timers still have their
 * turn). Embedded by the caller, in the order added. A hook may remove any hook.
 */
struct loop_hook {
    struct lamb_list node;
    const char *name;
    bool (*fn)(void *data);
    void *data;
};
void loop_hook_add(struct loop *loop, struct loop_hook *hook);
void loop_hook_remove(struct loop *loop, struct loop_hook *hook);
/*
 * The coming wait does not sleep. Needed only when one hook makes work for another
 * that may have been called already before this wait; cheap and harmless elsewhere.
 */
void loop_stay_awake(struct loop *loop);

/*
 * Run once at the end of this turn; embedded; adding a task that is queued is fine.
 * Tasks run in the order added. What is added while they run waits for the next turn,
 * which then does not sleep.
 */
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

/* Count slow callbacks and warn of none: where one client waits, it holds nobody up. */
void loop_never_warn(struct loop *loop);

#endif
