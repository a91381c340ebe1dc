/* SPDX-License-Identifier: Apache-2.0 */

/*
 * idempotent - pays an order once, however often its event comes. Whoever writes the
 * order's number into the table first does the work; a conditional put decides.
 */

#include <jansson.h>
#include <lamb/services.h>
#include <stdlib.h>

static struct lamb_aws *aws;

int
handler_init(struct lamb_runtime *rt)
{
    aws = lamb_aws_new(NULL);
    return aws ? 0 : lamb_init_fail(rt, "OutOfMemory", "no memory for the client");
}

/* The item that stands for order ID, in DynamoDB's JSON; malloc, NULL: no memory. */
static char *
item_of(const char *id)
{
    json_t *item = json_pack("{s:{s:s}}", "id", "S", id);
    char *text = item ? json_dumps(item, JSON_COMPACT) : NULL;

    json_decref(item);
    return text;
}

/* 0: nobody has paid it before; LAMB_AWS_CONDITION: somebody has. */
static int
claim(struct lamb_invocation *inv, const char *id)
{
    const struct lamb_dynamodb_expression once = { .condition =
                                                       "attribute_not_exists(id)" };
    char *item = item_of(id);
    struct lamb_aws_result *answer;
    int r;

    if (!item)
        return lamb_fail(inv, "OutOfMemory", "no memory for the item");
    r = lamb_dynamodb_put(aws, inv, getenv("TABLE"), item, &once, &answer);
    if (r != 0 && r != LAMB_AWS_CONDITION)
        r = lamb_fail(inv, lamb_aws_error_code(answer), "%s",
                      lamb_aws_error_message(answer));
    lamb_aws_result_free(answer);
    free(item);
    return r;
}

int
handler(struct lamb_invocation *inv)
{
    struct lamb_span bytes = lamb_event(inv);
    json_t *event = json_loadb(bytes.ptr, bytes.len, 0, NULL);
    const char *id = json_string_value(json_object_get(event, "order"));
    int r =
        id ? claim(inv, id)
           : lamb_fail(inv, "BadEvent", "expected an object like {\"order\":\"42\"}");

    if (r == 0)
        r = lamb_printf(inv, "{\"paid\":true}"); /* here the money would move */
    else if (r == LAMB_AWS_CONDITION)
        r = lamb_printf(inv, "{\"paid\":false,\"reason\":\"it was before\"}");
    json_decref(event);
    return r;
}
