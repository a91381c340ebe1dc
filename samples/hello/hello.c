/* SPDX-License-Identifier: Apache-2.0 */

/* hello - greets whom the event names: {"name":"Ada"} -> {"greeting":"Hello, Ada"}. */

#include <jansson.h>
#include <lamb/lamb.h>
#include <stdlib.h>

static int
reply_json(struct lamb_invocation *inv, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);
    int r;

    if (!text)
        return lamb_fail(inv, "OutOfMemory", "no memory for the response");
    r = lamb_printf(inv, "%s", text);
    free(text);
    return r;
}

int
handler(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);
    json_error_t error;
    json_t *request = json_loadb(event.ptr, event.len, 0, &error);
    const char *name = json_string_value(json_object_get(request, "name"));
    json_t *response;
    int r;

    if (!name) {
        r = lamb_fail(inv, "BadEvent", "expected an object like {\"name\":\"Ada\"}%s%s",
                      request ? "" : ": ", request ? "" : error.text);
        json_decref(request);
        return r;
    }
    response = json_pack("{s:o}", "greeting", json_sprintf("Hello, %s", name));
    r = reply_json(inv, response);
    json_decref(response);
    json_decref(request);
    return r;
}
