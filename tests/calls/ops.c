/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/calls/ops.h"

#include <lamb/services.h>
#include <string.h>

enum { MANY = 600 };

static const char *
text(const json_t *wish, const char *name)
{
    return json_string_value(json_object_get(wish, name));
}

static struct lamb_span
bytes(const json_t *wish, const char *name)
{
    const json_t *value = json_object_get(wish, name);

    return (struct lamb_span){ json_string_value(value), json_string_length(value) };
}

static int
generic(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    struct lamb_aws_header headers[MANY];
    struct lamb_aws_request request = {
        .struct_size = sizeof(request),
        .service = text(wish, "service"),
        .method = text(wish, "method"),
        .path = text(wish, "path"),
        .query = text(wish, "query"),
        .body = bytes(wish, "body"),
        .host = text(wish, "host"),
        .headers = headers,
    };
    json_t *value;
    const char *name;

    json_object_foreach(json_object_get(wish, "headers"), name, value)
        headers[request.n_headers++] =
            (struct lamb_aws_header){ name, json_string_value(value) };
    return lamb_aws_call(aws, NULL, &request, ret);
}

static int
invoke(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    return lamb_aws_invoke(aws, NULL, text(wish, "function"), bytes(wish, "payload"),
                           ret);
}

static int
invoke_async(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    return lamb_aws_invoke_async(aws, NULL, text(wish, "function"),
                                 bytes(wish, "payload"), ret);
}

static int
sqs(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    struct lamb_sqs_entry messages[MANY] = { 0 };
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(wish, "messages"), i, one) messages[i] =
        (struct lamb_sqs_entry){
            .body = bytes(one, "body"),
            .group = text(one, "group"),
            .deduplication = text(one, "deduplication"),
            .delay_s = (int)json_integer_value(json_object_get(one, "delay")),
        };
    return lamb_sqs_send(aws, NULL, text(wish, "queue"), messages,
                         json_array_size(json_object_get(wish, "messages")), ret);
}

static int
kinesis(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    struct lamb_kinesis_entry records[MANY] = { 0 };
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(wish, "records"), i, one) records[i] =
        (struct lamb_kinesis_entry){ text(one, "key"), bytes(one, "data") };
    return lamb_kinesis_put(aws, NULL, text(wish, "stream"), records,
                            json_array_size(json_object_get(wish, "records")), ret);
}

static int
bus(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    struct lamb_bus_event events[MANY] = { 0 };
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(wish, "events"), i, one) events[i] =
        (struct lamb_bus_event){ text(one, "bus"), text(one, "source"),
                                 text(one, "type"), bytes(one, "detail") };
    return lamb_bus_put(aws, NULL, events,
                        json_array_size(json_object_get(wish, "events")), ret);
}

static int
sns(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    const struct lamb_sns_message message = { bytes(wish, "body"),
                                              text(wish, "subject"),
                                              text(wish, "group"), NULL };

    return lamb_sns_publish(aws, NULL, text(wish, "topic"), &message, ret);
}

static int
s3_get(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    return lamb_s3_get(aws, NULL, text(wish, "bucket"), text(wish, "key"), ret);
}

static int
s3_put(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    return lamb_s3_put(aws, NULL, text(wish, "bucket"), text(wish, "key"),
                       bytes(wish, "bytes"), text(wish, "type"), ret);
}

static struct lamb_dynamodb_expression
expression_of(const json_t *wish)
{
    return (struct lamb_dynamodb_expression){
        .condition = text(wish, "condition"),
        .update = text(wish, "update"),
        .names = text(wish, "names"),
        .values = text(wish, "values"),
        .return_values = text(wish, "return"),
    };
}

static int
dynamodb_get(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    return lamb_dynamodb_get(aws, NULL, text(wish, "table"), text(wish, "key"), ret);
}

static int
dynamodb_put(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    struct lamb_dynamodb_expression expression = expression_of(wish);

    return lamb_dynamodb_put(aws, NULL, text(wish, "table"), text(wish, "item"),
                             &expression, ret);
}

static int
dynamodb_update(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    struct lamb_dynamodb_expression expression = expression_of(wish);

    return lamb_dynamodb_update(aws, NULL, text(wish, "table"), text(wish, "key"),
                                &expression, ret);
}

static const struct {
    const char *name;
    int (*make)(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret);
} ops[] = {
    { "call", generic },
    { "invoke", invoke },
    { "invoke_async", invoke_async },
    { "sqs", sqs },
    { "kinesis", kinesis },
    { "bus", bus },
    { "sns", sns },
    { "s3_get", s3_get },
    { "s3_put", s3_put },
    { "dynamodb_get", dynamodb_get },
    { "dynamodb_put", dynamodb_put },
    { "dynamodb_update", dynamodb_update },
};

int
calls_make(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret)
{
    const char *op = text(wish, "op");

    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        if (strcmp(op ? op : "call", ops[i].name) == 0)
            return ops[i].make(aws, wish, ret);
    return 999;
}

/* As a string, or null when it is no text. */
static json_t *
as_json(struct lamb_span span)
{
    json_t *string = json_stringn(span.ptr ? span.ptr : "", span.len);

    return string ? string : json_null();
}

static json_t *
describe_entries(const struct lamb_aws_result *result, size_t n)
{
    json_t *entries = json_array();

    for (size_t i = 0; i < n; i++) {
        struct lamb_aws_entry entry = lamb_aws_entry_of(result, i);

        json_array_append_new(entries,
                              json_pack("{s:s?, s:s?, s:s?}", "id", entry.id, "code",
                                        entry.code, "message", entry.message));
    }
    return entries;
}

json_t *
calls_describe(int r, const json_t *wish, const struct lamb_aws_result *result)
{
    const char *header = text(wish, "show");
    json_int_t n = json_integer_value(json_object_get(wish, "entries"));

    return json_pack(
        "{s:i, s:i, s:i, s:s, s:s, s:o, s:o, s:s?, s:o}", "r", r, "status",
        lamb_aws_status(result), "attempts", lamb_aws_attempts(result), "code",
        lamb_aws_error_code(result), "message", lamb_aws_error_message(result), "body",
        as_json(lamb_aws_body(result)), "value", as_json(lamb_aws_value(result)),
        "header", header ? lamb_aws_header(result, header) : NULL, "entries",
        describe_entries(result, (size_t)n));
}
