/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "emulator/loop/loop_private.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

void
loop_call(struct loop *loop, const char *name, void (*fn)(void *data), void *data)
{
    (void)watchdog_begin(&loop->dog);
    fn(data);
    watchdog_end(&loop->dog, name);
}

/* -- timers ----------------------------------------------------------------------- */

static void
on_timerfd(uv_poll_t *poll, int status, int events)
{
    struct loop *loop = poll->data;
    uint64_t expirations;

    (void)status;
    (void)events;
    /* EAGAIN means that it was armed anew in the meantime. */
    if (read(loop->timerfd, &expirations, sizeof(expirations)) > 0)
        loop->armed_ns = TIMER_NEVER;
}

/*
 * Once a turn, before the wait. The timerfd is touched only to fire earlier than it
 * would: a timer that is started and stopped for each invocation costs no system call,
 * only one wake-up for nothing when the time it was once armed to comes.
 *
 * Returns true when a timer is due already, so that there is nothing to wait for.
 */
static bool
arm_timerfd(struct loop *loop)
{
    int64_t due_ns = timers_earliest(&loop->timers);
    struct itimerspec spec = { 0 };

    if (due_ns >= loop->armed_ns)
        return false;
    if (due_ns <= watchdog_begin(&loop->dog))
        return true;
    spec.it_value.tv_sec = due_ns / LAMB_NS_PER_S;
    spec.it_value.tv_nsec = due_ns % LAMB_NS_PER_S;
    lamb_assert(timerfd_settime(loop->timerfd, TFD_TIMER_ABSTIME, &spec, NULL) == 0);
    loop->armed_ns = due_ns;
    return false;
}

/* At most as many as ran when the turn began: descriptors have their turn as well. */
static void
fire_timers(struct loop *loop)
{
    size_t limit = loop->timers.count;
    int64_t now_ns;

    if (!limit)
        return;
    now_ns = watchdog_begin(&loop->dog);
    for (size_t i = 0; i < limit; i++) {
        struct timer *timer = timers_take_due(&loop->timers, now_ns);

        if (!timer)
            return;
        loop_call(loop, timer->name, timer->fn, timer->data);
    }
}

struct timers *
loop_timers(struct loop *loop)
{
    return &loop->timers;
}

/* -- hooks ------------------------------------------------------------------------ */

/* One call each, whatever they answer: a hook that always has more starves nobody. */
static bool
run_hooks(struct loop *loop, struct lamb_list *hooks)
{
    bool has_more = false;

    for (struct lamb_list *it = hooks->next; it != hooks; it = loop->next_hook) {
        struct loop_hook *hook = LAMB_CONTAINER(it, struct loop_hook, node);
        const char *name = hook->name;

        loop->next_hook = it->next;
        (void)watchdog_begin(&loop->dog);
        if (hook->fn(hook->data))
            has_more = true;
        watchdog_end(&loop->dog, name);
    }
    loop->next_hook = NULL;
    return has_more;
}

void
loop_hook_add(struct loop *loop, struct loop_hook *hook)
{
    lamb_list_push_back(&loop->hooks, &hook->node);
}

void
loop_last_hook_add(struct loop *loop, struct loop_hook *hook)
{
    lamb_list_push_back(&loop->last_hooks, &hook->node);
}

void
loop_hook_remove(struct loop *loop, struct loop_hook *hook)
{
    if (loop->next_hook == &hook->node)
        loop->next_hook = hook->node.next;
    lamb_list_remove(&hook->node);
}

void
loop_stay_awake(struct loop *loop)
{
    loop->is_awake = true;
}

/* -- tasks and graveyard ---------------------------------------------------------- */

void
loop_task_init(struct loop_task *task, const char *name, void (*fn)(void *data),
               void *data)
{
    *task = (struct loop_task){ .name = name, .fn = fn, .data = data };
    lamb_list_init(&task->node);
}

void
loop_defer(struct loop *loop, struct loop_task *task)
{
    if (lamb_list_is_empty(&task->node))
        lamb_list_push_back(&loop->tasks, &task->node);
}

void
loop_task_cancel(struct loop_task *task)
{
    lamb_list_remove(&task->node);
}

static void
run_tasks(struct loop *loop)
{
    struct lamb_list batch;

    /* The batch takes the queue's place in the ring; the queue starts empty. */
    lamb_list_init(&batch);
    lamb_list_insert(&loop->tasks, &batch);
    lamb_list_remove(&loop->tasks);

    for (;;) {
        struct lamb_list *node = lamb_list_take_front(&batch);
        struct loop_task *task;

        if (!node)
            return;
        task = LAMB_CONTAINER(node, struct loop_task, node);
        loop_call(loop, task->name, task->fn, task->data);
    }
}

void
loop_bury(struct loop *loop, void *ptr, void (*free_fn)(void *ptr))
{
    if (loop->grave_count == loop->grave_cap) {
        size_t cap = loop->grave_cap ? loop->grave_cap * 2 : 64;
        struct grave *graves = reallocarray(loop->graves, cap, sizeof(*graves));

        lamb_assert(graves);
        loop->graves = graves;
        loop->grave_cap = cap;
    }
    loop->graves[loop->grave_count++] =
        (struct grave){ .ptr = ptr, .free_fn = free_fn };
}

