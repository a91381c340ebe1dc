/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/invocation.h"

#include <stdarg.h>
#include <stdlib.h>

#include "sdk/base/err.h"
#include "sdk/base/id.h"
#include "sdk/base/json_text.h"

LAMB_ENUM_TEXT_FN(outcome_text, outcome, OUTCOMES, OUTCOME_N)

struct invocation *
invocation_new(const char *request_id, struct lamb_blob *payload,
               const struct invocation_events *events, void *data)
{
    struct invocation *inv = calloc(1, sizeof(*inv));

    if (!inv)
        return NULL;
    lamb_list_init(&inv->node);
    lamb_uuid4(inv->invocation_id);
    if (request_id)
        memcpy(inv->request_id, request_id, sizeof(inv->request_id));
    else
        lamb_uuid4(inv->request_id);
    inv->payload = payload;
    inv->events = events;
    inv->data = data;
    return inv;
}

void
invocation_free(struct invocation *inv)
{
    if (!inv)
        return;
    lamb_list_remove(&inv->node);
    lamb_blob_unref(inv->payload);
    free(inv->function_arn);
    free(inv->trace_id);
    free(inv->tenant_id);
    free(inv->client_context);
    free(inv->content_type);
    free(inv->tail);
    free(inv);
}

void
invocation_answer(struct invocation *inv, const struct invocation_answer *answer)
{
    lamb_assert(!inv->answered);
    inv->answered = true;
    invocation_resume(inv); /* what still comes is dropped, so that it ends */
    inv->resume = NULL;
    inv->events->answered(inv->data, inv, answer);
}

void
invocation_close(struct invocation *inv)
{
    lamb_assert(inv->answered);
    inv->events->closed(inv->data, inv);
}

bool
invocation_chunk(struct invocation *inv, struct lamb_span bytes)
{
    lamb_assert(!inv->answered);
    return inv->events->chunk(inv->data, inv, bytes);
}

void
invocation_resume(struct invocation *inv)
{
    if (inv->resume)
        inv->resume(inv->resume_data);
}

void
invocation_fail(struct invocation *inv, enum outcome outcome, const char *error_type,
                const char *fmt, ...)
{
    struct invocation_answer answer = { .outcome = outcome };
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(64 * 1024);
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(16 * 1024);
    va_list ap;

    va_start(ap, fmt);
    (void)lamb_buf_vprintf(&text, fmt, ap);
    va_end(ap);
    (void)lamb_buf_str(&body, "{\"errorType\":");
    (void)lamb_json_string(&body, lamb_span_str(error_type));
    (void)lamb_buf_str(&body, ",\"errorMessage\":");
    (void)lamb_json_string(&body, lamb_buf_view(&text));
    (void)lamb_buf_char(&body, '}');
    answer.body = lamb_blob_copy(lamb_buf_view(&body));
    if (!answer.body) {
        answer.outcome = OUTCOME_PLATFORM_ERROR;
        answer.detail = "out of memory";
    }
    invocation_answer(inv, &answer);
    lamb_blob_unref(answer.body);
}
