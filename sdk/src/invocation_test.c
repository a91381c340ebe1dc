/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/invocation.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/base/clock.h"
#include "sdk/base/limits.h"
#include "sdk/base/list.h"
#include "sdk/base/num.h"

/* A source that writes down what it is told, one line each. */
struct diary {
    struct lamb_source source;
    struct lamb_buf text;
    int write_result;
};

static struct lamb_buf *
text_of(struct lamb_source *source)
{
    return &LAMB_CONTAINER(source, struct diary, source)->text;
}

static int
next(struct lamb_source *source, struct lamb_incoming *ret, struct lamb_err *err)
{
    (void)err;
    lamb_buf_clear(text_of(source));
    *ret = (struct lamb_incoming){ .event = LAMB_SPAN("{}"), .request_id = "r-1" };
    return 0;
}

static void
respond(struct lamb_source *source, const char *content_type, struct lamb_span body)
{
    lamb_buf_printf(text_of(source), "respond %s '%.*s'\n", content_type, (int)body.len,
                    body.len ? body.ptr : "");
}

static void
fail_(struct lamb_source *source, const struct lamb_failure *failure)
{
    lamb_buf_printf(text_of(source), "fail %s '%s'\n", lamb_failure_type(failure),
                    lamb_buf_cstr(&failure->message));
}

static int
stream_write(struct lamb_source *source, const char *content_type,
             struct lamb_span part)
{
    lamb_buf_printf(text_of(source), "write %s '%.*s'\n", content_type, (int)part.len,
                    part.ptr);
    return LAMB_CONTAINER(source, struct diary, source)->write_result;
}

static void
stream_end(struct lamb_source *source, const char *content_type,
           const struct lamb_failure *late)
{
    lamb_buf_printf(text_of(source), "end %s %s\n", content_type,
                    late ? lamb_failure_type(late) : "well");
}

static const struct lamb_source_ops ops = {
    .next = next,
    .respond = respond,
    .fail = fail_,
    .stream_write = stream_write,
    .stream_end = stream_end,
};
static struct diary diary = { .source = { &ops }, .text = { .max = 64 * 1024 } };
static struct lamb_runtime runtime;
static struct lamb_invocation inv;

static int
begin(void **state)
{
    (void)state;
    diary.write_result = 0;
    lamb_invocation_init(&inv, &runtime, &diary.source);
    return lamb_invocation_next(&inv, NULL);
}

static int
end(void **state)
{
    (void)state;
    lamb_invocation_fini(&inv);
    lamb_buf_fini(&diary.text);
    return 0;
}

static void
expect(int result, const char *text)
{
    lamb_invocation_finish(&inv, result);
    assert_string_equal(lamb_buf_cstr(&diary.text), text);
}

static void
replies_replace_and_writes_append(void **state)
{
    (void)state;
    assert_int_equal(lamb_write(&inv, "lost", 4), 0);
    assert_int_equal(lamb_reply(&inv, "[1", 2), 0);
    assert_int_equal(lamb_write(&inv, ",", 1), 0);
    assert_int_equal(lamb_printf(&inv, "%d]", 7), 0);
    expect(0, "respond application/json '[1,7]'\n");
}

static void
nothing_said_is_an_empty_response(void **state)
{
    (void)state;
    assert_ptr_equal(lamb_runtime_of(&inv), &runtime);
    assert_int_equal(lamb_reply(&inv, NULL, 0), 0);
    expect(0, "respond application/json ''\n");
}

static void
the_next_event_starts_afresh(void **state)
{
    (void)state;
    assert_int_equal(lamb_write(&inv, "old", 3), 0);
    assert_int_equal(lamb_set_content_type(&inv, "text/plain"), 0);
    assert_int_equal(lamb_fail(&inv, "Old", "old"), -1);
    assert_int_equal(lamb_invocation_next(&inv, NULL), 0);
    expect(5, "fail Handler.Error 'the handler returned 5'\n");
    assert_int_equal(lamb_invocation_next(&inv, NULL), 0);
    expect(0, "respond application/json ''\n");
}

