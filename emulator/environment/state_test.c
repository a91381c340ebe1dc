/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct step {
    enum environment_event event;
    enum environment_state state;
    enum environment_action action;
};

static void
play(enum environment_state state, const struct step *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        enum environment_action action = ENV_ACTION_N;

        print_message("# %s\n", environment_event_name(steps[i].event));
        assert_int_equal(environment_step(&state, steps[i].event, &action), 0);
        assert_string_equal(environment_state_name(state),
                            environment_state_name(steps[i].state));
        assert_string_equal(environment_action_text(action),
                            environment_action_text(steps[i].action));
    }
}

static void
cold_start_then_two_invocations(void **unused)
{
    static const struct step steps[] = {
        { ENV_EV_CREATED, ENV_REGISTERING, ENV_DO_START_EXTENSIONS },
        { ENV_EV_REGISTERED, ENV_INIT, ENV_DO_START },
        { ENV_EV_NEXT, ENV_IDLE, ENV_DO_INIT_DONE },
        { ENV_EV_INVOKED, ENV_INVOKE, ENV_DO_HAND_OUT },
        { ENV_EV_RESPONSE, ENV_ANSWERED, ENV_DO_NOTHING },
        { ENV_EV_NEXT, ENV_IDLE, ENV_DO_CLOSE },
        { ENV_EV_INVOKED, ENV_INVOKE, ENV_DO_HAND_OUT },
        { ENV_EV_RESPONSE, ENV_ANSWERED, ENV_DO_NOTHING },
        { ENV_EV_NEXT, ENV_IDLE, ENV_DO_CLOSE },
        { ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_KILL },
        { ENV_EV_EXITED, ENV_SHUTDOWN, ENV_DO_NOTHING },
        { ENV_EV_EMPTIED, ENV_GONE, ENV_DO_RELEASE },
    };

    (void)unused;
    play(ENV_CREATING, steps, LAMB_COUNT(steps));
}

static void
a_failed_init_is_tried_again_inside_the_invocation(void **unused)
{
    static const struct step steps[] = {
        { ENV_EV_CREATED, ENV_REGISTERING, ENV_DO_START_EXTENSIONS },
        { ENV_EV_REGISTERED, ENV_INIT, ENV_DO_START },
        { ENV_EV_EXITED, ENV_RESET, ENV_DO_INIT_FAILED },
        { ENV_EV_EMPTIED, ENV_COLD, ENV_DO_AVAILABLE },
        { ENV_EV_INVOKED, ENV_INVOKE_REGISTERING, ENV_DO_INIT_INSIDE },
        { ENV_EV_REGISTERED, ENV_INVOKE_INIT, ENV_DO_START },
        { ENV_EV_NEXT, ENV_INVOKE, ENV_DO_INIT_DONE_INSIDE },
    };

    (void)unused;
    play(ENV_CREATING, steps, LAMB_COUNT(steps));
}

static void
an_extension_that_does_not_register_fails_the_init(void **unused)
{
    static const struct step steps[] = {
        { ENV_EV_EXITED, ENV_RESET, ENV_DO_INIT_FAILED },
        { ENV_EV_EMPTIED, ENV_COLD, ENV_DO_AVAILABLE },
        { ENV_EV_INVOKED, ENV_INVOKE_REGISTERING, ENV_DO_INIT_INSIDE },
        { ENV_EV_EXITED, ENV_RESET, ENV_DO_FAIL },
        { ENV_EV_EMPTIED, ENV_COLD, ENV_DO_AVAILABLE },
        { ENV_EV_INVOKED, ENV_INVOKE_REGISTERING, ENV_DO_INIT_INSIDE },
        { ENV_EV_DEADLINE, ENV_RESET, ENV_DO_TIME_OUT },
    };

    (void)unused;
    play(ENV_REGISTERING, steps, LAMB_COUNT(steps));
}

