/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_SANDBOX_STATE_H
#define LAMB_EMULATOR_SANDBOX_SANDBOX_STATE_H

/*
 * sandbox_state - the life of one sandbox as the emulator sees it: a table.
 *
 * Events come from the wire and from the owner of the sandbox; the step names the one
 * thing to do now.
 *
 * Owns:    the state and the count of refused events.
 * Never:   does anything: sandbox.c carries out the action.
 * Threads: loop thread only.
 */

#include "sdk/base/enum.h"

#include <stdint.h>

#define SANDBOX_STATES(X)                                                              \
    X(SANDBOX_NEW, "nothing was asked for yet")                                        \
    X(SANDBOX_CREATING, "the spawner was asked to make it")                            \
    X(SANDBOX_SETTING_UP, "its init is there and sets it up")                          \
    X(SANDBOX_FAILING, "its init could not set it up; being cleared")                  \
    X(SANDBOX_READY, "takes processes")                                                \
    X(SANDBOX_KILLING, "everything but its init is being killed")                      \
    X(SANDBOX_DEAD, "gone; its owner has not let go of it")                            \
    X(SANDBOX_REMOVING, "its owner let go of it; being cleared")                       \
    X(SANDBOX_RELEASED, "gone and let go of")
LAMB_ENUM(sandbox_state, SANDBOX_STATES, SANDBOX_STATE_N);

#define SANDBOX_HAPPENINGS(X)                                                          \
    X(SANDBOX_EV_MAKE, "the owner wants it")                                           \
    X(SANDBOX_EV_MADE, "the spawner made its init")                                    \
    X(SANDBOX_EV_SET_UP, "the init is ready")                                          \
    X(SANDBOX_EV_NOT_SET_UP, "the init could not set it up")                           \
    X(SANDBOX_EV_START, "the owner starts a process")                                  \
    X(SANDBOX_EV_STARTED, "a process runs, or could not")                              \
    X(SANDBOX_EV_EXITED, "a process died")                                             \
    X(SANDBOX_EV_SIGNAL, "the owner sends a signal, freezes or thaws")                 \
    X(SANDBOX_EV_FROZEN, "everything in it stands still")                              \
    X(SANDBOX_EV_KILL, "the owner wants it empty")                                     \
    X(SANDBOX_EV_EMPTIED, "only the init is left")                                     \
    X(SANDBOX_EV_FREE, "the owner lets go")                                            \
    X(SANDBOX_EV_GONE, "it is dead and cleared, or the spawner is gone")
LAMB_ENUM(sandbox_event, SANDBOX_HAPPENINGS, SANDBOX_EVENT_N);

#define SANDBOX_ACTIONS(X)                                                             \
    X(SANDBOX_DO_NONE, "nothing")                                                      \
    X(SANDBOX_DO_ASK, "send MAKE to the spawner")                                      \
    X(SANDBOX_DO_ADOPT, "keep the init's descriptors, listen to it")                   \
    X(SANDBOX_DO_TELL_CREATED, "tell the owner that it stands")                        \
    X(SANDBOX_DO_KEEP_REASON, "remember why it failed until it is cleared")            \
    X(SANDBOX_DO_TELL_FAILED, "tell the owner that it could not be made")              \
    X(SANDBOX_DO_START, "make pipes, send START to the init")                          \
    X(SANDBOX_DO_TELL_STARTED, "tell the owner")                                       \
    X(SANDBOX_DO_TELL_EXITED, "hand out what it wrote, tell the owner")                \
    X(SANDBOX_DO_SIGNAL, "send SIGNAL or FREEZE to the init")                          \
    X(SANDBOX_DO_TELL_FROZEN, "tell the owner")                                        \
    X(SANDBOX_DO_KILL, "send KILL to the init")                                        \
    X(SANDBOX_DO_TELL_EMPTIED, "hand out what was written, tell the owner")            \
    X(SANDBOX_DO_REMOVE, "close everything, send REMOVE to the spawner")               \
    X(SANDBOX_DO_DISCARD, "close the descriptors that came too late")                  \
    X(SANDBOX_DO_TELL_LOST, "close everything, tell the owner")                        \
    X(SANDBOX_DO_RELEASE, "free it")
LAMB_ENUM(sandbox_action, SANDBOX_ACTIONS, SANDBOX_ACTION_N);

enum { SANDBOX_E_REFUSED = 1 }; /* the event means nothing in this state */

struct sandbox_life {
    enum sandbox_state state;
    uint32_t refused; /* saturates */
};

/*
 * Returns 0 with the state moved and *ret_action to be done now, or SANDBOX_E_REFUSED
 * with both untouched and the refusal counted.
 */
int sandbox_step(struct sandbox_life *life, enum sandbox_event event,
                 enum sandbox_action *ret_action) __attribute__((warn_unused_result));

const char *sandbox_state_name(enum sandbox_state state);
const char *sandbox_event_name(enum sandbox_event event);
const char *sandbox_action_name(enum sandbox_action action);

#endif
