/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_SIGNAL_TEXT_H
#define LAMB_RUNTIME_SIGNAL_TEXT_H

/*
 * signal_text - text that a signal handler can write: into memory that is there.
 *
 * What does not fit is dropped from the end.
 *
 * Owns:    nothing.
 * Never:   allocates, locks, or calls what is not async-signal-safe.
 * Threads: one at a time; in a signal handler too.
 */

#include <stddef.h>
#include <stdint.h>

struct lamb_signal_text {
    char *ptr;
    size_t cap;
    size_t len;
};

#define LAMB_SIGNAL_TEXT(array_)                                                       \
    ((struct lamb_signal_text){ .ptr = (array_), .cap = sizeof(array_) })

void lamb_signal_text_bytes(struct lamb_signal_text *text, const char *bytes,
                            size_t len);
/* STR may be NULL: nothing. */
void lamb_signal_text_str(struct lamb_signal_text *text, const char *str);
/* 0x and hexadecimal digits. */
void lamb_signal_text_hex(struct lamb_signal_text *text, uint64_t number);
void lamb_signal_text_decimal(struct lamb_signal_text *text, uint64_t number);
/* STR between quotes, escaped as JSON; what is no ASCII becomes '?'. */
void lamb_signal_text_json(struct lamb_signal_text *text, const char *bytes,
                           size_t len);

#endif
