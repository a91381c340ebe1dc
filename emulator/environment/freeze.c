/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/freeze.h"

#include <stdbool.h>

#include "sdk/base/err.h"

LAMB_ENUM_NAME_FN(freeze_state_name, freeze_state, FREEZE_STATES, FREEZE_STATE_N)
LAMB_ENUM_TEXT_FN(freeze_state_text, freeze_state, FREEZE_STATES, FREEZE_STATE_N)
LAMB_ENUM_NAME_FN(freeze_event_name, freeze_event, FREEZE_EVENTS, FREEZE_EVENT_N)
LAMB_ENUM_TEXT_FN(freeze_action_text, freeze_action, FREEZE_ACTIONS, FREEZE_ACTION_N)

struct rule {
    bool legal; /* unfilled cells are zero: silence is never a transition */
    enum freeze_state next;
    enum freeze_action action;
};

#define TO(next_, action_)                                                             \
    {                                                                                  \
        .legal = true, .next = (next_), .action = (action_)                            \
    }

static const struct rule rules[FREEZE_STATE_N][FREEZE_EVENT_N] = {
    [FREEZE_RUNNING] = {
        [FREEZE_EV_IDLE] = TO(FREEZE_GRACE, FREEZE_DO_ARM),
        [FREEZE_EV_BUSY] = TO(FREEZE_RUNNING, FREEZE_DO_NOTHING),
        [FREEZE_EV_STANDS] = TO(FREEZE_RUNNING, FREEZE_DO_NOTHING), /* it was thawed */
    },
    [FREEZE_GRACE] = {
        [FREEZE_EV_IDLE] = TO(FREEZE_GRACE, FREEZE_DO_NOTHING),
        [FREEZE_EV_BUSY] = TO(FREEZE_RUNNING, FREEZE_DO_DISARM),
        [FREEZE_EV_GRACE_OVER] = TO(FREEZE_FREEZING, FREEZE_DO_FREEZE),
        [FREEZE_EV_STANDS] = TO(FREEZE_GRACE, FREEZE_DO_NOTHING),
    },
    [FREEZE_FREEZING] = {
        [FREEZE_EV_IDLE] = TO(FREEZE_FREEZING, FREEZE_DO_NOTHING),
        [FREEZE_EV_BUSY] = TO(FREEZE_RUNNING, FREEZE_DO_THAW),
        [FREEZE_EV_STANDS] = TO(FREEZE_FROZEN, FREEZE_DO_NOTE),
    },
    [FREEZE_FROZEN] = {
        [FREEZE_EV_IDLE] = TO(FREEZE_FROZEN, FREEZE_DO_NOTHING),
        [FREEZE_EV_BUSY] = TO(FREEZE_RUNNING, FREEZE_DO_THAW),
    },
};

int
freeze_step(enum freeze_state *state, enum freeze_event event,
            enum freeze_action *ret_action)
{
    const struct rule *rule;

    lamb_assert(*state < FREEZE_STATE_N && event < FREEZE_EVENT_N);
    rule = &rules[*state][event];
    if (!rule->legal)
        return FREEZE_E_REFUSED;
    *state = rule->next;
    *ret_action = rule->action;
    return 0;
}
