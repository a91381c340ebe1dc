/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/response_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PRELUDE_TYPE "application/vnd.awslambda.http-integration-response"
#define JSON "application/json"

static struct lamb_failure failure;

static int
forget(void **state)
{
    (void)state;
    lamb_failure_fini(&failure);
    return 0;
}

/* The type of error of BYTES in parts of at most PART; "" when there is none. */
static const char *
judge(const char *content_type, struct lamb_span bytes, size_t part, bool is_stream)
{
    struct lamb_response_check check;

    lamb_response_check_init(&check, content_type);
    for (size_t i = 0; i < bytes.len; i += part)
        lamb_response_check_feed(
            &check,
            lamb_span_of(bytes.ptr + i, bytes.len - i < part ? bytes.len - i : part));
    failure = failure.type.max ? failure : LAMB_FAILURE_INIT;
    lamb_failure_clear(&failure);
    if (!lamb_response_check_finish(&check, content_type, is_stream, &failure))
        return "";
    return lamb_failure_type(&failure);
}

struct row {
    const char *content_type;
    struct lamb_span bytes;
    const char *buffered, *streamed; /* the type of the error */
    const char *text;                /* in its message */
};

static void
expect(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t part = 1; part < 40; part += 13) {
            const struct row *row = &rows[i];

            assert_string_equal(judge(row->content_type, row->bytes, part, false),
                                row->buffered);
            if (*row->buffered)
                assert_non_null(strstr(failure.message.ptr, row->text));
            assert_string_equal(judge(row->content_type, row->bytes, part, true),
                                row->streamed);
            if (*row->streamed)
                assert_non_null(strstr(failure.message.ptr, row->text));
        }
}

#define EXPECT(rows) expect(rows, LAMB_COUNT(rows))
#define NOT_JSON "Handler.ResponseNotJson"
#define LEFT_OPEN "Handler.StreamLeftOpen"

static void
json_has_to_be_json_in_utf8(void **state)
{
    static const struct row rows[] = {
        { JSON, LAMB_SPAN(" {\"a\":[1,\"\xc3\xa4\"]}\n"), "", "", "" },
        { JSON, LAMB_SPAN("hello there"), NOT_JSON, NOT_JSON,
          "(line 1, column 1). lamb_set_content_type says what else it is" },
        { JSON, LAMB_SPAN("\"\xff\""), NOT_JSON, NOT_JSON,
          "Invalid UTF-8 start byte 0xff (line 1, column 2)" },
        { JSON, LAMB_SPAN("{}\n{}"), NOT_JSON, NOT_JSON, "(line 2, column 1)" },
        { JSON, LAMB_SPAN("{\"a\":"), NOT_JSON, LEFT_OPEN, "Unexpected end-of-input" },
        { JSON, LAMB_SPAN("\"\xc3"), NOT_JSON, LEFT_OPEN, "Unexpected end-of-input" },
        { JSON, LAMB_SPAN(" "), NOT_JSON, LEFT_OPEN, "No content to map" },
    };

    (void)state;
    EXPECT(rows);
}

static void
the_type_decides_what_is_promised(void **state)
{
    static const struct row rows[] = {
        { "Application/JSON; charset=utf-8", LAMB_SPAN("x"), NOT_JSON, NOT_JSON,
          "Application/JSON; charset=utf-8" },
        { "application/problem+json", LAMB_SPAN("x"), NOT_JSON, NOT_JSON, "problem" },
        { "text/plain", LAMB_SPAN("\xff"), "", "", "" },
        { "application/json-seq", LAMB_SPAN("x"), "", "", "" },
        { "application/x-ndjson", LAMB_SPAN("{}\n{}"), "", "", "" },
        { "+json", LAMB_SPAN("x"), "", "", "" },
    };

    (void)state;
    EXPECT(rows);
}

static void
nothing_is_a_fit_response_of_every_type(void **state)
{
    static const struct row rows[] = {
        { JSON, LAMB_SPAN(""), "", "", "" },
        { PRELUDE_TYPE, LAMB_SPAN(""), "", "", "" },
    };

    (void)state;
    EXPECT(rows);
}

static void
a_prelude_is_json_and_eight_zero_bytes(void **state)
{
    static const struct row rows[] = {
        { PRELUDE_TYPE, LAMB_SPAN("{\"statusCode\":200}\0\0\0\0\0\0\0\0\xff\0body"), "",
          "", "" },
        { PRELUDE_TYPE, LAMB_SPAN("{}\0\0\0\0\0\0\0\0"), "", "", "" },
        { PRELUDE_TYPE, LAMB_SPAN("{}\0\0\0\0\0\0\0"), NOT_JSON, LEFT_OPEN,
          "its prelude is not followed by 8 zero bytes" },
        { PRELUDE_TYPE, LAMB_SPAN("{}"), NOT_JSON, LEFT_OPEN,
          "its prelude is not followed by 8 zero bytes" },
        { PRELUDE_TYPE, LAMB_SPAN("{}\0\0\0body"), NOT_JSON, NOT_JSON,
          "its prelude is not followed by 8 zero bytes" },
        { PRELUDE_TYPE, LAMB_SPAN("{\0\0\0\0\0\0\0\0"), NOT_JSON, NOT_JSON,
          "Unexpected end-of-input" },
        { PRELUDE_TYPE, LAMB_SPAN("{"), NOT_JSON, LEFT_OPEN,
          "Unexpected end-of-input" },
        { PRELUDE_TYPE, LAMB_SPAN("<p>"), NOT_JSON, NOT_JSON, "(line 1, column 1)" },
    };

    (void)state;
    EXPECT(rows);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(json_has_to_be_json_in_utf8, forget),
        cmocka_unit_test_teardown(the_type_decides_what_is_promised, forget),
        cmocka_unit_test_teardown(nothing_is_a_fit_response_of_every_type, forget),
        cmocka_unit_test_teardown(a_prelude_is_json_and_eight_zero_bytes, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
