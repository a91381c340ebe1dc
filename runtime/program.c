/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/loop.h"
#include "runtime/notice.h"
#include "runtime/runtime_api.h"
#include "sdk/base/auto.h"

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

static int
serve(struct lamb_runtime_api *api, lamb_find_handler_fn find, const void *data)
{
    LAMB_AUTO(lamb_runtime_fini) struct lamb_runtime rt;
    struct lamb_entry entry = { 0 };
    struct lamb_err err = { 0 };

    lamb_runtime_init(&rt);
    if (prepare(find, data, &rt, &entry)) {
        lamb_notice("init failed: %s: %s", lamb_failure_type(&rt.init_failure),
                    lamb_buf_cstr(&rt.init_failure.message));
        if (api->source.ops->init_error(&api->source, &rt.init_failure, &err))
            lamb_notice("%s", err.text);
    } else if (lamb_loop_run(&api->source, &rt, &entry, &err)) {
        lamb_notice("%s", err.text);
    }
    return EXIT_LOST;
}

int
lamb_program_run(lamb_find_handler_fn find, const void *data)
{
    LAMB_AUTO(lamb_runtime_api_fini)
    struct lamb_runtime_api api = { .conn.fd = -EBADF };
    const char *endpoint = getenv("AWS_LAMBDA_RUNTIME_API");
    const char *self = program_invocation_name;
    struct lamb_err err = { 0 };

    /* Line by line, also into a pipe: a log line is worth most before a crash. */
    (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (!endpoint || !*endpoint) {
        lamb_notice(
            "AWS_LAMBDA_RUNTIME_API is not set. This program runs inside AWS "
            "Lambda, or on your machine under lamb. Type: lamb invoke -d '{}' -- "
            "%s%s",
            strchr(self, '/') ? "" : "./", self);
        return EXIT_MISUSED;
    }
    if (lamb_runtime_api_init(&api, endpoint, &err)) {
        lamb_notice("%s", err.text);
        return EXIT_MISUSED;
    }
    return serve(&api, find, data);
}