static void
note(void *object)
{
    (void)lamb_buf_str(&diary.text, object);
}

static void
what_was_deferred_is_released_last_first_and_once(void **state)
{
    static char first[] = "first\n";
    static char last[] = "last\n";

    (void)state;
    assert_int_equal(lamb_defer(&inv, note, first), 0);
    assert_int_equal(lamb_defer(&inv, note, last), 0);
    lamb_invocation_end_open(&inv);
    lamb_invocation_end_open(&inv); /* once is enough */
    expect(0, "last\nfirst\nrespond application/json ''\n");
}

static void
what_the_handler_returns_decides(void **state)
{
    (void)state;
    assert_int_equal(lamb_write(&inv, "\"fine\"", 6), 0);
    assert_int_equal(lamb_fail(&inv, "E", "why %d", 1), -1);
    expect(0, "respond application/json '\"fine\"'\n");
    lamb_buf_clear(&diary.text);
    expect(-1, "fail E 'why 1'\n");
}

static void
content_types_have_to_fit_a_header(void **state)
{
    static char longest[LAMB_CONTENT_TYPE_MAX + 2];

    (void)state;
    memset(longest, 'x', LAMB_CONTENT_TYPE_MAX + 1);
    assert_int_equal(lamb_set_content_type(&inv, NULL), -EINVAL);
    assert_int_equal(lamb_set_content_type(&inv, ""), -EINVAL);
    assert_int_equal(lamb_set_content_type(&inv, "a\r\nb"), -EINVAL);
    assert_int_equal(lamb_set_content_type(&inv, "\xc3\xa4"), -EINVAL);
    assert_int_equal(lamb_set_content_type(&inv, longest), -EINVAL);
    assert_int_equal(lamb_set_content_type(&inv, longest + 1), 0);
    assert_int_equal(lamb_stream(&inv, "\n"), -EINVAL);
    assert_int_equal(lamb_set_content_type(&inv, "a/b; c=\"d e\""), 0);
    expect(0,
           "respond a/b; c=\"d e\" ''\n"); /* the failed lamb_stream changed nothing */
}

static void
a_stream_leaves_part_by_part(void **state)
{
    (void)state;
    assert_int_equal(lamb_write(&inv, "before", 6), 0);
    assert_int_equal(lamb_stream(&inv, "text/csv"), 0);
    assert_int_equal(lamb_write(&inv, NULL, 0), 0);
    assert_int_equal(lamb_printf(&inv, "%s", ""), 0);
    assert_int_equal(lamb_printf(&inv, "%d;", 1), 0);
    assert_int_equal(lamb_write(&inv, "2", 1), 0);
    assert_int_equal(lamb_set_content_type(&inv, "text/plain"), -EBUSY);
    assert_int_equal(lamb_reply(&inv, "x", 1), -EBUSY);
    assert_int_equal(lamb_stream(&inv, NULL), -EALREADY);
    expect(0, "write text/csv 'before'\nwrite text/csv '1;'\nwrite text/csv '2'\n"
              "end text/csv well\n");
}

static void
a_stream_fails_late_only_when_bytes_have_left(void **state)
{
    (void)state;
    assert_int_equal(lamb_stream(&inv, NULL), 0);
    assert_int_equal(lamb_set_content_type(&inv, "text/plain"), 0);
    lamb_invocation_finish(&inv, 1);
    assert_int_equal(lamb_write(&inv, "x", 1), 0);
    lamb_invocation_finish(&inv, lamb_fail(&inv, "Late", "%s", ""));
    expect(0, "fail Handler.Error 'the handler returned 1'\nwrite text/plain 'x'\n"
              "end text/plain Late\nend text/plain well\n");
}

static void
an_empty_stream_is_ended(void **state)
{
    (void)state;
    assert_int_equal(lamb_stream(&inv, NULL), 0);
    expect(0, "end application/json well\n");
}

