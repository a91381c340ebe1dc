/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/invocation.h"

#include <errno.h>

#include "sdk/base/clock.h"
#include "sdk/base/limits.h"
#include "sdk/base/num.h"

static const char json_type[] = "application/json";

void
lamb_invocation_init(struct lamb_invocation *inv, struct lamb_runtime *rt,
                     struct lamb_source *source)
{
    *inv = (struct lamb_invocation){
        .runtime = rt,
        .source = source,
        /* It may still become the beginning of a stream. */
        .response = LAMB_BUF_INIT(LAMB_LIMIT_RESPONSE_STREAM),
        .failure = LAMB_FAILURE_INIT,
    };
    lamb_list_init(&inv->left_open);
}

void
lamb_invocation_fini(struct lamb_invocation *inv)
{
    lamb_buf_fini(&inv->response);
    lamb_failure_fini(&inv->failure);
}

int
lamb_invocation_next(struct lamb_invocation *inv, struct lamb_err *err)
{
    int r = inv->source->ops->next(inv->source, &inv->in, err);

    if (r)
        return r;
    /* Not before: until next returns, the source may still be sending the response. */
    inv->answer = LAMB_ANSWER_BUFFERED;
    inv->lost = 0;
    lamb_buf_clear(&inv->response);
    lamb_failure_clear(&inv->failure);
    memcpy(inv->content_type, json_type, sizeof(json_type));
    return 0;
}

void
lamb_invocation_end_open(struct lamb_invocation *inv)
{
    struct lamb_list *node;

    while ((node = lamb_list_take_front(&inv->left_open))) {
        struct lamb_at_end *at_end = LAMB_CONTAINER(node, struct lamb_at_end, node);

        at_end->end(at_end);
    }
}

/* The caller would get this from the service, but not how much there was. */
static int
fail_too_large(struct lamb_invocation *inv)
{
    return lamb_fail(
        inv, "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (%d bytes). It "
        "has %zu bytes; lamb_stream sends up to 200 MiB.",
        LAMB_LIMIT_RESPONSE, inv->response.len);
}

/*
 * The handler says that it succeeded: may its response be sent? Anything but 0: no, and
 * the failure says why. A handler may have ignored that its response did not fit.
 */
static int
check_response(struct lamb_invocation *inv)
{
    bool is_stream = inv->answer != LAMB_ANSWER_BUFFERED;
    int lost = inv->lost ? inv->lost : lamb_buf_error(&inv->response);

    if (lost)
        return lamb_fail(inv, "Handler.ResponseLost",
                         "the response could not be built: %s (the handler did not "
                         "look at what lamb_reply, lamb_write or lamb_printf returned)",
                         strerror(-lost));
    if (!is_stream && inv->response.len > LAMB_LIMIT_RESPONSE)
        return fail_too_large(inv);
    if (!is_stream) {
        lamb_response_check_init(&inv->check, inv->content_type);
        lamb_response_check_feed(&inv->check, lamb_buf_view(&inv->response));
    } else if (inv->answer != LAMB_ANSWER_FLOWING) {
        return 0; /* not one byte */
    }
    return lamb_response_check_finish(&inv->check, inv->content_type, is_stream,
                                      &inv->failure);
}

void
lamb_invocation_finish(struct lamb_invocation *inv, int result)
{
    const struct lamb_source_ops *ops = inv->source->ops;
    const struct lamb_failure *failure = NULL;

    if (!result)
        result = check_response(inv);
    if (result && !lamb_failure_is_set(&inv->failure))
        lamb_failure_set(&inv->failure, NULL, "the handler returned %d", result);
    if (result)
        failure = &inv->failure;

    if (inv->answer == LAMB_ANSWER_FLOWING || (inv->answer && !failure))
        ops->stream_end(inv->source, inv->content_type, failure);
    else if (failure)
        ops->fail(inv->source, failure);
    else
        ops->respond(inv->source, inv->content_type, lamb_buf_view(&inv->response));
}

/* ---- The event ------------------------------------------------------------------ */

struct lamb_span
lamb_event(const struct lamb_invocation *inv)
{
    return inv->in.event;
}

const char *
lamb_content_type(const struct lamb_invocation *inv)
{
    return inv->in.content_type;
}

const char *
lamb_request_id(const struct lamb_invocation *inv)
{
    return inv->in.request_id;
}

