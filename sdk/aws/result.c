/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/result.h"
#include "sdk/aws/xml.h"
#include "sdk/base/enum.h"
#include "sdk/json/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct lamb_aws_result *
lamb_result_new(size_t max)
{
    struct lamb_aws_result *result = calloc(1, sizeof(*result));

    if (result) {
        result->fields = LAMB_BUF_INIT(LAMB_ANSWER_HEADERS_MAX);
        result->body = LAMB_BUF_INIT(max);
    }
    return result;
}

void
lamb_result_clear(struct lamb_aws_result *result)
{
    result->status = 0;
    lamb_buf_clear(&result->fields);
    lamb_buf_clear(&result->body);
    result->value = (struct lamb_span){ 0 };
    result->code[0] = '\0';
    result->message[0] = '\0';
}

void
lamb_aws_result_free(struct lamb_aws_result *result)
{
    if (!result)
        return;
    lamb_buf_fini(&result->fields);
    lamb_buf_fini(&result->body);
    json_decref(result->json);
    free(result->entries);
    free(result->text);
    free(result);
}

int
lamb_result_field(struct lamb_aws_result *result, struct lamb_span name,
                  struct lamb_span value)
{
    (void)lamb_buf_span(&result->fields, name);
    (void)lamb_buf_char(&result->fields, '\0');
    (void)lamb_buf_span(&result->fields, value);
    return lamb_buf_char(&result->fields, '\0');
}

/* The text at FMT, cut where it is too long for DST. */
static void
put_text(char *dst, size_t size, const char *fmt, va_list ap)
{
    if (vsnprintf(dst, size, fmt, ap) < 0)
        dst[0] = '\0';
}

int
lamb_result_fail(struct lamb_aws_result *result, int r, const char *code,
                 const char *fmt, ...)
{
    va_list ap;

    if (lamb_format(result->code, sizeof(result->code), "%s", code) != 0)
        return r; /* cannot be: our own codes are short */
    va_start(ap, fmt);
    put_text(result->message, sizeof(result->message), fmt, ap);
    va_end(ap);
    return r;
}

/* "com.amazonaws.sqs#QueueDoesNotExist" and "SomeException:http://..." are but a name.
 */
static struct lamb_span
bare_code(struct lamb_span text)
{
    struct lamb_span head, tail;

    if (lamb_span_cut(text, '#', &head, &tail))
        text = tail;
    (void)lamb_span_cut(text, ':', &head, &tail);
    return lamb_span_trim(head);
}

static void
keep(char *dst, size_t size, struct lamb_span text)
{
    size_t n = text.len < size - 1 ? text.len : size - 1;

    /* Texts that end up in logs and JSON: no piece of a character at the end, no NUL.
     */
    while (n > 0 && n < text.len && ((unsigned char)text.ptr[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++)
        dst[i] = text.ptr[i] == '\0' ? ' ' : text.ptr[i];
    dst[n] = '\0';
}

static const char *
first_text(const json_t *object, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_object_get(object, names[i]));

        if (text && *text)
            return text;
    }
    return NULL;
}

static void
read_json_error(struct lamb_aws_result *result, const json_t *body)
{
    static const char *const codes[] = { "__type", "code", "Code", "errorType" };
    static const char *const messages[] = { "message", "Message", "errorMessage" };
    const char *code = lamb_aws_header(result, "x-amzn-errortype");
    const char *message = first_text(body, messages, LAMB_COUNT(messages));

    if (!code || !*code)
        code = first_text(body, codes, LAMB_COUNT(codes));
    if (code)
        keep(result->code, sizeof(result->code), bare_code(lamb_span_str(code)));
    if (message)
        keep(result->message, sizeof(result->message), lamb_span_str(message));
}

static void
read_xml_error(struct lamb_aws_result *result, struct lamb_span body)
{
    LAMB_AUTOBUF struct lamb_buf code = LAMB_BUF_INIT(64 * 1024);
    LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(64 * 1024);

    if (lamb_xml_text(body, "Code", &code) == 0)
        keep(result->code, sizeof(result->code), lamb_span_trim(lamb_buf_view(&code)));
    if (lamb_xml_text(body, "Message", &message) == 0)
        keep(result->message, sizeof(result->message),
             lamb_span_trim(lamb_buf_view(&message)));
}

