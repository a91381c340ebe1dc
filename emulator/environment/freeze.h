/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_FREEZE_H
#define LAMB_EMULATOR_ENVIRONMENT_FREEZE_H

/*
 * freeze - the pure machine of what an environment does between invocations: after a
 * grace everything in it stands still.
 *
 * Owns:    nothing but the enums and the table.
 * Never:   acts, or waits until it is frozen: that is asked for, and may be taken back
 *          before it happened.
 * Threads: any.
 * See:     docs/states/freeze.md, drawn from the table.
 */

#include "sdk/base/enum.h"

#define FREEZE_STATES(X)                                                               \
    X(FREEZE_RUNNING, "it runs")                                                       \
    X(FREEZE_GRACE, "idle; the next event may come at once")                           \
    X(FREEZE_FREEZING, "it was told to stand still")                                   \
    X(FREEZE_FROZEN, "it stands still")
LAMB_ENUM(freeze_state, FREEZE_STATES, FREEZE_STATE_N);
const char *freeze_state_name(enum freeze_state state);
const char *freeze_state_text(enum freeze_state state);

#define FREEZE_EVENTS(X)                                                               \
    X(FREEZE_EV_IDLE, "everybody waits for the next event")                            \
    X(FREEZE_EV_BUSY, "there is something to do")                                      \
    X(FREEZE_EV_GRACE_OVER, "the timer fired")                                         \
    X(FREEZE_EV_STANDS, "the sandbox says that it stands still")
LAMB_ENUM(freeze_event, FREEZE_EVENTS, FREEZE_EVENT_N);
const char *freeze_event_name(enum freeze_event event);

#define FREEZE_ACTIONS(X)                                                              \
    X(FREEZE_DO_NOTHING, "nothing to do")                                              \
    X(FREEZE_DO_ARM, "arm the grace")                                                  \
    X(FREEZE_DO_DISARM, "stop the timer")                                              \
    X(FREEZE_DO_FREEZE, "freeze the sandbox")                                          \
    X(FREEZE_DO_THAW, "thaw the sandbox")                                              \
    X(FREEZE_DO_NOTE, "note what was running still")
LAMB_ENUM(freeze_action, FREEZE_ACTIONS, FREEZE_ACTION_N);
const char *freeze_action_text(enum freeze_action action);

enum { FREEZE_E_REFUSED = 1 };

/* One step; on refusal nothing is written. */
int freeze_step(enum freeze_state *state, enum freeze_event event,
                enum freeze_action *ret_action);

#endif
