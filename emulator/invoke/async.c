/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/invoke/async.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/log.h"
#include "sdk/base/num.h"

/* Events of one function in memory, and so at most so many of them at once. */
enum { WINDOW = 64, REFILL_AT = WINDOW / 2 };

#define FIRST_PAUSE_NS LAMB_NS_PER_S
#define LAST_PAUSE_NS (300 * LAMB_NS_PER_S)

enum held_state {
    HELD_READY,
    HELD_RUNNING,
    HELD_ENDED, /* its row is being deleted */
    HELD_STUCK, /* its row could not be deleted: to be tried again */
};

/* One event in memory. */
struct held {
    struct lamb_list node;
    struct queue *queue;
    struct async_event *event;
    enum held_state state;
};

/* The events of one function. */
struct queue {
    struct lamb_list node;
    struct async *async;
    char *account;
    char *region;
    char *name;
    struct lamb_list window; /* struct held, oldest first */
    size_t n_window;
    int64_t n_stored; /* rows that are committed */
    bool is_reading;
    size_t n_found;   /* by the latest read */
    int64_t pause_ns; /* of the latest pause; 0: the latest event was placed */
    struct timer pause;
    struct loop_task dispatch;
};

struct async {
    struct async_config config;
    struct lamb_list queues;
    bool is_started;
    bool is_stopped;
};

static void dispatch(void *data);

/* -- queues ----------------------------------------------------------------------- */

static void
free_queue(struct queue *queue)
{
    struct lamb_list *node;

    timer_stop(&queue->pause);
    loop_task_cancel(&queue->dispatch);
    while ((node = lamb_list_take_front(&queue->window)) != NULL) {
        struct held *held = LAMB_CONTAINER(node, struct held, node);

        async_event_free(held->event);
        free(held);
    }
    lamb_list_remove(&queue->node);
    free(queue->account);
    free(queue->region);
    free(queue->name);
    free(queue);
}

static void
schedule(struct queue *queue)
{
    const struct async *async = queue->async;

    if (async->is_started && !async->is_stopped && !queue->pause.index)
        loop_defer(async->config.loop, &queue->dispatch);
}

static void
on_pause_over(void *data)
{
    schedule(data);
}

static struct queue *
make_queue(struct async *async, const char *account, const char *region,
           const char *name)
{
    struct queue *queue = calloc(1, sizeof(*queue));

    if (!queue)
        return NULL;
    lamb_list_init(&queue->window);
    lamb_list_push_back(&async->queues, &queue->node);
    queue->async = async;
    timer_init(&queue->pause, platform_clock_timers(async->config.clock), "async pause",
               on_pause_over, queue);
    loop_task_init(&queue->dispatch, "async", dispatch, queue);
    queue->account = lamb_span_dup(lamb_span_str(account));
    queue->region = lamb_span_dup(lamb_span_str(region));
    queue->name = lamb_span_dup(lamb_span_str(name));
    if (queue->account && queue->region && queue->name)
        return queue;
    free_queue(queue);
    return NULL;
}

static struct queue *
get_queue(struct async *async, const char *account, const char *region,
          const char *name)
{
    LAMB_LIST_FOREACH (it, &async->queues) {
        struct queue *queue = LAMB_CONTAINER(it, struct queue, node);

        if (strcmp(queue->name, name) == 0 && strcmp(queue->region, region) == 0 &&
            strcmp(queue->account, account) == 0)
            return queue;
    }
    return make_queue(async, account, region, name);
}

/* Put EVENT, which is stored, into memory. Takes it; false: no memory. */
static bool
hold(struct queue *queue, struct async_event *event)
{
    struct held *held = calloc(1, sizeof(*held));

    if (!held) {
        async_event_free(event);
        return false;
    }
    held->queue = queue;
    held->event = event;
    lamb_list_push_back(&queue->window, &held->node);
    queue->n_window++;
    return true;
}

static int64_t
on_disk_only(const struct queue *queue)
{
    return queue->n_stored - (int64_t)queue->n_window;
}

static void
wait_a_while(struct queue *queue)
{
    queue->pause_ns = queue->pause_ns ? 2 * queue->pause_ns : FIRST_PAUSE_NS;
    if (queue->pause_ns > LAST_PAUSE_NS)
        queue->pause_ns = LAST_PAUSE_NS;
    timer_start(&queue->pause,
                platform_clock_now_ns(queue->async->config.clock) + queue->pause_ns);
}

