/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/warm.h"

#include <stdlib.h>

#include "sdk/base/log.h"
#include "sdk/base/num.h"

/* The INIT phase of provisioned environments: this, or the time limit if it is longer
 * (developer guide, execution environment). */
#define INIT_LIMIT_NS (130 * LAMB_NS_PER_S)

enum seat_state { SEAT_STARTING, SEAT_IDLE, SEAT_BUSY, SEAT_ENDING, SEAT_STATE_N };

/* One environment. */
struct seat {
    struct lamb_list node;
    struct warm *warm;
    struct environment *env;
    enum seat_state state;
    bool was_used;
    bool is_worn; /* is replaced when it is done with its invocation */
    unsigned served;
    unsigned life; /* is worn after so many invocations; 0: never */
};

struct warm {
    const struct environment_host *host;
    struct function_record *record;
    struct lifespan *lifespan;
    struct environment_config config; /* the record's, started ahead */
    void (*empty)(void *data, struct warm *warm);
    void *data;
    struct lamb_list seats; /* idle ones first */
    size_t counts[SEAT_STATE_N];
    size_t wanted;
    bool is_ready;
    bool has_failed;
    bool is_ending;
    struct loop_task end;
};

static void
enter(struct seat *seat, enum seat_state state)
{
    struct warm *warm = seat->warm;

    warm->counts[seat->state]--;
    warm->counts[state]++;
    seat->state = state;
    lamb_list_remove(&seat->node);
    if (state == SEAT_IDLE)
        lamb_list_push_front(&warm->seats, &seat->node);
    else
        lamb_list_push_back(&warm->seats, &seat->node);
}

static size_t
alive(const struct warm *warm)
{
    return warm->counts[SEAT_STARTING] + warm->counts[SEAT_IDLE] +
           warm->counts[SEAT_BUSY];
}

static void
end(void *data)
{
    struct warm *warm = data;

    record_unref(warm->record);
    warm->empty(warm->data, warm);
    free(warm);
}

static void
check_end(struct warm *warm)
{
    if (warm->is_ending && lamb_list_is_empty(&warm->seats))
        loop_defer(warm->host->loop, &warm->end);
}

static void
fail(struct warm *warm, const char *why)
{
    lamb_log(LAMB_LOG_ERROR, "functions",
             "provisioned environments of %s:%s cannot be kept: %s",
             warm->record->key.name, warm->record->key.version, why);
    warm->has_failed = true;
}

static void
stop_seat(struct seat *seat)
{
    if (seat->state == SEAT_ENDING)
        return;
    enter(seat, SEAT_ENDING);
    environment_stop(seat->env);
}

static void fill(struct warm *warm);

/* -- what environments tell ------------------------------------------------------- */

static void
on_available(void *data, struct environment *env)
{
    struct seat *seat = data;
    struct warm *warm = seat->warm;

    if (seat->state == SEAT_ENDING)
        return;
    if (environment_state(env) != ENV_IDLE) { /* it crashed, or its init failed */
        if (!seat->was_used)
            fail(warm, "its init failed");
        stop_seat(seat);
    } else if (alive(warm) > warm->wanted || seat->is_worn) {
        stop_seat(seat);
        fill(warm);
    } else {
        enter(seat, SEAT_IDLE);
        if (warm->counts[SEAT_IDLE] + warm->counts[SEAT_BUSY] == warm->wanted)
            warm->is_ready = true;
    }
}

static void
on_gone(void *data, struct environment *env, const char *why)
{
    struct seat *seat = data;
    struct warm *warm = seat->warm;

    (void)env;
    if (seat->state != SEAT_ENDING && !seat->was_used)
        fail(warm, why ? why : "it ended before it was used");
    warm->counts[seat->state]--;
    lamb_list_remove(&seat->node);
    free(seat);
    fill(warm);
    check_end(warm);
}

static void
start_one(struct warm *warm)
{
    static const struct environment_events events = {
        .available = on_available,
        .gone = on_gone,
    };
    struct lamb_err err = { 0 };
    struct seat *seat = calloc(1, sizeof(*seat));

    if (!seat) {
        fail(warm, "out of memory");
        return;
    }
    seat->warm = warm;
    seat->life = lifespan_draw(warm->lifespan);
    if (environment_new(warm->host, &warm->config, &events, seat, &seat->env, &err)) {
        fail(warm, err.text);
        free(seat);
        return;
    }
    lamb_list_push_back(&warm->seats, &seat->node);
    warm->counts[SEAT_STARTING]++;
}

static void
fill(struct warm *warm)
{
    while (!warm->is_ending && !warm->has_failed && alive(warm) < warm->wanted)
        start_one(warm);
}

