/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_H
#define LAMB_EVENTS_H

/*
 * Events, read on demand.
 *
 *     #include <lamb/events/sqs.h>
 *
 *     struct lamb_document *doc;
 *     struct lamb_sqs_event event;
 *     struct lamb_sqs_message message;
 *     struct lamb_span body;
 *
 *     if (lamb_event_document(inv, &doc) || lamb_sqs_event_of(doc, &event))
 *         fail(lamb_document_error(doc));
 *     for (size_t i = 0; lamb_sqs_event_records_at(event, i, &message) == 0; i++)
 *         if (lamb_sqs_message_body(message, &body) == 0)
 *             work(body);
 *
 * A *document* is the event, parsed; it owns everything that is read from it, and is
 * closed when the handler has returned. A *value* is a place in it, passed by value.
 * The headers in lamb/events/ have a type for every object of every event and a
 * function for every field; they are thin: each calls one of the functions below, which
 * also reach the fields that no header knows.
 *
 * Every reading function returns one of
 *
 *     0            found; the result is set
 *     LAMB_ABSENT  the field is not there (or the object that would have it is not)
 *     LAMB_NULL    the field is there and is null
 *     -EPROTO      the field is there and is something else; lamb_document_error has
 *                  its path and what was found
 *     -EFBIG       what it decodes to is longer than is taken
 *     -ENOMEM      no memory
 *
 * and sets the result to "nothing" (empty text, 0, false, a value without fields)
 * unless it returns 0, so a chain of calls may be checked once, at its end. Text is
 * UTF-8 and followed by a NUL, which is not counted. All times are milliseconds since
 * 1970, UTC.
 */

#include <lamb/lamb.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum LAMB_ABSENT - what reading functions return when there is nothing to read, and
 * no error. Since: 0.1
 */
enum { LAMB_ABSENT = 1, LAMB_NULL = 2 };

/**
 * struct lamb_document - an event that was opened; opaque, one thread at a time.
 * Since: 0.1
 */
struct lamb_document;

/**
 * struct lamb_value - a place in a document; passed by value.
 * @document: whose it is; borrows.
 * @node:     the json_t (jansson) that is there; borrows, NULL when nothing is. Valid
 *            until the document is closed; not to be changed.
 *
 * Since: 0.1
 */
struct lamb_value {
    struct lamb_document *document;
    const void *node;
};

/** enum lamb_time_form - how a point in time is written in JSON. Since: 0.1 */
enum lamb_time_form {
    LAMB_TIME_MS,         /* 1795228243123 */
    LAMB_TIME_MS_TEXT,    /* "1795228243123" */
    LAMB_TIME_SECONDS,    /* 1795228243.123 */
    LAMB_TIME_ISO,        /* "2026-11-21T02:30:43.123Z" */
    LAMB_TIME_ACCESS_LOG, /* "21/Nov/2026:02:30:43 +0000" */
    LAMB_TIME_X509,       /* "Nov 21 02:30:43 2026 GMT" */
    LAMB_TIME_RABBITMQ,   /* "Nov 21, 2026, 2:30:43 AM" */
};

/** enum lamb_kind - what a value is. Since: 0.1 */
enum lamb_kind {
    LAMB_KIND_ABSENT,
    LAMB_KIND_NULL,
    LAMB_KIND_BOOL,
    LAMB_KIND_INT,
    LAMB_KIND_REAL,
    LAMB_KIND_TEXT,
    LAMB_KIND_LIST,
    LAMB_KIND_OBJECT,
};

/* ---- The document ---------------------------------------------------------------- */

/**
 * lamb_document_open - parse an event.
 * @json:         its bytes; copies. Empty is read as null, as the service does.
 * @ret_document: the document; gives. Also given when the bytes are not JSON, so that
 *                lamb_document_error can say why; NULL only for -ENOMEM.
 *
 * Of a name that an object has twice, the last one counts. Close what was given, in
 * every case.
 *
 * Returns: 0, or a negative errno value.
 * Errors:  -EPROTO not JSON in UTF-8, nested deeper than 1000, or a whole number that
 *                  does not fit into 64 bits.
 *          -ENOMEM no memory.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API int lamb_document_open(struct lamb_span json,
                                struct lamb_document **ret_document);

/**
 * lamb_event_document - parse the event of an invocation.
 * @inv:          the invocation; borrows until it returns.
 * @ret_document: the document; borrows, valid until the handler returns: it is closed
 *                then, and not by the handler. NULL only for -ENOMEM.
 *
 * Each call parses anew: call it once.
 *
 * Returns: 0, or a negative errno value.
 * Errors:  as lamb_document_open.
 * Threads: the handler's.
 * Since:   0.1
 */
