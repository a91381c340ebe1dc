/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "emulator/environment/environment_internal.h"
#include "sdk/base/clock.h"
#include "sdk/base/id.h"
#include "sdk/base/num.h"
#include "sdk/base/time_text.h"

/* The subscribers are in the sandbox's own network. */
static void
ask_socket(void *data)
{
    struct environment *env = data;

    if (env->sandbox)
        sandbox_ask_socket(env->sandbox);
}

void
report_init(struct environment *env)
{
    const struct environment_config *config = env->config;
    char date[LAMB_DATE_SIZE];
    char hex[33];

    lamb_random_hex(hex, 32);
    lamb_time_date(platform_clock_now_ns(env->host->clock), date);
    lamb_assert(lamb_format(env->log_stream, sizeof(env->log_stream), "%s/[%s]%s", date,
                            config->function_version, hex) == 0);
    lamb_assert(lamb_format(env->id, sizeof(env->id), "env-%.16s", hex) == 0);
    env->origin = (struct event_origin){
        .function_name = config->function_name,
        .function_version = config->function_version,
        .function_arn = config->function_arn,
        .log_group = config->log_group,
        .log_stream = env->log_stream,
        .initialization_type = env->config->init_type,
        .runtime_version = env->runtime_version,
        .runtime_version_arn = env->runtime_version_arn,
        .memory_bytes = (uint64_t)config->memory_mb * 1024 * 1024,
        .log_format = config->log_format,
        .application_level = config->application_log_level,
        .system_level = config->system_log_level,
    };
    runtime_version_name(config->runtime, env->runtime_version);
    runtime_version_arn(env->host->region, config->runtime, env->runtime_version_arn);
    env->telemetry = (struct telemetry){ .loop = env->host->loop,
                                         .client = env->host->client,
                                         .clock = env->host->clock,
                                         .origin = &env->origin,
                                         .spool_dir = env->host->spool_dir };
    if (sandbox_host_abilities(env->host->sandboxes)->network != SANDBOX_NETWORK_HOST) {
        env->telemetry.ask_socket = ask_socket;
        env->telemetry.ask_data = env;
    }
    telemetry_init(&env->telemetry);
    env->init_ns = -1;
    frame_cutter_init(&env->frames);
    for (size_t s = 0; s < LAMB_COUNT(env->lines); s++) {
        line_cutter_init(&env->lines[s]);
        for (size_t i = 0; i < EXTENSIONS_MAX; i++)
            line_cutter_init(&env->extension_lines[i][s]);
    }
}

void
report_fini(struct environment *env)
{
    telemetry_fini(&env->telemetry);
    frame_cutter_fini(&env->frames);
    for (size_t s = 0; s < LAMB_COUNT(env->lines); s++) {
        line_cutter_fini(&env->lines[s]);
        for (size_t i = 0; i < EXTENSIONS_MAX; i++)
            line_cutter_fini(&env->extension_lines[i][s]);
    }
}

static struct event
new_event(struct environment *env, enum event_type type)
{
    return (struct event){
        .type = type,
        .at_ns = platform_clock_now_ns(env->host->clock),
        .origin = &env->origin,
        .request_id = env->inv ? env->inv->request_id : NULL,
        .trace_id = env->inv ? env->inv->trace_id : NULL,
        .tenant_id = env->inv ? env->inv->tenant_id : NULL,
        .error_type = env->error_type[0] ? env->error_type : NULL,
        .is_reported = env->is_reported,
        .init_ns = -1,
    };
}

static void
emit(struct environment *env, const struct event *event)
{
    observe_emit(env->host->observe, event);
    telemetry_event(&env->telemetry, event);
    if (env->inv && env->inv->tail)
        log_tail_add(env->inv->tail, event);
}

static void
emit_frame(void *data, const struct log_frame *frame)
{
    struct environment *env = data;
    struct event event = new_event(env, EVENT_FUNCTION);

    event.error_type = NULL;
    event.text = frame->text;
    event.level = frame->level;
    if (frame->at_us)
        event.at_ns = frame->at_us * 1000;
    emit(env, &event);
}

void
report_set_error(struct environment *env, const char *error_type)
{
    env->is_reported = false;
    if (lamb_format(env->error_type, sizeof(env->error_type), "%s", error_type))
        env->error_type[0] = '\0';
}

/*
 * AWS's core keeps a reported type only if (Runtime|Function)\.[A-Z][a-zA-Z]+ occurs in
 * it (fatalerror.go); it cuts nothing away around the match.
 */
