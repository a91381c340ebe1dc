/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/control/control.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/control/clock_store.h"
#include "sdk/base/alloc.h"
#include "sdk/base/auto.h"
#include "sdk/base/limits.h"
#include "sdk/base/num.h"
#include "sdk/base/time_text.h"

enum { MAX_BODY = 64 * 1024 };
/* As far as an advance may go at once: a hundred years. */
#define MAX_ADVANCE_NS (INT64_C(36525) * 86400 * LAMB_NS_PER_S)

/* A request that changed the clock and waits until that is committed. */
struct waiting {
    struct lamb_list node;
    struct http_request *req;
};

struct control {
    struct control_config config;
    struct http_server *server;
    struct clock_store *clock_store;
    struct lamb_list waiting;
    char *socket_path;
    struct http_request *advancing; /* waits for its advance; NULL: none, or it left */
    const char *url;
};

#define NO_MEMORY "{\"message\":\"out of memory\"}"

/* JSON (given); NULL: there was no memory for it. */
static void
reply_json(struct http_request *req, unsigned status, json_t *json)
{
    static const struct http_field field = { "Content-Type", "application/json" };
    LAMB_AUTOFREE char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    struct http_answer answer = { .status = text ? status : 500,
                                  .fields = &field,
                                  .n_fields = 1,
                                  .body = lamb_blob_copy(
                                      lamb_span_str(text ? text : NO_MEMORY)) };

    json_decref(json);
    http_reply(req, &answer);
    lamb_blob_unref(answer.body);
}

static void
refuse(struct http_request *req, unsigned status, const char *message)
{
    reply_json(req, status, json_pack("{s:s}", "message", message));
}

/* -- status ----------------------------------------------------------------------- */

static void
add_function(void *data, struct function_record *record)
{
    json_t *list = data;

    (void)json_array_append_new(
        list,
        json_pack("{s:s, s:s, s:s, s:i, s:i}", "name", record->key.name, "version",
                  record->key.version, "arn", record->arn, "memoryMb",
                  (int)record->config.memory_mb, "timeoutS", (int)record->timeout_s));
}

static json_t *
describe_isolation(const struct control *control)
{
    const struct sandbox_abilities *a =
        sandbox_host_abilities(control->config.sandboxes);

    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s?}",
                     "level", sandbox_level_text(a->level), "memory", a->memory,
                     "processes", a->processes, "kill", a->kill, "freeze", a->freeze,
                     "tmp", a->tmp, "cpu", a->cpu, "network",
                     sandbox_network_text(a->network), "outbound", a->outbound, "users",
                     a->has_own_users ? "one for each sandbox" : "the emulator's user",
                     "missing", a->missing);
}

static json_t *
describe_events(const struct control *control)
{
    json_t *counts = json_object();

    for (int type = 0; counts && type < EVENT_TYPE_N; type++)
        (void)json_object_set_new(
            counts, event_type_text((enum event_type)type),
            json_integer((json_int_t)control->config.observe->counts[type]));
    return counts;
}

static json_t *
describe_refused(const struct control *control)
{
    json_t *counts = json_object();

    for (int machine = 0; counts && machine < ENVIRONMENT_MACHINE_N; machine++)
        (void)json_object_set_new(
            counts, environment_machine_text((enum environment_machine)machine),
            json_integer((json_int_t)control->config.tally->refused[machine]));
    return counts;
}

static void
on_status(struct control *control, struct http_request *req, struct lamb_span body)
{
    const struct loop_stats *stats = loop_stats(control->config.loop);
    uint64_t failures = lamb_alloc_failures();
    struct functions_counts counts;
    json_t *functions = json_array();
    json_t *status;

    (void)body;
    functions_count(control->config.functions, &counts);
    functions_each(control->config.functions, add_function, functions);
    status = json_pack(
        "{s:s, s:i, s:s?, s:o, s:o, s:I, s:I, s:I, s:I, s:o, s:o, s:{s:I, s:I, "
        "s:I, s:s?}}",
        "version", LAMB_VERSION, "pid", (int)getpid(), "url", control->url, "isolation",
        describe_isolation(control), "functions", functions, "environments",
        (json_int_t)counts.environments, "running", (json_int_t)counts.running,
        "waiting", (json_int_t)counts.waiting, "queued",
        (json_int_t)async_queued(control->config.async), "events",
        describe_events(control), "refused", describe_refused(control), "loop", "turns",
        (json_int_t)stats->turns, "slowCallbacks", (json_int_t)stats->slow_callbacks,
        "slowestNs", (json_int_t)stats->slowest_ns, "slowest", stats->slowest_name);
    if (failures != lamb_alloc_failures()) { /* something of it is missing */
        json_decref(status);
        status = NULL;
    }
    reply_json(req, 200, status);
}

