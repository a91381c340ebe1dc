/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/handler_string.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static void
it_is_cut_at_the_last_dot(void **state)
{
    static const struct {
        const char *text;
        const char *file, *symbol; /* NULL: refused */
    } cases[] = {
        { "hello.handler", "hello", "handler" },
        { "lib/orders.create_2", "lib/orders", "create_2" },
        { "/opt/x.so.1.go", "/opt/x.so.1", "go" },
        { "..x", ".", "x" },
        { "", NULL, NULL },
        { "hello", NULL, NULL },
        { ".handler", NULL, NULL },
        { "hello.", NULL, NULL },
        { "lib/.handler", NULL, NULL },
        { "hello.2nd", NULL, NULL },
        { "hello.a-b", NULL, NULL },
        { "hello.a b", NULL, NULL },
        { "a.b/c", NULL, NULL },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct lamb_handler_string got;
        int r = lamb_handler_string_parse(lamb_span_str(cases[i].text), &got);

        print_message("# '%s'\n", cases[i].text);
        assert_int_equal(r, cases[i].file ? 0 : -EINVAL);
        if (r == 0) {
            assert_true(lamb_span_is(got.file, cases[i].file));
            assert_true(lamb_span_is(got.symbol, cases[i].symbol));
        }
    }
}

static void
three_files_are_looked_for(void **state)
{
    static const struct {
        const char *text;
        const char *files[LAMB_HANDLER_CANDIDATES];
    } cases[] = {
        { "hello.f", { "/task/hello.so", "/task/libhello.so", "/task/hello" } },
        { "a/b/c.f", { "/task/a/b/c.so", "/task/a/b/libc.so", "/task/a/b/c" } },
        { "/abs/c.f", { "/abs/c.so", "/abs/libc.so", "/abs/c" } },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++)
        for (unsigned k = 0; k < LAMB_HANDLER_CANDIDATES; k++) {
            LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(64);
            struct lamb_handler_string handler;

            assert_int_equal(
                lamb_handler_string_parse(lamb_span_str(cases[i].text), &handler), 0);
            assert_int_equal(lamb_handler_string_candidate(&handler, "/task", k, &path),
                             0);
            assert_string_equal(path.ptr, cases[i].files[k]);
        }
}

static void
a_path_that_is_too_long_is_an_error(void **state)
{
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(8);
    struct lamb_handler_string handler;

    (void)state;
    assert_int_equal(lamb_handler_string_parse(lamb_span_str("hello.f"), &handler), 0);
    assert_int_equal(lamb_handler_string_candidate(&handler, "/task", 0, &path),
                     -EMSGSIZE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_cut_at_the_last_dot),
        cmocka_unit_test(three_files_are_looked_for),
        cmocka_unit_test(a_path_that_is_too_long_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
