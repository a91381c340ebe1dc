/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_EVENT_H
#define LAMB_EMULATOR_OBSERVE_EVENT_H

/*
 * event - the one stream of platform events, from which everything visible is made:
 * log lines, tails, and whatever else listens.
 *
 * Types and fields are those of the service's telemetry schema (developer guide,
 * telemetry-schema-reference), plus the function's own output.
 *
 * Owns:    the list of listeners.
 * Never:   formats or stores an event itself; nothing a listener gets outlives the
 * call. Threads: loop thread only.
 */

#include "emulator/observe/log_level.h"
#include "sdk/base/list.h"
#include "sdk/base/span.h"

#include <stdbool.h>
#include <stdint.h>

#define PLATFORM_EVENTS(X)                                                             \
    X(EVENT_INIT_START, "platform.initStart")                                          \
    X(EVENT_INIT_RUNTIME_DONE, "platform.initRuntimeDone")                             \
    X(EVENT_INIT_REPORT, "platform.initReport")                                        \
    X(EVENT_START, "platform.start")                                                   \
    X(EVENT_RUNTIME_DONE, "platform.runtimeDone")                                      \
    X(EVENT_END, "platform.end")                                                       \
    X(EVENT_REPORT, "platform.report")                                                 \
    X(EVENT_FAULT, "platform.fault")                                                   \
    X(EVENT_PLATFORM_EXTENSION, "platform.extension")                                  \
    X(EVENT_TELEMETRY_SUBSCRIPTION, "platform.telemetrySubscription")                  \
    X(EVENT_LOGS_SUBSCRIPTION, "platform.logsSubscription")                            \
    X(EVENT_LOGS_DROPPED, "platform.logsDropped")                                      \
    X(EVENT_FUNCTION, "function")                                                      \
    X(EVENT_EXTENSION, "extension")
LAMB_ENUM(event_type, PLATFORM_EVENTS, EVENT_TYPE_N);
const char *event_type_text(enum event_type type); /* "platform.start" */

#define PLATFORM_STATUSES(X)                                                           \
    X(STATUS_SUCCESS, "success")                                                       \
    X(STATUS_FAILURE, "failure")                                                       \
    X(STATUS_ERROR, "error")                                                           \
    X(STATUS_TIMEOUT, "timeout")
LAMB_ENUM(event_status, PLATFORM_STATUSES, EVENT_STATUS_N);
const char *event_status_text(enum event_status status); /* "success" */

#define PLATFORM_PHASES(X)                                                             \
    X(PHASE_INIT, "init")                                                              \
    X(PHASE_INVOKE, "invoke")
LAMB_ENUM(event_phase, PLATFORM_PHASES, EVENT_PHASE_N);
const char *event_phase_text(enum event_phase phase); /* "init" */

#define PLATFORM_SPANS(X)                                                              \
    X(SPAN_RESPONSE_LATENCY, "responseLatency")                                        \
    X(SPAN_RESPONSE_DURATION, "responseDuration")                                      \
    X(SPAN_RUNTIME_OVERHEAD, "runtimeOverhead")                                        \
    X(SPAN_EXTENSION_OVERHEAD, "extensionOverhead")
LAMB_ENUM(event_span_name, PLATFORM_SPANS, SPAN_NAME_N);
const char *event_span_text(enum event_span_name name); /* "responseLatency" */

struct event_span {
    enum event_span_name name;
    int64_t start_ns; /* platform clock */
    int64_t duration_ns;
};
enum { EVENT_SPANS_MAX = 4 };

/* Where an event comes from: one execution environment; outlives its events. */
struct event_origin {
    const char *function_name;
    const char *function_version;
    const char *function_arn;
    const char *log_group;
    const char *log_stream;          /* also the environment's instance id */
    const char *initialization_type; /* "on-demand"; NULL counts as that */
    const char *runtime_version;     /* "provided:al2023.v0"; NULL: none */
    const char *runtime_version_arn;
    uint64_t memory_bytes;
    enum log_format log_format;
    enum log_level application_level; /* of what the function writes, JSON only */
    enum log_level system_level;      /* of what the platform writes, JSON only */
};

struct event {
    enum event_type type;
    int64_t at_ns;                     /* platform clock, ns since the epoch */
    const struct event_origin *origin; /* NULL: EVENT_LOGS_DROPPED of the console */
    const char *request_id;            /* NULL outside an invocation */
    const char *trace_id;              /* NULL: none */
    const char *tenant_id;             /* NULL: none */
    enum event_phase phase;            /* init events */
    enum event_status status;
    const char *error_type; /* NULL: none */
    bool is_reported;       /* the runtime itself reported the error; it lives on */
    int64_t duration_ns;    /* reports, runtimeDone */
    int64_t init_ns;        /* platform.report of a cold start; -1: none */
    uint64_t billed_ms;
    unsigned memory_mb;
    unsigned peak_memory_mb;
    uint64_t produced_bytes;
    struct event_span spans[EVENT_SPANS_MAX];
    size_t n_spans;
    /* EVENT_FUNCTION, EVENT_EXTENSION: one record without its newline; EVENT_FAULT:
       what happened, two lines. */
    struct lamb_span text;
    enum log_level
        level;         /* of a framed record (log_frame.h); LEVEL_UNSET: as it says */
    const char *name;  /* of the extension: PLATFORM_EXTENSION, *_SUBSCRIPTION */
    const char *state; /* of the extension or subscription: "Ready", "Subscribed" */
    const char *items; /* events or types, separated by commas: "INVOKE,SHUTDOWN" */
    uint64_t dropped_records; /* EVENT_LOGS_DROPPED */
    uint64_t dropped_bytes;
};

/* Embedded by whoever listens. */
struct observer {
    struct lamb_list node;
    void (*on_event)(void *data, const struct event *event);
    void *data;
};

struct observe {
    struct lamb_list observers;
    uint64_t counts[EVENT_TYPE_N]; /* emitted so far, for status */
};

void observe_init(struct observe *observe);
void observe_add(struct observe *observe, struct observer *observer);
void observe_remove(struct observer *observer);
void observe_emit(struct observe *observe, const struct event *event);

#endif
