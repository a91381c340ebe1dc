/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_INVOCATION_H
#define LAMB_EMULATOR_ENVIRONMENT_INVOCATION_H

/*
 * invocation - one event on its way through one execution environment.
 *
 * Made by the invoke room, queued by the functions room, carried out by an
 * environment. It is answered exactly once and closed exactly once, in this order;
 * between the two the runtime may still be busy (it has not polled again).
 *
 * Owns:    its payload and texts.
 * Threads: loop thread only.
 */

#include "emulator/observe/log_line.h"
#include "sdk/base/blob.h"
#include "sdk/base/list.h"

/* How an invocation ended, as a caller tells the cases apart. */
#define OUTCOMES(X)                                                                    \
    X(OUTCOME_SUCCESS, "success")                                                      \
    X(OUTCOME_FUNCTION_ERROR, "function-error")                                        \
    X(OUTCOME_CRASH, "crash")                                                          \
    X(OUTCOME_TIMEOUT, "timeout")                                                      \
    X(OUTCOME_OUT_OF_MEMORY, "out-of-memory")                                          \
    X(OUTCOME_INIT_ERROR, "init-error")                                                \
    X(OUTCOME_PLATFORM_ERROR, "platform-error")
LAMB_ENUM(outcome, OUTCOMES, OUTCOME_N);
const char *outcome_text(enum outcome outcome); /* "timeout" */

struct invocation_answer {
    enum outcome outcome;
    struct lamb_blob *body; /* borrowed; never NULL but for OUTCOME_PLATFORM_ERROR */
    const char *detail;     /* OUTCOME_PLATFORM_ERROR: what went wrong */
};

struct invocation;
struct invocation_events {
    /* The answer is there: serve the client now. */
    void (*answered)(void *data, struct invocation *inv,
                     const struct invocation_answer *answer);
    /*
     * A piece of a streamed response, before `answered` (which then has the error, or
     * an empty body). False: no more until invocation_resume. NULL, or an invocation
     * that does not want it: streamed responses are collected and answered whole.
     */
    bool (*chunk)(void *data, struct invocation *inv, struct lamb_span bytes);
    /* It is over (REPORT is written); nobody below uses it any more. */
    void (*closed)(void *data, struct invocation *inv);
};

struct invocation {
    struct lamb_list node; /* in the queue of whoever keeps it waiting */
    char request_id[37];
    char invocation_id[37]; /* opaque to the runtime, unique even when ids repeat */
    struct lamb_blob *payload;
    char *function_arn;    /* as invoked */
    char *trace_id;        /* always there */
    char *tenant_id;       /* NULL: none */
    char *client_context;  /* decoded JSON; NULL: none */
    char *content_type;    /* NULL: application/json */
    struct log_tail *tail; /* NULL unless the client asked for it */
    const struct invocation_events *events;
    void *data;
    int64_t started_ns;  /* monotonic: when an environment took it; 0: not yet */
    int64_t deadline_ns; /* monotonic */
    bool answered;
    bool wants_stream; /* give pieces to `chunk` */
    /* Set by the environment while pieces come. */
    void (*resume)(void *data);
    void *resume_data;
};

/* A new one with fresh ids (REQUEST_ID may be NULL); takes PAYLOAD; NULL: no memory. */
struct invocation *invocation_new(const char *request_id, struct lamb_blob *payload,
                                  const struct invocation_events *events, void *data);
void invocation_free(struct invocation *inv);

/* Tell the owner; each exactly once, answer before close (asserted). */
void invocation_answer(struct invocation *inv, const struct invocation_answer *answer);
void invocation_close(struct invocation *inv);

/* Pass on a piece of a streamed response; see `chunk`. */
bool invocation_chunk(struct invocation *inv, struct lamb_span bytes);
/* Whoever said that it takes no more, does again. Harmless at any time. */
void invocation_resume(struct invocation *inv);

/* Answer with the service's error object {"errorType","errorMessage"}. */
void invocation_fail(struct invocation *inv, enum outcome outcome,
                     const char *error_type, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
