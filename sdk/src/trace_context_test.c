/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <lamb/trace.h>

#define ROOT "1-5759e988-bd862e3fe1be46a994272793"
#define STORY(name)                                                                    \
    static void name(void **state);                                                    \
    static void name(__attribute__((unused)) void **state)

STORY(a_header_is_read_and_written)
{
    static const char *const same[] = {
        "Root=" ROOT ";Parent=53995c3f42cd8ad8;Sampled=1",
        "Root=" ROOT ";Sampled=0",
        "Root=" ROOT,
    };
    struct lamb_trace_context context;
    char text[LAMB_TRACE_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        assert_int_equal(lamb_trace_read(same[i], &context), 0);
        lamb_trace_text(&context, text);
        assert_string_equal(text, same[i]);
    }
    assert_int_equal(
        lamb_trace_read(" sampled=? ; Self=x;ROOT=" ROOT ";Lineage=a:0;", &context), 0);
    assert_int_equal(context.sampled, -1);
    lamb_trace_text(&context, text);
    assert_string_equal(text, "Root=" ROOT);
}

STORY(what_is_no_header_is_refused_and_changes_nothing)
{
    static const char *const wrong[] = {
        NULL,
        "",
        "Parent=53995c3f42cd8ad8",
        "Root=1-5759e988-bd862e3fe1be46a99427279",
        "Root=2-5759e988-bd862e3fe1be46a994272793",
        "Root=1-5759e98x-bd862e3fe1be46a994272793",
        "Root=" ROOT ";Parent=53995c3f42cd8ad",
        "Root=" ROOT ";Sampled=2",
        "Root=" ROOT ";Sampled=",
    };
    struct lamb_trace_context context = { .sampled = 7 };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(lamb_trace_read(wrong[i], &context), -EINVAL);
    assert_int_equal(context.sampled, 7);
}

STORY(a_child_has_the_trace_and_an_id_of_its_own)
{
    struct lamb_trace_context here;
    struct lamb_trace_context child;
    struct lamb_trace_context again;
    char text[LAMB_TRACE_TEXT_SIZE];

    assert_int_equal(
        lamb_trace_read("Root=" ROOT ";Parent=53995c3f42cd8ad8;Sampled=1", &here), 0);
    lamb_trace_child(&here, &child);
    lamb_trace_child(&here, &again);
    assert_string_equal(child.root, ROOT);
    assert_int_equal(child.sampled, 1);
    assert_string_not_equal(child.parent, here.parent);
    assert_string_not_equal(child.parent, again.parent);
    lamb_trace_text(&child, text);
    assert_int_equal(lamb_trace_read(text, &again), 0);
    assert_string_equal(again.parent, child.parent);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_read_and_written),
        cmocka_unit_test(what_is_no_header_is_refused_and_changes_nothing),
        cmocka_unit_test(a_child_has_the_trace_and_an_id_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
