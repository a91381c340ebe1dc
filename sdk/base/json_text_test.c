/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/json_text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static void
text_becomes_a_json_string(void **state)
{
    static const struct {
        struct lamb_span text;
        const char *string;
    } cases[] = {
        { { 0 }, "\"\"" },
        { { "plain /", 7 }, "\"plain /\"" },
        { { "a\"b\\c", 5 }, "\"a\\\"b\\\\c\"" },
        { { "\b\f\n\r\t", 5 }, "\"\\b\\f\\n\\r\\t\"" },
        { { "\0\x1f\x7f", 3 }, "\"\\u0000\\u001f\x7f\"" },
        { { "\xc3\xa9 \xf0\x9f\x98\x80", 7 }, "\"\xc3\xa9 \xf0\x9f\x98\x80\"" },
        { { "\xff", 1 }, "\"\xef\xbf\xbd\"" },
        { { "a\xe2\x82", 3 }, "\"a\xef\xbf\xbd\"" },
        { { "\xe2\x82z", 3 }, "\"\xef\xbf\xbdz\"" },
        { { "\xed\xa0\x80", 3 }, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
        { { "\xc3\"", 2 }, "\"\xef\xbf\xbd\\\"\"" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(100);

        assert_int_equal(lamb_json_string(&buf, cases[i].text), 0);
        assert_string_equal(lamb_buf_cstr(&buf), cases[i].string);
    }
}

static void
a_string_that_does_not_fit_is_an_error(void **state)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(4);

    (void)state;
    assert_int_equal(lamb_json_string(&buf, LAMB_SPAN("ab")), 0);
    lamb_buf_clear(&buf);
    assert_int_equal(lamb_json_string(&buf, LAMB_SPAN("abc")), -EMSGSIZE);
    assert_int_equal(buf.len, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_becomes_a_json_string),
        cmocka_unit_test(a_string_that_does_not_fit_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
