/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/testing/answer.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/num.h"
#include "sdk/testing/frames.h"

enum {
    OUTPUT_MAX = 1024 * 1024,
    TEXT_MAX = 256 * 1024,
    SHOWN_BODY = 400,
    SHOWN_OUTPUT = 4000
};

static struct lamb_test_answer no_memory = {
    .outcome = LAMB_TEST_NOT_RUN,
    .body = { .ptr = "", .len = 0 },
    .output = { .ptr = "", .len = 0 },
    .description = "the handler was not called: there is no memory",
};

struct lamb_test_answer *
lamb_answer_no_memory(void)
{
    return &no_memory;
}

struct lamb_answer_made *
lamb_answer_new(void)
{
    struct lamb_answer_made *made = calloc(1, sizeof(*made));

    if (!made)
        return NULL;
    made->frames = LAMB_BUF_INIT(LAMB_FRAMES_MAX);
    made->output = LAMB_BUF_INIT(OUTPUT_MAX);
    made->body = LAMB_BUF_INIT(LAMB_FRAMES_MAX);
    made->content_type = LAMB_BUF_INIT(TEXT_MAX);
    made->error_type = LAMB_BUF_INIT(TEXT_MAX);
    made->error_message = LAMB_BUF_INIT(TEXT_MAX);
    made->description = LAMB_BUF_INIT(OUTPUT_MAX + 4 * TEXT_MAX);
    return made;
}

void
lamb_test_free(struct lamb_test_answer *answer)
{
    struct lamb_answer_made *made = (struct lamb_answer_made *)answer;

    if (!answer || answer == &no_memory)
        return;
    lamb_buf_fini(&made->frames);
    lamb_buf_fini(&made->output);
    lamb_buf_fini(&made->body);
    lamb_buf_fini(&made->content_type);
    lamb_buf_fini(&made->error_type);
    lamb_buf_fini(&made->error_message);
    lamb_buf_fini(&made->description);
    free(made);
}

static const char *
text_or_null(const struct lamb_buf *buf)
{
    return buf->len ? buf->ptr : NULL;
}

/* What the frames said about one invocation. */
struct story {
    bool has_init_error;
    bool has_error;
    bool is_done;
    int64_t result;
};

static void
replace(struct lamb_buf *buf, struct lamb_span bytes)
{
    lamb_buf_clear(buf);
    (void)lamb_buf_span(buf, bytes);
}

static void
forget(struct lamb_answer_made *made, struct story *story)
{
    lamb_buf_clear(&made->body);
    lamb_buf_clear(&made->content_type);
    lamb_buf_clear(&made->error_type);
    lamb_buf_clear(&made->error_message);
    made->shown.is_streamed = 0;
    made->shown.parts = 0;
    *story = (struct story){ 0 };
}

static void
take_frame(struct lamb_answer_made *made, struct story *story, enum lamb_frame kind,
           struct lamb_span bytes)
{
    switch (kind) {
    case LAMB_FRAME_RESET:
        forget(made, story);
        break;
    case LAMB_FRAME_CONTENT_TYPE:
        replace(&made->content_type, bytes);
        break;
    case LAMB_FRAME_BODY:
        replace(&made->body, bytes);
        break;
    case LAMB_FRAME_PART:
        (void)lamb_buf_span(&made->body, bytes);
        made->shown.parts++;
        made->shown.is_streamed = 1;
        break;
    case LAMB_FRAME_STREAM:
        made->shown.is_streamed = 1;
        break;
    case LAMB_FRAME_INIT:
        story->has_init_error = true;
        break;
    case LAMB_FRAME_ERROR_TYPE:
        story->has_error = true;
        replace(&made->error_type, bytes);
        break;
    case LAMB_FRAME_ERROR_MESSAGE:
        replace(&made->error_message, bytes);
        break;
    case LAMB_FRAME_DONE:
        story->is_done = true;
        (void)lamb_parse_i64(bytes, INT32_MIN, INT32_MAX, &story->result);
        break;
    case LAMB_FRAME_N:
        break;
    }
}

static enum lamb_test_outcome
judge(const struct story *story, const struct lamb_answer_end *end)
{
    if (end->is_timeout)
        return LAMB_TEST_TIMED_OUT;
    if (end->signal)
        return LAMB_TEST_CRASHED;
    if (story->is_done && end->exit_status == LAMB_ANSWER_LEAK_STATUS)
        return LAMB_TEST_LEAKED;
    if (!story->is_done || end->exit_status)
        return LAMB_TEST_EXITED;
    if (story->has_init_error)
        return LAMB_TEST_INIT_FAILED;
    return story->has_error ? LAMB_TEST_FAILED : LAMB_TEST_SUCCEEDED;
}

