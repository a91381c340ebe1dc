/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTING_ANSWER_H
#define LAMB_TESTING_ANSWER_H

/*
 * answer - frames and the end of a process become what the test looks at.
 *
 * Owns:    the texts that the public structure points at.
 * Threads: one at a time.
 */

#include "sdk/base/buf.h"
#include "sdk/base/err.h"

#include <lamb/testing.h>

struct lamb_answer_made {
    struct lamb_test_answer shown; /* first: lamb_test_free gets its address */
    struct lamb_buf frames;
    struct lamb_buf output;
    struct lamb_buf body;
    struct lamb_buf content_type;
    struct lamb_buf error_type;
    struct lamb_buf error_message;
    struct lamb_buf description;
};

/* How the process that the handler ran in has ended. */
struct lamb_answer_end {
    bool is_timeout;
    int64_t timeout_ms;
    int signal; /* 0: it exited */
    int exit_status;
};

/* What the process exits with when the leak sanitizer has found something. */
enum { LAMB_ANSWER_LEAK_STATUS = 86 };

/* Empty; NULL when there is no memory. Give it to lamb_test_free. */
struct lamb_answer_made *lamb_answer_new(void);

/* Fill in SHOWN from frames and output, END being what the kernel said. */
void lamb_answer_finish(struct lamb_answer_made *made,
                        const struct lamb_answer_end *end);

/* It was not run, ERR says why. */
void lamb_answer_not_run(struct lamb_answer_made *made, const struct lamb_err *err);

/* The answer when there is not even memory for one; lamb_test_free leaves it alone. */
struct lamb_test_answer *lamb_answer_no_memory(void);

#endif
