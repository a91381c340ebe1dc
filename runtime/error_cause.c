/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/error_cause.h"

#include <limits.h>
#include <unistd.h>

#include "sdk/base/json_text.h"
#include "sdk/base/utf8.h"

/* The message as far as it fits, without half a character at its end. */
static struct lamb_span
beginning_of(struct lamb_span message)
{
    size_t len = 0;

    if (message.len <= LAMB_ERROR_CAUSE_MESSAGE_MAX)
        return message;
    while (len < LAMB_ERROR_CAUSE_MESSAGE_MAX) {
        size_t broken = 1;
        size_t n = lamb_utf8_length((const unsigned char *)message.ptr + len,
                                    message.len - len, &broken);

        n = n ? n : broken;
        if (len + n > LAMB_ERROR_CAUSE_MESSAGE_MAX)
            break;
        len += n;
    }
    return lamb_span_of(message.ptr, len);
}

int
lamb_error_cause(const struct lamb_failure *failure, struct lamb_buf *ret)
{
    struct lamb_span type = lamb_span_str(lamb_failure_type(failure));
    char dir[PATH_MAX];
    size_t begin;

    if (!getcwd(dir, sizeof(dir)))
        dir[0] = '\0';
    lamb_buf_str(ret, "Lambda-Runtime-Function-XRay-Error-Cause: ");
    begin = ret->len;
    lamb_buf_str(ret, "{\"working_directory\":");
    lamb_json_string(ret, lamb_span_str(dir));
    lamb_buf_str(ret, ",\"exceptions\":[{\"type\":");
    lamb_json_string(ret, type);
    lamb_buf_str(ret, ",\"message\":");
    lamb_json_string(ret, beginning_of(lamb_buf_view(&failure->message)));
    lamb_buf_str(ret, ",\"stack\":[]}],\"paths\":[]}");
    /* JSON leaves this control character as it is; a header may not have it. */
    for (size_t i = begin; i < ret->len; i++)
        if (ret->ptr[i] == 0x7f)
            ret->ptr[i] = ' ';
    return lamb_buf_str(ret, "\r\n");
}
