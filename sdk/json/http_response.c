/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "sdk/base/auto.h"
#include "sdk/base/base64.h"
#include "sdk/base/enum.h"
#include "sdk/base/utf8.h"
#include "sdk/json/http.h"

enum { ENCODED_MAX = 300 * 1024 * 1024, JOINED_MAX = 1024 * 1024 };

/* ---- Headers and cookies -------------------------------------------------------- */

static bool
is_token(const char *name)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (const char *c = name; *c; c++)
        if (!((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
              (*c >= 'A' && *c <= 'Z') || strchr(others, *c)))
            return false;
    return *name;
}

static bool
is_value(const char *value)
{
    for (const char *c = value; *c; c++)
        if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7F)
            return false;
    return true;
}

static const char *
key_of(json_t *form, const char *name)
{
    const char *key;
    json_t *value;

    json_object_foreach(form, key, value)
    {
        if (lamb_span_eq_nocase(lamb_span_str(key), lamb_span_str(name)))
            return key;
    }
    return NULL;
}

json_t *
lamb_http_values(json_t *form, const char *name)
{
    const char *key = key_of(form, name);

    return key ? json_object_get(form, key) : NULL;
}

/* An error sticks: a response without a header that was meant to be there is none. */
static int
stick(struct lamb_http *http, int r)
{
    if (r)
        http->out_error = r;
    return r;
}

static int
check_header(const char *name, const char *value)
{
    if (!name || !is_token(name) || (value && !is_value(value)))
        return -EINVAL;
    return lamb_span_eq_nocase(lamb_span_str(name), LAMB_SPAN("set-cookie")) ? -EINVAL
                                                                             : 0;
}

int
lamb_http_add_header(struct lamb_http *http, const char *name, const char *value)
{
    int r = value ? check_header(name, value) : -EINVAL;
    json_t *values;

    if (r)
        return stick(http, r);
    values = lamb_http_values(http->out_headers, name);
    if (!values) {
        values = json_array();
        if (json_object_set_new(http->out_headers, name, values))
            return stick(http, -ENOMEM);
    }
    /* Not UTF-8, or no memory. */
    if (json_array_append_new(values, json_string(value)))
        return stick(http, -EINVAL);
    return 0;
}

int
lamb_http_set_header(struct lamb_http *http, const char *name, const char *value)
{
    int r = check_header(name, value);
    const char *key;

    if (r)
        return stick(http, r);
    key = key_of(http->out_headers, name);
    if (key)
        (void)json_object_del(http->out_headers, key);
    return value ? lamb_http_add_header(http, name, value) : 0;
}

int
lamb_http_add_cookie(struct lamb_http *http, const char *cookie)
{
    if (!cookie || !is_value(cookie) || !strchr(cookie, '='))
        return stick(http, -EINVAL);
    if (json_array_append_new(http->out_cookies, json_string(cookie)))
        return stick(http, -EINVAL);
    return 0;
}

/* ---- The shape that each kind wants --------------------------------------------- */

struct shape {
    bool has_cookies;     /* apart, in "cookies" */
    bool has_lists;       /* "multiValueHeaders": names with several values */
    bool lists_only;      /* there is no "headers" beside it */
    bool has_description; /* "statusDescription" */
    bool can_stream;
};

static const struct shape shapes[] = {
    [LAMB_HTTP_REST] = { .has_lists = true, .can_stream = true },
    [LAMB_HTTP_API] = { .has_cookies = true },
    [LAMB_HTTP_URL] = { .has_cookies = true, .can_stream = true },
    [LAMB_HTTP_ALB] = { .has_description = true },
    [LAMB_HTTP_ALB_MULTI] = { .has_lists = true,
                              .lists_only = true,
                              .has_description = true },
    [LAMB_HTTP_WEBSOCKET] = { .has_lists = true },
};

static json_t *
joined(const json_t *values)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(JOINED_MAX);

    for (size_t i = 0; i < json_array_size(values); i++) {
        if (i)
            (void)lamb_buf_str(&text, ", ");
        (void)lamb_buf_str(&text, json_string_value(json_array_get(values, i)));
    }
    return lamb_buf_error(&text) ? NULL : json_string(lamb_buf_cstr(&text));
}

static int
put_headers(const struct lamb_http *http, const struct shape *shape, json_t *singles,
            json_t *lists)
{
    const char *name;
    json_t *values;
    int r = 0;

    json_object_foreach(http->out_headers, name, values)
    {
        bool is_list =
            shape->lists_only || (shape->has_lists && json_array_size(values) > 1);

        if (is_list)
            r = json_object_set(lists, name, values);
        else
            r = json_object_set_new(singles, name, joined(values));
        if (r)
            return -ENOMEM;
    }
    return 0;
}

static int
put_cookies(const struct lamb_http *http, const struct shape *shape, json_t *response,
            json_t *singles, json_t *lists)
{
    size_t count = json_array_size(http->out_cookies);
    int r;

    if (!count)
        return 0;
    if (shape->has_cookies)
        r = json_object_set(response, "cookies", http->out_cookies);
    else if (shape->has_lists)
        r = json_object_set(lists, "Set-Cookie", http->out_cookies);
    else if (count == 1)
        r = json_object_set(singles, "Set-Cookie",
                            json_array_get(http->out_cookies, 0));
    else
        return -ENOTSUP;
    return r ? -ENOMEM : 0;
}

