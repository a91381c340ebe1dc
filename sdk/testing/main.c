/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/base/buf.h"

#include <lamb/testing.h>

struct test {
    struct test *next;
    const char *name;
    lamb_test_fn fn;
};

/* What LAMB_TEST has registered, in the order of the file. */
static struct test *first;
static struct test **last = &first;

/* The test that is running: where to go when it has failed. */
static bool is_running;
static jmp_buf after_test;

void
lamb_test_add(const char *name, lamb_test_fn fn)
{
    struct test *test = calloc(1, sizeof(*test));

    if (!test) {
        /* Before main: there is nobody to return an error to. */
        (void)fputs("no memory for the list of tests\n", stderr);
        abort();
    }
    *test = (struct test){ .name = name, .fn = fn };
    *last = test;
    last = &test->next;
}

static void
print_comment(const char *file, int line, const char *text)
{
    printf("# %s:%d: ", file, line);
    for (; *text; text++) {
        putchar(*text);
        if (*text == '\n')
            fputs("# ", stdout);
    }
    putchar('\n');
}

void
lamb_test_fail(const char *file, int line, const char *text)
{
    if (is_running) {
        print_comment(file, line, text);
        longjmp(after_test, 1);
    }
    fprintf(stderr, "%s:%d: %s\n", file, line, text);
    abort();
}

static bool
is_wanted(const struct test *test, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strstr(test->name, argv[i]))
            return true;
    return argc < 2;
}

static bool
passes(const struct test *test)
{
    is_running = true;
    if (setjmp(after_test)) {
        is_running = false;
        return false;
    }
    test->fn();
    is_running = false;
    return true;
}

static void
print_result(const struct test *test, int number, bool passed)
{
    printf("%s %d - ", passed ? "ok" : "not ok", number);
    for (const char *at = test->name; *at; at++)
        putchar(*at == '_' ? ' ' : *at);
    putchar('\n');
    (void)fflush(stdout);
}

static void
forget_tests(void)
{
    while (first) {
        struct test *test = first;

        first = test->next;
        free(test);
    }
    last = &first;
}

int
lamb_test_main(int argc, char **argv)
{
    int count = 0;
    int failed = 0;

    for (const struct test *test = first; test; test = test->next)
        count += is_wanted(test, argc, argv);
    printf("1..%d\n", count);
    count = 0;
    for (const struct test *test = first; test; test = test->next) {
        bool passed;

        if (!is_wanted(test, argc, argv))
            continue;
        passed = passes(test);
        failed += !passed;
        print_result(test, ++count, passed);
    }
    if (!count)
        (void)fputs("there is no such test\n", stderr);
    forget_tests();
    return !count ? 2 : failed ? 1 : 0;
}
