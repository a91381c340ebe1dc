/* SPDX-License-Identifier: Apache-2.0 */

/*
 * scheduled - a job that a schedule starts. It does the work for the time that the
 * event names, not for the clock's: an event that comes late, or again, does the same.
 */

#include <jansson.h>
#include <lamb/lamb.h>
#include <string.h>

int
handler(struct lamb_invocation *inv)
{
    struct lamb_span bytes = lamb_event(inv);
    json_t *event = json_loadb(bytes.ptr, bytes.len, 0, NULL);
    const char *time = json_string_value(json_object_get(event, "time"));
    const char *type = json_string_value(json_object_get(event, "detail-type"));
    int r;

    if (!time || strlen(time) < 10 || !type || strcmp(type, "Scheduled Event") != 0)
        r = lamb_fail(inv, "BadEvent", "expected the event of a schedule");
    else
        r = lamb_printf(inv, "{\"report\":\"report-%.10s.csv\"}", time);
    json_decref(event);
    return r;
}
