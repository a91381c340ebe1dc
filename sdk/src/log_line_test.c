/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/log_line.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

static int ends[2] = { -EBADF, -EBADF }; /* the log pipe of a test */

static int
make_pipe(void **state)
{
    (void)state;
    return pipe2(ends, O_CLOEXEC | O_NONBLOCK);
}

static int
end(void **state)
{
    (void)state;
    (void)unsetenv("AWS_LAMBDA_LOG_FORMAT");
    (void)unsetenv("AWS_LAMBDA_LOG_LEVEL");
    (void)unsetenv("_LAMBDA_TELEMETRY_LOG_FD");
    (void)close(ends[0]);
    (void)close(ends[1]);
    lamb_log_line_setup();
    return 0;
}

/* Settings of the function; PIPE is what the environment calls the log pipe. */
static void
setup(const char *format, const char *level, const char *pipe)
{
    assert_int_equal(setenv("AWS_LAMBDA_LOG_FORMAT", format, 1), 0);
    assert_int_equal(setenv("AWS_LAMBDA_LOG_LEVEL", level, 1), 0);
    assert_int_equal(setenv("_LAMBDA_TELEMETRY_LOG_FD", pipe, 1), 0);
    lamb_log_line_setup();
}

/* The log pipe is ends[1], under the number that it has. */
static void
setup_pipe(const char *format)
{
    char number[16];

    assert_int_equal(lamb_format(number, sizeof(number), "%d", ends[1]), 0);
    setup(format, "TRACE", number);
}

/* What standard error gets when TEXT is logged. */
static void
capture_error(enum lamb_level level, const char *id, const char *text, char ret[512])
{
    LAMB_AUTOFD int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    ssize_t n;

    assert_true(saved >= 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    lamb_log_line_write(level, id, lamb_span_str(text));
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    n = read(ends[0], ret, 511);
    ret[n > 0 ? n : 0] = '\0';
}

static void
a_text_is_the_line(void **state)
{
    char line[512];

    (void)state;
    setup("Text", "FATAL", "");
    capture_error(LAMB_LEVEL_TRACE, "r-1", "hello", line);
    assert_string_equal(line, "hello\n");
}

/* The time is replaced by 0s, after a look at its form. */
static void
forget_time(char *line)
{
    static const char begin[] = "{\"timestamp\":\"";
    char *time = line + sizeof(begin) - 1;

    assert_memory_equal(line, begin, sizeof(begin) - 1);
    for (const char *form = "dddd-dd-ddTdd:dd:dd.dddZ\""; *form; form++, time++)
        if (*form != 'd')
            assert_int_equal(*time, *form);
        else if (*time >= '0' && *time <= '9')
            *time = '0';
        else
            fail_msg("no digit in '%s'", line);
}

static void
a_json_record_names_time_level_and_request(void **state)
{
    char line[512];

    (void)state;
    setup("json", "", "nonsense");
    capture_error(LAMB_LEVEL_ERROR, "r-1", "a \"b\"\nc\xff", line);
    forget_time(line);
    assert_string_equal(line, "{\"timestamp\":\"0000-00-00T00:00:00.000Z\",\"level\":"
                              "\"ERROR\",\"message\":\"a \\\"b\\\"\\nc\xef\xbf\xbd\","
                              "\"requestId\":\"r-1\"}\n");
    capture_error(LAMB_LEVEL_INFO, NULL, "x", line);
    forget_time(line);
    assert_string_equal(line, "{\"timestamp\":\"0000-00-00T00:00:00.000Z\",\"level\":"
                              "\"INFO\",\"message\":\"x\"}\n");
}

static void
what_is_below_the_level_is_not_written(void **state)
{
    static const char *const levels[] = { "trace", "DEBUG", "Info",
                                          "WARN",  "ERROR", "FATAL" };
    char line[512];

    (void)state;
    for (int least = LAMB_LEVEL_TRACE; least < LAMB_LEVEL_N; least++)
        for (int level = LAMB_LEVEL_TRACE; level < LAMB_LEVEL_N; level++) {
            setup("JSON", levels[least - 1], "");
            capture_error((enum lamb_level)level, NULL, "x", line);
            assert_int_equal(line[0] != '\0', level >= least);
        }
    setup("JSON", "loud", ""); /* no level: INFO */
    assert_false(lamb_log_line_wants(LAMB_LEVEL_DEBUG));
    assert_true(lamb_log_line_wants(LAMB_LEVEL_INFO));
}

/* Type, length, time and text of a frame: as in the reference, in network order. */
static void
expect_frame(const char *type, const char *text)
{
    unsigned char bytes[512];
    ssize_t n = read(ends[0], bytes, sizeof(bytes) - 1);
    uint64_t us = 0;

    assert_true(n >= 16);
    bytes[n] = '\0';
    assert_memory_equal(bytes, type, 4);
    assert_int_equal(bytes[4] << 24 | bytes[5] << 16 | bytes[6] << 8 | bytes[7],
                     n - 16);
    for (int i = 8; i < 16; i++)
        us = us << 8 | bytes[i];
    assert_in_range(us / 1000000, 1700000000, 32503680000);
    if (text)
        assert_string_equal((char *)bytes + 16, text);
}

static void
the_log_pipe_gets_frames(void **state)
{
    char line[512];

    (void)state;
    setup_pipe("Text");
    lamb_log_line_write(LAMB_LEVEL_NONE, NULL, LAMB_SPAN("two\nlines"));
    expect_frame("\xa5\x5a\x00\x03", "two\nlines");
    lamb_log_line_write(LAMB_LEVEL_TRACE, NULL, LAMB_SPAN("a"));
    expect_frame("\xa5\x5a\x00\x07", "a");
    lamb_log_line_write(LAMB_LEVEL_FATAL, NULL, LAMB_SPAN(""));
    expect_frame("\xa5\x5a\x00\x1b", "");
    setup_pipe("JSON");
    lamb_log_line_write(LAMB_LEVEL_WARN, NULL, LAMB_SPAN("a"));
    expect_frame("\xa5\x5a\x00\x12", NULL);
    setup("Text", "", "1000000"); /* there is no such descriptor */
    capture_error(LAMB_LEVEL_WARN, NULL, "a", line);
    assert_string_equal(line, "a\n");
}

static void
the_log_pipe_is_kept_from_children(void **state)
{
    (void)state;
    setup_pipe("Text");
    assert_int_equal(fcntl(ends[1], F_SETFD, 0), 0);
    lamb_log_line_keep_pipe();
    assert_null(getenv("_LAMBDA_TELEMETRY_LOG_FD"));
    assert_int_equal(fcntl(ends[1], F_GETFD), FD_CLOEXEC);
    lamb_log_line_write(LAMB_LEVEL_INFO, NULL, LAMB_SPAN("still"));
    expect_frame("\xa5\x5a\x00\x0f", "still");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_text_is_the_line, make_pipe, end),
        cmocka_unit_test_setup_teardown(a_json_record_names_time_level_and_request,
                                        make_pipe, end),
        cmocka_unit_test_setup_teardown(what_is_below_the_level_is_not_written,
                                        make_pipe, end),
        cmocka_unit_test_setup_teardown(the_log_pipe_gets_frames, make_pipe, end),
        cmocka_unit_test_setup_teardown(the_log_pipe_is_kept_from_children, make_pipe,
                                        end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
