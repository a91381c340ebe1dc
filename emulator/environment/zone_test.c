/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

/* The ids are those that AWS RAM shows for these regions. */
static const struct {
    const char *region;
    const char *prefix;
} rows[] = {
    { "us-east-1", "use1-az" },
    { "us-west-2", "usw2-az" },
    { "eu-central-1", "euc1-az" },
    { "ap-northeast-1", "apne1-az" },
    { "ap-southeast-2", "apse2-az" },
    { "sa-east-1", "sae1-az" },
    { "cn-northwest-1", "cnnw1-az" },
    { "us-gov-west-1", "usgw1-az" },
    { "home", "home-az" },
};

static void
a_zone_has_the_short_form_of_its_region(void **state)
{
    char zone[ZONE_ID_SIZE];

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        zone_of(rows[i].region, LAMB_SPAN("a"), zone);
        assert_true(lamb_span_starts(lamb_span_str(zone), rows[i].prefix));
        assert_int_equal(strlen(zone), strlen(rows[i].prefix) + 1);
    }
}

static void
all_three_zones_are_chosen_and_each_key_keeps_its_own(void **state)
{
    char first[ZONE_ID_SIZE];
    char again[ZONE_ID_SIZE];
    bool is_seen[4] = { false };

    (void)state;
    for (char key = 'a'; key <= 'z'; key++) {
        zone_of("us-east-1", lamb_span_of(&key, 1), first);
        zone_of("us-east-1", lamb_span_of(&key, 1), again);
        assert_string_equal(first, again);
        assert_in_range(first[7], '1', '3');
        is_seen[first[7] - '0'] = true;
    }
    assert_true(is_seen[1] && is_seen[2] && is_seen[3]);
}

static void
a_name_of_any_length_gives_a_zone(void **state)
{
    char name[300];
    char zone[ZONE_ID_SIZE];

    (void)state;
    memset(name, '-', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    memcpy(name, "x-east", 6);
    zone_of(name, LAMB_SPAN(""), zone);
    assert_string_equal(zone, "xe-az1");
    memset(name, 'y', sizeof(name) - 1);
    zone_of(name, LAMB_SPAN(""), zone);
    assert_string_equal(zone, "yyyyyyyyyyyyyyyyyyyy-az1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zone_has_the_short_form_of_its_region),
        cmocka_unit_test(all_three_zones_are_chosen_and_each_key_keeps_its_own),
        cmocka_unit_test(a_name_of_any_length_gives_a_zone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
