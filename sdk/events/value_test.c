/* SPDX-License-Identifier: Apache-2.0 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/events/testing.h"

static const char sample[] =
    "{\"text\":\"h\\u0000i\",\"none\":null,\"n\":9007199254740993,\"nt\":\"-12\","
    "\"long\":\"12345678901234567890\","
    "\"real\":1.5,\"rt\":\"2.5e3\",\"yes\":true,\"list\":[1,null,\"x\"],"
    "\"in\":{\"deep\":{\"a/b\":7,\"detail-type\":\"d\"},\"Content-Type\":\"text/"
    "plain\"}}";

static int
setup(void **state)
{
    *state = open_text(sample);
    return 0;
}

static int
teardown(void **state)
{
    lamb_document_close(*state);
    return 0;
}

static void
absent_null_and_wrong_are_three_things(void **state)
{
    struct lamb_value root = lamb_document_root(*state);
    struct lamb_span text = { "x", 1 };
    bool yes = true;

    assert_int_equal(lamb_value_text(root, "no", &text), LAMB_ABSENT);
    assert_span(text, "");
    assert_int_equal(lamb_value_text(root, "none", &text), LAMB_NULL);
    assert_int_equal(lamb_value_text(root, "none/more", &text), LAMB_ABSENT);
    assert_string_equal(lamb_document_error(*state), "");
    assert_int_equal(lamb_value_bool(root, "in/Content-Type", &yes), -EPROTO);
    assert_false(yes);
    assert_string_equal(lamb_document_error(*state),
                        "in.Content-Type: true or false is expected, text was found");
}

static void
the_first_error_stays(void **state)
{
    struct lamb_value root = lamb_document_root(*state);
    struct lamb_span text;
    int64_t n;

    assert_int_equal(lamb_value_text(root, "n", &text), -EPROTO);
    assert_int_equal(lamb_value_int(root, "yes", &n), -EPROTO);
    assert_string_equal(lamb_document_error(*state),
                        "n: text is expected, a whole number was found");
}

static void
an_error_in_a_list_names_the_element(void **state)
{
    struct lamb_document *document = open_text("{\"R\":[{},{\"k\":{\"a\":1}}]}");
    struct lamb_value value;
    struct lamb_span text;

    (void)state;
    assert_int_equal(lamb_value_get(lamb_document_root(document), "R", &value), 0);
    assert_int_equal(lamb_value_at(value, 1, &value), 0);
    assert_int_equal(lamb_value_text(value, "k/a", &text), -EPROTO);
    assert_string_equal(lamb_document_error(document),
                        "R[1].k.a: text is expected, a whole number was found");
    lamb_document_close(document);
}

static void
numbers_are_exact_in_64_bits(void **state)
{
    struct lamb_value root = lamb_document_root(*state);
    int64_t n;
    double d;

    assert_int_equal(lamb_value_int(root, "n", &n), 0);
    assert_true(n == INT64_C(9007199254740993));
    assert_int_equal(lamb_value_int(root, "nt", &n), 0);
    assert_true(n == -12);
    assert_int_equal(lamb_value_double(root, "real", &d), 0);
    assert_true(d == 1.5);
    assert_int_equal(lamb_value_double(root, "rt", &d), 0);
    assert_true(d == 2500.0);
    assert_int_equal(lamb_value_double(root, "nt", &d), 0);
    assert_true(d == -12.0);
    assert_int_equal(lamb_value_double(root, "long", &d), 0);
    assert_true(d == 12345678901234567890.0);
    assert_int_equal(lamb_value_int(root, "real", &n), -EPROTO);
    assert_int_equal(lamb_value_int(root, "text", &n), -EPROTO);
    assert_int_equal(lamb_value_double(root, "in/Content-Type", &d), -EPROTO);
}

static void
text_is_whole_and_terminated(void **state)
{
    struct lamb_span text;

    assert_int_equal(lamb_value_text(lamb_document_root(*state), "text", &text), 0);
    assert_int_equal(text.len, 3);
    assert_memory_equal(text.ptr, "h\0i", 4);
}

static void
lists_end_and_hold_nulls(void **state)
{
    struct lamb_value list;
    struct lamb_value value;
    size_t count;

    assert_int_equal(lamb_value_list(lamb_document_root(*state), "list", &list, &count),
                     0);
    assert_int_equal(count, 3);
    assert_int_equal(lamb_value_at(list, 0, &value), 0);
    assert_int_equal(lamb_value_at(list, 1, &value), LAMB_NULL);
    assert_int_equal(lamb_value_at(list, 3, &value), LAMB_ABSENT);
    assert_int_equal(lamb_value_kind(value), LAMB_KIND_ABSENT);
    assert_int_equal(lamb_value_at(lamb_document_root(*state), 0, &value), -EPROTO);
}

static void
members_are_walked_in_their_order(void **state)
{
    struct lamb_document *document = open_text("{\"z\":1,\"a\":null,\"z\":2}");
    struct lamb_value value;
    const char *name;
    void *at = NULL;
    int64_t n;

    (void)state;
    assert_int_equal(lamb_value_next(lamb_document_root(document), &at, &name, &value),
                     0);
    assert_string_equal(name, "z");
    assert_int_equal(lamb_value_int(value, "", &n), 0);
    assert_int_equal(n, 2); /* of a name that is there twice, the last counts */
    assert_int_equal(lamb_value_next(lamb_document_root(document), &at, &name, &value),
                     0);
    assert_string_equal(name, "a");
    assert_int_equal(lamb_value_kind(value), LAMB_KIND_NULL);
    assert_int_equal(lamb_value_next(lamb_document_root(document), &at, &name, &value),
                     LAMB_ABSENT);
    lamb_document_close(document);
}

