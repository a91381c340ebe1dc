/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_LOG_H
#define LAMB_BASE_LOG_H

/*
 * log - what lamb itself has to say to the person running it, on standard error.
 *
 * A failure is logged once, by the layer that stops its travel. Every line is one
 * write. Nothing waits for a reader: what a full pipe does not take is dropped, and
 * the next message is followed by how many were. The threshold comes from LAMB_LOG
 * (error, warn, info, debug; default warn) at the first call. Used by the emulator
 * only: the SDK and the runtime return errors.
 *
 * Threads: any.
 */

enum lamb_log_level { LAMB_LOG_ERROR, LAMB_LOG_WARN, LAMB_LOG_INFO, LAMB_LOG_DEBUG };

/* COMPONENT is the room ("sandbox"); the sentence has no final newline. */
void lamb_log(enum lamb_log_level level, const char *component, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
