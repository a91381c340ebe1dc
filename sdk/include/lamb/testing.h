/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTING_H
#define LAMB_TESTING_H

/*
 * testing - unit tests of handlers: call one with an event, look at what it answers.
 *
 *     #include <lamb/testing.h>
 *
 *     int handler(struct lamb_invocation *inv);
 *
 *     LAMB_TEST(greets_by_name)
 *     {
 *         struct lamb_test_answer *answer =
 *             LAMB_TEST_CALL(handler, .event = "{\"name\":\"Ada\"}");
 *
 *         LAMB_EXPECT_JSON(answer, "{\"greeting\":\"Hello, Ada\"}");
 *         lamb_test_free(answer);
 *     }
 *
 *     LAMB_TEST_MAIN
 *
 * The test is a program of the handler's source and this one. It links liblamb.a, which
 * compares JSON through jansson (bootstrap does not have what stands here):
 *
 *     cc -o hello_test hello_test.c hello.c $(pkg-config --cflags --libs lamb)
 *
 * Each call runs in a process of its own, which is thrown away after it. So a handler
 * that crashes, exits, never returns, or leaks under the address sanitizer fails the
 * test that called it, with what it printed; the other tests run on. What it keeps from
 * one event to the next is seen with @warm, mocks and debuggers need @in_process.
 *
 * With cmocka, include <cmocka.h> before this header: an expectation that is not met is
 * then cmocka's fail(), and LAMB_TEST and LAMB_TEST_MAIN are not needed. Without
 * either, in a plain main, it says so on standard error and ends the process by
 * abort().
 */

#include <lamb/lamb.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct lamb_test_invocation - what to call, and with what; zero means the usual.
 * @handler: the handler.
 * @init: its init hook, called first in the same process; NULL: none.
 * @shutdown: its shutdown hook, called after the answer; NULL: none.
 * @event: the event; borrows. NULL: that of @event_file, that of @source, else "{}".
 * @event_len: how many bytes @event has; 0: it is text that ends with a NUL.
 * @event_file: a file with the event; borrows.
 * @source: a typed event, by a name of `lamb event --list` ("sqs"): its sample, with
 * every field that the source sends; borrows.
 * @changes: what is changed in the sample of @source: "PATH=VALUE" texts as those of
 *           `lamb event --set` ("Records.0.body=hi"; JSON, else text), the last one is
 *           followed by NULL; borrows. NULL: nothing.
 * @content_type: of the event; borrows. NULL: "application/json".
 * @request_id: see lamb_request_id; borrows. NULL: one that is always the same.
 * @function_arn: see lamb_function_arn; borrows. NULL: that of a function "test".
 * @trace_id: see lamb_trace_id; borrows. NULL: the invocation is not traced.
 * @client_context: see lamb_client_context; borrows. NULL: none.
 * @identity: see lamb_identity; borrows. NULL: none.
 * @tenant_id: see lamb_tenant_id; borrows. NULL: none.
 * @environment: "NAME=value" texts, the last one is followed by NULL; borrows. They are
 *               set before the init hook runs, "NAME" alone removes the variable. NULL:
 *               the environment of the test, and AWS_LAMBDA_FUNCTION_NAME "test",
 *               _VERSION "$LATEST", _MEMORY_SIZE "128" where it does not have them.
 * @remaining_ms: what lamb_remaining_ms says at the start; 0: @timeout_ms.
 * @timeout_ms: after how long the handler is ended, all of its hooks included; 0: 3000.
 * @warm: how often the same process gets the event before the time that counts.
 * @in_process: not 0: call it in the test's own process. Then a crash is the test's,
 *              the time is unlimited, the output is not collected, and the variables
 *              of @environment stay set.
 *
 * Unit:  milliseconds for times.
 * Since: 0.1
 */
struct lamb_test_invocation {
    lamb_handler_fn handler;
    lamb_init_fn init;
    lamb_shutdown_fn shutdown;
    const char *event;
    size_t event_len;
    const char *event_file;
    const char *source;
    const char *const *changes;
    const char *content_type;
    const char *request_id;
    const char *function_arn;
    const char *trace_id;
    const char *client_context;
    const char *identity;
    const char *tenant_id;
    const char *const *environment;
    int64_t remaining_ms;
    int64_t timeout_ms;
    unsigned warm;
    int in_process;
};

/** enum lamb_test_outcome - how a call ended. Since: 0.1 */
enum lamb_test_outcome {
    LAMB_TEST_SUCCEEDED,   /* the handler returned 0 */
    LAMB_TEST_FAILED,      /* it returned an error: error_type, error_message */
    LAMB_TEST_INIT_FAILED, /* the init hook did; so there was no invocation */
    LAMB_TEST_CRASHED,     /* a signal ended the process: status is its number */
    LAMB_TEST_EXITED,      /* it ended itself: status is what it exited with */
    LAMB_TEST_TIMED_OUT,   /* it had not returned after timeout_ms */
    LAMB_TEST_LEAKED,      /* it answered, and the leak sanitizer found a leak */
    LAMB_TEST_NOT_RUN      /* it was not called: no such event, no process, no memory */
};

