/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_LAMB_H
#define LAMB_LAMB_H

/*
 * lamb - AWS Lambda functions in C.
 *
 * A function is a handler: it gets an invocation, answers it, and returns 0.
 *
 *     #include <lamb/lamb.h>
 *
 *     int handler(struct lamb_invocation *inv)
 *     {
 *         struct lamb_span event = lamb_event(inv);
 *
 *         if (event.len == 0)
 *             return lamb_fail(inv, "BadEvent", "expected a JSON object");
 *         return lamb_reply(inv, event.ptr, event.len);
 *     }
 *
 * There are two ways to ship it.
 *
 *   As a shared object, loaded by lamb's `bootstrap` as _HANDLER=hello.handler says.
 *   It is compiled against these headers and links nothing of lamb: the bootstrap has
 *   the functions below, and jansson's (<jansson.h>), inside.
 *
 *     cc -shared -fPIC -o hello.so hello.c $(pkg-config --cflags lamb)
 *
 *   As a program with a main of its own that links liblamb.a (see lamb_run).
 *
 * If the handler NAME needs something prepared, define beside it
 *
 *     int NAME_init(struct lamb_runtime *rt);
 *
 * It is called once, before the first event. Anything but 0 is an init error; say why
 * with lamb_init_fail. If something has to be done at the end (flush, log off), define
 *
 *     void NAME_shutdown(struct lamb_runtime *rt);
 *
 * In C++ declare handler and hooks extern "C". What they throw is caught, and becomes
 * the error (lamb/exceptions.h).
 *
 * Every pointer is described by one of five words. *Borrows*: stays with its owner, is
 * valid for the time stated. *Keeps*: the caller guarantees that it lives longer.
 * *Takes*: ours from now on. *Gives*: the caller has to release it. *Copies*: free to
 * be changed as soon as the call returns. Results are 0 or a negative errno value
 * unless stated otherwise. Nothing here exits the process, and only lamb_run prints.
 */

#include <lamb/span.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define LAMB_API __attribute__((visibility("default")))
#define LAMB_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define LAMB_API
#define LAMB_PRINTF(fmt, args)
#endif

/**
 * struct lamb_invocation - one event and its answer; opaque, lives until return.
 * Since: 0.1
 */
struct lamb_invocation;

/**
 * struct lamb_runtime - the function's process; opaque, lives as long as it does.
 * Since: 0.1
 */
struct lamb_runtime;

/* ---- The event ------------------------------------------------------------------ */

/**
 * lamb_event - what the function was invoked with, almost always JSON.
 * @inv: the invocation; borrows.
 *
 * Returns: the bytes as they came; borrows, valid until the handler returns. Empty
 *          when there is no payload. Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API struct lamb_span lamb_event(const struct lamb_invocation *inv);

/**
 * lamb_release_fn - releases an object, such as free.
 * @object: the object; takes.
 *
 * Since: 0.1
 */
typedef void (*lamb_release_fn)(void *object);

/**
 * lamb_defer - have something released when the handler has returned.
 * @inv:     the invocation; borrows.
 * @release: what releases it; it may not use the invocation.
 * @object:  what it is called with; takes, also when this fails.
 *
 * Called when the handler has returned, whatever it returned; the last one that was
 * deferred first. Not after a crash, which ends the process.
 *
 * Returns: 0.
 * Errors:  -ENOMEM no memory; then it was released at once.
 * Threads: the handler's.
 * Since:   0.1
 */
LAMB_API int lamb_defer(struct lamb_invocation *inv, lamb_release_fn release,
                        void *object);

/**
 * lamb_content_type - the media type of the event.
 * @inv: the invocation; borrows.
 *
 * Returns: text such as "application/json"; borrows, valid until the handler returns.
 *          NULL when nothing was said about it. Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API const char *lamb_content_type(const struct lamb_invocation *inv);

/* ---- The answer ----------------------------------------------------------------- */

