/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_CRASH_FRAMES_H
#define LAMB_RUNTIME_CRASH_FRAMES_H

/*
 * crash_frames - the frames of a crash report.
 *
 * Owns:    nothing.
 * Never:   allocates or locks.
 * Threads: the one that crashed, in its signal handler, which survives when reading
 *          broken memory fails: what was found by then stays in the report.
 */

#include "runtime/crash_report.h"

/* CONTEXT: the third argument of the signal handler. */
void lamb_crash_frames(struct lamb_crash_report *report, const void *context);

#endif
