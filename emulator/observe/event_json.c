/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/event_json.h"

#include <jansson.h>

#include "sdk/base/auto.h"
#include "sdk/base/json_text.h"
#include "sdk/base/num.h"
#include "sdk/base/time_text.h"

LAMB_ENUM_TEXT_FN(event_schema_text, event_schema, EVENT_SCHEMAS, EVENT_SCHEMA_N)

/* -- pieces -------------------------------------------------------------------------
 */

/* Begin the member NAME: a comma where one is needed. */
static void
member(struct lamb_buf *ret, const char *name)
{
    char last = ret->len ? ret->ptr[ret->len - 1] : '\0';

    (void)lamb_buf_printf(ret, "%s\"%s\":", last == '{' ? "" : ",", name);
}

/* TEXT may be NULL: then the member is not there. */
static void
put_text(struct lamb_buf *ret, const char *name, const char *text)
{
    if (!text)
        return;
    member(ret, name);
    (void)lamb_json_string(ret, lamb_span_str(text));
}

static void
put_number(struct lamb_buf *ret, const char *name, uint64_t value)
{
    member(ret, name);
    (void)lamb_buf_printf(ret, "%llu", (unsigned long long)value);
}

static void
put_ms(struct lamb_buf *ret, const char *name, int64_t ns)
{
    int64_t us = ns < 0 ? 0 : ns / LAMB_NS_PER_US;

    member(ret, name);
    (void)lamb_buf_printf(ret, "%lld.%03lld", (long long)(us / 1000),
                          (long long)(us % 1000));
}

static void
put_time(struct lamb_buf *ret, const char *name, int64_t at_ns)
{
    char text[LAMB_TIME_SIZE];

    lamb_time_iso_ms(at_ns, text);
    put_text(ret, name, text);
}

/* A list of names separated by commas, as an array of texts. */
static void
put_list(struct lamb_buf *ret, const char *name, const char *items)
{
    struct lamb_span rest = lamb_span_str(items);
    struct lamb_span item;
    const char *comma = "";

    member(ret, name);
    (void)lamb_buf_char(ret, '[');
    while (rest.len) {
        (void)lamb_span_cut(rest, ',', &item, &rest);
        (void)lamb_buf_str(ret, comma);
        (void)lamb_json_string(ret, item);
        comma = ",";
    }
    (void)lamb_buf_char(ret, ']');
}

static void
put_spans(struct lamb_buf *ret, const struct event *event)
{
    if (!event->n_spans)
        return;
    member(ret, "spans");
    for (size_t i = 0; i < event->n_spans; i++) {
        const struct event_span *span = &event->spans[i];

        (void)lamb_buf_str(ret, i ? ",{" : "[{");
        put_text(ret, "name", event_span_text(span->name));
        put_time(ret, "start", span->start_ns);
        put_ms(ret, "durationMs", span->duration_ns);
        (void)lamb_buf_char(ret, '}');
    }
    (void)lamb_buf_char(ret, ']');
}

static void
put_tracing(struct lamb_buf *ret, const struct event *event)
{
    if (!event->trace_id)
        return;
    member(ret, "tracing");
    (void)lamb_buf_str(ret, "{\"type\":\"X-Amzn-Trace-Id\"");
    put_text(ret, "value", event->trace_id);
    (void)lamb_buf_char(ret, '}');
}

/* An error type goes with failure and error only, never with success or timeout. */
static void
put_status(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "status", event_status_text(event->status));
    if (event->status == STATUS_FAILURE || event->status == STATUS_ERROR)
        put_text(ret, "errorType", event->error_type);
}

static void
put_init(struct lamb_buf *ret, const struct event *event)
{
    const char *type = event->origin->initialization_type;

    put_text(ret, "initializationType", type ? type : "on-demand");
    put_text(ret, "phase", event_phase_text(event->phase));
}

/* -- records of the Telemetry API ---------------------------------------------------
 */

