/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_OUTPUT_H
#define LAMB_EMULATOR_SANDBOX_OUTPUT_H

/*
 * output - what a process writes: one pipe of one process, read on the loop.
 *
 * It ends when the last process that holds it closes it, which may be long after the
 * process it was made for.
 *
 * Owns:    the reading end.
 * Never:   splits or joins lines.
 * Threads: loop thread only.
 */

#include "emulator/sandbox/sandbox.h"

struct output {
    struct lamb_list node; /* in the sandbox's list */
    struct loop *loop;
    int fd; /* -EBADF: closed */
    struct loop_fd *watch;
    unsigned proc;
    enum sandbox_stream stream;
    void (*fn)(void *data, unsigned proc, enum sandbox_stream stream,
               struct lamb_span bytes);
    void *data;
};

/* Make a pipe and listen; *ret_end is the writing end, the caller's to close. */
int output_open(struct loop *loop, const struct output *model, struct lamb_list *list,
                int *ret_end, struct lamb_err *err);
/* Hand out what lies in the pipe now, and no more: a flood cannot hold us up. */
void output_drain(struct output *output);
/* Leave the list and close; freed at the end of the turn. */
void output_close(struct output *output);

#endif
