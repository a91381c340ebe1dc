/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/sandbox_state.h"

#include "sdk/base/err.h"

#include <stdbool.h>

LAMB_ENUM_NAME_FN(sandbox_state_name, sandbox_state, SANDBOX_STATES, SANDBOX_STATE_N)
LAMB_ENUM_NAME_FN(sandbox_event_name, sandbox_event, SANDBOX_HAPPENINGS,
                  SANDBOX_EVENT_N)
LAMB_ENUM_NAME_FN(sandbox_action_name, sandbox_action, SANDBOX_ACTIONS,
                  SANDBOX_ACTION_N)

struct rule {
    bool is_legal; /* unfilled cells are refusals */
    enum sandbox_state next;
    enum sandbox_action action;
};

#define TO(next_, action_)                                                             \
    {                                                                                  \
        .is_legal = true, .next = (next_), .action = (action_)                         \
    }

/* clang-format off */
static const struct rule rules[SANDBOX_STATE_N][SANDBOX_EVENT_N] = {
    [SANDBOX_NEW] = {
        [SANDBOX_EV_MAKE] = TO(SANDBOX_CREATING, SANDBOX_DO_ASK),
    },
    [SANDBOX_CREATING] = {
        [SANDBOX_EV_MADE] = TO(SANDBOX_SETTING_UP, SANDBOX_DO_ADOPT),
        [SANDBOX_EV_GONE] = TO(SANDBOX_DEAD, SANDBOX_DO_TELL_FAILED),
        [SANDBOX_EV_FREE] = TO(SANDBOX_REMOVING, SANDBOX_DO_REMOVE),
    },
    [SANDBOX_SETTING_UP] = {
        [SANDBOX_EV_SET_UP] = TO(SANDBOX_READY, SANDBOX_DO_TELL_CREATED),
        [SANDBOX_EV_NOT_SET_UP] = TO(SANDBOX_FAILING, SANDBOX_DO_KEEP_REASON),
        [SANDBOX_EV_GONE] = TO(SANDBOX_DEAD, SANDBOX_DO_TELL_FAILED),
        [SANDBOX_EV_FREE] = TO(SANDBOX_REMOVING, SANDBOX_DO_REMOVE),
    },
    [SANDBOX_FAILING] = {
        [SANDBOX_EV_GONE] = TO(SANDBOX_DEAD, SANDBOX_DO_TELL_FAILED),
        [SANDBOX_EV_FREE] = TO(SANDBOX_REMOVING, SANDBOX_DO_REMOVE),
    },
    [SANDBOX_READY] = {
        [SANDBOX_EV_START] = TO(SANDBOX_READY, SANDBOX_DO_START),
        [SANDBOX_EV_STARTED] = TO(SANDBOX_READY, SANDBOX_DO_TELL_STARTED),
        [SANDBOX_EV_EXITED] = TO(SANDBOX_READY, SANDBOX_DO_TELL_EXITED),
        [SANDBOX_EV_SIGNAL] = TO(SANDBOX_READY, SANDBOX_DO_SIGNAL),
        [SANDBOX_EV_FROZEN] = TO(SANDBOX_READY, SANDBOX_DO_TELL_FROZEN),
        [SANDBOX_EV_KILL] = TO(SANDBOX_KILLING, SANDBOX_DO_KILL),
        [SANDBOX_EV_GONE] = TO(SANDBOX_DEAD, SANDBOX_DO_TELL_LOST),
        [SANDBOX_EV_FREE] = TO(SANDBOX_REMOVING, SANDBOX_DO_REMOVE),
    },
    [SANDBOX_KILLING] = {
        [SANDBOX_EV_STARTED] = TO(SANDBOX_KILLING, SANDBOX_DO_TELL_STARTED),
        [SANDBOX_EV_EXITED] = TO(SANDBOX_KILLING, SANDBOX_DO_TELL_EXITED),
        [SANDBOX_EV_SIGNAL] = TO(SANDBOX_KILLING, SANDBOX_DO_NONE),
        [SANDBOX_EV_FROZEN] = TO(SANDBOX_KILLING, SANDBOX_DO_NONE),
        [SANDBOX_EV_KILL] = TO(SANDBOX_KILLING, SANDBOX_DO_NONE),
        [SANDBOX_EV_EMPTIED] = TO(SANDBOX_READY, SANDBOX_DO_TELL_EMPTIED),
        [SANDBOX_EV_GONE] = TO(SANDBOX_DEAD, SANDBOX_DO_TELL_LOST),
        [SANDBOX_EV_FREE] = TO(SANDBOX_REMOVING, SANDBOX_DO_REMOVE),
    },
    [SANDBOX_DEAD] = {
        [SANDBOX_EV_SIGNAL] = TO(SANDBOX_DEAD, SANDBOX_DO_NONE),
        [SANDBOX_EV_FREE] = TO(SANDBOX_RELEASED, SANDBOX_DO_RELEASE),
    },
    [SANDBOX_REMOVING] = {
        [SANDBOX_EV_MADE] = TO(SANDBOX_REMOVING, SANDBOX_DO_DISCARD),
        [SANDBOX_EV_GONE] = TO(SANDBOX_RELEASED, SANDBOX_DO_RELEASE),
    },
};
/* clang-format on */

int
sandbox_step(struct sandbox_life *life, enum sandbox_event event,
             enum sandbox_action *ret_action)
{
    const struct rule *rule;

    lamb_assert(life->state < SANDBOX_STATE_N && event < SANDBOX_EVENT_N);
    rule = &rules[life->state][event];
    if (!rule->is_legal) {
        life->refused += life->refused < UINT32_MAX;
        return SANDBOX_E_REFUSED;
    }
    life->state = rule->next;
    *ret_action = rule->action;
    return 0;
}
