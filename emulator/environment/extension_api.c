/* SPDX-License-Identifier: Apache-2.0 */

/*
 * extension_api - the Extensions API of one environment, 2020-01-01: who registers,
 * what it waits for, and what it is told when it asks wrongly (texts of AWS's own core,
 * rapi/handler/agent*.go).
 */
#include <jansson.h>

#include "emulator/environment/environment_internal.h"
#include "emulator/environment/reply.h"
#include "sdk/base/id.h"
#include "sdk/base/json_text.h"

#define PREFIX "/2020-01-01/extension"

enum { BODY_MAX = 64 * 1024 };

/* The extension's machine takes EVENT, or the request is refused with 403. */
static bool
allow(struct environment *env, struct extension *extension, struct http_request *req,
      enum extension_event event, const char *shown_as)
{
    enum extension_state from = extension->state;
    enum extension_state to;
    char text[320];

    if (extension_step(&extension->state, event, &to) == 0)
        return true;
    env->host->tally->refused[MACHINE_EXTENSION]++;
    if (lamb_format(text, sizeof(text),
                    "State transition from %s to %s failed for extension %s. Error: "
                    "State transition is not allowed",
                    extension_state_text(from),
                    /* the core names the state after the report what it leads to */
                    event == EXTENSION_EV_EXIT_ERROR ? "Exited"
                                                     : extension_state_text(to),
                    shown_as))
        text[0] = '\0';
    reply_error(req, 403, "Extension.InvalidExtensionState", text);
    return false;
}

/* -- POST /register ---------------------------------------------------------------- */

/* What a registration asks for. */
struct registration {
    struct environment *env;
    bool wishes[EXTENSION_WISH_N];
};

static void
refuse_event(struct http_request *req, const char *name, const char *why)
{
    char text[256];

    if (lamb_format(text, sizeof(text), "%.120s: %s", name, why))
        text[0] = '\0';
    reply_error(req, 403, "Extension.InvalidEventType", text);
}

static bool
read_events(struct http_request *req, const json_t *events, bool is_internal,
            bool wishes[EXTENSION_WISH_N])
{
    for (size_t i = 0; i < json_array_size(events); i++) {
        const char *name = json_string_value(json_array_get(events, i));
        int wish = 0;

        while (name && wish < EXTENSION_WISH_N &&
               strcmp(name, extension_wish_text((enum extension_wish)wish)) != 0)
            wish++;
        if (!name || wish == EXTENSION_WISH_N) {
            refuse_event(req, name ? name : "", "ErrorInvalidEventType");
            return false;
        }
        if (is_internal && wish == EXTENSION_SHUTDOWN) {
            refuse_event(req, name, "ShutdownEventNotSupportedForInternalExtension");
            return false;
        }
        wishes[wish] = true;
    }
    return true;
}

/* The extension NAME that may register now; NULL: the request is answered. */
static struct extension *
find_or_add(struct environment *env, struct http_request *req, struct lamb_span name)
{
    struct extension *extension = crew_find_name(&env->crew, name);

    if (extension && !extension->is_internal)
        return extension;
    if (env->crew.is_closed) {
        reply_error(req, 403, "Extension.RegistrationClosed",
                    "Extension registration closed already");
        return NULL;
    }
    if (extension) {
        reply_error(req, 403, "Extension.InvalidExtensionState",
                    "Extension with this name already registered");
        return NULL;
    }
    extension = crew_add(&env->crew, name);
    if (!extension)
        reply_error(req, 403, "Extension.TooManyExtensions",
                    "Extension limit (10) reached");
    else
        extension->is_internal = true;
    return extension;
}

/* Does the comma list of a header have WORD in it? */
static bool
list_has(struct lamb_span list, const char *word)
{
    struct lamb_span item;

    while (list.len) {
        (void)lamb_span_cut(list, ',', &item, &list);
        if (lamb_span_is(lamb_span_trim(item), word))
            return true;
    }
    return false;
}

