/* SPDX-License-Identifier: Apache-2.0 */

/*
 * extension - the client of the Extensions and Telemetry APIs, of lamb/extension.h.
 *
 * One connection, one thread; telemetry comes on another (runtime/telemetry.h).
 */

#include "runtime/connection.h"
#include "runtime/telemetry.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"
#include "sdk/base/json_text.h"
#include "sdk/json/tree.h"

#include <errno.h>
#include <jansson.h>
#include <lamb/extension.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API_PATH "/2020-01-01/extension"
#define TELEMETRY_PATH "/2022-07-01/telemetry"
#define TELEMETRY_HOST                                                                 \
    "sandbox.localdomain" /* the one host that the service accepts                     \
                           */

enum { NAME_MAX_LEN = 256, REQUEST_MAX = 64 * 1024, ANSWER_MAX = 1024 * 1024 };

struct lamb_extension {
    char name[NAME_MAX_LEN];
    char id[64]; /* "": not registered */
    struct lamb_connection conn;
    bool is_connected; /* CONN is initialised */
    struct lamb_buf about;
    struct lamb_buf body; /* of the last answer */
    json_t *event;        /* that the texts of the last one are in */
    struct lamb_telemetry_listener listener;
    struct lamb_err err;
};

struct lamb_extension *
lamb_extension_new(const char *name)
{
    struct lamb_extension *ext = calloc(1, sizeof(*ext));

    if (!ext)
        return NULL;
    ext->listener = LAMB_TELEMETRY_LISTENER_NONE;
    ext->about = LAMB_BUF_INIT(ANSWER_MAX);
    ext->body = LAMB_BUF_INIT(ANSWER_MAX);
    if (lamb_format(ext->name, sizeof(ext->name), "%s",
                    name ? name : program_invocation_short_name) != 0)
        ext->name[0] = '\0'; /* the registration refuses it */
    return ext;
}

void
lamb_extension_free(struct lamb_extension *ext)
{
    if (!ext)
        return;
    lamb_telemetry_stop(&ext->listener);
    if (ext->is_connected)
        lamb_connection_fini(&ext->conn);
    lamb_buf_fini(&ext->about);
    lamb_buf_fini(&ext->body);
    json_decref(ext->event);
    free(ext);
}

const char *
lamb_extension_error(const struct lamb_extension *ext)
{
    return ext ? ext->err.text : "no memory for the extension";
}

struct lamb_span
lamb_extension_about(const struct lamb_extension *ext)
{
    return lamb_buf_view(&ext->about);
}

/* ---- Requests ----------------------------------------------------------------------
 */

struct request {
    const char *method;
    const char *path;
    const char *field, *value; /* one more header field; NULL: none */
    struct lamb_span body;
};

static int
put_request(struct lamb_extension *ext, const struct request *q, struct lamb_buf *ret)
{
    (void)lamb_buf_printf(ret, "%s %s HTTP/1.1\r\nHost: %s\r\n", q->method, q->path,
                          ext->conn.endpoint);
    if (ext->id[0])
        (void)lamb_buf_printf(ret, "Lambda-Extension-Identifier: %s\r\n", ext->id);
    else
        (void)lamb_buf_printf(ret, "Lambda-Extension-Name: %s\r\n", ext->name);
    if (q->field)
        (void)lamb_buf_printf(ret, "%s: %s\r\n", q->field, q->value);
    if (strcmp(q->method, "GET") != 0)
        (void)lamb_buf_printf(
            ret, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
            q->body.len);
    (void)lamb_buf_str(ret, "\r\n");
    if (lamb_buf_span(ret, q->body) != 0)
        return lamb_raise(&ext->err, lamb_buf_error(ret), "the request to %s", q->path);
    return 0;
}

/* Whether the answer RES in BYTES is a success; keeps its body. */
static int
judge(struct lamb_extension *ext, const struct request *q,
      const struct lamb_http_response *res, const char *bytes)
{
    struct lamb_span text = lamb_http_response_body(res, bytes);

    lamb_buf_clear(&ext->body);
    if (lamb_buf_span(&ext->body, text) != 0)
        return lamb_raise(&ext->err, lamb_buf_error(&ext->body), "the answer to %s",
                          q->path);
    if (res->status == 200 ||
        (res->status == 202 && strcmp(q->path, TELEMETRY_PATH) != 0))
        return 0;
    text = lamb_span_trim(text);
    /* 202 from the Telemetry API: it is a stub that delivers nothing. */
    return lamb_refuse(&ext->err, -EACCES,
                       "the service answered %u to the %s of %s: %.*s", res->status,
                       q->method, q->path, text.len > 150 ? 150 : (int)text.len,
                       text.ptr ? text.ptr : "");
}

