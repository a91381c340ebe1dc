/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/loop.h"

/* The loop on a source that is not the Runtime API: an array of texts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

/* Events without request id and deadline, as another platform may have them. */
struct array_source {
    struct lamb_source source; /* first */
    const char *const *events; /* ended by NULL */
    struct lamb_buf answers;   /* one after the other, each with its kind before */
};

static int
array_next(struct lamb_source *source, struct lamb_incoming *ret, struct lamb_err *err)
{
    struct array_source *array = (struct array_source *)source;

    (void)err;
    if (!*array->events)
        return LAMB_SOURCE_END;
    *ret = (struct lamb_incoming){ .event = lamb_span_str(*array->events++) };
    return 0;
}

static void
array_respond(struct lamb_source *source, const char *content_type,
              struct lamb_span body)
{
    struct array_source *array = (struct array_source *)source;

    lamb_buf_printf(&array->answers, "respond %s %.*s;", content_type, (int)body.len,
                    body.ptr);
}

static void
array_fail(struct lamb_source *source, const struct lamb_failure *failure)
{
    struct array_source *array = (struct array_source *)source;

    lamb_buf_printf(&array->answers, "fail %s;", lamb_failure_type(failure));
}

static int
array_stream_write(struct lamb_source *source, const char *content_type,
                   struct lamb_span part)
{
    struct array_source *array = (struct array_source *)source;

    (void)content_type;
    lamb_buf_printf(&array->answers, "part %.*s;", (int)part.len, part.ptr);
    return 0;
}

static void
array_stream_end(struct lamb_source *source, const char *content_type,
                 const struct lamb_failure *late)
{
    struct array_source *array = (struct array_source *)source;

    (void)content_type;
    lamb_buf_printf(&array->answers, "end %s;", late ? lamb_failure_type(late) : "-");
}

static int
array_init_error(struct lamb_source *source, const struct lamb_failure *failure,
                 struct lamb_err *err)
{
    (void)source;
    (void)failure;
    (void)err;
    return 0;
}

static int
do_as_told(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);

    assert_null(lamb_request_id(inv));
    assert_int_equal(lamb_deadline_ms(inv), 0);
    assert_true(lamb_remaining_ms(inv) == INT64_MAX);
    assert_null(getenv("_X_AMZN_TRACE_ID"));
    if (lamb_span_eq(event, LAMB_SPAN("fail")))
        return lamb_fail(inv, "Told.To", "fail");
    if (lamb_span_eq(event, LAMB_SPAN("stream"))) {
        assert_int_equal(lamb_stream(inv, NULL), 0);
        return lamb_write(inv, "7", 1);
    }
    return lamb_reply(inv, event.ptr, event.len);
}

static void
another_source_needs_neither_request_id_nor_deadline(void **state)
{
    static const struct lamb_source_ops ops = {
        .next = array_next,
        .respond = array_respond,
        .fail = array_fail,
        .stream_write = array_stream_write,
        .stream_end = array_stream_end,
        .init_error = array_init_error,
    };
    static const char *const events[] = { "1", "fail", "stream", "2", NULL };
    const struct lamb_entry entry = { .handler = { .name = "h", .fn = do_as_told } };
    struct array_source array = { .source = { .ops = &ops },
                                  .events = events,
                                  .answers = LAMB_BUF_INIT(1024) };
    struct lamb_err err = { 0 };
    struct lamb_runtime rt;
    const struct lamb_loop loop = { .entry = &entry, .rt = &rt };

    (void)state;
    lamb_runtime_init(&rt);
    assert_int_equal(lamb_loop_run(&loop, &array.source, &err), 0);
    assert_string_equal(array.answers.ptr,
                        "respond application/json 1;fail Told.To;part 7;end -;"
                        "respond application/json 2;");
    lamb_buf_fini(&array.answers);
    lamb_runtime_fini(&rt);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_source_needs_neither_request_id_nor_deadline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