static void
a_reported_init_error_answers_the_first_invocation_and_ends(void **unused)
{
    static const struct step steps[] = {
        { ENV_EV_INIT_ERROR, ENV_INIT_FAILING, ENV_DO_AWAIT_EXIT },
        { ENV_EV_EXITED, ENV_FAILED, ENV_DO_INIT_FAILED },
        { ENV_EV_EMPTIED, ENV_FAILED, ENV_DO_AVAILABLE },
        { ENV_EV_INVOKED, ENV_SHUTDOWN, ENV_DO_FAIL_INIT },
        { ENV_EV_EMPTIED, ENV_GONE, ENV_DO_RELEASE },
    };

    (void)unused;
    play(ENV_INIT, steps, LAMB_COUNT(steps));
}

static void
a_timeout_resets_and_the_next_invocation_starts_cold(void **unused)
{
    static const struct step steps[] = {
        { ENV_EV_DEADLINE, ENV_RESET, ENV_DO_TIME_OUT },
        { ENV_EV_EXITED, ENV_RESET, ENV_DO_NOTHING },
        { ENV_EV_EMPTIED, ENV_COLD, ENV_DO_AVAILABLE },
        { ENV_EV_INVOKED, ENV_INVOKE_REGISTERING, ENV_DO_INIT_INSIDE },
        { ENV_EV_REGISTERED, ENV_INVOKE_INIT, ENV_DO_START },
        { ENV_EV_DEADLINE, ENV_RESET, ENV_DO_TIME_OUT },
    };

    (void)unused;
    play(ENV_INVOKE, steps, LAMB_COUNT(steps));
}

static void
an_answer_stands_when_the_runtime_dies_behind_it(void **unused)
{
    static const struct step steps[] = {
        { ENV_EV_RESPONSE, ENV_ANSWERED, ENV_DO_NOTHING },
        { ENV_EV_EXITED, ENV_RESET, ENV_DO_CLOSE_BROKEN },
    };

    (void)unused;
    play(ENV_INVOKE, steps, LAMB_COUNT(steps));
}

static void
every_state_but_the_last_can_be_lost_and_stopped(void **unused)
{
    (void)unused;
    for (int s = 0; s < ENV_GONE; s++) {
        enum environment_state state = (enum environment_state)s;
        enum environment_action action;

        assert_int_equal(environment_step(&state, ENV_EV_LOST, &action), 0);
        assert_int_equal(state, ENV_GONE);
        assert_int_equal(action, ENV_DO_ABANDON);
        state = (enum environment_state)s;
        assert_int_equal(environment_step(&state, ENV_EV_STOP, &action), 0);
        assert_true(state == ENV_GONE || state == ENV_SHUTDOWN);
    }
}

