/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_CRASH_H
#define LAMB_RUNTIME_CRASH_H

/*
 * crash - what is still said when a fatal signal ends the process: a report in the log,
 * an error for each invocation that was running (or an init error), then the death by
 * that signal as if nobody had caught it.
 *
 * A watch tells what a client of the Runtime API is doing. From the moment of a crash
 * no other thread begins to send, so that a report never goes over an answer.
 *
 * Owns:    the handlers of the fatal signals, while nobody else sets others.
 * Never:   allocates, locks or buffers after the signal; writes payloads.
 * Threads: any. One crash is told, other threads that crash meanwhile wait.
 */

#include "sdk/base/enum.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define LAMB_WATCH_STATES(X)                                                           \
    X(LAMB_WATCH_IDLE, "no invocation")                                                \
    X(LAMB_WATCH_RUNNING, "the handler runs, nothing was sent")                        \
    X(LAMB_WATCH_STREAMING, "a part of the answer was sent")                           \
    X(LAMB_WATCH_ANSWERED, "the answer was sent")
LAMB_ENUM(lamb_watch_state, LAMB_WATCH_STATES, LAMB_WATCH_STATE_N);

struct lamb_watch {
    _Atomic(enum lamb_watch_state) state;
    _Atomic bool is_sending;
    int fd;           /* of the stream, while STREAMING */
    const char *id;   /* of the invocation; borrowed, unless IDLE */
    const char *echo; /* its Lambda-Runtime-Invocation-Id line; may be empty */
};

/*
 * From now on fatal signals are told to the Runtime API at PEER. Signals that
 * somebody ignores or handles already are left to him. ENDPOINT and HANDLER (what
 * _HANDLER says) are borrowed for ever.
 */
void lamb_crash_start(const struct sockaddr *peer, socklen_t peer_len,
                      const char *endpoint, const char *handler);
/* The init is over: a crash is no init error any more. */
void lamb_crash_init_over(void);

/* Know of WATCH until it is dropped. More than there is room for are not known of. */
void lamb_watch_add(struct lamb_watch *watch);
void lamb_watch_drop(struct lamb_watch *watch);

/* Around each sending; the thread does not come back when the process is crashing. */
void lamb_watch_send(struct lamb_watch *watch);
void lamb_watch_sent(struct lamb_watch *watch, enum lamb_watch_state state);
/* An invocation came, or its answer is confirmed. This thread is the one that runs it.
 */
void lamb_watch_enter(struct lamb_watch *watch, enum lamb_watch_state state);

/* A stack for signals, without which an overflow of the thread's own cannot be told. */
struct lamb_crash_stack {
    void *map; /* NULL: there is none */
    size_t size;
    void *old; /* the one before, of size OLD_SIZE; NULL: none */
    size_t old_size;
};
void lamb_crash_stack_enter(struct lamb_crash_stack *stack);
void lamb_crash_stack_leave(struct lamb_crash_stack *stack);

#endif
