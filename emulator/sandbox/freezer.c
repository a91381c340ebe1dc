/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/freezer.h"

#include <signal.h>
#include <unistd.h>

#include "emulator/sandbox/kin.h"

/* Who forks while one walk goes on is found by the next, unless it outruns them all. */
enum { WALKS = 3 };

static void
signal_one(void *data, pid_t pid)
{
    (void)kill(pid, *(const int *)data);
}

static void
signal_all(bool is_full, int signum)
{
    if (is_full) { /* at once: the kernel keeps who forks waiting meanwhile */
        (void)kill(-1, signum);
        return;
    }
    for (int i = 0; i < WALKS; i++)
        kin_each(getpid(), signal_one, &signum);
}

static bool
write_group(int group, const char *text)
{
    return group >= 0 && pwrite(group, text, 1, 0) == 1;
}

void
freezer_freeze(bool is_full, int group)
{
    if (!write_group(group, "1"))
        signal_all(is_full, SIGSTOP);
}

void
freezer_thaw(bool is_full, int group)
{
    if (!write_group(group, "0"))
        signal_all(is_full, SIGCONT);
}