static const char *
reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 301, "Moved Permanently" },
        { 302, "Found" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 307, "Temporary Redirect" },
        { 308, "Permanent Redirect" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 413, "Content Too Large" },
        { 415, "Unsupported Media Type" },
        { 422, "Unprocessable Content" },
        { 429, "Too Many Requests" },
        { 500, "Internal Server Error" },
        { 502, "Bad Gateway" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
    };

    for (size_t i = 0; i < LAMB_COUNT(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Other";
}

static int
put_description(json_t *response, int status)
{
    return json_object_set_new(response, "statusDescription",
                               json_sprintf("%d %s", status, reason_of(status)));
}

/* All but the body: 0 and *ret_head, or why not. */
static int
make_head(struct lamb_http *http, int status, const char *content_type,
          json_t **ret_head)
{
    const struct shape *shape = &shapes[http->kind];
    json_t *head;
    json_t *singles;
    json_t *lists;
    int r = 0;

    if (status < 100 || status > 599)
        return -EINVAL;
    if (content_type)
        (void)lamb_http_set_header(http, "Content-Type", content_type);
    if (http->out_error)
        return http->out_error;
    head = json_pack("{s:i}", "statusCode", status);
    singles = json_object();
    lists = json_object();
    if (!head || !singles || !lists)
        r = -ENOMEM;
    if (!r)
        r = put_headers(http, shape, singles, lists);
    if (!r)
        r = put_cookies(http, shape, head, singles, lists);
    if (!r && shape->has_description && put_description(head, status))
        r = -ENOMEM;
    if (!r && !shape->lists_only && json_object_set(head, "headers", singles))
        r = -ENOMEM;
    if (!r && (shape->lists_only || json_object_size(lists)) &&
        json_object_set(head, "multiValueHeaders", lists))
        r = -ENOMEM;
    json_decref(singles);
    json_decref(lists);
    if (r)
        json_decref(head);
    else
        *ret_head = head;
    return r;
}

static bool
is_text(struct lamb_span body)
{
    const unsigned char *at = (const unsigned char *)body.ptr;
    size_t broken;

    for (size_t i = 0, n; i < body.len; i += n) {
        n = at[i] < 0x80 ? 1 : lamb_utf8_length(at + i, body.len - i, &broken);
        if (!n || !at[i])
            return false;
    }
    return true;
}

static int
put_body(json_t *response, struct lamb_span body)
{
    LAMB_AUTOBUF struct lamb_buf encoded = LAMB_BUF_INIT(ENCODED_MAX);
    bool text = is_text(body);

    if (!text && lamb_base64_encode(&encoded, body))
        return lamb_buf_error(&encoded);
    if (!text)
        body = lamb_buf_view(&encoded);
    if (json_object_set_new(response, "body",
                            json_stringn(body.len ? body.ptr : "", body.len)) ||
        json_object_set_new(response, "isBase64Encoded", json_boolean(!text)))
        return -ENOMEM;
    return 0;
}

/* ---- The reply ------------------------------------------------------------------ */

static int
recorded(struct lamb_http *http, int r)
{
    const char *why = strerror(-r);

    if (!r)
        return 0;
    if (r == -EINVAL)
        why =
            "a status outside of 100 to 599, or a header or cookie that HTTP does not "
            "allow";
    else if (r == -ENOTSUP)
        why = "the load balancer takes one cookie; set "
              "lambda.multi_value_headers.enabled for more";
    (void)lamb_fail(http->inv, r == -ENOMEM ? "OutOfMemory" : "BadResponse",
                    "the response could not be made: %s", why);
    return r;
}

static int
send_json(struct lamb_http *http, const json_t *value)
{
    LAMB_AUTOFREE char *text = json_dumps(value, JSON_COMPACT);
    int r;

    if (!text)
        return -ENOMEM;
    r = lamb_reply(http->inv, text, strlen(text));
    return r ? r : lamb_set_content_type(http->inv, "application/json");
}

int
lamb_http_reply(struct lamb_http *http, int status, const char *content_type,
                const void *body, size_t len)
{
    json_t *response = NULL;
    int r = make_head(http, status, content_type, &response);

    if (!r)
        r = put_body(response, lamb_span_of(body, len));
    if (!r)
        r = send_json(http, response);
    json_decref(response);
    return recorded(http, r);
}

int
lamb_http_reply_json(struct lamb_http *http, int status, json_t *value)
{
    LAMB_AUTOFREE char *text =
        value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

    json_decref(value);
    if (!text)
        return recorded(http, -ENOMEM);
    return lamb_http_reply(http, status, "application/json", text, strlen(text));
}

int
lamb_http_stream(struct lamb_http *http, int status, const char *content_type)
{
    static const char end[8];
    LAMB_AUTOFREE char *text = NULL;
    json_t *head = NULL;
    int r;

    if (!shapes[http->kind].can_stream) {
        (void)lamb_fail(http->inv, "BadResponse",
                        "the response could not be streamed: what stands in front of "
                        "the function (kind %d) takes it whole",
                        (int)http->kind);
        return -ENOTSUP;
    }
    r = make_head(http, status, content_type, &head);
    if (!r) {
        text = json_dumps(head, JSON_COMPACT);
        r = text ? lamb_reply(http->inv, text, strlen(text)) : -ENOMEM;
    }
    json_decref(head);
    if (!r)
        r = lamb_write(http->inv, end, sizeof(end));
    if (!r)
        r = lamb_stream(http->inv,
                        "application/vnd.awslambda.http-integration-response");
    return recorded(http, r);
}