static void
a_reader_that_left_is_told(void **state)
{
    (void)state;
    diary.write_result = -EPIPE;
    assert_int_equal(lamb_stream(&inv, NULL), 0);
    assert_int_equal(lamb_write(&inv, "1", 1), -EPIPE);
    assert_int_equal(lamb_printf(&inv, "2"), -EPIPE);
    expect(0, "write application/json '1'\nwrite application/json '2'\n"
              "end application/json well\n");
}

/* A response that did not fit is never sent as if it were whole. */
static void
a_lost_response_is_no_success(void **state)
{
    static const char want[] = "fail Handler.ResponseLost 'the response could not be "
                               "built: Message too long";

    (void)state;
    inv.response.max = 10;
    assert_int_equal(lamb_write(&inv, "12345678901", 11), -EMSGSIZE);
    assert_int_equal(lamb_printf(&inv, "later"), -EMSGSIZE);
    assert_int_equal(lamb_stream(&inv, NULL), -EMSGSIZE);
    lamb_invocation_finish(&inv, 0);
    assert_memory_equal(diary.text.ptr, want, sizeof(want) - 1);

    assert_int_equal(lamb_invocation_next(&inv, NULL), 0);
    assert_int_equal(lamb_reply(&inv, "12345678901", 11), -EMSGSIZE);
    assert_int_equal(lamb_reply(&inv, "\"short\"", 7), 0); /* this one is whole */
    expect(0, "respond application/json '\"short\"'\n");
}

static void
a_lost_part_of_a_stream_is_no_success(void **state)
{
    (void)state;
    inv.response.max = 10;
    assert_int_equal(lamb_stream(&inv, NULL), 0);
    assert_int_equal(lamb_printf(&inv, "%s", "a"), 0);
    assert_int_equal(lamb_printf(&inv, "%s", "12345678901"), -EMSGSIZE);
    assert_int_equal(lamb_printf(&inv, "%s", "b"), 0);
    expect(0, "write application/json 'a'\nwrite application/json 'b'\n"
              "end application/json Handler.ResponseLost\n");
}

static void
remaining_time_counts_down_to_the_deadline(void **state)
{
    int64_t now_ms = lamb_wall_ns() / LAMB_NS_PER_MS;

    (void)state;
    assert_int_equal(lamb_deadline_ms(&inv), 0);
    assert_true(lamb_remaining_ms(&inv) == INT64_MAX);
    inv.in.deadline_ms = now_ms + 3600 * 1000;
    assert_int_equal(lamb_deadline_ms(&inv), now_ms + 3600 * 1000);
    assert_in_range((uint64_t)lamb_remaining_ms(&inv), 3000 * 1000, 3600 * 1000);
    inv.in.deadline_ms = now_ms - 1000;
    assert_true(lamb_remaining_ms(&inv) <= -1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replies_replace_and_writes_append, begin, end),
        cmocka_unit_test_setup_teardown(nothing_said_is_an_empty_response, begin, end),
        cmocka_unit_test_setup_teardown(the_next_event_starts_afresh, begin, end),
        cmocka_unit_test_setup_teardown(
            what_was_deferred_is_released_last_first_and_once, begin, end),
        cmocka_unit_test_setup_teardown(what_the_handler_returns_decides, begin, end),
        cmocka_unit_test_setup_teardown(content_types_have_to_fit_a_header, begin, end),
        cmocka_unit_test_setup_teardown(a_stream_leaves_part_by_part, begin, end),
        cmocka_unit_test_setup_teardown(a_stream_fails_late_only_when_bytes_have_left,
                                        begin, end),
        cmocka_unit_test_setup_teardown(an_empty_stream_is_ended, begin, end),
        cmocka_unit_test_setup_teardown(a_reader_that_left_is_told, begin, end),
        cmocka_unit_test_setup_teardown(a_lost_response_is_no_success, begin, end),
        cmocka_unit_test_setup_teardown(a_lost_part_of_a_stream_is_no_success, begin,
                                        end),
        cmocka_unit_test_setup_teardown(remaining_time_counts_down_to_the_deadline,
                                        begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
