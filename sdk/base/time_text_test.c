/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/time_text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <time.h>

#include "sdk/base/enum.h"
#include "sdk/base/num.h"

static void
points_in_time_are_utc(void **state)
{
    static const struct {
        int64_t seconds, ns;
        const char *iso, *date;
    } cases[] = {
        { 0, 0, "1970-01-01T00:00:00.000Z", "1970/01/01" },
        { 1665532875, 0, "2022-10-12T00:01:15.000Z", "2022/10/12" },
        { 1709251199, 999999999, "2024-02-29T23:59:59.999Z", "2024/02/29" },
        { 1709251200, 1000000, "2024-03-01T00:00:00.001Z", "2024/03/01" },
        { 1709251200, 999999, "2024-03-01T00:00:00.000Z", "2024/03/01" },
        { -1, 0, "1970-01-01T00:00:00.000Z", "1970/01/01" },
        { 9223372036, 854775807, "2262-04-11T23:47:16.854Z", "2262/04/11" },
    };

    (void)state;
    assert_int_equal(setenv("TZ", "Asia/Kathmandu", 1), 0);
    tzset();
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        int64_t ns = cases[i].seconds * LAMB_NS_PER_S + cases[i].ns;
        char iso[LAMB_TIME_SIZE];
        char date[LAMB_DATE_SIZE];

        lamb_time_iso_ms(ns, iso);
        lamb_time_date(ns, date);
        assert_string_equal(iso, cases[i].iso);
        assert_string_equal(date, cases[i].date);
    }
    lamb_time_iso_ms(INT64_MIN, (char[LAMB_TIME_SIZE]){ 0 });
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_in_time_are_utc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
