/* SPDX-License-Identifier: Apache-2.0 */

/*
 * http - a small web service behind an HTTP API, a REST API, a function URL or a load
 * balancer: which of them is not its concern.
 *
 *   GET /items/ID    describes an item, in the language of ?lang= or of the cookie
 *   POST /language   remembers the language of the body, "de" or "en", in the cookie
 */

#include <jansson.h>
#include <lamb/http.h>
#include <string.h>

struct route {
    const char *method;
    const char *path; /* one that ends with / stands for all below it */
    int (*answer)(struct lamb_http *http, const char *below);
};

static int
get_item(struct lamb_http *http, const char *id)
{
    const char *lang = lamb_http_query(http, "lang", 0);

    if (!lang)
        lang = lamb_http_cookie(http, "lang");
    if (!lang)
        lang = "en";
    return lamb_http_reply_json(
        http, 200,
        json_pack("{s:s, s:s, s:s}", "id", id, "lang", lang, "title",
                  strcmp(lang, "de") == 0 ? "Eine Sache" : "A thing"));
}

static int
post_language(struct lamb_http *http, const char *below)
{
    const char *lang = lamb_http_body(http).ptr; /* a NUL follows it */

    (void)below;
    if (strcmp(lang, "de") == 0)
        lamb_http_add_cookie(http, "lang=de; Path=/; HttpOnly");
    else if (strcmp(lang, "en") == 0)
        lamb_http_add_cookie(http, "lang=en; Path=/; HttpOnly");
    else
        return lamb_http_reply_json(
            http, 400, json_pack("{s:s}", "message", "the body has to be de or en"));
    return lamb_http_reply(http, 204, NULL, NULL, 0);
}

static const struct route routes[] = {
    { "GET", "/items/", get_item },
    { "POST", "/language", post_language },
};

/* What stands in PATH below the route's, "" for the route itself; NULL: another path.
 */
static const char *
below_route(const struct route *route, const char *path)
{
    size_t len = strlen(route->path);
    int has_more = route->path[len - 1] == '/';

    if (strncmp(path, route->path, len) != 0 || has_more != (path[len] != '\0'))
        return NULL;
    return path + len;
}

static int
answer(struct lamb_http *http)
{
    const char *method = lamb_http_method(http), *path = lamb_http_path(http);

    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        const char *below = below_route(&routes[i], path);

        if (below && strcmp(method, routes[i].method) == 0)
            return routes[i].answer(http, below);
        if (below) {
            lamb_http_set_header(http, "allow", routes[i].method);
            return lamb_http_reply_json(http, 405,
                                        json_pack("{s:s, s:s}", "message",
                                                  "not allowed here", "method",
                                                  method));
        }
    }
    return lamb_http_reply_json(
        http, 404, json_pack("{s:s, s:s}", "message", "no such page", "path", path));
}

int
handler(struct lamb_invocation *inv)
{
    struct lamb_http *http = lamb_http_open(inv);
    int r = http ? answer(http) : -1; /* the error is recorded */

    lamb_http_close(http);
    return r;
}
