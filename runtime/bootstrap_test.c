/* SPDX-License-Identifier: Apache-2.0 */

/* The programs as processes: what they load, what they report, how they end. */

#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/play.h"
#include "runtime/process.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"

#define ID "Lambda-Runtime-Aws-Request-Id: r-1\r\n"
#define EVENT "HTTP/1.1 200 OK\r\n" ID "Content-Length: 7\r\n\r\n{\"n\":1}"
#define OK "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
#define POLL "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"

static const char *test_folder; /* of a test that is running, NULL: none */

/* Also a teardown: what a failed test left is removed too. */
static int
remove_test_folder(void **state)
{
    char path[64];

    (void)state;
    if (test_folder && lamb_format(path, sizeof(path), "%s/bad.so", test_folder) == 0) {
        (void)unlink(path);
        (void)rmdir(test_folder);
    }
    test_folder = NULL;
    return 0;
}

static const char *extra_variable = "LAMB_TEST=1"; /* one more, for one test */

/* Run PROGRAM against STEPS; requests stay in PLAY until play_fini. */
static void
run_play(const char *program, const char *handler, struct play *play,
         const struct play_step *steps, size_t count, struct outcome *ret)
{
    char api[64];
    char handler_variable[256];
    const char *const env[] = {
        api,
        handler_variable,
        "LAMBDA_TASK_ROOT=" FIXTURES,
        "AWS_LAMBDA_FUNCTION_NAME=orders",
        "http_proxy=http://127.0.0.1:1", /* not for the Runtime API */
        "HTTP_PROXY=http://127.0.0.1:1",
        "ALL_PROXY=http://127.0.0.1:1",
        extra_variable,
        /* a sanitizer that is not the first library has to be told to be quiet */
        "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0",
        NULL,
    };

    play_start(play, steps, count);
    assert_int_equal(
        lamb_format(api, sizeof(api), "AWS_LAMBDA_RUNTIME_API=%s", play->endpoint), 0);
    assert_int_equal(
        lamb_format(handler_variable, sizeof(handler_variable), "_HANDLER=%s", handler),
        0);
    process_run(program, env, &play->target, ret);
    play_finish(play);
}

/* PROGRAM must report an init error of TYPE whose message has TEXT in it, and exit 1.
 */
static void
expect_init_error(const char *program, const char *handler, const char *type,
                  const char *text)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT_ONLY, "POST /2018-06-01/runtime/init/error HTTP/1.1\r\n" },
        { PLAY_SEND, OK },
    };
    struct outcome outcome;
    char header[128];
    struct play play;

    print_message("# %s\n", handler);
    run_play(program, handler, &play, steps, LAMB_COUNT(steps), &outcome);
    assert_int_equal(lamb_format(header, sizeof(header),
                                 "Lambda-Runtime-Function-Error-Type: %s\r\n", type),
                     0);
    process_expect(play.requests.ptr, header);
    process_expect(play.requests.ptr, "{\"errorMessage\":\"");
    process_expect(play.requests.ptr, "\",\"stackTrace\":[]}");
    process_expect(outcome.errors, "lamb: init failed: ");
    process_expect(outcome.errors, type);
    process_expect(outcome.errors, text);
    assert_int_equal(outcome.status, 1);
    play_fini(&play);
}

/* PROGRAM must answer an event with WANT; then the play is over, and it exits 1. */
static void
expect_answer(const char *program, const char *handler, const char *want,
              struct outcome *ret)
{
    const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },   { PLAY_EXPECT, POLL }, { PLAY_SEND, EVENT },
        { PLAY_EXPECT, want }, { PLAY_EXPECT, POLL }, { PLAY_SEND, OK },
    };
    struct play play;

    run_play(program, handler, &play, steps, LAMB_COUNT(steps), ret);
    play_fini(&play);
    process_expect(ret->errors, "Connection refused");
    assert_int_equal(ret->status, 1);
}

static void
a_handler_is_loaded_prepared_and_called(void **state)
{
    struct outcome outcome;

    (void)state;
    expect_answer(BOOTSTRAP, "good.echo", "\r\n\r\n[1,{\"n\":1}]", &outcome);
    assert_string_equal(outcome.output, "half a line"); /* flushed before the answer */
}

