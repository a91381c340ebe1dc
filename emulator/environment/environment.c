/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/environment.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "emulator/environment/environment_internal.h"
#include "emulator/environment/file_system.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/log.h"
#include "sdk/base/num.h"

LAMB_ENUM_TEXT_FN(environment_machine_text, environment_machine, ENVIRONMENT_MACHINES,
                  ENVIRONMENT_MACHINE_N)

/* How long a runtime that reported a failed init may take to exit by itself. */
#define EXIT_GRACE_NS (500 * LAMB_NS_PER_MS)

const char *
environment_id(const struct environment *env)
{
    return env->id;
}

enum environment_state
environment_state(const struct environment *env)
{
    return env->state;
}

/* -- ends of invocations ---------------------------------------------------------- */

/* Report and hand the invocation back. It must be answered. */
static void
close_invocation(struct environment *env, enum event_status status)
{
    struct invocation *inv = env->inv;

    timer_stop(&env->timer);
    report_end(env, status);
    env->inv = NULL;
    invocation_close(inv);
}

static enum event_status
status_of_answer(const struct environment *env)
{
    return env->error_type[0] ? STATUS_ERROR : STATUS_SUCCESS;
}

/* The environment ends under the invocation; an answer that is given stands. */
static void
end_stopping(struct environment *env)
{
    const struct invocation_answer answer = {
        .outcome = OUTCOME_PLATFORM_ERROR,
        .detail = env->why ? env->why : "the execution environment was shut down",
    };

    if (env->inv->answered) {
        close_invocation(env, status_of_answer(env));
        return;
    }
    report_set_error(env, "Sandbox.Failure");
    invocation_answer(env->inv, &answer);
    close_invocation(env, STATUS_FAILURE);
}

/* -- actions ---------------------------------------------------------------------- */

static void
arm(struct environment *env, int64_t due_ns)
{
    timer_start(&env->timer, due_ns);
}

/* An init begins: nothing of the processes before it counts. Their extensions, if there
 * are any, register before the runtime starts. */
static void
begin_init(struct environment *env, enum event_phase phase)
{
    runtime_api_reset(env);
    extension_api_reset(env);
    env->fatal = NULL;
    env->is_started = false;
    env->has_exited = false;
    env->exit = (struct sandbox_exit){ 0 };
    env->start_error = (struct lamb_err){ 0 };
    env->error_type[0] = '\0';
    report_init_start(env, phase);
    if (process_start_extensions(env, &env->start_error))
        loop_defer(env->host->loop, &env->start_failed);
    else if (!env->crew.n)
        environment_handle(env, ENV_EV_REGISTERED);
}

static void
start_runtime(struct environment *env)
{
    env->is_started = true;
    if (process_start(env, &env->start_error))
        loop_defer(env->host->loop, &env->start_failed);
}

static void
take_invocation(struct environment *env)
{
    env->inv->started_ns = lamb_mono_ns();
    env->inv->deadline_ns = env->inv->started_ns + env->config->timeout_ns;
    arm(env, env->inv->deadline_ns);
}

static void
time_out(struct environment *env)
{
    bool was_init = env->runtime == RUNTIME_STARTED;

    if (was_init)
        report_init_end(env, PHASE_INVOKE, STATUS_TIMEOUT);
    invocation_fail(env->inv, OUTCOME_TIMEOUT, "Sandbox.Timedout",
                    "RequestId: %s Error: Task timed out after %.2f seconds",
                    env->inv->request_id,
                    (double)env->config->timeout_ns / (double)LAMB_NS_PER_S);
    close_invocation(env, STATUS_TIMEOUT);
}

/* Init failed in its own phase, or inside the invocation that then fails too. */
static void
init_failed(struct environment *env, enum event_phase phase)
{
    enum event_status status = STATUS_ERROR;

    if (env->fatal)
        report_set_error(env, failure_extension_type(env));
    else if (env->start_error.code)
        report_set_error(env, failure_start_type(env));
    else if (!env->init_error && env->exit.out_of_memory)
        report_set_error(env, "Runtime.OutOfMemory");
    else if (!env->init_error && env->has_exited)
        report_set_error(env, "Runtime.ExitError");
    else if (!env->init_error)
        status = STATUS_TIMEOUT;
    report_init_end(env, phase, status);
}