/* Idle ones first, then those that start; busy ones go when they are done. */
static void
trim(struct warm *warm)
{
    static const enum seat_state order[] = { SEAT_IDLE, SEAT_STARTING };

    for (size_t i = 0; i < 2; i++) {
        LAMB_LIST_FOREACH_SAFE (it, &warm->seats) {
            struct seat *seat = LAMB_CONTAINER(it, struct seat, node);

            if (alive(warm) <= warm->wanted)
                return;
            if (seat->state == order[i])
                stop_seat(seat);
        }
    }
}

/* -- the owner's side ------------------------------------------------------------- */

struct warm *
warm_new(const struct environment_host *host, struct function_record *record,
         struct lifespan *lifespan, void (*empty)(void *data, struct warm *warm),
         void *data)
{
    struct warm *warm = calloc(1, sizeof(*warm));

    if (!warm)
        return NULL;
    warm->host = host;
    warm->record = record_ref(record);
    warm->lifespan = lifespan;
    warm->config = record->config;
    warm->config.init_type = "provisioned-concurrency";
    warm->config.init_limit_ns = record->config.timeout_ns > INIT_LIMIT_NS
                                     ? record->config.timeout_ns
                                     : INIT_LIMIT_NS;
    warm->empty = empty;
    warm->data = data;
    lamb_list_init(&warm->seats);
    loop_task_init(&warm->end, "provisioned end", end, warm);
    return warm;
}

void
warm_set(struct warm *warm, size_t amount)
{
    lamb_assert(!warm->is_ending);
    warm->wanted = amount;
    warm->has_failed = false;
    warm->is_ready = false;
    trim(warm);
    fill(warm);
    if (warm->counts[SEAT_IDLE] + warm->counts[SEAT_BUSY] >= amount)
        warm->is_ready = true;
}

void
warm_end(struct warm *warm, bool at_once)
{
    warm->is_ending = true;
    warm->wanted = 0;
    trim(warm);
    if (at_once)
        LAMB_LIST_FOREACH_SAFE (it, &warm->seats)
            stop_seat(LAMB_CONTAINER(it, struct seat, node));
    check_end(warm);
}

void
warm_recycle(struct warm *warm, struct recycled *sum)
{
    LAMB_LIST_FOREACH_SAFE (it, &warm->seats) {
        struct seat *seat = LAMB_CONTAINER(it, struct seat, node);

        if (seat->state == SEAT_BUSY) {
            seat->is_worn = true;
            sum->busy++;
        } else if (seat->state == SEAT_IDLE) {
            sum->idle++;
            stop_seat(seat);
        }
    }
    fill(warm);
}

/* One that is idle but just ended on its own cannot take an invocation. */
static struct seat *
find_idle(const struct warm *warm)
{
    LAMB_LIST_FOREACH (it, &warm->seats) {
        struct seat *seat = LAMB_CONTAINER(it, struct seat, node);

        if (seat->state != SEAT_IDLE)
            break;
        if (environment_state(seat->env) == ENV_IDLE)
            return seat;
    }
    return NULL;
}

bool
warm_has_idle(const struct warm *warm)
{
    return find_idle(warm) != NULL;
}

bool
warm_comes_soon(const struct warm *warm)
{
    LAMB_LIST_FOREACH (it, &warm->seats) {
        const struct seat *seat = LAMB_CONTAINER(it, struct seat, node);

        if (seat->state == SEAT_BUSY && environment_state(seat->env) == ENV_ANSWERED)
            return true;
    }
    return false;
}

void
warm_place(struct warm *warm, struct invocation *inv)
{
    struct seat *seat = find_idle(warm);

    lamb_assert(seat);
    enter(seat, SEAT_BUSY);
    seat->was_used = true;
    seat->served++;
    seat->is_worn = seat->life && seat->served >= seat->life;
    environment_invoke(seat->env, inv);
}

/* Initialised, and not on its way out after a crash. */
static bool
is_ready(const struct seat *seat)
{
    enum environment_state state = environment_state(seat->env);

    return (seat->state == SEAT_IDLE || seat->state == SEAT_BUSY) &&
           (state == ENV_IDLE || state == ENV_INVOKE || state == ENV_ANSWERED);
}

void
warm_status(const struct warm *warm, struct warm_status *ret)
{
    *ret = (struct warm_status){
        .environments = alive(warm) + warm->counts[SEAT_ENDING],
        .ending = warm->counts[SEAT_ENDING],
        .is_ready = warm->is_ready,
        .has_failed = warm->has_failed,
    };
    LAMB_LIST_FOREACH (it, &warm->seats)
        ret->ready += is_ready(LAMB_CONTAINER(it, struct seat, node));
}
