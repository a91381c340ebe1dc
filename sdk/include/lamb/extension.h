/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EXTENSION_H
#define LAMB_EXTENSION_H

/*
 * extension.h - extensions: programs that run beside a function.
 *
 *     static void
 *     look(const struct lamb_telemetry *record, void *log)
 *     {
 *         fprintf(log, "%s %.*s\n", record->type, (int)record->record.len,
 *                 record->record.ptr);
 *     }
 *
 *     int main(void)
 *     {
 *         struct lamb_extension_event event = { 0 };
 *         struct lamb_extension *ext = lamb_extension_new(NULL);
 *         int r = lamb_extension_register(ext, LAMB_ON_INVOKE | LAMB_ON_SHUTDOWN);
 *
 *         if (r == 0)
 *             r = lamb_extension_subscribe(ext, NULL, look, stdout);
 *         while (r == 0 && event.kind != LAMB_ON_SHUTDOWN)
 *             r = lamb_extension_next(ext, &event);
 *         if (r != 0)
 *             fprintf(stderr, "%s\n", lamb_extension_error(ext));
 *         lamb_extension_free(ext);
 *         return r != 0;
 *     }
 *
 * Compiled with liblamb.a and put into a layer as extensions/NAME, executable. The
 * service starts every such program before the function and waits for each to register
 * and to ask for its first event: what has to be ready for the function is done before
 * that.
 *
 * Functions return 0 or a negative errno; lamb_extension_error has the sentence.
 */

#include <lamb/lamb.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * enum lamb_extension_kind - events of an extension; as a set they are joined with |.
 *
 * Since: 0.1
 */
enum lamb_extension_kind {
    LAMB_ON_INVOKE = 1,  /* the function is being invoked */
    LAMB_ON_SHUTDOWN = 2 /* the environment ends */
};

/**
 * struct lamb_extension - one extension: its registration and its connection.
 *
 * Since: 0.1
 */
struct lamb_extension;

/**
 * struct lamb_extension_event - what the service says to an extension.
 * @kind:            which event it is, enum lamb_extension_kind.
 * @deadline_ms:     until when it has to be over, milliseconds since the Unix epoch.
 * @request_id:      of the invocation; NULL at the end.
 * @function_arn:    the function as invoked; NULL at the end.
 * @trace_id:        the tracing header; NULL when there is none.
 * @shutdown_reason: "spindown", "timeout" or "failure"; NULL for an invocation.
 * @json:            all of it, with what is not named here.
 *
 * The texts belong to the extension and last until it asks for the next event.
 * Since: 0.1
 */
struct lamb_extension_event {
    int kind;
    int64_t deadline_ms;
    const char *request_id;
    const char *function_arn;
    const char *trace_id;
    const char *shutdown_reason;
    struct lamb_span json;
};

/**
 * lamb_extension_new - make an extension; the service does not know it yet.
 * @name: its name; copies. NULL: the program's file name, which is what the service
 *        wants of every program in /opt/extensions.
 *
 * Returns: the extension; gives (lamb_extension_free). NULL: no memory.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API struct lamb_extension *lamb_extension_new(const char *name);

/**
 * lamb_extension_free - forget an extension; telemetry is received no more.
 * @ext: the extension; takes. NULL does nothing.
 *
 * Threads: the one that uses the extension.
 * Since:   0.1
 */
LAMB_API void lamb_extension_free(struct lamb_extension *ext);

/**
 * lamb_extension_register - say to the service that the extension is there.
 * @ext:    the extension; borrows.
 * @events: which events it wants: a set of enum lamb_extension_kind, 0 for none.
 *
 * Returns: 0.
 * Errors:  -EINVAL @ext is NULL, or @events has something else in it.
 *          -ENOENT AWS_LAMBDA_RUNTIME_API is not set: not inside of Lambda.
 *          -EACCES the service refuses; others: it cannot be reached or understood.
 * Threads: the one that uses the extension.
 * Since:   0.1
 */
LAMB_API int lamb_extension_register(struct lamb_extension *ext, unsigned events);

/**
 * lamb_extension_next - be done with the last event and wait for another.
 * @ext:       the extension, registered; borrows.
 * @ret_event: the event; copies. Its texts: see there.
 *
 * The first call says that the extension is ready, each one that it has finished with
 * the invocation before. The process may be frozen in it for hours.
 *
 * Returns: 0.
 * Errors:  -EINVAL not registered; -EACCES the service refuses; -EBADMSG what it
 *          says is no event; others: it cannot be reached.
 * Threads: the one that uses the extension.
 * Since:   0.1
 */
