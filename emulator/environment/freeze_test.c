/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/freeze.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N FREEZE_STATE_N /* refused */

static const struct {
    enum freeze_state next;
    enum freeze_action action;
} wanted[FREEZE_STATE_N][FREEZE_EVENT_N] = {
    [FREEZE_RUNNING] = { { FREEZE_GRACE, FREEZE_DO_ARM },
                         { FREEZE_RUNNING, FREEZE_DO_NOTHING },
                         { N, 0 },
                         { FREEZE_RUNNING, FREEZE_DO_NOTHING } },
    [FREEZE_GRACE] = { { FREEZE_GRACE, FREEZE_DO_NOTHING },
                       { FREEZE_RUNNING, FREEZE_DO_DISARM },
                       { FREEZE_FREEZING, FREEZE_DO_FREEZE },
                       { FREEZE_GRACE, FREEZE_DO_NOTHING } },
    [FREEZE_FREEZING] = { { FREEZE_FREEZING, FREEZE_DO_NOTHING },
                          { FREEZE_RUNNING, FREEZE_DO_THAW },
                          { N, 0 },
                          { FREEZE_FROZEN, FREEZE_DO_NOTE } },
    [FREEZE_FROZEN] = { { FREEZE_FROZEN, FREEZE_DO_NOTHING },
                        { FREEZE_RUNNING, FREEZE_DO_THAW },
                        { N, 0 },
                        { N, 0 } },
};

static void
every_event_in_every_state_does_what_is_wanted(void **unused)
{
    (void)unused;
    for (int s = 0; s < FREEZE_STATE_N; s++)
        for (int e = 0; e < FREEZE_EVENT_N; e++) {
            enum freeze_state state = (enum freeze_state)s;
            enum freeze_action action = FREEZE_ACTION_N;
            int r = freeze_step(&state, (enum freeze_event)e, &action);

            if (wanted[s][e].next == N) {
                assert_int_equal(r, FREEZE_E_REFUSED);
                assert_int_equal(state, s);
                assert_int_equal(action, FREEZE_ACTION_N);
            } else {
                assert_int_equal(r, 0);
                assert_int_equal(state, wanted[s][e].next);
                assert_int_equal(action, wanted[s][e].action);
            }
        }
}

/* Whatever was asked for, what is busy runs, and what was frozen was thawed. */
static void
what_is_busy_is_never_frozen(void **unused)
{
    (void)unused;
    for (int s = 0; s < FREEZE_STATE_N; s++) {
        enum freeze_state state = (enum freeze_state)s;
        enum freeze_action action;

        assert_int_equal(freeze_step(&state, FREEZE_EV_BUSY, &action), 0);
        assert_int_equal(state, FREEZE_RUNNING);
        assert_int_equal(action == FREEZE_DO_THAW,
                         s == FREEZE_FREEZING || s == FREEZE_FROZEN);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_in_every_state_does_what_is_wanted),
        cmocka_unit_test(what_is_busy_is_never_frozen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
