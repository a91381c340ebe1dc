/* SPDX-License-Identifier: Apache-2.0 */

/*
 * invoke - `lamb invoke`: call a function of a running emulator, or start one for a
 * single invocation of a command.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/cli/session.h"
#include "emulator/cli/source.h"
#include "emulator/cli/verbs.h"
#include "emulator/http/client.h"
#include "sdk/base/auto.h"
#include "sdk/base/base64.h"
#include "sdk/base/clock.h"
#include "sdk/base/limits.h"
#include "sdk/base/num.h"

struct invoke_verb {
    struct session_options session;
    struct source_options source;
    const char *data;
    const char *data_file;
    const char *endpoint;
};

static const struct option options[] = {
    { .name = "data",
      .letter = 'd',
      .kind = OPTION_TEXT,
      .value = "JSON",
      .offset = offsetof(struct invoke_verb, data),
      .text = "the event (default {})" },
    { .name = "data-file",
      .letter = 'F',
      .kind = OPTION_TEXT,
      .value = "FILE",
      .offset = offsetof(struct invoke_verb, data_file),
      .text = "a file with the event; - for standard input" },
    { .name = "endpoint",
      .kind = OPTION_TEXT,
      .value = "URL",
      .variable = "LAMB_ENDPOINT",
      .offset = offsetof(struct invoke_verb, endpoint),
      .text = "the emulator (default: the one of the state folder)" },
    SOURCE_OPTIONS(offsetof(struct invoke_verb, source)),
    SESSION_OPTIONS(offsetof(struct invoke_verb, session)),
};

static void
help(void)
{
    (void)printf(
        "usage: lamb invoke [OPTION ...] NAME\n"
        "       lamb invoke [OPTION ...] -- COMMAND [ARGUMENT ...]\n\n"
        "Invoke a function of the running emulator, or start one just for this\n"
        "invocation of COMMAND. The answer goes to standard output, the log to\n"
        "standard error.\n\n");
    options_print(options, LAMB_COUNT(options));
}

/* One call under way. */
struct call {
    const struct invoke_verb *verb;
    const struct arguments *args;
    struct loop *loop;
    struct http_client *client;
    struct emulator *emulator; /* NULL: a running one is asked */
    struct lamb_blob *event;
    enum exit_code code;
};

static enum exit_code
complain(enum exit_code code, const char *text)
{
    (void)fprintf(stderr, "lamb: %s\n", text);
    return code;
}

/* -- the event -------------------------------------------------------------------- */