/* -- clock ------------------------------------------------------------------------ */

static void
reply_clock(struct control *control, struct http_request *req)
{
    struct platform_clock_state state;
    int64_t now = platform_clock_now_ns(control->config.clock);
    char text[LAMB_TIME_SIZE];

    lamb_time_iso_ms(now, text);
    platform_clock_get(control->config.clock, &state);
    reply_json(req, 200,
               json_pack("{s:s, s:I, s:b, s:I}", "now", text, "nowNs", (json_int_t)now,
                         "held", state.held, "offsetNs", (json_int_t)state.offset_ns));
}

/* Every change so far is on the disk (ERR NULL), or the last one is not. */
static void
on_saved(void *data, const struct lamb_err *err)
{
    struct control *control = data;
    struct lamb_list *node;

    while ((node = lamb_list_take_front(&control->waiting)) != NULL) {
        struct waiting *waiting = LAMB_CONTAINER(node, struct waiting, node);

        if (err)
            refuse(waiting->req, 500, err->text);
        else
            reply_clock(control, waiting->req);
        free(waiting);
    }
}

/* What is answered survives a kill: the answer waits for the commit. */
static void
reply_when_saved(struct control *control, struct http_request *req)
{
    struct waiting *waiting;

    if (!clock_store_is_saving(control->clock_store)) {
        reply_clock(control, req);
        return;
    }
    waiting = calloc(1, sizeof(*waiting));
    if (!waiting) {
        refuse(req, 500, "out of memory");
        return;
    }
    waiting->req = req;
    lamb_list_push_back(&control->waiting, &waiting->node);
}

static void
on_clock(struct control *control, struct http_request *req, struct lamb_span body)
{
    (void)body;
    reply_clock(control, req);
}

static void
on_hold(struct control *control, struct http_request *req, struct lamb_span body)
{
    (void)body;
    platform_clock_hold(control->config.clock);
    reply_when_saved(control, req);
}

static void
on_release(struct control *control, struct http_request *req, struct lamb_span body)
{
    (void)body;
    platform_clock_release(control->config.clock);
    reply_when_saved(control, req);
}

static void
on_advanced(void *data)
{
    struct control *control = data;
    struct http_request *req = lamb_take_ptr(&control->advancing);

    if (req)
        reply_when_saved(control, req);
}

/* {"by":"90s"} */
static int
read_advance(struct lamb_span body, int64_t *ret_ns)
{
    json_t *json = json_loadb(body.ptr, body.len, 0, NULL);
    const char *by = json_string_value(json_object_get(json, "by"));
    int r = by ? lamb_parse_duration(lamb_span_str(by), 0, MAX_ADVANCE_NS, ret_ns)
               : -EINVAL;

    json_decref(json);
    return r;
}

static void
on_advance(struct control *control, struct http_request *req, struct lamb_span body)
{
    int64_t delta_ns;
    int r;

    if (read_advance(body, &delta_ns)) {
        refuse(
            req, 400,
            "expected {\"by\":\"DURATION\"}, as in {\"by\":\"90s\"}; units are ns us "
            "ms s m h d, at most a hundred years");
        return;
    }
    r = platform_clock_advance(control->config.clock, delta_ns, on_advanced, control);
    if (r == -EBUSY)
        refuse(req, 409, "another advance is under way: wait for its answer");
    else if (r)
        refuse(req, 400, "the clock cannot go that far: its last year is 2262");
    else
        control->advancing = req;
}

/* -- recycle ---------------------------------------------------------------------- */