static bool
has_known_form(struct lamb_span text)
{
    static const char *const categories[] = { "Runtime.", "Function." };

    for (size_t at = 0; at < text.len; at++)
        for (size_t i = 0; i < LAMB_COUNT(categories); i++) {
            struct lamb_span rest = lamb_span_of(text.ptr + at, text.len - at);
            size_t n = strlen(categories[i]);

            if (lamb_span_starts(rest, categories[i]) && rest.len >= n + 2 &&
                isupper((unsigned char)rest.ptr[n]) &&
                isalpha((unsigned char)rest.ptr[n + 1]))
                return true;
        }
    return false;
}

void
report_set_reported_error(struct environment *env, struct lamb_span header)
{
    char type[sizeof(env->error_type)];

    if (!has_known_form(header) ||
        lamb_format(type, sizeof(type), "%.*s", (int)header.len, header.ptr))
        report_set_error(env, lamb_span_starts(header, "Function.")
                                  ? "Function.Unknown"
                                  : "Runtime.Unknown");
    else
        report_set_error(env, type);
    env->is_reported = true;
}

static void flush_output(struct environment *env);

void
report_init_start(struct environment *env, enum event_phase phase)
{
    struct event event = new_event(env, EVENT_INIT_START);

    telemetry_open(&env->telemetry);
    frame_cutter_end(&env->frames, emit_frame, env); /* of a process before */
    env->init_started_ns = lamb_mono_ns();
    event.phase = phase;
    emit(env, &event);
}

void
report_init_end(struct environment *env, enum event_phase phase,
                enum event_status status)
{
    struct event done = new_event(env, EVENT_INIT_RUNTIME_DONE);
    struct event report;

    flush_output(env);
    done.is_reported = false; /* a failed init is never the function's own affair */
    done.phase = phase;
    done.status = status;
    done.duration_ns = lamb_mono_ns() - env->init_started_ns;
    emit(env, &done);
    report = done;
    report.type = EVENT_INIT_REPORT;
    emit(env, &report);
    telemetry_close(&env->telemetry);
    if (phase == PHASE_INIT && status == STATUS_SUCCESS)
        env->init_ns = done.duration_ns;
}

void
report_start(struct environment *env)
{
    struct event event;

    if (env->is_start_told)
        return;
    env->is_start_told = true;
    event = new_event(env, EVENT_START);
    emit(env, &event);
}

static unsigned
megabytes_up(uint64_t bytes)
{
    return (unsigned)((bytes + 1024 * 1024 - 1) / (1024 * 1024));
}

/* Of an invocation: from when its environment took it until NOW, as it is billed. */
static int64_t
duration_until(const struct environment *env, int64_t now_ns)
{
    int64_t ns = now_ns - env->inv->started_ns;

    return ns < env->config->timeout_ns ? ns : env->config->timeout_ns;
}

void
report_response(struct environment *env, bool is_complete)
{
    int64_t now_ns = lamb_mono_ns();

    if (!env->response_started_ns)
        env->response_started_ns = now_ns;
    if (is_complete)
        env->response_ended_ns = now_ns;
}

/* A span of the platform clock from two readings of the monotonic one, which was at
 * NOW when the event was made. */
static void
add_span(struct event *event, int64_t now_ns, enum event_span_name name,
         int64_t from_ns, int64_t to_ns)
{
    event->spans[event->n_spans++] = (struct event_span){
        .name = name,
        .start_ns = event->at_ns - (now_ns - from_ns),
        .duration_ns = to_ns - from_ns,
    };
}

void
report_runtime_done(struct environment *env, enum event_status status)
{
    struct event event;
    int64_t now_ns;

    if (env->runtime_done_ns)
        return;
    report_start(env);
    flush_output(env);
    now_ns = lamb_mono_ns();
    env->runtime_done_ns = now_ns;
    event = new_event(env, EVENT_RUNTIME_DONE);
    event.status = status;
    event.duration_ns = duration_until(env, now_ns);
    event.produced_bytes = env->produced_bytes;
    if (env->response_started_ns && env->response_ended_ns) {
        add_span(&event, now_ns, SPAN_RESPONSE_LATENCY, env->inv->started_ns,
                 env->response_started_ns);
        add_span(&event, now_ns, SPAN_RESPONSE_DURATION, env->response_started_ns,
                 env->response_ended_ns);
        add_span(&event, now_ns, SPAN_RUNTIME_OVERHEAD, env->response_ended_ns, now_ns);
    }
    emit(env, &event);
}