/* -- the end of an event ---------------------------------------------------------- */

static void
on_deleted(void *data, const struct lamb_err *err)
{
    struct held *held = data;
    struct queue *queue = held->queue;

    if (err) {
        lamb_log(LAMB_LOG_ERROR, "async",
                 "event %s of %s ran and is still stored (tried again): %s",
                 held->event->request_id, queue->name, err->text);
        held->state = HELD_STUCK;
        if (!queue->async->is_stopped && !queue->pause.index)
            wait_a_while(queue);
        return;
    }
    queue->n_stored--;
    queue->n_window--;
    lamb_list_remove(&held->node);
    async_event_free(held->event);
    free(held);
    schedule(queue);
}

static void
end_event(struct held *held)
{
    struct queue *queue = held->queue;
    struct lamb_err err = { 0 };

    held->state = HELD_ENDED;
    if (async_event_delete(queue->async->config.store, held->event->id, on_deleted,
                           held, &err))
        on_deleted(held, &err);
}

/* The function answered, well or badly: that is all that is asked for. Without an
 * answer it was not run, or not to its end, through no fault of its own. */
static void
on_answered(void *data, const struct invoke_result *result)
{
    struct held *held = data;
    struct queue *queue = held->queue;

    if (result->outcome != OUTCOME_PLATFORM_ERROR) {
        queue->pause_ns = 0;
        end_event(held);
        return;
    }
    held->state = HELD_READY;
    if (!queue->async->is_stopped && !queue->pause.index)
        wait_a_while(queue);
}

/* -- running ---------------------------------------------------------------------- */

static struct held *
find(const struct queue *queue, enum held_state state)
{
    LAMB_LIST_FOREACH (it, &queue->window) {
        struct held *held = LAMB_CONTAINER(it, struct held, node);

        if (held->state == state)
            return held;
    }
    return NULL;
}

/* False: the queue has to wait. */
static bool
run(struct held *held)
{
    struct async *async = held->queue->async;
    const struct async_event *event = held->event;
    LAMB_AUTOBUF struct lamb_buf message = LAMB_BUF_INIT(32 * 1024);
    const struct invoke_request ask = {
        .key = { event->account, event->region, event->name, event->qualifier },
        .type = INVOKE_EVENT,
        .trace_id = lamb_span_str(event->trace_id),
        .content_type = lamb_span_str(event->content_type),
        .tenant_id = lamb_span_str(event->tenant_id),
        .payload = event->payload,
    };
    const char *reason;
    struct invoke_call *call;
    enum invoke_refusal refusal;

    held->state = HELD_RUNNING;
    refusal = invoke_start(async->config.invoke, &ask, event->request_id, on_answered,
                           held, &call, &message, &reason);
    if (refusal == INVOKE_OK)
        return true;
    held->state = HELD_READY;
    if (refusal == INVOKE_THROTTLED || refusal == INVOKE_NO_MEMORY ||
        refusal == INVOKE_MACHINE_FULL) {
        if (!find(held->queue, HELD_RUNNING)) /* else its end makes room */
            wait_a_while(held->queue);
        return false;
    }
    lamb_log(LAMB_LOG_WARN, "async", "event %s of %s is dropped: %s", event->request_id,
             event->name, lamb_buf_cstr(&message));
    end_event(held);
    return true;
}

static void
on_found(void *data, struct async_event *event)
{
    struct queue *queue = data;

    queue->n_found++;
    (void)hold(queue, event);
}

static void
on_read(void *data, const struct lamb_err *err)
{
    struct queue *queue = data;

    queue->is_reading = false;
    if (err) {
        lamb_log(LAMB_LOG_ERROR, "async", "the events of %s cannot be read: %s",
                 queue->name, err->text);
        if (!queue->async->is_stopped && !queue->pause.index)
            wait_a_while(queue);
    } else if (!queue->n_found) { /* somebody else deleted them */
        queue->n_stored = (int64_t)queue->n_window;
    }
    schedule(queue);
}

