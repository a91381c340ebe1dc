/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/events/sample.h"

#include <errno.h>
#include <string.h>

#include "sdk/base/num.h"
#include "sdk/base/span.h"

const struct lamb_event_sample *
lamb_event_sample_named(const char *name)
{
    for (const struct lamb_event_sample *s = lamb_event_samples; s->name; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

/* The member or element called NAME (LEN bytes) of AT; borrows; NULL: there is none. */
static json_t *
child(const json_t *at, const char *name, size_t len)
{
    uint64_t index;

    if (json_is_object(at))
        return json_object_getn(at, name, len);
    if (lamb_parse_u64(lamb_span_of(name, len), 0, SIZE_MAX, &index))
        return NULL;
    return json_array_get(at, (size_t)index);
}

static int
put(json_t *at, const char *name, size_t len, json_t *value)
{
    uint64_t index;

    if (json_is_object(at))
        return json_object_setn_new(at, name, len, value) ? -ENOMEM : 0;
    if (lamb_parse_u64(lamb_span_of(name, len), 0, SIZE_MAX, &index) == 0)
        return json_array_set_new(at, (size_t)index, value) ? -EINVAL : 0;
    json_decref(value);
    return -EINVAL;
}

int
lamb_event_change(json_t *event, const char *text)
{
    const char *equals = strchr(text, '=');
    json_t *at = event;
    json_t *value;

    if (!equals)
        return -EINVAL;
    while (at) {
        size_t rest = (size_t)(equals - text);
        const char *dot = memchr(text, '.', rest);
        size_t len = dot && !child(at, text, rest) ? (size_t)(dot - text) : rest;

        if (len == rest)
            break;
        at = child(at, text, len);
        text += len + 1;
    }
    if (!json_is_object(at) && !json_is_array(at))
        return -EINVAL;
    value = json_loads(equals + 1, JSON_DECODE_ANY, NULL);
    if (!value)
        value = json_string(equals + 1);
    return value ? put(at, text, (size_t)(equals - text), value) : -EINVAL;
}
