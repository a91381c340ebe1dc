/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_LOOP_LOOP_TESTING_H
#define LAMB_EMULATOR_LOOP_LOOP_TESTING_H

/*
 * loop_testing - what the unit tests of this room share: a loop per test, and running
 * it for a number of turns.
 *
 * Owns:    nothing.
 * Never:   included by anything that ships.
 * Threads: loop thread only.
 */

#include "emulator/loop/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct turns {
    struct loop *loop;
    struct loop_task task;
    unsigned left;
};

static inline void
count_turn(void *data)
{
    struct turns *turns = data;

    if (--turns->left == 0)
        loop_stop(turns->loop);
    else
        loop_defer(turns->loop, &turns->task);
}

/* Run N whole turns, none of which sleeps. */
static inline void
run_turns(struct loop *loop, unsigned n)
{
    struct turns turns = { .loop = loop, .left = n };

    loop_task_init(&turns.task, "count turns", count_turn, &turns);
    loop_defer(loop, &turns.task);
    loop_run(loop);
    assert_int_equal(turns.left, 0);
}

static inline int
make_loop(void **state)
{
    struct lamb_err err;
    struct loop *loop = NULL;
    int r = loop_new(&loop, &err);

    *state = loop;
    return r;
}

static inline int
drop_loop(void **state)
{
    loop_free(*state);
    return 0;
}

#define LOOP_TEST(fn) cmocka_unit_test_setup_teardown(fn, make_loop, drop_loop)

#endif