/**
 * struct lamb_test_answer - what came of a call; read only.
 * @outcome: how it ended.
 * @status: a signal's number, an exit status, or what handler or hook returned.
 * @body: the response, or what was streamed of it; followed by a NUL.
 * @content_type: the response's; NULL: there is none.
 * @is_streamed: whether the response was streamed.
 * @parts: how many parts the stream was sent in.
 * @error_type: the error's type; NULL: there is none.
 * @error_message: the error's message; NULL: there is none.
 * @output: what the process printed, standard output and error; followed by a NUL.
 * @description: all this as a text for people.
 * Since: 0.1
 */
struct lamb_test_answer {
    enum lamb_test_outcome outcome;
    int status;
    struct lamb_span body;
    const char *content_type;
    int is_streamed;
    size_t parts;
    const char *error_type;
    const char *error_message;
    struct lamb_span output;
    const char *description;
};

/**
 * lamb_test_call - call a handler with an event, and wait for what comes of it.
 * @what: the call; borrows.
 *
 * Returns: the answer; gives, release it with lamb_test_free. Never NULL: what goes
 *          wrong on the way is an answer of outcome LAMB_TEST_NOT_RUN.
 * Threads: one at a time; the process should have no others, since the handler runs in
 *          a copy of it that has only the calling one.
 * Since:   0.1
 */
LAMB_API struct lamb_test_answer *
lamb_test_call(const struct lamb_test_invocation *what);

/**
 * lamb_test_free - release an answer.
 * @answer: the answer; takes. NULL is nothing.
 *
 * Threads: any, once per answer.
 * Since:   0.1
 */
LAMB_API void lamb_test_free(struct lamb_test_answer *answer);

/**
 * LAMB_TEST_CALL - lamb_test_call with members by name.
 *
 *     LAMB_TEST_CALL(handler, .event = "{}", .request_id = "r-1")
 *
 *     static const char *const changes[] = { "Records.0.body=hi", NULL };
 *     LAMB_TEST_CALL(handler, .source = "sqs", .changes = changes)
 *
 * In C. In C++ fill a struct lamb_test_invocation and pass its address.
 * Since: 0.1
 */
#define LAMB_TEST_CALL(...)                                                            \
    lamb_test_call(&(struct lamb_test_invocation){ .handler = __VA_ARGS__ })

/* ---- Expectations --------------------------------------------------------------- */

/** enum lamb_test_aspect - what of an answer is expected. Since: 0.1 */
enum lamb_test_aspect {
    LAMB_TEST_OUTCOME,      /* a number: an enum lamb_test_outcome */
    LAMB_TEST_STREAMED,     /* a number: 1 or 0 */
    LAMB_TEST_BODY,         /* a text, byte by byte */
    LAMB_TEST_JSON,         /* a text: JSON, whatever the order of its members */
    LAMB_TEST_CONTENT_TYPE, /* a text */
    LAMB_TEST_ERROR         /* a text: the type; and a part of the message */
};

/**
 * lamb_test_differs - what is not as expected; what the LAMB_EXPECT macros call.
 * @answer: the answer; borrows.
 * @aspect: what is looked at.
 * @number: what is expected, where it is a number.
 * @text:   what is expected, where it is a text; borrows. NULL: anything.
 * @part:   what an error's message has to contain; borrows. NULL: anything.
 *
 * Returns: NULL when it is as expected, else a text for people; borrows, valid until
 *          the next call.
 * Threads: one at a time.
 * Since:   0.1
 */
LAMB_API const char *lamb_test_differs(const struct lamb_test_answer *answer,
                                       enum lamb_test_aspect aspect, int number,
                                       const char *text, const char *part);

/**
 * lamb_test_fail - the running test has failed; what LAMB_EXPECT does without cmocka.
 * @file: where; borrows.
 * @line: where.
 * @text: why; borrows.
 *
 * Ends the test of LAMB_TEST that is running. Where there is none it prints the text on
 * standard error and ends the process by abort(). Does not return.
 *
 * Threads: the one that runs the test.
 * Since:   0.1
 */
LAMB_API void lamb_test_fail(const char *file, int line, const char *text);

/* cmocka's own failure, where cmocka is there; of the variable in LAMB_EXPECT. */
#ifdef CMOCKA_H_
#define LAMB_TEST_GIVE_UP (print_error("%s\n", differs_), _fail(__FILE__, __LINE__))
#else
#define LAMB_TEST_GIVE_UP lamb_test_fail(__FILE__, __LINE__, differs_)
#endif

