/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/console.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/observe/spool.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

struct bed {
    struct loop *loop;
    struct observe observe;
    struct platform_clock *clock;
    struct console *console;
    int pipe[2];
    struct lamb_buf got;
};

static int
setup(void **state)
{
    static struct bed bed;

    bed = (struct bed){ .got = LAMB_BUF_INIT(16 * 1024 * 1024) };
    observe_init(&bed.observe);
    if (pipe2(bed.pipe, O_CLOEXEC) || loop_new(&bed.loop, NULL) ||
        platform_clock_new(bed.loop, &bed.clock, NULL) ||
        console_new(bed.loop, &bed.observe, bed.clock, NULL, bed.pipe[1], &bed.console,
                    NULL))
        return -1;
    *state = &bed;
    return 0;
}

static int
teardown(void **state)
{
    struct bed *bed = *state;

    console_free(bed->console);
    platform_clock_free(bed->clock);
    loop_free(bed->loop);
    (void)close(bed->pipe[0]);
    (void)close(bed->pipe[1]);
    lamb_buf_fini(&bed->got);
    return 0;
}

static void
say(struct bed *bed, const char *text, size_t len)
{
    const struct event event = { .type = EVENT_FUNCTION,
                                 .text = lamb_span_of(text, len) };

    observe_emit(&bed->observe, &event);
}

static void
stop(void *data)
{
    loop_stop(data);
}

static void
turn_for(struct bed *bed, int64_t ms)
{
    struct timer timer;

    timer_init(&timer, loop_timers(bed->loop), "test", stop, bed->loop);
    timer_start(&timer, lamb_mono_ns() + ms * LAMB_NS_PER_MS);
    loop_run(bed->loop);
}

/* Read what the pipe holds now; 0: nothing. */
static size_t
read_some(struct bed *bed)
{
    char piece[64 * 1024];
    ssize_t n;

    assert_int_equal(fcntl(bed->pipe[0], F_SETFL, O_NONBLOCK), 0);
    n = read(bed->pipe[0], piece, sizeof(piece));
    if (n > 0)
        assert_int_equal(lamb_buf_append(&bed->got, piece, (size_t)n), 0);
    return n > 0 ? (size_t)n : 0;
}

static void
lines_come_out_in_order(void **state)
{
    struct bed *bed = *state;

    say(bed, "one", 3);
    say(bed, "two", 3);
    turn_for(bed, 20);
    (void)read_some(bed);
    assert_string_equal(lamb_buf_cstr(&bed->got), "one\ntwo\n");
}

static void
what_is_left_comes_out_at_the_end(void **state)
{
    struct bed *bed = *state;

    say(bed, "last words", 10);
    console_free(bed->console);
    bed->console = NULL;
    (void)read_some(bed);
    assert_string_equal(lamb_buf_cstr(&bed->got), "last words\n");
}

/* Three megabytes nobody reads: nothing blocks, one waits, the rest is counted. */
static void
a_reader_that_does_not_read_costs_it_lines_and_blocks_nobody(void **state)
{
    enum { LINES = 3000, LENGTH = 1023 };
    struct bed *bed = *state;
    char line[LENGTH];
    const char *said;
    uint64_t dropped;
    size_t kept = 0;
    struct lamb_span number;
    struct lamb_span rest;

    memset(line, 'x', sizeof(line));
    for (int i = 0; i < LINES; i++)
        say(bed, line, sizeof(line));
    turn_for(bed, 5);
    for (int i = 0; i < 200 && !strstr(lamb_buf_cstr(&bed->got), "dropped"); i++) {
        while (read_some(bed))
            continue;
        turn_for(bed, 25);
    }
    said = strstr(lamb_buf_cstr(&bed->got), "lamb: ");
    assert_non_null(said);
    for (const char *p = bed->got.ptr; p < said; p++)
        kept += *p == '\n';
    number = lamb_span_str(said + strlen("lamb: "));
    (void)lamb_span_cut(number, ' ', &number, &rest);
    assert_int_equal(lamb_parse_u64(number, 1, LINES, &dropped), 0);
    assert_int_equal(kept + dropped, LINES);
    assert_int_equal(bed->observe.counts[EVENT_LOGS_DROPPED], 1);
    assert_true(kept >= SPOOL_MEMORY / (LENGTH + 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_come_out_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_left_comes_out_at_the_end, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            a_reader_that_does_not_read_costs_it_lines_and_blocks_nobody, setup,
            teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