static void
a_handler_may_end_the_process(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, EVENT },
    };
    struct outcome outcome;
    struct play play;

    (void)state;
    run_play(BOOTSTRAP, "good.leave", &play, steps, LAMB_COUNT(steps), &outcome);
    play_fini(&play);
    assert_int_equal(outcome.status, 7);
}

static void
what_cannot_be_loaded_is_an_init_error_that_says_why(void **state)
{
    (void)state;
    expect_init_error(BOOTSTRAP, "nodot", "Runtime.MalformedHandlerName",
                      "_HANDLER is 'nodot', which is not FILE.SYMBOL");
    expect_init_error(BOOTSTRAP, "absent.handler", "Runtime.ImportModuleError",
                      "no such file: looked for " FIXTURES "/absent.so, " FIXTURES
                      "/libabsent.so, " FIXTURES "/absent\n");
    expect_init_error(BOOTSTRAP, "good.absent", "Runtime.HandlerNotFound",
                      "good.so has no function 'absent': is the name right");
    expect_init_error(BOOTSTRAP, "good.hidden", "Runtime.HandlerNotFound",
                      "neither static nor hidden");
    expect_init_error(BOOTSTRAP, "unlinked.handler", "Runtime.ImportModuleError",
                      "undefined symbol: of_a_library (nothing that it is linked with "
                      "defines this");
    expect_init_error(BOOTSTRAP, "main_one.handler", "Runtime.ImportModuleError",
                      "(it is a program: link it with -shared)");
    expect_init_error(BOOTSTRAP, SOURCES "/good.c.handler", "Runtime.ImportModuleError",
                      "(it is not a shared object: link it with -shared)");
}

/* A copy of the fixture good.so under PATH, with bytes changed. */
struct damage {
    const char *find; /* NULL: at the place AT of the file */
    size_t at;
    const char *put;
    size_t len;
};

static void
write_damaged(const char *path, const struct damage *damage)
{
    LAMB_AUTOFD int from = open(FIXTURES "/good.so", O_RDONLY | O_CLOEXEC);
    LAMB_AUTOFD int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    LAMB_AUTOBUF struct lamb_buf bytes = LAMB_BUF_INIT(1 << 24);
    char part[4096];
    char *place;
    ssize_t n;

    assert_true(from >= 0 && to >= 0);
    while ((n = read(from, part, sizeof(part))) > 0)
        assert_int_equal(lamb_buf_append(&bytes, part, (size_t)n), 0);
    place = damage->find
                ? memmem(bytes.ptr, bytes.len, damage->find, strlen(damage->find))
                : bytes.ptr + damage->at;
    assert_non_null(place);
    memcpy(place, damage->put, damage->len);
    assert_int_equal(write(to, bytes.ptr, bytes.len), bytes.len);
}

/* The damaged copy must be refused with its own name and with TEXT. */
static void
expect_refused(const struct damage *damage, const char *text)
{
    static char folder[32]; /* outlives a failing test */
    char path[64];
    char handler[96];
    char named[128];

    assert_int_equal(lamb_format(folder, sizeof(folder), "/tmp/lamb-bootstrap-XXXXXX"),
                     0);
    assert_non_null(mkdtemp(folder));
    test_folder = folder;
    assert_int_equal(lamb_format(path, sizeof(path), "%s/bad.so", folder), 0);
    assert_int_equal(lamb_format(handler, sizeof(handler), "%s/bad.handler", folder),
                     0);
    assert_int_equal(lamb_format(named, sizeof(named), "cannot load %s", path), 0);
    write_damaged(path, damage);
    expect_init_error(BOOTSTRAP, handler, "Runtime.ImportModuleError", named);
    expect_init_error(BOOTSTRAP, handler, "Runtime.ImportModuleError", text);
    remove_test_folder(NULL);
}