/**
 * LAMB_EXPECT - one aspect of an answer is as expected; see lamb_test_differs.
 * @answer: the answer.
 * @aspect: an enum lamb_test_aspect.
 * @number: what is expected, where it is a number.
 * @text: what is expected, where it is a text.
 * @part: what an error's message has to contain.
 * Since: 0.1
 */
#define LAMB_EXPECT(answer, aspect, number, text, part)                                \
    do {                                                                               \
        const char *differs_ = lamb_test_differs(answer, aspect, number, text, part);  \
        if (differs_)                                                                  \
            LAMB_TEST_GIVE_UP;                                                         \
    } while (0)

/**
 * LAMB_EXPECT_OUTCOME - the call ended like this.
 * @answer: the answer.
 * @is: an enum lamb_test_outcome.
 * Since: 0.1
 */
#define LAMB_EXPECT_OUTCOME(answer, is)                                                \
    LAMB_EXPECT(answer, LAMB_TEST_OUTCOME, is, NULL, NULL)

/**
 * LAMB_EXPECT_BODY - the handler succeeded, with these bytes.
 * @answer: the answer.
 * @is: the response, a text.
 * Since: 0.1
 */
#define LAMB_EXPECT_BODY(answer, is) LAMB_EXPECT(answer, LAMB_TEST_BODY, 0, is, NULL)

/**
 * LAMB_EXPECT_JSON - the handler succeeded, with JSON that means the same.
 * @answer: the answer.
 * @is: JSON text; the order of members and white space do not count.
 * Since: 0.1
 */
#define LAMB_EXPECT_JSON(answer, is) LAMB_EXPECT(answer, LAMB_TEST_JSON, 0, is, NULL)

/**
 * LAMB_EXPECT_ERROR - the handler returned an error, or its init hook did.
 * @answer: the answer.
 * @type: the error's type; NULL: any.
 * @contains: a text that the error's message contains; NULL: any.
 * Since: 0.1
 */
#define LAMB_EXPECT_ERROR(answer, type, contains)                                      \
    LAMB_EXPECT(answer, LAMB_TEST_ERROR, 0, type, contains)

/**
 * LAMB_EXPECT_CONTENT_TYPE - the handler succeeded, with a response of this type.
 * @answer: the answer.
 * @is: the media type.
 * Since: 0.1
 */
#define LAMB_EXPECT_CONTENT_TYPE(answer, is)                                           \
    LAMB_EXPECT(answer, LAMB_TEST_CONTENT_TYPE, 0, is, NULL)

/**
 * LAMB_EXPECT_STREAMED - the handler succeeded, and streamed its response, or not.
 * @answer: the answer.
 * @is: 1 when the response has to be a stream, 0 when it must not be one.
 * Since: 0.1
 */
#define LAMB_EXPECT_STREAMED(answer, is)                                               \
    LAMB_EXPECT(answer, LAMB_TEST_STREAMED, is, NULL, NULL)

/* ---- Without a framework -------------------------------------------------------- */

/**
 * lamb_test_fn - the body of a test.
 * Since: 0.1
 */
typedef void (*lamb_test_fn)(void);

/**
 * lamb_test_add - one more test for lamb_test_main; what LAMB_TEST calls.
 * @name: its name, whose underscores are shown as spaces; keeps.
 * @fn:   the test.
 *
 * Threads: the main one, before lamb_test_main.
 * Since:   0.1
 */
LAMB_API void lamb_test_add(const char *name, lamb_test_fn fn);

/**
 * lamb_test_main - run the tests in the order of the file; TAP on standard output.
 * @argc: main's.
 * @argv: main's; borrows. With words in it, only tests with one of them in their name
 *        are run.
 *
 * Returns: the exit status for main: 0 when all have passed, 1 when one has not, 2 when
 *          there is no test, or none with such a name.
 * Threads: the main one, once.
 * Since:   0.1
 */
LAMB_API int lamb_test_main(int argc, char **argv);

/**
 * LAMB_TEST - define a test: `LAMB_TEST(an_empty_event_is_refused) { ... }`.
 * @name: its name, an identifier.
 * Since: 0.1
 */
#define LAMB_TEST(name)                                                                \
    static void name(void);                                                            \
    __attribute__((constructor)) static void lamb_add_##name(void)                     \
    {                                                                                  \
        lamb_test_add(#name, name);                                                    \
    }                                                                                  \
    static void name(void)

/**
 * LAMB_TEST_MAIN - the main of a program of LAMB_TESTs; no semicolon behind it.
 * Since: 0.1
 */
#define LAMB_TEST_MAIN                                                                 \
    int main(int argc, char **argv)                                                    \
    {                                                                                  \
        return lamb_test_main(argc, argv);                                             \
    }

#ifdef __cplusplus
}
#endif

#endif
