/* SPDX-License-Identifier: Apache-2.0 */

/*
 * between - what an environment does between invocations: carries out the table of
 * freeze.h. Thawing precedes whatever makes it busy, so that a runtime never gets an
 * event while it stands still.
 */
#include "emulator/environment/environment_internal.h"
#include "emulator/sandbox/still.h"
#include "sdk/base/clock.h"
#include "sdk/base/log.h"

/* Told once: the second time is no news. */
static void
note_running(struct environment *env)
{
    if (!env->between.n_running || env->between.is_noted)
        return;
    env->between.is_noted = true;
    lamb_log(LAMB_LOG_WARN, "freeze",
             "%s: %u thread%s still running when it was frozen: work in the background "
             "stands still between invocations (--freeze off lets it run)",
             env->config->function_name, env->between.n_running,
             env->between.n_running == 1 ? " was" : "s were");
}

static void
tell_line(void *data, const char *line)
{
    const struct environment *env = data;

    lamb_log(LAMB_LOG_WARN, "freeze", "%s: stands still: %s",
             env->config->function_name, line);
}

/* On request: which threads and sockets there are. A warning, so that it is seen; it
 * costs some milliseconds of the loop, which who asked for it can spare. */
static void
report_still(struct environment *env)
{
    if (env->host->has_freeze_report)
        still_each(sandbox_pid(env->sandbox), tell_line, env);
}

static void
happen(struct environment *env, enum freeze_event event)
{
    enum freeze_action action;

    if (freeze_step(&env->between.state, event, &action) == FREEZE_E_REFUSED) {
        env->host->tally->refused[MACHINE_FREEZE]++;
        return;
    }
    switch (action) {
    case FREEZE_DO_ARM:
        timer_start(&env->between.grace, lamb_mono_ns() + env->host->freeze_grace_ns);
        break;
    case FREEZE_DO_DISARM:
        timer_stop(&env->between.grace);
        break;
    case FREEZE_DO_FREEZE:
        sandbox_freeze(env->sandbox, true);
        break;
    case FREEZE_DO_THAW:
        sandbox_freeze(env->sandbox, false);
        break;
    case FREEZE_DO_NOTE:
        note_running(env);
        report_still(env);
        break;
    case FREEZE_DO_NOTHING:
    case FREEZE_ACTION_N:
        break;
    }
}

static void
on_grace_over(void *data)
{
    happen(data, FREEZE_EV_GRACE_OVER);
}

void
between_init(struct environment *env)
{
    timer_init(&env->between.grace, loop_timers(env->host->loop), "freeze",
               on_grace_over, env);
}

void
between_follow(struct environment *env)
{
    if (env->host->freeze_grace_ns >= 0)
        happen(env, env->state == ENV_IDLE ? FREEZE_EV_IDLE : FREEZE_EV_BUSY);
}

void
between_frozen(struct environment *env, unsigned n_running)
{
    env->between.n_running = n_running;
    happen(env, FREEZE_EV_STANDS);
}
