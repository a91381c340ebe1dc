/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/notice.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "sdk/src/log_line.h"

static __thread const char *current_request;

static void say(enum lamb_level level, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void
say(enum lamb_level level, const char *fmt, va_list ap)
{
    char line[1024] = "lamb: ";
    size_t used = strlen(line);
    int saved = errno;
    int n = vsnprintf(line + used, sizeof(line) - used, fmt, ap);

    if (n > 0)
        used += (size_t)n < sizeof(line) - used ? (size_t)n : sizeof(line) - used - 1;
    lamb_log_line_write(level, current_request, lamb_span_of(line, used));
    errno = saved;
}

void
lamb_notice(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(LAMB_LEVEL_WARN, fmt, ap);
    va_end(ap);
}

void
lamb_notice_error(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(LAMB_LEVEL_ERROR, fmt, ap);
    va_end(ap);
}

void
lamb_notice_about(const char *request_id)
{
    current_request = request_id;
}