static void
objects_of_another_machine_or_system_are_init_errors_that_say_so(void **state)
{
#ifdef __x86_64__
    static const struct damage machine = { NULL, offsetof(Elf64_Ehdr, e_machine),
                                           "\xb7\x00", 2 };
    static const char other[] = "(it was built for arm64, and this bootstrap runs on "
                                "x86_64: compile it for x86_64";
#else
    static const struct damage machine = { NULL, offsetof(Elf64_Ehdr, e_machine),
                                           "\x3e\x00", 2 };
    static const char other[] = "(it was built for x86_64, and this bootstrap runs on "
                                "arm64: compile it for arm64";
#endif
    static const struct damage library = { "libc.so.6", 0, "libq", 4 };
    static const struct damage version = { "GLIBC_2.", 0, "GLIBC_9.", 8 };

    (void)state;
    expect_refused(&machine, other);
    expect_refused(&library,
                   "libq.so.6: cannot open shared object file: No such file or "
                   "directory (a library that it needs is missing: put it "
                   "into lib/ of the package)");
    expect_refused(&version,
                   "(it was built on a newer system than the one it runs on: ");
}

static void
another_interface_version_is_an_init_error_that_says_so(void **state)
{
    (void)state;
    expect_init_error(BOOTSTRAP, "future.handler", "Runtime.AbiMismatch",
                      "future.so was compiled with lamb.h of interface version 23, and "
                      "this bootstrap (lamb " LAMB_VERSION ") offers version 1");
    expect_init_error(
        BOOTSTRAP, "newer.handler", "Runtime.ImportModuleError",
        "undefined symbol: lamb_of_the_future (this bootstrap, lamb " LAMB_VERSION
        ", does not have that function");
}

static void
a_failing_hook_is_an_init_error(void **state)
{
    (void)state;
    expect_init_error(BOOTSTRAP, "good.picky", "Handler.InitError",
                      "the init hook of handler 'picky' returned 3");
    expect_init_error(BOOTSTRAP, "good.sorry", "Function.NoDatabase",
                      "no database for orders");
}

#define REGISTER "POST /2020-01-01/extension/register HTTP/1.1\r\n"
#define EXTENSION_POLL "GET /2020-01-01/extension/event/next HTTP/1.1\r\n"

static void
a_shutdown_hook_is_called_on_sigterm(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT_ONLY, REGISTER },
        { PLAY_SEND, "HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: e-5\r\n"
                     "Content-Length: 2\r\n\r\n{}" },
        { PLAY_EXPECT_ONLY, "\r\nLambda-Extension-Identifier: e-5\r\n" },
        { PLAY_KEEP, "" },
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, EVENT },
        { PLAY_EXPECT, "\r\n\r\n\"done\"" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, OK },
        { PLAY_SIGNAL, "" },
        { PLAY_EXPECT_END, "" },
    };
    struct outcome outcome;
    struct play play;

    (void)state;
    run_play(BOOTSTRAP, "good.tidy", &play, steps, LAMB_COUNT(steps), &outcome);
    assert_int_equal(outcome.status, 0);
    assert_string_equal(outcome.output, "tidied up after orders\n");
    process_expect(play.requests.ptr, "\r\nLambda-Extension-Name: lamb-shutdown\r\n");
    process_expect(play.requests.ptr, "\r\n\r\n{\"events\":[]}");
    process_expect(play.requests.ptr, EXTENSION_POLL);
    play_fini(&play);
}

static void
a_shutdown_hook_lives_with_a_platform_without_extensions(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT_ONLY, REGISTER },
        { PLAY_SEND, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" },
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, EVENT },
        { PLAY_EXPECT, "\r\n\r\n\"done\"" },
    };
    struct outcome outcome;
    struct play play;

    (void)state;
    run_play(BOOTSTRAP, "good.tidy", &play, steps, LAMB_COUNT(steps), &outcome);
    process_expect(outcome.errors, "status 404 to /extension/register");
    assert_int_equal(outcome.status, 1);
    assert_string_equal(outcome.output, "");
    play_fini(&play);
}

static void
a_wrapper_starts_the_runtime_once(void **state)
{
    static const struct play_step nothing[] = { { PLAY_CLOSE, "" } };
    struct outcome outcome;
    struct play play;

    (void)state;
    extra_variable = "AWS_LAMBDA_EXEC_WRAPPER=" SOURCES "/wrapper.sh";
    expect_answer(BOOTSTRAP, "good.echo", "\r\n\r\n[1,{\"n\":1}]", &outcome);
    assert_string_equal(outcome.output, "wrapped: 1\nhalf a line");
    extra_variable = "AWS_LAMBDA_EXEC_WRAPPER=/nowhere/wrapper";
    run_play(BOOTSTRAP, "good.echo", &play, nothing, 1, &outcome);
    play_fini(&play);
    assert_int_equal(outcome.status, 127);
    process_expect(outcome.errors,
                   "'/nowhere/wrapper', which cannot be started: No such");
    extra_variable = "LAMB_TEST=1";
}