/* The whole table: what is not here is refused. */
static const struct {
    enum environment_state from;
    enum environment_event event;
    enum environment_state to;
    enum environment_action action;
} every_step[] = {
    { ENV_CREATING, ENV_EV_CREATED, ENV_REGISTERING, ENV_DO_START_EXTENSIONS },
    { ENV_CREATING, ENV_EV_STOP, ENV_GONE, ENV_DO_RELEASE },
    { ENV_CREATING, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_REGISTERING, ENV_EV_REGISTERED, ENV_INIT, ENV_DO_START },
    { ENV_REGISTERING, ENV_EV_EXITED, ENV_RESET, ENV_DO_INIT_FAILED },
    { ENV_REGISTERING, ENV_EV_DEADLINE, ENV_RESET, ENV_DO_INIT_FAILED },
    { ENV_REGISTERING, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_KILL },
    { ENV_REGISTERING, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_INIT, ENV_EV_NEXT, ENV_IDLE, ENV_DO_INIT_DONE },
    { ENV_INIT, ENV_EV_INIT_ERROR, ENV_INIT_FAILING, ENV_DO_AWAIT_EXIT },
    { ENV_INIT, ENV_EV_EXITED, ENV_RESET, ENV_DO_INIT_FAILED },
    { ENV_INIT, ENV_EV_DEADLINE, ENV_RESET, ENV_DO_INIT_FAILED },
    { ENV_INIT, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_KILL },
    { ENV_INIT, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_INIT_FAILING, ENV_EV_EXITED, ENV_FAILED, ENV_DO_INIT_FAILED },
    { ENV_INIT_FAILING, ENV_EV_DEADLINE, ENV_FAILED, ENV_DO_INIT_FAILED },
    { ENV_INIT_FAILING, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_KILL },
    { ENV_INIT_FAILING, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_FAILED, ENV_EV_EXITED, ENV_FAILED, ENV_DO_NOTHING },
    { ENV_FAILED, ENV_EV_EMPTIED, ENV_FAILED, ENV_DO_AVAILABLE },
    { ENV_FAILED, ENV_EV_INVOKED, ENV_SHUTDOWN, ENV_DO_FAIL_INIT },
    { ENV_FAILED, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_KILL },
    { ENV_FAILED, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_IDLE, ENV_EV_INVOKED, ENV_INVOKE, ENV_DO_HAND_OUT },
    { ENV_IDLE, ENV_EV_NEXT, ENV_IDLE, ENV_DO_NOTHING },
    { ENV_IDLE, ENV_EV_EXITED, ENV_SHUTDOWN, ENV_DO_KILL },
    { ENV_IDLE, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_KILL },
    { ENV_IDLE, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_INVOKE, ENV_EV_NEXT, ENV_INVOKE, ENV_DO_HAND_OUT_AGAIN },
    { ENV_INVOKE, ENV_EV_RESPONSE, ENV_ANSWERED, ENV_DO_NOTHING },
    { ENV_INVOKE, ENV_EV_EXITED, ENV_RESET, ENV_DO_FAIL },
    { ENV_INVOKE, ENV_EV_DEADLINE, ENV_RESET, ENV_DO_TIME_OUT },
    { ENV_INVOKE, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_FAIL_AND_KILL },
    { ENV_INVOKE, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_ANSWERED, ENV_EV_NEXT, ENV_IDLE, ENV_DO_CLOSE },
    { ENV_ANSWERED, ENV_EV_EXITED, ENV_RESET, ENV_DO_CLOSE_BROKEN },
    { ENV_ANSWERED, ENV_EV_DEADLINE, ENV_RESET, ENV_DO_CLOSE_BROKEN },
    { ENV_ANSWERED, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_FAIL_AND_KILL },
    { ENV_ANSWERED, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_RESET, ENV_EV_EXITED, ENV_RESET, ENV_DO_NOTHING },
    { ENV_RESET, ENV_EV_EMPTIED, ENV_COLD, ENV_DO_AVAILABLE },
    { ENV_RESET, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_NOTHING },
    { ENV_RESET, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_COLD, ENV_EV_INVOKED, ENV_INVOKE_REGISTERING, ENV_DO_INIT_INSIDE },
    { ENV_COLD, ENV_EV_STOP, ENV_GONE, ENV_DO_RELEASE },
    { ENV_COLD, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_INVOKE_REGISTERING, ENV_EV_REGISTERED, ENV_INVOKE_INIT, ENV_DO_START },
    { ENV_INVOKE_REGISTERING, ENV_EV_EXITED, ENV_RESET, ENV_DO_FAIL },
    { ENV_INVOKE_REGISTERING, ENV_EV_DEADLINE, ENV_RESET, ENV_DO_TIME_OUT },
    { ENV_INVOKE_REGISTERING, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_FAIL_AND_KILL },
    { ENV_INVOKE_REGISTERING, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_INVOKE_INIT, ENV_EV_NEXT, ENV_INVOKE, ENV_DO_INIT_DONE_INSIDE },
    { ENV_INVOKE_INIT, ENV_EV_INIT_ERROR, ENV_RESET, ENV_DO_FAIL },
    { ENV_INVOKE_INIT, ENV_EV_EXITED, ENV_RESET, ENV_DO_FAIL },
    { ENV_INVOKE_INIT, ENV_EV_DEADLINE, ENV_RESET, ENV_DO_TIME_OUT },
    { ENV_INVOKE_INIT, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_FAIL_AND_KILL },
    { ENV_INVOKE_INIT, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
    { ENV_SHUTDOWN, ENV_EV_EXITED, ENV_SHUTDOWN, ENV_DO_NOTHING },
    { ENV_SHUTDOWN, ENV_EV_EMPTIED, ENV_GONE, ENV_DO_RELEASE },
    { ENV_SHUTDOWN, ENV_EV_STOP, ENV_SHUTDOWN, ENV_DO_NOTHING },
    { ENV_SHUTDOWN, ENV_EV_LOST, ENV_GONE, ENV_DO_ABANDON },
};

/* Its row in the table above; the number of rows: it has none. */
static size_t
row_of(enum environment_state from, enum environment_event event)
{
    size_t i = 0;

    while (i < LAMB_COUNT(every_step) &&
           (every_step[i].from != from || every_step[i].event != event))
        i++;
    return i;
}

static void
every_step_is_as_the_table_says_and_every_other_is_refused(void **unused)
{
    size_t legal = 0;

    (void)unused;
    for (int s = 0; s < ENV_STATE_N; s++)
        for (int ev = 0; ev < ENV_EVENT_N; ev++) {
            enum environment_state state = (enum environment_state)s;
            enum environment_action action = ENV_ACTION_N;
            int r = environment_step(&state, (enum environment_event)ev, &action);
            size_t i = row_of((enum environment_state)s, (enum environment_event)ev);

            if (i == LAMB_COUNT(every_step)) {
                assert_int_equal(r, STATE_E_REFUSED);
                assert_int_equal(state, s);
                assert_int_equal(action, ENV_ACTION_N);
                continue;
            }
            legal++;
            assert_int_equal(r, 0);
            assert_string_equal(environment_state_name(state),
                                environment_state_name(every_step[i].to));
            assert_string_equal(environment_action_text(action),
                                environment_action_text(every_step[i].action));
        }
    assert_int_equal(legal, LAMB_COUNT(every_step));
}

/* The rows of the reference: from, event, allowed, where to (or where it would lead).
 */
static void
the_runtime_may_do_what_the_reference_allows(void **unused)
{
    static const struct {
        enum runtime_state from;
        enum runtime_event event;
        int want;
        enum runtime_state to;
    } rows[] = {
        { RUNTIME_STARTED, RUNTIME_EV_NEXT, 0, RUNTIME_READY },
        { RUNTIME_STARTED, RUNTIME_EV_INIT_ERROR, 0, RUNTIME_INIT_ERROR },
        { RUNTIME_READY, RUNTIME_EV_NEXT, 0, RUNTIME_READY },
        { RUNTIME_READY, RUNTIME_EV_EVENT, 0, RUNTIME_RUNNING },
        { RUNTIME_RUNNING, RUNTIME_EV_NEXT, 0, RUNTIME_RUNNING },
        { RUNTIME_RUNNING, RUNTIME_EV_RESPONSE, 0, RUNTIME_RESPONSE },
        { RUNTIME_RUNNING, RUNTIME_EV_ERROR, 0, RUNTIME_ERROR_RESPONSE },
        { RUNTIME_RESPONSE, RUNTIME_EV_SENT, 0, RUNTIME_RESPONSE_SENT },
        { RUNTIME_RESPONSE_SENT, RUNTIME_EV_NEXT, 0, RUNTIME_READY },
        { RUNTIME_RESPONSE_SENT, RUNTIME_EV_RESPONSE, STATE_E_REFUSED,
          RUNTIME_RESPONSE },
        { RUNTIME_RESPONSE_SENT, RUNTIME_EV_ERROR, STATE_E_REFUSED,
          RUNTIME_ERROR_RESPONSE },
        { RUNTIME_RESPONSE, RUNTIME_EV_ERROR, STATE_E_REFUSED, RUNTIME_ERROR_RESPONSE },
        { RUNTIME_RUNNING, RUNTIME_EV_INIT_ERROR, STATE_E_REFUSED, RUNTIME_INIT_ERROR },
        { RUNTIME_READY, RUNTIME_EV_INIT_ERROR, STATE_E_REFUSED, RUNTIME_INIT_ERROR },
        { RUNTIME_INIT_ERROR, RUNTIME_EV_INIT_ERROR, STATE_E_REFUSED,
          RUNTIME_INIT_ERROR },
        { RUNTIME_INIT_ERROR, RUNTIME_EV_NEXT, STATE_E_REFUSED, RUNTIME_READY },
    };

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        enum runtime_state state = rows[i].from;
        enum runtime_state to = RUNTIME_STATE_N;

        assert_int_equal(runtime_step(&state, rows[i].event, &to), rows[i].want);
        assert_string_equal(runtime_state_text(to), runtime_state_text(rows[i].to));
        assert_int_equal(state, rows[i].want ? rows[i].from : rows[i].to);
    }
}

