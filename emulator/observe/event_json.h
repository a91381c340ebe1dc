/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_EVENT_JSON_H
#define LAMB_EMULATOR_OBSERVE_EVENT_JSON_H

/*
 * event_json - platform events as JSON: {"time","type","record"}, the records of the
 * Telemetry API, the older Logs API, and of logs in the JSON format.
 *
 * Fields: developer guide, telemetry-schema-reference and runtimes-logs-api. Durations
 * are milliseconds, cut at the microsecond.
 *
 * Owns:    the shapes.
 * Never:   filters by level (log_filter.h).
 * Threads: any.
 */

#include "emulator/observe/event.h"
#include "sdk/base/buf.h"

#define EVENT_SCHEMAS(X)                                                               \
    X(SCHEMA_LOGS_2020, "2020-08-15")                                                  \
    X(SCHEMA_LOGS_2021, "2021-03-18")                                                  \
    X(SCHEMA_TELEMETRY_2022, "2022-07-01")                                             \
    X(SCHEMA_TELEMETRY_2022_12, "2022-12-13")                                          \
    X(SCHEMA_TELEMETRY_2025, "2025-01-29")
LAMB_ENUM(event_schema, EVENT_SCHEMAS, EVENT_SCHEMA_N);
const char *event_schema_text(enum event_schema schema); /* "2022-12-13" */

/* Does the schema know this type of event? */
bool event_json_has(enum event_schema schema, enum event_type type);

/* Append the event as one JSON object on one line, without a newline behind it. */
int event_json(const struct event *event, enum event_schema schema,
               struct lamb_buf *ret);

#endif
