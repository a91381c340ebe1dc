/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/workers.h"

#include <errno.h>
#include <time.h>

#include "runtime/thread.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"

enum { GRACE_S = 1 }; /* for the others, once one has ended in error */

struct team {
    const struct lamb_loop *loop;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t running;
    int result; /* 0, or the first error, which ERR describes */
    struct lamb_err err;
};

struct worker {
    struct team *team;
    struct lamb_source *source;
    pthread_t thread;
};

static void *
work(void *data)
{
    struct worker *worker = data;
    struct team *team = worker->team;
    struct lamb_err err = { 0 };
    int r = lamb_loop_run(team->loop, worker->source, &err);

    (void)pthread_mutex_lock(&team->lock);
    team->running--;
    if (r && !team->result) {
        team->result = r;
        team->err = err;
    }
    (void)pthread_cond_signal(&team->changed);
    (void)pthread_mutex_unlock(&team->lock);
    return NULL;
}

/* Wait for the end of all, or for a while after the first error. */
static void
wait_for_end(struct team *team)
{
    struct timespec until;
    int r = 0;

    while (team->running && !team->result)
        (void)pthread_cond_wait(&team->changed, &team->lock);
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += GRACE_S;
    while (team->running && !r)
        r = pthread_cond_timedwait(&team->changed, &team->lock, &until);
}

static int
start_all(struct team *team, struct worker *workers, size_t count, size_t *ret_started)
{
    int r = 0;

    *ret_started = 0;
    for (size_t i = 0; i < count && !r; i++) {
        r = lamb_thread_start(work, &workers[i], &workers[i].thread);
        if (!r) {
            team->running++;
            ++*ret_started;
        }
    }
    return r;
}

int
lamb_workers_run(const struct lamb_loop *loop, struct lamb_worker_set *set,
                 struct lamb_err *err)
{
    struct team *team = calloc(1, sizeof(*team));
    struct worker *workers = calloc(set->count, sizeof(*workers));
    size_t started;
    int r;

    set->is_left_behind = false;
    if (!team || !workers) {
        free(team);
        free(workers);
        return lamb_raise(err, -ENOMEM, "make %zu workers", set->count);
    }
    team->loop = loop;
    (void)pthread_mutex_init(&team->lock, NULL);
    (void)pthread_cond_init(&team->changed, NULL);
    for (size_t i = 0; i < set->count; i++) {
        workers[i].team = team;
        workers[i].source = set->sources[i];
    }
    (void)pthread_mutex_lock(&team->lock); /* nobody is counted out before all are in */
    r = start_all(team, workers, set->count, &started);
    if (r)
        team->result = lamb_raise(&team->err, r, "start a worker");
    wait_for_end(team);
    set->is_left_behind = team->running > 0;
    r = team->result;
    *err = team->err;
    (void)pthread_mutex_unlock(&team->lock);
    if (set->is_left_behind)
        return r; /* they still use TEAM and WORKERS */
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(workers[i].thread, NULL);
    (void)pthread_mutex_destroy(&team->lock);
    (void)pthread_cond_destroy(&team->changed);
    free(workers);
    free(team);
    return r;
}
