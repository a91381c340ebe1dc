/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/log.h"

#include "sdk/base/enum.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const level_names[] = { "error", "warn", "info", "debug" };

static int
threshold(void)
{
    static _Atomic int cached = -1;
    int level = atomic_load(&cached);
    const char *wanted;

    if (level >= 0)
        return level;
    level = LAMB_LOG_WARN;
    wanted = getenv("LAMB_LOG");
    for (size_t i = 0; wanted && i < LAMB_COUNT(level_names); i++)
        if (strcmp(wanted, level_names[i]) == 0)
            level = (int)i;
    atomic_store(&cached, level);
    return level;
}

/* Said, or counted where a full pipe would make us wait. */
static void
put(const char *line, size_t len)
{
    static _Atomic unsigned dropped;
    struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };
    char note[128];
    unsigned before;

    if (poll(&p, 1, 0) != 1) {
        atomic_fetch_add(&dropped, 1);
        return;
    }
    (void)!write(STDERR_FILENO, line, len);
    before = atomic_exchange(&dropped, 0);
    if (!before)
        return;
    (void)snprintf(note, sizeof(note),
                   "lamb: warn: log: %u messages before this one were dropped: nobody "
                   "read standard error\n",
                   before);
    if (poll(&p, 1, 0) == 1)
        (void)!write(STDERR_FILENO, note, strlen(note));
}

void
lamb_log(enum lamb_log_level level, const char *component, const char *fmt, ...)
{
    char line[1024];
    int saved = errno;
    va_list ap;
    size_t used;

    if ((int)level > threshold())
        return;
    (void)snprintf(line, sizeof(line), "lamb: %s: %s: ", level_names[level], component);
    used = strlen(line);
    va_start(ap, fmt);
    (void)vsnprintf(line + used, sizeof(line) - used - 1, fmt, ap);
    va_end(ap);
    used = strlen(line);
    line[used++] = '\n';
    put(line, used);
    errno = saved;
}
