/* SPDX-License-Identifier: Apache-2.0 */

/* dynamodb - GetItem, PutItem and UpdateItem, of lamb/services.h. AWS JSON 1.0. */

#include "sdk/aws/json_call.h"

#include <errno.h>
#include <lamb/services.h>

/* A member that is a JSON object; what is NULL is left out unless it is NEEDED. */
static int
put_object(struct lamb_buf *body, const char *name, const char *text, bool needed,
           const char *what, struct lamb_aws_result **ret_result)
{
    int r;

    if (!text && !needed)
        return 0;
    if (!text)
        return lamb_call_refuse(ret_result, "there is no %s", what);
    r = lamb_call_check_json(lamb_span_str(text), true, what, ret_result);
    if (r == 0)
        lamb_json_raw_member(body, name, lamb_span_str(text));
    return r;
}

static int
put_expression(struct lamb_buf *body, const struct lamb_dynamodb_expression *expression,
               struct lamb_aws_result **ret_result)
{
    int r;

    lamb_json_text_member(body, "ConditionExpression", expression->condition);
    lamb_json_text_member(body, "UpdateExpression", expression->update);
    lamb_json_text_member(body, "ReturnValues", expression->return_values);
    r = put_object(body, "ExpressionAttributeNames", expression->names, false,
                   "object of names", ret_result);
    if (r == 0)
        r = put_object(body, "ExpressionAttributeValues", expression->values, false,
                       "object of values", ret_result);
    return r;
}

/* Make member NAME of the answer the result's value; nothing when it is not there. */
static int
lend_member(struct lamb_aws_result *result, const char *name)
{
    const json_t *member = json_object_get(result->json, name);

    result->value = (struct lamb_span){ 0 };
    if (!member)
        return 0;
    result->text = json_dumps(member, JSON_COMPACT);
    if (!result->text)
        return lamb_result_fail(result, -ENOMEM, "Client.OutOfMemory", "no memory");
    result->value = lamb_span_str(result->text);
    return 0;
}

/* One operation on the item that the JSON object TEXT names or is (member OBJECT). */
static int
operate(struct lamb_aws *aws, struct lamb_invocation *inv, const char *target,
        const char *table, const char *object, const char *text,
        const struct lamb_dynamodb_expression *expression,
        struct lamb_aws_result **ret_result)
{
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(LAMB_BODY_MAX);
    int r;

    if (!table || !*table)
        return lamb_call_refuse(ret_result, "no table is named");
    (void)lamb_buf_char(&body, '{');
    lamb_json_text_member(&body, "TableName", table);
    r = put_object(&body, object, text, true,
                   strcmp(object, "Key") == 0 ? "key" : "item", ret_result);
    if (r == 0 && expression)
        r = put_expression(&body, expression, ret_result);
    if (r == 0 && !expression && strcmp(object, "Key") == 0)
        lamb_json_raw_member(&body, "ConsistentRead", LAMB_SPAN("true"));
    if (r != 0)
        return r;
    (void)lamb_buf_char(&body, '}');
    return lamb_json_call(aws, inv, "dynamodb", target, "1.0", &body, ret_result);
}

int
lamb_dynamodb_get(struct lamb_aws *aws, struct lamb_invocation *inv, const char *table,
                  const char *key, struct lamb_aws_result **ret_result)
{
    int r = operate(aws, inv, "DynamoDB_20120810.GetItem", table, "Key", key, NULL,
                    ret_result);

    if (r == 0)
        r = lend_member(*ret_result, "Item");
    if (r == 0 && (*ret_result)->value.len == 0)
        return lamb_result_fail(*ret_result, LAMB_AWS_NOT_FOUND, "Client.NoItem",
                                "the table has no item with this key");
    return r;
}

int
lamb_dynamodb_put(struct lamb_aws *aws, struct lamb_invocation *inv, const char *table,
                  const char *item, const struct lamb_dynamodb_expression *expression,
                  struct lamb_aws_result **ret_result)
{
    int r;

    if (expression && expression->update)
        return lamb_call_refuse(ret_result, "a put takes no update expression");
    r = operate(aws, inv, "DynamoDB_20120810.PutItem", table, "Item", item, expression,
                ret_result);
    return r == 0 ? lend_member(*ret_result, "Attributes") : r;
}

int
lamb_dynamodb_update(struct lamb_aws *aws, struct lamb_invocation *inv,
                     const char *table, const char *key,
                     const struct lamb_dynamodb_expression *expression,
                     struct lamb_aws_result **ret_result)
{
    int r;

    if (!expression || !expression->update)
        return lamb_call_refuse(ret_result, "there is no update expression");
    r = operate(aws, inv, "DynamoDB_20120810.UpdateItem", table, "Key", key, expression,
                ret_result);
    return r == 0 ? lend_member(*ret_result, "Attributes") : r;
}
