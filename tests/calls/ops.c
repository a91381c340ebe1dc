/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/calls/ops.h"

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

static const struct {
    const char *name;
    int (*make)(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret);
} ops[] = {
    { "call", generic },
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
