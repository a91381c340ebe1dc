/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include <lamb/json.h>

#include "sdk/json/tree.h"

json_t *
lamb_event_json(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);
    struct lamb_json_check why;
    json_t *value;
    int r;

    if (!event.len)
        return json_null();
    value = lamb_json_tree(event, &r, &why);
    if (r == -ENOMEM)
        (void)lamb_fail(inv, "OutOfMemory", "no memory to read the event");
    else if (r)
        (void)lamb_fail(inv, "BadEvent",
                        "the event is not JSON: %s (line %zu, column %zu)", why.text,
                        why.line, why.column);
    return value;
}

/* Where a value is written to, and how that went. */
struct sink {
    struct lamb_invocation *inv;
    int error;
};

static int
write_part(const char *bytes, size_t len, void *closure)
{
    struct sink *sink = closure;

    sink->error = lamb_write(sink->inv, bytes, len);
    return sink->error ? -1 : 0;
}

static int
reply(struct lamb_invocation *inv, const json_t *value)
{
    struct sink sink = { .inv = inv };
    int r;

    if (!value)
        return -ENOMEM;
    r = lamb_reply(inv, NULL, 0);
    if (!r)
        r = lamb_set_content_type(inv, "application/json");
    if (!r &&
        json_dump_callback(value, write_part, &sink, JSON_COMPACT | JSON_ENCODE_ANY))
        r = sink.error ? sink.error : -ENOMEM;
    return r;
}

int
lamb_reply_json(struct lamb_invocation *inv, json_t *value)
{
    int r = reply(inv, value);

    json_decref(value);
    if (r)
        (void)lamb_fail(inv, r == -ENOMEM ? "OutOfMemory" : NULL,
                        "the response could not be made: %s", strerror(-r));
    return r;
}
