/* SPDX-License-Identifier: Apache-2.0 */

/*
 * shutdown - how the processes of an environment end, for a reset or for good: the
 * runtime first (SIGTERM, then SIGKILL), then the extensions (the SHUTDOWN event, then
 * SIGKILL), then whatever is left. Without extensions there is nobody to ask.
 *
 * Budgets of the service: none, 500 ms with internal extensions only, 2 s with external
 * ones, of which the runtime has 300 ms (developer guide, runtimes-extensions-api).
 */
#include <signal.h>

#include "emulator/environment/environment_internal.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

#define INTERNAL_BUDGET_NS (500 * LAMB_NS_PER_MS)
#define EXTERNAL_BUDGET_NS (2000 * LAMB_NS_PER_MS)
#define RUNTIME_BUDGET_NS (300 * LAMB_NS_PER_MS)
#define FLUSH_BUDGET_NS (1000 * LAMB_NS_PER_MS)

static void
finish(struct environment *env)
{
    env->shutdown.phase = SHUTDOWN_NONE;
    telemetry_when_idle(&env->telemetry, NULL, NULL);
    timer_stop(&env->shutdown.timer);
    sandbox_kill(env->sandbox);
}

static bool
is_alive(const struct extension *extension)
{
    return extension->proc && extension->state != EXTENSION_EXITED &&
           extension->state != EXTENSION_LAUNCH_ERROR;
}

/* The runtime is gone: tell the external extensions; who did not ask to be told goes at
 * once. Who is busy is told when it polls. */
static void
notify(struct environment *env)
{
    size_t told = 0;

    telemetry_when_idle(&env->telemetry, NULL, NULL);
    timer_stop(&env->shutdown.timer);
    env->shutdown.phase = SHUTDOWN_NOTIFY;
    for (size_t i = 0; i < env->crew.n; i++) {
        struct extension *extension = &env->crew.list[i];

        if (!is_alive(extension))
            continue;
        if (extension_api_shut_down(extension, env->shutdown.reason,
                                    env->shutdown.end_ns))
            told++;
        else
            sandbox_signal(env->sandbox, extension->proc, SIGKILL);
    }
    if (told)
        timer_start(&env->shutdown.timer, env->shutdown.end_ns);
    else
        finish(env);
}

static void
on_flushed(void *data)
{
    notify(data);
}

/* The runtime is gone: what telemetry waits for the extensions comes before the end. */
static void
flush(struct environment *env)
{
    int64_t limit_ns = lamb_mono_ns() + FLUSH_BUDGET_NS;

    telemetry_flush(&env->telemetry);
    if (telemetry_is_idle(&env->telemetry)) {
        notify(env);
        return;
    }
    env->shutdown.phase = SHUTDOWN_FLUSH;
    telemetry_when_idle(&env->telemetry, on_flushed, env);
    timer_start(&env->shutdown.timer,
                limit_ns < env->shutdown.end_ns ? limit_ns : env->shutdown.end_ns);
}

static void
on_timer(void *data)
{
    struct environment *env = data;

    if (env->shutdown.phase == SHUTDOWN_FLUSH) {
        notify(env);
        return;
    }
    if (env->shutdown.phase == SHUTDOWN_TERM && crew_has_external(&env->crew)) {
        sandbox_signal(env->sandbox, env->proc, SIGKILL);
        flush(env);
    } else {
        finish(env);
    }
}

void
shutdown_init(struct environment *env)
{
    timer_init(&env->shutdown.timer, loop_timers(env->host->loop),
               "environment shutdown", on_timer, env);
}

void
shutdown_start(struct environment *env, const char *reason)
{
    bool has_external = crew_has_external(&env->crew);
    int64_t now_ns = lamb_mono_ns();

    if (!env->crew.n) {
        sandbox_kill(env->sandbox);
        return;
    }
    env->shutdown.reason = reason;
    env->shutdown.end_ns =
        now_ns + (has_external ? EXTERNAL_BUDGET_NS : INTERNAL_BUDGET_NS);
    env->shutdown.phase = SHUTDOWN_TERM;
    if (!env->is_started || env->has_exited) {
        flush(env);
        return;
    }
    sandbox_signal(env->sandbox, env->proc, SIGTERM);
    timer_start(&env->shutdown.timer,
                has_external ? now_ns + RUNTIME_BUDGET_NS : env->shutdown.end_ns);
}

void
shutdown_stop(struct environment *env)
{
    telemetry_when_idle(&env->telemetry, NULL, NULL);
    env->shutdown.phase = SHUTDOWN_NONE;
    timer_stop(&env->shutdown.timer);
}

bool
shutdown_exited(struct environment *env)
{
    if (env->shutdown.phase == SHUTDOWN_NONE)
        return false;
    if (env->shutdown.phase == SHUTDOWN_TERM) {
        if (env->has_exited)
            flush(env);
        return true;
    }
    for (size_t i = 0; i < env->crew.n; i++)
        if (is_alive(&env->crew.list[i]))
            return true;
    finish(env);
    return true;
}

bool
shutdown_polled(struct environment *env, struct extension *extension)
{
    return env->shutdown.phase == SHUTDOWN_NOTIFY && is_alive(extension) &&
           extension_api_shut_down(extension, env->shutdown.reason,
                                   env->shutdown.end_ns);
}