static void
describe_error(struct lamb_answer_made *made, const char *who)
{
    (void)lamb_buf_printf(&made->description, "%s failed: %s: %s", who,
                          lamb_buf_cstr(&made->error_type),
                          lamb_buf_cstr(&made->error_message));
}

static void
describe_body(struct lamb_answer_made *made)
{
    size_t len = made->body.len < SHOWN_BODY ? made->body.len : SHOWN_BODY;

    (void)lamb_buf_printf(&made->description,
                          "the handler succeeded, with %s%zu bytes of %s: ",
                          made->shown.is_streamed ? "a stream of " : "", made->body.len,
                          lamb_buf_cstr(&made->content_type));
    (void)lamb_buf_append(&made->description, made->body.ptr, len);
    if (len < made->body.len)
        (void)lamb_buf_str(&made->description, "...");
}

/* The end of it: what is printed before a crash tells most. */
static void
describe_output(struct lamb_answer_made *made)
{
    struct lamb_span output = lamb_buf_view(&made->output);

    if (!output.len)
        return;
    (void)lamb_buf_str(&made->description, "\nIt printed:\n");
    if (output.len > SHOWN_OUTPUT) {
        (void)lamb_buf_str(&made->description, "...");
        output.ptr += output.len - SHOWN_OUTPUT;
        output.len = SHOWN_OUTPUT;
    }
    (void)lamb_buf_span(&made->description, output);
}

static void
describe(struct lamb_answer_made *made, const struct lamb_answer_end *end)
{
    struct lamb_buf *text = &made->description;

    switch (made->shown.outcome) {
    case LAMB_TEST_SUCCEEDED:
        describe_body(made);
        break;
    case LAMB_TEST_FAILED:
        describe_error(made, "the handler");
        break;
    case LAMB_TEST_INIT_FAILED:
        describe_error(made, "the init hook");
        break;
    case LAMB_TEST_CRASHED:
        (void)lamb_buf_printf(text, "the handler crashed: signal %d (%s)", end->signal,
                              strsignal(end->signal));
        break;
    case LAMB_TEST_EXITED:
        (void)lamb_buf_printf(text, "the handler exited with status %d",
                              end->exit_status);
        break;
    case LAMB_TEST_TIMED_OUT:
        (void)lamb_buf_printf(text, "the handler had not returned after %lld ms",
                              (long long)end->timeout_ms);
        break;
    case LAMB_TEST_LEAKED:
        (void)lamb_buf_str(text, "the handler leaked memory");
        break;
    case LAMB_TEST_NOT_RUN:
        break;
    }
    describe_output(made);
}

/* The public pointers; texts are followed by a NUL, as buffers are. */
static void
show(struct lamb_answer_made *made)
{
    struct lamb_test_answer *shown = &made->shown;

    shown->body = lamb_span_of(lamb_buf_cstr(&made->body), made->body.len);
    shown->output = lamb_span_of(lamb_buf_cstr(&made->output), made->output.len);
    shown->content_type = text_or_null(&made->content_type);
    shown->error_type = text_or_null(&made->error_type);
    shown->error_message =
        shown->error_type ? lamb_buf_cstr(&made->error_message) : NULL;
    shown->description = lamb_buf_cstr(&made->description);
}

void
lamb_answer_finish(struct lamb_answer_made *made, const struct lamb_answer_end *end)
{
    struct lamb_span rest = lamb_buf_view(&made->frames);
    struct story story = { 0 };
    enum lamb_frame kind;
    struct lamb_span bytes;

    while (lamb_frames_cut(&rest, &kind, &bytes))
        take_frame(made, &story, kind, bytes);
    made->shown.outcome = judge(&story, end);
    made->shown.status = end->signal        ? end->signal
                         : end->exit_status ? end->exit_status
                                            : (int)story.result;
    if (lamb_buf_error(&made->frames) || lamb_buf_error(&made->body)) {
        struct lamb_err err;

        lamb_refuse(&err, -EMSGSIZE, "its answer is too long to be looked at");
        lamb_answer_not_run(made, &err);
        return;
    }
    describe(made, end);
    show(made);
}

void
lamb_answer_not_run(struct lamb_answer_made *made, const struct lamb_err *err)
{
    made->shown.outcome = LAMB_TEST_NOT_RUN;
    lamb_buf_clear(&made->description);
    (void)lamb_buf_printf(&made->description, "the handler was not called: %s",
                          err->text);
    show(made);
}
