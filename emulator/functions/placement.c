/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/placement.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/clock.h"
#include "sdk/base/log.h"
#include "sdk/base/num.h"

/*
 * How long an invocation waits for an environment that is done with its last one (about
 * to poll again, or being reset), before a new one is started. A client that calls in
 * sequence is faster than the runtime's next poll; the service never starts a second
 * environment for it.
 */
#define PATIENCE_NS (10 * LAMB_NS_PER_MS)

/* One environment as the pool sees it; in exactly one of the pool's lists. */
struct place {
    struct lamb_list node;
    struct pool *pool;
    struct environment *env;
    bool is_starting; /* was made for somebody who waits; not available yet */
    bool is_worn;     /* ends when it is done with its invocation */
    bool is_ending;   /* was told to stop */
    unsigned served;
    unsigned life;         /* is worn after so many invocations; 0: never */
    int64_t idle_since_ns; /* platform time */
    int64_t used_ns;       /* monotonic: when it became idle */
};

struct pool {
    const struct environment_host *host;
    struct function_record *record;
    struct lifespan *lifespan;
    void (*empty)(void *data, struct pool *pool);
    void *data;
    struct lamb_list idle; /* most recently used first; cold ones last */
    struct lamb_list busy; /* everything else */
    struct lamb_list waiting;
    size_t n_environments;
    size_t n_starting;
    size_t n_waiting;
    size_t n_ending;
    bool is_retired;
    struct timer patience;
    struct timer reaper; /* platform clock: the longest idle one has been so too long */
    struct loop_task end;
};

static void
fail_waiting(struct pool *pool, const char *why)
{
    struct lamb_list *node = lamb_list_take_front(&pool->waiting);
    const struct invocation_answer answer = { .outcome = OUTCOME_PLATFORM_ERROR,
                                              .detail = why };
    struct invocation *inv;

    if (!node)
        return;
    pool->n_waiting--;
    inv = LAMB_CONTAINER(node, struct invocation, node);
    invocation_answer(inv, &answer);
    invocation_close(inv);
}

static void
end(void *data)
{
    struct pool *pool = data;

    timer_stop(&pool->patience);
    timer_stop(&pool->reaper);
    record_unref(pool->record);
    pool->empty(pool->data, pool);
    free(pool);
}

static void
check_end(struct pool *pool)
{
    if (pool->is_retired && !pool->n_environments && !pool->n_waiting)
        loop_defer(pool->host->loop, &pool->end);
}

static void start_missing(struct pool *pool, size_t n_soon);

/* Let INV run there. */
static void
occupy(struct place *place, struct invocation *inv)
{
    place->served++;
    place->is_worn = place->life && place->served >= place->life;
    environment_invoke(place->env, inv);
}

/* PLACE may be gone when this returns. */
static void
stop_place(struct place *place)
{
    struct pool *pool = place->pool;

    if (place->is_ending)
        return;
    place->is_ending = true;
    pool->n_ending++;
    lamb_list_remove(&place->node);
    lamb_list_push_back(&pool->busy, &place->node);
    environment_stop(place->env);
}

static void
rest(struct place *place)
{
    struct pool *pool = place->pool;
    int64_t idle_ns = pool->lifespan->idle_ns;

    place->idle_since_ns = platform_clock_now_ns(pool->host->clock);
    place->used_ns = lamb_mono_ns();
    if (idle_ns && !pool->reaper.index)
        timer_start(&pool->reaper, place->idle_since_ns + idle_ns);
    lamb_list_remove(&place->node);
    if (environment_state(place->env) == ENV_IDLE)
        lamb_list_push_front(&pool->idle, &place->node);
    else
        lamb_list_push_back(&pool->idle, &place->node);
}

