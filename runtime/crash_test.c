/* SPDX-License-Identifier: Apache-2.0 */

/* Programs that crash: what they post, what they log, and what they die of. */

#include "runtime/crash.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/play.h"
#include "runtime/process.h"
#include "sdk/base/base64.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

#define EVENT                                                                          \
    "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\n"                        \
    "Lambda-Runtime-Invocation-Id: i-1\r\nContent-Length: 7\r\n\r\n{\"n\":1}"
#define OK "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
#define POLL "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"
#define ERROR "POST /2018-06-01/runtime/invocation/r-1/error HTTP/1.1\r\n"
#define INIT_ERROR "POST /2018-06-01/runtime/init/error HTTP/1.1\r\n"
#define TYPE "\r\nLambda-Runtime-Function-Error-Type: Runtime.Crash\r\n"

static struct play play;
static struct outcome outcome;

static void
run_steps(const char *program, const char *handler, const char *more,
          const struct play_step *steps, size_t count)
{
    char api[64];
    char handler_variable[256];
    const char *const env[] = {
        api,
        handler_variable,
        more,
        "LAMBDA_TASK_ROOT=" FIXTURES,
        /* sanitizers have handlers of their own, which would be respected */
        "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0:handle_segv=0:"
        "handle_abort=0:handle_sigfpe=0:handle_sigbus=0:handle_sigill=0",
        NULL,
    };

    print_message("# %s\n", handler);
    play_start(&play, steps, count);
    assert_int_equal(
        lamb_format(api, sizeof(api), "AWS_LAMBDA_RUNTIME_API=%s", play.endpoint), 0);
    assert_int_equal(
        lamb_format(handler_variable, sizeof(handler_variable), "_HANDLER=%s", handler),
        0);
    process_run(program, env, &play.target, &outcome);
    play_finish(&play);
}

#define RUN(program, handler, more, ...)                                               \
    do {                                                                               \
        static const struct play_step steps[] = { __VA_ARGS__ };                       \
                                                                                       \
        run_steps(program, handler, more, steps, LAMB_COUNT(steps));                   \
    } while (0)

static int
forget_requests(void **state)
{
    (void)state;
    play_fini(&play);
    return 0;
}

/* HANDLER crashes with SIGNAL: an error that has TEXT in it, over a new connection. */
static void
expect_crash(const char *program, const char *handler, int number, const char *text)
{
    play_fini(&play);
    RUN(program, handler, "LAMB_TEST=1", { PLAY_ACCEPT, "" }, { PLAY_EXPECT, POLL },
        { PLAY_SEND, EVENT }, { PLAY_KEEP, "" }, { PLAY_ACCEPT, "" },
        { PLAY_EXPECT_ONLY, ERROR }, { PLAY_SEND, OK });
    process_expect(play.requests.ptr, TYPE);
    process_expect(play.requests.ptr, "\r\nLambda-Runtime-Invocation-Id: i-1\r\n");
    process_expect(play.requests.ptr,
                   ",\"errorType\":\"Runtime.Crash\",\"stackTrace\":[");
    process_expect(play.requests.ptr, text);
    process_expect(play.requests.ptr, ", request r-1");
    process_expect(outcome.errors, "lamb: crash: ");
    process_expect(outcome.errors, text);
    assert_null(strstr(outcome.errors, "\"n\""));
    assert_int_equal(outcome.signal, number);
}

/* The report must have a frame of FUNCTION in OBJECT, with its build-id, at FRAME. */
static void
expect_frame(const char *frame, const char *function, const char *object)
{
    const char *at = strstr(outcome.errors, frame);
    size_t len;

    process_expect(outcome.errors, frame);
    at += strlen(frame);
    len = strcspn(at, "\n");
    if (strncmp(at, function, strlen(function)) != 0 ||
        !memmem(at, len, object, strlen(object)) || !memmem(at, len, ", build-id ", 11))
        fail_msg("the frame is '%.*s', not of %s in %s", (int)len, at, function,
                 object);
}

