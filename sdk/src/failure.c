/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/failure.h"

#include <stdio.h>

#include "sdk/base/json_text.h"

static const char unknown_type[] = "Handler.Error";

void
lamb_failure_fini(struct lamb_failure *failure)
{
    lamb_buf_fini(&failure->type);
    lamb_buf_fini(&failure->message);
}

void
lamb_failure_clear(struct lamb_failure *failure)
{
    lamb_buf_clear(&failure->type);
    lamb_buf_clear(&failure->message);
}

bool
lamb_failure_is_set(const struct lamb_failure *failure)
{
    return failure->type.len > 0;
}

/*
 * The type travels in a header, where a line break would start another header. Every
 * byte that is not visible ASCII becomes '_'.
 */
static void
set_type(struct lamb_buf *buf, const char *type)
{
    size_t len;

    if (!type || !*type)
        type = unknown_type;
    len = strnlen(type, LAMB_FAILURE_TYPE_MAX);
    lamb_buf_clear(buf);
    if (lamb_buf_append(buf, type, len))
        return;
    for (size_t i = 0; i < len; i++)
        if (buf->ptr[i] < '!' || buf->ptr[i] > '~')
            buf->ptr[i] = '_';
}

void
lamb_failure_vset(struct lamb_failure *failure, const char *type, const char *fmt,
                  va_list ap)
{
    struct lamb_buf *message = &failure->message;
    va_list again;
    size_t len;
    int n;

    set_type(&failure->type, type);
    lamb_buf_clear(message);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0)
        return;
    len = (size_t)n < message->max ? (size_t)n : message->max;
    if (lamb_buf_reserve(message, len))
        return;
    (void)vsnprintf(message->ptr, len + 1, fmt, ap);
    message->len = len;
}

void
lamb_failure_set(struct lamb_failure *failure, const char *type, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    lamb_failure_vset(failure, type, fmt, ap);
    va_end(ap);
}

const char *
lamb_failure_type(const struct lamb_failure *failure)
{
    return lamb_failure_is_set(failure) ? failure->type.ptr : unknown_type;
}

int
lamb_failure_json(const struct lamb_failure *failure, size_t max_message,
                  struct lamb_buf *buf)
{
    struct lamb_span message = lamb_buf_view(&failure->message);

    if (message.len > max_message)
        message.len = max_message;
    lamb_buf_str(buf, "{\"errorMessage\":");
    lamb_json_string(buf, message);
    lamb_buf_str(buf, ",\"errorType\":");
    lamb_json_string(buf, lamb_span_str(lamb_failure_type(failure)));
    lamb_buf_str(buf, ",\"stackTrace\":[]}");
    return lamb_buf_error(buf);
}
