/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/xml.h"

/* cmocka.h needs these first */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
expect(const char *xml, const char *name, const char *wanted)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1000);

    assert_int_equal(lamb_xml_text(lamb_span_str(xml), name, &text),
                     wanted ? 0 : -ENOENT);
    assert_string_equal(lamb_buf_cstr(&text), wanted ? wanted : "");
}

static void
test_the_text_of_the_first_element_of_a_name_is_found(void **state)
{
    (void)state;
    expect("<?xml version=\"1.0\"?>\n<E><Codes>x</Codes><Code>SlowDown</Code>"
           "<Code>other</Code></E>",
           "Code", "SlowDown");
    expect("<Code xmlns=\"u\">a</Code>", "Code", "a");
    expect("<Code></Code>", "Code", "");
    expect("<Error><Message>m</Message></Error>", "Code", NULL);
}

static void
test_references_are_replaced_and_what_is_none_stays(void **state)
{
    (void)state;
    expect("<M>&lt;a&gt; &amp;amp; &quot;&apos;&#65;&#x42;</M>", "M",
           "<a> &amp; \"'AB");
    expect("<M>&#xe9;&#x20ac;&#x1f411;</M>", "M",
           "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x91");
    expect("<M>&unknown; & &#; &#x; &#xd800; &#x110000; &#0; &;</M>", "M",
           "&unknown; & &#; &#x; &#xd800; &#x110000; &#0; &;");
}

static void
test_what_is_broken_has_no_text(void **state)
{
    (void)state;
    expect("", "M", NULL);
    expect("<", "M", NULL);
    expect("<M", "M", NULL);
    expect("<M ", "M", NULL);
    expect("<M>without an end", "M", NULL);
    expect("{\"M\": 1}", "M", NULL);
    assert_int_equal(
        lamb_xml_text((struct lamb_span){ 0 }, "M", &(struct lamb_buf){ 0 }), -ENOENT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_text_of_the_first_element_of_a_name_is_found),
        cmocka_unit_test(test_references_are_replaced_and_what_is_none_stays),
        cmocka_unit_test(test_what_is_broken_has_no_text),
    };

    return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