static void
frames_name_functions_up_to_the_programs_start(void **state)
{
    (void)state;
    expect_crash(BOOTSTRAP, "crash.segv", SIGSEGV, "in touch+0x");
    process_expect(play.requests.ptr, "\"stackTrace\":[\"touch+0x");
    process_expect(play.requests.ptr, "\",\"segv+0x");
    expect_frame("lamb:   #0 ", "touch+0x", "/fixtures/crash.so+0x"); /* is static */
    expect_frame("lamb:   #1 ", "segv+0x", "/fixtures/crash.so+0x");
    expect_frame(" lamb_loop_run", "+0x", "/bootstrap+0x");
    expect_frame(" lamb_program_run", "+0x", "/bootstrap+0x");
    expect_crash(FIXTURES "/main_crash", "crash_here", SIGSEGV, "in touch+0x");
    expect_frame("lamb:   #1 ", "crash_here+0x", "/main_crash+0x");
    expect_crash(BOOTSTRAP, "crash.give_up", SIGABRT, "give_up+0x");
    expect_crash(BOOTSTRAP, "crash.overflow", SIGSEGV, "in deeper+0x");
    expect_crash(BOOTSTRAP, "crash.call_nothing", SIGSEGV, "at address 0x0");
    expect_frame("lamb:   #0 ", "call_nothing+0x", "/fixtures/crash.so+0x");
}

#ifdef HAVE_STATIC
/* Nothing but itself to ask: neither a dynamic linker nor a shared libgcc. */
static void
static_programs_tell_as_much(void **state)
{
    static const char *const programs[] = {
        FIXTURES "/main_crash_static",
#ifdef HAVE_MUSL
        FIXTURES "/main_crash_musl",
#endif
#ifdef HAVE_ARM64
        FIXTURES "/on_arm64",
#endif
    };

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(programs); i++) {
        expect_crash(programs[i], "crash_here", SIGSEGV, "at address 0x10");
        process_expect(outcome.errors, "lamb:   #0 touch+0x");
        process_expect(outcome.errors, "lamb:   #1 crash_here+0x");
        process_expect(outcome.errors, " lamb_loop_run+0x");
    }
}
#endif

/* The walk up the stack itself crashes: that is not told, the first crash is. */
static void
a_broken_stack_costs_frames_only(void **state)
{
    (void)state;
    expect_crash(BOOTSTRAP, "crash.lose_stack", SIGSEGV, "in lose_stack+0x");
    assert_null(strstr(outcome.errors, " lamb_loop_run+0x"));
}

static void
a_crash_is_posted_and_then_died_of(void **state)
{
    (void)state;
    expect_crash(BOOTSTRAP, "crash.segv", SIGSEGV,
                 "SIGSEGV (segmentation fault at address 0x10: nothing is mapped "
                 "there) while serving with the handler 'crash.segv'");
    expect_crash(BOOTSTRAP, "crash.give_up", SIGABRT, "SIGABRT (abort) while serving");
    expect_crash(BOOTSTRAP, "crash.divide", SIGFPE, "SIGFPE (arithmetic error");
    expect_crash(FIXTURES "/main_crash", "crash_here", SIGSEGV, "at address 0x10");
}

static void
each_fatal_signal_is_told_by_its_name_and_cause(void **state)
{
    (void)state;
    expect_crash(BOOTSTRAP, "crash.behind_the_file", SIGBUS,
                 ": behind the end of a mapped file, or no memory left) while serving");
    process_expect(outcome.errors, "SIGBUS (bus error at address 0x");
    expect_frame("lamb:   #1 ", "behind_the_file+0x", "/fixtures/crash.so+0x");
    expect_crash(BOOTSTRAP, "crash.illegal", SIGILL,
                 "SIGILL (illegal instruction at address 0x");
    expect_frame("lamb:   #0 ", "illegal+0x", "/fixtures/crash.so+0x");
    expect_crash(BOOTSTRAP, "crash.trap", SIGTRAP, "SIGTRAP (trap) while serving");
    process_expect(outcome.errors, "trap+0x");
    expect_crash(BOOTSTRAP, "crash.forbidden", SIGSYS,
                 "SIGSYS (system call not allowed) while serving");
    expect_frame("lamb:   #1 ", "forbidden+0x", "/fixtures/crash.so+0x");
}

