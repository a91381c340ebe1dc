/* SPDX-License-Identifier: Apache-2.0 */

/*
 * streaming - answers while it still works: one line of JSON after the other. Whoever
 * invokes with InvokeWithResponseStream has the first line before the last is made.
 */

#include <jansson.h>
#include <lamb/lamb.h>

enum { LINES_MAX = 1000000 };

int
handler(struct lamb_invocation *inv)
{
    struct lamb_span bytes = lamb_event(inv);
    json_t *event = json_loadb(bytes.ptr, bytes.len, 0, NULL);
    json_int_t n = json_integer_value(json_object_get(event, "lines"));
    int r;

    json_decref(event);
    if (n < 1 || n > LINES_MAX)
        return lamb_fail(inv, "BadEvent", "expected an object like {\"lines\":3}");
    r = lamb_stream(inv, "application/x-ndjson");
    /* -EPIPE: nobody reads any more, so nothing is worth making. */
    for (json_int_t i = 1; i <= n && r == 0; i++)
        r = lamb_printf(inv, "{\"line\":%d,\"square\":%d}\n", (int)i,
                        (int)(i * i % 1000));
    return r;
}
