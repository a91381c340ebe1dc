/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/failure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct lamb_failure failure = { .type = { .max = LAMB_FAILURE_TYPE_MAX },
                                       .message = { .max = LAMB_FAILURE_MESSAGE_MAX } };
static struct lamb_buf json = { .max = 1024 * 1024 };

static int
forget(void **state)
{
    (void)state;
    lamb_failure_fini(&failure);
    lamb_buf_fini(&json);
    return 0;
}

static void
a_failure_becomes_the_object_that_callers_get(void **state)
{
    (void)state;
    assert_false(lamb_failure_is_set(&failure));
    lamb_failure_set(&failure, "Order.NotFound", "no order %d\n", 7);
    assert_true(lamb_failure_is_set(&failure));
    assert_int_equal(lamb_failure_json(&failure, SIZE_MAX, &json), 0);
    assert_string_equal(json.ptr, "{\"errorMessage\":\"no order 7\\n\",\"errorType\":"
                                  "\"Order.NotFound\",\"stackTrace\":[]}");
}

static void
no_type_is_the_handlers(void **state)
{
    (void)state;
    assert_string_equal(lamb_failure_type(&failure), "Handler.Error");
    lamb_failure_set(&failure, NULL, "%s", "");
    assert_string_equal(lamb_failure_type(&failure), "Handler.Error");
    lamb_failure_set(&failure, "", "%s", "");
    assert_string_equal(lamb_failure_type(&failure), "Handler.Error");
    assert_true(lamb_failure_is_set(&failure));
    lamb_failure_clear(&failure);
    assert_false(lamb_failure_is_set(&failure));
}

static void
a_type_cannot_start_a_header_of_its_own(void **state)
{
    (void)state;
    lamb_failure_set(&failure, "A\r\nB: \xc3\xa4\x7f", "%s", "");
    assert_string_equal(lamb_failure_type(&failure), "A__B:____");
}

static void
too_long_texts_are_cut(void **state)
{
    static char text[2 * LAMB_FAILURE_MESSAGE_MAX];

    (void)state;
    memset(text, '\001', sizeof(text) - 1);
    lamb_failure_set(&failure, text, "%s", text);
    assert_int_equal(strlen(lamb_failure_type(&failure)), LAMB_FAILURE_TYPE_MAX);
    assert_int_equal(failure.message.len, LAMB_FAILURE_MESSAGE_MAX);
    /* the longest message, escaped in the longest way, still fits an error body */
    assert_int_equal(lamb_failure_json(&failure, SIZE_MAX, &json), 0);
    lamb_buf_clear(&json);
    assert_int_equal(lamb_failure_json(&failure, 1, &json), 0);
    assert_memory_equal(json.ptr, "{\"errorMessage\":\"\\u0001\",", 25);
}

static void
the_last_one_counts(void **state)
{
    (void)state;
    lamb_failure_set(&failure, "First", "a long message");
    lamb_failure_set(&failure, "Second", "short");
    assert_string_equal(lamb_failure_type(&failure), "Second");
    assert_string_equal(failure.message.ptr, "short");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_failure_becomes_the_object_that_callers_get,
                                  forget),
        cmocka_unit_test_teardown(no_type_is_the_handlers, forget),
        cmocka_unit_test_teardown(a_type_cannot_start_a_header_of_its_own, forget),
        cmocka_unit_test_teardown(too_long_texts_are_cut, forget),
        cmocka_unit_test_teardown(the_last_one_counts, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
