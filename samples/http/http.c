/* SPDX-License-Identifier: Apache-2.0 */

/*
 * http - a small web service behind an API Gateway HTTP API or a function URL
 * (payload format 2.0): GET /items/ID describes one item, in the language that ?lang=
 * asks for.
 */

#include <jansson.h>
#include <lamb/lamb.h>
#include <stdlib.h>
#include <string.h>

/* The text at OBJECT.KEY, or OTHERWISE when there is none. */
static const char *
text_at(const json_t *object, const char *key, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : otherwise;
}

/* Answer with STATUS and BODY (taken) as JSON text inside the HTTP response object. */
static int
respond(struct lamb_invocation *inv, int status, json_t *body)
{
    char *body_text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    json_t *response = json_pack("{s:i, s:{s:s}, s:s, s:b}", "statusCode", status,
                                 "headers", "content-type", "application/json", "body",
                                 body_text ? body_text : "", "isBase64Encoded", 0);
    char *text = response ? json_dumps(response, JSON_COMPACT) : NULL;
    int r;

    if (text && body_text)
        r = lamb_reply(inv, text, strlen(text));
    else
        r = lamb_fail(inv, "OutOfMemory", "no memory for the response");
    free(text);
    free(body_text);
    json_decref(response);
    json_decref(body);
    return r;
}

static int
get_item(struct lamb_invocation *inv, const char *id, const json_t *query)
{
    const char *lang = text_at(query, "lang", "en");
    const char *title = strcmp(lang, "de") == 0 ? "Eine Sache" : "A thing";

    return respond(
        inv, 200, json_pack("{s:s, s:s, s:s}", "id", id, "lang", lang, "title", title));
}

static int
route(struct lamb_invocation *inv, const json_t *event)
{
    static const char items[] = "/items/";
    const json_t *http =
        json_object_get(json_object_get(event, "requestContext"), "http");
    const char *method = text_at(http, "method", "");
    const char *path = text_at(event, "rawPath", "");
    const char *id = path + sizeof(items) - 1;

    if (strncmp(path, items, sizeof(items) - 1) != 0 || !*id)
        return respond(
            inv, 404, json_pack("{s:s, s:s}", "message", "no such page", "path", path));
    if (strcmp(method, "GET") != 0)
        return respond(inv, 405,
                       json_pack("{s:s, s:s}", "message", "only GET is allowed",
                                 "method", method));
    return get_item(inv, id, json_object_get(event, "queryStringParameters"));
}

int
handler(struct lamb_invocation *inv)
{
    struct lamb_span bytes = lamb_event(inv);
    json_error_t error;
    json_t *event = json_loadb(bytes.ptr, bytes.len, 0, &error);
    int r;

    if (!json_object_get(event, "requestContext")) {
        json_decref(event);
        return lamb_fail(inv, "BadEvent",
                         "expected an HTTP event of payload format 2.0");
    }
    r = route(inv, event);
    json_decref(event);
    return r;
}
