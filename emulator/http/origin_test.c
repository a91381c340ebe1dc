/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emulator/http/origin.h"

static void
test_addresses_localhost_and_allowed_names_are_ours(void **state)
{
    static const char *const allowed[] = { "lamb.internal", NULL };
    static const char *const ours[] = {
        "127.0.0.1:9000",
        "127.0.0.1",
        "10.1.2.3:80",
        "[::1]:9000",
        "[::1]",
        "localhost",
        "LocalHost:9000",
        "localhost.:9000",
        "a.b.localhost",
        "x.localhost:123",
        "lamb.internal",
        "LAMB.internal:9000",
        "",
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(ours); i++)
        assert_true(origin_host_is_ours(lamb_span_str(ours[i]), allowed));
}

static void
test_other_names_are_foreign(void **state)
{
    static const char *const allowed[] = { "lamb.internal", NULL };
    static const char *const foreign[] = {
        "evil.example",
        "evil.example:9000",
        "127.0.0.1.evil.example",
        "notlocalhost",
        ".localhost.evil",
        "localhost.evil.example",
        "x.lamb.internal",
        "lamb.internal.evil",
        "[::1].evil.example",
        "[evil]",
        "127.0.0.1x",
        "2130706433",
        ".localhost.x:900",
        "0x7f.1",
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(foreign); i++)
        assert_false(origin_host_is_ours(lamb_span_str(foreign[i]), allowed));
    assert_false(origin_host_is_ours(LAMB_SPAN("lamb.internal"), NULL));
}

static void
test_only_a_page_of_the_same_origin_may_ask(void **state)
{
    static const struct {
        const char *origin;
        const char *site;
        bool is_ours;
    } cases[] = {
        { "", "", true }, /* no browser */
        { "", "none", true },
        { "", "same-origin", true },
        { "http://127.0.0.1:9000", "same-origin", true },
        { "HTTP://127.0.0.1:9000", "", false },
        { "http://127.0.0.1:9001", "", false },
        { "http://127.0.0.1:9001", "same-site", false },
        { "https://127.0.0.1:9000", "", false },
        { "https://evil.example", "cross-site", false },
        { "https://evil.example", "", false },
        { "null", "", false },
        { "", "cross-site", false },
        { "", "same-site", false },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++)
        assert_int_equal(origin_page_is_ours(LAMB_SPAN("127.0.0.1:9000"),
                                             lamb_span_str(cases[i].origin),
                                             lamb_span_str(cases[i].site)),
                         cases[i].is_ours);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_localhost_and_allowed_names_are_ours),
        cmocka_unit_test(test_other_names_are_foreign),
        cmocka_unit_test(test_only_a_page_of_the_same_origin_may_ask),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
