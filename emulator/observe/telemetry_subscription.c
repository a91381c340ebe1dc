/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/telemetry_subscription.h"

#include <errno.h>
#include <jansson.h>

#include "sdk/base/num.h"

static LAMB_ENUM_TEXT_FN(telemetry_type_text, telemetry_type, TELEMETRY_TYPES,
                         TELEMETRY_TYPE_N)

    enum {
        RESERVED_PORT = 9001
    };

/* A subscription being read, and what was found wrong so far. */
struct reading {
    const json_t *json;
    bool is_logs_api;
    struct telemetry_subscription *out;
    struct lamb_buf *wrong;
};

static void complain(struct reading *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The service joins all it finds with "; ". */
static void
complain(struct reading *r, const char *fmt, ...)
{
    va_list ap;

    if (r->wrong->len)
        (void)lamb_buf_str(r->wrong, "; ");
    va_start(ap, fmt);
    (void)lamb_buf_vprintf(r->wrong, fmt, ap);
    va_end(ap);
}

static bool
is_text(const json_t *value, const char *text)
{
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

/* -- schemaVersion ------------------------------------------------------------------
 */

static bool
is_of_logs_api(enum event_schema schema)
{
    return schema == SCHEMA_LOGS_2020 || schema == SCHEMA_LOGS_2021;
}

static void
read_schema(struct reading *r)
{
    const json_t *value = json_object_get(r->json, "schemaVersion");

    r->out->schema = SCHEMA_LOGS_2020;
    if (!value && r->is_logs_api)
        return;
    if (!value) {
        complain(r, "missing field `schemaVersion`");
        return;
    }
    for (enum event_schema s = 0; s < EVENT_SCHEMA_N; s++)
        if (is_of_logs_api(s) == r->is_logs_api &&
            is_text(value, event_schema_text(s))) {
            r->out->schema = s;
            return;
        }
    complain(r, "schemaVersion should be one of %s",
             r->is_logs_api ? "2020-08-15, 2021-03-18"
                            : "2022-07-01, 2022-12-13, 2025-01-29");
}

/* -- destination --------------------------------------------------------------------
 */

/* The environment itself, by the names it has inside of itself. */
static bool
is_sandbox(struct lamb_span host)
{
    return lamb_span_is(host, "sandbox.localdomain") ||
           lamb_span_is(host, "sandbox.local") || lamb_span_is(host, "sandbox");
}

static bool
is_clean_path(struct lamb_span path)
{
    for (size_t i = 0; i < path.len; i++)
        if ((unsigned char)path.ptr[i] <= ' ' || (unsigned char)path.ptr[i] > '~')
            return false;
    return true;
}

static void
read_uri(struct reading *r, const json_t *destination)
{
    const json_t *value = json_object_get(destination, "URI");
    struct lamb_span rest = lamb_span_str(json_string_value(value));
    struct telemetry_subscription *out = r->out;
    struct lamb_span host;
    struct lamb_span port;
    const char *slash;
    uint64_t number;

    if (!value || !rest.len) {
        complain(r, "URI is not provided");
        return;
    }
    if (!lamb_span_starts(rest, "http://")) {
        complain(r, "Only 'http' scheme is supported.");
        return;
    }
    rest = lamb_span_of(rest.ptr + strlen("http://"), rest.len - strlen("http://"));
    slash = memchr(rest.ptr, '/', rest.len);
    host = lamb_span_of(rest.ptr, slash ? (size_t)(slash - rest.ptr) : rest.len);
    rest = slash ? lamb_span_of(slash, rest.len - host.len) : LAMB_SPAN("/");
    if (!is_clean_path(rest) ||
        lamb_format(out->path, sizeof(out->path), "%.*s", (int)rest.len, rest.ptr))
        complain(r, "URI path is not valid");
    if (!lamb_span_cut(host, ':', &host, &port))
        complain(r, "URI port is not provided");
    else if (lamb_parse_u64(port, 1, UINT16_MAX, &number))
        complain(r, "URI port should be between 1 and 65535");
    else if (number == RESERVED_PORT)
        complain(r, "URI port 9001 is reserved");
    else
        out->port = (uint16_t)number;
    if (!is_sandbox(host))
        complain(r, "URI host should be sandbox.localdomain");
    else
        (void)!lamb_format(out->host, sizeof(out->host), "%.*s", (int)host.len,
                           host.ptr);
}

static void
read_tcp(struct reading *r, const json_t *destination)
{
    const json_t *port = json_object_get(destination, "port");
    json_int_t number = json_integer_value(port);

    r->out->is_tcp = true;
    if (!port)
        complain(r, "port is not provided");
    else if (!json_is_integer(port) || number < 1 || number > UINT16_MAX)
        complain(r, "port should be between 1 and 65535");
    else if (number == RESERVED_PORT)
        complain(r, "port 9001 is reserved");
    else
        r->out->port = (uint16_t)number;
}

static void
read_destination(struct reading *r)
{
    const json_t *destination = json_object_get(r->json, "destination");
    const json_t *protocol = json_object_get(destination, "protocol");
    const json_t *method = json_object_get(destination, "method");
    const json_t *encoding = json_object_get(destination, "encoding");

    if (!json_is_object(destination)) {
        complain(r, "missing field `destination`");
        return;
    }
    if (is_text(protocol, "HTTP"))
        read_uri(r, destination);
    else if (is_text(protocol, "TCP"))
        read_tcp(r, destination);
    else
        complain(r, protocol ? "protocol should be HTTP or TCP"
                             : "missing field `protocol`");
    if (!r->is_logs_api)
        return;
    r->out->is_put = is_text(method, "PUT");
    if (method && !r->out->is_put && !is_text(method, "POST"))
        complain(r, "method should be POST or PUT");
    if (encoding && !is_text(encoding, "JSON"))
        complain(r, "encoding should be JSON");
}

/* -- types --------------------------------------------------------------------------
 */

static void
read_type(struct reading *r, const json_t *value)
{
    struct telemetry_subscription *out = r->out;

    for (enum telemetry_type t = 0; t < TELEMETRY_TYPE_N; t++) {
        if (!is_text(value, telemetry_type_text(t)))
            continue;
        if (out->types[t]) {
            complain(r, "types should be unique");
        } else {
            size_t used = strlen(out->type_list);

            out->types[t] = true;
            (void)!lamb_format(out->type_list + used, sizeof(out->type_list) - used,
                               "%s%s", used ? "," : "", telemetry_type_text(t));
        }
        return;
    }
    complain(r, "types should be among platform, function, extension");
}

static void
read_types(struct reading *r)
{
    const json_t *types = json_object_get(r->json, "types");
    size_t before = r->wrong->len;

    if (!json_is_array(types)) {
        complain(r, "missing field `types`");
        return;
    }
    if (!json_array_size(types))
        complain(r, "types should not be empty");
    for (size_t i = 0; i < json_array_size(types) && r->wrong->len == before; i++)
        read_type(r, json_array_get(types, i));
}

/* -- buffering ----------------------------------------------------------------------
 */

static const struct {
    const char *name;
    unsigned min, max, standard;
    size_t offset;
} limits[] = {
    { "maxItems", 1000, 10000, 10000,
      offsetof(struct telemetry_subscription, max_items) },
    { "maxBytes", 262144, 1048576, 262144,
      offsetof(struct telemetry_subscription, max_bytes) },
    { "timeoutMs", 25, 30000, 1000,
      offsetof(struct telemetry_subscription, timeout_ms) },
};

static void
read_buffering(struct reading *r)
{
    const json_t *buffering = json_object_get(r->json, "buffering");

    if (buffering && !json_is_object(buffering))
        complain(r, "buffering should be an object");
    for (size_t i = 0; i < LAMB_COUNT(limits); i++) {
        unsigned *out = (unsigned *)(void *)((char *)(void *)r->out + limits[i].offset);
        const json_t *value = json_object_get(buffering, limits[i].name);
        json_int_t number = json_integer_value(value);

        *out = limits[i].standard;
        if (!value)
            continue;
        if (json_is_integer(value) && number >= limits[i].min &&
            number <= limits[i].max)
            *out = (unsigned)number;
        else
            complain(r, "%s should be between %u and %u", limits[i].name, limits[i].min,
                     limits[i].max);
    }
}

/* -- all of it ----------------------------------------------------------------------
 */

int
telemetry_subscription_parse(struct lamb_span json, bool is_logs_api,
                             struct telemetry_subscription *ret, struct lamb_buf *wrong)
{
    struct telemetry_subscription out = { 0 };
    json_error_t why;
    json_t *tree = json_loadb(json.ptr ? json.ptr : "", json.len, 0, &why);
    struct reading r = { tree, is_logs_api, &out, wrong };

    if (!json_is_object(tree)) {
        complain(&r, "the request body is not a JSON object%s%s", tree ? "" : ": ",
                 tree ? "" : why.text);
        json_decref(tree);
        return -EINVAL;
    }
    read_schema(&r);
    read_destination(&r);
    read_types(&r);
    read_buffering(&r);
    json_decref(tree);
    if (wrong->len || lamb_buf_error(wrong))
        return -EINVAL;
    *ret = out;
    return 0;
}

bool
telemetry_subscription_equal(const struct telemetry_subscription *a,
                             const struct telemetry_subscription *b)
{
    return a->schema == b->schema &&
           memcmp(a->types, b->types, sizeof(a->types)) == 0 &&
           a->max_items == b->max_items && a->max_bytes == b->max_bytes &&
           a->timeout_ms == b->timeout_ms && a->is_tcp == b->is_tcp &&
           a->is_put == b->is_put && a->port == b->port &&
           strcmp(a->host, b->host) == 0 && strcmp(a->path, b->path) == 0;
}

bool
telemetry_subscription_wants(const struct telemetry_subscription *s,
                             enum event_type type)
{
    if (type == EVENT_FUNCTION)
        return s->types[TELEMETRY_FUNCTION];
    if (type == EVENT_EXTENSION)
        return s->types[TELEMETRY_EXTENSION];
    return s->types[TELEMETRY_PLATFORM] && event_json_has(s->schema, type);
}