LAMB_API int lamb_event_document(struct lamb_invocation *inv,
                                 struct lamb_document **ret_document);

/**
 * lamb_document_close - forget the document and all that was read from it.
 * @document: the document; takes. NULL is fine.
 *
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API void lamb_document_close(struct lamb_document *document);

/**
 * lamb_document_root - the whole event.
 * @document: the document; borrows. NULL is fine.
 *
 * Returns: its value. Cannot fail.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API struct lamb_value lamb_document_root(struct lamb_document *document);

/**
 * lamb_document_error - the first thing that was wrong with the document.
 * @document: the document; borrows. NULL stands for a document that found no memory.
 *
 * Returns: a sentence with the path of the field, "" when nothing was wrong; borrows,
 *          valid until the document is closed. Cannot fail.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API const char *lamb_document_error(const struct lamb_document *document);

/**
 * lamb_document_source - where an event comes from, judged by its shape.
 * @document: the document; borrows. NULL is fine.
 *
 * Returns: the name of a header of lamb/events/ without its ".h", such as "sqs"; NULL
 *          when the shape is none of them. Borrows, valid for ever. Cannot fail.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API const char *lamb_document_source(struct lamb_document *document);

/**
 * lamb_document_expect - the event, when it comes from this source.
 * @document:  the document; borrows. NULL is fine.
 * @source:    a name as lamb_document_source returns; borrows until it returns.
 * @ret_value: the whole event; borrows, valid until the document is closed.
 *
 * Returns: 0, or a negative errno value; the reason is the document's error.
 * Errors:  -EPROTO the event comes from somewhere else.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_document_expect(struct lamb_document *document, const char *source,
                                  struct lamb_value *ret_value);

/* ---- Values -----------------------------------------------------------------------
 */

/**
 * lamb_value_kind - what a value is.
 * @value: the value.
 *
 * Returns: its kind. Cannot fail.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API enum lamb_kind lamb_value_kind(struct lamb_value value);

/**
 * lamb_value_get - what a field is, whatever it is.
 * @object:  the object.
 * @name:    path: names with '/' between them ("dynamodb/Keys"); borrows until it
 *           returns. "" is the value itself. A name may not contain '/': for such use
 *           lamb_value_member.
 * @ret_value: the field's value; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL (the result is then the null), or a negative errno
 *          value.
 * Errors:  -EPROTO a part of the path is there and not an object.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_get(struct lamb_value object, const char *name,
                            struct lamb_value *ret_value);

/**
 * lamb_value_object - a field that is an object.
 * @object:     the object.
 * @name:       path, as for lamb_value_get; borrows until it returns.
 * @ret_object: the field's value; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_object(struct lamb_value object, const char *name,
                               struct lamb_value *ret_object);

/**
 * lamb_value_list - a field that is a list.
 * @object:    the object.
 * @name:      path, as for lamb_value_get; borrows until it returns.
 * @ret_list:  the field's value; borrows, valid until the document is closed.
 * @ret_count: how many elements; NULL is fine. Borrows until it returns.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_list(struct lamb_value object, const char *name,
                             struct lamb_value *ret_list, size_t *ret_count);

/**
 * lamb_value_at - an element of a list.
 * @list:      the list.
 * @index:     which, from 0.
 * @ret_value: the element; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT (beyond the end, or no list), LAMB_NULL (the result is then
 *          the null), or a negative errno value.
 * Errors:  -EPROTO the value is something else than a list.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_at(struct lamb_value list, size_t index,
                           struct lamb_value *ret_value);

/**
 * lamb_value_member - a field by its exact name, which may contain anything.
 * @object:    the object.
 * @name:      the name; borrows until it returns.
 * @ret_value: the field's value; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL (the result is then the null), or a negative errno
 *          value.
 * Errors:  -EPROTO the value is something else than an object.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_member(struct lamb_value object, const char *name,
                               struct lamb_value *ret_value);

/**
 * lamb_value_header - a member by its name in any case, as HTTP headers are.
 * @object:   the object, such as the headers of a request.
 * @name:     the name; borrows until it returns.
 * @ret_text: its text; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_header(struct lamb_value object, const char *name,
                               struct lamb_span *ret_text);

/**
 * lamb_value_next - the members of an object, one after another.
 * @object:    the object.
 * @iterator:  NULL at first; where the walk is. Borrows until it returns.
 * @ret_name:  the member's name; borrows, valid until the document is closed.
 * @ret_value: the member's value; borrows, valid until the document is closed.
 *
 * Returns: 0, or LAMB_ABSENT after the last (or when there is no object).
 * Errors:  -EPROTO the value is something else than an object.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_next(struct lamb_value object, void **iterator,
                             const char **ret_name, struct lamb_value *ret_value);

/**
 * lamb_value_json - a value as JSON text, compact, members in their order.
 * @value:    the value.
 * @ret_text: the text; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, or a negative errno value.
 * Errors:  -ENOMEM no memory.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_json(struct lamb_value value, struct lamb_span *ret_text);

/* ---- Fields -----------------------------------------------------------------------
 */