static int
read_all(int fd, struct lamb_blob **blob)
{
    char piece[64 * 1024];
    ssize_t n;

    while ((n = read(fd, piece, sizeof(piece))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (lamb_blob_append(blob, piece, (size_t)n))
            return -ENOMEM;
        if ((*blob)->len > LAMB_LIMIT_REQUEST_SYNC)
            return -EFBIG;
    }
    return 0;
}

static int
read_event(const struct invoke_verb *verb, struct lamb_blob **ret, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    bool is_stdin = verb->data_file && strcmp(verb->data_file, "-") == 0;
    int r;

    if (verb->data && verb->data_file)
        return lamb_refuse(err, -EINVAL, "give --data or --data-file, not both");
    if (!verb->data_file) {
        *ret = lamb_blob_copy(lamb_span_str(verb->data ? verb->data : "{}"));
        return *ret ? 0 : lamb_raise(err, -ENOMEM, "event");
    }
    if (!is_stdin) {
        fd = open(verb->data_file, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return lamb_raise(err, -errno, "read the event file '%s'", verb->data_file);
    }
    *ret = lamb_blob_new(64 * 1024);
    r = *ret ? read_all(is_stdin ? STDIN_FILENO : fd, ret) : -ENOMEM;
    if (r == -EFBIG)
        return lamb_refuse(err, r, "the event in '%s' is over the limit of %d bytes",
                           verb->data_file, LAMB_LIMIT_REQUEST_SYNC);
    return r ? lamb_raise(err, r, "read the event file '%s'", verb->data_file) : 0;
}

/* -- the answer ------------------------------------------------------------------- */

static const struct {
    enum outcome outcome;
    enum exit_code code;
} outcome_codes[] = {
    { OUTCOME_SUCCESS, EXIT_OK },
    { OUTCOME_FUNCTION_ERROR, EXIT_FUNCTION_ERROR },
    { OUTCOME_CRASH, EXIT_FUNCTION_ERROR },
    { OUTCOME_TIMEOUT, EXIT_TIMEOUT },
    { OUTCOME_OUT_OF_MEMORY, EXIT_OUT_OF_MEMORY },
    { OUTCOME_INIT_ERROR, EXIT_INIT_FAILED },
};

static enum exit_code
code_of_answer(const struct http_result *result)
{
    struct lamb_span outcome = http_result_header(result, "X-Lamb-Outcome");

    for (size_t i = 0; i < LAMB_COUNT(outcome_codes); i++)
        if (lamb_span_is(outcome, outcome_text(outcome_codes[i].outcome)))
            return outcome_codes[i].code;
    return http_result_header(result, "X-Amz-Function-Error").ptr ? EXIT_FUNCTION_ERROR
                                                                  : EXIT_OK;
}

static enum exit_code
code_of_refusal(unsigned status)
{
    if (status == 429)
        return EXIT_THROTTLED;
    return status == 500 || status == 503 ? EXIT_UNAVAILABLE : EXIT_USAGE;
}

static void
print_tail(const struct http_result *result)
{
    struct lamb_span text = http_result_header(result, "X-Amz-Log-Result");
    LAMB_AUTOBUF struct lamb_buf log = LAMB_BUF_INIT(2 * LAMB_LIMIT_LOG_TAIL);

    if (text.ptr && lamb_base64_decode(text, &log) == 0)
        (void)fwrite(log.ptr, 1, log.len, stderr);
}

static void
print_payload(struct lamb_span body)
{
    (void)fwrite(body.ptr, 1, body.len, stdout);
    if (isatty(STDOUT_FILENO) && (!body.len || body.ptr[body.len - 1] != '\n'))
        (void)putchar('\n'); /* a prompt deserves a line of its own */
}

static void
end_call(struct call *call, enum exit_code code)
{
    call->code = code;
    if (call->emulator)
        emulator_stop(call->emulator);
    else
        loop_stop(call->loop);
}

static void
on_answer(void *data, const struct http_result *result)
{
    struct call *call = data;
    struct lamb_span body = lamb_blob_view(result->body);

    if (result->error) {
        (void)fprintf(
            stderr,
            "lamb: the emulator does not answer (%s): start it with `lamb start`, "
            "or name it with --endpoint\n",
            result->error_text);
        end_call(call, EXIT_UNAVAILABLE);
        return;
    }
    if (!call->emulator) /* ours shows its log itself */
        print_tail(result);
    if (result->status == 200) {
        print_payload(body);
        end_call(call, code_of_answer(result));
        return;
    }
    (void)fprintf(stderr, "lamb: refused with status %u: %.*s\n", result->status,
                  (int)body.len, body.ptr);
    end_call(call, code_of_refusal(result->status));
}

/* -- asking ----------------------------------------------------------------------- */

enum { FIELDS_MAX = 5 };

/* What a request is signed with; its texts must live until it is sent. */
struct signature {
    char time[SIGV4_TIME_SIZE];
    char hash[SIGV4_HASH_SIZE];
    struct lamb_buf authorization;
};

/* Add what signs SPEC to its FIELDS, when there is an access key. */
static int
sign(const struct call *call, const struct http_call_spec *spec,
     struct http_field fields[FIELDS_MAX], size_t *n, struct signature *ret,
     struct lamb_err *err)
{
    const struct session_options *session = &call->verb->session;
    int64_t now_s = lamb_wall_ns() / LAMB_NS_PER_S;
    struct sigv4_field signed_fields[FIELDS_MAX];
    struct sigv4_request req = { .method = lamb_span_str(spec->method),
                                 .fields = signed_fields };
    struct lamb_span rest = lamb_span_str(strstr(spec->url, "//") + 2);
    struct sigv4_key key;
    int r = session_access_key(session, &key, err);

    if (r || !key.access_key.len)
        return r;
    lamb_sigv4_time(now_s, ret->time);
    lamb_sigv4_hash(lamb_blob_view(spec->body), ret->hash);
    fields[(*n)++] = (struct http_field){ "X-Amz-Date", ret->time };
    for (size_t i = 0; i < *n; i++)
        signed_fields[i] = (struct sigv4_field){ lamb_span_str(fields[i].name),
                                                 lamb_span_str(fields[i].value) };
    signed_fields[*n].name = LAMB_SPAN("Host");
    (void)lamb_span_cut(rest, '/', &signed_fields[*n].value, &rest);
    req.n_fields = *n + 1;
    req.payload_hash = lamb_span_str(ret->hash);
    req.path = lamb_span_of(rest.ptr - 1, rest.len + 1);
    r = lamb_sigv4_sign(&req, &key, lamb_span_str(session_region(session)),
                        LAMB_SPAN("lambda"), now_s, &ret->authorization);
    if (r)
        return lamb_raise(err, r, "sign the request");
    fields[(*n)++] =
        (struct http_field){ "Authorization", lamb_buf_cstr(&ret->authorization) };
    return 0;
}

static int
ask(struct call *call, const char *endpoint, const char *name, struct lamb_err *err)
{
    struct http_field fields[FIELDS_MAX] = {
        { "Content-Type", "application/json" },
        { "X-Amz-Log-Type", "Tail" }, /* also: answer when the log is complete */
    };
    struct signature signature = { .authorization = LAMB_BUF_INIT(4096) };
    LAMB_AUTOBUF struct lamb_buf url = LAMB_BUF_INIT(4096);
    struct http_call_spec spec = {
        .method = "POST", .fields = fields, .n_fields = 2, .body = call->event
    };
    struct http_call *started;
    int r;

    if (!strstr(endpoint, "://"))
        return lamb_refuse(err, -EINVAL,
                           "'%s' is no endpoint: give a URL as http://127.0.0.1:9000",
                           endpoint);
    (void)lamb_buf_printf(&url, "%s/2015-03-31/functions/", endpoint);
    for (const char *c = name; *c; c++) /* a name or ARN; anything else is encoded */
        (void)(strchr("/?#% ", *c) ? lamb_buf_printf(&url, "%%%02X", (unsigned char)*c)
                                   : lamb_buf_char(&url, *c));
    (void)lamb_buf_str(&url, "/invocations");
    if (lamb_buf_error(&url))
        return lamb_refuse(err, -EINVAL, "the name '%.40s...' is too long", name);
    spec.url = url.ptr;
    r = sign(call, &spec, fields, &spec.n_fields, &signature, err);
    if (!r)
        r = http_call(call->client, &spec, on_answer, call, &started, err);
    lamb_buf_fini(&signature.authorization);
    return r;
}

/* The URL a running emulator left in its state folder. */
static int
read_endpoint(const struct session_options *session, char *ret, size_t size,
              struct lamb_err *err)
{
    char path[4096];
    LAMB_AUTOFD int fd = -EBADF;
    ssize_t n;

    if (lamb_format(path, sizeof(path), "%s/endpoint", session_state_path(session)))
        return lamb_refuse(err, -ENAMETOOLONG, "the state folder's path is too long");
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? -1 : read(fd, ret, size - 1);
    if (n <= 0)
        return lamb_refuse(
            err, -ENOENT,
            "no emulator is running for '%s': start one with `lamb start`, or "
            "name it with --endpoint or --state",
            session_state_path(session));
    ret[n] = '\0';
    ret[strcspn(ret, "\n")] = '\0';
    return 0;
}

static enum exit_code
ask_running(struct call *call)
{
    struct lamb_err err = { 0 };
    char endpoint[256];
    int r;

    if (call->verb->endpoint)
        r = lamb_format(endpoint, sizeof(endpoint), "%s", call->verb->endpoint);
    else
        r = read_endpoint(&call->verb->session, endpoint, sizeof(endpoint), &err);
    if (r)
        return complain(EXIT_UNAVAILABLE,
                        err.text[0] ? err.text : "--endpoint is too long");
    if (loop_new(&call->loop, &err))
        return complain(EXIT_UNAVAILABLE, err.text);
    loop_never_warn(call->loop);
    if (http_client_new(call->loop, &call->client, &err) ||
        ask(call, endpoint, call->args->items[0], &err))
        call->code = complain(EXIT_UNAVAILABLE, err.text);
    else
        loop_run(call->loop);
    if (call->client)
        http_client_free(call->client);
    loop_free(call->loop);
    return call->code;
}

/* -- one shot --------------------------------------------------------------------- */

static void
on_loaded(void *data, const struct lamb_err *why)
{
    struct call *call = data;
    struct lamb_err err = { 0 };
    char name[128];

    if (why)
        end_call(call, complain(EXIT_USAGE, why->text));
    else if (source_name(&call->verb->source, call->args, name, &err) ||
             ask(call, emulator_url(call->emulator), name, &err))
        end_call(call, complain(EXIT_UNAVAILABLE, err.text));
}

static enum exit_code
ask_once(struct call *call)
{
    struct session_options session = call->verb->session;
    struct emulator_options emulator;
    struct lamb_err err = { 0 };
    enum emulator_end end;

    session.ephemeral = true;
    session.port = 0;
    if (session_emulator_options(&session, true, &emulator, &err))
        return complain(EXIT_USAGE, err.text);
    if (emulator_new(&emulator, &call->emulator, &err))
        return complain(EXIT_UNAVAILABLE, err.text);
    if (emulator_listen(call->emulator, &err) ||
        http_client_new(emulator_loop(call->emulator), &call->client, &err) ||
        source_load(call->emulator, &call->verb->source, call->args, on_loaded, call,
                    &err))
        end_call(call, complain(EXIT_UNAVAILABLE, err.text));
    end = emulator_run(call->emulator);
    if (call->client)
        http_client_free(call->client);
    emulator_free(call->emulator);
    return end == EMULATOR_INTERRUPTED ? EXIT_INTERRUPTED : call->code;
}

static enum exit_code
run(const char *const *argv)
{
    struct invoke_verb verb = { .session = SESSION_DEFAULTS,
                                .source = SOURCE_DEFAULTS };
    struct arguments args;
    struct call call = { .verb = &verb, .args = &args };
    struct lamb_err err = { 0 };
    enum exit_code code;

    if (options_parse(options, LAMB_COUNT(options), argv, &verb, &args, &err))
        return complain(EXIT_USAGE, err.text);
    if (args.command ? !args.command[0] || args.count : args.count != 1)
        return complain(EXIT_USAGE,
                        "name one function, as in  lamb invoke hello -d '{}'  or "
                        "give a command:  lamb invoke -d '{}' -- ./bootstrap");
    if (read_event(&verb, &call.event, &err))
        code = complain(EXIT_USAGE, err.text);
    else
        code = args.command ? ask_once(&call) : ask_running(&call);
    lamb_blob_unref(call.event);
    return code;
}

const struct verb verb_invoke = {
    .name = "invoke",
    .summary = "invoke a function and print its answer",
    .help = help,
    .run = run,
};
