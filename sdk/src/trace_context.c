/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "sdk/base/buf.h"
#include "sdk/base/id.h"

#include <lamb/trace.h>

static bool
is_hex(struct lamb_span text, size_t digits)
{
    if (text.len != digits)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!((text.ptr[i] >= '0' && text.ptr[i] <= '9') ||
              (text.ptr[i] >= 'a' && text.ptr[i] <= 'f') ||
              (text.ptr[i] >= 'A' && text.ptr[i] <= 'F')))
            return false;
    return true;
}

/* "1-" and 8 digits of the time, "-" and 24 random ones. */
static bool
is_root(struct lamb_span text)
{
    return text.len == 35 && memcmp(text.ptr, "1-", 2) == 0 && text.ptr[10] == '-' &&
           is_hex(lamb_span_of(text.ptr + 2, 8), 8) &&
           is_hex(lamb_span_of(text.ptr + 11, 24), 24);
}

static int
take_part(struct lamb_trace_context *made, struct lamb_span name,
          struct lamb_span value)
{
    if (lamb_span_eq_nocase(name, LAMB_SPAN("root"))) {
        if (!is_root(value))
            return -EINVAL;
        memcpy(made->root, value.ptr, value.len);
    } else if (lamb_span_eq_nocase(name, LAMB_SPAN("parent"))) {
        if (!is_hex(value, 16))
            return -EINVAL;
        memcpy(made->parent, value.ptr, value.len);
    } else if (lamb_span_eq_nocase(name, LAMB_SPAN("sampled"))) {
        if (value.len != 1 || !strchr("01?", value.ptr[0]))
            return -EINVAL;
        made->sampled = value.ptr[0] == '?' ? -1 : value.ptr[0] - '0';
    }
    return 0;
}

int
lamb_trace_read(const char *text, struct lamb_trace_context *ret)
{
    struct lamb_trace_context made = { .sampled = -1 };
    struct lamb_span rest = lamb_span_str(text);

    while (rest.len) {
        struct lamb_span part;
        struct lamb_span name;
        struct lamb_span value;
        int r;

        (void)lamb_span_cut(rest, ';', &part, &rest);
        (void)lamb_span_cut(lamb_span_trim(part), '=', &name, &value);
        r = take_part(&made, lamb_span_trim(name), lamb_span_trim(value));
        if (r)
            return r;
    }
    if (!made.root[0])
        return -EINVAL;
    *ret = made;
    return 0;
}

void
lamb_trace_child(const struct lamb_trace_context *here, struct lamb_trace_context *ret)
{
    *ret = *here;
    lamb_random_hex(ret->parent, sizeof(ret->parent) - 1);
}

void
lamb_trace_text(const struct lamb_trace_context *context, char *ret)
{
    static const char *const sampled[] = { "", ";Sampled=0", ";Sampled=1" };
    int which = context->sampled < 0 ? 0 : context->sampled ? 2 : 1;

    if (lamb_format(ret, LAMB_TRACE_TEXT_SIZE, "Root=%.35s%s%.16s%s", context->root,
                    context->parent[0] ? ";Parent=" : "", context->parent,
                    sampled[which]))
        ret[0] = '\0'; /* cannot be: each part has its most */
}
