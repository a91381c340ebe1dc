/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_HTTP_H
#define LAMB_HTTP_H

/*
 * http - one request and its response, whatever stands in front of the function: an
 * HTTP API, a REST API, a function URL, a load balancer (single or multi-value
 * headers).
 *
 *     int handler(struct lamb_invocation *inv)
 *     {
 *         struct lamb_http *http = lamb_http_open(inv);
 *         int r = -1;
 *
 *         if (http && strcmp(lamb_http_path(http), "/hello") == 0)
 *             r = lamb_http_reply(http, 200, "text/plain", "hello\n", 6);
 *         else if (http)
 *             r = lamb_http_reply(http, 404, "text/plain", "no such page\n", 13);
 *         lamb_http_close(http);
 *         return r;
 *     }
 *
 * The response has the shape that the event's kind wants: header maps or lists, cookies
 * apart or among the headers, the body in Base64 where it is not UTF-8.
 */

#include <lamb/lamb.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct json_t - a JSON value; jansson's json_t.
 * Since: 0.1
 */
struct json_t;

/**
 * struct lamb_http - a request and its response; opaque.
 * Since: 0.1
 */
struct lamb_http;

/** enum lamb_http_kind - what stands in front of the function. Since: 0.1 */
enum lamb_http_kind {
    LAMB_HTTP_REST,      /* API Gateway, payload format 1.0 */
    LAMB_HTTP_API,       /* API Gateway, payload format 2.0 */
    LAMB_HTTP_URL,       /* a function URL */
    LAMB_HTTP_ALB,       /* a load balancer, one value per header */
    LAMB_HTTP_ALB_MULTI, /* a load balancer, lambda.multi_value_headers.enabled */
    LAMB_HTTP_WEBSOCKET  /* API Gateway, a WebSocket route */
};

/**
 * lamb_http_open - read the event as a request.
 * @inv: the invocation; keeps, until lamb_http_close.
 *
 * Returns: the request; gives, release it with lamb_http_close. NULL when the event is
 *          no HTTP event or there is no memory; the error is recorded ("BadEvent",
 *          "OutOfMemory"), the handler only has to return something that is not 0.
 * Threads: one at a time per invocation, while the handler runs.
 * Since:   0.1
 */
LAMB_API struct lamb_http *lamb_http_open(struct lamb_invocation *inv);

/**
 * lamb_http_close - release a request and everything that was borrowed from it.
 * @http: the request; takes. NULL is nothing.
 *
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API void lamb_http_close(struct lamb_http *http);

/* ---- The request ---------------------------------------------------------------- */

/**
 * lamb_http_kind - what stands in front of the function.
 * @http: the request; borrows.
 *
 * Returns: the kind. Cannot fail.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API enum lamb_http_kind lamb_http_kind(const struct lamb_http *http);

/**
 * lamb_http_event - the whole event, for what is not below.
 * @http: the request; borrows.
 *
 * Returns: a json_t, an object; borrows, valid until lamb_http_close. Cannot fail.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API struct json_t *lamb_http_event(const struct lamb_http *http);

/**
 * lamb_http_method - "GET", "POST" and so on.
 * @http: the request; borrows.
 *
 * Returns: text; borrows, valid until lamb_http_close. "" for a WebSocket's message.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API const char *lamb_http_method(const struct lamb_http *http);

/**
 * lamb_http_path - the path, without the API's stage.
 * @http: the request; borrows.
 *
 * Returns: text, as the event has it (percent-encoded or not); borrows, valid until
 *          lamb_http_close. "/" when there is none.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API const char *lamb_http_path(const struct lamb_http *http);

/**
 * lamb_http_route - the route that led here, such as "/items/{id}" or "$default".
 * @http: the request; borrows.
 *
 * Returns: text, without a method; borrows, valid until lamb_http_close. NULL when the
 *          kind has no routes (a load balancer).
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API const char *lamb_http_route(const struct lamb_http *http);

/**
 * lamb_http_path_parameter - what stood in the path for a "{name}" of the route.
 * @http: the request; borrows.
 * @name: the parameter's name; borrows.
 *
 * Returns: text; borrows, valid until lamb_http_close. NULL when there is none.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API const char *lamb_http_path_parameter(const struct lamb_http *http,
                                              const char *name);

/**
 * lamb_http_query - a parameter of the query, decoded.
 * @http:  the request; borrows.
 * @name:  its name; borrows.
 * @index: which of several with this name, from 0.
 *
 * Returns: text; borrows, valid until lamb_http_close. NULL when there is none.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API const char *lamb_http_query(const struct lamb_http *http, const char *name,
                                     size_t index);

/**
 * lamb_http_header - a header of the request.
 * @http:  the request; borrows.
 * @name:  its name, in any case; borrows.
 * @index: which of several with this name, from 0; with payload format 2.0 several are
 *         one, joined by commas.
 *
 * Returns: text; borrows, valid until lamb_http_close. NULL when there is none.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API const char *lamb_http_header(const struct lamb_http *http, const char *name,
                                      size_t index);

/**
 * lamb_http_cookie - a cookie of the request.
 * @http: the request; borrows.
 * @name: its name; borrows.
 *
 * Returns: its value, the first of several; borrows, valid until lamb_http_close. NULL
 *          when there is none.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API const char *lamb_http_cookie(const struct lamb_http *http, const char *name);

/**
 * lamb_http_body - the body, decoded where it came in Base64.
 * @http: the request; borrows.
 *
 * Returns: the bytes, followed by a NUL; borrows, valid until lamb_http_close. Empty
 *          when there is none.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API struct lamb_span lamb_http_body(const struct lamb_http *http);

/* ---- The response --------------------------------------------------------------- */

