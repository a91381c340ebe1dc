/* SPDX-License-Identifier: Apache-2.0 */

/*
 * failure - what the client of an invocation is told when a process of the environment
 * ended, could not start, or reported a failed init; in the service's words.
 */
#include <signal.h>

#include "emulator/environment/environment_internal.h"

/* The service's names of the signals (Go's syscall.Signal texts, not strsignal's). */
static const struct {
    int number;
    const char *name;
} signal_names[] = {
    { SIGKILL, "killed" },
    { SIGSEGV, "segmentation fault" },
    { SIGABRT, "aborted" },
    { SIGTERM, "terminated" },
    { SIGBUS, "bus error" },
    { SIGFPE, "floating point exception" },
    { SIGPIPE, "broken pipe" },
    { SIGILL, "illegal instruction" },
    { SIGINT, "interrupt" },
    { SIGHUP, "hangup" },
    { SIGQUIT, "quit" },
    { SIGTRAP, "trace/breakpoint trap" },
    { SIGALRM, "alarm clock" },
    { SIGUSR1, "user defined signal 1" },
    { SIGUSR2, "user defined signal 2" },
};

static const char *
signal_name(int number)
{
    for (size_t i = 0; i < LAMB_COUNT(signal_names); i++)
        if (signal_names[i].number == number)
            return signal_names[i].name;
    return NULL;
}

/* What the client sees when the runtime process ended, worded as the service does. */
static void
answer_exit(struct environment *env, const struct sandbox_exit *exit)
{
    char how[64];
    const char *name = exit->signaled ? signal_name(exit->code) : NULL;
    enum outcome outcome = OUTCOME_CRASH;
    int r;

    if (name)
        r = lamb_format(how, sizeof(how), "with error: signal: %s", name);
    else if (exit->signaled)
        r = lamb_format(how, sizeof(how), "with error: signal: signal %d", exit->code);
    else if (exit->code)
        r = lamb_format(how, sizeof(how), "with error: exit status %d", exit->code);
    else
        r = lamb_format(how, sizeof(how), "without providing a reason");
    lamb_assert(r == 0);
    if (exit->out_of_memory)
        outcome = OUTCOME_OUT_OF_MEMORY;
    else if (env->runtime == RUNTIME_STARTED)
        outcome = OUTCOME_INIT_ERROR;
    report_set_error(env,
                     exit->out_of_memory ? "Runtime.OutOfMemory" : "Runtime.ExitError");
    invocation_fail(env->inv, outcome, "Runtime.ExitError",
                    "RequestId: %s Error: Runtime exited %s", env->inv->request_id,
                    how);
}

const char *
failure_extension_type(const struct environment *env)
{
    static const char *const types[EXTENSION_STATE_N] = {
        [EXTENSION_INIT_ERROR] = "Extension.InitError",
        [EXTENSION_EXIT_ERROR] = "Extension.ExitError",
        [EXTENSION_LAUNCH_ERROR] = "Extension.LaunchError",
    };
    const char *type = types[env->fatal_state];

    return type ? type : "Extension.Crash";
}

/* The client sees how the extension's process ended (core's words). */
static void
answer_fatal(struct environment *env)
{
    const struct sandbox_exit *exit = &env->fatal_exit;
    char how[64];
    int r;

    if (env->fatal_state == EXTENSION_LAUNCH_ERROR)
        r = lamb_format(how, sizeof(how), "the extension could not be started");
    else if (exit->signaled)
        r = lamb_format(how, sizeof(how), "signal: %s",
                        signal_name(exit->code) ? signal_name(exit->code) : "unknown");
    else if (exit->code)
        r = lamb_format(how, sizeof(how), "exit status %d", exit->code);
    else
        r = lamb_format(how, sizeof(how), "exit code 0");
    lamb_assert(r == 0);
    report_set_error(env, failure_extension_type(env));
    invocation_fail(env->inv, OUTCOME_CRASH, failure_extension_type(env),
                    "RequestId: %s Error: %s", env->inv->request_id, how);
}

const char *
failure_start_type(const struct environment *env)
{
    return env->is_started ? "Runtime.InvalidEntrypoint" : "Extension.LaunchError";
}

void
failure_answer_init_error(struct environment *env)
{
    const struct invocation_answer answer = { .outcome = OUTCOME_INIT_ERROR,
                                              .body = env->init_error };

    invocation_answer(env->inv, &answer);
    lamb_blob_unref(env->init_error);
    env->init_error = NULL;
}

void
failure_answer(struct environment *env)
{
    if (env->inv->answered)
        return;
    if (env->fatal) {
        answer_fatal(env);
    } else if (env->init_error) {
        failure_answer_init_error(env);
    } else if (env->start_error.code) {
        report_set_error(env, failure_start_type(env));
        invocation_fail(env->inv, OUTCOME_INIT_ERROR, failure_start_type(env),
                        "RequestId: %s Error: %s", env->inv->request_id,
                        env->start_error.text);
    } else {
        answer_exit(env, &env->exit);
    }
}
