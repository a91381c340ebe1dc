/* SPDX-License-Identifier: Apache-2.0 */

/*
 * draw_states - draws docs/states/{environment,runtime,extension,freeze}.md from the
 * tables of emulator/environment, by taking every step there is.
 *
 *     draw_states DIR            compare the files in DIR with the tables
 *     draw_states --write DIR    write them anew
 *
 * Owns:    the files.
 * Never:   knows a transition itself; all it says comes out of the step functions.
 */

#include "emulator/environment/extension.h"
#include "emulator/environment/freeze.h"
#include "emulator/environment/state.h"

#include <stdio.h>
#include <string.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/err.h"

enum { FILE_MAX = 256 * 1024 };

static LAMB_ENUM_TEXT_FN(event_text, environment_event, ENVIRONMENT_EVENTS,
                         ENV_EVENT_N) static LAMB_ENUM_TEXT_FN(call_text, runtime_event,
                                                               RUNTIME_EVENTS,
                                                               RUNTIME_EVENT_N)

    /* -- the lifecycle of an environment ----------------------------------------------
     */

    struct step {
    bool is_legal;
    enum environment_state to;
    enum environment_action action;
};

static struct step
take(enum environment_state from, enum environment_event event)
{
    struct step step = { .to = from };

    step.is_legal = environment_step(&step.to, event, &step.action) == 0;
    return step;
}

/* ENV_EV_NEXT is NEXT, ENV_IDLE is IDLE. */
static const char *
state_name(enum environment_state state)
{
    return environment_state_name(state) + strlen("ENV_");
}

static const char *
event_name(enum environment_event event)
{
    return environment_event_name(event) + strlen("ENV_EV_");
}

/* From every state to the end, or nowhere: arrows that would hide the others. */
static bool
leads_to_the_end(enum environment_event event)
{
    for (int from = 0; from < ENV_STATE_N; from++) {
        struct step step = take((enum environment_state)from, event);

        if (step.is_legal && step.to != ENV_SHUTDOWN && step.to != ENV_GONE)
            return false;
    }
    return true;
}

static bool
is_drawn(enum environment_state from, enum environment_event event)
{
    struct step step = take(from, event);

    return step.is_legal && !leads_to_the_end(event) &&
           !(step.to == from && step.action == ENV_DO_NOTHING);
}

static void
list_events_to_the_end(struct lamb_buf *ret)
{
    const char *separator = "";

    for (int e = 0; e < ENV_EVENT_N; e++)
        if (leads_to_the_end((enum environment_event)e)) {
            (void)lamb_buf_printf(ret, "%s%s", separator,
                                  event_name((enum environment_event)e));
            separator = ", ";
        }
}

static void
draw_environment(struct lamb_buf *ret)
{
    (void)lamb_buf_printf(ret, "```mermaid\nstateDiagram-v2\n    [*] --> %s\n",
                          state_name(ENV_CREATING));
    for (int s = 0; s < ENV_STATE_N; s++)
        for (int e = 0; e < ENV_EVENT_N; e++) {
            enum environment_state from = (enum environment_state)s;
            enum environment_event event = (enum environment_event)e;

            if (is_drawn(from, event))
                (void)lamb_buf_printf(ret, "    %s --> %s: %s\n", state_name(from),
                                      state_name(take(from, event).to),
                                      event_name(event));
        }
    (void)lamb_buf_printf(ret,
                          "    %s --> [*]\n```\n\nNot drawn: steps that change "
                          "nothing and do nothing, and the events that lead to the "
                          "end\nfrom everywhere (",
                          state_name(ENV_GONE));
    list_events_to_the_end(ret);
    (void)lamb_buf_str(ret, ").\n\n");
}

static void
list_environment_states(struct lamb_buf *ret)
{
    (void)lamb_buf_str(ret,
                       "## States\n\n| state | what it is | events that mean nothing "
                       "in it |\n|---|---|---|\n");
    for (int s = 0; s < ENV_STATE_N; s++) {
        enum environment_state state = (enum environment_state)s;

        (void)lamb_buf_printf(ret, "| %s | %s |", state_name(state),
                              environment_state_text(state));
        for (int e = 0; e < ENV_EVENT_N; e++)
            if (!take(state, (enum environment_event)e).is_legal)
                (void)lamb_buf_printf(ret, " %s",
                                      event_name((enum environment_event)e));
        (void)lamb_buf_str(ret, " |\n");
    }
}

