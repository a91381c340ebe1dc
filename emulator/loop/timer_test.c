/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

enum { MODEL_TIMERS = 48, MODEL_STEPS = 40000 };

static void
do_nothing(void *data)
{
    (void)data;
}

static void
init_all(struct timer *timer, size_t n, struct timers *timers)
{
    for (size_t i = 0; i < n; i++)
        timer_init(&timer[i], timers, "test", do_nothing, NULL);
}

static void
the_earliest_comes_first(void **state)
{
    static const int64_t due[] = { 50, 10, 40, 30, 20, 60, 5 };
    struct timer timer[LAMB_COUNT(due)];
    struct timers timers;
    int64_t last = 0;

    (void)state;
    timers_init(&timers, NULL, NULL);
    init_all(timer, LAMB_COUNT(timer), &timers);
    for (size_t i = 0; i < LAMB_COUNT(due); i++)
        timer_start(&timer[i], due[i]);
    assert_int_equal(timers_earliest(&timers), 5);
    for (size_t i = 0; i < LAMB_COUNT(due); i++) {
        struct timer *got = timers_take_due(&timers, 100);

        assert_non_null(got);
        assert_true(got->due_ns > last);
        assert_int_equal(got->index, 0);
        last = got->due_ns;
    }
    assert_null(timers_take_due(&timers, 100));
    assert_int_equal(timers_earliest(&timers), TIMER_NEVER);
    timers_fini(&timers);
}

static void
nothing_is_taken_before_it_is_due(void **state)
{
    struct timers timers;
    struct timer timer;

    (void)state;
    timers_init(&timers, NULL, NULL);
    timer_init(&timer, &timers, "test", do_nothing, NULL);
    timer_start(&timer, 1000);
    assert_null(timers_take_due(&timers, 999));
    assert_ptr_equal(timers_take_due(&timers, 1000), &timer);
    timers_fini(&timers);
}

static void
equal_due_times_keep_the_order_of_start(void **state)
{
    struct timer timer[20];
    struct timers timers;

    (void)state;
    timers_init(&timers, NULL, NULL);
    init_all(timer, LAMB_COUNT(timer), &timers);
    for (size_t i = 0; i < LAMB_COUNT(timer); i++)
        timer_start(&timer[i], 7);
    timer_start(&timer[0], 7); /* started again: now the last one */
    for (size_t i = 1; i < LAMB_COUNT(timer); i++)
        assert_ptr_equal(timers_take_due(&timers, 7), &timer[i]);
    assert_ptr_equal(timers_take_due(&timers, 7), &timer[0]);
    timers_fini(&timers);
}

static void
one_in_the_middle_can_be_stopped(void **state)
{
    struct timer timer[9];
    struct timers timers;

    (void)state;
    timers_init(&timers, NULL, NULL);
    init_all(timer, LAMB_COUNT(timer), &timers);
    for (size_t i = 0; i < LAMB_COUNT(timer); i++)
        timer_start(&timer[i], (int64_t)i);
    timer_stop(&timer[4]);
    timer_stop(&timer[4]); /* harmless */
    for (size_t i = 0; i < LAMB_COUNT(timer); i++)
        if (i != 4)
            assert_ptr_equal(timers_take_due(&timers, 100), &timer[i]);
    assert_null(timers_take_due(&timers, 100));
    timers_fini(&timers);
}

static void
note_due(void *data, int64_t due_ns)
{
    *(int64_t *)data = due_ns;
}

static void
only_an_earlier_due_time_is_told(void **state)
{
    static const struct {
        size_t timer;
        int64_t due;
        int64_t want; /* 0: not told */
    } story[] = {
        { 0, 100, 100 }, { 1, 200, 0 }, { 1, 100, 0 },
        { 1, 99, 99 },   { 1, 150, 0 }, { 0, 50, 50 },
    };
    struct timers timers;
    struct timer timer[2];
    int64_t told;

    (void)state;
    timers_init(&timers, note_due, &told);
    init_all(timer, LAMB_COUNT(timer), &timers);
    for (size_t i = 0; i < LAMB_COUNT(story); i++) {
        print_message("# timer %zu at %d\n", story[i].timer, (int)story[i].due);
        told = 0;
        timer_start(&timer[story[i].timer], story[i].due);
        assert_int_equal(told, story[i].want);
    }
    timers_fini(&timers);
}

