/* SPDX-License-Identifier: Apache-2.0 */

/*
 * runtime_api - the Runtime API of one environment, 2018-06-01: what the runtime may
 * ask and what it is told when it asks wrongly (texts of AWS's own core, rapi/handler).
 */

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/environment/environment_internal.h"
#include "emulator/environment/reply.h"
#include "emulator/http/origin.h"
#include "emulator/http/peer.h"
#include "sdk/base/clock.h"
#include "sdk/base/limits.h"
#include "sdk/base/num.h"

#define INVOCATION_PREFIX "/2018-06-01/runtime/invocation/"

/* A poll that waits in GET /next. */
struct poll {
    struct lamb_list node;
    struct http_request *req;
};

/* -- answers ---------------------------------------------------------------------- */

static void
reply_too_large(struct http_request *req)
{
    char text[128];

    if (lamb_format(text, sizeof(text),
                    "Exceeded maximum allowed payload size (%d bytes).",
                    LAMB_LIMIT_RESPONSE))
        text[0] = '\0';
    reply_error(req, 413, "RequestEntityTooLarge", text);
}

/* The runtime's machine takes EVENT, or the request is refused with 403. */
static bool
allow(struct environment *env, struct http_request *req, enum runtime_event event)
{
    enum runtime_state from = env->runtime;
    enum runtime_state to;
    char text[256];

    if (runtime_step(&env->runtime, event, &to) == 0)
        return true;
    env->host->tally->refused[MACHINE_RUNTIME]++;
    if (lamb_format(text, sizeof(text),
                    "State transition from %s to %s failed for runtime. Error: State "
                    "transition is not allowed",
                    runtime_state_text(from), runtime_state_text(to)))
        text[0] = '\0';
    reply_error(req, 403, "InvalidStateTransition", text);
    return false;
}

/* -- GET /next -------------------------------------------------------------------- */

static void
poll_free(struct poll *poll)
{
    lamb_list_remove(&poll->node);
    free(poll);
}

static void
poll_gone(void *data, struct http_request *req, enum http_gone why)
{
    struct poll *poll = data;

    (void)req;
    (void)why;
    poll_free(poll);
}

static void
on_next(struct environment *env, struct http_request *req, struct lamb_span id)
{
    struct poll *poll;

    (void)id;
    if (!allow(env, req, RUNTIME_EV_NEXT))
        return;
    poll = calloc(1, sizeof(*poll));
    if (!poll) {
        reply_error(req, 500, "InternalServerError", "Internal Server Error");
        return;
    }
    poll->req = req;
    lamb_list_push_back(&env->polls, &poll->node);
    http_on_gone(req, poll_gone, poll);
    environment_runtime_polled(env);
}

void
runtime_api_hand_out(struct environment *env)
{
    const struct invocation *inv = env->inv;
    struct lamb_list *node = env->polls.next;
    struct poll *poll = LAMB_CONTAINER(node, struct poll, node);
    struct http_request *req;
    enum runtime_state to;
    char deadline[21];
    struct http_field fields[8] = {
        { "Content-Type", inv->content_type ? inv->content_type : "application/json" },
        { "Lambda-Runtime-Aws-Request-Id", inv->request_id },
        { "Lambda-Runtime-Invocation-Id", inv->invocation_id },
        { "Lambda-Runtime-Deadline-Ms", deadline },
        { "Lambda-Runtime-Invoked-Function-Arn", inv->function_arn },
        { "Lambda-Runtime-Trace-Id", inv->trace_id },
    };
    struct http_answer answer = {
        .status = 200, .fields = fields, .n_fields = 6, .body = inv->payload
    };

    sandbox_share_cpu(env->sandbox, true); /* INIT had all there is */
    if (env->runtime == RUNTIME_READY)     /* Running stays: the same event again */
        (void)runtime_step(&env->runtime, RUNTIME_EV_EVENT, &to);
    if (lamb_list_is_empty(&env->polls))
        return; /* the poll's connection broke; the next poll gets the event */
    lamb_u64_text(deadline, (uint64_t)environment_epoch_ms(inv->deadline_ns));
    if (inv->client_context)
        fields[answer.n_fields++] =
            (struct http_field){ "Lambda-Runtime-Client-Context", inv->client_context };
    if (inv->tenant_id)
        fields[answer.n_fields++] =
            (struct http_field){ "Lambda-Runtime-Aws-Tenant-Id", inv->tenant_id };
    req = poll->req;
    poll_free(poll);
    http_reply(req, &answer);
}

/* -- POST /response and /error ---------------------------------------------------- */

/*
 * Does the answer belong to the running invocation? Checked before the state, as AWS's
 * core does: first the request id (400), then the opaque invocation id (410) where the
 * runtime sends one.
 */