static void
reply_registered(struct environment *env, struct http_request *req,
                 const struct extension *extension)
{
    LAMB_AUTOBUF struct lamb_buf body = LAMB_BUF_INIT(4096);
    const struct http_field fields[] = {
        { "Content-Type", "application/json" },
        { "Lambda-Extension-Identifier", extension->id },
    };
    struct http_answer answer = { .status = 200,
                                  .fields = fields,
                                  .n_fields = LAMB_COUNT(fields) };

    (void)lamb_buf_char(&body, '{');
    if (list_has(http_header(req, "Lambda-Extension-Accept-Feature"), "accountId"))
        (void)lamb_buf_printf(&body, "\"accountId\":\"%s\",", env->host->account);
    (void)lamb_buf_str(&body, "\"functionName\":");
    (void)lamb_json_string(&body, lamb_span_str(env->config->function_name));
    (void)lamb_buf_str(&body, ",\"functionVersion\":");
    (void)lamb_json_string(&body, lamb_span_str(env->config->function_version));
    (void)lamb_buf_str(&body, ",\"handler\":");
    (void)lamb_json_string(&body, lamb_span_str(env->config->handler));
    (void)lamb_buf_str(&body, "}\n");
    answer.body = lamb_blob_copy(lamb_buf_view(&body));
    http_reply(req, &answer);
    lamb_blob_unref(answer.body);
}

/* All that is asked is in order: NAME is registered. */
static void
register_as(struct environment *env, struct http_request *req, struct lamb_span name,
            const json_t *events)
{
    bool wishes[EXTENSION_WISH_N] = { false };
    struct extension *known = crew_find_name(&env->crew, name);
    bool is_internal = !known || known->is_internal;
    struct extension *extension;
    char list[EXTENSION_WISHES_SIZE];

    if (!read_events(req, events, is_internal, wishes))
        return;
    extension = find_or_add(env, req, name);
    if (!extension ||
        !allow(env, extension, req, EXTENSION_EV_REGISTER, extension->name))
        return;
    memcpy(extension->wishes, wishes, sizeof(wishes));
    lamb_uuid4(extension->id);
    extension_list_wishes(extension, list);
    report_extension(env, extension->name, extension_state_text(extension->state), list,
                     NULL);
    reply_registered(env, req, extension);
    if (!extension->is_internal && crew_is_registered(&env->crew))
        environment_handle(env, ENV_EV_REGISTERED);
}

static void
on_register_body(void *data, struct http_request *req, int outcome,
                 struct lamb_blob *body)
{
    struct environment *env = data;
    struct lamb_span name = http_header(req, "Lambda-Extension-Name");
    json_error_t why;
    json_t *json = NULL;

    if (outcome == HTTP_E_TOO_LARGE) {
        reply_error(req, 403, "InvalidRequestFormat", "http: request body too large");
        return;
    }
    if (body->len)
        json = json_loadb(body->bytes, body->len, 0, &why);
    if (!name.len)
        reply_error(req, 403, "Extension.InvalidExtensionName", "Empty extension name");
    else if (!json_is_object(json))
        reply_error(req, 403, "InvalidRequestFormat",
                    body->len ? why.text : "unexpected end of JSON input");
    else if (json_array_size(json_object_get(json, "configurationKeys")))
        reply_error(
            req, 403, "InvalidRequestFormat",
            "configurationKeys are deprecated; use environment variables instead");
    else
        register_as(env, req, name, json_object_get(json, "events"));
    json_decref(json);
    lamb_blob_unref(body);
}

static void
on_body_gone(void *data, struct http_request *req, enum http_gone why)
{
    (void)data;
    (void)req;
    (void)why; /* nothing was done yet */
}

static void
on_register(struct environment *env, struct http_request *req)
{
    http_on_gone(req, on_body_gone, env);
    http_read_body(req, BODY_MAX, on_register_body, env);
}