/* What is buried while others are freed is freed too: no event can come between. */
static void
empty_graveyard(void *data)
{
    struct loop *loop = data;

    for (size_t i = 0; i < loop->grave_count; i++) {
        struct grave grave = loop->graves[i]; /* a copy: the array may move */

        grave.free_fn(grave.ptr);
    }
    loop->grave_count = 0;
}

/* -- the turn --------------------------------------------------------------------- */

static void
on_idle(uv_idle_t *idle)
{
    (void)idle; /* that the handle is active is all its effect */
}

static void
on_prepare(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;
    bool has_more;

    loop->is_awake = false; /* whoever asked before now has its hook called now */
    has_more = run_hooks(loop, &loop->hooks);
    has_more = run_hooks(loop, &loop->last_hooks) || has_more;
    has_more = arm_timerfd(loop) || has_more;
    if (has_more || loop->is_awake || loop->grave_count ||
        !lamb_list_is_empty(&loop->tasks))
        (void)uv_idle_start(&loop->idle, on_idle);
    else
        (void)uv_idle_stop(&loop->idle);
    watchdog_rest(&loop->dog);
}

static void
on_check(uv_check_t *check)
{
    struct loop *loop = check->data;

    loop->dog.stats.turns++;
    fire_timers(loop);
    /* Their answer does not matter: they are asked again before the wait. */
    (void)run_hooks(loop, &loop->hooks);
    run_tasks(loop);
    if (loop->grave_count)
        loop_call(loop, "graveyard", empty_graveyard, loop);
}

void
loop_run(struct loop *loop)
{
    watchdog_rest(&loop->dog); /* the time since the last run is nobody's */
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void
loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

const struct loop_stats *
loop_stats(const struct loop *loop)
{
    return &loop->dog.stats;
}

void
loop_never_warn(struct loop *loop)
{
    loop->dog.is_quiet = true;
}

/* -- life ------------------------------------------------------------------------- */

static void
start_handles(struct loop *loop)
{
    /* None of these can fail on a handle that was just initialised. */
    (void)uv_poll_start(&loop->timerfd_poll, UV_READABLE, on_timerfd);
    (void)uv_prepare_init(&loop->uv, &loop->prepare);
    (void)uv_prepare_start(&loop->prepare, on_prepare);
    (void)uv_check_init(&loop->uv, &loop->check);
    (void)uv_check_start(&loop->check, on_check);
    (void)uv_idle_init(&loop->uv, &loop->idle);
    loop->timerfd_poll.data = loop;
    loop->prepare.data = loop;
    loop->check.data = loop;
}

static void
init_fields(struct loop *loop)
{
    timers_init(&loop->timers, NULL, NULL);
    loop->armed_ns = TIMER_NEVER;
    lamb_list_init(&loop->hooks);
    lamb_list_init(&loop->last_hooks);
    lamb_list_init(&loop->tasks);
}

int
loop_new(struct loop **ret, struct lamb_err *err)
{
    LAMB_AUTOFREE struct loop *loop = calloc(1, sizeof(*loop));
    LAMB_AUTOFD int timerfd = -EBADF;
    int r;

    if (!loop)
        return lamb_raise(err, -ENOMEM, "make the event loop");
    timerfd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timerfd < 0)
        return lamb_raise(err, -errno, "make the event loop's timerfd");
    r = uv_loop_init(&loop->uv);
    if (r < 0)
        return lamb_raise(err, r, "make the event loop");
    r = uv_poll_init(&loop->uv, &loop->timerfd_poll, timerfd);
    if (r < 0) {
        (void)uv_loop_close(&loop->uv);
        return lamb_raise(err, r, "watch the event loop's timerfd");
    }

    init_fields(loop);
    start_handles(loop);
    loop->timerfd = lamb_take_fd(&timerfd);
    *ret = lamb_take_ptr(&loop);
    return 0;
}

static void
assert_unused(const struct loop *loop)
{
    lamb_assert(loop->watch_count == 0);
    lamb_assert(loop->signal_count == 0);
    lamb_assert(loop->work_count == 0);
    lamb_assert(loop->mailbox_count == 0);
    lamb_assert(lamb_list_is_empty(&loop->hooks));
    lamb_assert(lamb_list_is_empty(&loop->last_hooks));
    lamb_assert(lamb_list_is_empty(&loop->tasks));
}

void
loop_free(struct loop *loop)
{
    if (!loop)
        return;
    empty_graveyard(loop);
    assert_unused(loop);
    uv_close((uv_handle_t *)&loop->timerfd_poll, NULL);
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    uv_close((uv_handle_t *)&loop->check, NULL);
    uv_close((uv_handle_t *)&loop->idle, NULL);
    /* Handles that users closed since the last turn are waiting for theirs as well. A
       loop_stop that met no running loop ends the first run at once. */
    while (uv_run(&loop->uv, UV_RUN_DEFAULT))
        continue;
    lamb_assert(uv_loop_close(&loop->uv) == 0);
    lamb_close(&loop->timerfd);
    timers_fini(&loop->timers);
    free(loop->graves);
    free(loop);
}

static void
free_handle(uv_handle_t *handle)
{
    free(handle->data);
}

void
loop_close(uv_handle_t *handle)
{
    uv_close(handle, free_handle);
}