int64_t
lamb_deadline_ms(const struct lamb_invocation *inv)
{
    return inv->in.deadline_ms;
}

int64_t
lamb_remaining_ms(const struct lamb_invocation *inv)
{
    if (!inv->in.deadline_ms)
        return INT64_MAX;
    return inv->in.deadline_ms - lamb_wall_ns() / LAMB_NS_PER_MS;
}

const char *
lamb_function_arn(const struct lamb_invocation *inv)
{
    return inv->in.function_arn;
}

const char *
lamb_trace_id(const struct lamb_invocation *inv)
{
    return inv->in.trace_id;
}

const char *
lamb_client_context(const struct lamb_invocation *inv)
{
    return inv->in.client_context;
}

const char *
lamb_identity(const struct lamb_invocation *inv)
{
    return inv->in.identity;
}

const char *
lamb_tenant_id(const struct lamb_invocation *inv)
{
    return inv->in.tenant_id;
}

struct lamb_runtime *
lamb_runtime_of(const struct lamb_invocation *inv)
{
    return inv->runtime;
}

/* ---- The answer ----------------------------------------------------------------- */

int
lamb_reply(struct lamb_invocation *inv, const void *bytes, size_t len)
{
    if (inv->answer != LAMB_ANSWER_BUFFERED)
        return -EBUSY;
    lamb_buf_clear(&inv->response);
    return lamb_buf_append(&inv->response, bytes, len);
}

/* Hand bytes to the source; from the first one on the answer is flowing. */
static int
flow(struct lamb_invocation *inv, const void *bytes, size_t len)
{
    if (!len)
        return 0; /* an empty part would end the stream */
    if (inv->answer != LAMB_ANSWER_FLOWING)
        lamb_response_check_init(&inv->check, inv->content_type);
    inv->answer = LAMB_ANSWER_FLOWING;
    lamb_response_check_feed(&inv->check, lamb_span_of(bytes, len));
    return inv->source->ops->stream_write(inv->source, inv->content_type,
                                          lamb_span_of(bytes, len));
}

int
lamb_write(struct lamb_invocation *inv, const void *bytes, size_t len)
{
    if (inv->answer != LAMB_ANSWER_BUFFERED)
        return flow(inv, bytes, len);
    return lamb_buf_append(&inv->response, bytes, len);
}

/* Send what the response buffer holds; it is scratch space while streaming. */
static int
flow_buffer(struct lamb_invocation *inv)
{
    int r = lamb_buf_error(&inv->response);

    if (r)
        inv->lost = r;
    else
        r = flow(inv, inv->response.ptr, inv->response.len);
    lamb_buf_clear(&inv->response);
    return r;
}

int
lamb_printf(struct lamb_invocation *inv, const char *fmt, ...)
{
    va_list ap;
    int r;

    va_start(ap, fmt);
    r = lamb_buf_vprintf(&inv->response, fmt, ap);
    va_end(ap);
    return inv->answer == LAMB_ANSWER_BUFFERED ? r : flow_buffer(inv);
}

int
lamb_set_content_type(struct lamb_invocation *inv, const char *content_type)
{
    size_t len = content_type ? strnlen(content_type, LAMB_CONTENT_TYPE_MAX + 1) : 0;

    if (inv->answer == LAMB_ANSWER_FLOWING)
        return -EBUSY;
    if (len == 0 || len > LAMB_CONTENT_TYPE_MAX)
        return -EINVAL;
    for (size_t i = 0; i < len; i++)
        if (content_type[i] < ' ' || content_type[i] > '~')
            return -EINVAL;
    memcpy(inv->content_type, content_type, len + 1);
    return 0;
}

int
lamb_stream(struct lamb_invocation *inv, const char *content_type)
{
    int r = lamb_buf_error(&inv->response);

    if (inv->answer != LAMB_ANSWER_BUFFERED)
        return -EALREADY;
    if (r)
        return r; /* a beginning that is lost cannot be streamed */
    if (content_type)
        r = lamb_set_content_type(inv, content_type);
    if (r)
        return r;
    inv->answer = LAMB_ANSWER_STREAM;
    return flow_buffer(inv);
}

int
lamb_fail(struct lamb_invocation *inv, const char *type, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    lamb_failure_vset(&inv->failure, type, fmt, ap);
    va_end(ap);
    return -1;
}
