/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/lifespan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
environments_live_on_unless_told_otherwise(void **state)
{
    struct lifespan lifespan = { 0 };

    (void)state;
    assert_int_equal(lifespan_draw(&lifespan), 0);
    assert_int_equal(lifespan_draw(&lifespan), 0);
}

static void
a_number_is_the_life_of_each(void **state)
{
    struct lifespan lifespan = { .idle_ns = 7 };
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(lifespan_parse("3", &lifespan, &err), 0);
    assert_int_equal(lifespan_draw(&lifespan), 3);
    assert_int_equal(lifespan_draw(&lifespan), 3);
    assert_int_equal(lifespan.idle_ns, 7);
}

static void
a_seed_always_gives_the_same_lives(void **state)
{
    /* The first numbers of splitmix64 with the seed 1234567 are published; modulo 8. */
    static const unsigned wanted[] = { 6457827717110365317u % 8 + 1,
                                       3203168211198807973u % 8 + 1,
                                       9817491932198370423u % 8 + 1,
                                       4593380528125082431u % 8 + 1 };
    struct lifespan lifespan = { 0 };
    struct lamb_err err = { 0 };

    (void)state;
    assert_int_equal(lifespan_parse("random:1234567", &lifespan, &err), 0);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        assert_int_equal(lifespan_draw(&lifespan), wanted[i]);
}

static void
a_random_life_is_one_to_eight_invocations(void **state)
{
    struct lifespan lifespan = { .is_random = true, .state = 1 };
    unsigned seen = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        unsigned life = lifespan_draw(&lifespan);

        assert_in_range(life, 1, LIFESPAN_RANDOM_MAX);
        seen |= 1u << life;
    }
    assert_int_equal(seen, 0x1FE);
}

static void
what_is_no_number_is_refused(void **state)
{
    static const char *const wrong[] = { "",        "0",        "-1",
                                         "1000001", "3x",       "random",
                                         "random:", "random:x", "random:-1" };
    struct lamb_err err = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct lifespan lifespan = { 0 };

        assert_int_equal(lifespan_parse(wrong[i], &lifespan, &err), -EINVAL);
        assert_non_null(strstr(err.text, "random:SEED"));
        assert_false(lifespan.is_random || lifespan.invocations);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(environments_live_on_unless_told_otherwise),
        cmocka_unit_test(a_number_is_the_life_of_each),
        cmocka_unit_test(a_seed_always_gives_the_same_lives),
        cmocka_unit_test(a_random_life_is_one_to_eight_invocations),
        cmocka_unit_test(what_is_no_number_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
