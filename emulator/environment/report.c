/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "emulator/environment/environment_internal.h"
#include "sdk/base/clock.h"
#include "sdk/base/id.h"
#include "sdk/base/num.h"
#include "sdk/base/time_text.h"

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
    };
    env->init_ns = -1;
    line_cutter_init(&env->lines[SANDBOX_STDOUT]);
    line_cutter_init(&env->lines[SANDBOX_STDERR]);
}

void
report_fini(struct environment *env)
{
    line_cutter_fini(&env->lines[SANDBOX_STDOUT]);
    line_cutter_fini(&env->lines[SANDBOX_STDERR]);
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
        .error_type = env->error_type[0] ? env->error_type : NULL,
        .is_reported = env->is_reported,
        .init_ns = -1,
    };
}

static void
emit(struct environment *env, const struct event *event)
{
    observe_emit(env->host->observe, event);
    if (env->inv && env->inv->tail)
        log_tail_add(env->inv->tail, event);
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

void
report_init_start(struct environment *env, enum event_phase phase)
{
    struct event event = new_event(env, EVENT_INIT_START);

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

    report_flush_output(env);
    done.is_reported = false; /* a failed init is never the function's own affair */
    done.phase = phase;
    done.status = status;
    done.duration_ns = lamb_mono_ns() - env->init_started_ns;
    emit(env, &done);
    report = done;
    report.type = EVENT_INIT_REPORT;
    emit(env, &report);
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

void
report_end(struct environment *env, enum event_status status)
{
    struct event event;
    int64_t total_ns;

    report_start(env);
    report_flush_output(env);
    event = new_event(env, EVENT_RUNTIME_DONE);
    event.status = status;
    event.duration_ns = lamb_mono_ns() - env->inv->started_ns;
    if (event.duration_ns > env->config->timeout_ns) /* what is over it is not billed */
        event.duration_ns = env->config->timeout_ns;
    event.produced_bytes = env->produced_bytes;
    emit(env, &event);
    event.type = EVENT_REPORT;
    event.init_ns = env->init_ns;
    total_ns = event.duration_ns + (env->init_ns > 0 ? env->init_ns : 0);
    event.billed_ms = (uint64_t)((total_ns + LAMB_NS_PER_MS - 1) / LAMB_NS_PER_MS);
    event.memory_mb = env->config->memory_mb;
    event.peak_memory_mb =
        env->sandbox ? megabytes_up(sandbox_memory_peak(env->sandbox)) : 0;
    emit(env, &event);
    env->init_ns = -1;
    env->error_type[0] = '\0';
    env->is_reported = false;
    env->is_start_told = false;
    env->produced_bytes = 0;
}

static void
emit_line(void *data, struct lamb_span line)
{
    struct environment *env = data;
    struct event event = new_event(env, EVENT_FUNCTION);

    event.text = line;
    emit(env, &event);
}

void
report_output(struct environment *env, enum sandbox_stream stream,
              struct lamb_span bytes)
{
    line_cutter_feed(&env->lines[stream], bytes, emit_line, env);
}

void
report_flush_output(struct environment *env)
{
    if (env->sandbox)
        sandbox_drain(env->sandbox);
    line_cutter_flush(&env->lines[SANDBOX_STDOUT], emit_line, env);
    line_cutter_flush(&env->lines[SANDBOX_STDERR], emit_line, env);
}