static void
list_environment_events(struct lamb_buf *ret)
{
    (void)lamb_buf_str(ret, "\n## Events\n\n| event | what happened |\n|---|---|\n");
    for (int e = 0; e < ENV_EVENT_N; e++)
        (void)lamb_buf_printf(ret, "| %s | %s |\n",
                              event_name((enum environment_event)e),
                              event_text((enum environment_event)e));
}

static void
list_environment_steps(struct lamb_buf *ret)
{
    (void)lamb_buf_str(
        ret,
        "\n## Steps\n\n| state | event | next | what is done |\n|---|---|---|---|\n");
    for (int s = 0; s < ENV_STATE_N; s++)
        for (int e = 0; e < ENV_EVENT_N; e++) {
            struct step step =
                take((enum environment_state)s, (enum environment_event)e);

            if (step.is_legal)
                (void)lamb_buf_printf(ret, "| %s | %s | %s | %s |\n",
                                      state_name((enum environment_state)s),
                                      event_name((enum environment_event)e),
                                      state_name(step.to),
                                      environment_action_text(step.action));
        }
}

static void
write_environment(struct lamb_buf *ret)
{
    (void)lamb_buf_str(
        ret, "# The life of an execution environment\n\n"
             "Drawn from the table in `emulator/environment/state.c`; do not edit. "
             "`environment.c`\ncarries the actions out. Names stand without `ENV_` and "
             "`ENV_EV_`.\n\n");
    draw_environment(ret);
    list_environment_states(ret);
    list_environment_events(ret);
    list_environment_steps(ret);
}

/* -- what the Runtime API lets the runtime do ---------------------------------------
 */

static bool
call(enum runtime_state from, enum runtime_event event, enum runtime_state *ret_to)
{
    return runtime_step(&from, event, ret_to) == 0;
}

static void
draw_runtime(struct lamb_buf *ret)
{
    (void)lamb_buf_printf(ret, "```mermaid\nstateDiagram-v2\n    [*] --> %s\n",
                          runtime_state_text(RUNTIME_STARTED));
    for (int s = 0; s < RUNTIME_STATE_N; s++)
        for (int e = 0; e < RUNTIME_EVENT_N; e++) {
            enum runtime_state to;

            if (call((enum runtime_state)s, (enum runtime_event)e, &to))
                (void)lamb_buf_printf(ret, "    %s --> %s: %s\n",
                                      runtime_state_text((enum runtime_state)s),
                                      runtime_state_text(to),
                                      call_text((enum runtime_event)e));
        }
    (void)lamb_buf_str(ret, "```\n\n");
}

static void
list_runtime_steps(struct lamb_buf *ret)
{
    (void)lamb_buf_str(ret, "| state |");
    for (int e = 0; e < RUNTIME_EVENT_N; e++)
        (void)lamb_buf_printf(ret, " %s |", call_text((enum runtime_event)e));
    (void)lamb_buf_str(ret, "\n|---|");
    for (int e = 0; e < RUNTIME_EVENT_N; e++)
        (void)lamb_buf_str(ret, "---|");
    for (int s = 0; s < RUNTIME_STATE_N; s++) {
        (void)lamb_buf_printf(ret, "\n| %s |",
                              runtime_state_text((enum runtime_state)s));
        for (int e = 0; e < RUNTIME_EVENT_N; e++) {
            enum runtime_state to;

            (void)lamb_buf_printf(
                ret, " %s |",
                call((enum runtime_state)s, (enum runtime_event)e, &to)
                    ? runtime_state_text(to)
                    : "-");
        }
    }
    (void)lamb_buf_char(ret, '\n');
}

static void
write_runtime(struct lamb_buf *ret)
{
    (void)lamb_buf_str(
        ret, "# What the Runtime API lets a runtime do\n\n"
             "Drawn from the table in `emulator/environment/state.c`; do not edit. "
             "`runtime_api.c`\nasks it. The names of the states are those of AWS's own "
             "core, because clients see\nthem in error texts.\n\n");
    draw_runtime(ret);
    (void)lamb_buf_str(
        ret, "`-` is refused. A call of the runtime that is refused gets 403\n"
             "`InvalidStateTransition` with the text `State transition from FROM to TO "
             "failed for\nruntime. Error: State transition is not allowed`.\n\n");
    list_runtime_steps(ret);
}

/* -- an extension ------------------------------------------------------------------ */