static void
init_start(struct lamb_buf *ret, const struct event *event)
{
    const struct event_origin *origin = event->origin;

    put_init(ret, event);
    put_text(ret, "runtimeVersion", origin->runtime_version);
    put_text(ret, "runtimeVersionArn", origin->runtime_version_arn);
    put_text(ret, "functionName", origin->function_name);
    put_text(ret, "functionVersion", origin->function_version);
    put_text(ret, "instanceId", origin->log_stream);
    put_number(ret, "instanceMaxMemory", origin->memory_bytes);
}

static void
init_runtime_done(struct lamb_buf *ret, const struct event *event)
{
    put_init(ret, event);
    put_status(ret, event);
}

static void
init_report(struct lamb_buf *ret, const struct event *event)
{
    init_runtime_done(ret, event);
    member(ret, "metrics");
    (void)lamb_buf_char(ret, '{');
    put_ms(ret, "durationMs", event->duration_ns);
    (void)lamb_buf_char(ret, '}');
}

static void
start(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "requestId", event->request_id);
    put_text(ret, "functionArn", event->origin->function_arn);
    put_text(ret, "version", event->origin->function_version);
    put_tracing(ret, event);
    put_text(ret, "tenantId", event->tenant_id);
}

static void
runtime_done(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "requestId", event->request_id);
    put_status(ret, event);
    member(ret, "metrics");
    (void)lamb_buf_char(ret, '{');
    put_ms(ret, "durationMs", event->duration_ns);
    put_number(ret, "producedBytes", event->produced_bytes);
    (void)lamb_buf_char(ret, '}');
    put_spans(ret, event);
    put_tracing(ret, event);
    put_text(ret, "tenantId", event->tenant_id);
}

static void
put_report_metrics(struct lamb_buf *ret, const struct event *event)
{
    member(ret, "metrics");
    (void)lamb_buf_char(ret, '{');
    put_ms(ret, "durationMs", event->duration_ns);
    put_number(ret, "billedDurationMs", event->billed_ms);
    put_number(ret, "memorySizeMB", event->memory_mb);
    put_number(ret, "maxMemoryUsedMB", event->peak_memory_mb);
    if (event->init_ns >= 0)
        put_ms(ret, "initDurationMs", event->init_ns);
    (void)lamb_buf_char(ret, '}');
}

static void
report(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "requestId", event->request_id);
    put_status(ret, event);
    put_report_metrics(ret, event);
    put_spans(ret, event);
    put_tracing(ret, event);
    put_text(ret, "tenantId", event->tenant_id);
}

static void
extension(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "name", event->name);
    put_text(ret, "state", event->state);
    put_list(ret, "events", event->items);
    put_text(ret, "errorType", event->error_type);
}

static void
subscription(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "name", event->name);
    put_text(ret, "state", event->state);
    put_list(ret, "types", event->items);
}

static void
logs_dropped(struct lamb_buf *ret, const struct event *event)
{
    put_text(
        ret, "reason",
        "Some logs were dropped because the downstream consumer is slower than the "
        "logs production rate");
    put_number(ret, "droppedRecords", event->dropped_records);
    put_number(ret, "droppedBytes", event->dropped_bytes);
}

/* -- records of the Logs API --------------------------------------------------------
 */

static void
old_start(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "requestId", event->request_id);
    put_text(ret, "version", event->origin->function_version);
}

static void
old_end(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "requestId", event->request_id);
}

static void
old_runtime_done(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "requestId", event->request_id);
    put_text(ret, "status", event_status_text(event->status));
}

static void
old_report(struct lamb_buf *ret, const struct event *event)
{
    put_text(ret, "requestId", event->request_id);
    put_report_metrics(ret, event);
}

