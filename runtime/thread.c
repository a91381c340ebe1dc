/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/thread.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "runtime/crash.h"

enum { STACK_MIN = 1024 * 1024, STACK_MAX = 8 * 1024 * 1024 };

/* musl's own is 128 KiB, in which a JSON parser already may not fit. */
static size_t
stack_size(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_STACK, &limit) || limit.rlim_cur > STACK_MAX)
        return STACK_MAX;
    return limit.rlim_cur < STACK_MIN ? STACK_MIN : (size_t)limit.rlim_cur;
}

struct start {
    void *(*run)(void *);
    void *data;
};

static void *
run_with_crash_stack(void *data)
{
    struct start start = *(struct start *)data;
    struct lamb_crash_stack stack;
    void *result;

    free(data);
    lamb_crash_stack_enter(&stack);
    result = start.run(start.data);
    lamb_crash_stack_leave(&stack);
    return result;
}

int
lamb_thread_start(void *(*run)(void *), void *data, pthread_t *ret_thread)
{
    pthread_attr_t attributes;
    pthread_t thread;
    struct start *start = malloc(sizeof(*start));
    int r;

    if (!start)
        return -ENOMEM;
    *start = (struct start){ .run = run, .data = data };
    r = pthread_attr_init(&attributes);
    if (r) {
        free(start);
        return -r;
    }
    r = pthread_attr_setstacksize(&attributes, stack_size());
    if (!r)
        r = pthread_create(&thread, &attributes, run_with_crash_stack, start);
    (void)pthread_attr_destroy(&attributes);
    if (r) {
        free(start);
        return -r;
    }
    if (ret_thread)
        *ret_thread = thread;
    else
        (void)pthread_detach(thread);
    return 0;
}
