/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SRC_INVOCATION_H
#define LAMB_SRC_INVOCATION_H

/*
 * invocation - one event and the answer a handler makes: struct lamb_invocation.
 *
 * The same object serves one event after the other; its memory only grows, so that a
 * warm function allocates nothing here.
 *
 * Owns:    the response being built and the recorded failure.
 * Never:   speaks HTTP: bytes leave through the source.
 * Threads: one at a time.
 */

#include "sdk/base/enum.h"
#include "sdk/base/list.h"
#include "sdk/src/function.h"
#include "sdk/src/response_check.h"
#include "sdk/src/source.h"

#include <lamb/lamb.h>

#define LAMB_ANSWERS(X)                                                                \
    X(LAMB_ANSWER_BUFFERED, "the response is collected, sent after the return")        \
    X(LAMB_ANSWER_STREAM, "asked for streaming, nothing has left yet")                 \
    X(LAMB_ANSWER_FLOWING, "bytes have left: the response cannot be taken back")
LAMB_ENUM(lamb_answer, LAMB_ANSWERS, LAMB_ANSWER_N);

enum { LAMB_CONTENT_TYPE_MAX = 255 };

/* What a handler may leave open: a part of the object that END releases. */
struct lamb_at_end {
    struct lamb_list node; /* of the invocation's list */
    void (*end)(struct lamb_at_end *at_end);
};

struct lamb_invocation {
    struct lamb_runtime *runtime;
    struct lamb_source *source;
    struct lamb_incoming in;
    enum lamb_answer answer;
    struct lamb_buf response; /* scratch space once the answer is a stream */
    int lost;                 /* 0, or why a part of a stream could not be made */
    struct lamb_response_check check; /* of what has left, or is about to */
    struct lamb_failure failure;
    struct lamb_list left_open;                   /* struct lamb_at_end */
    char content_type[LAMB_CONTENT_TYPE_MAX + 1]; /* of the response */
};

void lamb_invocation_init(struct lamb_invocation *inv, struct lamb_runtime *rt,
                          struct lamb_source *source);
void lamb_invocation_fini(struct lamb_invocation *inv);

/*
 * lamb_invocation_next - forget the last event and wait for another.
 *
 * The answer to the last one is given before. Returns 0, LAMB_SOURCE_END, or -errno.
 */
int lamb_invocation_next(struct lamb_invocation *inv, struct lamb_err *err);

/* The handler has returned: end what it left open, while its log is still its own. */
void lamb_invocation_end_open(struct lamb_invocation *inv);

/* Give the source the answer that the handler made, RESULT being what it returned. */
void lamb_invocation_finish(struct lamb_invocation *inv, int result);

#endif
