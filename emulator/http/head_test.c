/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

struct field {
    const char *name;
    const char *value;
};

static struct head_facts
read_head(const char *version, const struct field *fields, size_t n)
{
    struct head_facts facts = { 0 };

    head_line(&facts, LAMB_SPAN("GET"), LAMB_SPAN("/a%20b"), LAMB_SPAN("x=1"));
    for (size_t i = 0; i < n; i++)
        head_field(&facts, lamb_span_str(fields[i].name),
                   lamb_span_str(fields[i].value));
    head_end(&facts, lamb_span_str(version));
    return facts;
}

static void
a_plain_head_tells_its_length_and_what_it_expects(void **state)
{
    const struct field fields[] = {
        { "host", "h" },
        { "CONTENT-LENGTH", "42" },
        { "Expect", "100-Continue" },
        { "x-any!#$%&'*+.^_`|~9", "\t \xc3\xa9" },
    };
    struct head_facts facts = read_head("HTTP/1.1", fields, LAMB_COUNT(fields));

    (void)state;
    assert_null(facts.refusal);
    assert_int_equal(facts.announced, 42);
    assert_true(facts.expects_continue);
    assert_int_equal(facts.codings, 0);
}

static void
chunked_is_the_only_coding_and_has_no_length_beside_it(void **state)
{
    const struct field good[] = { { "Host", "" }, { "Transfer-Encoding", "Chunked" } };
    const struct field bad[][3] = {
        { { "Host", "h" }, { "Transfer-Encoding", "gzip" } },
        { { "Host", "h" }, { "Transfer-Encoding", "" } },
        { { "Host", "h" }, { "Transfer-Encoding", "chunked, gzip" } },
        { { "Host", "h" },
          { "Transfer-Encoding", "chunked" },
          { "Transfer-Encoding", "chunked" } },
        { { "Host", "h" },
          { "Transfer-Encoding", "chunked" },
          { "Content-Length", "1" } },
        { { "Host", "h" }, { "Content-Length", "1" }, { "Content-Length", "1" } },
        { { "Host", "h" }, { "Content-Length", "+1" } },
        { { "Host", "h" }, { "Content-Length", "1,1" } },
        { { "Host", "h" }, { "Content-Length", "18446744073709551615" } },
    };

    (void)state;
    assert_null(read_head("HTTP/1.1", good, 2).refusal);
    assert_non_null(read_head("HTTP/1.0", good, 2).refusal);
    for (size_t i = 0; i < LAMB_COUNT(bad); i++)
        assert_non_null(read_head("HTTP/1.1", bad[i], bad[i][2].name ? 3 : 2).refusal);
}

static void
names_are_words_and_values_have_no_control_characters(void **state)
{
    const struct field bad[][2] = {
        { { "Host", "h" }, { "Content-Length ", "1" } },
        { { "Host", "h" }, { "", "1" } },
        { { "Host", "h" }, { "a\tb", "1" } },
        { { "Host", "h" }, { "a\x80", "1" } },
        { { "Host", "h" }, { "a", "\r" } },
        { { "Host", "h" }, { "a", "b\x7f" } },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(bad); i++)
        assert_non_null(read_head("HTTP/1.1", bad[i], 2).refusal);
}

static void
host_is_there_once_unless_the_client_is_old(void **state)
{
    const struct field two[] = { { "Host", "a" }, { "host", "a" } };

    (void)state;
    assert_non_null(read_head("HTTP/1.1", two, 0).refusal);
    assert_null(read_head("HTTP/1.0", two, 0).refusal);
    assert_null(read_head("HTTP/1.0", two, 1).refusal);
    assert_non_null(read_head("HTTP/1.0", two, 2).refusal);
}

static void
the_first_reason_is_the_one_given(void **state)
{
    struct head_facts facts = { 0 };

    (void)state;
    head_refuse(&facts, "first");
    head_field(&facts, LAMB_SPAN("a b"), LAMB_SPAN(""));
    head_end(&facts, LAMB_SPAN("HTTP/1.1"));
    assert_string_equal(facts.refusal, "first");
}

static void
targets_begin_with_a_slash_or_are_a_star(void **state)
{
    static const struct {
        const char *method;
        const char *target;
        const char *query;
        bool is_fine;
    } cases[] = {
        { "OPTIONS", "*", "", true },
        { "GET", "/", "", true },
        { "M-SEARCH", "/\xff", "", true },
        { "GET", "", "", false },
        { "GET", "a", "", false },
        { "GET", "/ ", "", false },
        { "GET", "/\n", "", false },
        { "GET", "/", "a b", false },
        { "", "/", "", false },
        { "G T", "/", "", false },
        { "G\"T", "/", "", false },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        struct head_facts facts = { 0 };

        head_line(&facts, lamb_span_str(cases[i].method),
                  lamb_span_str(cases[i].target), lamb_span_str(cases[i].query));
        assert_int_equal(facts.refusal == NULL, cases[i].is_fine);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_head_tells_its_length_and_what_it_expects),
        cmocka_unit_test(chunked_is_the_only_coding_and_has_no_length_beside_it),
        cmocka_unit_test(names_are_words_and_values_have_no_control_characters),
        cmocka_unit_test(host_is_there_once_unless_the_client_is_old),
        cmocka_unit_test(the_first_reason_is_the_one_given),
        cmocka_unit_test(targets_begin_with_a_slash_or_are_a_star),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
