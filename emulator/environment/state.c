/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/state.h"

#include <stdbool.h>

#include "sdk/base/err.h"

LAMB_ENUM_NAME_FN(environment_state_name, environment_state, ENVIRONMENT_STATES,
                  ENV_STATE_N)
LAMB_ENUM_TEXT_FN(environment_state_text, environment_state, ENVIRONMENT_STATES,
                  ENV_STATE_N)
LAMB_ENUM_NAME_FN(environment_event_name, environment_event, ENVIRONMENT_EVENTS,
                  ENV_EVENT_N)
LAMB_ENUM_TEXT_FN(environment_action_text, environment_action, ENVIRONMENT_ACTIONS,
                  ENV_ACTION_N)
LAMB_ENUM_TEXT_FN(runtime_state_text, runtime_state, RUNTIME_STATES, RUNTIME_STATE_N)

struct rule {
    bool legal; /* unfilled cells are zero: silence is never a transition */
    enum environment_state next;
    enum environment_action action;
};

#define TO(next_, action_)                                                             \
    {                                                                                  \
        .legal = true, .next = (next_), .action = (action_)                            \
    }

static const struct rule rules[ENV_STATE_N][ENV_EVENT_N] = {
    [ENV_CREATING] = {
        [ENV_EV_CREATED] = TO(ENV_REGISTERING, ENV_DO_START_EXTENSIONS),
        [ENV_EV_STOP] = TO(ENV_GONE, ENV_DO_RELEASE),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_REGISTERING] = {
        [ENV_EV_REGISTERED] = TO(ENV_INIT, ENV_DO_START),
        [ENV_EV_EXITED] = TO(ENV_RESET, ENV_DO_INIT_FAILED),
        [ENV_EV_DEADLINE] = TO(ENV_RESET, ENV_DO_INIT_FAILED),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_KILL),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_INIT] = {
        [ENV_EV_NEXT] = TO(ENV_IDLE, ENV_DO_INIT_DONE),
        [ENV_EV_INIT_ERROR] = TO(ENV_INIT_FAILING, ENV_DO_AWAIT_EXIT),
        [ENV_EV_EXITED] = TO(ENV_RESET, ENV_DO_INIT_FAILED),
        [ENV_EV_DEADLINE] = TO(ENV_RESET, ENV_DO_INIT_FAILED),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_KILL),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_INIT_FAILING] = {
        [ENV_EV_EXITED] = TO(ENV_FAILED, ENV_DO_INIT_FAILED),
        [ENV_EV_DEADLINE] = TO(ENV_FAILED, ENV_DO_INIT_FAILED),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_KILL),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_FAILED] = {
        [ENV_EV_EXITED] = TO(ENV_FAILED, ENV_DO_NOTHING), /* the kill at work */
        [ENV_EV_EMPTIED] = TO(ENV_FAILED, ENV_DO_AVAILABLE),
        [ENV_EV_INVOKED] = TO(ENV_SHUTDOWN, ENV_DO_FAIL_INIT),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_KILL),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_IDLE] = {
        [ENV_EV_INVOKED] = TO(ENV_INVOKE, ENV_DO_HAND_OUT),
        [ENV_EV_NEXT] = TO(ENV_IDLE, ENV_DO_NOTHING), /* they wait already */
        [ENV_EV_EXITED] = TO(ENV_SHUTDOWN, ENV_DO_KILL),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_KILL),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_INVOKE] = {
        [ENV_EV_NEXT] = TO(ENV_INVOKE, ENV_DO_HAND_OUT_AGAIN),
        [ENV_EV_RESPONSE] = TO(ENV_ANSWERED, ENV_DO_NOTHING),
        [ENV_EV_EXITED] = TO(ENV_RESET, ENV_DO_FAIL),
        [ENV_EV_DEADLINE] = TO(ENV_RESET, ENV_DO_TIME_OUT),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_FAIL_AND_KILL),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_ANSWERED] = {
        [ENV_EV_NEXT] = TO(ENV_IDLE, ENV_DO_CLOSE),
        [ENV_EV_EXITED] = TO(ENV_RESET, ENV_DO_CLOSE_BROKEN),
        [ENV_EV_DEADLINE] = TO(ENV_RESET, ENV_DO_CLOSE_BROKEN),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_FAIL_AND_KILL),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_RESET] = {
        [ENV_EV_EXITED] = TO(ENV_RESET, ENV_DO_NOTHING), /* the kill at work */
        [ENV_EV_EMPTIED] = TO(ENV_COLD, ENV_DO_AVAILABLE),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_NOTHING), /* is being killed already */
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_COLD] = {
        [ENV_EV_INVOKED] = TO(ENV_INVOKE_REGISTERING, ENV_DO_INIT_INSIDE),
        [ENV_EV_STOP] = TO(ENV_GONE, ENV_DO_RELEASE),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_INVOKE_REGISTERING] = {
        [ENV_EV_REGISTERED] = TO(ENV_INVOKE_INIT, ENV_DO_START),
        [ENV_EV_EXITED] = TO(ENV_RESET, ENV_DO_FAIL),
        [ENV_EV_DEADLINE] = TO(ENV_RESET, ENV_DO_TIME_OUT),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_FAIL_AND_KILL),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_INVOKE_INIT] = {
        [ENV_EV_NEXT] = TO(ENV_INVOKE, ENV_DO_INIT_DONE_INSIDE),
        [ENV_EV_INIT_ERROR] = TO(ENV_RESET, ENV_DO_FAIL),
        [ENV_EV_EXITED] = TO(ENV_RESET, ENV_DO_FAIL),
        [ENV_EV_DEADLINE] = TO(ENV_RESET, ENV_DO_TIME_OUT),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_FAIL_AND_KILL),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
    [ENV_SHUTDOWN] = {
        [ENV_EV_EXITED] = TO(ENV_SHUTDOWN, ENV_DO_NOTHING),
        [ENV_EV_EMPTIED] = TO(ENV_GONE, ENV_DO_RELEASE),
        [ENV_EV_STOP] = TO(ENV_SHUTDOWN, ENV_DO_NOTHING),
        [ENV_EV_LOST] = TO(ENV_GONE, ENV_DO_ABANDON),
    },
};