static bool
is_current(struct environment *env, struct http_request *req, struct lamb_span id)
{
    struct lamb_span given = http_header(req, "Lambda-Runtime-Invocation-Id");

    if (!env->inv || !lamb_span_is(id, env->inv->request_id)) {
        reply_error(req, 400, "InvalidRequestID", "Invalid request ID");
        return false;
    }
    if (given.ptr && !lamb_span_is(given, env->inv->invocation_id)) {
        reply_error(req, 410, "InvokeTimeout", "Invoke timeout");
        return false;
    }
    return true;
}

void
runtime_api_answer_taken(struct environment *env)
{
    enum runtime_state to;

    env->answering = NULL;
    report_response(env, true);
    (void)runtime_step(&env->runtime, RUNTIME_EV_SENT, &to);
}

static void
answer_failed(struct environment *env, const char *error_type, const char *text)
{
    runtime_api_answer_taken(env);
    report_set_error(env, error_type);
    env->is_reported = true; /* the runtime lives on */
    invocation_fail(env->inv, OUTCOME_FUNCTION_ERROR, error_type,
                    "RequestId: %s Error: %s", env->inv->request_id, text);
    environment_handle(env, ENV_EV_RESPONSE);
}

static void
answer_gone(void *data, struct http_request *req, enum http_gone why)
{
    struct environment *env = data;

    (void)why;
    if (env->answering == req)
        answer_failed(env, "Runtime.TruncatedResponse",
                      "The runtime's response was truncated");
}

/* A 413 is an answer too: the environment stays usable. The text is the service's. */
static void
answer_too_large(struct environment *env, struct http_request *req)
{
    char text[256];
    struct invocation_answer answer = { .outcome = OUTCOME_FUNCTION_ERROR };

    runtime_api_answer_taken(env);
    report_set_error(env, "Function.ResponseSizeTooLarge");
    env->is_reported = true;
    lamb_assert(
        lamb_format(text, sizeof(text),
                    "{\"errorMessage\":\"Response payload size exceeded maximum "
                    "allowed payload size (%d bytes).\",\"errorType\":"
                    "\"Function.ResponseSizeTooLarge\"}",
                    LAMB_LIMIT_RESPONSE) == 0);
    answer.body = lamb_blob_copy(lamb_span_str(text));
    invocation_answer(env->inv, &answer);
    lamb_blob_unref(answer.body);
    reply_too_large(req);
    environment_handle(env, ENV_EV_RESPONSE);
}

bool
runtime_api_is_late(struct environment *env, struct http_request *req)
{
    if (env->answering == req)
        return false;
    reply_error(req, 410, "InvokeTimeout", "Invoke timeout");
    return true;
}

static void
response_read(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct environment *env = data;
    struct lamb_blob *error;
    struct invocation_answer answer = { .outcome = OUTCOME_SUCCESS, .body = body };

    if (runtime_api_is_late(env, req)) {
        lamb_blob_unref(body);
        return;
    }
    if (outcome == HTTP_E_TOO_LARGE) {
        answer_too_large(env, req);
        return;
    }
    error = response_stream_error(env, req);
    if (error) {
        answer.outcome = OUTCOME_FUNCTION_ERROR;
        answer.body = error;
    }
    env->produced_bytes = body->len;
    runtime_api_answer_taken(env);
    invocation_answer(env->inv,
                      &answer); /* the client first, the runtime's 202 after */
    lamb_blob_unref(body);
    lamb_blob_unref(error);
    http_reply_still(req, env->accepted);
    environment_handle(env, ENV_EV_RESPONSE);
}

static void
on_response(struct environment *env, struct http_request *req, struct lamb_span id)
{
    struct lamb_span mode = http_header(req, "Lambda-Runtime-Function-Response-Mode");

    if (!is_current(env, req, id) || !allow(env, req, RUNTIME_EV_RESPONSE))
        return;
    env->answering = req;
    report_response(env, false);
    if (mode.ptr && !lamb_span_is(mode, "streaming")) {
        answer_failed(env, "Runtime.InvalidResponseModeHeader",
                      "Invalid function response mode");
        reply_error(req, 400, "InvalidFunctionResponseMode",
                    "Invalid function response mode");
        return;
    }
    http_on_gone(req, answer_gone, env);
    if (!mode.ptr || !response_stream_begin(env, req))
        http_read_body(req, LAMB_LIMIT_RESPONSE, response_read, env);
}