static void
fail(struct environment *env)
{
    if (env->runtime == RUNTIME_STARTED || env->runtime == RUNTIME_INIT_ERROR)
        init_failed(env, PHASE_INVOKE);
    failure_answer(env);
    close_invocation(env, STATUS_ERROR);
}

/* Init failed before there was an invocation; this is the first, and gets the error. */
static void
fail_with_init_error(struct environment *env)
{
    take_invocation(env);
    report_set_error(env, env->init_error_type);
    failure_answer_init_error(env);
    close_invocation(env, STATUS_ERROR);
}

/* The answer is out and stands; the runtime did not come back for more. */
static void
close_broken(struct environment *env)
{
    if (env->fatal)
        report_set_error(env, failure_extension_type(env));
    else if (env->has_exited)
        report_set_error(env, "Runtime.ExitError");
    close_invocation(env,
                     env->fatal || env->has_exited ? STATUS_ERROR : STATUS_TIMEOUT);
}

/* REASON is what extensions are told: "spindown", "timeout" or "failure". */
static void
kill_all(struct environment *env, const char *reason)
{
    timer_stop(&env->timer);
    env->answering = NULL;
    shutdown_start(env, reason);
}

/* Runtime and extensions get the event together, in no order. */
static void
hand_out(struct environment *env)
{
    report_start(env);
    extension_api_invoke(env);
    runtime_api_hand_out(env);
}

static void
free_environment(void *data)
{
    struct environment *env = data;

    report_fini(env);
    free(env->why);
    free(env);
}

static void
release(struct environment *env)
{
    timer_stop(&env->timer);
    shutdown_stop(env);
    loop_task_cancel(&env->start_failed);
    runtime_api_stop(env);
    sandbox_free(env->sandbox);
    env->sandbox = NULL;
    env->events->gone(env->data, env, env->why);
    loop_bury(env->host->loop, env, free_environment);
}

static void
abandon(struct environment *env)
{
    if (env->inv)
        end_stopping(env);
    release(env);
}

static int64_t
init_limit_ns(const struct environment *env)
{
    return env->config->init_limit_ns ? env->config->init_limit_ns
                                      : ENVIRONMENT_INIT_LIMIT_NS;
}

static void
carry_out(struct environment *env, enum environment_action action)
{
    switch (action) {
    case ENV_DO_NOTHING:
        break;
    case ENV_DO_START_EXTENSIONS:
        arm(env, lamb_mono_ns() + init_limit_ns(env));
        begin_init(env, PHASE_INIT);
        break;
    case ENV_DO_START:
        start_runtime(env);
        break;
    case ENV_DO_INIT_DONE:
        timer_stop(&env->timer);
        report_init_end(env, PHASE_INIT, STATUS_SUCCESS);
        env->events->available(env->data, env);
        break;
    case ENV_DO_AWAIT_EXIT:
        arm(env, lamb_mono_ns() + EXIT_GRACE_NS);
        break;
    case ENV_DO_INIT_FAILED:
        init_failed(env, PHASE_INIT);
        kill_all(env, "failure");
        break;
    case ENV_DO_INIT_INSIDE:
        take_invocation(env);
        begin_init(env, PHASE_INVOKE);
        break;
    case ENV_DO_INIT_DONE_INSIDE:
        report_init_end(env, PHASE_INVOKE, STATUS_SUCCESS);
        hand_out(env);
        break;
    case ENV_DO_HAND_OUT:
        take_invocation(env);
        hand_out(env);
        break;
    case ENV_DO_HAND_OUT_AGAIN:
        runtime_api_hand_out(env);
        break;
    case ENV_DO_CLOSE:
        close_invocation(env, status_of_answer(env));
        env->events->available(env->data, env);
        break;
    case ENV_DO_FAIL:
        fail(env);
        kill_all(env, "failure");
        break;
    case ENV_DO_TIME_OUT:
        time_out(env);
        kill_all(env, "timeout");
        break;
    case ENV_DO_CLOSE_BROKEN:
        close_broken(env);
        kill_all(env, env->has_exited || env->fatal ? "failure" : "timeout");
        break;
    case ENV_DO_AVAILABLE:
        env->events->available(env->data, env);
        break;
    case ENV_DO_FAIL_INIT:
        fail_with_init_error(env);
        kill_all(env, "failure");
        break;
    case ENV_DO_KILL:
        kill_all(env, "spindown");
        break;
    case ENV_DO_FAIL_AND_KILL:
        end_stopping(env);
        kill_all(env, "spindown");
        break;
    case ENV_DO_RELEASE:
        release(env);
        break;
    case ENV_DO_ABANDON:
        abandon(env);
        break;
    case ENV_ACTION_N:
        lamb_panic(__FILE__, __LINE__, "no action");
    }
}

