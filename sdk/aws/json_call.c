/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/json_call.h"
#include "sdk/base/json_check.h"
#include "sdk/base/json_text.h"

#include <errno.h>
#include <stdio.h>

/* ---- Requests
 * ------------------------------------------------------------------------ */

static void
begin_member(struct lamb_buf *body, const char *name)
{
    if (body->len > 0 && body->ptr[body->len - 1] != '{')
        (void)lamb_buf_char(body, ',');
    (void)lamb_buf_printf(body, "\"%s\":", name);
}

void
lamb_json_span_member(struct lamb_buf *body, const char *name, struct lamb_span value)
{
    begin_member(body, name);
    (void)lamb_json_string(body, value);
}

void
lamb_json_text_member(struct lamb_buf *body, const char *name, const char *value)
{
    if (value)
        lamb_json_span_member(body, name, lamb_span_str(value));
}

void
lamb_json_raw_member(struct lamb_buf *body, const char *name, struct lamb_span value)
{
    begin_member(body, name);
    (void)lamb_buf_span(body, value);
}

int
lamb_call_refuse(struct lamb_aws_result **ret_result, const char *fmt, ...)
{
    struct lamb_aws_result *result = lamb_result_new(0);
    char text[256];
    va_list ap;

    *ret_result = result;
    if (!result)
        return -ENOMEM;
    va_start(ap, fmt);
    if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
        text[0] = '\0';
    va_end(ap);
    return lamb_result_fail(result, -EINVAL, "Client.Invalid", "%s", text);
}

int
lamb_call_check_text(const struct lamb_buf *text, const char *too_long,
                     struct lamb_aws_result **ret_result)
{
    if (lamb_buf_error(text) == -EMSGSIZE)
        return lamb_call_refuse(ret_result, "%s", too_long);
    *ret_result = NULL;
    return lamb_buf_error(text);
}

int
lamb_call_check_json(struct lamb_span text, bool is_object, const char *what,
                     struct lamb_aws_result **ret_result)
{
    struct lamb_span trimmed = lamb_span_trim(text);
    struct lamb_json_check check;

    lamb_json_check_init(&check);
    if (lamb_json_check_feed(&check, text) != 0 || lamb_json_check_finish(&check) != 0)
        return lamb_call_refuse(ret_result,
                                "the %s is no JSON: line %zu, column %zu: %s", what,
                                check.line, check.column, check.text);
    if (is_object && (trimmed.len == 0 || trimmed.ptr[0] != '{'))
        return lamb_call_refuse(ret_result, "the %s is JSON, but no object", what);
    return 0;
}

int
lamb_json_call(struct lamb_aws *aws, struct lamb_invocation *inv, const char *service,
               const char *target, const char *version, struct lamb_buf *body,
               struct lamb_aws_result **ret_result)
{
    char type[32];
    const struct lamb_aws_header headers[] = { { "Content-Type", type },
                                               { "X-Amz-Target", target } };
    int r;

    (void)snprintf(type, sizeof(type), "application/x-amz-json-%s", version);
    r = lamb_call_check_text(body, "the request is longer than 64 MiB", ret_result);
    if (r != 0)
        return r;
    r = lamb_aws_call(aws, inv,
                      &(struct lamb_aws_request){
                          .struct_size = sizeof(struct lamb_aws_request),
                          .service = service,
                          .headers = headers,
                          .n_headers = sizeof(headers) / sizeof(headers[0]),
                          .body = lamb_buf_view(body),
                      },
                      ret_result);
    return r == 0 ? lamb_result_parse(*ret_result) : r;
}

/* ---- Answers
 * ------------------------------------------------------------------------- */

static int
bad_answer(struct lamb_aws_result *result, const char *name)
{
    return lamb_result_fail(result, -EBADMSG, "Client.BadAnswer",
                            "the answer has no %s as it should", name);
}

int
lamb_json_one_entry(struct lamb_aws_result *result, const char *name)
{
    const char *id = json_string_value(json_object_get(result->json, name));

    if (!id)
        return bad_answer(result, name);
    if (lamb_result_make_entries(result, 1) != 0)
        return -ENOMEM;
    result->entries[0].id = id;
    return 0;
}

int
lamb_call_judge_entries(struct lamb_aws_result *result)
{
    const struct lamb_aws_entry *first = NULL;
    size_t n_failed = 0;

    for (size_t i = 0; i < result->n_entries; i++)
        if (result->entries[i].code) {
            n_failed++;
            first = first ? first : &result->entries[i];
        }
    if (!first)
        return 0;
    return lamb_result_fail(
        result, LAMB_AWS_PARTIAL, "Client.Partial",
        "%zu of %zu entries failed, the first with %s%s%s", n_failed, result->n_entries,
        first->code, first->message ? ": " : "", first->message ? first->message : "");
}

int
lamb_json_entries(struct lamb_aws_result *result, const struct lamb_batch_form *form,
                  size_t n)
{
    const json_t *list = json_object_get(result->json, form->list);

    if (json_array_size(list) != n)
        return bad_answer(result, form->list);
    if (lamb_result_make_entries(result, n) != 0)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(list, i);
        struct lamb_aws_entry *entry = &result->entries[i];

        entry->code = json_string_value(json_object_get(one, "ErrorCode"));
        if (entry->code)
            entry->message = json_string_value(json_object_get(one, "ErrorMessage"));
        else
            entry->id = json_string_value(json_object_get(one, form->id));
        if (!entry->code && !entry->id)
            return bad_answer(result, form->id);
    }
    return lamb_call_judge_entries(result);
}
