/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "sdk/base/auto.h"
#include "sdk/base/base64.h"
#include "sdk/json/http.h"
#include "sdk/json/http_text.h"
#include "sdk/json/tree.h"

enum { BODY_MAX = 32 * 1024 * 1024 };

static struct lamb_span
span_of(const json_t *text)
{
    return lamb_span_of(json_string_value(text), json_string_length(text));
}

static const char *
text_at(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* ---- Which kind ----------------------------------------------------------------- */

static bool
is_url(const json_t *context)
{
    const char *domain = text_at(context, "domainName");

    return domain && strstr(domain, ".lambda-url.");
}

/* In the order of the shapes: the first that fits. */
static int
find_kind(const json_t *event, enum lamb_http_kind *ret)
{
    const json_t *context = json_object_get(event, "requestContext");
    const char *version = text_at(event, "version");

    if (json_is_object(json_object_get(context, "elb")))
        *ret = json_is_object(json_object_get(event, "multiValueHeaders"))
                   ? LAMB_HTTP_ALB_MULTI
                   : LAMB_HTTP_ALB;
    else if (version && strcmp(version, "2.0") == 0 &&
             json_is_object(json_object_get(context, "http")))
        *ret = is_url(context) ? LAMB_HTTP_URL : LAMB_HTTP_API;
    else if (text_at(context, "connectionId"))
        *ret = LAMB_HTTP_WEBSOCKET;
    else if (context && text_at(event, "httpMethod"))
        *ret = LAMB_HTTP_REST;
    else
        return -EBADMSG;
    return 0;
}

static bool
is_version_2(const struct lamb_http *http)
{
    return http->kind == LAMB_HTTP_API || http->kind == LAMB_HTTP_URL;
}

static bool
is_balancer(const struct lamb_http *http)
{
    return http->kind == LAMB_HTTP_ALB || http->kind == LAMB_HTTP_ALB_MULTI;
}

/* ---- One form ------------------------------------------------------------------- */

typedef int (*add_fn)(json_t *form, struct lamb_span name, struct lamb_span value);

/* Every text of MULTI (name to array), else of SINGLE (name to text), into FORM. */
static int
add_all(json_t *form, json_t *multi, json_t *single, add_fn add)
{
    json_t *from = json_is_object(multi) ? multi : single;
    const char *name;
    json_t *value;
    int r = 0;

    if (!json_is_object(from))
        return 0;
    json_object_foreach(from, name, value)
    {
        if (json_is_string(value))
            r = add(form, lamb_span_str(name), span_of(value));
        for (size_t i = 0; !r && i < json_array_size(value); i++)
            if (json_is_string(json_array_get(value, i)))
                r = add(form, lamb_span_str(name), span_of(json_array_get(value, i)));
        if (r)
            break;
    }
    return r;
}

static int
add_header(json_t *form, struct lamb_span name, struct lamb_span value)
{
    LAMB_AUTOFREE char *lower = lamb_span_dup(name);

    if (!lower)
        return -ENOMEM;
    for (char *c = lower; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + ('a' - 'A'));
    return lamb_form_add(form, lamb_span_str(lower), value);
}

static int
read_query(struct lamb_http *http)
{
    const json_t *raw = json_object_get(http->event, "rawQueryString");

    if (is_version_2(http) && json_is_string(raw))
        return lamb_form_add_query(http->query, span_of(raw));
    /* A load balancer passes names and values on as they came. */
    return add_all(http->query,
                   json_object_get(http->event, "multiValueQueryStringParameters"),
                   json_object_get(http->event, "queryStringParameters"),
                   is_balancer(http) ? lamb_form_add_encoded : lamb_form_add);
}

static int
read_cookies(struct lamb_http *http)
{
    json_t *list = is_version_2(http) ? json_object_get(http->event, "cookies")
                                      : json_object_get(http->headers, "cookie");
    int r = 0;

    for (size_t i = 0; !r && i < json_array_size(list); i++)
        r = lamb_form_add_cookies(http->cookies, span_of(json_array_get(list, i)));
    return r;
}

static int
read_body(struct lamb_http *http, struct lamb_err *err)
{
    struct lamb_span body = span_of(json_object_get(http->event, "body"));
    int r;

    http->body = LAMB_BUF_INIT(BODY_MAX);
    if (json_is_true(json_object_get(http->event, "isBase64Encoded")))
        r = lamb_base64_decode(body, &http->body);
    else
        r = lamb_buf_span(&http->body, body);
    if (r == -EINVAL)
        return lamb_refuse(err, -EBADMSG, "its body is said to be Base64, and is not");
    return r ? lamb_raise(err, r, "the body") : 0;
}

/* rawPath begins with the stage, unless that is $default. */
static const char *
without_stage(const json_t *event)
{
    const char *path = text_at(event, "rawPath");
    const char *stage = text_at(json_object_get(event, "requestContext"), "stage");
    size_t len = stage ? strlen(stage) : 0;

    if (!path || path[0] != '/' || !len || strncmp(path + 1, stage, len))
        return path;
    if (path[1 + len] == '/')
        return path + 1 + len;
    return path[1 + len] ? path : "/";
}

static void
read_names(struct lamb_http *http)
{
    const json_t *context = json_object_get(http->event, "requestContext");

    http->parameters = json_object_get(http->event, "pathParameters");
    if (is_version_2(http)) {
        const char *key = text_at(context, "routeKey");
        const char *space = key ? strchr(key, ' ') : NULL;

        http->method = text_at(json_object_get(context, "http"), "method");
        http->path = without_stage(http->event);
        http->route = space ? space + 1 : key;
    } else {
        http->method = text_at(http->event, "httpMethod");
        http->path = text_at(http->event, "path");
        http->route = http->kind == LAMB_HTTP_WEBSOCKET
                          ? text_at(context, "routeKey")
                          : text_at(http->event, "resource");
    }
    if (!http->method)
        http->method = "";
    if (!http->path || !*http->path)
        http->path = "/";
}

static int
read_forms(struct lamb_http *http)
{
    int r;

    http->headers = json_object();
    http->query = json_object();
    http->cookies = json_object();
    http->out_headers = json_object();
    http->out_cookies = json_array();
    if (!http->headers || !http->query || !http->cookies || !http->out_headers ||
        !http->out_cookies)
        return -ENOMEM;
    r = add_all(http->headers, json_object_get(http->event, "multiValueHeaders"),
                json_object_get(http->event, "headers"), add_header);
    if (!r)
        r = read_query(http);
    return r ? r : read_cookies(http);
}

int
lamb_http_read(struct lamb_http *http, struct lamb_span text, struct lamb_err *err)
{
    struct lamb_json_check why;
    int r;

    http->event = lamb_json_tree(text, &r, &why);
    if (r == -ENOMEM)
        return lamb_raise(err, -ENOMEM, "reading the event");
    if (r)
        return lamb_refuse(err, -EBADMSG, "the event is not a JSON object: %s",
                           why.text);
    if (find_kind(http->event, &http->kind))
        return lamb_refuse(err, -EBADMSG,
                           "the event is none of an HTTP API, a REST API, a function "
                           "URL or a load balancer");
    read_names(http);
    r = read_forms(http);
    if (r)
        return lamb_raise(err, r, "reading the event");
    return read_body(http, err);
}

void
lamb_http_fini(struct lamb_http *http)
{
    json_decref(http->event);
    json_decref(http->headers);
    json_decref(http->query);
    json_decref(http->cookies);
    json_decref(http->out_headers);
    json_decref(http->out_cookies);
    lamb_buf_fini(&http->body);
}

/* ---- lamb/http.h ---------------------------------------------------------------- */

struct lamb_http *
lamb_http_open(struct lamb_invocation *inv)
{
    struct lamb_http *http = calloc(1, sizeof(*http));
    struct lamb_err err;
    int r;

    if (!http) {
        (void)lamb_fail(inv, "OutOfMemory", "no memory to read the request");
        return NULL;
    }
    http->inv = inv;
    r = lamb_http_read(http, lamb_event(inv), &err);
    if (!r)
        return http;
    (void)lamb_fail(inv, r == -EBADMSG ? "BadEvent" : "OutOfMemory", "%s", err.text);
    lamb_http_close(http);
    return NULL;
}

void
lamb_http_close(struct lamb_http *http)
{
    if (http)
        lamb_http_fini(http);
    free(http);
}

enum lamb_http_kind
lamb_http_kind(const struct lamb_http *http)
{
    return http->kind;
}

struct json_t *
lamb_http_event(const struct lamb_http *http)
{
    return http->event;
}

const char *
lamb_http_method(const struct lamb_http *http)
{
    return http->method;
}

const char *
lamb_http_path(const struct lamb_http *http)
{
    return http->path;
}

const char *
lamb_http_route(const struct lamb_http *http)
{
    return http->route;
}

const char *
lamb_http_path_parameter(const struct lamb_http *http, const char *name)
{
    return text_at(http->parameters, name);
}

const char *
lamb_http_query(const struct lamb_http *http, const char *name, size_t index)
{
    return json_string_value(json_array_get(json_object_get(http->query, name), index));
}

const char *
lamb_http_header(const struct lamb_http *http, const char *name, size_t index)
{
    return json_string_value(
        json_array_get(lamb_http_values(http->headers, name), index));
}

const char *
lamb_http_cookie(const struct lamb_http *http, const char *name)
{
    return json_string_value(json_array_get(json_object_get(http->cookies, name), 0));
}

struct lamb_span
lamb_http_body(const struct lamb_http *http)
{
    return lamb_span_of(lamb_buf_cstr(&http->body), http->body.len);
}
