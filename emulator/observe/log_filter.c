/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/log_filter.h"

#include <ctype.h>
#include <jansson.h>

/* -- the platform's events ----------------------------------------------------------
 */

/* The level on success and otherwise; LEVEL_UNSET: not an event of the log. */
static const struct {
    enum log_level success;
    enum log_level failure;
} levels[EVENT_TYPE_N] = {
    [EVENT_INIT_START] = { LEVEL_INFO, LEVEL_INFO },
    [EVENT_INIT_RUNTIME_DONE] = { LEVEL_DEBUG, LEVEL_WARN },
    [EVENT_INIT_REPORT] = { LEVEL_DEBUG, LEVEL_WARN },
    [EVENT_START] = { LEVEL_INFO, LEVEL_INFO },
    [EVENT_RUNTIME_DONE] = { LEVEL_DEBUG, LEVEL_WARN },
    [EVENT_REPORT] = { LEVEL_INFO, LEVEL_WARN },
    [EVENT_PLATFORM_EXTENSION] = { LEVEL_INFO, LEVEL_WARN },
    [EVENT_TELEMETRY_SUBSCRIPTION] = { LEVEL_INFO, LEVEL_INFO },
    [EVENT_LOGS_SUBSCRIPTION] = { LEVEL_INFO, LEVEL_INFO },
    [EVENT_LOGS_DROPPED] = { LEVEL_WARN, LEVEL_WARN },
};

static bool
is_on_demand(const struct event_origin *origin)
{
    return !origin->initialization_type ||
           strcmp(origin->initialization_type, "on-demand") == 0;
}

/* The level of a platform event. */
static enum log_level
system_level(const struct event *event)
{
    const struct event_origin *origin = event->origin;
    bool failed = event->type == EVENT_PLATFORM_EXTENSION
                      ? event->error_type != NULL
                      : event->status != STATUS_SUCCESS;

    /* Two rows depend on more than success. */
    if (event->type == EVENT_INIT_START && !origin->runtime_version)
        return LEVEL_DEBUG;
    if (event->type == EVENT_INIT_REPORT && !failed && !is_on_demand(origin))
        return LEVEL_INFO;
    return failed ? levels[event->type].failure : levels[event->type].success;
}

/* -- what functions write -----------------------------------------------------------
 */

/* Does TEXT fit FORM, where 0 stands for a digit? */
static bool
has_form(const char *text, const char *form)
{
    for (; *form; text++, form++)
        if (*form == '0' ? !isdigit((unsigned char)*text) : *text != *form)
            return false;
    return true;
}

/* 2006-01-02T15:04:05[.digits](Z|+hh:mm|-hh:mm), RFC 3339. */
static bool
is_rfc3339(const char *text)
{
    if (!text || !has_form(text, "0000-00-00"))
        return false;
    if (!strchr("Tt ", text[10]) || !text[10] || !has_form(text + 11, "00:00:00"))
        return false;
    text += strlen("2006-01-02T15:04:05");
    if (*text == '.') {
        if (!isdigit((unsigned char)*++text))
            return false;
        while (isdigit((unsigned char)*text))
            text++;
    }
    if (*text == 'Z' || *text == 'z')
        return text[1] == '\0';
    return (*text == '+' || *text == '-') && has_form(text + 1, "00:00") &&
           text[6] == '\0';
}

/* "level" or "Level": names are compared in any case. */
static const char *
text_of(const json_t *object, const char *name)
{
    const char *key;
    json_t *value;
    void *it = json_object_iter((json_t *)(uintptr_t)object);

    for (; it; it = json_object_iter_next((json_t *)(uintptr_t)object, it)) {
        key = json_object_iter_key(it);
        value = json_object_iter_value(it);
        if (lamb_span_eq_nocase(lamb_span_str(key), lamb_span_str(name)))
            return json_string_value(value);
    }
    return NULL;
}

/*
 * The level of what a function wrote: of a JSON object its "level", where it has a
 * valid one and an RFC 3339 "timestamp" beside it, else INFO. False: it is no JSON
 * object, and no level applies to it.
 */
static bool
application_level(const struct event *event, enum log_level *ret)
{
    struct lamb_span text = lamb_span_trim(event->text);
    enum log_level level = LOG_LEVEL_N;
    json_t *json;

    if (event->level != LEVEL_UNSET) {
        *ret = event->level;
        return true;
    }
    if (!lamb_span_starts(text, "{"))
        return false;
    json = json_loadb(text.ptr, text.len, 0, NULL);
    if (!json_is_object(json)) {
        json_decref(json);
        return false;
    }
    if (is_rfc3339(text_of(json, "timestamp")))
        level = log_level_parse(lamb_span_str(text_of(json, "level")));
    json_decref(json);
    *ret = level == LOG_LEVEL_N ? LEVEL_INFO : level;
    return true;
}

bool
log_filter_passes(const struct event *event)
{
    const struct event_origin *origin = event->origin;
    enum log_level level;

    if (!origin || origin->log_format != LOG_FORMAT_JSON)
        return true;
    if (event->type == EVENT_EXTENSION)
        return true; /* levels are the function's */
    if (event->type == EVENT_FUNCTION)
        return !application_level(event, &level) ||
               log_level_passes(level, origin->application_level);
    level = system_level(event);
    return level != LEVEL_UNSET && log_level_passes(level, origin->system_level);
}