static void
timers_that_run_at_the_end_can_still_be_stopped(void **state)
{
    struct timer timer[3];
    struct timers timers;

    (void)state;
    timers_init(&timers, NULL, NULL);
    init_all(timer, LAMB_COUNT(timer), &timers);
    for (size_t i = 0; i < LAMB_COUNT(timer); i++)
        timer_start(&timer[i], 1);
    timers_fini(&timers);
    for (size_t i = 0; i < LAMB_COUNT(timer); i++) {
        assert_int_equal(timer[i].index, 0);
        timer_stop(&timer[i]);
    }
}

/* -- against a model: the running timers, searched one by one --------------------- */

struct model {
    struct timers timers;
    struct timer timer[MODEL_TIMERS];
    bool runs[MODEL_TIMERS];
    int64_t due[MODEL_TIMERS];
    uint64_t started[MODEL_TIMERS];
    uint64_t clock;
    uint32_t seed;
};

static uint32_t
random_below(struct model *m, uint32_t limit)
{
    m->seed = m->seed * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)m->seed * limit) >> 32);
}

static size_t
model_first(const struct model *m)
{
    size_t best = MODEL_TIMERS;

    for (size_t i = 0; i < MODEL_TIMERS; i++) {
        if (!m->runs[i])
            continue;
        if (best == MODEL_TIMERS || m->due[i] < m->due[best] ||
            (m->due[i] == m->due[best] && m->started[i] < m->started[best]))
            best = i;
    }
    return best;
}

static void
model_start(struct model *m, size_t i)
{
    m->runs[i] = true;
    m->due[i] = (int64_t)random_below(m, 30); /* few values: many ties */
    m->started[i] = m->clock++;
    timer_start(&m->timer[i], m->due[i]);
}

static void
model_stop(struct model *m, size_t i)
{
    m->runs[i] = false;
    timer_stop(&m->timer[i]);
}

static void
model_take(struct model *m)
{
    int64_t now = (int64_t)random_below(m, 30);
    size_t want = model_first(m);
    struct timer *got = timers_take_due(&m->timers, now);

    if (want == MODEL_TIMERS || m->due[want] > now) {
        assert_null(got);
        return;
    }
    assert_ptr_equal(got, &m->timer[want]);
    m->runs[want] = false;
}

static void
any_sequence_agrees_with_the_model(void **state)
{
    static struct model m;

    (void)state;
    m.seed = 20261121;
    timers_init(&m.timers, NULL, NULL);
    init_all(m.timer, MODEL_TIMERS, &m.timers);
    for (int step = 0; step < MODEL_STEPS; step++) {
        size_t i = random_below(&m, MODEL_TIMERS);
        uint32_t what = random_below(&m, 8);
        size_t first;

        if (what < 4)
            model_start(&m, i);
        else if (what < 6)
            model_stop(&m, i);
        else
            model_take(&m);
        first = model_first(&m);
        assert_int_equal(timers_earliest(&m.timers),
                         first == MODEL_TIMERS ? TIMER_NEVER : m.due[first]);
    }
    timers_fini(&m.timers);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_comes_first),
        cmocka_unit_test(nothing_is_taken_before_it_is_due),
        cmocka_unit_test(equal_due_times_keep_the_order_of_start),
        cmocka_unit_test(one_in_the_middle_can_be_stopped),
        cmocka_unit_test(only_an_earlier_due_time_is_told),
        cmocka_unit_test(timers_that_run_at_the_end_can_still_be_stopped),
        cmocka_unit_test(any_sequence_agrees_with_the_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