void
lamb_result_read_error(struct lamb_aws_result *result)
{
    struct lamb_span body = lamb_buf_view(&result->body);
    struct lamb_json_check why;
    json_t *json = NULL;
    int r;

    if (lamb_span_trim(body).len > 0 && lamb_span_trim(body).ptr[0] == '<')
        read_xml_error(result, body);
    else
        json = lamb_json_tree(body, &r, &why);
    if (!result->code[0] && !result->message[0])
        read_json_error(result, json); /* the code may be in a header alone */
    json_decref(json);
    if (!result->code[0])
        (void)snprintf(result->code, sizeof(result->code), "HttpStatus%d",
                       result->status);
    if (!result->message[0])
        (void)snprintf(result->message, sizeof(result->message),
                       "the service answered with status %d and said no more",
                       result->status);
}

int
lamb_result_outcome(const struct lamb_aws_result *result)
{
    static const struct {
        const char *code;
        enum lamb_aws_outcome outcome;
    } known[] = {
        { "ResourceNotFoundException", LAMB_AWS_NOT_FOUND },
        { "QueueDoesNotExist", LAMB_AWS_NOT_FOUND },
        { "AWS.SimpleQueueService.NonExistentQueue", LAMB_AWS_NOT_FOUND },
        { "ConditionalCheckFailedException", LAMB_AWS_CONDITION },
        { "PreconditionFailed", LAMB_AWS_CONDITION },
    };

    if (result->status >= 200 && result->status < 300)
        return 0;
    for (size_t i = 0; i < LAMB_COUNT(known); i++)
        if (strcmp(known[i].code, result->code) == 0)
            return known[i].outcome;
    return result->status == 404 ? LAMB_AWS_NOT_FOUND : LAMB_AWS_REFUSED;
}

int
lamb_result_make_entries(struct lamb_aws_result *result, size_t n)
{
    result->entries = calloc(n ? n : 1, sizeof(*result->entries));
    if (!result->entries)
        return lamb_result_fail(result, -ENOMEM, "Client.OutOfMemory", "no memory");
    result->n_entries = n;
    return 0;
}

int
lamb_result_parse(struct lamb_aws_result *result)
{
    struct lamb_json_check why;
    int r;

    result->json = lamb_json_tree(lamb_buf_view(&result->body), &r, &why);
    if (json_is_object(result->json))
        return 0;
    if (r == -ENOMEM)
        return lamb_result_fail(result, -ENOMEM, "Client.OutOfMemory",
                                "no memory for the answer");
    return lamb_result_fail(result, -EBADMSG, "Client.BadAnswer",
                            "the answer is no JSON object: %s",
                            result->json ? "it is another value" : why.text);
}

/* ---- What callers read ----------------------------------------------------------- */

int
lamb_aws_status(const struct lamb_aws_result *result)
{
    return result ? result->status : 0;
}

int
lamb_aws_attempts(const struct lamb_aws_result *result)
{
    return result ? result->attempts : 0;
}

struct lamb_span
lamb_aws_body(const struct lamb_aws_result *result)
{
    return result ? lamb_buf_view(&result->body) : (struct lamb_span){ 0 };
}

struct lamb_span
lamb_aws_value(const struct lamb_aws_result *result)
{
    return result ? result->value : (struct lamb_span){ 0 };
}

const char *
lamb_aws_header(const struct lamb_aws_result *result, const char *name)
{
    struct lamb_span wanted = lamb_span_str(name), rest;

    if (!result)
        return NULL;
    rest = lamb_buf_view(&result->fields);
    while (rest.len > 0) {
        struct lamb_span field = { 0 }, value = { 0 };

        (void)lamb_span_cut(rest, '\0', &field, &rest);
        (void)lamb_span_cut(rest, '\0', &value, &rest);
        if (lamb_span_eq_nocase(field, wanted))
            return value.ptr; /* a NUL follows */
    }
    return NULL;
}

const char *
lamb_aws_error_code(const struct lamb_aws_result *result)
{
    return result ? result->code : "Client.OutOfMemory";
}

const char *
lamb_aws_error_message(const struct lamb_aws_result *result)
{
    return result ? result->message : "no memory";
}

struct lamb_aws_entry
lamb_aws_entry_of(const struct lamb_aws_result *result, size_t index)
{
    return result && index < result->n_entries ? result->entries[index]
                                               : (struct lamb_aws_entry){ 0 };
}