/**
 * lamb_reply - make these bytes the response.
 * @inv:   the invocation; borrows.
 * @bytes: the response; copies. May be NULL when @len is 0.
 * @len:   how many, in bytes.
 *
 * Replaces whatever was the response so far. The response is sent when the handler
 * returns 0, as "application/json" unless lamb_set_content_type said otherwise. What
 * is sent as JSON has to be JSON (or empty): else the caller of the function gets the
 * error Handler.ResponseNotJson. The service takes 6 MiB; for more the caller gets
 * Function.ResponseSizeTooLarge: use lamb_stream there.
 *
 * Returns: 0.
 * Errors:  -ENOMEM   no memory; the response is empty.
 *          -EMSGSIZE longer than 200 MiB; the response is empty.
 *          -EBUSY    the response is being streamed: what was sent stays sent.
 *          The handler may return each of them: it is then an error of the function.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_reply(struct lamb_invocation *inv, const void *bytes, size_t len);

/**
 * lamb_write - append bytes to the response.
 * @inv:   the invocation; borrows.
 * @bytes: what to append; copies. May be NULL when @len is 0.
 * @len:   how many, in bytes.
 *
 * After lamb_stream the bytes leave at once.
 *
 * Returns: 0.
 * Errors:  -ENOMEM   no memory; the response is lost, later writes fail too.
 *          -EMSGSIZE the response would be longer than 200 MiB; it is lost.
 *          -EPIPE    streaming only: nobody reads any more. Stop and return.
 *          A handler that ignores the first two and returns 0 has not succeeded:
 *          its caller gets an error, never a shortened response.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_write(struct lamb_invocation *inv, const void *bytes, size_t len);

/**
 * lamb_printf - append formatted text to the response.
 * @inv: the invocation; borrows.
 * @fmt: as for printf; borrows. The arguments: as printf takes them.
 *
 * Nothing is escaped: text that ends up inside JSON has to be made fit for it first.
 *
 * Returns: 0 (not the number of bytes).
 * Errors:  those of lamb_write, and -EINVAL when the text cannot be formatted.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_printf(struct lamb_invocation *inv, const char *fmt, ...)
    LAMB_PRINTF(2, 3);

/**
 * lamb_set_content_type - what the response is, when it is not "application/json".
 * @inv:          the invocation; borrows.
 * @content_type: a media type such as "text/plain; charset=utf-8"; copies.
 *
 * "application/json" and all that end with "+json" are a promise that is checked when
 * the handler returns; so is the prelude of
 * "application/vnd.awslambda.http-integration-response": JSON and eight zero bytes.
 *
 * Returns: 0.
 * Errors:  -EINVAL empty, longer than 255 bytes, or not printable ASCII.
 *          -EBUSY  streamed bytes have left already, and the type with them.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_set_content_type(struct lamb_invocation *inv,
                                   const char *content_type);

/**
 * lamb_stream - send the response while it is made, up to 200 MiB of it.
 * @inv:          the invocation; borrows.
 * @content_type: its media type; copies. NULL leaves the type as it is.
 *
 * What was written before is the beginning of the stream and leaves now; later
 * lamb_write and lamb_printf send at once. The stream ends when the handler returns.
 * A handler that fails after the first byte has left cannot take it back: its error
 * follows the bytes; so does Handler.StreamLeftOpen when a stream of JSON ends in the
 * middle, and Handler.ResponseNotJson when it is none. Whether the caller sees a stream
 * depends on how it invoked.
 *
 * Returns: 0.
 * Errors:  -EALREADY it is a stream already.
 *          -EINVAL   see lamb_set_content_type; the response is not streamed.
 *          -EPIPE    see lamb_write.
 *          -ENOMEM, -EMSGSIZE an earlier lamb_write had lost the response.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_stream(struct lamb_invocation *inv, const char *content_type);

/**
 * lamb_fail - say why the handler is about to return an error.
 * @inv:  the invocation; borrows.
 * @type: a short name that callers may test for ("BadEvent", "Order.NotFound");
 *        copies. NULL is "Handler.Error".
 * @fmt:  as for printf: a sentence for people; borrows. Very long ones are cut.
 *
 * Use it as `return lamb_fail(inv, ...)`. The caller of the function gets
 * {"errorMessage": "...", "errorType": "...", "stackTrace": []}. The last call counts;
 * none counts when the handler returns 0.
 *
 * Returns: -1, always.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API int lamb_fail(struct lamb_invocation *inv, const char *type, const char *fmt,
                       ...) LAMB_PRINTF(3, 4);

/* ---- About this invocation ------------------------------------------------------ */

