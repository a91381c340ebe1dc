/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/log_line.h"

#include <ctype.h>

#include "emulator/observe/event_json.h"
#include "emulator/observe/log_filter.h"
#include "sdk/base/num.h"

/*
 * Two decimals, cut rather than rounded: the service's durations are truncated, so
 * that the billed duration (rounded up) is never below the one shown.
 */
static int
append_ms(struct lamb_buf *ret, const char *label, int64_t ns)
{
    uint64_t hundredths = ns > 0 ? (uint64_t)ns / (LAMB_NS_PER_MS / 100) : 0;

    (void)lamb_buf_strs(ret, label, ": ", NULL);
    (void)lamb_buf_u64(ret, hundredths / 100);
    (void)lamb_buf_char(ret, '.');
    (void)lamb_buf_char(ret, (char)('0' + hundredths / 10 % 10));
    (void)lamb_buf_char(ret, (char)('0' + hundredths % 10));
    return lamb_buf_str(ret, " ms\t");
}

/* An error the function reported itself leaves REPORT as it is on success. */
static void
append_failure(struct lamb_buf *ret, const struct event *event)
{
    if (event->is_reported)
        return;
    switch (event->status) {
    case STATUS_SUCCESS:
        return;
    case STATUS_TIMEOUT:
        (void)lamb_buf_str(ret, "Status: timeout");
        return;
    case STATUS_ERROR:
    case STATUS_FAILURE:
        (void)lamb_buf_printf(ret, "Status: %s\tError Type: %s",
                              event_status_text(event->status),
                              event->error_type ? event->error_type : "Unknown");
        return;
    case EVENT_STATUS_N:
        return;
    }
}

/* Once for each environment: what runs in it again after a reset is not announced. */
static int
format_init_start(const struct event *event, struct lamb_buf *ret)
{
    if (event->phase != PHASE_INIT || !event->origin->runtime_version)
        return 0;
    return lamb_buf_printf(
        ret, "INIT_START Runtime Version: %s\tRuntime Version ARN: %s\n",
        event->origin->runtime_version, event->origin->runtime_version_arn);
}

static int
format_start(const struct event *event, struct lamb_buf *ret)
{
    return lamb_buf_strs(ret, "START RequestId: ", event->request_id,
                         " Version: ", event->origin->function_version, "\n", NULL);
}

static int
format_end(const struct event *event, struct lamb_buf *ret)
{
    return lamb_buf_strs(ret, "END RequestId: ", event->request_id, "\n", NULL);
}

static int
format_report(const struct event *event, struct lamb_buf *ret)
{
    (void)lamb_buf_strs(ret, "REPORT RequestId: ", event->request_id, "\t", NULL);
    (void)append_ms(ret, "Duration", event->duration_ns);
    (void)lamb_buf_str(ret, "Billed Duration: ");
    (void)lamb_buf_u64(ret, event->billed_ms);
    (void)lamb_buf_str(ret, " ms\tMemory Size: ");
    (void)lamb_buf_u64(ret, event->memory_mb);
    (void)lamb_buf_str(ret, " MB\tMax Memory Used: ");
    (void)lamb_buf_u64(ret, event->peak_memory_mb);
    (void)lamb_buf_str(ret, " MB\t");
    if (event->init_ns >= 0)
        (void)append_ms(ret, "Init Duration", event->init_ns);
    append_failure(ret, event);
    return lamb_buf_char(ret, '\n');
}

/* On demand the service writes INIT_REPORT only for an init that failed. */
static int
format_init_report(const struct event *event, struct lamb_buf *ret)
{
    if (event->status == STATUS_SUCCESS)
        return 0;
    (void)lamb_buf_str(ret, "INIT_REPORT ");
    (void)append_ms(ret, "Init Duration", event->duration_ns);
    (void)lamb_buf_printf(ret, "Phase: %s\t", event_phase_text(event->phase));
    append_failure(ret, event);
    return lamb_buf_char(ret, '\n');
}

static int
format_output(const struct event *event, struct lamb_buf *ret)
{
    (void)lamb_buf_span(ret, event->text);
    return lamb_buf_char(ret, '\n');
}

static int
format_dropped(const struct event *event, struct lamb_buf *ret)
{
    return lamb_buf_printf(ret,
                           "lamb: %llu log records (%llu bytes) were dropped because "
                           "their reader is slower than the function\n",
                           (unsigned long long)event->dropped_records,
                           (unsigned long long)event->dropped_bytes);
}

static int
format_extension(const struct event *event, struct lamb_buf *ret)
{
    (void)lamb_buf_printf(ret, "EXTENSION\tName: %s\tState: %s\tEvents: [%s]",
                          event->name, event->state, event->items ? event->items : "");
    if (event->error_type)
        (void)lamb_buf_printf(ret, "\tError Type: %s", event->error_type);
    return lamb_buf_char(ret, '\n');
}

/* TELEMETRY and LOGS name their types as "Platform, Function". */
static int
format_subscription(const struct event *event, struct lamb_buf *ret)
{
    struct lamb_span rest = lamb_span_str(event->items);
    struct lamb_span type;
    const char *comma = "";

    (void)lamb_buf_printf(ret, "%s\tName: %s\tState: %s\tTypes: [",
                          event->type == EVENT_LOGS_SUBSCRIPTION ? "LOGS" : "TELEMETRY",
                          event->name, event->state);
    while (rest.len) {
        (void)lamb_span_cut(rest, ',', &type, &rest);
        if (type.len)
            (void)lamb_buf_printf(ret, "%s%c%.*s", comma,
                                  toupper((unsigned char)type.ptr[0]),
                                  (int)type.len - 1, type.ptr + 1);
        comma = ", ";
    }
    return lamb_buf_str(ret, "]\n");
}