int
environment_step(enum environment_state *state, enum environment_event event,
                 enum environment_action *ret_action)
{
    const struct rule *rule;

    lamb_assert(*state < ENV_STATE_N && event < ENV_EVENT_N);
    rule = &rules[*state][event];
    if (!rule->legal)
        return STATE_E_REFUSED;
    *state = rule->next;
    *ret_action = rule->action;
    return 0;
}

/* Where each event leads, and from which states it may (bits). */
static const struct {
    enum runtime_state to;
    unsigned from;
} runtime_rules[RUNTIME_EVENT_N] = {
#define FROM(state) (1u << (state))
    /* Ready -next-> Ready: several polls may wait; Running -next-> Running: the same
       event again. A poll that waits becomes Running by RUNTIME_EV_EVENT. */
    [RUNTIME_EV_NEXT] = { RUNTIME_READY, FROM(RUNTIME_STARTED) | FROM(RUNTIME_READY) |
                                             FROM(RUNTIME_RUNNING) |
                                             FROM(RUNTIME_RESPONSE_SENT) },
    [RUNTIME_EV_EVENT] = { RUNTIME_RUNNING, FROM(RUNTIME_READY) },
    [RUNTIME_EV_RESPONSE] = { RUNTIME_RESPONSE, FROM(RUNTIME_RUNNING) },
    [RUNTIME_EV_ERROR] = { RUNTIME_ERROR_RESPONSE, FROM(RUNTIME_RUNNING) },
    [RUNTIME_EV_SENT] = { RUNTIME_RESPONSE_SENT,
                          FROM(RUNTIME_RESPONSE) | FROM(RUNTIME_ERROR_RESPONSE) },
    [RUNTIME_EV_INIT_ERROR] = { RUNTIME_INIT_ERROR, FROM(RUNTIME_STARTED) },
#undef FROM
};

int
runtime_step(enum runtime_state *state, enum runtime_event event,
             enum runtime_state *ret_to)
{
    *ret_to = runtime_rules[event].to;
    if (!(runtime_rules[event].from & (1u << *state)))
        return STATE_E_REFUSED;
    if (event == RUNTIME_EV_NEXT && *state == RUNTIME_RUNNING)
        *ret_to = RUNTIME_RUNNING;
    *state = *ret_to;
    return 0;
}