static void
refill(struct queue *queue)
{
    int64_t known[WINDOW];
    struct async_event_read read = { .account = queue->account,
                                     .region = queue->region,
                                     .name = queue->name,
                                     .known = known,
                                     .n = WINDOW - queue->n_window,
                                     .found = on_found,
                                     .done = on_read,
                                     .data = queue };
    struct lamb_err err = { 0 };

    LAMB_LIST_FOREACH (it, &queue->window)
        known[read.n_known++] = LAMB_CONTAINER(it, struct held, node)->event->id;
    queue->is_reading = true;
    queue->n_found = 0;
    if (async_event_read(queue->async->config.store, &read, &err))
        on_read(queue, &err);
}

static void
dispatch(void *data)
{
    struct queue *queue = data;
    struct held *held;

    if (queue->async->is_stopped || queue->pause.index)
        return;
    while ((held = find(queue, HELD_STUCK)) != NULL)
        end_event(held);
    while ((held = find(queue, HELD_READY)) != NULL)
        if (!run(held) || queue->pause.index)
            return;
    if (!queue->is_reading && queue->n_window <= REFILL_AT && on_disk_only(queue) > 0)
        refill(queue);
}

/* -- accepting -------------------------------------------------------------------- */

struct acceptance {
    struct queue *queue;
    struct async_event *event;
    async_done_fn done;
    void *data;
};

static void
on_committed(void *data, const struct lamb_err *err)
{
    struct acceptance *acceptance = data;
    struct queue *queue = acceptance->queue;

    acceptance->done(acceptance->data, err);
    if (err) {
        async_event_free(acceptance->event);
    } else {
        queue->n_stored++;
        /* What is older than it must not wait on the disk, nor may it be read twice. */
        if (on_disk_only(queue) == 1 && queue->n_window < WINDOW && !queue->is_reading)
            (void)hold(queue, acceptance->event);
        else
            async_event_free(acceptance->event);
        schedule(queue);
    }
    free(acceptance);
}

int
async_accept(struct async *async, struct async_event *event, async_done_fn done,
             void *data, struct lamb_err *err)
{
    struct acceptance *acceptance = calloc(1, sizeof(*acceptance));
    struct queue *queue = get_queue(async, event->account, event->region, event->name);

    if (!acceptance || !queue) {
        free(acceptance);
        return lamb_raise(err, -ENOMEM, "asynchronous event");
    }
    *acceptance = (struct acceptance){ queue, event, done, data };
    if (async_event_insert(async->config.store, event, on_committed, acceptance, err)) {
        free(acceptance);
        return err->code;
    }
    return 0;
}

/* -- life ------------------------------------------------------------------------- */

static int
on_count(void *data, const struct function_key *key, int64_t n)
{
    struct queue *queue = get_queue(data, key->account, key->region, key->name);

    if (!queue)
        return -ENOMEM;
    queue->n_stored = n;
    return 0;
}

int
async_new(const struct async_config *config, struct async **ret, struct lamb_err *err)
{
    struct async *async = calloc(1, sizeof(*async));
    int r;

    if (!async)
        return lamb_raise(err, -ENOMEM, "asynchronous invocation");
    async->config = *config;
    lamb_list_init(&async->queues);
    r = async_event_count(config->store, on_count, async, err);
    if (r) {
        async_free(async);
        return lamb_wrap(err, r, "asynchronous events");
    }
    *ret = async;
    return 0;
}

void
async_start(struct async *async)
{
    async->is_started = true;
    LAMB_LIST_FOREACH (it, &async->queues)
        schedule(LAMB_CONTAINER(it, struct queue, node));
}

void
async_stop(struct async *async)
{
    async->is_stopped = true;
    LAMB_LIST_FOREACH (it, &async->queues)
        timer_stop(&LAMB_CONTAINER(it, struct queue, node)->pause);
}

void
async_free(struct async *async)
{
    if (!async)
        return;
    LAMB_LIST_FOREACH_SAFE (it, &async->queues)
        free_queue(LAMB_CONTAINER(it, struct queue, node));
    free(async);
}

bool
async_is_quiet(const struct async *async)
{
    LAMB_LIST_FOREACH (it, &async->queues) {
        const struct queue *queue = LAMB_CONTAINER(it, struct queue, node);

        if (queue->n_stored > 0 && !queue->pause.index)
            return false;
    }
    return true;
}

size_t
async_queued(const struct async *async)
{
    size_t n = 0;

    LAMB_LIST_FOREACH (it, &async->queues)
        n += (size_t)LAMB_CONTAINER(it, struct queue, node)->n_stored;
    return n;
}
