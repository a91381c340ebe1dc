/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/runtimes.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

static struct runtimes runtimes;

static int
setup(void **unused)
{
    (void)unused;
    runtimes_init(&runtimes);
    return 0;
}

static int
teardown(void **unused)
{
    (void)unused;
    runtimes_fini(&runtimes);
    return 0;
}

static void
add(const char *line)
{
    assert_int_equal(runtimes_add(&runtimes, lamb_span_str(line), NULL), 0);
}

static void
expect(const char *runtime, const char *first, size_t words)
{
    const char **argv;
    size_t n = 0;

    assert_int_equal(runtimes_command(&runtimes, runtime, "a.b", &argv, NULL), 0);
    assert_string_equal(argv[0], first);
    while (argv[n])
        n++;
    assert_int_equal(n, words);
    assert_string_equal(argv[n - 1], "a.b");
    free(argv);
}

static void
the_handler_is_the_last_argument(void **unused)
{
    (void)unused;
    add("  python3.12 =  /usr/bin/python3 \t -m  awslambdaric ");
    expect("python3.12", "/usr/bin/python3", 4);
    add("node=n");
    expect("node", "n", 2);
}

static void
the_longest_name_that_fits_wins(void **unused)
{
    (void)unused;
    add("python*=any");
    add("python3.*=three");
    add("python3.12=exact");
    expect("python3.12", "exact", 2);
    expect("python3.13", "three", 2);
    expect("python2.7", "any", 2);
    add("python3.12=newer");
    expect("python3.12", "newer", 2);
}

static void
what_is_not_there_is_refused_with_what_to_do(void **unused)
{
    struct lamb_err err = { 0 };
    const char **argv;

    (void)unused;
    assert_int_equal(runtimes_command(&runtimes, "ruby3.3", "h", &argv, &err), -ENOENT);
    assert_non_null(strstr(err.text, "--runtime-client 'ruby3.3=COMMAND'"));
}

static void
lines_of_another_form_are_refused(void **unused)
{
    static const char *const bad[] = { "python3.12", "=command",
                                       "python3.12=", "python3.12=  ", "" };
    LAMB_AUTOBUF struct lamb_buf many = LAMB_BUF_INIT(4096);
    struct lamb_err err = { 0 };

    (void)unused;
    for (size_t i = 0; i < LAMB_COUNT(bad); i++)
        assert_int_equal(runtimes_add(&runtimes, lamb_span_str(bad[i]), &err), -EINVAL);
    (void)lamb_buf_str(&many, "x=");
    for (int i = 0; i < 65; i++)
        (void)lamb_buf_str(&many, "a ");
    assert_int_equal(runtimes_add(&runtimes, lamb_buf_view(&many), &err), -E2BIG);
    assert_true(lamb_list_is_empty(&runtimes.list));
}

static void
a_file_has_one_a_line(void **unused)
{
    char path[] = "/tmp/lamb-runtimes-XXXXXX";
    int fd = mkstemp(path);
    struct lamb_err err = { 0 };

    (void)unused;
    assert_true(fd >= 0);
    assert_true(dprintf(fd, "# clients\n\n  go1.x = /bin/go \nbroken\n") > 0);
    assert_int_equal(runtimes_load(&runtimes, path, &err), -EINVAL);
    assert_non_null(strstr(err.text, "line 4"));
    expect("go1.x", "/bin/go", 2);
    (void)close(fd);
    (void)unlink(path);
    assert_int_equal(runtimes_load(&runtimes, path, &err), 0);
}

static void
provided_runtimes_are_custom(void **unused)
{
    (void)unused;
    assert_true(runtime_is_custom(NULL));
    assert_true(runtime_is_custom("provided.al2023"));
    assert_false(runtime_is_custom("nodejs22.x"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
        TEST(the_handler_is_the_last_argument),
        TEST(the_longest_name_that_fits_wins),
        TEST(what_is_not_there_is_refused_with_what_to_do),
        TEST(lines_of_another_form_are_refused),
        TEST(a_file_has_one_a_line),
        TEST(provided_runtimes_are_custom),
#undef TEST
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
