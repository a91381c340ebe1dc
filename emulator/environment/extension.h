/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_EXTENSION_H
#define LAMB_EMULATOR_ENVIRONMENT_EXTENSION_H

/*
 * extension - the extensions of one environment: who they are, and what each may do
 * next (the names are those of AWS's own core, because clients see them in error texts:
 * core/agent_state_names.go).
 *
 * Owns:    names, ids and states.
 * Never:   speaks HTTP, starts a process.
 * Threads: loop thread only.
 * See:     docs/states/extension.md, drawn from the table.
 */

#include "sdk/base/enum.h"
#include "sdk/base/span.h"

#include <stdbool.h>

#define EXTENSION_STATES(X)                                                            \
    X(EXTENSION_STARTED, "Started")                                                    \
    X(EXTENSION_REGISTERED, "Registered")                                              \
    X(EXTENSION_READY, "Ready")                                                        \
    X(EXTENSION_RUNNING, "Running")                                                    \
    X(EXTENSION_INIT_ERROR, "InitError")                                               \
    X(EXTENSION_EXIT_ERROR, "ExitError")                                               \
    X(EXTENSION_EXITED, "Exited")                                                      \
    X(EXTENSION_LAUNCH_ERROR, "LaunchError")
LAMB_ENUM(extension_state, EXTENSION_STATES, EXTENSION_STATE_N);
const char *extension_state_text(enum extension_state state); /* "Started" */

#define EXTENSION_EVENTS(X)                                                            \
    X(EXTENSION_EV_REGISTER, "POST /register")                                         \
    X(EXTENSION_EV_NEXT, "GET /event/next")                                            \
    X(EXTENSION_EV_EVENT, "an event is handed out")                                    \
    X(EXTENSION_EV_INIT_ERROR, "POST /init/error")                                     \
    X(EXTENSION_EV_EXIT_ERROR, "POST /exit/error")                                     \
    X(EXTENSION_EV_EXITED, "its process ended")                                        \
    X(EXTENSION_EV_LAUNCH_FAILED, "its process could not start")
LAMB_ENUM(extension_event, EXTENSION_EVENTS, EXTENSION_EVENT_N);
const char *extension_event_text(enum extension_event event);

enum { EXTENSION_E_REFUSED = 1 };

/*
 * One step; on refusal the state stays and *ret_to is the state that the event would
 * have led to, for the error text.
 */
int extension_step(enum extension_state *state, enum extension_event event,
                   enum extension_state *ret_to);

/* What an extension may subscribe to. */
#define EXTENSION_WISHES(X)                                                            \
    X(EXTENSION_INVOKE, "INVOKE")                                                      \
    X(EXTENSION_SHUTDOWN, "SHUTDOWN")
LAMB_ENUM(extension_wish, EXTENSION_WISHES, EXTENSION_WISH_N);
const char *extension_wish_text(enum extension_wish wish);

enum { EXTENSIONS_MAX = 10, EXTENSION_NAME_SIZE = 128, EXTENSION_ID_SIZE = 37 };

struct http_request;
struct extension {
    char name[EXTENSION_NAME_SIZE];
    char id[EXTENSION_ID_SIZE]; /* "" until it is registered */
    enum extension_state state;
    bool wishes[EXTENSION_WISH_N];
    bool is_internal;          /* lives in the runtime's process */
    unsigned proc;             /* of an external one; 0: none */
    struct http_request *poll; /* parked in /event/next */
    char error_type[128];      /* of an error that it reported */
};

/* The extensions of one environment; all zero is none. */
struct crew {
    struct extension list[EXTENSIONS_MAX];
    size_t n;
    bool is_closed; /* no more may register: the runtime asked for its first event */
};

/* Add one called NAME; NULL: there are EXTENSIONS_MAX already. NAME is cut to fit. */
struct extension *crew_add(struct crew *crew, struct lamb_span name);
struct extension *crew_find_name(struct crew *crew, struct lamb_span name);
struct extension *crew_find_id(struct crew *crew, struct lamb_span id);
struct extension *crew_find_proc(struct crew *crew, unsigned proc);

bool crew_is_registered(const struct crew *crew); /* every external one is */
bool crew_is_ready(const struct crew *crew);      /* every one waits for an event */
bool crew_has_external(const struct crew *crew);

/* "INVOKE,SHUTDOWN" of what EXTENSION subscribed to. */
enum { EXTENSION_WISHES_SIZE = 16 };
void extension_list_wishes(const struct extension *extension,
                           char ret[EXTENSION_WISHES_SIZE]);

#endif
