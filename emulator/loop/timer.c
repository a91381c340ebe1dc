/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/loop/timer.h"

#include "sdk/base/err.h"

#include <stdbool.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

static bool
is_before(const struct timer *a, const struct timer *b)
{
    if (a->due_ns != b->due_ns)
        return a->due_ns < b->due_ns;
    return a->order < b->order;
}

/* Places are 1-based, so that 0 can say "not running". */
static void
put(struct timers *timers, size_t place, struct timer *timer)
{
    timers->heap[place - 1] = timer;
    timer->index = place;
}

static struct timer *
at(const struct timers *timers, size_t place)
{
    return timers->heap[place - 1];
}

static void
sift_up(struct timers *timers, size_t place, struct timer *timer)
{
    while (place > 1 && is_before(timer, at(timers, place / 2))) {
        put(timers, place, at(timers, place / 2));
        place /= 2;
    }
    put(timers, place, timer);
}

static void
sift_down(struct timers *timers, size_t place, struct timer *timer)
{
    for (;;) {
        size_t child = place * 2;

        if (child > timers->count)
            break;
        if (child < timers->count &&
            is_before(at(timers, child + 1), at(timers, child)))
            child++;
        if (!is_before(at(timers, child), timer))
            break;
        put(timers, place, at(timers, child));
        place = child;
    }
    put(timers, place, timer);
}

/* TIMER belongs at PLACE or, by its order, above or below it. */
static void
settle(struct timers *timers, size_t place, struct timer *timer)
{
    if (place > 1 && is_before(timer, at(timers, place / 2)))
        sift_up(timers, place, timer);
    else
        sift_down(timers, place, timer);
}

static void
reserve_one(struct timers *timers)
{
    size_t cap = timers->cap ? timers->cap * 2 : FIRST_CAPACITY;
    struct timer **heap;

    if (timers->count < timers->cap)
        return;
    heap = reallocarray(timers->heap, cap, sizeof(*heap));
    lamb_assert(heap); /* a timer that cannot start would be a limit that never bites */
    timers->heap = heap;
    timers->cap = cap;
}

void
timers_init(struct timers *timers, void (*on_earliest)(void *data, int64_t due_ns),
            void *data)
{
    *timers = (struct timers){ .on_earliest = on_earliest, .data = data };
}

void
timers_fini(struct timers *timers)
{
    for (size_t i = 0; i < timers->count; i++)
        timers->heap[i]->index = 0;
    free(timers->heap);
    *timers = (struct timers){ 0 };
}

void
timer_init(struct timer *timer, struct timers *timers, const char *name,
           void (*fn)(void *data), void *data)
{
    *timer = (struct timer){ .name = name, .fn = fn, .data = data, .timers = timers };
}

void
timer_start(struct timer *timer, int64_t due_ns)
{
    struct timers *timers = timer->timers;
    int64_t before = timers_earliest(timers);

    if (!timer->index) {
        reserve_one(timers);
        timer->index = ++timers->count;
    }
    timer->due_ns = due_ns;
    timer->order = timers->next_order++;
    settle(timers, timer->index, timer);
    if (timers->on_earliest && due_ns < before)
        timers->on_earliest(timers->data, due_ns);
}

void
timer_stop(struct timer *timer)
{
    struct timers *timers = timer->timers;
    size_t place = timer->index;
    struct timer *last;

    if (!place)
        return;
    timer->index = 0;
    last = at(timers, timers->count--);
    if (last != timer)
        settle(timers, place, last);
}

int64_t
timers_earliest(const struct timers *timers)
{
    return timers->count ? timers->heap[0]->due_ns : TIMER_NEVER;
}

struct timer *
timers_take_due(struct timers *timers, int64_t now_ns)
{
    struct timer *timer;

    if (!timers->count || timers->heap[0]->due_ns > now_ns)
        return NULL;
    timer = timers->heap[0];
    timer_stop(timer);
    return timer;
}