/**
 * lamb_http_set_header - a header of the response, instead of others with this name.
 * @http:  the request; borrows.
 * @name:  its name; copies.
 * @value: its value; copies. NULL: no such header.
 *
 * Returns: 0.
 * Errors:  -EINVAL no name or value of HTTP, or Set-Cookie (see lamb_http_add_cookie).
 *          -ENOMEM no memory.
 *          A reply then fails as well.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API int lamb_http_set_header(struct lamb_http *http, const char *name,
                                  const char *value);

/**
 * lamb_http_add_header - a header of the response, beside others with this name.
 * @http:  the request; borrows.
 * @name:  its name; copies.
 * @value: its value; copies.
 *
 * Where the kind takes one value per name they are joined by commas.
 *
 * Returns: 0.
 * Errors:  see lamb_http_set_header.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API int lamb_http_add_header(struct lamb_http *http, const char *name,
                                  const char *value);

/**
 * lamb_http_add_cookie - a cookie of the response.
 * @http:   the request; borrows.
 * @cookie: what stands in Set-Cookie ("id=7; Path=/; HttpOnly"); copies.
 *
 * Returns: 0.
 * Errors:  see lamb_http_set_header. A load balancer without multi-value headers takes
 *          one cookie: the reply with a second one fails.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API int lamb_http_add_cookie(struct lamb_http *http, const char *cookie);

/**
 * lamb_http_reply - make the response.
 * @http:         the request; borrows.
 * @status:       the status code, 100 to 599.
 * @content_type: the body's media type; copies. NULL: as set by lamb_http_set_header.
 * @body:         the body; copies. May be NULL when @len is 0.
 * @len:          how many bytes it has.
 *
 * A body that is not UTF-8 goes in Base64. A REST API decodes it for media types that
 * its binaryMediaTypes name; the others always do.
 *
 * Returns: 0.
 * Errors:  -EINVAL status, or a header that was refused before.
 *          -ENOTSUP several cookies, and the kind takes one.
 *          -ENOMEM, -EMSGSIZE, -EBUSY see lamb_reply.
 *          The error is recorded: `return lamb_http_reply(...)` is enough.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API int lamb_http_reply(struct lamb_http *http, int status,
                             const char *content_type, const void *body, size_t len);

/**
 * lamb_http_reply_json - make the response a JSON value.
 * @http:   the request; borrows.
 * @status: the status code.
 * @value:  a json_t; takes, also when it fails. NULL: there was no memory for it.
 *
 * Returns: 0.
 * Errors:  see lamb_http_reply.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API int lamb_http_reply_json(struct lamb_http *http, int status,
                                  struct json_t *value);

/**
 * lamb_http_stream - begin a streamed response: status and headers leave now.
 * @http:         the request; borrows.
 * @status:       the status code.
 * @content_type: the body's media type; copies. NULL: as set by lamb_http_set_header.
 *
 * The body follows with lamb_write and lamb_printf, byte for byte. Only for a function
 * URL with InvokeMode RESPONSE_STREAM, or an API that streams: others show the caller
 * what was meant for them.
 *
 * Returns: 0.
 * Errors:  see lamb_http_reply and lamb_stream; -ENOTSUP the kind cannot stream. The
 *          error is recorded.
 * Threads: one at a time per request.
 * Since:   0.1
 */
LAMB_API int lamb_http_stream(struct lamb_http *http, int status,
                              const char *content_type);

#ifdef __cplusplus
}
#endif

#endif
