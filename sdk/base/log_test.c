/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Standard error is a pipe while a test runs. */
struct pipe_to_us {
    int saved;
    int reader;
};

static int
set_up(void **state)
{
    static struct pipe_to_us p;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    p.reader = ends[0];
    p.saved = dup(STDERR_FILENO);
    (void)dup2(ends[1], STDERR_FILENO);
    (void)close(ends[1]);
    *state = &p;
    return 0;
}

static int
tear_down(void **state)
{
    struct pipe_to_us *p = *state;

    (void)dup2(p->saved, STDERR_FILENO);
    (void)close(p->saved);
    (void)close(p->reader);
    return 0;
}

static size_t
read_all(struct pipe_to_us *p, char *text, size_t size)
{
    size_t len = 0;
    ssize_t n;

    while (len < size - 1 && (n = read(p->reader, text + len, size - 1 - len)) > 0)
        len += (size_t)n;
    text[len] = '\0';
    return len;
}

static void
a_message_is_one_line(void **state)
{
    char text[256];

    errno = EPERM;
    lamb_log(LAMB_LOG_WARN, "room", "what happened: %d", 7);
    assert_int_equal(errno, EPERM);
    (void)read_all(*state, text, sizeof(text));
    assert_string_equal(text, "lamb: warn: room: what happened: 7\n");
}

static void
what_is_below_the_threshold_is_not_said(void **state)
{
    char text[256];

    lamb_log(LAMB_LOG_DEBUG, "room", "a detail");
    assert_int_equal(read_all(*state, text, sizeof(text)), 0);
}

static void
a_full_pipe_drops_and_counts(void **state)
{
    static char text[2 * 1024 * 1024];
    static char block[4096];
    struct pipe_to_us *p = *state;

    memset(block, 'x', sizeof(block));
    (void)fcntl(p->reader, F_SETPIPE_SZ, 4096);
    assert_int_equal(write(STDERR_FILENO, block, sizeof(block)), sizeof(block));
    lamb_log(LAMB_LOG_WARN, "room", "one"); /* would wait forever */
    lamb_log(LAMB_LOG_WARN, "room", "two");
    (void)read_all(p, text, sizeof(text));
    assert_null(strstr(text, "one"));
    (void)fcntl(p->reader, F_SETPIPE_SZ, 65536);
    lamb_log(LAMB_LOG_WARN, "room", "three");
    (void)read_all(p, text, sizeof(text));
    assert_string_equal(text,
                        "lamb: warn: room: three\n"
                        "lamb: warn: log: 2 messages before this one were dropped: "
                        "nobody read standard error\n");
    lamb_log(LAMB_LOG_WARN, "room", "four");
    (void)read_all(p, text, sizeof(text));
    assert_string_equal(text, "lamb: warn: room: four\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_message_is_one_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_below_the_threshold_is_not_said, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_full_pipe_drops_and_counts, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