static void
names_may_hold_anything_and_headers_any_case(void **state)
{
    struct lamb_value root = lamb_document_root(*state);
    struct lamb_value deep;
    struct lamb_value value;
    struct lamb_span text;

    assert_int_equal(lamb_value_object(root, "in/deep", &deep), 0);
    assert_int_equal(lamb_value_member(deep, "a/b", &value), 0);
    assert_int_equal(lamb_value_text(deep, "detail-type", &text), 0);
    assert_span(text, "d");
    assert_int_equal(lamb_value_object(root, "in", &deep), 0);
    assert_int_equal(lamb_value_header(deep, "content-type", &text), 0);
    assert_span(text, "text/plain");
    assert_int_equal(lamb_value_header(deep, "accept", &text), LAMB_ABSENT);
}

static void
what_is_not_there_can_be_asked_on(void **state)
{
    struct lamb_value nowhere = { NULL, NULL };
    struct lamb_value value;
    struct lamb_span text;
    void *at = NULL;
    const char *name;

    (void)state;
    assert_int_equal(lamb_value_text(nowhere, "a/b", &text), LAMB_ABSENT);
    assert_int_equal(lamb_value_bytes(nowhere, "a", &text), LAMB_ABSENT);
    assert_int_equal(lamb_value_at(nowhere, 0, &value), LAMB_ABSENT);
    assert_int_equal(lamb_value_member(nowhere, "a", &value), LAMB_ABSENT);
    assert_int_equal(lamb_value_next(nowhere, &at, &name, &value), LAMB_ABSENT);
    assert_int_equal(lamb_value_json(nowhere, &text), LAMB_ABSENT);
    assert_int_equal(lamb_value_body(nowhere, &text), LAMB_ABSENT);
}

int
main(void)
{
#define WITH_SAMPLE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_SAMPLE(absent_null_and_wrong_are_three_things),
        WITH_SAMPLE(the_first_error_stays),
        cmocka_unit_test(an_error_in_a_list_names_the_element),
        WITH_SAMPLE(numbers_are_exact_in_64_bits),
        WITH_SAMPLE(text_is_whole_and_terminated),
        WITH_SAMPLE(lists_end_and_hold_nulls),
        cmocka_unit_test(members_are_walked_in_their_order),
        WITH_SAMPLE(names_may_hold_anything_and_headers_any_case),
        cmocka_unit_test(what_is_not_there_can_be_asked_on),
    };

    return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
