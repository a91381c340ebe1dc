/* SPDX-License-Identifier: Apache-2.0 */

/* recycle - `lamb recycle`: let a running function start cold. */

#include <jansson.h>
#include <stdio.h>

#include "emulator/cli/session.h"
#include "emulator/cli/verbs.h"
#include "emulator/http/client.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/num.h"

#define TIMEOUT_NS (10 * LAMB_NS_PER_S)

static const struct option options[] = {
    { .name = "state",
      .kind = OPTION_TEXT,
      .value = "DIR",
      .variable = "LAMB_STATE",
      .offset = offsetof(struct session_options, state),
      .text = "state folder of the running emulator (default .lamb)" },
};

static void
help(void)
{
    (void)printf(
        "usage: lamb recycle [OPTION ...] NAME\n\n"
        "Let no execution environment of the function that exists now take another\n"
        "invocation: idle ones end at once, busy ones when they are done. The next\n"
        "invocation starts cold, as it may at any time in the service.\n\n");
    options_print(options, LAMB_COUNT(options));
}

struct call {
    const char *name;
    struct loop *loop;
    enum exit_code code;
};

static enum exit_code
complain(enum exit_code code, const char *text)
{
    (void)fprintf(stderr, "lamb: %s\n", text);
    return code;
}

/* How many environments end, as the emulator counted them. */
static enum exit_code
tell(const struct call *call, const struct http_result *result)
{
    struct lamb_span body = lamb_blob_view(result->body);
    json_t *json = json_loadb(body.ptr ? body.ptr : "", body.len, 0, NULL);
    json_int_t idle = json_integer_value(json_object_get(json, "idle"));
    json_int_t busy = json_integer_value(json_object_get(json, "busy"));

    json_decref(json);
    if (result->status == 404) {
        (void)fprintf(stderr, "lamb: no function '%s' is running here\n", call->name);
        return EXIT_USAGE;
    }
    if (result->status != 200) {
        (void)fprintf(stderr, "lamb: refused with status %u: %.*s\n", result->status,
                      (int)body.len, body.ptr);
        return EXIT_UNAVAILABLE;
    }
    (void)fprintf(stderr, "%s: %lld idle ended, %lld busy will\n", call->name,
                  (long long)idle, (long long)busy);
    return EXIT_OK;
}

static void
on_answer(void *data, const struct http_result *result)
{
    struct call *call = data;

    if (result->error)
        call->code =
            complain(EXIT_UNAVAILABLE,
                     "no emulator answers in that state folder: start one with "
                     "`lamb start`, or name its folder with --state");
    else
        call->code = tell(call, result);
    loop_stop(call->loop);
}

static int
ask(struct call *call, struct http_client *client, const char *socket_path,
    struct lamb_err *err)
{
    json_t *json = json_pack("{s:s}", "function", call->name);
    LAMB_AUTOFREE char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    struct lamb_blob *body = lamb_blob_copy(lamb_span_str(text));
    const struct http_call_spec spec = { .method = "POST",
                                         .url = "http://lamb/recycle",
                                         .unix_socket = socket_path,
                                         .body = body,
                                         .timeout_ns = TIMEOUT_NS };
    struct http_call *started;
    int r = http_call(client, &spec, on_answer, call, &started, err);

    lamb_blob_unref(body);
    json_decref(json);
    return r;
}

static enum exit_code
run(const char *const *argv)
{
    struct session_options session = SESSION_DEFAULTS;
    struct http_client *client = NULL;
    struct arguments args;
    struct call call = { 0 };
    struct lamb_err err = { 0 };
    char path[4096];

    if (options_parse(options, LAMB_COUNT(options), argv, &session, &args, &err))
        return complain(EXIT_USAGE, err.text);
    if (args.command || args.count != 1)
        return complain(EXIT_USAGE, "name one function, as in  lamb recycle hello");
    if (lamb_format(path, sizeof(path), "%s/control.sock",
                    session_state_path(&session)))
        return complain(EXIT_USAGE, "the state folder's path is too long");
    call.name = args.items[0];
    if (loop_new(&call.loop, &err))
        return complain(EXIT_UNAVAILABLE, err.text);
    loop_never_warn(call.loop);
    if (http_client_new(call.loop, &client, &err) || ask(&call, client, path, &err))
        call.code = complain(EXIT_UNAVAILABLE, err.text);
    else
        loop_run(call.loop);
    if (client)
        http_client_free(client);
    loop_free(call.loop);
    return call.code;
}

const struct verb verb_recycle = {
    .name = "recycle",
    .summary = "let a function start cold",
    .help = help,
    .run = run,
};
