/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

static void
each_form_of_a_name_is_read(void **unused)
{
    static const struct {
        const char *text;
        const char *region, *account, *name, *qualifier;
    } rows[] = {
        { "f", "", "", "f", "" },
        { "f:prod", "", "", "f", "prod" },
        { "f:1", "", "", "f", "1" },
        { "f:$LATEST", "", "", "f", "$LATEST" },
        { "f:$LATEST.PUBLISHED", "", "", "f", "$LATEST.PUBLISHED" },
        { "function:f", "", "", "f", "" },
        { "arn:aws:lambda:x", "", "", "x", "" },
        { "123456789012:function:f", "", "123456789012", "f", "" },
        { "123456789012:function:f:2", "", "123456789012", "f", "2" },
        { "us-east-1:123456789012:function:f", "us-east-1", "123456789012", "f", "" },
        { "arn:aws:lambda:us-east-1:123456789012:function:f", "us-east-1",
          "123456789012", "f", "" },
        { "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f:prod",
          "us-gov-west-1", "123456789012", "f", "prod" },
        /* "arn:...:function" without a name is the function named "function". */
        { "arn:aws:lambda:us-east-1:123456789012:function", "us-east-1", "123456789012",
          "function", "" },
    };

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        struct function_name name;

        print_message("# %s\n", rows[i].text);
        assert_int_equal(function_name_parse(lamb_span_str(rows[i].text), &name), 0);
        assert_true(lamb_span_is(name.region, rows[i].region));
        assert_true(lamb_span_is(name.account, rows[i].account));
        assert_true(lamb_span_is(name.name, rows[i].name));
        assert_true(lamb_span_is(name.qualifier, rows[i].qualifier));
    }
}

static void
what_the_pattern_refuses_is_refused(void **unused)
{
    static const char *const texts[] = {
        "",          "f/g",       "f g",
        "f:",        "f:a:b",     "f:$OTHER",
        "../../etc", "f\n",       "arn:aws:s3:::b",

        ":f",        "f:p%",      "arn:",
        "arn:aws:",  "function:", "arn:gcp:lambda:us-east-1:1:function:f",
    };

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(texts); i++) {
        struct function_name name;

        print_message("# refused form %zu\n", i);
        assert_int_equal(function_name_parse(lamb_span_str(texts[i]), &name),
                         NAME_E_PATTERN);
    }
}

static void
plain_names_have_at_most_64_characters(void **unused)
{
    char name[66];

    (void)unused;
    memset(name, 'a', sizeof(name));
    assert_true(function_name_is_plain(lamb_span_of(name, 64)));
    assert_false(function_name_is_plain(lamb_span_of(name, 65)));
    assert_false(function_name_is_plain(lamb_span_str("a.b")));
    assert_false(function_name_is_plain(lamb_span_str("")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_of_a_name_is_read),
        cmocka_unit_test(what_the_pattern_refuses_is_refused),
        cmocka_unit_test(plain_names_have_at_most_64_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
