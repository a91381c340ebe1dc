/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_STATE_H
#define LAMB_EMULATOR_ENVIRONMENT_STATE_H

/*
 * state - the two pure machines of an execution environment: its lifecycle, and what
 * the Runtime API lets the runtime do (the names are those of AWS's own core, because
 * clients see them in error texts: core/states.go).
 *
 * Owns:    nothing but the enums and tables.
 * Never:   acts. A step returns the action for environment.c to carry out.
 * Threads: any.
 * See:     docs/states/environment.md, drawn from the tables.
 */

#include "sdk/base/enum.h"

#include <stdint.h>

#define ENVIRONMENT_STATES(X)                                                          \
    X(ENV_CREATING, "the sandbox is being made")                                       \
    X(ENV_REGISTERING, "INIT phase: external extensions start and register")           \
    X(ENV_INIT, "INIT phase: somebody has not polled yet")                             \
    X(ENV_INIT_FAILING, "it reported a failed init and has a moment to exit")          \
    X(ENV_FAILED, "the first invocation is answered with what init reported")          \
    X(ENV_IDLE, "everybody waits for the next event")                                  \
    X(ENV_INVOKE, "the runtime has an event and has not answered")                     \
    X(ENV_ANSWERED, "answered, somebody has not polled again")                         \
    X(ENV_RESET, "everything in the sandbox is being killed, /tmp stays")              \
    X(ENV_COLD, "no process; the next invocation starts with init")                    \
    X(ENV_INVOKE_REGISTERING, "extensions start inside an invocation")                 \
    X(ENV_INVOKE_INIT, "init inside an invocation (suppressed init)")                  \
    X(ENV_SHUTDOWN, "everything is being killed for good")                             \
    X(ENV_GONE, "nothing is left")
LAMB_ENUM(environment_state, ENVIRONMENT_STATES, ENV_STATE_N);
const char *environment_state_name(enum environment_state state);
const char *environment_state_text(enum environment_state state);

#define ENVIRONMENT_EVENTS(X)                                                          \
    X(ENV_EV_CREATED, "the sandbox stands")                                            \
    X(ENV_EV_REGISTERED, "every external extension is registered")                     \
    X(ENV_EV_INVOKED, "it was given an invocation")                                    \
    X(ENV_EV_NEXT, "everybody polls for the next event")                               \
    X(ENV_EV_RESPONSE, "the answer is complete")                                       \
    X(ENV_EV_INIT_ERROR, "the runtime reported that init failed")                      \
    X(ENV_EV_EXITED, "the runtime or an extension ended or could not start")           \
    X(ENV_EV_DEADLINE, "the timer of this state fired")                                \
    X(ENV_EV_EMPTIED, "no process is left in the sandbox")                             \
    X(ENV_EV_STOP, "it is to end")                                                     \
    X(ENV_EV_LOST, "the sandbox could not be made or died")
LAMB_ENUM(environment_event, ENVIRONMENT_EVENTS, ENV_EVENT_N);
const char *environment_event_name(enum environment_event event);

#define ENVIRONMENT_ACTIONS(X)                                                         \
    X(ENV_DO_NOTHING, "nothing to do")                                                 \
    X(ENV_DO_START_EXTENSIONS, "start the extensions, arm the INIT limit")             \
    X(ENV_DO_START, "start the runtime")                                               \
    X(ENV_DO_INIT_DONE, "report the init, become available")                           \
    X(ENV_DO_AWAIT_EXIT, "give it a moment to exit by itself")                         \
    X(ENV_DO_INIT_FAILED, "report the failed init, kill")                              \
    X(ENV_DO_INIT_INSIDE,                                                              \
      "start the extensions inside the invocation, arm its deadline")                  \
    X(ENV_DO_INIT_DONE_INSIDE, "report the init, hand out the event")                  \
    X(ENV_DO_HAND_OUT, "arm the deadline, hand out the event")                         \
    X(ENV_DO_HAND_OUT_AGAIN, "hand out the same event again")                          \
    X(ENV_DO_CLOSE, "report, close the invocation, become available")                  \
    X(ENV_DO_FAIL, "answer as crashed, report, close, kill")                           \
    X(ENV_DO_TIME_OUT, "answer as timed out, report, close, kill")                     \
    X(ENV_DO_CLOSE_BROKEN, "the answer stands: report, close, kill")                   \
    X(ENV_DO_AVAILABLE, "become available")                                            \
    X(ENV_DO_FAIL_INIT,                                                                \
      "answer with what init reported, report, close, kill for good")                  \
    X(ENV_DO_KILL, "kill, for good")                                                   \
    X(ENV_DO_FAIL_AND_KILL, "answer as failed, report, close, kill for good")          \
    X(ENV_DO_RELEASE, "free the sandbox, tell the owner")                              \
    X(ENV_DO_ABANDON, "answer what runs as failed, free the sandbox, tell the owner")
LAMB_ENUM(environment_action, ENVIRONMENT_ACTIONS, ENV_ACTION_N);
const char *environment_action_text(enum environment_action action);

enum { STATE_E_REFUSED = 1 }; /* the event means nothing in this state */

/* One step; on refusal nothing is written. */
int environment_step(enum environment_state *state, enum environment_event event,
                     enum environment_action *ret_action);

#define RUNTIME_STATES(X)                                                              \
    X(RUNTIME_STARTED, "Started")                                                      \
    X(RUNTIME_INIT_ERROR, "InitError")                                                 \
    X(RUNTIME_READY, "Ready")                                                          \
    X(RUNTIME_RUNNING, "Running")                                                      \
    X(RUNTIME_RESPONSE, "InvocationResponse")                                          \
    X(RUNTIME_ERROR_RESPONSE, "InvocationErrorResponse")                               \
    X(RUNTIME_RESPONSE_SENT, "RuntimeResponseSentState")
LAMB_ENUM(runtime_state, RUNTIME_STATES, RUNTIME_STATE_N);
const char *runtime_state_text(enum runtime_state state); /* "Started" */

#define RUNTIME_EVENTS(X)                                                              \
    X(RUNTIME_EV_NEXT, "GET /next")                                                    \
    X(RUNTIME_EV_EVENT, "an event is handed out")                                      \
    X(RUNTIME_EV_RESPONSE, "POST /response begins")                                    \
    X(RUNTIME_EV_ERROR, "POST /error begins")                                          \
    X(RUNTIME_EV_SENT, "the answer was taken")                                         \
    X(RUNTIME_EV_INIT_ERROR, "POST /init/error")
LAMB_ENUM(runtime_event, RUNTIME_EVENTS, RUNTIME_EVENT_N);

/*
 * One step; on refusal the state stays and *ret_to is the state that the event would
 * have led to, for the error text.
 */
int runtime_step(enum runtime_state *state, enum runtime_event event,
                 enum runtime_state *ret_to);

#endif