/**
 * lamb_request_id - the id that the logs, the caller and the service know this by.
 * @inv: the invocation; borrows.
 *
 * A retried event comes again with the same id.
 *
 * Returns: text; borrows, valid until the handler returns. NULL when there is none,
 *          as in a test. Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API const char *lamb_request_id(const struct lamb_invocation *inv);

/**
 * lamb_deadline_ms - when the function is stopped if it has not returned.
 * @inv: the invocation; borrows.
 *
 * Unit:    milliseconds since the Unix epoch, wall clock.
 * Returns: the deadline, or 0 when there is none. Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API int64_t lamb_deadline_ms(const struct lamb_invocation *inv);

/**
 * lamb_remaining_ms - how much time is left, looked up anew in each call.
 * @inv: the invocation; borrows.
 *
 * Unit:    milliseconds.
 * Returns: the time left, 0 or less when the deadline has passed, INT64_MAX when there
 *          is no deadline (so that comparisons come out right). Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API int64_t lamb_remaining_ms(const struct lamb_invocation *inv);

/**
 * lamb_function_arn - the ARN as invoked: it may name a version or an alias.
 * @inv: the invocation; borrows.
 *
 * Returns: text; borrows, valid until the handler returns. NULL when there is none.
 *          Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API const char *lamb_function_arn(const struct lamb_invocation *inv);

/**
 * lamb_trace_id - the tracing header ("Root=1-...;Parent=...;Sampled=1").
 * @inv: the invocation; borrows.
 *
 * The same text is in the environment variable _X_AMZN_TRACE_ID while the handler runs.
 *
 * Returns: text; borrows, valid until the handler returns. NULL when the invocation
 *          is not traced. Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API const char *lamb_trace_id(const struct lamb_invocation *inv);

/**
 * lamb_client_context - what a mobile client said about itself, as JSON text.
 * @inv: the invocation; borrows.
 *
 * Returns: text; borrows, valid until the handler returns. NULL when none was given.
 *          Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API const char *lamb_client_context(const struct lamb_invocation *inv);

/**
 * lamb_identity - the Cognito identity of the caller, as JSON text.
 * @inv: the invocation; borrows.
 *
 * Returns: text; borrows, valid until the handler returns. NULL when none was given.
 *          Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API const char *lamb_identity(const struct lamb_invocation *inv);

/**
 * lamb_tenant_id - whom this is for, when the function isolates its tenants.
 * @inv: the invocation; borrows.
 *
 * Returns: text; borrows, valid until the handler returns. NULL when the function is
 *          not tenant-isolated. Cannot fail.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API const char *lamb_tenant_id(const struct lamb_invocation *inv);

/* ---- About the function --------------------------------------------------------- */

/**
 * lamb_runtime_of - the process that serves an invocation.
 * @inv: the invocation; borrows.
 *
 * Returns: the runtime; borrows, valid as long as the process. Never NULL.
 * Threads: any, while the handler runs.
 * Since:   0.1
 */
LAMB_API struct lamb_runtime *lamb_runtime_of(const struct lamb_invocation *inv);

/**
 * lamb_function_name - the name of the function (AWS_LAMBDA_FUNCTION_NAME).
 * @rt: the runtime; borrows.
 *
 * Returns: text; borrows, valid as long as the process. NULL when not set.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API const char *lamb_function_name(const struct lamb_runtime *rt);

/**
 * lamb_function_version - "$LATEST" or a number (AWS_LAMBDA_FUNCTION_VERSION).
 * @rt: the runtime; borrows.
 *
 * Returns: text; borrows, valid as long as the process. NULL when not set.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API const char *lamb_function_version(const struct lamb_runtime *rt);

/**
 * lamb_memory_mb - the function's memory limit (AWS_LAMBDA_FUNCTION_MEMORY_SIZE).
 * @rt: the runtime; borrows.
 *
 * Unit:    MB as the service counts them (1 MB is 1024 * 1024 bytes).
 * Returns: the limit, or 0 when it is not known. Cannot fail.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API int64_t lamb_memory_mb(const struct lamb_runtime *rt);

/**
 * lamb_availability_zone_id - the zone that the environment is in ("use1-az1").
 * @rt: the runtime; borrows.
 *
 * Zone ids mean the same place in every account: choose the near replica by it. The
 * first call asks the metadata endpoint of the environment, which takes a moment (2 s
 * at most); what it said is kept.
 *
 * Returns: text; borrows, valid as long as the process. NULL when it is not known; the
 *          log says why, and the next call asks again.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API const char *lamb_availability_zone_id(const struct lamb_runtime *rt);

/**
 * lamb_init_fail - say why an init hook is about to return an error.
 * @rt:   the runtime; borrows.
 * @type: a short name ("Function.NoDatabase"); copies. NULL is "Handler.InitError".
 * @fmt:  as for printf: a sentence for people; borrows. Very long ones are cut.
 *
 * Use it as `return lamb_init_fail(rt, ...)`. The last call counts.
 *
 * Returns: -1, always.
 * Threads: the one that runs the hook.
 * Since:   0.1
 */