static void
error_read(void *data, struct http_request *req, int outcome, struct lamb_blob *body)
{
    struct environment *env = data;
    struct invocation_answer answer = { .outcome = OUTCOME_FUNCTION_ERROR,
                                        .body = body };

    if (runtime_api_is_late(env, req)) {
        lamb_blob_unref(body);
        return;
    }
    if (outcome == HTTP_E_TOO_LARGE) {
        answer_too_large(env, req);
        return;
    }
    report_set_reported_error(env,
                              http_header(req, "Lambda-Runtime-Function-Error-Type"));
    env->produced_bytes = body->len;
    runtime_api_answer_taken(env);
    invocation_answer(env->inv, &answer);
    lamb_blob_unref(body);
    http_reply_still(req, env->accepted);
    environment_handle(env, ENV_EV_RESPONSE);
}

static void
on_error(struct environment *env, struct http_request *req, struct lamb_span id)
{
    if (!is_current(env, req, id) || !allow(env, req, RUNTIME_EV_ERROR))
        return;
    env->answering = req;
    report_response(env, false);
    http_on_gone(req, answer_gone, env);
    http_read_body(req, LAMB_LIMIT_ERROR_BODY, error_read, env);
}

/* -- POST /init/error ------------------------------------------------------------- */

static void
init_error_gone(void *data, struct http_request *req, enum http_gone why)
{
    (void)data;
    (void)req;
    (void)why; /* the process is on its way out; its exit tells */
}

static void
init_error_read(void *data, struct http_request *req, int outcome,
                struct lamb_blob *body)
{
    struct environment *env = data;

    if (outcome == HTTP_E_TOO_LARGE) {
        reply_too_large(req);
        return;
    }
    if (!allow(env, req, RUNTIME_EV_INIT_ERROR)) {
        lamb_blob_unref(body);
        return;
    }
    report_set_reported_error(env,
                              http_header(req, "Lambda-Runtime-Function-Error-Type"));
    env->is_reported = false; /* a failed init is shown in the log */
    memcpy(env->init_error_type, env->error_type, sizeof(env->error_type));
    lamb_blob_unref(env->init_error);
    env->init_error = body;
    http_reply_still(req, env->accepted);
    environment_handle(env, ENV_EV_INIT_ERROR);
}

static void
on_init_error(struct environment *env, struct http_request *req, struct lamb_span id)
{
    (void)id;
    http_on_gone(req, init_error_gone, env);
    http_read_body(req, LAMB_LIMIT_ERROR_BODY, init_error_read, env);
}

static void
on_ping(struct environment *env, struct http_request *req, struct lamb_span id)
{
    (void)env;
    (void)id;
    reply_text(req, 200, "text/plain", "pong");
}

/* -- routes ----------------------------------------------------------------------- */

typedef void (*route_fn)(struct environment *env, struct http_request *req,
                         struct lamb_span id);

/* A literal with its length, which every request is compared with. */
#define TEXT(literal)                                                                  \
    {                                                                                  \
        "" literal, sizeof(literal) - 1                                                \
    }

static const struct {
    const char *method;
    struct lamb_span path; /* before the id, or all of it */
    struct lamb_span rest; /* behind the id; ptr NULL: there is no id */
    route_fn fn;
} routes[] = {
    { "GET", TEXT(INVOCATION_PREFIX "next"), { 0 }, on_next },
    { "POST", TEXT(INVOCATION_PREFIX), TEXT("/response"), on_response },
    { "POST", TEXT(INVOCATION_PREFIX), TEXT("/error"), on_error },
    { "POST", TEXT("/2018-06-01/runtime/init/error"), { 0 }, on_init_error },
    { "GET", TEXT("/2018-06-01/ping"), { 0 }, on_ping },
    { "PUT", TEXT(TELEMETRY_PATH), { 0 }, telemetry_api_subscribe },
    { "PUT", TEXT(TELEMETRY_LOGS_PATH), { 0 }, telemetry_api_subscribe },
};

/* Does PATH fit route I? The id (one segment, may be empty) goes to *ret_id. */
static bool
route_fits(size_t i, struct lamb_span path, struct lamb_span *ret_id)
{
    size_t before = routes[i].path.len;
    size_t behind = routes[i].rest.len;

    *ret_id = (struct lamb_span){ 0 };
    if (!behind)
        return lamb_span_eq(path, routes[i].path);
    if (path.len < before + behind || memcmp(path.ptr, routes[i].path.ptr, before) ||
        memcmp(path.ptr + path.len - behind, routes[i].rest.ptr, behind) != 0)
        return false;
    *ret_id = lamb_span_of(path.ptr + before, path.len - before - behind);
    return ret_id->len == 0 || !memchr(ret_id->ptr, '/', ret_id->len);
}

/* The listener may be on the host's loopback, where a browser can be made to knock. The
 * kernel's word on who connects does not help where that is the emulator's own user. */
