/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/base64.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static void
the_vectors_of_the_rfc_go_both_ways(void **state)
{
    static const struct {
        struct lamb_span bytes;
        const char *text;
    } cases[] = {
        { { "", 0 }, "" },
        { { "f", 1 }, "Zg==" },
        { { "fo", 2 }, "Zm8=" },
        { { "foo", 3 }, "Zm9v" },
        { { "foob", 4 }, "Zm9vYg==" },
        { { "fooba", 5 }, "Zm9vYmE=" },
        { { "foobar", 6 }, "Zm9vYmFy" },
        { { "\0\0\0", 3 }, "AAAA" },
        { { "\xfb\xff\xfe", 3 }, "+//+" },
        { { "\xff", 1 }, "/w==" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(100);
        LAMB_AUTOBUF struct lamb_buf bytes = LAMB_BUF_INIT(100);

        assert_int_equal(lamb_base64_encode(&text, cases[i].bytes), 0);
        assert_string_equal(lamb_buf_cstr(&text), cases[i].text);
        assert_int_equal(lamb_base64_decode(lamb_buf_view(&text), &bytes), 0);
        assert_true(lamb_span_eq(lamb_buf_view(&bytes), cases[i].bytes));
    }
}

static void
other_spellings_are_refused_and_leave_the_buffer_alone(void **state)
{
    static const char *const texts[] = {
        "Z",    "Zg",       "Zg=",   "Zg===",    "====",           "=g==",
        "Z===", "Zg=v",     "Zh==",  "Zm9=",     "Zm9v\n",         "Zm 9",
        "Zm-_", "Zg==Zg==", "Zm9v=", "Zm9vZm9*", "Zm9v\xc3\xa9==",
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(texts); i++) {
        LAMB_AUTOBUF struct lamb_buf bytes = LAMB_BUF_INIT(100);

        assert_int_equal(lamb_buf_str(&bytes, "before"), 0);
        if (lamb_base64_decode(lamb_span_str(texts[i]), &bytes) != -EINVAL)
            fail_msg("%s was accepted", texts[i]);
        assert_string_equal(lamb_buf_cstr(&bytes), "before");
        assert_int_equal(bytes.len, 6);
    }
}

static void
both_append_up_to_the_maximum(void **state)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(5);

    (void)state;
    assert_int_equal(lamb_buf_char(&buf, '<'), 0);
    assert_int_equal(lamb_base64_encode(&buf, LAMB_SPAN("foo")), 0);
    assert_string_equal(lamb_buf_cstr(&buf), "<Zm9v");
    assert_int_equal(lamb_base64_encode(&buf, LAMB_SPAN("f")), -EMSGSIZE);
    lamb_buf_clear(&buf);
    assert_int_equal(lamb_base64_decode(LAMB_SPAN("Zm9vYmFy"), &buf), -EMSGSIZE);
}

static void
bytes_that_fit_the_maximum_are_decoded_whatever_their_padding(void **state)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(4);

    (void)state;
    assert_int_equal(lamb_base64_decode(LAMB_SPAN("Zm9vYg=="), &buf), 0);
    assert_string_equal(lamb_buf_cstr(&buf), "foob");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rfc_go_both_ways),
        cmocka_unit_test(other_spellings_are_refused_and_leave_the_buffer_alone),
        cmocka_unit_test(both_append_up_to_the_maximum),
        cmocka_unit_test(bytes_that_fit_the_maximum_are_decoded_whatever_their_padding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