static void
as_many_are_served_at_once_as_the_environment_says(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT_ONLY, POLL },
        { PLAY_KEEP, "" },
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT_ONLY, POLL },
        { PLAY_SEND, EVENT },
        { PLAY_EXPECT, "\r\n\r\n[1,{\"n\":1}]" },
        { PLAY_EXPECT_ONLY, POLL },
        { PLAY_SEND, OK },
    };
    struct outcome outcome;
    struct play play;

    (void)state;
    extra_variable = "AWS_LAMBDA_MAX_CONCURRENCY=2";
    run_play(BOOTSTRAP, "good.echo", &play, steps, LAMB_COUNT(steps), &outcome);
    assert_int_equal(outcome.status, 1);
    play_fini(&play);
    extra_variable = "AWS_LAMBDA_MAX_CONCURRENCY=many";
    expect_answer(BOOTSTRAP, "good.echo", "\r\n\r\n[1,{\"n\":1}]", &outcome);
    process_expect(outcome.errors, "AWS_LAMBDA_MAX_CONCURRENCY is 'many'");
    extra_variable = "LAMB_TEST=1";
}

/* The environment belongs to all workers: with several it has no invocation's trace. */
static void
the_trace_is_in_the_environment_of_one_at_a_time_only(void **state)
{
#define TRACED                                                                         \
    "HTTP/1.1 200 OK\r\n" ID "Lambda-Runtime-Trace-Id: Root=1-2-3\r\n"                 \
    "Content-Length: 7\r\n\r\n{\"n\":1}"
    static const struct play_step alone[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, TRACED },
        { PLAY_EXPECT, "[\"Root=1-2-3\",\"Root=1-2-3\"]" },
    };
    static const struct play_step together[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_KEEP, "" },
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, TRACED },
        { PLAY_EXPECT, "[\"not set\",\"Root=1-2-3\"]" },
    };
    struct outcome outcome;
    struct play play;

    (void)state;
    run_play(BOOTSTRAP, "good.traced", &play, alone, LAMB_COUNT(alone), &outcome);
    play_fini(&play);
    extra_variable = "AWS_LAMBDA_MAX_CONCURRENCY=2";
    run_play(BOOTSTRAP, "good.traced", &play, together, LAMB_COUNT(together), &outcome);
    play_fini(&play);
    extra_variable = "LAMB_TEST=1";
}

#ifdef HAVE_CPLUSPLUS
static void
cplusplus_handlers_are_loaded_and_extern_c_is_explained(void **state)
{
    struct outcome outcome;

    (void)state;
    expect_answer(BOOTSTRAP, "cplusplus.handler", "\r\n\r\n[\"C++\",{\"n\":1}]",
                  &outcome);
    expect_init_error(BOOTSTRAP, "cplusplus.forgotten", "Runtime.HandlerNotFound",
                      "in C++ it has to be declared extern \"C\"");
    expect_answer(FIXTURES "/main_cplusplus", "", "{\"prepared\":2}", &outcome);
}
#endif

#ifdef HAVE_CPLUSPLUS
/* PROGRAM gets EVENT_BODY, and must post an error that has WANT in it. */
static void
expect_function_error(const char *program, const char *handler, const char *event_body,
                      const char *want, struct outcome *ret)
{
    char event[256];
    const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, event },
        { PLAY_EXPECT, "POST /2018-06-01/runtime/invocation/r-1/error HTTP/1.1\r\n" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, OK },
    };
    struct play play;

    assert_int_equal(lamb_format(event, sizeof(event),
                                 "HTTP/1.1 200 OK\r\n" ID
                                 "Content-Length: %zu\r\n\r\n%s",
                                 strlen(event_body), event_body),
                     0);
    run_play(program, handler, &play, steps, LAMB_COUNT(steps), ret);
    process_expect(play.requests.ptr, want);
    play_fini(&play);
    assert_int_equal(ret->status, 1);
}