void
environment_handle(struct environment *env, enum environment_event event)
{
    enum environment_state from = env->state;
    enum environment_action action;

    if (environment_step(&env->state, event, &action) == STATE_E_REFUSED) {
        env->host->tally->refused[MACHINE_ENVIRONMENT]++;
        lamb_log(LAMB_LOG_DEBUG, "environment", "%s: %s refused in %s", env->id,
                 environment_event_name(event), environment_state_name(from));
        return;
    }
    lamb_log(LAMB_LOG_DEBUG, "environment", "%s: %s --%s--> %s", env->id,
             environment_state_name(from), environment_event_name(event),
             environment_state_name(env->state));
    between_follow(env);
    carry_out(env, action);
}

/* -- what happens to it ----------------------------------------------------------- */

int64_t
environment_epoch_ms(int64_t mono_ns)
{
    return (lamb_wall_ns() + (mono_ns - lamb_mono_ns())) / LAMB_NS_PER_MS;
}

/* A phase that ends when everybody waits for the next event. */
static bool
is_awaiting_all(const struct environment *env)
{
    return env->state == ENV_INIT || env->state == ENV_INVOKE_INIT ||
           env->state == ENV_ANSWERED;
}

void
environment_runtime_polled(struct environment *env)
{
    env->crew.is_closed = true;
    if (!is_awaiting_all(env) || crew_is_ready(&env->crew))
        environment_handle(env, ENV_EV_NEXT);
    else if (env->state == ENV_ANSWERED)
        report_runtime_done(env, status_of_answer(env));
}

void
environment_extension_polled(struct environment *env)
{
    if (is_awaiting_all(env) && env->runtime == RUNTIME_READY &&
        crew_is_ready(&env->crew))
        environment_handle(env, ENV_EV_NEXT);
}

static void
on_timer(void *data)
{
    environment_handle(data, ENV_EV_DEADLINE);
}

static void
on_start_failed(void *data)
{
    environment_handle(data, ENV_EV_EXITED);
}

static void
note_why(struct environment *env, const struct lamb_err *err)
{
    free(env->why);
    env->why = lamb_span_dup(lamb_span_str(err ? err->text : "the sandbox died"));
}

static void
on_created(void *data, const struct lamb_err *err)
{
    struct environment *env = data;
    struct lamb_err why = { 0 };

    if (!err && runtime_api_move_in(env, &why))
        err = &why;
    if (err)
        note_why(env, err);
    environment_handle(env, err ? ENV_EV_LOST : ENV_EV_CREATED);
}

/* The process of an extension ended, or could not start; EXIT NULL: the latter. Outside
 * of a shutdown that is fatal; the first one counts. */
static void
extension_ended(struct environment *env, unsigned proc, enum extension_event event,
                const struct sandbox_exit *exit, const struct lamb_err *why)
{
    struct extension *extension = crew_find_proc(&env->crew, proc);
    enum extension_state from;
    enum extension_state to;

    if (!extension)
        return;
    from = extension->state;
    if (extension_step(&extension->state, event, &to))
        return;
    if (shutdown_exited(env) || env->fatal)
        return;
    env->fatal = extension;
    env->fatal_state = event == EXTENSION_EV_LAUNCH_FAILED ? to : from;
    if (exit)
        env->fatal_exit = *exit;
    if (event == EXTENSION_EV_LAUNCH_FAILED)
        report_extension(env, extension->name, extension_state_text(to), "",
                         why->code == -EACCES || why->code == -EPERM
                             ? "PermissionDenied"
                             : "UnknownError");
    environment_handle(env, ENV_EV_EXITED);
}