static void
on_available(void *data, struct environment *env)
{
    struct place *place = data;
    struct pool *pool = place->pool;
    struct lamb_list *node;

    (void)env;
    pool->n_starting -= place->is_starting;
    place->is_starting = false;
    if (place->is_worn) {
        stop_place(place);
        start_missing(pool, 0);
        return;
    }
    node = lamb_list_take_front(&pool->waiting);
    if (node) {
        pool->n_waiting--;
        occupy(place, LAMB_CONTAINER(node, struct invocation, node));
    } else if (pool->is_retired) {
        stop_place(place);
    } else {
        rest(place);
    }
}

/* End those that have been idle for too long; come back for the next. */
static void
on_reap(void *data)
{
    struct pool *pool = data;
    int64_t now_ns = platform_clock_now_ns(pool->host->clock);
    int64_t next_ns = TIMER_NEVER;

    LAMB_LIST_FOREACH_SAFE (it, &pool->idle) {
        struct place *place = LAMB_CONTAINER(it, struct place, node);
        int64_t due_ns = place->idle_since_ns + pool->lifespan->idle_ns;

        if (due_ns <= now_ns)
            stop_place(place);
        else if (due_ns < next_ns)
            next_ns = due_ns;
    }
    if (next_ns != TIMER_NEVER)
        timer_start(&pool->reaper, next_ns);
}

static void
on_gone(void *data, struct environment *env, const char *why)
{
    struct place *place = data;
    struct pool *pool = place->pool;

    if (why)
        lamb_log(LAMB_LOG_ERROR, "environment", "%s of %s: %s", environment_id(env),
                 pool->record->key.name, why);
    lamb_list_remove(&place->node);
    pool->n_starting -= place->is_starting;
    pool->n_ending -= place->is_ending;
    pool->n_environments--;
    free(place);
    if (why && pool->n_starting < pool->n_waiting)
        fail_waiting(pool, why); /* it was made for somebody */
    start_missing(pool, 0);
    check_end(pool);
}

static int
start_one(struct pool *pool, struct lamb_err *err)
{
    static const struct environment_events events = {
        .available = on_available,
        .gone = on_gone,
    };
    struct place *place = calloc(1, sizeof(*place));
    int r;

    if (!place)
        return lamb_raise(err, -ENOMEM, "execution environment");
    place->pool = pool;
    place->is_starting = true;
    place->life = lifespan_draw(pool->lifespan);
    r = environment_new(pool->host, &pool->record->config, &events, place, &place->env,
                        err);
    if (r) {
        free(place);
        return r;
    }
    lamb_list_push_back(&pool->busy, &place->node);
    pool->n_environments++;
    pool->n_starting++;
    return 0;
}

/* One environment on its way for each invocation that waits, but for N_SOON of them. */
static void
start_missing(struct pool *pool, size_t n_soon)
{
    struct lamb_err err = { 0 };

    while (pool->n_starting + n_soon < pool->n_waiting) {
        if (start_one(pool, &err)) {
            lamb_log(LAMB_LOG_ERROR, "functions", "no environment for %s: %s",
                     pool->record->key.name, err.text);
            fail_waiting(pool, err.text);
        }
    }
}

/* Will this one be available in a moment? */
static bool
is_soon(const struct place *place)
{
    enum environment_state state = environment_state(place->env);

    return !place->is_worn && (state == ENV_ANSWERED || state == ENV_RESET);
}

/* How many busy ones will be available in a moment; counts no further than LIMIT. */
static size_t
count_soon(const struct pool *pool, size_t limit)
{
    size_t n = 0;

    LAMB_LIST_FOREACH (it, &pool->busy) {
        if (n == limit)
            break;
        n += is_soon(LAMB_CONTAINER(it, struct place, node));
    }
    return n;
}

static void
on_impatient(void *data)
{
    start_missing(data, 0);
}

