/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/loop.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "emulator/loop/loop_testing.h"
#include "sdk/base/enum.h"
#include "sdk/base/list.h"

struct sum {
    struct loop_work work;
    struct loop *loop;
    unsigned *left;
    pthread_t ran_on;
    unsigned input;
    unsigned result;
};

static void
double_it(struct loop_work *work)
{
    struct sum *sum = LAMB_CONTAINER(work, struct sum, work);

    sum->ran_on = pthread_self();
    sum->result = sum->input * 2;
}

static void
check_and_free(struct loop_work *work)
{
    struct sum *sum = LAMB_CONTAINER(work, struct sum, work);

    assert_null(work->priv);
    assert_false(pthread_equal(sum->ran_on, pthread_self()));
    assert_int_equal(sum->result, sum->input * 2);
    if (--*sum->left == 0)
        loop_stop(sum->loop);
    free(sum);
}

static void
work_runs_on_another_thread_and_is_done_on_the_loop(void **state)
{
    unsigned left = 20;
    struct lamb_err err;

    for (unsigned i = 0; i < 20; i++) {
        struct sum *sum = calloc(1, sizeof(*sum));

        assert_non_null(sum);
        *sum = (struct sum){ .loop = *state, .left = &left, .input = i };
        sum->work = (struct loop_work){ .name = "sum",
                                        .run = double_it,
                                        .done = check_and_free };
        assert_int_equal(loop_work(*state, &sum->work, &err), 0);
    }
    loop_run(*state);
    assert_int_equal(left, 0);
}

struct counted {
    struct loop *loop;
    struct loop_mailbox *box;
    atomic_uint sent;
    unsigned seen;
    unsigned calls;
};

enum { LETTERS = 2000 };

static void
open_mail(void *data)
{
    struct counted *counted = data;

    counted->calls++;
    counted->seen = atomic_load(&counted->sent);
    if (counted->seen == LETTERS)
        loop_stop(counted->loop);
}

static void *
send_letters(void *data)
{
    struct counted *counted = data;

    for (int i = 0; i < LETTERS; i++) {
        atomic_fetch_add(&counted->sent, 1);
        loop_mailbox_signal(counted->box);
    }
    return NULL;
}

static void
counted_init(struct counted *counted, struct loop *loop)
{
    struct lamb_err err;

    *counted = (struct counted){ .loop = loop };
    assert_int_equal(
        loop_mailbox_new(loop, "letters", open_mail, counted, &counted->box, &err), 0);
}

static void
no_letter_of_another_thread_is_overlooked(void **state)
{
    struct counted counted;
    pthread_t thread;

    counted_init(&counted, *state);
    assert_int_equal(pthread_create(&thread, NULL, send_letters, &counted), 0);
    loop_run(*state); /* ends when the last one was seen */
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(counted.seen, LETTERS);
    assert_true(counted.calls >= 1);
    loop_mailbox_free(&counted.box);
    assert_null(counted.box);
    loop_mailbox_free(&counted.box); /* harmless */
}

static void
many_signals_are_one_call(void **state)
{
    struct counted counted;

    counted_init(&counted, *state);
    for (int i = 0; i < 5; i++)
        loop_mailbox_signal(counted.box);
    run_turns(*state, 3);
    assert_int_equal(counted.calls, 1);
    loop_mailbox_signal(counted.box);
    run_turns(*state, 1);
    assert_int_equal(counted.calls, 2);
    loop_mailbox_free(&counted.box);
}

static void
a_freed_mailbox_stays_silent(void **state)
{
    struct counted counted;

    counted_init(&counted, *state);
    loop_mailbox_signal(counted.box);
    loop_mailbox_free(&counted.box);
    run_turns(*state, 2);
    assert_int_equal(counted.calls, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(work_runs_on_another_thread_and_is_done_on_the_loop),
        LOOP_TEST(no_letter_of_another_thread_is_overlooked),
        LOOP_TEST(many_signals_are_one_call),
        LOOP_TEST(a_freed_mailbox_stays_silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