static void
on_started(void *data, unsigned proc, const struct lamb_err *err)
{
    struct environment *env = data;

    if (!err)
        return;
    if (proc == env->proc && env->is_started) {
        env->start_error = *err;
        env->has_exited = true;
        if (!shutdown_exited(env))
            environment_handle(env, ENV_EV_EXITED);
    } else {
        extension_ended(env, proc, EXTENSION_EV_LAUNCH_FAILED, NULL, err);
    }
}

static void
on_exited(void *data, unsigned proc, const struct sandbox_exit *exit)
{
    struct environment *env = data;

    if (proc != env->proc || !env->is_started) {
        extension_ended(env, proc, EXTENSION_EV_EXITED, exit, NULL);
        return;
    }
    env->exit = *exit;
    env->has_exited = true;
    if (!shutdown_exited(env))
        environment_handle(env, ENV_EV_EXITED);
}

static void
on_emptied(void *data)
{
    environment_handle(data, ENV_EV_EMPTIED);
}

static void
on_output(void *data, unsigned proc, enum sandbox_stream stream, struct lamb_span bytes)
{
    struct environment *env = data;

    report_output(env, proc == env->proc ? NULL : crew_find_proc(&env->crew, proc),
                  stream, bytes);
}

static void
on_lost(void *data, const struct lamb_err *err)
{
    note_why(data, err);
    environment_handle(data, ENV_EV_LOST);
}

static void
on_frozen(void *data, unsigned n_running)
{
    between_frozen(data, n_running);
}

static void
on_socket(void *data, int sock)
{
    struct environment *env = data;

    telemetry_socket(&env->telemetry, sock);
}

static const struct sandbox_events sandbox_events = {
    .socket = on_socket,
    .frozen = on_frozen,
    .created = on_created,
    .started = on_started,
    .exited = on_exited,
    .emptied = on_emptied,
    .output = on_output,
    .lost = on_lost,
};

/* -- the owner's side ------------------------------------------------------------- */

/* A function that does not need what has no folder here runs all the same. */
static void
find_file_systems(const struct environment_host *host,
                  const struct environment_config *config,
                  const char *ret[FILE_SYSTEM_LIST])
{
    const char *missing =
        file_system_resolve(config->file_systems, host->file_systems, ret);

    if (missing)
        lamb_log(LAMB_LOG_WARN, "environment",
                 "%s: no folder stands for the file system %s: start lamb with "
                 "--file-system %s=DIR to have one",
                 config->function_name, missing, missing);
}

int
environment_new(const struct environment_host *host,
                const struct environment_config *config,
                const struct environment_events *events, void *data,
                struct environment **ret, struct lamb_err *err)
{
    struct environment *env = calloc(1, sizeof(*env));
    const char *file_systems[FILE_SYSTEM_LIST];
    struct sandbox_spec spec = { .task_dir = config->task_dir,
                                 .opt_dirs = config->layers,
                                 .file_systems = file_systems,
                                 .bootstrap = config->bootstrap,
                                 .memory_mb = config->memory_mb,
                                 .tmp_mb = config->tmp_mb };
    int r;

    if (!env)
        return lamb_raise(err, -ENOMEM, "execution environment");
    find_file_systems(host, config, file_systems);
    env->host = host;
    env->config = config;
    env->events = events;
    env->data = data;
    report_init(env);
    metadata_api_init(env);
    timer_init(&env->timer, loop_timers(host->loop), "environment", on_timer, env);
    shutdown_init(env);
    between_init(env);
    loop_task_init(&env->start_failed, "start failed", on_start_failed, env);
    spec.id = env->id;
    r = runtime_api_start(env, err);
    if (!r)
        r = sandbox_new(host->sandboxes, &spec, &sandbox_events, env, &env->sandbox,
                        err);
    if (r) {
        runtime_api_stop(env);
        free_environment(env);
        return r;
    }
    *ret = env;
    return 0;
}

void
environment_invoke(struct environment *env, struct invocation *inv)
{
    lamb_assert(!env->inv);
    env->inv = inv;
    environment_handle(env, ENV_EV_INVOKED);
}

void
environment_stop(struct environment *env)
{
    environment_handle(env, ENV_EV_STOP);
}