/* -- who asks ------------------------------------------------------------------------
 */

struct extension *
extension_api_asking(struct environment *env, struct http_request *req, bool is_next)
{
    struct lamb_span id = http_header(req, "Lambda-Extension-Identifier");
    struct extension *extension;
    char text[128];

    if (!id.len) {
        reply_error(req, 403, "Extension.MissingExtensionIdentifier",
                    "Missing Lambda-Extension-Identifier header");
        return NULL;
    }
    if (!lamb_uuid_is_valid(id)) {
        reply_error(req, 403, "Extension.InvalidExtensionIdentifier",
                    "Invalid Lambda-Extension-Identifier");
        return NULL;
    }
    extension = crew_find_id(&env->crew, id);
    if (extension)
        return extension;
    if (lamb_format(text, sizeof(text), "Unknown extension %.*s", (int)id.len, id.ptr))
        text[0] = '\0';
    reply_error(req, 403, "Extension.UnknownExtensionIdentifier",
                is_next ? text : "Unknown Lambda-Extension-Identifier");
    return NULL;
}

/* -- GET /event/next -----------------------------------------------------------------
 */

/* A dropped poll is not missed: the event that comes then is lost (AWS's core). */
static void
on_poll_gone(void *data, struct http_request *req, enum http_gone why)
{
    struct environment *env = data;

    (void)why;
    for (size_t i = 0; i < env->crew.n; i++)
        if (env->crew.list[i].poll == req)
            env->crew.list[i].poll = NULL;
}

static void
on_next(struct environment *env, struct http_request *req)
{
    struct extension *extension = extension_api_asking(env, req, true);
    bool is_first = extension && extension->state == EXTENSION_REGISTERED;
    char list[EXTENSION_WISHES_SIZE];

    if (!extension || !allow(env, extension, req, EXTENSION_EV_NEXT, extension->id))
        return;
    extension->poll = req;
    http_on_gone(req, on_poll_gone, env);
    if (is_first) {
        extension_list_wishes(extension, list);
        report_extension(env, extension->name, extension_state_text(extension->state),
                         list, NULL);
    }
    if (!shutdown_polled(env, extension))
        environment_extension_polled(env);
}

/* Hand EVENT to the extension, which waits for one. */
static void
hand_out(struct extension *extension, const struct lamb_buf *event)
{
    char id[37];
    const struct http_field fields[] = {
        { "Content-Type", "application/json" },
        { "Lambda-Extension-Event-Identifier", id },
    };
    struct http_answer answer = { .status = 200,
                                  .fields = fields,
                                  .n_fields = LAMB_COUNT(fields) };
    struct http_request *req = extension->poll;
    enum extension_state to;

    (void)extension_step(&extension->state, EXTENSION_EV_EVENT, &to);
    extension->poll = NULL;
    if (!req)
        return;
    lamb_uuid4(id);
    answer.body = lamb_blob_copy(lamb_buf_view(event));
    http_reply(req, &answer);
    lamb_blob_unref(answer.body);
}

void
extension_api_invoke(struct environment *env)
{
    LAMB_AUTOBUF struct lamb_buf event = LAMB_BUF_INIT(16 * 1024);
    const struct invocation *inv = env->inv;

    for (size_t i = 0; i < env->crew.n; i++) {
        if (!env->crew.list[i].wishes[EXTENSION_INVOKE])
            continue;
        if (!event.len) {
            (void)lamb_buf_printf(&event,
                                  "{\"eventType\":\"INVOKE\",\"deadlineMs\":%lld,"
                                  "\"requestId\":\"%s\",\"invokedFunctionArn\":",
                                  (long long)environment_epoch_ms(inv->deadline_ns),
                                  inv->request_id);
            (void)lamb_json_string(&event, lamb_span_str(inv->function_arn));
            (void)lamb_buf_str(&event,
                               ",\"tracing\":{\"type\":\"X-Amzn-Trace-Id\",\"value\":");
            (void)lamb_json_string(&event, lamb_span_str(inv->trace_id));
            (void)lamb_buf_str(&event, "}}");
        }
        hand_out(&env->crew.list[i], &event);
    }
}

