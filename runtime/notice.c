/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/notice.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void
lamb_notice(const char *fmt, ...)
{
    static const char prefix[] = "lamb: ";
    char line[1024] = "lamb: ";
    int saved = errno;
    size_t used = sizeof(prefix) - 1;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(line + used, sizeof(line) - used - 1, fmt, ap);
    va_end(ap);
    if (n > 0)
        used +=
            (size_t)n < sizeof(line) - used - 1 ? (size_t)n : sizeof(line) - used - 2;
    line[used++] = '\n';
    (void)!write(STDERR_FILENO, line, used); /* nowhere to complain to when it fails */
    errno = saved;
}
