/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/response_check.h"

#include <errno.h>

#include "sdk/base/num.h"

enum { PRELUDE_ZEROS = 8 };

static enum lamb_check_state
promise_of(const char *content_type)
{
    struct lamb_span type =
        lamb_span_trim(lamb_span_of(content_type, strcspn(content_type, ";")));
    struct lamb_span end = { 0 };

    if (type.len > 5)
        end = lamb_span_of(type.ptr + type.len - 5, 5);
    if (lamb_span_eq_nocase(type, LAMB_SPAN("application/json")) ||
        lamb_span_eq_nocase(end, LAMB_SPAN("+json")))
        return LAMB_CHECK_JSON;
    if (lamb_span_eq_nocase(
            type, LAMB_SPAN("application/vnd.awslambda.http-integration-response")))
        return LAMB_CHECK_PRELUDE;
    return LAMB_CHECK_NOTHING;
}

void
lamb_response_check_init(struct lamb_response_check *check, const char *content_type)
{
    check->state = promise_of(content_type);
    check->zeros = 0;
    check->is_empty = true;
    lamb_json_check_init(&check->json);
}

static void
feed_json(struct lamb_response_check *check, struct lamb_span bytes)
{
    if (lamb_json_check_feed(&check->json, bytes))
        check->state = LAMB_CHECK_BROKEN;
}

/* What of BYTES belongs to the prelude; the zero bytes behind it are the next state's.
 */
static struct lamb_span
feed_prelude(struct lamb_response_check *check, struct lamb_span bytes)
{
    const char *zero = (const char *)memchr(bytes.ptr, '\0', bytes.len);
    size_t len = zero ? (size_t)(zero - bytes.ptr) : bytes.len;

    feed_json(check, lamb_span_of(bytes.ptr, len));
    if (zero && check->state == LAMB_CHECK_PRELUDE)
        check->state =
            lamb_json_check_finish(&check->json) ? LAMB_CHECK_BROKEN : LAMB_CHECK_ZEROS;
    return lamb_span_of(bytes.ptr + len, bytes.len - len);
}

static void
feed_zeros(struct lamb_response_check *check, struct lamb_span bytes)
{
    for (size_t i = 0; i < bytes.len && check->state == LAMB_CHECK_ZEROS; i++)
        if (bytes.ptr[i] != '\0')
            check->state = LAMB_CHECK_BROKEN;
        else if (++check->zeros == PRELUDE_ZEROS)
            check->state = LAMB_CHECK_NOTHING;
}

void
lamb_response_check_feed(struct lamb_response_check *check, struct lamb_span bytes)
{
    if (!bytes.len)
        return;
    check->is_empty = false;
    if (check->state == LAMB_CHECK_JSON)
        feed_json(check, bytes);
    else if (check->state == LAMB_CHECK_PRELUDE)
        bytes = feed_prelude(check, bytes);
    if (check->state == LAMB_CHECK_ZEROS)
        feed_zeros(check, bytes);
}

/* What is wrong, once the end is known; NULL: nothing. */
static const char *
find_fault(struct lamb_response_check *check, char *buf, size_t size)
{
    struct lamb_json_check *json = &check->json;
    bool is_json_read = check->state == LAMB_CHECK_ZEROS || check->zeros;
    int r;

    if (check->state == LAMB_CHECK_NOTHING)
        return NULL;
    if (check->state == LAMB_CHECK_JSON || check->state == LAMB_CHECK_PRELUDE) {
        bool is_whole = !lamb_json_check_finish(json);

        if (is_whole && check->state == LAMB_CHECK_JSON)
            return NULL;
        is_json_read = is_whole;
    }
    if (is_json_read)
        r = lamb_format(buf, size, "its prelude is not followed by %d zero bytes",
                        PRELUDE_ZEROS);
    else
        r = lamb_format(buf, size, "%s (line %zu, column %zu)", json->text, json->line,
                        json->column);
    return r ? json->text : buf;
}

int
lamb_response_check_finish(struct lamb_response_check *check, const char *content_type,
                           bool is_stream, struct lamb_failure *failure)
{
    char buf[sizeof(check->json.text) + 64];
    bool is_cut = check->state != LAMB_CHECK_BROKEN;
    const char *fault = check->is_empty ? NULL : find_fault(check, buf, sizeof(buf));

    if (!fault)
        return 0;
    if (is_cut && is_stream)
        lamb_failure_set(failure, "Handler.StreamLeftOpen",
                         "the handler returned in the middle of its %s stream: %s",
                         content_type, fault);
    else
        lamb_failure_set(failure, "Handler.ResponseNotJson",
                         "the response says that it is %s, but it is not: %s. "
                         "lamb_set_content_type says what else it is",
                         content_type, fault);
    return -EINVAL;
}