static void
write_extension(struct lamb_buf *ret)
{
    (void)lamb_buf_str(
        ret,
        "# What the Extensions API lets an extension do\n\n"
        "Drawn from the table in `emulator/environment/extension.c`; do not edit. "
        "The names of\nthe states are those of AWS's own core, because clients see "
        "them in error texts.\n`-` is refused; a call of an extension that is refused "
        "gets 403\n`Extension.InvalidExtensionState`.\n\n| |");
    for (int e = 0; e < EXTENSION_EVENT_N; e++)
        (void)lamb_buf_printf(ret, " %s |",
                              extension_event_text((enum extension_event)e));
    (void)lamb_buf_str(ret, "\n|---|");
    for (int e = 0; e < EXTENSION_EVENT_N; e++)
        (void)lamb_buf_str(ret, "---|");
    for (int s = 0; s < EXTENSION_STATE_N; s++) {
        (void)lamb_buf_printf(ret, "\n| %s |",
                              extension_state_text((enum extension_state)s));
        for (int e = 0; e < EXTENSION_EVENT_N; e++) {
            enum extension_state state = (enum extension_state)s;
            enum extension_state to;
            int r = extension_step(&state, (enum extension_event)e, &to);

            (void)lamb_buf_printf(ret, " %s |", r ? "-" : extension_state_text(to));
        }
    }
    (void)lamb_buf_char(ret, '\n');
}

/* -- between invocations ----------------------------------------------------------- */

static void
write_freeze(struct lamb_buf *ret)
{
    (void)lamb_buf_str(
        ret, "# Between invocations\n\n"
             "Drawn from the table in `emulator/environment/freeze.c`; do not edit. "
             "`between.c` carries\nthe actions out. What does not stand here is "
             "refused. Names "
             "stand without `FREEZE_` and\n`FREEZE_EV_`.\n\n"
             "| state | what it is | event | next | what is done "
             "|\n|---|---|---|---|---|\n");
    for (int s = 0; s < FREEZE_STATE_N; s++)
        for (int e = 0; e < FREEZE_EVENT_N; e++) {
            enum freeze_state from = (enum freeze_state)s;
            enum freeze_state to = from;
            enum freeze_action action;

            if (freeze_step(&to, (enum freeze_event)e, &action))
                continue;
            (void)lamb_buf_printf(
                ret, "| %s | %s | %s | %s | %s |\n",
                freeze_state_name(from) + strlen("FREEZE_"), freeze_state_text(from),
                freeze_event_name((enum freeze_event)e) + strlen("FREEZE_EV_"),
                freeze_state_name(to) + strlen("FREEZE_"), freeze_action_text(action));
        }
}

/* -- the files
 * -------------------------------------------------------------------------
 */

static int
complain(const char *path, const char *what)
{
    (void)fprintf(stderr, "draw_states: %s: %s\n", path, what);
    return 1;
}

static int
write_file(const char *path, const struct lamb_buf *text)
{
    FILE *file = fopen(path, "w");
    bool is_whole;

    if (!file)
        return complain(path, "cannot be written");
    is_whole = fwrite(text->ptr, 1, text->len, file) == text->len;
    is_whole = fclose(file) == 0 && is_whole;
    return is_whole ? 0 : complain(path, "could not be written whole");
}

static int
compare_file(const char *path, const struct lamb_buf *text)
{
    LAMB_AUTOFREE char *found = malloc(FILE_MAX);
    FILE *file = fopen(path, "r");
    size_t len;

    if (!file)
        return complain(path, "is not there; `ninja -C build draw-states` makes it");
    lamb_assert(found);
    len = fread(found, 1, FILE_MAX, file);
    (void)fclose(file);
    if (len == text->len && memcmp(found, text->ptr, len) == 0)
        return 0;
    return complain(path, "differs from the tables in emulator/environment/state.c; "
                          "`ninja -C build draw-states` renews it");
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(struct lamb_buf *ret);
    } pages[] = { { "environment.md", write_environment },
                  { "runtime.md", write_runtime },
                  { "extension.md", write_extension },
                  { "freeze.md", write_freeze } };
    bool renews = argc == 3 && strcmp(argv[1], "--write") == 0;
    int failures = 0;

    if (argc != 2 && !renews) {
        (void)fprintf(stderr, "usage: draw_states [--write] docs/states\n");
        return 2;
    }
    for (size_t i = 0; i < LAMB_COUNT(pages); i++) {
        LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(FILE_MAX);
        char path[4096];

        if (lamb_format(path, sizeof(path), "%s/%s", argv[argc - 1], pages[i].name))
            return complain(argv[argc - 1], "is too long");
        pages[i].write(&text);
        lamb_assert(!lamb_buf_error(&text));
        failures += renews ? write_file(path, &text) : compare_file(path, &text);
    }
    return failures ? 1 : 0;
}