LAMB_API int lamb_init_fail(struct lamb_runtime *rt, const char *type, const char *fmt,
                            ...) LAMB_PRINTF(3, 4);

/* ---- A main of its own ---------------------------------------------------------- */

/**
 * lamb_handler_fn - a handler: 0 is success, anything else an error of the function.
 * @inv: the invocation; borrows, valid until the handler returns.
 *
 * The error is the one that lamb_fail recorded, else type "Handler.Error" with the
 * number returned.
 * Since: 0.1
 */
typedef int (*lamb_handler_fn)(struct lamb_invocation *inv);

/**
 * lamb_init_fn - an init hook: 0 is success, anything else an init error.
 * @rt: the runtime; borrows, valid as long as the process.
 * Since: 0.1
 */
typedef int (*lamb_init_fn)(struct lamb_runtime *rt);

/**
 * lamb_shutdown_fn - a shutdown hook: the last thing that the process does.
 * @rt: the runtime; borrows, valid as long as the process.
 *
 * Called once when the process is asked to end by SIGTERM: never while a handler runs,
 * on a thread of its own, within 300 ms inside Lambda (then the process is killed). The
 * process exits with status 0 after it. Not called when the process is killed at once,
 * as after a timeout or when memory ran out.
 * Since: 0.1
 */
typedef void (*lamb_shutdown_fn)(struct lamb_runtime *rt);

/**
 * struct lamb_handler - one handler that a program offers.
 * @name: what _HANDLER calls it; keeps.
 * @fn:   the handler.
 * @init: its init hook, or NULL.
 * @shutdown: its shutdown hook, or NULL.
 *
 * A table of them ends with an element without a name.
 * Since: 0.1
 */
struct lamb_handler {
    const char *name;
    lamb_handler_fn fn;
    lamb_init_fn init;
    lamb_shutdown_fn shutdown;
};

/**
 * lamb_run - serve invocations until the process is ended.
 * @handlers: table of handlers, ended by one without a name; keeps.
 *
 *     static const struct lamb_handler handlers[] = {
 *         { .name = "create", .fn = create, .init = create_init },
 *         { .name = "list", .fn = list },
 *         { 0 },
 *     };
 *
 *     int main(void)
 *     {
 *         return lamb_run(handlers);
 *     }
 *
 * The environment variable _HANDLER chooses by name ("list", or "anything.list"). A
 * table of one handler needs no choice: it is used whatever _HANDLER says. Makes
 * standard output line-buffered, so that log lines leave when they are written. Started
 * outside of Lambda, it becomes `lamb start` with itself as the function, if there is a
 * lamb beside it or in PATH.
 *
 * Returns: the exit status for main, after a sentence on standard error: 1 when the
 *          init failed or the service went away, 2 outside of Lambda without lamb.
 * Threads: the main one, once.
 * Since:   0.1
 */
LAMB_API int lamb_run(const struct lamb_handler *handlers);

/**
 * LAMB_MAIN - the main of a program with one handler: `LAMB_MAIN(handler)`.
 * @handler: a handler's name, defined or declared above. If functions <handler>_init
 *           and <handler>_shutdown are linked in (not static; extern "C" in C++), they
 *           are its hooks.
 * Since: 0.1
 */
#define LAMB_MAIN(handler)                                                             \
    static int handler##_init_hook(struct lamb_runtime *rt)                            \
        __attribute__((weakref(#handler "_init")));                                    \
    static void handler##_shutdown_hook(struct lamb_runtime *rt)                       \
        __attribute__((weakref(#handler "_shutdown")));                                \
                                                                                       \
    int main(void)                                                                     \
    {                                                                                  \
        static const struct lamb_handler table[] = {                                   \
            { #handler, handler, handler##_init_hook, handler##_shutdown_hook },       \
            { NULL, NULL, NULL, NULL },                                                \
        };                                                                             \
                                                                                       \
        return lamb_run(table);                                                        \
    }

/*
 * Which version of this interface an object was compiled for. Every object that
 * includes this header refers to it, so that a bootstrap (or a liblamb.a) of another
 * version says so at the start, instead of misunderstanding later.
 */
LAMB_API extern const char lamb_abi_1;
#if defined(__GNUC__)
static const char *const lamb_abi_wanted __attribute__((used)) = &lamb_abi_1;
#endif

#ifdef __cplusplus
}
#include <lamb/exceptions.h>
#endif

#endif
