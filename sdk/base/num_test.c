/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/num.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

enum { UNTOUCHED = 4242 };

static void
unsigned_numbers_are_whole_and_in_range(void **state)
{
    static const struct {
        const char *text;
        uint64_t min, max;
        int r;
        uint64_t value;
    } cases[] = {
        { "0", 0, 9, 0, 0 },
        { "007", 0, 9, 0, 7 },
        { "18446744073709551615", 0, UINT64_MAX, 0, UINT64_MAX },
        { "18446744073709551616", 0, UINT64_MAX, -ERANGE, 0 },
        { "99999999999999999999999", 0, UINT64_MAX, -ERANGE, 0 },
        { "3", 4, 9, -ERANGE, 0 },
        { "4", 4, 9, 0, 4 },
        { "9", 4, 9, 0, 9 },
        { "10", 4, 9, -ERANGE, 0 },
        { "", 0, 9, -EINVAL, 0 },
        { "+1", 0, 9, -EINVAL, 0 },
        { "-1", 0, 9, -EINVAL, 0 },
        { " 1", 0, 9, -EINVAL, 0 },
        { "1 ", 0, 9, -EINVAL, 0 },
        { "0x1", 0, 9, -EINVAL, 0 },
        { "1.0", 0, 9, -EINVAL, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        uint64_t value = UNTOUCHED;
        int r = lamb_parse_u64(lamb_span_str(cases[i].text), cases[i].min, cases[i].max,
                               &value);

        if (r != cases[i].r || value != (r ? UNTOUCHED : cases[i].value))
            fail_msg("'%s': %d", cases[i].text, r);
    }
    assert_int_equal(lamb_parse_u64(LAMB_SPAN("1\0"), 0, 9, &(uint64_t){ 0 }), -EINVAL);
}

static void
signed_numbers_may_be_negative(void **state)
{
    static const struct {
        const char *text;
        int64_t min, max;
        int r;
        int64_t value;
    } cases[] = {
        { "-0", -9, 9, 0, 0 },
        { "-9", -9, 9, 0, -9 },
        { "-10", -9, 9, -ERANGE, 0 },
        { "9223372036854775807", INT64_MIN, INT64_MAX, 0, INT64_MAX },
        { "9223372036854775808", INT64_MIN, INT64_MAX, -ERANGE, 0 },
        { "-9223372036854775808", INT64_MIN, INT64_MAX, 0, INT64_MIN },
        { "-9223372036854775809", INT64_MIN, INT64_MAX, -ERANGE, 0 },
        { "", -9, 9, -EINVAL, 0 },
        { "-", -9, 9, -EINVAL, 0 },
        { "--1", -9, 9, -EINVAL, 0 },
        { "+1", -9, 9, -EINVAL, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        int64_t value = UNTOUCHED;
        int r = lamb_parse_i64(lamb_span_str(cases[i].text), cases[i].min, cases[i].max,
                               &value);

        if (r != cases[i].r || value != (r ? UNTOUCHED : cases[i].value))
            fail_msg("'%s': %d", cases[i].text, r);
    }
}

static void
durations_have_a_unit_and_may_have_a_fraction(void **state)
{
    static const struct {
        const char *text;
        int r;
        int64_t ns;
    } cases[] = {
        { "0s", 0, 0 },
        { "7ns", 0, 7 },
        { "7us", 0, 7000 },
        { "100ms", 0, 100 * LAMB_NS_PER_MS },
        { "1.5s", 0, 1500 * LAMB_NS_PER_MS },
        { "0.000000001s", 0, 1 },
        { "0.0000000019s", 0, 1 }, /* finer than a nanosecond: dropped */
        { "0.3s", 0, 300 * LAMB_NS_PER_MS },
        { "0.7d", 0, INT64_C(60480) * LAMB_NS_PER_S },
        { "2m", 0, 120 * LAMB_NS_PER_S },
        { "1h", 0, 3600 * LAMB_NS_PER_S },
        { "106751d", 0, INT64_C(106751) * 86400 * LAMB_NS_PER_S },
        { "106752d", -ERANGE, 0 },
        { "9223372036854775807ns", 0, INT64_MAX },
        { "9223372036854775807.9ns", 0, INT64_MAX },
        { "9223372036854775808ns", -ERANGE, 0 },
        { "18446744073709551616ns", -ERANGE, 0 },
        { "9223372036.9s", -ERANGE, 0 },
        { "", -EINVAL, 0 },
        { "1", -EINVAL, 0 },
        { "s", -EINVAL, 0 },
        { ".5s", -EINVAL, 0 },
        { "1.s", -EINVAL, 0 },
        { "1.5", -EINVAL, 0 },
        { "-1s", -EINVAL, 0 },
        { "1 s", -EINVAL, 0 },
        { "1S", -EINVAL, 0 },
        { "1s1s", -EINVAL, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        int64_t ns = UNTOUCHED;
        int r = lamb_parse_duration(lamb_span_str(cases[i].text), 0, INT64_MAX, &ns);

        if (r != cases[i].r || ns != (r ? UNTOUCHED : cases[i].ns))
            fail_msg("'%s': %d, %lld ns", cases[i].text, r, (long long)ns);
    }
}

static void
durations_stay_in_their_range(void **state)
{
    int64_t ns = UNTOUCHED;

    (void)state;
    assert_int_equal(lamb_parse_duration(LAMB_SPAN("9ns"), 10, 20, &ns), -ERANGE);
    assert_int_equal(lamb_parse_duration(LAMB_SPAN("21ns"), 10, 20, &ns), -ERANGE);
    assert_int_equal(ns, UNTOUCHED);
    assert_int_equal(lamb_parse_duration(LAMB_SPAN("20ns"), 10, 20, &ns), 0);
    assert_int_equal(ns, 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsigned_numbers_are_whole_and_in_range),
        cmocka_unit_test(signed_numbers_may_be_negative),
        cmocka_unit_test(durations_have_a_unit_and_may_have_a_fraction),
        cmocka_unit_test(durations_stay_in_their_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
