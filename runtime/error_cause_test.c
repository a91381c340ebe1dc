/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/error_cause.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "sdk/base/json_check.h"

#define NAME "Lambda-Runtime-Function-XRay-Error-Cause: "

static struct lamb_failure failure;
static struct lamb_buf line;

static int
begin(void **state)
{
    (void)state;
    failure = LAMB_FAILURE_INIT;
    line = LAMB_BUF_INIT(64 * 1024);
    return chdir("/");
}

static int
end(void **state)
{
    (void)state;
    lamb_failure_fini(&failure);
    lamb_buf_fini(&line);
    return 0;
}

static void
the_cause_has_type_message_and_folder(void **state)
{
    (void)state;
    lamb_failure_set(&failure, "Order.NotFound", "no \"7\"\r\nX: y\x7f!");
    assert_int_equal(lamb_error_cause(&failure, &line), 0);
    assert_string_equal(lamb_buf_cstr(&line), NAME
                        "{\"working_directory\":\"/\",\"exceptions\":[{\"type\":"
                        "\"Order.NotFound\",\"message\":\"no \\\"7\\\"\\r\\nX: y !\""
                        ",\"stack\":[]}],\"paths\":[]}\r\n");
}

/* Characters of one to three bytes, so that the limit falls into the middle of one. */
static void
a_long_message_is_cut_between_characters(void **state)
{
    static char message[100 * 1024];

    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        struct lamb_json_check check;
        struct lamb_span json;

        memset(message, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof(message); i += 3)
            memcpy(message + i, "\xe2\x82\xac", 4);
        lamb_failure_set(&failure, "E", "%s", message);
        lamb_buf_clear(&line);
        assert_int_equal(lamb_error_cause(&failure, &line), 0);
        assert_in_range(line.len, LAMB_ERROR_CAUSE_MESSAGE_MAX,
                        LAMB_ERROR_CAUSE_MESSAGE_MAX + 200);
        json = lamb_span_trim(
            lamb_span_of(line.ptr + sizeof(NAME) - 1, line.len - (sizeof(NAME) - 1)));
        lamb_json_check_init(&check);
        assert_int_equal(lamb_json_check_feed(&check, json), 0);
        assert_int_equal(lamb_json_check_finish(&check), 0);
        assert_null(memmem(json.ptr, json.len, "\xef\xbf\xbd", 3)); /* U+FFFD */
    }
}

static void
the_longest_cause_fits_its_limit(void **state)
{
    static char message[100 * 1024];

    (void)state;
    memset(message, 1, sizeof(message) - 1); /* six bytes each in JSON */
    lamb_failure_set(&failure, "E", "%s", message);
    assert_int_equal(lamb_error_cause(&failure, &line), 0);
    assert_in_range(line.len, 6 * LAMB_ERROR_CAUSE_MESSAGE_MAX,
                    6 * LAMB_ERROR_CAUSE_MESSAGE_MAX + 200);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_cause_has_type_message_and_folder, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_long_message_is_cut_between_characters, begin,
                                        end),
        cmocka_unit_test_setup_teardown(the_longest_cause_fits_its_limit, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
