/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_CONSOLE_H
#define LAMB_EMULATOR_OBSERVE_CONSOLE_H

/*
 * console - shows the text log on a descriptor (standard error of `lamb start`).
 *
 * Lines gather for two milliseconds and are written together. A reader that does not
 * keep up never blocks the loop: up to CONSOLE_BACKLOG bytes wait, what comes after is
 * dropped, and counted in a platform.logsDropped event once there is room again.
 *
 * Owns:    the backlog. The descriptor is the caller's and is not switched to
 *          non-blocking (it is shared with other programs).
 * Threads: loop thread only.
 */

#include "emulator/loop/platform_clock.h"
#include "emulator/observe/event.h"

enum { CONSOLE_BACKLOG = 1024 * 1024 };

struct console;
int console_new(struct loop *loop, struct observe *observe,
                const struct platform_clock *clock, int fd, struct console **ret,
                struct lamb_err *err);
/* Writes what it can without blocking, then forgets the rest. */
void console_free(struct console *console);

#endif
