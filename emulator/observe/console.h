/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_CONSOLE_H
#define LAMB_EMULATOR_OBSERVE_CONSOLE_H

/*
 * console - shows the text log on a descriptor (standard error of `lamb start`).
 *
 * Lines gather for two milliseconds and are written together. A reader that does not
 * keep up never blocks the loop: what it has not read waits in a spool (spool.h), first
 * in memory, then on disk. What does not fit there is dropped, and counted in a
 * platform.logsDropped event once everything else is written.
 *
 * Owns:    the backlog. The descriptor is the caller's and is not switched to
 *          non-blocking (it is shared with other programs).
 * Threads: loop thread only.
 */

#include "emulator/loop/platform_clock.h"
#include "emulator/observe/event.h"

struct console;
/* SPOOL_DIR is borrowed; NULL: nothing waits on disk. */
int console_new(struct loop *loop, struct observe *observe,
                const struct platform_clock *clock, const char *spool_dir, int fd,
                struct console **ret, struct lamb_err *err);
/* Writes what it can without blocking, then forgets the rest. */
void console_free(struct console *console);

#endif
