/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_JSON_H
#define LAMB_JSON_H

/*
 * json - events and responses as values of jansson.
 *
 *     #include <jansson.h>
 *     #include <lamb/json.h>
 *
 *     int handler(struct lamb_invocation *inv)
 *     {
 *         json_t *event = lamb_event_json(inv);
 *         int r = -1;
 *
 *         if (event)
 *             r = lamb_reply_json(inv, json_pack("{s:O?}", "name",
 *                                                json_object_get(event, "name")));
 *         json_decref(event);
 *         return r;
 *     }
 *
 * In a handler object jansson's functions are those of the bootstrap; a program with
 * its own main gets them with `pkg-config --libs lamb`. <jansson.h> is
 * libjansson-dev's.
 */

#include <lamb/lamb.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct json_t - a JSON value; jansson's json_t.
 * Since: 0.1
 */
struct json_t;

/**
 * lamb_event_json - the event, parsed.
 * @inv: the invocation; borrows.
 *
 * Any JSON value is one, numbers and texts too; an empty event is null.
 *
 * Returns: the value; gives, release it with json_decref. NULL when it is not JSON or
 *          there is no memory: the error is recorded ("BadEvent", "OutOfMemory"), the
 *          handler only has to return something that is not 0.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API struct json_t *lamb_event_json(struct lamb_invocation *inv);

/**
 * lamb_reply_json - make this value the response.
 * @inv:   the invocation; borrows.
 * @value: any JSON value; takes, also when it fails. NULL: there was no memory for it,
 *         or json_pack did not understand its format.
 *
 * Replaces whatever was the response so far, and makes it "application/json".
 *
 * Returns: 0.
 * Errors:  those of lamb_reply, and -ENOMEM for a value of NULL. The error is recorded:
 *          `return lamb_reply_json(inv, json_pack(...));` is enough.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_reply_json(struct lamb_invocation *inv, struct json_t *value);

#ifdef __cplusplus
}
#endif

#endif