bool
extension_api_shut_down(struct extension *extension, const char *reason,
                        int64_t deadline_ns)
{
    LAMB_AUTOBUF struct lamb_buf event = LAMB_BUF_INIT(1024);

    if (!extension->wishes[EXTENSION_SHUTDOWN])
        return false;
    if (extension->state != EXTENSION_READY) /* busy: it may finish and come for it */
        return extension->state == EXTENSION_REGISTERED ||
               extension->state == EXTENSION_RUNNING;
    (void)lamb_buf_printf(&event,
                          "{\"eventType\":\"SHUTDOWN\",\"deadlineMs\":%lld,"
                          "\"shutdownReason\":\"%s\"}",
                          (long long)environment_epoch_ms(deadline_ns), reason);
    hand_out(extension, &event);
    return true;
}

/* -- POST /init/error and /exit/error -------------------------------------------------
 */

static void
report_error(struct environment *env, struct http_request *req,
             enum extension_event event)
{
    static const char header[] = "Lambda-Extension-Function-Error-Type";
    struct lamb_span id = http_header(req, "Lambda-Extension-Identifier");
    struct lamb_span type = http_header(req, header);
    struct extension *extension;
    char list[EXTENSION_WISHES_SIZE];

    if (id.len && lamb_uuid_is_valid(id) &&
        !type.len) { /* before the id is looked up */
        reply_error(req, 403, "Extension.MissingHeader",
                    "Lambda-Extension-Function-Error-Type not found");
        return;
    }
    extension = extension_api_asking(env, req, false);
    if (!extension || !allow(env, extension, req, event, extension->id))
        return;
    if (lamb_format(extension->error_type, sizeof(extension->error_type), "%.*s",
                    (int)type.len, type.ptr))
        extension->error_type[0] = '\0';
    extension_list_wishes(extension, list);
    report_extension(env, extension->name, extension_state_text(extension->state), list,
                     extension->error_type);
    http_reply_still(req, env->accepted);
}

static void
on_init_error(struct environment *env, struct http_request *req)
{
    report_error(env, req, EXTENSION_EV_INIT_ERROR);
}

static void
on_exit_error(struct environment *env, struct http_request *req)
{
    report_error(env, req, EXTENSION_EV_EXIT_ERROR);
}

/* -- routes ---------------------------------------------------------------------------
 */

static const struct {
    const char *method;
    const char *path;
    void (*fn)(struct environment *env, struct http_request *req);
} routes[] = {
    { "POST", PREFIX "/register", on_register },
    { "GET", PREFIX "/event/next", on_next },
    { "POST", PREFIX "/init/error", on_init_error },
    { "POST", PREFIX "/exit/error", on_exit_error },
};

bool
extension_api_request(struct environment *env, struct http_request *req)
{
    if (env->has_no_extensions)
        return false;
    for (size_t i = 0; i < LAMB_COUNT(routes); i++) {
        if (!lamb_span_is(http_path(req), routes[i].path))
            continue;
        if (lamb_span_is(http_method(req), routes[i].method))
            routes[i].fn(env, req);
        else
            http_reply(req, &(struct http_answer){ .status = 405 });
        return true;
    }
    return false;
}

void
extension_api_reset(struct environment *env)
{
    for (size_t i = 0; i < env->crew.n; i++) {
        struct http_request *req = env->crew.list[i].poll;

        env->crew.list[i].poll = NULL;
        if (req)
            http_reply(req,
                       &(struct http_answer){ .status = 500, .close_after = true });
    }
    env->crew = (struct crew){ 0 };
}
