/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/handler_string.h"

#include <errno.h>

#include "sdk/base/enum.h"

static const char *
last_of(struct lamb_span text, char c)
{
    for (size_t i = text.len; i > 0; i--)
        if (text.ptr[i - 1] == c)
            return text.ptr + i - 1;
    return NULL;
}

static bool
is_identifier(struct lamb_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (!is_letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return text.len > 0;
}

int
lamb_handler_string_parse(struct lamb_span text, struct lamb_handler_string *ret)
{
    const char *dot = last_of(text, '.');
    struct lamb_handler_string handler;

    if (!dot || memchr(text.ptr, '\0', text.len))
        return -EINVAL;
    handler.file = lamb_span_of(text.ptr, (size_t)(dot - text.ptr));
    handler.symbol = lamb_span_of(dot + 1, text.len - handler.file.len - 1);
    if (!handler.file.len || handler.file.ptr[handler.file.len - 1] == '/' ||
        !is_identifier(handler.symbol))
        return -EINVAL;
    *ret = handler;
    return 0;
}

int
lamb_handler_string_candidate(const struct lamb_handler_string *handler,
                              const char *root, unsigned index, struct lamb_buf *buf)
{
    static const struct {
        const char *before, *after;
    } forms[LAMB_HANDLER_CANDIDATES] = { { "", ".so" }, { "lib", ".so" }, { "", "" } };
    const char *slash = last_of(handler->file, '/');
    struct lamb_span dir = { 0 };
    struct lamb_span name = handler->file;

    if (slash) {
        dir = lamb_span_of(name.ptr, (size_t)(slash - name.ptr) + 1);
        name = lamb_span_of(slash + 1, name.len - dir.len);
    }
    if (!lamb_span_starts(handler->file, "/")) {
        lamb_buf_str(buf, root);
        lamb_buf_char(buf, '/'); /* also keeps dlopen from searching its own folders */
    }
    lamb_buf_span(buf, dir);
    lamb_buf_str(buf, forms[index].before);
    lamb_buf_span(buf, name);
    lamb_buf_str(buf, forms[index].after);
    return lamb_buf_error(buf);
}