/* Send Q, once more if the kept connection turns out to be gone before an answer. */
static int
exchange(struct lamb_extension *ext, const struct request *q,
         struct lamb_http_response *ret_res, char **ret_bytes)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(REQUEST_MAX);
    int r = put_request(ext, q, &text);

    if (r != 0)
        return r;
    for (int i = 0; i < 2; i++) {
        struct iovec part = { .iov_base = text.ptr, .iov_len = text.len };
        bool was_kept = lamb_connection_is_idle(&ext->conn);

        if (!was_kept)
            lamb_connection_close(&ext->conn);
        r = lamb_connection_open(&ext->conn, &ext->err);
        if (r != 0)
            return r;
        (void)lamb_connection_send(&ext->conn, &part, 1); /* what is cut is answered */
        r = lamb_connection_receive(&ext->conn, ret_res, ret_bytes, &ext->err);
        if (r != LAMB_CONNECTION_LOST)
            return r != 0 ? r : judge(ext, q, ret_res, *ret_bytes);
        if (!was_kept)
            break;
    }
    return lamb_refuse(
        &ext->err, -ECONNRESET,
        "the service closed the connection without answering the %s of %s", q->method,
        q->path);
}

/* ---- Registration -------------------------------------------------------------------
 */

static int
connect_to_service(struct lamb_extension *ext)
{
    const char *endpoint = getenv("AWS_LAMBDA_RUNTIME_API");
    int r;

    if (ext->is_connected)
        return 0;
    if (!endpoint || !*endpoint)
        return lamb_refuse(
            &ext->err, -ENOENT,
            "AWS_LAMBDA_RUNTIME_API is not set: an extension runs inside "
            "of Lambda, or of `lamb start --layer`");
    r = lamb_connection_init(&ext->conn, endpoint, &ext->err);
    ext->is_connected = r == 0;
    return r;
}

int
lamb_extension_register(struct lamb_extension *ext, unsigned events)
{
    struct lamb_http_response res;
    char body[64], *bytes;
    const char *id;
    int r;

    if (!ext)
        return -EINVAL;
    ext->err = (struct lamb_err){ 0 };
    if ((events & ~(unsigned)(LAMB_ON_INVOKE | LAMB_ON_SHUTDOWN)) || ext->id[0] ||
        !ext->name[0] || strpbrk(ext->name, "\r\n"))
        return lamb_refuse(&ext->err, -EINVAL,
                           "an extension registers once, by a name, for INVOKE and "
                           "SHUTDOWN alone");
    (void)snprintf(body, sizeof(body), "{\"events\":[%s%s%s]}",
                   events & LAMB_ON_INVOKE ? "\"INVOKE\"" : "",
                   events == (LAMB_ON_INVOKE | LAMB_ON_SHUTDOWN) ? "," : "",
                   events & LAMB_ON_SHUTDOWN ? "\"SHUTDOWN\"" : "");
    r = connect_to_service(ext);
    if (r == 0)
        r = exchange(ext,
                     &(struct request){ .method = "POST",
                                        .path = API_PATH "/register",
                                        .body = lamb_span_str(body) },
                     &res, &bytes);
    if (r != 0)
        return r;
    id = lamb_http_response_find(&res, bytes, "Lambda-Extension-Identifier");
    if (!id || lamb_format(ext->id, sizeof(ext->id), "%s", id) != 0)
        return lamb_refuse(
            &ext->err, -EBADMSG,
            "the service registered the extension without an identifier");
    return lamb_buf_span(&ext->about, lamb_buf_view(&ext->body));
}

/* ---- Events
 * -------------------------------------------------------------------------- */

static int
begin(struct lamb_extension *ext)
{
    if (!ext)
        return -EINVAL;
    ext->err = (struct lamb_err){ 0 };
    return ext->id[0]
               ? 0
               : lamb_refuse(&ext->err, -EINVAL, "the extension is not registered");
}

static const char *
text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

int
lamb_extension_next(struct lamb_extension *ext, struct lamb_extension_event *ret_event)
{
    static const struct request next = { .method = "GET",
                                         .path = API_PATH "/event/next" };
    struct lamb_http_response res;
    const char *kind;
    struct lamb_json_check why;
    char *bytes;
    int r = begin(ext);

    if (r == 0)
        r = exchange(ext, &next, &res, &bytes);
    if (r != 0)
        return r;
    json_decref(ext->event);
    ext->event = lamb_json_tree(lamb_buf_view(&ext->body), &r, &why);
    if (r == -ENOMEM)
        return lamb_raise(&ext->err, r, "read an event");
    kind = text_of(ext->event, "eventType");
    if (!kind || (strcmp(kind, "INVOKE") != 0 && strcmp(kind, "SHUTDOWN") != 0))
        return lamb_refuse(&ext->err, -EBADMSG,
                           "the service sent what is no event: %.100s",
                           lamb_buf_cstr(&ext->body));
    *ret_event = (struct lamb_extension_event){
        .kind = kind[0] == 'I' ? LAMB_ON_INVOKE : LAMB_ON_SHUTDOWN,
        .deadline_ms = json_integer_value(json_object_get(ext->event, "deadlineMs")),
        .request_id = text_of(ext->event, "requestId"),
        .function_arn = text_of(ext->event, "invokedFunctionArn"),
        .trace_id = text_of(json_object_get(ext->event, "tracing"), "value"),
        .shutdown_reason = text_of(ext->event, "shutdownReason"),
        .json = lamb_buf_view(&ext->body),
    };
    return 0;
}