struct pool *
pool_new(const struct environment_host *host, struct function_record *record,
         struct lifespan *lifespan, void (*empty)(void *data, struct pool *pool),
         void *data)
{
    struct pool *pool = calloc(1, sizeof(*pool));

    if (!pool)
        return NULL;
    pool->host = host;
    pool->record = record_ref(record);
    pool->lifespan = lifespan;
    pool->empty = empty;
    pool->data = data;
    lamb_list_init(&pool->idle);
    lamb_list_init(&pool->busy);
    lamb_list_init(&pool->waiting);
    timer_init(&pool->patience, loop_timers(host->loop), "placement", on_impatient,
               pool);
    timer_init(&pool->reaper, platform_clock_timers(host->clock), "idle environments",
               on_reap, pool);
    loop_task_init(&pool->end, "pool end", end, pool);
    return pool;
}

/* The most recently used idle one. One that has just ended by itself stands among them
 * until it is gone, and takes nothing any more. */
static struct place *
find_idle(const struct pool *pool)
{
    LAMB_LIST_FOREACH (it, &pool->idle) {
        struct place *place = LAMB_CONTAINER(it, struct place, node);

        if (environment_state(place->env) != ENV_SHUTDOWN)
            return place;
    }
    return NULL;
}

void
pool_place(struct pool *pool, struct invocation *inv)
{
    struct place *place = find_idle(pool);
    size_t n_soon;

    if (place) {
        lamb_list_remove(&place->node);
        lamb_list_push_back(&pool->busy, &place->node);
        occupy(place, inv);
        return;
    }
    lamb_list_push_back(&pool->waiting, &inv->node);
    pool->n_waiting++;
    n_soon = count_soon(pool, pool->n_waiting);
    if (n_soon)
        timer_start(&pool->patience, lamb_mono_ns() + PATIENCE_NS);
    start_missing(pool, n_soon);
}

bool
pool_needs_environment(const struct pool *pool)
{
    size_t wanted = pool->n_waiting + 1;

    return !find_idle(pool) && pool->n_starting + count_soon(pool, wanted) < wanted;
}

static void
stop_idle(struct pool *pool)
{
    LAMB_LIST_FOREACH_SAFE (it, &pool->idle) {
        stop_place(LAMB_CONTAINER(it, struct place, node));
    }
}

void
pool_retire(struct pool *pool)
{
    pool->is_retired = true;
    stop_idle(pool);
    check_end(pool);
}

void
pool_stop(struct pool *pool)
{
    pool->is_retired = true;
    while (pool->n_waiting)
        fail_waiting(pool, "the emulator is shutting down");
    stop_idle(pool);
    LAMB_LIST_FOREACH_SAFE (it, &pool->busy) {
        stop_place(LAMB_CONTAINER(it, struct place, node));
    }
    check_end(pool);
}

void
pool_recycle(struct pool *pool, struct recycled *sum)
{
    LAMB_LIST_FOREACH_SAFE (it, &pool->busy) {
        struct place *place = LAMB_CONTAINER(it, struct place, node);

        if (place->is_ending || place->is_starting)
            continue; /* it ends anyhow, or is as fresh as can be */
        place->is_worn = true;
        sum->busy++;
    }
    LAMB_LIST_FOREACH_SAFE (it, &pool->idle) {
        sum->idle++;
        stop_place(LAMB_CONTAINER(it, struct place, node));
    }
}

static struct place *
find_oldest(const struct pool *pool)
{
    struct place *oldest = NULL;

    LAMB_LIST_FOREACH (it, &pool->idle) {
        struct place *place = LAMB_CONTAINER(it, struct place, node);

        if (!oldest || place->used_ns < oldest->used_ns)
            oldest = place;
    }
    return oldest;
}

int64_t
pool_oldest_ns(const struct pool *pool)
{
    const struct place *oldest = find_oldest(pool);

    return oldest ? oldest->used_ns : INT64_MAX;
}

void
pool_stop_oldest(struct pool *pool)
{
    stop_place(find_oldest(pool));
}

size_t
pool_environments(const struct pool *pool)
{
    return pool->n_environments;
}

size_t
pool_ending(const struct pool *pool)
{
    return pool->n_ending;
}

size_t
pool_waiting(const struct pool *pool)
{
    return pool->n_waiting;
}

size_t
pool_starting(const struct pool *pool)
{
    return pool->n_starting;
}
