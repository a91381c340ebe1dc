/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/base/enum.h"
#include "sdk/sign/uri.h"

static void
test_everything_but_the_unreserved_is_escaped(void **state)
{
    static const char *const cases[][3] = {
        { "AZaz09-_.~", "", "AZaz09-_.~" }, { "a b/c", "", "a%20b%2Fc" },
        { "a b/c", "/", "a%20b/c" },        { "name:live", "/", "name%3Alive" },
        { "100%", "", "100%25" },           { "\xe1\x88\xb4", "/", "%E1%88%B4" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);

        lamb_uri_encode(&text, lamb_span_str(cases[i][0]), cases[i][1]);
        assert_string_equal(lamb_buf_cstr(&text), cases[i][2]);
    }
}

static void
test_a_zero_byte_is_escaped_too(void **state)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);

    (void)state;
    lamb_uri_encode(&text, LAMB_SPAN("\0"), "/");
    assert_string_equal(lamb_buf_cstr(&text), "%00");
}

static void
test_a_query_is_decoded_and_broken_escapes_stay(void **state)
{
    static const char *const cases[][2] = {
        { "a%20b+c", "a b c" }, { "%2f%2F", "//" }, { "100%", "100%" },
        { "%4", "%4" },         { "%zz", "%zz" },   { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);

        lamb_uri_decode_query(&text, lamb_span_str(cases[i][0]));
        assert_string_equal(lamb_buf_cstr(&text), cases[i][1]);
    }
}

static void
test_paths_lose_their_empty_and_dotted_segments(void **state)
{
    static const char *const cases[][2] = {
        { "/", "/" },
        { "", "/" },
        { "//", "/" },
        { "/a/b", "/a/b" },
        { "//a//b//", "/a/b/" },
        { "/./a/.", "/a" },
        { "/a/b/../c", "/a/c" },
        { "/../..", "/" },
        { "/a/../../b/", "/b/" },
        { "/a/..", "/" },
        { "/..a/b..", "/..a/b.." },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);

        lamb_uri_normalize(&text, lamb_span_str(cases[i][0]));
        assert_string_equal(lamb_buf_cstr(&text), cases[i][1]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_but_the_unreserved_is_escaped),
        cmocka_unit_test(test_a_zero_byte_is_escaped_too),
        cmocka_unit_test(test_a_query_is_decoded_and_broken_escapes_stay),
        cmocka_unit_test(test_paths_lose_their_empty_and_dotted_segments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
