/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/call.h"

#include <stdlib.h>
#include <string.h>

#include "emulator/api/dispatch.h"
#include "emulator/api/error.h"
#include "emulator/functions/name.h"
#include "sdk/base/id.h"

enum { ACCOUNT, REGION, NAME, QUALIFIER };
enum { NAME_MAX_LENGTH = 64 };
/* Of a name in any form and a qualifier, where no table has looked at them before. */
enum { MAX_NAME = 256, MAX_QUALIFIER = 128 };

void
call_init(struct call *call, struct api *api, struct http_request *req,
          const struct operation_match *match)
{
    *call = (struct call){ .api = api, .req = req, .match = *match };
    lamb_uuid4(call->request_id);
}

static void
drop_texts(struct call *call)
{
    for (size_t i = 0; i < LAMB_COUNT(call->texts); i++) {
        free(call->texts[i]);
        call->texts[i] = NULL;
    }
}

void
call_fini(struct call *call)
{
    free(call->label);
    free(call->query_qualifier);
    drop_texts(call);
}

void
call_refuse(struct call *call, const char *exception, const char *message,
            const char *reason)
{
    if (call->refused)
        call->refused(call, exception, message);
    else
        api_reply_error(call->req, call->request_id, exception, message, reason);
}

void
call_refuse_pattern(struct call *call, const char *field, const char *value,
                    const char *pattern)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(32 * 1024);

    (void)lamb_buf_printf(&text,
                          "1 validation error detected: Value '%s' at '%s' failed to "
                          "satisfy constraint: Member must satisfy regular expression "
                          "pattern: %s",
                          value, field, pattern);
    call_refuse(call, "ValidationException", lamb_buf_cstr(&text), NULL);
}

void
call_refuse_length(struct call *call, const char *field, const char *value,
                   unsigned max)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(32 * 1024);

    (void)lamb_buf_printf(&text,
                          "1 validation error detected: Value '%s' at '%s' failed to "
                          "satisfy constraint: Member must have length less than or "
                          "equal to %u",
                          value, field, max);
    call_refuse(call, "ValidationException", lamb_buf_cstr(&text), NULL);
}

void
call_refuse_empty(struct call *call, const char *field)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);

    (void)lamb_buf_printf(&text,
                          "1 validation error detected: Value '' at '%s' failed to "
                          "satisfy constraint: Member must have length greater than or "
                          "equal to 1",
                          field);
    call_refuse(call, "ValidationException", lamb_buf_cstr(&text), NULL);
}

/* A bare name that is too long has another code than an ARN (13). */
static void
refuse_long_name(struct call *call, const char *name)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(2048);

    (void)lamb_buf_printf(&text,
                          "1 validation error detected: Value '%s' at 'functionName' "
                          "failed to satisfy constraint: Member must have length less "
                          "than or equal to %d",
                          name, NAME_MAX_LENGTH);
    call_refuse(call, "InvalidParameterValueException", lamb_buf_cstr(&text), NULL);
}

static void
read_scope(const struct call *call, struct api_scope *ret)
{
    *ret = (struct api_scope){ 0 };
    if (call->req)
        api_read_scope(call->req, ret);
}

static bool
set_texts(struct call *call, const struct function_name *name, struct lamb_span given)
{
    struct api_scope scope;

    read_scope(call, &scope);
    /* A call may resolve twice: what it changes, then the function that this names. */
    drop_texts(call);
    call->texts[ACCOUNT] =
        lamb_span_dup(name->account.len   ? name->account
                      : scope.account.len ? scope.account
                                          : lamb_span_str(call->api->account));
    call->texts[REGION] = lamb_span_dup(
        scope.region.len ? scope.region : lamb_span_str(call->api->region));
    call->texts[NAME] = lamb_span_dup(name->name);
    call->texts[QUALIFIER] = lamb_span_dup(given.len ? given : name->qualifier);
    for (size_t i = 0; i < LAMB_COUNT(call->texts); i++)
        if (!call->texts[i]) {
            call_refuse(call, "ServiceException", "The emulator is out of memory.",
                        NULL);
            return false;
        }
    return true;
}

static bool
check_region(struct call *call, struct lamb_span region)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);

    if (!region.len || lamb_span_is(region, call->texts[REGION]))
        return true;
    (void)lamb_buf_printf(&text,
                          "Functions from '%.*s' are not reachable in this region "
                          "('%s')",
                          (int)region.len, region.ptr, call->texts[REGION]);
    call_refuse(call, "ResourceNotFoundException", lamb_buf_cstr(&text), NULL);
    return false;
}

bool
call_resolve_region(struct call *call)
{
    return set_texts(call, &(struct function_name){ 0 }, (struct lamb_span){ 0 });
}

bool
call_resolve(struct call *call, const char *text, const char *qualifier)
{
    struct lamb_span given = lamb_span_str(qualifier);
    struct function_name name;

    if (strlen(text) > MAX_NAME) {
        call_refuse_length(call, "functionName", text, MAX_NAME);
        return false;
    }
    if (given.len > MAX_QUALIFIER) {
        call_refuse_length(call, "qualifier", qualifier, MAX_QUALIFIER);
        return false;
    }
    if (function_name_parse(lamb_span_str(text), &name)) {
        call_refuse_pattern(call, "functionName", text, function_name_pattern);
        return false;
    }
    if (name.name.len > NAME_MAX_LENGTH && !strchr(text, ':')) {
        refuse_long_name(call, text);
        return false;
    }
    if (given.len && !function_qualifier_is_valid(given)) {
        call_refuse_pattern(call, "qualifier", qualifier,
                            "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+");
        return false;
    }
    if (given.len && name.qualifier.len && !lamb_span_eq(given, name.qualifier)) {
        call_refuse(
            call, "InvalidParameterValueException",
            "The derived qualifier from the function name does not match the specified "
            "qualifier.",
            NULL);
        return false;
    }
    return set_texts(call, &name, given) && check_region(call, name.region);
}

bool
call_read_key(struct call *call, bool takes_qualifier)
{
    if (http_decode_segment(call->match.labels[0], &call->label)) {
        call_refuse(call, "ValidationException",
                    "the function's name in the path is not percent-encoded correctly",
                    NULL);
        return false;
    }
    if (!takes_qualifier ||
        http_query_param(call->req, "Qualifier", &call->query_qualifier))
        call->query_qualifier = NULL; /* none given */
    if (call->query_qualifier && !*call->query_qualifier) {
        call_refuse_empty(call, "qualifier");
        return false;
    }
    return call_resolve(call, call->label, call->query_qualifier);
}

bool
call_read_choice(struct call *call, const char *header, const char *field,
                 const char *const *names, size_t n, const char *set, size_t *index)
{
    struct lamb_span given = http_header(call->req, header);
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(32 * 1024);

    if (!given.len)
        return true;
    for (size_t i = 0; i < n; i++)
        if (lamb_span_is(given, names[i])) {
            *index = i;
            return true;
        }
    (void)lamb_buf_str(&text, "1 validation error detected: Value '");
    (void)lamb_buf_span(&text, given);
    (void)lamb_buf_printf(
        &text,
        "' at '%s' failed to satisfy constraint: Member must satisfy enum "
        "value set: %s",
        field, set);
    call_refuse(call, "ValidationException", lamb_buf_cstr(&text), NULL);
    return false;
}

struct function_key
call_key(const struct call *call)
{
    return (struct function_key){ call->texts[ACCOUNT], call->texts[REGION],
                                  call->texts[NAME], call->texts[QUALIFIER] };
}