/* {"function":"NAME"} */
static void
on_recycle(struct control *control, struct http_request *req, struct lamb_span body)
{
    json_t *json = json_loadb(body.ptr ? body.ptr : "", body.len, 0, NULL);
    const char *name = json_string_value(json_object_get(json, "function"));
    struct recycled sum;

    if (!name)
        refuse(req, 400, "expected {\"function\":\"NAME\"}");
    else if (functions_recycle(control->config.functions, name, &sum))
        refuse(req, 404, "there is no function of that name: see GET /status");
    else
        reply_json(req, 200,
                   json_pack("{s:I, s:I}", "idle", (json_int_t)sum.idle, "busy",
                             (json_int_t)sum.busy));
    json_decref(json);
}

/* -- stop ------------------------------------------------------------------------- */

static void
on_stop(struct control *control, struct http_request *req, struct lamb_span body)
{
    (void)body;
    reply_json(req, 202, json_pack("{s:s}", "message", "stopping"));
    control->config.stop(control->config.data);
}

/* -- the way of a request --------------------------------------------------------- */

static const struct {
    const char *method;
    const char *path;
    void (*run)(struct control *control, struct http_request *req,
                struct lamb_span body);
} routes[] = {
    { "GET", "/status", on_status },
    { "GET", "/clock", on_clock },
    { "POST", "/clock/hold", on_hold },
    { "POST", "/clock/release", on_release },
    { "POST", "/clock/advance", on_advance },
    { "POST", "/recycle", on_recycle },
    { "POST", "/stop", on_stop },
};

static void
on_body(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct control *control = data;
    bool is_known = false;

    if (outcome == HTTP_E_TOO_LARGE) {
        refuse(req, 413, "the body is over 64 KiB");
        return;
    }
    for (size_t i = 0; i < LAMB_COUNT(routes); i++) {
        if (!lamb_span_is(http_path(req), routes[i].path))
            continue;
        is_known = true;
        if (!lamb_span_is(http_method(req), routes[i].method))
            continue;
        routes[i].run(control, req, lamb_blob_view(body));
        lamb_blob_unref(body);
        return;
    }
    lamb_blob_unref(body);
    refuse(req, is_known ? 405 : 404,
           is_known ? "this call has another method: see docs/control.md"
                    : "there is no such call: see docs/control.md");
}

static void
on_gone(void *data, struct http_request *req, enum http_gone why)
{
    struct control *control = data;

    (void)why;
    if (control->advancing == req)
        control->advancing = NULL; /* the advance itself goes on */
    LAMB_LIST_FOREACH_SAFE (it, &control->waiting) {
        struct waiting *waiting = LAMB_CONTAINER(it, struct waiting, node);

        if (waiting->req != req)
            continue;
        lamb_list_remove(it);
        free(waiting);
    }
}

static void
on_request(void *data, struct http_request *req)
{
    http_on_gone(req, on_gone, data);
    http_read_body(req, MAX_BODY, on_body, data);
}

int
control_new(const struct control_config *config, struct control **ret,
            struct lamb_err *err)
{
    struct control *control = calloc(1, sizeof(*control));
    struct http_server_config server = { .name = "control",
                                         .connection_limit = 64,
                                         .watch_parked = true,
                                         .on_request = on_request,
                                         .data = control };
    int r;

    if (!control)
        return lamb_raise(err, -ENOMEM, "control socket");
    control->config = *config;
    lamb_list_init(&control->waiting);
    control->socket_path = lamb_span_dup(lamb_span_str(config->socket_path));
    r = control->socket_path ? clock_store_new(config->store, config->clock, on_saved,
                                               control, &control->clock_store, err)
                             : -ENOMEM;
    if (!r)
        r = http_listen_unix(config->socket_path, &server.listen_fd, err);
    if (!r)
        r = http_server_new(config->http, &server, &control->server, err);
    if (r) {
        control_free(control);
        return lamb_wrap(err, r, "control socket");
    }
    *ret = control;
    return 0;
}

void
control_set_url(struct control *control, const char *url)
{
    control->url = url;
}

void
control_free(struct control *control)
{
    if (!control)
        return;
    if (control->server) {
        http_server_free(control->server);
        (void)unlink(control->socket_path);
    }
    clock_store_free(control->clock_store);
    free(control->socket_path);
    free(control);
}
