/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_CRASH_REPORT_H
#define LAMB_RUNTIME_CRASH_REPORT_H

/*
 * crash_report - the texts of a crash: for the log, and for whoever invoked.
 *
 * Owns:    nothing.
 * Never:   allocates, locks; shows memory of the process.
 * Threads: the one that crashed, in its signal handler.
 */

#include "runtime/signal_text.h"

#include <signal.h>
#include <stdbool.h>

#define LAMB_CRASH_TYPE "Runtime.Crash"

enum { LAMB_CRASH_FRAMES_MAX = 48, LAMB_CRASH_FRAME_MAX = 512 };

struct lamb_crash_report {
    int signal;
    int code;          /* si_code */
    uintptr_t address; /* si_addr, where the signal has one */
    const char *handler;
    const char *request; /* that the thread ran; NULL: none */
    bool in_init;
    size_t frame_count;
    /* One line each: FUNCTION+0xOFFSET (OBJECT+0xADDRESS, build-id HEX). */
    char frames[LAMB_CRASH_FRAMES_MAX][LAMB_CRASH_FRAME_MAX];
};

/* What happened, in a sentence, and the frames, each line beginning with "lamb: ". */
void lamb_crash_report_log(const struct lamb_crash_report *report,
                           struct lamb_signal_text *ret);
/* The error's JSON, with at most FRAMES frames. */
void lamb_crash_report_json(const struct lamb_crash_report *report, size_t frames,
                            struct lamb_signal_text *ret);

#endif
