/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/extension.h"

#include "sdk/base/buf.h"
#include "sdk/base/err.h"

LAMB_ENUM_TEXT_FN(extension_state_text, extension_state, EXTENSION_STATES,
                  EXTENSION_STATE_N)
LAMB_ENUM_TEXT_FN(extension_event_text, extension_event, EXTENSION_EVENTS,
                  EXTENSION_EVENT_N)
LAMB_ENUM_TEXT_FN(extension_wish_text, extension_wish, EXTENSION_WISHES,
                  EXTENSION_WISH_N)

/* Where each event leads, and from which states it may (bits). */
static const struct {
    enum extension_state to;
    unsigned from;
} rules[EXTENSION_EVENT_N] = {
#define FROM(state) (1u << (state))
#define ALIVE                                                                          \
    (FROM(EXTENSION_STARTED) | FROM(EXTENSION_REGISTERED) | FROM(EXTENSION_READY) |    \
     FROM(EXTENSION_RUNNING) | FROM(EXTENSION_INIT_ERROR) |                            \
     FROM(EXTENSION_EXIT_ERROR))
    [EXTENSION_EV_REGISTER] = { EXTENSION_REGISTERED, FROM(EXTENSION_STARTED) },
    [EXTENSION_EV_NEXT] = { EXTENSION_READY,
                            FROM(EXTENSION_REGISTERED) | FROM(EXTENSION_RUNNING) },
    [EXTENSION_EV_EVENT] = { EXTENSION_RUNNING, FROM(EXTENSION_READY) },
    /* Repeating a report changes nothing. */
    [EXTENSION_EV_INIT_ERROR] = { EXTENSION_INIT_ERROR,
                                  FROM(EXTENSION_REGISTERED) |
                                      FROM(EXTENSION_INIT_ERROR) },
    [EXTENSION_EV_EXIT_ERROR] = { EXTENSION_EXIT_ERROR,
                                  FROM(EXTENSION_RUNNING) | FROM(EXTENSION_READY) |
                                      FROM(EXTENSION_EXIT_ERROR) },
    [EXTENSION_EV_EXITED] = { EXTENSION_EXITED, ALIVE },
    [EXTENSION_EV_LAUNCH_FAILED] = { EXTENSION_LAUNCH_ERROR, FROM(EXTENSION_STARTED) },
#undef ALIVE
#undef FROM
};

int
extension_step(enum extension_state *state, enum extension_event event,
               enum extension_state *ret_to)
{
    *ret_to = rules[event].to;
    if (!(rules[event].from & (1u << *state)))
        return EXTENSION_E_REFUSED;
    *state = *ret_to;
    return 0;
}

struct extension *
crew_add(struct crew *crew, struct lamb_span name)
{
    struct extension *added = &crew->list[crew->n];
    size_t len = name.len < sizeof(added->name) ? name.len : sizeof(added->name) - 1;

    if (crew->n == EXTENSIONS_MAX)
        return NULL;
    *added = (struct extension){ .state = EXTENSION_STARTED };
    memcpy(added->name, name.ptr, len);
    crew->n++;
    return added;
}

struct extension *
crew_find_name(struct crew *crew, struct lamb_span name)
{
    for (size_t i = 0; i < crew->n; i++)
        if (lamb_span_is(name, crew->list[i].name))
            return &crew->list[i];
    return NULL;
}

struct extension *
crew_find_id(struct crew *crew, struct lamb_span id)
{
    for (size_t i = 0; id.len && i < crew->n; i++)
        if (lamb_span_eq_nocase(id, lamb_span_str(crew->list[i].id)))
            return &crew->list[i];
    return NULL;
}

struct extension *
crew_find_proc(struct crew *crew, unsigned proc)
{
    for (size_t i = 0; proc && i < crew->n; i++)
        if (crew->list[i].proc == proc)
            return &crew->list[i];
    return NULL;
}

bool
crew_is_registered(const struct crew *crew)
{
    for (size_t i = 0; i < crew->n; i++)
        if (crew->list[i].state == EXTENSION_STARTED)
            return false;
    return true;
}

bool
crew_is_ready(const struct crew *crew)
{
    for (size_t i = 0; i < crew->n; i++)
        if (crew->list[i].state != EXTENSION_READY)
            return false;
    return true;
}

bool
crew_has_external(const struct crew *crew)
{
    for (size_t i = 0; i < crew->n; i++)
        if (!crew->list[i].is_internal)
            return true;
    return false;
}

void
extension_list_wishes(const struct extension *extension,
                      char ret[EXTENSION_WISHES_SIZE])
{
    bool has_both =
        extension->wishes[EXTENSION_INVOKE] && extension->wishes[EXTENSION_SHUTDOWN];
    int r = lamb_format(ret, EXTENSION_WISHES_SIZE, "%s%s%s",
                        extension->wishes[EXTENSION_INVOKE] ? "INVOKE" : "",
                        has_both ? "," : "",
                        extension->wishes[EXTENSION_SHUTDOWN] ? "SHUTDOWN" : "");

    lamb_assert(r == 0);
}
