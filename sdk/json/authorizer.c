/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/base/auto.h"
#include "sdk/json/tree.h"

#include <lamb/authorizer.h>

/* Send WHOLE, which is taken, with CONTEXT in it. */
static int
answer(struct lamb_invocation *inv, json_t *whole, json_t *context)
{
    LAMB_AUTOFREE char *text = NULL;
    int r = whole ? 0 : -ENOMEM;

    if (!r && context && json_object_set(whole, "context", context))
        r = -ENOMEM;
    if (!r)
        text = json_dumps(whole, JSON_COMPACT);
    if (!r)
        r = text ? lamb_reply(inv, text, strlen(text)) : -ENOMEM;
    if (!r)
        r = lamb_set_content_type(inv, "application/json");
    json_decref(whole);
    return r;
}

static int
recorded(struct lamb_invocation *inv, int r, const char *why)
{
    if (r)
        (void)lamb_fail(inv, r == -ENOMEM ? "OutOfMemory" : "BadAnswer",
                        "the authorizer's answer could not be made: %s",
                        r == -EINVAL ? why : strerror(-r));
    return r;
}

static bool
is_flat(json_t *context)
{
    const char *name;
    json_t *value;

    if (context && !json_is_object(context))
        return false;
    json_object_foreach(context, name, value)
    {
        if (!json_is_string(value) && !json_is_number(value) && !json_is_boolean(value))
            return false;
    }
    return true;
}

static json_t *
policy(const char *principal, int allow, const char *resource)
{
    return json_pack("{s:s, s:{s:s, s:[{s:s, s:s, s:s}]}}", "principalId", principal,
                     "policyDocument", "Version", "2012-10-17", "Statement", "Action",
                     "execute-api:Invoke", "Effect", allow ? "Allow" : "Deny",
                     "Resource", resource);
}

int
lamb_authorizer_policy(struct lamb_invocation *inv, const char *principal, int allow,
                       const char *resource, json_t *context)
{
    struct lamb_span bytes = lamb_event(inv);
    struct lamb_json_check why;
    json_t *event = NULL;
    int r = 0;

    if (!resource)
        event = lamb_json_tree(bytes, &r, &why);
    if (!resource)
        resource = json_string_value(json_object_get(event, "methodArn"));
    if (!resource)
        resource = json_string_value(json_object_get(event, "routeArn"));
    if (r != -ENOMEM)
        r = principal && resource && is_flat(context)
                ? answer(inv, policy(principal, allow, resource), context)
                : -EINVAL;
    json_decref(event);
    json_decref(context);
    return recorded(inv, r,
                    "it needs a principal, a resource (the event names none), and a "
                    "context of texts, numbers and booleans");
}

int
lamb_authorizer_simple(struct lamb_invocation *inv, int allow, json_t *context)
{
    int r = -EINVAL;

    if (!context || json_is_object(context))
        r = answer(inv, json_pack("{s:b}", "isAuthorized", allow != 0), context);
    json_decref(context);
    return recorded(inv, r, "its context is no object");
}

int
lamb_authorizer_unauthorized(struct lamb_invocation *inv)
{
    /* This text, and no other, is 401. */
    return lamb_fail(inv, "Unauthorized", "Unauthorized");
}
