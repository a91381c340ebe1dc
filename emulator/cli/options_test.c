/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/options.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sdk/base/enum.h"

struct target {
    bool flag;
    unsigned number;
    const char *text;
    struct option_list list;
    unsigned colour;
};

/* The second cannot be chosen. */
static const char *
colour(unsigned i)
{
    static const char *const texts[] = { "red", "", "green", "Blue", NULL };

    return texts[i];
}

static const struct option options[] = {
    { .name = "flag", .kind = OPTION_FLAG, .offset = offsetof(struct target, flag) },
    { .name = "port",
      .letter = 'p',
      .kind = OPTION_NUMBER,
      .value = "PORT",
      .variable = "LAMB_OPTIONS_TEST_PORT",
      .offset = offsetof(struct target, number),
      .min = 1,
      .max = 100 },
    { .name = "name",
      .kind = OPTION_TEXT,
      .value = "NAME",
      .offset = offsetof(struct target, text) },
    { .name = "env",
      .letter = 'e',
      .kind = OPTION_TEXTS,
      .value = "K=V",
      .offset = offsetof(struct target, list) },
    { .name = "colour",
      .kind = OPTION_CHOICE,
      .value = "COLOUR",
      .variable = "LAMB_OPTIONS_TEST_COLOUR",
      .offset = offsetof(struct target, colour),
      .choice = colour },
};

static int
parse(const char *const *argv, struct target *target, struct arguments *args,
      struct lamb_err *err)
{
    *target = (struct target){ .number = 7 };
    *err = (struct lamb_err){ 0 };
    return options_parse(options, LAMB_COUNT(options), argv, target, args, err);
}

static void
values_come_in_every_form(void **unused)
{
    static const char *const argv[] = { "a",          "--flag", "-p",       "5",
                                        "--name=x=y", "--env",  "A=1",      "-e",
                                        "B=2",        "b",      "--colour", "red",
                                        "--",         "cmd",    "--arg",    NULL };
    struct arguments args;
    struct target target;
    struct lamb_err err;

    (void)unused;
    assert_int_equal(parse(argv, &target, &args, &err), 0);
    assert_true(target.flag);
    assert_int_equal(target.number, 5);
    assert_string_equal(target.text, "x=y");
    assert_int_equal(target.list.count, 2);
    assert_string_equal(target.list.items[1], "B=2");
    assert_int_equal(args.count, 2);
    assert_string_equal(args.items[1], "b");
    assert_string_equal(args.command[0], "cmd");
    assert_string_equal(args.command[1], "--arg");
    for (size_t i = 0; i < LAMB_COUNT(options); i++)
        assert_true(args.given[i]);
}

static void
a_choice_is_one_of_its_values(void **unused)
{
    static const char *const given[] = { "--colour", "BLUE", NULL };
    static const char *const other[] = { "--colour=yellow", NULL };
    static const char *const nothing[] = { "--colour=", NULL };
    static const char *const none[] = { NULL };
    struct arguments args;
    struct target target;
    struct lamb_err err;

    (void)unused;
    assert_int_equal(parse(given, &target, &args, &err), 0);
    assert_int_equal(target.colour, 3);
    assert_int_equal(parse(other, &target, &args, &err), -EINVAL);
    assert_string_equal(err.text, "--colour takes red, green or Blue, not 'yellow'");
    assert_int_equal(parse(nothing, &target, &args, &err), -EINVAL);
    assert_int_equal(target.colour, 0);
    assert_int_equal(setenv("LAMB_OPTIONS_TEST_COLOUR", "loud", 1), 0);
    assert_int_equal(parse(none, &target, &args, &err), -EINVAL);
    assert_string_equal(
        err.text, "LAMB_OPTIONS_TEST_COLOUR takes red, green or Blue, not 'loud'");
    assert_int_equal(unsetenv("LAMB_OPTIONS_TEST_COLOUR"), 0);
}

static void
a_flag_wins_over_the_variable_and_that_over_the_default(void **unused)
{
    static const char *const none[] = { NULL };
    static const char *const given[] = { "--port", "9", NULL };
    struct arguments args;
    struct target target;
    struct lamb_err err;

    (void)unused;
    assert_int_equal(parse(none, &target, &args, &err), 0);
    assert_int_equal(target.number, 7);
    assert_int_equal(setenv("LAMB_OPTIONS_TEST_PORT", "8", 1), 0);
    assert_int_equal(parse(none, &target, &args, &err), 0);
    assert_int_equal(target.number, 8);
    assert_false(args.given[1]);
    assert_int_equal(parse(given, &target, &args, &err), 0);
    assert_int_equal(target.number, 9);
    assert_int_equal(unsetenv("LAMB_OPTIONS_TEST_PORT"), 0);
}

static void
mistakes_are_named(void **unused)
{
    static const struct {
        const char *argv[3];
        const char *says;
    } rows[] = {
        { { "--prot", "5", NULL }, "did you mean --port?" },
        { { "--bogus", NULL, NULL }, "unknown option --bogus" },
        { { "-x", NULL, NULL }, "unknown option -x" },
        { { "--port", NULL, NULL }, "needs a value" },
        { { "--port", "0", NULL }, "from 1 to 100" },
        { { "--port", "5x", NULL }, "from 1 to 100" },
        { { "--flag=1", NULL, NULL }, "takes no value" },
    };
    struct arguments args;
    struct target target;
    struct lamb_err err;

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        assert_true(parse(rows[i].argv, &target, &args, &err) < 0);
        print_message("# %s\n", err.text);
        assert_non_null(strstr(err.text, rows[i].says));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_choice_is_one_of_its_values),
        cmocka_unit_test(values_come_in_every_form),
        cmocka_unit_test(a_flag_wins_over_the_variable_and_that_over_the_default),
        cmocka_unit_test(mistakes_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
