/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTING_SUBJECT_H
#define LAMB_TESTING_SUBJECT_H

/*
 * subject - run a handler and its hooks as the runtime would, in this process.
 *
 * Owns:    nothing afterwards; environment variables stay as they were set.
 * Threads: one at a time.
 */

#include "sdk/testing/frames.h"

#include <lamb/testing.h>

/*
 * Run WHAT with EVENT and write into FD what comes of it (-EBADF: into *ret alone).
 * *ret is made here and has to be released with lamb_frames_fini. Returns 0, or -errno
 * with ERR filled: then nothing was run.
 */
int lamb_subject_run(const struct lamb_test_invocation *what, struct lamb_span event,
                     int fd, struct lamb_frames *ret, struct lamb_err *err);

#endif