/* Where each event leads from each state; "-" is refused. */
static void
a_runtime_s_every_step_is_as_the_table_says(void **unused)
{
    static const char *const wanted[RUNTIME_STATE_N][RUNTIME_EVENT_N] = {
        [RUNTIME_STARTED] = { "Ready", "-", "-", "-", "-", "InitError" },
        [RUNTIME_INIT_ERROR] = { "-", "-", "-", "-", "-", "-" },
        [RUNTIME_READY] = { "Ready", "Running", "-", "-", "-", "-" },
        [RUNTIME_RUNNING] = { "Running", "-", "InvocationResponse",
                              "InvocationErrorResponse", "-", "-" },
        [RUNTIME_RESPONSE] = { "-", "-", "-", "-", "RuntimeResponseSentState", "-" },
        [RUNTIME_ERROR_RESPONSE] = { "-", "-", "-", "-", "RuntimeResponseSentState",
                                     "-" },
        [RUNTIME_RESPONSE_SENT] = { "Ready", "-", "-", "-", "-", "-" },
    };

    (void)unused;
    for (int from = 0; from < RUNTIME_STATE_N; from++)
        for (int event = 0; event < RUNTIME_EVENT_N; event++) {
            enum runtime_state now = (enum runtime_state)from;
            enum runtime_state to;
            int r = runtime_step(&now, (enum runtime_event)event, &to);

            if (wanted[from][event][0] == '-') {
                assert_int_equal(r, STATE_E_REFUSED);
                assert_int_equal(now, from);
            } else {
                assert_int_equal(r, 0);
                assert_string_equal(runtime_state_text(now), wanted[from][event]);
            }
            assert_in_range(to, 0, RUNTIME_STATE_N - 1);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cold_start_then_two_invocations),
        cmocka_unit_test(a_failed_init_is_tried_again_inside_the_invocation),
        cmocka_unit_test(an_extension_that_does_not_register_fails_the_init),
        cmocka_unit_test(a_reported_init_error_answers_the_first_invocation_and_ends),
        cmocka_unit_test(a_timeout_resets_and_the_next_invocation_starts_cold),
        cmocka_unit_test(an_answer_stands_when_the_runtime_dies_behind_it),
        cmocka_unit_test(every_state_but_the_last_can_be_lost_and_stopped),
        cmocka_unit_test(every_step_is_as_the_table_says_and_every_other_is_refused),
        cmocka_unit_test(a_runtime_s_every_step_is_as_the_table_says),
        cmocka_unit_test(the_runtime_may_do_what_the_reference_allows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