static int
format_text(const struct event *event, struct lamb_buf *ret)
{
    static int (*const formats[EVENT_TYPE_N])(const struct event *,
                                              struct lamb_buf *) = {
        [EVENT_INIT_START] = format_init_start,
        [EVENT_INIT_REPORT] = format_init_report,
        [EVENT_START] = format_start,
        [EVENT_END] = format_end,
        [EVENT_REPORT] = format_report,
        [EVENT_PLATFORM_EXTENSION] = format_extension,
        [EVENT_TELEMETRY_SUBSCRIPTION] = format_subscription,
        [EVENT_LOGS_SUBSCRIPTION] = format_subscription,
        [EVENT_LOGS_DROPPED] = format_dropped,
        [EVENT_FUNCTION] = format_output,
        [EVENT_EXTENSION] = format_output,
    };

    return formats[event->type] ? formats[event->type](event, ret) : 0;
}

static bool
is_output(const struct event *event)
{
    return event->type == EVENT_FUNCTION || event->type == EVENT_EXTENSION;
}

int
log_line_format(const struct event *event, struct lamb_buf *ret)
{
    if (!event->origin || event->origin->log_format != LOG_FORMAT_JSON)
        return format_text(event, ret);
    if (!log_filter_passes(event))
        return 0;
    if (is_output(event))
        return format_output(event, ret);
    (void)event_json(event, SCHEMA_TELEMETRY_2022_12, ret);
    return lamb_buf_char(ret, '\n');
}

void
log_tail_init(struct log_tail *tail)
{
    tail->next = 0;
    tail->total = 0;
    tail->is_json = false;
}

void
log_tail_add(struct log_tail *tail, const struct event *event)
{
    LAMB_AUTOBUF struct lamb_buf line = LAMB_BUF_INIT(LINE_MAX_BYTES + 1024);
    struct lamb_span rest;

    if (event->type == EVENT_INIT_START)
        return; /* is of the environment and stands in the log stream only */
    if (log_line_format(event, &line)) /* out of memory: the tail misses a line */
        return;
    tail->is_json = event->origin && event->origin->log_format == LOG_FORMAT_JSON;
    rest = lamb_buf_view(&line);
    tail->total += rest.len;
    if (rest.len > sizeof(tail->bytes))
        rest = lamb_span_of(rest.ptr + rest.len - sizeof(tail->bytes),
                            sizeof(tail->bytes));
    while (rest.len) {
        size_t room = sizeof(tail->bytes) - tail->next;
        size_t n = rest.len < room ? rest.len : room;

        memcpy(tail->bytes + tail->next, rest.ptr, n);
        tail->next = (tail->next + n) % sizeof(tail->bytes);
        rest = lamb_span_of(rest.ptr + n, rest.len - n);
    }
}

int
log_tail_read(const struct log_tail *tail, struct lamb_buf *ret)
{
    LAMB_AUTOBUF struct lamb_buf kept = LAMB_BUF_INIT(sizeof(tail->bytes));
    struct lamb_span rest;
    struct lamb_span cut;

    if (tail->total >= sizeof(tail->bytes))
        (void)lamb_buf_append(&kept, tail->bytes + tail->next,
                              sizeof(tail->bytes) - tail->next);
    (void)lamb_buf_append(&kept, tail->bytes, tail->next);
    if (lamb_buf_error(&kept))
        return lamb_buf_error(&kept);
    rest = lamb_buf_view(&kept);
    /* Half a JSON record is none: what was cut at its front goes. */
    if (tail->is_json && tail->total > sizeof(tail->bytes) &&
        !lamb_span_cut(rest, '\n', &cut, &rest))
        rest = lamb_buf_view(&kept);
    return lamb_buf_span(ret, rest);
}

void
line_cutter_init(struct line_cutter *cutter)
{
    cutter->partial = LAMB_BUF_INIT(LINE_MAX_BYTES);
}

void
line_cutter_fini(struct line_cutter *cutter)
{
    lamb_buf_fini(&cutter->partial);
}

/* Bytes without a newline: keep them, handing out a full line where one is full. */
static void
keep(struct line_cutter *cutter, struct lamb_span bytes, line_fn fn, void *data)
{
    while (bytes.len) {
        size_t room = LINE_MAX_BYTES - cutter->partial.len;
        size_t n = bytes.len < room ? bytes.len : room;

        if (lamb_buf_append(&cutter->partial, bytes.ptr, n)) {
            lamb_buf_clear(&cutter->partial); /* no memory: these bytes are lost */
            return;
        }
        bytes = lamb_span_of(bytes.ptr + n, bytes.len - n);
        if (cutter->partial.len == LINE_MAX_BYTES)
            line_cutter_flush(cutter, fn, data);
    }
}

void
line_cutter_feed(struct line_cutter *cutter, struct lamb_span bytes, line_fn fn,
                 void *data)
{
    struct lamb_span line;
    struct lamb_span rest;

    while (lamb_span_cut(bytes, '\n', &line, &rest)) {
        if (!cutter->partial.len && line.len <= LINE_MAX_BYTES) {
            fn(data, line); /* the common case: no copy */
        } else {
            keep(cutter, line, fn, data);
            line_cutter_flush(cutter, fn, data);
        }
        bytes = rest;
    }
    keep(cutter, line, fn, data);
}

void
line_cutter_flush(struct line_cutter *cutter, line_fn fn, void *data)
{
    if (cutter->partial.len)
        fn(data, lamb_buf_view(&cutter->partial));
    lamb_buf_clear(&cutter->partial);
}
