/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/testing/subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"
#include "sdk/src/invocation.h"

/* What a C++ object brings along (lamb/exceptions.h); not there in C. */
int lamb_border_handler(lamb_handler_fn fn, struct lamb_invocation *inv)
    __attribute__((weak));
int lamb_border_init(lamb_init_fn fn, struct lamb_runtime *rt) __attribute__((weak));

static int
set_variable(const char *assignment)
{
    struct lamb_span name;
    struct lamb_span value;
    bool has_value = lamb_span_cut(lamb_span_str(assignment), '=', &name, &value);
    LAMB_AUTOFREE char *copy = lamb_span_dup(name);

    if (!copy)
        return -ENOMEM;
    if (has_value)
        return setenv(copy, value.ptr, 1) ? -errno : 0;
    return unsetenv(copy) ? -errno : 0;
}

/* What every function of the service finds there, then what the test says. */
static int
set_environment(const struct lamb_test_invocation *what, struct lamb_err *err)
{
    static const char *const usual[][2] = {
        { "AWS_LAMBDA_FUNCTION_NAME", "test" },
        { "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST" },
        { "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128" },
    };

    for (size_t i = 0; i < LAMB_COUNT(usual); i++)
        if (setenv(usual[i][0], usual[i][1], 0))
            return lamb_raise(err, -errno, "setting %s", usual[i][0]);
    if (what->trace_id && setenv("_X_AMZN_TRACE_ID", what->trace_id, 1))
        return lamb_raise(err, -errno, "setting _X_AMZN_TRACE_ID");
    for (const char *const *at = what->environment; at && *at; at++) {
        int r = set_variable(*at);

        if (r)
            return lamb_raise(err, r, "setting '%s'", *at);
    }
    return 0;
}

static struct lamb_incoming
incoming(const struct lamb_test_invocation *what, struct lamb_span event)
{
    int64_t remaining_ms = what->remaining_ms ? what->remaining_ms : what->timeout_ms;

    return (struct lamb_incoming){
        .event = event,
        .content_type = what->content_type ? what->content_type : "application/json",
        .request_id = what->request_id ? what->request_id
                                       : "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        .function_arn = what->function_arn
                            ? what->function_arn
                            : "arn:aws:lambda:us-east-1:123456789012:function:test",
        .trace_id = what->trace_id,
        .client_context = what->client_context,
        .identity = what->identity,
        .tenant_id = what->tenant_id,
        .deadline_ms = lamb_wall_ns() / LAMB_NS_PER_MS + remaining_ms,
    };
}

static int
call_init(const struct lamb_test_invocation *what, struct lamb_runtime *rt,
          struct lamb_frames *frames)
{
    int result = 0;

    if (what->init)
        result = lamb_border_init ? lamb_border_init(what->init, rt) : what->init(rt);
    if (!result)
        return 0;
    if (!lamb_failure_is_set(&rt->init_failure))
        lamb_failure_set(&rt->init_failure, "Handler.InitError",
                         "the init hook returned %d", result);
    lamb_frames_init_error(frames, &rt->init_failure);
    return result;
}

/* Every event there is, as runtime/loop.c does it; what the last handler returned. */
static int
call_handler(const struct lamb_test_invocation *what, struct lamb_runtime *rt,
             struct lamb_frames *frames)
{
    LAMB_AUTO(lamb_invocation_fini) struct lamb_invocation inv;
    int result = 0;

    lamb_invocation_init(&inv, rt, &frames->source);
    while (lamb_invocation_next(&inv, NULL) == 0) {
        result = lamb_border_handler ? lamb_border_handler(what->handler, &inv)
                                     : what->handler(&inv);
        lamb_invocation_end_open(&inv);
        lamb_invocation_finish(&inv, result);
    }
    return result;
}

int
lamb_subject_run(const struct lamb_test_invocation *what, struct lamb_span event,
                 int fd, struct lamb_frames *ret, struct lamb_err *err)
{
    LAMB_AUTO(lamb_runtime_fini) struct lamb_runtime rt = { 0 };
    struct lamb_incoming in;
    char text[16];
    int result = set_environment(what, err);

    if (result)
        return result;
    lamb_runtime_init(&rt);
    in = incoming(what, event);
    lamb_frames_init(ret, &in, what->warm + 1, fd);
    result = call_init(what, &rt, ret);
    if (!result) {
        result = call_handler(what, &rt, ret);
        if (what->shutdown)
            what->shutdown(&rt);
    }
    (void)fflush(stdout);
    if (lamb_format(text, sizeof(text), "%d", result) == 0)
        lamb_frames_put(ret, LAMB_FRAME_DONE, lamb_span_str(text));
    return 0;
}
