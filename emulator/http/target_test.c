/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/target.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emulator/http/server.h"
#include "sdk/base/enum.h"

static void
segments_are_decoded_but_plus_stays(void **state)
{
    static const struct {
        const char *segment;
        const char *text; /* NULL: broken */
    } cases[] = {
        { "", "" },
        { "plain", "plain" },
        { "a%20b%2Fc", "a b/c" },
        { "%c3%A9", "\xc3\xa9" },
        { "a+b", "a+b" },
        { "%25", "%" },
        { "%", NULL },
        { "%2", NULL },
        { "a%zz", NULL },
        { "%2g", NULL },
        { "%00", NULL },
        { "%%41", NULL },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        char *text = NULL;
        int r = http_decode_segment(lamb_span_str(cases[i].segment), &text);

        assert_int_equal(r, cases[i].text ? 0 : -EINVAL);
        if (!r)
            assert_string_equal(text, cases[i].text);
        else
            assert_null(text);
        free(text);
    }
    assert_int_equal(http_decode_segment(lamb_span_of("a\0b", 3), &(char *){ NULL }),
                     -EINVAL);
}

static void
parameters_are_found_by_their_decoded_name(void **state)
{
    static const struct {
        const char *query;
        int r;
        const char *value;
    } cases[] = {
        { "name=1", 0, "1" },        { "a=0&name=x+y%21&name=2", 0, "x y!" },
        { "n%61me=1", 0, "1" },      { "name", 0, "" },
        { "name=", 0, "" },          { "name=a=b", 0, "a=b" },
        { "&&name=1&", 0, "1" },     { "bad%=1&name=2", 0, "2" },
        { "name=%", -EINVAL, NULL }, { "names=1&nam=2&=name", -ENOENT, NULL },
        { "", -ENOENT, NULL },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        char *value = NULL;

        assert_int_equal(target_param(lamb_span_str(cases[i].query), "name", &value),
                         cases[i].r);
        if (cases[i].value)
            assert_string_equal(value, cases[i].value);
        free(value);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_decoded_but_plus_stays),
        cmocka_unit_test(parameters_are_found_by_their_decoded_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