/* Whichever is first tells, and is what the process dies of; the other waits. */
static void
two_threads_that_crash_at_once_make_one_report(void **state)
{
    const char *report;

    (void)state;
    play_fini(&play);
    RUN(BOOTSTRAP, "crash.two_at_once", "LAMB_TEST=1", { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT }, { PLAY_KEEP, "" },
        { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, ERROR }, { PLAY_SEND, OK });
    report = strstr(outcome.errors, "lamb: crash: SIG");
    assert_non_null(report);
    assert_null(strstr(report + 1, "lamb: crash: SIG"));
    assert_true(outcome.signal == SIGSEGV || outcome.signal == SIGILL);
    process_expect(report, outcome.signal == SIGSEGV ? "crash: SIGSEGV (segm"
                                                     : "crash: SIGILL (ill");
    process_expect(play.requests.ptr,
                   outcome.signal == SIGSEGV ? "SIGSEGV (segm" : "SIGILL (ill");
}

static void
a_stack_that_overflows_is_a_crash_too(void **state)
{
    (void)state;
    expect_crash(BOOTSTRAP, "crash.overflow", SIGSEGV, "SIGSEGV (segmentation fault");
}

static void
a_crash_on_a_thread_of_the_handler_ends_its_invocation(void **state)
{
    (void)state;
    play_fini(&play);
    RUN(BOOTSTRAP, "crash.on_thread", "LAMB_TEST=1", { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT }, { PLAY_KEEP, "" },
        { PLAY_ACCEPT, "" }, { PLAY_EXPECT_ONLY, ERROR }, { PLAY_SEND, OK });
    process_expect(play.requests.ptr, "on a thread that runs no invocation");
    assert_int_equal(outcome.signal, SIGSEGV);
}

#ifndef __SANITIZE_ADDRESS__ /* which has an allocator of its own */
static void
a_crash_inside_the_allocator_is_told_as_well(void **state)
{
    (void)state;
    expect_crash(BOOTSTRAP, "crash.holding_malloc", SIGABRT, "SIGABRT (abort)");
    process_expect(outcome.errors, "malloc(): corrupted top size");
}
#endif

static void
a_crash_of_a_worker_ends_its_own_invocation(void **state)
{
    (void)state;
    play_fini(&play);
    /* one of them waits; the other, whichever it is, gets the event */
    RUN(BOOTSTRAP, "crash.segv", "AWS_LAMBDA_MAX_CONCURRENCY=2", { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL }, { PLAY_KEEP, "" }, { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT }, { PLAY_ACCEPT, "" },
        { PLAY_EXPECT_ONLY, ERROR }, { PLAY_SEND, OK });
    assert_int_equal(outcome.signal, SIGSEGV);
    process_expect(outcome.errors, ", request r-1");
}

static void
a_crash_in_init_is_an_init_error(void **state)
{
    (void)state;
    play_fini(&play);
    RUN(BOOTSTRAP, "crash.unready", "LAMB_TEST=1", { PLAY_ACCEPT, "" },
        { PLAY_EXPECT_ONLY, INIT_ERROR }, { PLAY_SEND, OK });
    process_expect(play.requests.ptr, TYPE);
    process_expect(play.requests.ptr, "while preparing the handler 'crash.unready'");
    assert_int_equal(outcome.signal, SIGSEGV);
}

static void
an_answer_that_was_sent_stands(void **state)
{
    (void)state;
    play_fini(&play);
    RUN(BOOTSTRAP, "crash.after_answer", "LAMB_TEST=1", { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT }, { PLAY_EXPECT, "\"kept\"" },
        { PLAY_EXPECT, POLL }, { PLAY_SIGNAL, "" }, { PLAY_EXPECT_END, "" });
    assert_null(strstr(play.requests.ptr, "/error "));
    assert_int_equal(outcome.signal, SIGSEGV);
    process_expect(outcome.errors, "on a thread that runs no invocation");
}

