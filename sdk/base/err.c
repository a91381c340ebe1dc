/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
note_place(struct lamb_err *err, const char *file, unsigned line, int r)
{
    size_t len = strlen(file);

    err->code = r;
    err->line = line;
    if (len >= sizeof(err->file)) /* the end of a path says more than its beginning */
        file += len - (sizeof(err->file) - 1);
    (void)snprintf(err->file, sizeof(err->file), "%s", file);
}

int
lamb_raise_at(struct lamb_err *err, const char *file, unsigned line, int r,
              const char *fmt, ...)
{
    va_list ap;
    size_t used;

    if (!err)
        return r;
    note_place(err, file, line, r);
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    used = strlen(err->text);
    (void)snprintf(err->text + used, sizeof(err->text) - used, ": %s", strerror(-r));
    return r;
}

int
lamb_refuse_at(struct lamb_err *err, const char *file, unsigned line, int r,
               const char *fmt, ...)
{
    va_list ap;

    if (!err)
        return r;
    note_place(err, file, line, r);
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    return r;
}

int
lamb_wrap(struct lamb_err *err, int r, const char *fmt, ...)
{
    char cause[sizeof(err->text)];
    va_list ap;
    size_t used;

    if (r > 0)
        r = -ENOTRECOVERABLE;
    if (!err)
        return r;
    if (!err->code) {
        err->code = r;
        (void)snprintf(err->text, sizeof(err->text), "%s", strerror(-r));
    }
    memcpy(cause, err->text, sizeof(cause));
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    used = strlen(err->text);
    (void)snprintf(err->text + used, sizeof(err->text) - used, ": %s", cause);
    return r;
}

_Noreturn void
lamb_panic(const char *file, unsigned line, const char *what)
{
    char text[256];
    int n = snprintf(text, sizeof(text), "lamb: internal error at %s:%u: %s\n", file,
                     line, what);

    if (n > 0)
        (void)!write(STDERR_FILENO, text,
                     (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
    abort();
}
