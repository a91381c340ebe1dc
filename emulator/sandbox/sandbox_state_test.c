/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/sandbox_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

struct line {
    enum sandbox_event event;
    enum sandbox_state want;
    enum sandbox_action action;
};

static struct sandbox_life
play(const struct line *story, size_t count)
{
    struct sandbox_life life = { .state = SANDBOX_NEW };

    for (size_t i = 0; i < count; i++) {
        enum sandbox_action got = SANDBOX_ACTION_N;

        print_message("# %s\n", sandbox_event_name(story[i].event));
        assert_int_equal(sandbox_step(&life, story[i].event, &got), 0);
        assert_string_equal(sandbox_state_name(life.state),
                            sandbox_state_name(story[i].want));
        assert_string_equal(sandbox_action_name(got),
                            sandbox_action_name(story[i].action));
    }
    return life;
}

static void
a_sandbox_is_made_used_emptied_and_removed(void **state)
{
    static const struct line story[] = {
        { SANDBOX_EV_MAKE, SANDBOX_CREATING, SANDBOX_DO_ASK },
        { SANDBOX_EV_MADE, SANDBOX_SETTING_UP, SANDBOX_DO_ADOPT },
        { SANDBOX_EV_SET_UP, SANDBOX_READY, SANDBOX_DO_TELL_CREATED },
        { SANDBOX_EV_START, SANDBOX_READY, SANDBOX_DO_START },
        { SANDBOX_EV_STARTED, SANDBOX_READY, SANDBOX_DO_TELL_STARTED },
        { SANDBOX_EV_SIGNAL, SANDBOX_READY, SANDBOX_DO_SIGNAL },
        { SANDBOX_EV_KILL, SANDBOX_KILLING, SANDBOX_DO_KILL },
        { SANDBOX_EV_KILL, SANDBOX_KILLING, SANDBOX_DO_NONE },
        { SANDBOX_EV_EXITED, SANDBOX_KILLING, SANDBOX_DO_TELL_EXITED },
        { SANDBOX_EV_EMPTIED, SANDBOX_READY, SANDBOX_DO_TELL_EMPTIED },
        { SANDBOX_EV_FREE, SANDBOX_REMOVING, SANDBOX_DO_REMOVE },
        { SANDBOX_EV_GONE, SANDBOX_RELEASED, SANDBOX_DO_RELEASE },
    };

    (void)state;
    (void)play(story, LAMB_COUNT(story));
}

static void
a_failed_setup_is_told_when_it_is_cleared(void **state)
{
    static const struct line story[] = {
        { SANDBOX_EV_MAKE, SANDBOX_CREATING, SANDBOX_DO_ASK },
        { SANDBOX_EV_MADE, SANDBOX_SETTING_UP, SANDBOX_DO_ADOPT },
        { SANDBOX_EV_NOT_SET_UP, SANDBOX_FAILING, SANDBOX_DO_KEEP_REASON },
        { SANDBOX_EV_GONE, SANDBOX_DEAD, SANDBOX_DO_TELL_FAILED },
        { SANDBOX_EV_FREE, SANDBOX_RELEASED, SANDBOX_DO_RELEASE },
    };

    (void)state;
    (void)play(story, LAMB_COUNT(story));
}

static void
freed_while_it_is_made_it_takes_nothing_in(void **state)
{
    static const struct line story[] = {
        { SANDBOX_EV_MAKE, SANDBOX_CREATING, SANDBOX_DO_ASK },
        { SANDBOX_EV_FREE, SANDBOX_REMOVING, SANDBOX_DO_REMOVE },
        { SANDBOX_EV_MADE, SANDBOX_REMOVING, SANDBOX_DO_DISCARD },
        { SANDBOX_EV_GONE, SANDBOX_RELEASED, SANDBOX_DO_RELEASE },
    };

    (void)state;
    (void)play(story, LAMB_COUNT(story));
}

static void
a_refused_event_changes_nothing_and_is_counted(void **state)
{
    (void)state;
    for (int st = 0; st < SANDBOX_STATE_N; st++)
        for (int ev = 0; ev < SANDBOX_EVENT_N; ev++) {
            struct sandbox_life life = { .state = (enum sandbox_state)st };
            enum sandbox_action got = SANDBOX_ACTION_N;

            if (sandbox_step(&life, (enum sandbox_event)ev, &got) == 0) {
                assert_true(got < SANDBOX_ACTION_N && life.state < SANDBOX_STATE_N);
                assert_int_equal(life.refused, 0);
                continue;
            }
            assert_int_equal(life.state, st);
            assert_int_equal(got, SANDBOX_ACTION_N);
            assert_int_equal(life.refused, 1);
        }
}

static bool
is_legal(int st, enum sandbox_event event)
{
    struct sandbox_life life = { .state = (enum sandbox_state)st };
    enum sandbox_action got;

    return sandbox_step(&life, event, &got) == 0;
}

static void
an_owner_can_let_go_once_and_at_any_time(void **state)
{
    (void)state;
    for (int st = 0; st < SANDBOX_STATE_N; st++) {
        bool is_held =
            st != SANDBOX_NEW && st != SANDBOX_REMOVING && st != SANDBOX_RELEASED;

        assert_int_equal(is_legal(st, SANDBOX_EV_FREE), is_held);
    }
}

static void
its_end_is_heard_wherever_there_is_something_to_end(void **state)
{
    (void)state;
    for (int st = 0; st < SANDBOX_STATE_N; st++) {
        bool lives = st != SANDBOX_NEW && st != SANDBOX_DEAD && st != SANDBOX_RELEASED;

        assert_int_equal(is_legal(st, SANDBOX_EV_GONE), lives);
    }
}

static void
processes_start_only_when_ready(void **state)
{
    (void)state;
    for (int st = 0; st < SANDBOX_STATE_N; st++)
        assert_int_equal(is_legal(st, SANDBOX_EV_START), st == SANDBOX_READY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sandbox_is_made_used_emptied_and_removed),
        cmocka_unit_test(a_failed_setup_is_told_when_it_is_cleared),
        cmocka_unit_test(freed_while_it_is_made_it_takes_nothing_in),
        cmocka_unit_test(a_refused_event_changes_nothing_and_is_counted),
        cmocka_unit_test(an_owner_can_let_go_once_and_at_any_time),
        cmocka_unit_test(its_end_is_heard_wherever_there_is_something_to_end),
        cmocka_unit_test(processes_start_only_when_ready),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
