/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "sdk/base/clock.h"
#include "sdk/base/enum.h"
#include "sdk/base/json_text.h"
#include "sdk/base/time_text.h"
#include "sdk/src/json_real.h"
#include "sdk/src/log_line.h"

#include <lamb/log.h>

enum { LINE_MAX_BYTES = 1024 * 1024 };

static const char *const names[] = {
    [LAMB_LOG_TRACE] = "TRACE", [LAMB_LOG_DEBUG] = "DEBUG", [LAMB_LOG_INFO] = "INFO",
    [LAMB_LOG_WARN] = "WARN",   [LAMB_LOG_ERROR] = "ERROR", [LAMB_LOG_FATAL] = "FATAL",
};

static bool
is_json(void)
{
    const char *format = getenv("AWS_LAMBDA_LOG_FORMAT");

    return format && strcasecmp(format, "JSON") == 0;
}

int
lamb_log_is_on(enum lamb_log_level level)
{
    const char *wanted = getenv("AWS_LAMBDA_LOG_LEVEL");
    unsigned least = LAMB_LOG_INFO;

    if (!is_json())
        return 1;
    for (unsigned i = 0; wanted && i < LAMB_COUNT(names); i++)
        if (strcasecmp(wanted, names[i]) == 0)
            least = i;
    return (unsigned)level >= least;
}

static bool
is_reserved(const char *name)
{
    static const char *const reserved[] = { "timestamp", "level", "message",
                                            "requestId", "tenantId" };

    for (size_t i = 0; i < LAMB_COUNT(reserved); i++)
        if (strcmp(name, reserved[i]) == 0)
            return true;
    return !*name;
}

static void
put_value(struct lamb_buf *line, const struct lamb_log_field *field)
{
    switch (field->type) {
    case LAMB_LOG_TEXT:
        if (field->text)
            (void)lamb_json_string(line, lamb_span_str(field->text));
        else
            (void)lamb_buf_str(line, "null");
        break;
    case LAMB_LOG_INTEGER:
        (void)lamb_buf_printf(line, "%lld", (long long)field->integer);
        break;
    case LAMB_LOG_REAL:
        lamb_json_real(line, field->real);
        break;
    case LAMB_LOG_BOOLEAN:
        (void)lamb_buf_str(line, field->integer ? "true" : "false");
        break;
    }
}

static void
put_member(struct lamb_buf *line, const char *name, const char *text)
{
    if (!text)
        return;
    (void)lamb_buf_printf(line, ",\"%s\":", name);
    (void)lamb_json_string(line, lamb_span_str(text));
}

struct facts {
    const struct lamb_invocation *inv;
    enum lamb_log_level level;
    const char *time;
    const char *message;
    const struct lamb_log_field *fields;
    size_t count;
};

static void
make_json(struct lamb_buf *line, const struct facts *facts)
{
    (void)lamb_buf_printf(line, "{\"timestamp\":\"%s\"", facts->time);
    put_member(line, "level", names[facts->level]);
    put_member(line, "message", facts->message);
    if (facts->inv) {
        put_member(line, "requestId", lamb_request_id(facts->inv));
        put_member(line, "tenantId", lamb_tenant_id(facts->inv));
    }
    for (size_t i = 0; i < facts->count; i++) {
        (void)lamb_buf_char(line, ',');
        (void)lamb_json_string(line, lamb_span_str(facts->fields[i].name));
        (void)lamb_buf_char(line, ':');
        put_value(line, &facts->fields[i]);
    }
    (void)lamb_buf_char(line, '}');
}

static void
make_text(struct lamb_buf *line, const struct facts *facts)
{
    const char *id = facts->inv ? lamb_request_id(facts->inv) : NULL;

    (void)lamb_buf_printf(line, "%s\t%s\t%s\t%s", facts->time, id ? id : "-",
                          names[facts->level], facts->message);
    for (size_t i = 0; i < facts->count; i++) {
        (void)lamb_buf_printf(line, " %s=", facts->fields[i].name);
        put_value(line, &facts->fields[i]);
    }
}

/* As one frame where there is a log pipe, else as a line of standard output. */
static int
write_out(enum lamb_level level, int64_t now_ns, struct lamb_buf *line)
{
    if (lamb_log_line_has_pipe() && !lamb_buf_error(line))
        return lamb_log_line_frame(level, now_ns, lamb_buf_view(line)) ? -EIO : 0;
    if (lamb_buf_char(line, '\n'))
        return -ENOMEM;
    /* In one piece: lines of several threads do not mix. */
    return fwrite(line->ptr, 1, line->len, stdout) == line->len ? 0 : -EIO;
}

int
lamb_log_fields(const struct lamb_invocation *inv, enum lamb_log_level level,
                const char *message, const struct lamb_log_field *fields, size_t count)
{
    LAMB_AUTOBUF struct lamb_buf line = LAMB_BUF_INIT(LINE_MAX_BYTES);
    int64_t now_ns = lamb_wall_ns();
    char time[LAMB_TIME_SIZE];
    struct facts facts = { .inv = inv,
                           .level = level,
                           .time = time,
                           .message = message ? message : "",
                           .fields = fields,
                           .count = count };

    if ((unsigned)level >= LAMB_COUNT(names))
        return -EINVAL;
    for (size_t i = 0; i < count; i++)
        if (!fields[i].name || is_reserved(fields[i].name))
            return -EINVAL;
    if (!lamb_log_is_on(level))
        return 0;
    lamb_time_iso_ms(now_ns, time);
    if (is_json())
        make_json(&line, &facts);
    else
        make_text(&line, &facts);
    /* The pipe's levels begin with none. */
    return write_out((enum lamb_level)(level + 1), now_ns, &line);
}

int
lamb_log_printf(const struct lamb_invocation *inv, enum lamb_log_level level,
                const char *fmt, ...)
{
    LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(LINE_MAX_BYTES);
    va_list ap;
    int r;

    if (!lamb_log_is_on(level))
        return 0;
    va_start(ap, fmt);
    r = lamb_buf_vprintf(&message, fmt, ap);
    va_end(ap);
    if (r)
        return r == -EMSGSIZE ? -ENOMEM : r;
    return lamb_log_fields(inv, level, lamb_buf_cstr(&message), NULL, 0);
}