static void
old_logs_dropped(struct lamb_buf *ret, const struct event *event)
{
    put_text(
        ret, "reason",
        "Consumer seems to have fallen behind as it has not acknowledged receipt of "
        "logs.");
    put_number(ret, "droppedRecords", event->dropped_records);
    put_number(ret, "droppedBytes", event->dropped_bytes);
}

/* -- which record an event has ------------------------------------------------------
 */

typedef void (*record_fn)(struct lamb_buf *ret, const struct event *event);

static const record_fn telemetry_records[EVENT_TYPE_N] = {
    [EVENT_INIT_START] = init_start,
    [EVENT_INIT_RUNTIME_DONE] = init_runtime_done,
    [EVENT_INIT_REPORT] = init_report,
    [EVENT_START] = start,
    [EVENT_RUNTIME_DONE] = runtime_done,
    [EVENT_REPORT] = report,
    [EVENT_PLATFORM_EXTENSION] = extension,
    [EVENT_TELEMETRY_SUBSCRIPTION] = subscription,
    [EVENT_LOGS_SUBSCRIPTION] = subscription,
    [EVENT_LOGS_DROPPED] = logs_dropped,
};

static const record_fn logs_records[EVENT_TYPE_N] = {
    [EVENT_START] = old_start,
    [EVENT_RUNTIME_DONE] = old_runtime_done,
    [EVENT_END] = old_end,
    [EVENT_REPORT] = old_report,
    [EVENT_PLATFORM_EXTENSION] = extension,
    [EVENT_LOGS_SUBSCRIPTION] = subscription,
    [EVENT_LOGS_DROPPED] = old_logs_dropped,
};

static bool
is_logs(enum event_schema schema)
{
    return schema == SCHEMA_LOGS_2020 || schema == SCHEMA_LOGS_2021;
}

static record_fn
record_of(enum event_schema schema, enum event_type type)
{
    if (type == EVENT_RUNTIME_DONE && schema == SCHEMA_LOGS_2020)
        return NULL;
    return is_logs(schema) ? logs_records[type] : telemetry_records[type];
}

bool
event_json_has(enum event_schema schema, enum event_type type)
{
    if (type == EVENT_FUNCTION || type == EVENT_EXTENSION)
        return true;
    return type == EVENT_FAULT ? is_logs(schema) : record_of(schema, type) != NULL;
}

/*
 * What a function with JSON logs wrote is an object where the schema allows it: then
 * its text is put there on one line. False: it is no object.
 */
static bool
put_object(struct lamb_buf *ret, const struct event *event)
{
    struct lamb_span text = lamb_span_trim(event->text);
    LAMB_AUTOFREE char *dump = NULL;
    json_t *json;

    if (event->origin->log_format != LOG_FORMAT_JSON || !lamb_span_starts(text, "{"))
        return false;
    json = json_loadb(text.ptr, text.len, 0, NULL);
    if (json_is_object(json) && !memchr(text.ptr, '\n', text.len) &&
        !memchr(text.ptr, '\r', text.len))
        dump = lamb_span_dup(text); /* as it was written, number for number */
    else if (json_is_object(json))
        dump = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    if (!dump)
        return false;
    (void)lamb_buf_str(ret, dump);
    return true;
}

int
event_json(const struct event *event, enum event_schema schema, struct lamb_buf *ret)
{
    record_fn record = record_of(schema, event->type);
    bool may_be_object = !is_logs(schema) && schema != SCHEMA_TELEMETRY_2022;

    (void)lamb_buf_char(ret, '{');
    put_time(ret, "time", event->at_ns);
    put_text(ret, "type", event_type_text(event->type));
    member(ret, "record");
    if (record) {
        (void)lamb_buf_char(ret, '{');
        record(ret, event);
        (void)lamb_buf_char(ret, '}');
    } else if (!may_be_object || event->type != EVENT_FUNCTION ||
               !put_object(ret, event)) {
        (void)lamb_json_string(ret, event->text);
    }
    return lamb_buf_char(ret, '}');
}
