/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_INVOKE_ASYNC_H
#define LAMB_EMULATOR_INVOKE_ASYNC_H

/*
 * async - events that were accepted for later: committed first, run when their function
 * has a place, deleted when it has answered.
 *
 * One queue for each function. SQLite owns what is queued; memory holds a window of
 * each queue. An event runs at least once: what was running when the emulator died, or
 * could not be placed, runs (again) later. A queue whose function is throttled, or
 * cannot be started, waits until one of its own events ends; when none runs, 1 s of
 * platform time, then twice as long each time, at most 5 min.
 *
 * Owns:    the queues.
 * Never:   judges an event: what gets here has been checked.
 * Threads: loop thread only.
 */

#include "emulator/invoke/async_store.h"
#include "emulator/invoke/invoke.h"

struct async;
struct async_config {
    struct loop *loop;
    struct store *store;
    struct platform_clock *clock;
    struct invoke *invoke;
};
/* Finds what is stored; nothing runs before async_start. */
int async_new(const struct async_config *config, struct async **ret,
              struct lamb_err *err);
void async_start(struct async *async);
/* Nothing more begins. */
void async_stop(struct async *async);
/* No event of it runs, the store is closed. */
void async_free(struct async *async);

/*
 * Accept an event: DONE after the commit (ERR NULL), never from inside this call. Takes
 * EVENT. -ENOMEM: it was not taken.
 */
int async_accept(struct async *async, struct async_event *event, async_done_fn done,
                 void *data, struct lamb_err *err);

/* Could an event run now that does not? Counts what runs as well. */
bool async_is_quiet(const struct async *async);
size_t async_queued(const struct async *async); /* events that are stored */

#endif
