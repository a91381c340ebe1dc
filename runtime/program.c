/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/crash.h"
#include "runtime/loop.h"
#include "runtime/notice.h"
#include "runtime/outside.h"
#include "runtime/runtime_api.h"
#include "runtime/workers.h"
#include "runtime/wrapper.h"
#include "sdk/base/auto.h"
#include "sdk/base/num.h"
#include "sdk/src/log_line.h"

enum { EXIT_LOST = 1, EXIT_MISUSED = 2 }; /* statuses; see lamb_run */

/* Find and prepare the handler; anything but 0: FAILURE says why. */
static int
prepare(lamb_find_handler_fn find, const void *data, struct lamb_runtime *rt,
        struct lamb_entry *ret)
{
    const char *handler_string = getenv("_HANDLER");
    int r = find(data, handler_string ? handler_string : "", ret, &rt->init_failure);

    if (r)
        return r;
    r = lamb_entry_init(ret, rt);
    if (r && !lamb_failure_is_set(&rt->init_failure))
        lamb_failure_set(&rt->init_failure, "Handler.InitError",
                         "the init hook of handler '%s' returned %d", ret->handler.name,
                         r);
    return r;
}

/* How many invocations at once: AWS_LAMBDA_MAX_CONCURRENCY; one when it says nothing.
 */
static size_t
concurrency(void)
{
    const char *text = getenv("AWS_LAMBDA_MAX_CONCURRENCY");
    uint64_t count = 1;

    if (text && *text &&
        lamb_parse_u64(lamb_span_str(text), 1, LAMB_WORKERS_MAX, &count))
        lamb_notice("AWS_LAMBDA_MAX_CONCURRENCY is '%s', which is no number from 1 to "
                    "%d: one invocation at a time is served",
                    text, LAMB_WORKERS_MAX);
    return (size_t)count;
}

/* Serve COUNT at once; the first of them uses FIRST. */
static int
serve_several(const struct lamb_loop *loop, struct lamb_runtime_api *first,
              size_t count, struct lamb_err *err)
{
    struct lamb_runtime_api *more = calloc(count - 1, sizeof(*more));
    struct lamb_source **sources = calloc(count, sizeof(struct lamb_source *));
    struct lamb_worker_set set = { .sources = sources, .count = count };
    size_t ready = 0;
    int r = 0;

    if (!more || !sources)
        r = lamb_raise(err, -ENOMEM, "make %zu clients", count);
    else
        sources[0] = &first->source;
    while (!r && ready < count - 1) {
        r = lamb_runtime_api_init(&more[ready], first->conn.endpoint, err);
        sources[ready + 1] = &more[ready].source;
        ready++;
    }
    if (!r)
        r = lamb_workers_run(loop, &set, err);
    if (set.is_left_behind) {
        lamb_notice_error("%s", err->text);
        (void)fflush(NULL);
        _exit(EXIT_LOST);
    }
    for (size_t i = 0; i < ready; i++)
        lamb_runtime_api_fini(&more[i]);
    free(more);
    free(sources);
    return r;
}

static int
serve_invocations(struct lamb_runtime_api *api, const struct lamb_entry *entry,
                  struct lamb_runtime *rt, struct lamb_err *err)
{
    size_t count = concurrency();
    struct lamb_loop loop = { .entry = entry, .rt = rt, .is_shared = count > 1 };
    int r = 0;

    if (entry->handler.shutdown)
        r = lamb_shutdown_start(api->conn.endpoint, entry, rt, &loop.gate, err);
    if (r)
        return r;
    return count > 1 ? serve_several(&loop, api, count, err)
                     : lamb_loop_run(&loop, &api->source, err);
}

static int
serve(struct lamb_runtime_api *api, lamb_find_handler_fn find, const void *data)
{
    LAMB_AUTO(lamb_runtime_fini) struct lamb_runtime rt;
    struct lamb_entry entry = { 0 };
    struct lamb_err err = { 0 };
    int r;

    lamb_runtime_init(&rt);
    r = prepare(find, data, &rt, &entry);
    lamb_crash_init_over();
    if (r) {
        lamb_notice_error("init failed: %s: %s", lamb_failure_type(&rt.init_failure),
                          lamb_buf_cstr(&rt.init_failure.message));
        if (api->source.ops->init_error(&api->source, &rt.init_failure, &err))
            lamb_notice_error("%s", err.text);
    } else if (serve_invocations(api, &entry, &rt, &err)) {
        lamb_notice_error("%s", err.text);
    }
    return EXIT_LOST;
}

int
lamb_program_run(lamb_find_handler_fn find, const void *data, bool loads_objects)
{
    LAMB_AUTO(lamb_runtime_api_fini)
    struct lamb_runtime_api api = { .conn.fd = -EBADF };
    const char *endpoint = getenv("AWS_LAMBDA_RUNTIME_API");
    const char *handler = getenv("_HANDLER");
    static struct lamb_crash_stack stack;
    struct lamb_err err = { 0 };
    int r;

    /* Line by line, also into a pipe: a log line is worth most before a crash. */
    (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    lamb_log_line_setup();
    if (!endpoint || !*endpoint) {
        lamb_outside_run(loads_objects);
        return EXIT_MISUSED;
    }
    lamb_wrapper_run();
    lamb_log_line_keep_pipe();
    r = lamb_runtime_api_init(&api, endpoint, &err);
    if (r) {
        lamb_notice_error("%s", err.text);
        return r == -ENOMEM ? EXIT_LOST : EXIT_MISUSED;
    }
    lamb_crash_stack_enter(&stack);
    lamb_crash_start(&api.conn.peer.any, api.conn.peer_len, api.conn.endpoint,
                     handler ? handler : "");
    return serve(&api, find, data); /* the stack stays: exit runs code as well */
}