static bool
is_of_no_page(struct http_request *req)
{
    /* Names of 127.0.0.1 in the sandbox. */
    static const char *const hosts[] = { "sandbox.localdomain", "sandbox.local",
                                         "sandbox", NULL };

    switch (origin_check(req, hosts)) {
    case ORIGIN_OK:
        return true;
    case ORIGIN_E_HOST:
        reply_error(req, 403, "ForeignHostLocally",
                    "the header Host names another server than "
                    "AWS_LAMBDA_RUNTIME_API");
        return false;
    case ORIGIN_E_PAGE:
    case ORIGIN_VERDICT_N:
        break;
    }
    reply_error(req, 403, "ForeignOriginLocally",
                "a web page sent this request: the Runtime API is not for pages");
    return false;
}

static void
on_request(void *data, struct http_request *req)
{
    static const struct http_field plain[] = {
        { "Content-Type", "text/plain; charset=utf-8" },
        { "X-Content-Type-Options", "nosniff" },
    };
    struct http_answer answer = { .status = 404, .fields = plain, .n_fields = 2 };
    bool is_known = false;
    struct lamb_span id;

    if (!is_of_no_page(req) || extension_api_request(data, req) ||
        metadata_api_request(data, req))
        return;
    for (size_t i = 0; i < LAMB_COUNT(routes); i++) {
        if (!route_fits(i, http_path(req), &id))
            continue;
        if (lamb_span_is(http_method(req), routes[i].method)) {
            routes[i].fn(data, req, id);
            return;
        }
        is_known = true;
    }
    if (is_known) {
        http_reply(req, &(struct http_answer){ .status = 405 });
        return;
    }
    answer.body = lamb_blob_copy(LAMB_SPAN("404 page not found\n"));
    http_reply(req, &answer);
    lamb_blob_unref(answer.body);
}

/* -- life ------------------------------------------------------------------------- */

/* Only processes of the sandbox may talk: they have its user, and nobody else has. */
static bool
may_connect(void *data, int fd)
{
    const struct environment *env = data;
    uid_t uid;

    return env->sandbox && peer_uid(fd, &uid) == 0 && uid == sandbox_uid(env->sandbox);
}

static bool
has_host_network(const struct environment *env)
{
    return sandbox_host_abilities(env->host->sandboxes)->network ==
           SANDBOX_NETWORK_HOST;
}

static int
serve(struct environment *env, int listen_fd, struct lamb_err *err)
{
    struct http_server_config config = { .name = "runtime api",
                                         .listen_fd = listen_fd,
                                         .connection_limit = 2048,
                                         .on_request = on_request,
                                         .data = env };

    if (has_host_network(env) && env->host->knows_peers)
        config.may_connect = may_connect;
    return http_server_new(env->host->http, &config, &env->server, err);
}

int
runtime_api_start(struct environment *env, struct lamb_err *err)
{
    uint16_t port;
    int fd, r;

    lamb_list_init(&env->polls);
    env->accepted = reply_accepted_new();
    if (!env->accepted)
        return lamb_raise(err, -ENOMEM, "Runtime API of %s", env->id);
    if (!has_host_network(env)) {
        r = lamb_format(env->address, sizeof(env->address), "%s", SANDBOX_RUNTIME_API);
        return r ? lamb_raise(err, r, "Runtime API address") : 0;
    }
    r = http_listen("127.0.0.1", 0, &fd, &port, err);
    if (r)
        return lamb_wrap(err, r, "Runtime API of %s", env->id);
    r = lamb_format(env->address, sizeof(env->address), "127.0.0.1:%u", port);
    if (r) {
        (void)close(fd);
        return lamb_raise(err, r, "Runtime API address");
    }
    return serve(env, fd, err);
}

int
runtime_api_move_in(struct environment *env, struct lamb_err *err)
{
    int fd;

    if (has_host_network(env))
        return 0;
    fd = sandbox_take_listener(env->sandbox);
    if (fd < 0)
        return lamb_refuse(err, -ENOTCONN, "the sandbox does not listen at %s",
                           SANDBOX_RUNTIME_API);
    return serve(env, fd, err);
}

void
runtime_api_reset(struct environment *env)
{
    env->runtime = RUNTIME_STARTED;
    env->answering = NULL;
    LAMB_LIST_FOREACH_SAFE (it, &env->polls) {
        struct poll *poll = LAMB_CONTAINER(it, struct poll, node);
        struct http_request *req = poll->req;

        poll_free(poll);
        http_reply(req, &(struct http_answer){ .status = 500, .close_after = true });
    }
}

void
runtime_api_stop(struct environment *env)
{
    env->answering = NULL;
    if (env->server)
        http_server_free(env->server);
    env->server = NULL;
    http_still_free(env->accepted);
    env->accepted = NULL;
    lamb_blob_unref(env->init_error);
    env->init_error = NULL;
}