/* The Logs API is told what became of an invocation that the platform saw fail. */
static void
report_fault(struct environment *env, const struct event *report)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);
    struct event event = *report;

    if (report->status == STATUS_SUCCESS || report->is_reported)
        return;
    if (report->status == STATUS_TIMEOUT)
        (void)lamb_buf_printf(&text,
                              "RequestId: %s Error: Task timed out after %.2f "
                              "seconds\nSandbox.Timedout",
                              report->request_id,
                              (double)env->config->timeout_ns / (double)LAMB_NS_PER_S);
    else
        (void)lamb_buf_printf(
            &text, "RequestId: %s Process exited before completing request\n%s",
            report->request_id, report->error_type ? report->error_type : "Unknown");
    event.type = EVENT_FAULT;
    event.text = lamb_buf_view(&text);
    emit(env, &event);
}

/* The next invocation begins with nothing of this one. */
static void
forget_invocation(struct environment *env)
{
    env->init_ns = -1;
    env->error_type[0] = '\0';
    env->is_reported = false;
    env->is_start_told = false;
    env->produced_bytes = 0;
    env->response_started_ns = env->response_ended_ns = 0;
    env->runtime_done_ns = 0;
}

void
report_end(struct environment *env, enum event_status status)
{
    bool had_overhead = env->runtime_done_ns != 0;
    struct event event;
    int64_t now_ns, total_ns;

    if (had_overhead)
        flush_output(env); /* what extensions wrote since */
    else
        report_runtime_done(env, status);
    now_ns = had_overhead ? lamb_mono_ns() : env->runtime_done_ns;
    event = new_event(env, EVENT_END);
    emit(env, &event);
    event.type = EVENT_REPORT;
    event.status = status;
    event.duration_ns = duration_until(env, now_ns);
    event.init_ns = env->init_ns;
    total_ns = event.duration_ns + (env->init_ns > 0 ? env->init_ns : 0);
    event.billed_ms = (uint64_t)((total_ns + LAMB_NS_PER_MS - 1) / LAMB_NS_PER_MS);
    event.memory_mb = env->config->memory_mb;
    event.peak_memory_mb =
        env->sandbox ? megabytes_up(sandbox_memory_peak(env->sandbox)) : 0;
    if (had_overhead)
        add_span(&event, now_ns, SPAN_EXTENSION_OVERHEAD, env->runtime_done_ns, now_ns);
    emit(env, &event);
    report_fault(env, &event);
    telemetry_flush(&env->telemetry);
    forget_invocation(env);
}

void
report_subscription(struct environment *env, bool is_logs_api, const char *name,
                    const char *state, const char *types)
{
    struct event event = new_event(env, is_logs_api ? EVENT_LOGS_SUBSCRIPTION
                                                    : EVENT_TELEMETRY_SUBSCRIPTION);

    event.name = name;
    event.state = state;
    event.items = types;
    emit(env, &event);
}

void
report_extension(struct environment *env, const char *name, const char *state,
                 const char *events, const char *error_type)
{
    struct event event = new_event(env, EVENT_PLATFORM_EXTENSION);

    event.name = name;
    event.state = state;
    event.items = events;
    event.error_type = error_type;
    emit(env, &event);
}

static void
emit_record(struct environment *env, enum event_type type, struct lamb_span line)
{
    struct event event = new_event(env, type);

    event.error_type = NULL;
    event.text = line;
    emit(env, &event);
}

static void
emit_line(void *data, struct lamb_span line)
{
    emit_record(data, EVENT_FUNCTION, line);
}

static void
emit_extension_line(void *data, struct lamb_span line)
{
    emit_record(data, EVENT_EXTENSION, line);
}

void
report_output(struct environment *env, const struct extension *extension,
              enum sandbox_stream stream, struct lamb_span bytes)
{
    if (stream == SANDBOX_LOG)
        frame_cutter_feed(&env->frames, bytes, emit_frame, env);
    else if (extension)
        line_cutter_feed(&env->extension_lines[extension - env->crew.list][stream],
                         bytes, emit_extension_line, env);
    else
        line_cutter_feed(&env->lines[stream], bytes, emit_line, env);
}

static void
flush_output(struct environment *env)
{
    if (env->sandbox)
        sandbox_drain(env->sandbox);
    if (env->has_exited) /* else a thread may be in the middle of a record */
        frame_cutter_end(&env->frames, emit_frame, env);
    for (size_t s = 0; s < LAMB_COUNT(env->lines); s++) {
        line_cutter_flush(&env->lines[s], emit_line, env);
        for (size_t i = 0; i < EXTENSIONS_MAX; i++)
            line_cutter_flush(&env->extension_lines[i][s], emit_extension_line, env);
    }
}