LAMB_API int lamb_extension_next(struct lamb_extension *ext,
                                 struct lamb_extension_event *ret_event);

/**
 * lamb_extension_init_error - say that the extension cannot start; then exit.
 * @ext:     the extension, registered; borrows.
 * @type:    a short name ("Extension.NoConfig"); borrows.
 * @message: a sentence for people; borrows.
 *
 * The function's init fails with it.
 *
 * Returns: 0.
 * Errors:  as lamb_extension_next.
 * Threads: the one that uses the extension.
 * Since:   0.1
 */
LAMB_API int lamb_extension_init_error(struct lamb_extension *ext, const char *type,
                                       const char *message);

/**
 * lamb_extension_exit_error - say that the extension cannot go on; then exit.
 * @ext:     the extension, registered; borrows.
 * @type:    a short name ("Extension.LostBackend"); borrows.
 * @message: a sentence for people; borrows.
 *
 * Returns: 0.
 * Errors:  as lamb_extension_next.
 * Threads: the one that uses the extension.
 * Since:   0.1
 */
LAMB_API int lamb_extension_exit_error(struct lamb_extension *ext, const char *type,
                                       const char *message);

/**
 * lamb_extension_error - why the last function failed.
 * @ext: the extension; borrows. NULL: there was no memory for it.
 *
 * Returns: a sentence; borrows, until the next call. "" when nothing failed.
 * Threads: the one that uses the extension.
 * Since:   0.1
 */
LAMB_API const char *lamb_extension_error(const struct lamb_extension *ext);

/**
 * lamb_extension_about - what the service answered to the registration.
 * @ext: the extension, registered; borrows.
 *
 * {"functionName": "...", "functionVersion": "...", "handler": "..."}
 *
 * Returns: JSON that belongs to the extension; borrows. Empty before the registration.
 * Threads: the one that uses the extension.
 * Since:   0.1
 */
LAMB_API struct lamb_span lamb_extension_about(const struct lamb_extension *ext);

/* ---- Telemetry --------------------------------------------------------------------
 */

/**
 * struct lamb_telemetry - one record of what happened, or one line of a log.
 * @time:   when, as text ("2022-10-12T00:01:15.000Z").
 * @type:   what: "platform.start", "platform.report", "function", "extension" ...
 * @record: its content as JSON: an object, or a string for a line that is no JSON.
 * @json:   all of it.
 *
 * The texts last until the callback returns.
 * Since: 0.1
 */
struct lamb_telemetry {
    const char *time;
    const char *type;
    struct lamb_span record;
    struct lamb_span json;
};

/**
 * lamb_telemetry_fn - called for each record, in order, one after the other.
 * @record: the record; borrows, valid until the function returns.
 * @data:   as given to lamb_extension_subscribe; borrows.
 *
 * It runs on a thread of its own. Whoever subscribes to "extension" must not write a
 * log line for each record: that would be another record.
 * Since: 0.1
 */
typedef void (*lamb_telemetry_fn)(const struct lamb_telemetry *record, void *data);

/**
 * struct lamb_telemetry_options - what to receive, and how soon. 0 has the default.
 * @struct_size: sizeof(struct lamb_telemetry_options): which members the caller knows.
 * @types:       a comma list of "platform", "function", "extension"; copies. Default:
 *               "platform,function".
 * @max_items:   records in one delivery, 1000 to 10000. Default: the service's, 10000.
 * @max_bytes:   bytes in one delivery, 262144 to 1048576. Default: 262144.
 * @timeout_ms:  the longest a record waits, 25 to 30000. Default: 1000.
 *
 * Since: 0.1
 */
struct lamb_telemetry_options {
    size_t struct_size;
    const char *types;
    int max_items;
    int max_bytes;
    int timeout_ms;
};

/**
 * lamb_extension_subscribe - receive telemetry; after registering, before events.
 * @ext:      the extension, registered; borrows.
 * @options:  what to receive; borrows. NULL: the defaults.
 * @callback: called for each record.
 * @data:     for the callback; keeps.
 *
 * Listens on a free port of the environment for what the service delivers.
 *
 * Returns: 0.
 * Errors:  -EINVAL not registered, subscribed already, or an option is wrong;
 *          -EACCES the service refuses; others: no port or thread is to be had.
 * Threads: the one that uses the extension.
 * Since:   0.1
 */
LAMB_API int lamb_extension_subscribe(struct lamb_extension *ext,
                                      const struct lamb_telemetry_options *options,
                                      lamb_telemetry_fn callback, void *data);

#ifdef __cplusplus
}
#endif

#endif