static int
report(struct lamb_extension *ext, const char *path, const char *type,
       const char *message)
{
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(REQUEST_MAX / 2);
    struct lamb_http_response res;
    char *bytes;
    int r = begin(ext);

    if (r != 0)
        return r;
    if (!type || !*type || strpbrk(type, "\r\n"))
        return lamb_refuse(&ext->err, -EINVAL,
                           "the error has no type that can be sent");
    (void)lamb_buf_str(&body, "{\"errorMessage\":");
    (void)lamb_json_string(&body, lamb_span_str(message ? message : ""));
    (void)lamb_buf_str(&body, ",\"errorType\":");
    (void)lamb_json_string(&body, lamb_span_str(type));
    if (lamb_buf_str(&body, ",\"stackTrace\":[]}") != 0)
        return lamb_raise(&ext->err, lamb_buf_error(&body), "the text of the error");
    return exchange(ext,
                    &(struct request){
                        .method = "POST",
                        .path = path,
                        .field = "Lambda-Extension-Function-Error-Type",
                        .value = type,
                        .body = lamb_buf_view(&body),
                    },
                    &res, &bytes);
}

int
lamb_extension_init_error(struct lamb_extension *ext, const char *type,
                          const char *message)
{
    return report(ext, API_PATH "/init/error", type, message);
}

int
lamb_extension_exit_error(struct lamb_extension *ext, const char *type,
                          const char *message)
{
    return report(ext, API_PATH "/exit/error", type, message);
}

/* ---- Telemetry
 * ------------------------------------------------------------------------ */

static bool
is_type(struct lamb_span text)
{
    return lamb_span_is(text, "platform") || lamb_span_is(text, "function") ||
           lamb_span_is(text, "extension");
}

static int
put_types(struct lamb_extension *ext, const char *types, struct lamb_buf *ret)
{
    struct lamb_span one, rest = lamb_span_str(types ? types : "platform,function");
    bool more = true;

    while (more) {
        more = lamb_span_cut(rest, ',', &one, &rest);
        one = lamb_span_trim(one);
        if (!is_type(one))
            return lamb_refuse(&ext->err, -EINVAL,
                               "'%.*s' is no type of telemetry: platform, function or "
                               "extension",
                               one.len > 40 ? 40 : (int)one.len,
                               one.ptr ? one.ptr : "");
        (void)lamb_json_string(ret, one);
        if (more)
            (void)lamb_buf_char(ret, ',');
    }
    return lamb_buf_error(ret);
}

/* The ranges are the service's, which answers with what it dislikes. */
static int
put_wish(struct lamb_extension *ext, const struct lamb_telemetry_options *options,
         struct lamb_buf *ret)
{
    const struct {
        const char *name;
        int value;
    } limits[] = { { "maxItems", options->max_items },
                   { "maxBytes", options->max_bytes },
                   { "timeoutMs", options->timeout_ms } };
    const char *comma = "";
    int r;

    (void)lamb_buf_str(ret, "{\"schemaVersion\":\"2022-12-13\",\"types\":[");
    r = put_types(ext, options->types, ret);
    if (r != 0)
        return r;
    (void)lamb_buf_str(ret, "],\"buffering\":{");
    for (size_t i = 0; i < LAMB_COUNT(limits); i++)
        if (limits[i].value != 0) {
            (void)lamb_buf_printf(ret, "%s\"%s\":%d", comma, limits[i].name,
                                  limits[i].value);
            comma = ",";
        }
    return lamb_buf_printf(
        ret,
        "},\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://%s:%d"
        "/\"}}",
        TELEMETRY_HOST, ext->listener.port);
}

int
lamb_extension_subscribe(struct lamb_extension *ext,
                         const struct lamb_telemetry_options *options,
                         lamb_telemetry_fn callback, void *data)
{
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(REQUEST_MAX / 2);
    struct lamb_telemetry_options known = { 0 };
    struct lamb_http_response res;
    char *bytes;
    int r = begin(ext);

    if (r != 0)
        return r;
    if (options)
        (void)memcpy(&known, options,
                     options->struct_size < sizeof(known) ? options->struct_size
                                                          : sizeof(known));
    if (!callback || ext->listener.fd >= 0)
        return lamb_refuse(&ext->err, -EINVAL,
                           "an extension subscribes once, with a callback");
    r = lamb_telemetry_start(&ext->listener, TELEMETRY_HOST, callback, data, &ext->err);
    if (r != 0)
        return r;
    r = put_wish(ext, &known, &body);
    if (r == 0)
        r = exchange(ext,
                     &(struct request){ .method = "PUT",
                                        .path = TELEMETRY_PATH,
                                        .body = lamb_buf_view(&body) },
                     &res, &bytes);
    if (r != 0)
        lamb_telemetry_stop(&ext->listener);
    return r;
}