/**
 * lamb_value_text - a field that is text.
 * @object:   the object.
 * @name:     path, as for lamb_value_get; borrows until it returns.
 * @ret_text: the text; borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_text(struct lamb_value object, const char *name,
                             struct lamb_span *ret_text);

/**
 * lamb_value_int - a field that is a whole number, exact in 64 bits.
 * @object:     the object.
 * @name:       path, as for lamb_value_get; borrows until it returns.
 * @ret_number: the number; borrows until it returns.
 *
 * A number written as text ("3") is taken as well.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says; -EPROTO also for a fraction.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_int(struct lamb_value object, const char *name,
                            int64_t *ret_number);

/**
 * lamb_value_double - a field that is a number, or a number written as text.
 * @object:     the object.
 * @name:       path, as for lamb_value_get; borrows until it returns.
 * @ret_number: the number; borrows until it returns.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_double(struct lamb_value object, const char *name,
                               double *ret_number);

/**
 * lamb_value_bool - a field that is true or false.
 * @object:   the object.
 * @name:     path, as for lamb_value_get; borrows until it returns.
 * @ret_bool: which; borrows until it returns.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_bool(struct lamb_value object, const char *name,
                             bool *ret_bool);

/**
 * lamb_value_time - a field that is a point in time.
 * @object: the object.
 * @name:   path, as for lamb_value_get; borrows until it returns.
 * @form:   how it is written.
 * @ret_ms: milliseconds since 1970, UTC; finer parts are cut; borrows until it returns.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_time(struct lamb_value object, const char *name,
                             enum lamb_time_form form, int64_t *ret_ms);

/**
 * lamb_value_bytes - a field that is bytes in base64, decoded.
 * @object:    the object.
 * @name:      path, as for lamb_value_get; borrows until it returns.
 * @ret_bytes: the bytes, followed by a NUL; borrows, valid until the document is
 * closed.
 *
 * Decoded when first asked for.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_bytes(struct lamb_value object, const char *name,
                              struct lamb_span *ret_bytes);

/**
 * lamb_value_octets - a field that is bytes as a list of numbers, -128 to 255.
 * @object:    the object.
 * @name:      path, as for lamb_value_get; borrows until it returns.
 * @ret_bytes: the bytes, followed by a NUL; borrows, valid until the document is
 * closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_octets(struct lamb_value object, const char *name,
                               struct lamb_span *ret_bytes);

/**
 * lamb_value_form - a field that is text as HTML forms encode it ("a+b%21"), decoded.
 * @object:   the object.
 * @name:     path, as for lamb_value_get; borrows until it returns.
 * @ret_text: the text ("a b!"); borrows, valid until the document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_form(struct lamb_value object, const char *name,
                             struct lamb_span *ret_text);

/**
 * lamb_value_body - the body of an HTTP event: "body", decoded if "isBase64Encoded".
 * @object:    the event.
 * @ret_bytes: the bytes, followed by a NUL; borrows, valid until the document is
 * closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_body(struct lamb_value object, struct lamb_span *ret_bytes);

/**
 * lamb_value_parsed - a field that is text that is JSON: what that JSON says.
 * @object:    the object.
 * @name:      path, as for lamb_value_get; borrows until it returns.
 * @ret_value: the value; it belongs to the same document; borrows, valid until the
 *             document is closed.
 *
 * So are the events that travel in the body of a message: parse the body, and make the
 * typed object from the value.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_parsed(struct lamb_value object, const char *name,
                               struct lamb_value *ret_value);

/**
 * lamb_value_unzipped - a field that is JSON, compressed with gzip, in base64.
 * @object:    the object.
 * @name:      path, as for lamb_value_get; borrows until it returns.
 * @ret_value: the value; it belongs to the same document; borrows, valid until the
 *             document is closed.
 *
 * Returns: 0, LAMB_ABSENT, LAMB_NULL, or a negative errno value.
 * Errors:  as the head of this file says; -EFBIG beyond 64 MiB.
 * Threads: the one that uses the document.
 * Since:   0.1
 */
LAMB_API int lamb_value_unzipped(struct lamb_value object, const char *name,
                                 struct lamb_value *ret_value);

#ifdef __cplusplus
}
#endif

#endif