static void
what_a_cplusplus_handler_throws_is_its_error(void **state)
{
    static const struct {
        const char *event;
        const char *want;
    } cases[] = {
        { "s", "{\"errorMessage\":\"no \\\"stock\\\"\\n\",\"errorType\":"
               "\"std::runtime_error\",\"stackTrace\":[]}" },
        { "t", "{\"errorMessage\":\"no 7\",\"errorType\":\"shop::not_found<int>\"," },
        { "c", "{\"errorMessage\":\"just text\",\"errorType\":\"char_const*\"," },
        { "n",
          "{\"errorMessage\":\"an exception of type int was thrown\",\"errorType\":"
          "\"int\"," },
    };
    struct outcome outcome;

    (void)state;
    for (size_t i = 0; i < LAMB_COUNT(cases); i++) {
        expect_function_error(BOOTSTRAP, "cplusplus.thrower", cases[i].event,
                              cases[i].want, &outcome);
        assert_string_equal(outcome.output, "unwound\n");
    }
    expect_function_error(FIXTURES "/main_cplusplus", "", "",
                          "\"std::invalid_argument\"", &outcome);
}

static void
an_exception_that_interrupts_a_stream_becomes_its_trailers(void **state)
{
    static const struct play_step steps[] = {
        { PLAY_ACCEPT, "" },
        { PLAY_EXPECT, POLL },
        { PLAY_SEND, EVENT },
        { PLAY_EXPECT_ONLY,
          "part\r\n0\r\n"
          "Lambda-Runtime-Function-Error-Type: std::length_error\r\n" },
        { PLAY_SEND, OK },
    };
    struct outcome outcome;
    struct play play;

    (void)state;
    run_play(BOOTSTRAP, "cplusplus.late", &play, steps, LAMB_COUNT(steps), &outcome);
    play_fini(&play);
}

static void
an_exception_of_an_init_hook_is_an_init_error(void **state)
{
    (void)state;
    expect_init_error(BOOTSTRAP, "cplusplus.unready", "std::runtime_error",
                      "no database");
}
#endif

static void
a_program_with_one_handler_needs_no_choice(void **state)
{
    struct outcome outcome;

    (void)state;
    expect_answer(FIXTURES "/main_one", "whatever", "{\"prepared\":1}", &outcome);
    expect_answer(FIXTURES "/main_one", "", "{\"prepared\":1}", &outcome);
}

static void
a_program_with_a_table_is_told_which(void **state)
{
    struct outcome outcome;

    (void)state;
    expect_answer(FIXTURES "/main_table", "list", "\"listed\"", &outcome);
    expect_answer(FIXTURES "/main_table", "bootstrap.list", "\"listed\"", &outcome);
    expect_init_error(FIXTURES "/main_table", "create", "Function.Unprepared",
                      "nothing to create in");
    expect_init_error(FIXTURES "/main_table", "x.delete", "Runtime.HandlerNotFound",
                      "no handler 'delete' (from _HANDLER=x.delete)");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handler_is_loaded_prepared_and_called),
        cmocka_unit_test(a_handler_may_end_the_process),
        cmocka_unit_test(what_cannot_be_loaded_is_an_init_error_that_says_why),
        cmocka_unit_test_teardown(
            objects_of_another_machine_or_system_are_init_errors_that_say_so,
            remove_test_folder),
        cmocka_unit_test(another_interface_version_is_an_init_error_that_says_so),
        cmocka_unit_test(a_failing_hook_is_an_init_error),
        cmocka_unit_test(a_shutdown_hook_is_called_on_sigterm),
        cmocka_unit_test(a_shutdown_hook_lives_with_a_platform_without_extensions),
        cmocka_unit_test(a_wrapper_starts_the_runtime_once),
        cmocka_unit_test(as_many_are_served_at_once_as_the_environment_says),
        cmocka_unit_test(the_trace_is_in_the_environment_of_one_at_a_time_only),
#ifdef HAVE_CPLUSPLUS
        cmocka_unit_test(cplusplus_handlers_are_loaded_and_extern_c_is_explained),
        cmocka_unit_test(what_a_cplusplus_handler_throws_is_its_error),
        cmocka_unit_test(an_exception_that_interrupts_a_stream_becomes_its_trailers),
        cmocka_unit_test(an_exception_of_an_init_hook_is_an_init_error),
#endif
        cmocka_unit_test(a_program_with_one_handler_needs_no_choice),
        cmocka_unit_test(a_program_with_a_table_is_told_which),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