static void
a_crash_in_a_stream_ends_it_with_the_error_in_its_trailers(void **state)
{
    static const char mark[] = "Lambda-Runtime-Function-Error-Body: ";
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(64 * 1024);
    const char *encoded;

    (void)state;
    play_fini(&play);
    RUN(BOOTSTRAP, "crash.in_stream", "LAMB_TEST=1", { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT }, { PLAY_EXPECT_ONLY, "part" },
        { PLAY_SEND, OK });
    process_expect(play.requests.ptr, TYPE);
    encoded = strstr(play.requests.ptr, mark);
    assert_non_null(encoded);
    encoded += strlen(mark);
    assert_int_equal(
        lamb_base64_decode(lamb_span_of(encoded, strcspn(encoded, "\r")), &body), 0);
    process_expect(lamb_buf_cstr(&body), "\"errorType\":\"Runtime.Crash\"");
    process_expect(lamb_buf_cstr(&body), "at address 0x10");
    assert_int_equal(outcome.signal, SIGSEGV);
}

static void
a_handler_of_ones_own_is_respected(void **state)
{
    (void)state;
    play_fini(&play);
    RUN(BOOTSTRAP, "crash.own_way", "LAMB_TEST=1", { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT }, { PLAY_EXPECT_END, "" });
    assert_int_equal(outcome.status, 7);
    assert_string_equal(outcome.output, "my way\n");
    assert_string_equal(outcome.errors, "");
}

static void
a_child_that_crashes_tells_nothing_of_its_parents_invocation(void **state)
{
    (void)state;
    play_fini(&play);
    RUN(BOOTSTRAP, "crash.in_child", "LAMB_TEST=1", { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
        { PLAY_EXPECT, "{\"signal\":11}" });
    assert_int_equal(outcome.status, 1);
    assert_null(strstr(outcome.errors, "lamb: crash"));
}

static void
nobody_to_tell_it_to_changes_nothing_about_the_death(void **state)
{
    (void)state;
    play_fini(&play);
    RUN(BOOTSTRAP, "crash.segv", "LAMB_TEST=1", { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT }, { PLAY_KEEP, "" },
        { PLAY_ACCEPT, "" }, { PLAY_RESET, "" });
    assert_int_equal(outcome.signal, SIGSEGV);
    process_expect(outcome.errors, "lamb: crash: SIGSEGV");
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_is_posted_and_then_died_of),
        cmocka_unit_test(each_fatal_signal_is_told_by_its_name_and_cause),
        cmocka_unit_test(two_threads_that_crash_at_once_make_one_report),
        cmocka_unit_test(frames_name_functions_up_to_the_programs_start),
#ifdef HAVE_STATIC
        cmocka_unit_test(static_programs_tell_as_much),
#endif
        cmocka_unit_test(a_broken_stack_costs_frames_only),
        cmocka_unit_test(a_stack_that_overflows_is_a_crash_too),
        cmocka_unit_test(a_crash_on_a_thread_of_the_handler_ends_its_invocation),
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test(a_crash_inside_the_allocator_is_told_as_well),
#endif
        cmocka_unit_test(a_crash_of_a_worker_ends_its_own_invocation),
        cmocka_unit_test(a_crash_in_init_is_an_init_error),
        cmocka_unit_test(an_answer_that_was_sent_stands),
        cmocka_unit_test(a_crash_in_a_stream_ends_it_with_the_error_in_its_trailers),
        cmocka_unit_test(a_handler_of_ones_own_is_respected),
        cmocka_unit_test(a_child_that_crashes_tells_nothing_of_its_parents_invocation),
        cmocka_unit_test(nobody_to_tell_it_to_changes_nothing_about_the_death),
    };

    return cmocka_run_group_tests(tests, NULL, forget_requests);
}
