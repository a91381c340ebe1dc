/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_UNWIND_H
#define LAMB_RUNTIME_UNWIND_H

/*
 * unwind - who called whom, by the unwind tables (.eh_frame) that the compiler made.
 *
 * Why not by libgcc: docs/decisions/0018-own-unwinder.md.
 *
 * Owns:    nothing.
 * Never:   allocates or locks. It reads the stack, which may be broken: the caller
 *          survives the signal of that.
 * Threads: any; in a signal handler.
 */

#include "runtime/image.h"

#if defined(__x86_64__)
enum { LAMB_UNWIND_SP = 7, LAMB_UNWIND_RETURN = 16, LAMB_UNWIND_N = 17 };
#else
enum { LAMB_UNWIND_SP = 31, LAMB_UNWIND_RETURN = 30, LAMB_UNWIND_N = 32 };
#endif

struct lamb_unwind {
    uintptr_t pc;
    uintptr_t regs[LAMB_UNWIND_N]; /* as DWARF counts them */
    bool is_call; /* PC is behind a call: the call itself is at PC - 1 */
};

/* From CONTEXT, the third argument of a signal handler. */
void lamb_unwind_start(struct lamb_unwind *unwind, const void *context);
/* To the caller, by the images read last. False: there is none that is known. */
bool lamb_unwind_step(struct lamb_unwind *unwind);

#endif
