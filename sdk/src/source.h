/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SRC_SOURCE_H
#define LAMB_SRC_SOURCE_H

/*
 * source - where invocations come from and their answers go to.
 *
 * The border between handlers and the outside: the Runtime API is one source
 * (runtime/runtime_api.h), a test that calls a handler in its own process another.
 *
 * Threads: one at a time; several workers have a source each.
 */

#include "sdk/base/err.h"
#include "sdk/base/span.h"
#include "sdk/src/failure.h"

/* One event as it came. A text is NULL when nothing was said. */
struct lamb_incoming {
    struct lamb_span event;
    const char *content_type;
    const char *request_id;
    const char *function_arn;
    const char *trace_id;
    const char *client_context;
    const char *identity;
    const char *tenant_id;
    int64_t deadline_ms; /* Unix epoch; 0: none */
};

enum { LAMB_SOURCE_END = 1 }; /* next: there will be no more events */

struct lamb_source;

/*
 * After each successful next comes exactly one answer: respond, fail, or stream_end
 * after any number of stream_write. Results are 0 or -errno with ERR filled; an error
 * of next is final. Whether an answer arrived is the source's business: one that was
 * refused is reported by it and does not end the process.
 */
struct lamb_source_ops {
    /* Wait for an event. *ret borrows from the source until its answer is given. */
    int (*next)(struct lamb_source *source, struct lamb_incoming *ret,
                struct lamb_err *err);
    /* Answer; CONTENT_TYPE and BODY are kept until the following next returns. */
    void (*respond)(struct lamb_source *source, const char *content_type,
                    struct lamb_span body);
    /* The function failed; FAILURE is copied. */
    void (*fail)(struct lamb_source *source, const struct lamb_failure *failure);
    /* Send a part now; the first one opens the stream. -EPIPE: nobody reads. */
    int (*stream_write)(struct lamb_source *source, const char *content_type,
                        struct lamb_span part);
    /* End the stream (opening it, when nothing was written); LATE may be NULL. */
    void (*stream_end)(struct lamb_source *source, const char *content_type,
                       const struct lamb_failure *late);
    /* Before the first next, instead of it: there is no function to run. */
    int (*init_error)(struct lamb_source *source, const struct lamb_failure *failure,
                      struct lamb_err *err);
};

struct lamb_source {
    const struct lamb_source_ops *ops;
};

#endif
