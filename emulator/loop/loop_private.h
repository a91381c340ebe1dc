/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_LOOP_LOOP_PRIVATE_H
#define LAMB_EMULATOR_LOOP_LOOP_PRIVATE_H

/*
 * loop_private - what the files of this room share about the loop; for no other room.
 *
 * Owns:    the shape of struct loop.
 * Never:   included outside emulator/loop.
 * Threads: loop thread only.
 */

#include "emulator/loop/loop.h"
#include "emulator/loop/watchdog.h"

#include <uv.h>

struct grave {
    void *ptr;
    void (*free_fn)(void *ptr);
};

struct loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle; /* active: the wait does not sleep */

    struct timers timers;
    uv_poll_t timerfd_poll;
    int timerfd;
    int64_t armed_ns; /* when the timerfd will fire; TIMER_NEVER: it will not */

    struct lamb_list hooks;
    struct lamb_list last_hooks;
    struct lamb_list *next_hook; /* of the pass under way; kept right by removals */
    bool is_awake;               /* loop_stay_awake was called since the hooks began */

    struct lamb_list tasks;
    struct grave *graves;
    size_t grave_count;
    size_t grave_cap;

    struct watchdog dog;

    /* What users have open, for loop_free to check. */
    size_t watch_count;
    size_t signal_count;
    size_t work_count;
    size_t mailbox_count;
};

/* Call FN(DATA) under the watchdog. Calls may nest: the inner one is measured alone. */
void loop_call(struct loop *loop, const char *name, void (*fn)(void *data), void *data);

/*
 * A hook that is called once a turn, before the wait and after all other hooks: what
 * it sees stays true until the next event. When it makes work it returns true.
 */
void loop_last_hook_add(struct loop *loop, struct loop_hook *hook);

/* Close a handle whose data member is the allocation it lives in, then free that. */
void loop_close(uv_handle_t *handle);

#endif
