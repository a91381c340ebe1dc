/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/emulator.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/http/peer.h"
#include "emulator/observe/console.h"
#include "sdk/base/auto.h"
#include "sdk/base/id.h"
#include "sdk/base/log.h"

/* The access key of functions, the same everywhere; its secret is of this run. */
#define FUNCTION_KEY "ASIALAMBLOCALEXAMPLE"

struct emulator {
    struct emulator_options options;
    struct state_dir *state;
    struct sandbox_host *sandboxes;
    struct loop *loop;
    struct platform_clock *clock;
    struct http_room *http;
    struct http_client *client;
    struct runtimes runtimes;
    struct observe observe;
    struct environment_tally tally;
    struct console *console;
    struct store *store;
    struct code_store *code;
    struct environment_host host;
    struct functions *functions;
    struct invoke *invoke;
    struct async *async;
    struct control *control;
    struct api api;
    struct http_server *servers[2]; /* IPv4, IPv6 */
    struct sigv4_key keys[2];       /* the user's, the functions' */
    char function_secret[37];
    struct loop_signal *signals[3];
    struct loop_fd *parent_watch;
    int parent_fd;
    enum emulator_end end;
    bool is_stopping;
    char url[64];
    char endpoint_path[4096];
};

struct loop *
emulator_loop(struct emulator *e)
{
    return e->loop;
}

struct functions *
emulator_functions(struct emulator *e)
{
    return e->functions;
}

struct api *
emulator_api(struct emulator *e)
{
    return &e->api;
}

struct code_store *
emulator_code(struct emulator *e)
{
    return e->code;
}

const struct sandbox_abilities *
emulator_abilities(struct emulator *e)
{
    return sandbox_host_abilities(e->sandboxes);
}

const char *
emulator_url(const struct emulator *e)
{
    return e->url;
}

const char *
emulator_state_path(const struct emulator *e)
{
    return state_dir_path(e->state);
}

const char *
emulator_region(const struct emulator *e)
{
    return e->options.region;
}

const char *
emulator_account(const struct emulator *e)
{
    return e->options.account;
}

/* -- stopping --------------------------------------------------------------------- */

static void
on_functions_stopped(void *data)
{
    struct emulator *e = data;

    loop_stop(e->loop);
}

static void
stop(struct emulator *e, enum emulator_end end)
{
    if (e->is_stopping)
        return;
    e->is_stopping = true;
    e->end = end;
    if (e->async)
        async_stop(e->async);
    functions_stop(e->functions, on_functions_stopped, e);
}

void
emulator_stop(struct emulator *e)
{
    stop(e, EMULATOR_STOPPED);
}

bool
emulator_is_stopping(const struct emulator *e)
{
    return e->is_stopping;
}

static void
on_stop_asked(void *data)
{
    stop(data, EMULATOR_STOPPED);
}

static void
on_signal(void *data, int signum)
{
    stop(data, signum == SIGINT ? EMULATOR_INTERRUPTED : EMULATOR_STOPPED);
}

static void
on_spawner_lost(void *data)
{
    lamb_log(LAMB_LOG_ERROR, "sandbox",
             "the process that makes sandboxes died: stopping; start again");
    stop(data, EMULATOR_LOST);
}

static void
on_parent_gone(void *data, int fd, unsigned events)
{
    struct emulator *e = data;

    (void)fd;
    (void)events;
    loop_unwatch(&e->parent_watch);
    stop(e, EMULATOR_STOPPED);
}

int
emulator_exit_with_parent(struct emulator *e, struct lamb_err *err)
{
    e->parent_fd = (int)syscall(SYS_pidfd_open, getppid(), 0);
    if (e->parent_fd < 0)
        return lamb_raise(err, -errno, "watch the parent process");
    return loop_watch(e->loop, e->parent_fd, LOOP_READABLE, "parent", on_parent_gone, e,
                      &e->parent_watch, err);
}

/* -- birth
 * -----------------------------------------------------------------------------------
 */

static int
start_signals(struct emulator *e, struct lamb_err *err)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

    (void)signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < LAMB_COUNT(numbers); i++) {
        int r = loop_signal_new(e->loop, numbers[i], on_signal, e, &e->signals[i], err);

        if (r)
            return r;
    }
    return 0;
}

/* Where durable things and platform time are. */
static int
start_state(struct emulator *e, struct lamb_err *err)
{
    const char *path = state_dir_path(e->state);
    int r = store_open(e->loop, path, &e->store, err);

    if (!r)
        r = code_store_open(e->loop, path, &e->code, err);
    if (!r)
        r = platform_clock_new(e->loop, &e->clock, err);
    return r;
}

/* The user's own, and with them the service's own endpoints. */
static void
pass_credentials(struct environment_host *host)
{
    const char *access_key = getenv("AWS_ACCESS_KEY_ID");
    const char *secret_key = getenv("AWS_SECRET_ACCESS_KEY");
    const char *session_token = getenv("AWS_SESSION_TOKEN");

    if (!access_key || !secret_key) {
        lamb_log(LAMB_LOG_WARN, "start",
                 "--pass-credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are "
                 "not set; functions get made-up credentials");
        return;
    }
    host->access_key = access_key;
    host->secret_key = secret_key;
    host->session_token = session_token ? session_token : "";
    host->endpoint = "";
}

/* The state folder's file first: the command line wins. */
static int
start_runtimes(struct emulator *e, struct lamb_err *err)
{
    const char *const *line = e->options.runtime_clients;
    char path[4096];
    int r = lamb_format(path, sizeof(path), "%s/runtimes", state_dir_path(e->state));

    if (r)
        return lamb_raise(err, r, "path of the runtime clients");
    r = runtimes_load(&e->runtimes, path, err);
    for (; !r && line && *line; line++)
        r = runtimes_add(&e->runtimes, lamb_span_str(*line), err);
    return r;
}

static int
start_functions(struct emulator *e, struct lamb_err *err)
{
    struct functions_config functions = { .host = &e->host,
                                          .store = e->store,
                                          .code = e->code,
                                          .quotas = &e->options.quotas,
                                          .lifespan = e->options.lifespan,
                                          .seed = e->options.seed };
    struct invoke_config invoke = { .loop = e->loop, .clock = e->clock };
    struct async_config async = { .loop = e->loop,
                                  .store = e->store,
                                  .clock = e->clock };
    int r;

    observe_init(&e->observe);
    e->host =
        (struct environment_host){ .loop = e->loop,
                                   .clock = e->clock,
                                   .http = e->http,
                                   .sandboxes = e->sandboxes,
                                   .observe = &e->observe,
                                   .tally = &e->tally,
                                   .runtimes = &e->runtimes,
                                   .client = e->client,
                                   .spool_dir = state_dir_path(e->state),
                                   .region = e->options.region,
                                   .account = e->options.account,
                                   .access_key = FUNCTION_KEY,
                                   .secret_key = e->function_secret,
                                   .endpoint = e->url,
                                   .freeze_grace_ns = e->options.freeze_grace_ns,
                                   .has_freeze_report = e->options.has_freeze_report,
                                   .file_systems = e->options.file_systems,
                                   .knows_peers = peer_works() };
    lamb_uuid4(e->function_secret);
    if (e->options.pass_credentials)
        pass_credentials(&e->host);
    e->keys[0] = e->options.access_key;
    e->keys[1] = (struct sigv4_key){ LAMB_SPAN(FUNCTION_KEY),
                                     lamb_span_str(e->function_secret) };
    r = functions_new(&functions, &e->functions, err);
    invoke.functions = e->functions;
    if (!r)
        r = invoke_new(&invoke, &e->invoke, err);
    async.invoke = e->invoke;
    if (!r)
        r = async_new(&async, &e->async, err);
    if (!r && e->options.show_log)
        r = console_new(e->loop, &e->observe, e->clock, state_dir_path(e->state),
                        STDERR_FILENO, &e->console, err);
    return r;
}

static bool
is_quiescent(void *data)
{
    struct emulator *e = data;

    return invoke_running(e->invoke) == 0 && store_pending(e->store) == 0 &&
           async_is_quiet(e->async);
}

static int
start_control(struct emulator *e, struct lamb_err *err)
{
    char path[4096];
    struct control_config config = { .loop = e->loop,
                                     .http = e->http,
                                     .clock = e->clock,
                                     .functions = e->functions,
                                     .async = e->async,
                                     .sandboxes = e->sandboxes,
                                     .observe = &e->observe,
                                     .tally = &e->tally,
                                     .store = e->store,
                                     .socket_path = path,
                                     .stop = on_stop_asked,
                                     .data = e };
    int r =
        lamb_format(path, sizeof(path), "%s/control.sock", state_dir_path(e->state));

    if (r)
        return lamb_raise(err, r, "path of the control socket");
    platform_clock_on_quiescent(e->clock, is_quiescent, e);
    return control_new(&config, &e->control, err);
}

int
emulator_new(const struct emulator_options *options, struct emulator **ret,
             struct lamb_err *err)
{
    struct emulator *e = calloc(1, sizeof(*e));
    int r;

    if (!e)
        return lamb_raise(err, -ENOMEM, "emulator");
    e->options = *options;
    e->parent_fd = -EBADF;
    runtimes_init(&e->runtimes);
    r = options->state_path ? state_dir_open(options->state_path, &e->state, err)
                            : state_dir_open_ephemeral(&e->state, err);
    if (!r)
        r = sandbox_host_start(state_dir_path(e->state), &e->sandboxes, err);
    if (!r)
        r = loop_new(&e->loop, err);
    if (!r)
        r = start_signals(e, err);
    if (!r)
        r = sandbox_host_attach(e->sandboxes, e->loop, &options->sandbox, err);
    if (!r)
        r = http_room_new(e->loop, &e->http, err);
    if (!r)
        r = http_client_new(e->loop, &e->client, err);
    if (!r)
        r = start_state(e, err);
    if (!r)
        r = start_runtimes(e, err);
    if (!r)
        r = start_functions(e, err);
    if (!r)
        r = start_control(e, err);
    if (r) {
        emulator_free(e);
        return r;
    }
    sandbox_host_on_lost(e->sandboxes, on_spawner_lost, e);
    *ret = e;
    return 0;
}

static int
listen_one(struct emulator *e, size_t slot, const char *address, uint16_t port,
           uint16_t *ret_port, struct lamb_err *err)
{
    struct http_server_config config = { .name = "clients",
                                         .watch_parked = true,
                                         .on_request = api_on_request,
                                         .data = &e->api };
    int r = http_listen(address, port, &config.listen_fd, ret_port, err);

    return r ? r : http_server_new(e->http, &config, &e->servers[slot], err);
}

/* Where a client of this machine finds a server that listens on ADDRESS. */
static int
format_url(const char *address, unsigned port, char *ret, size_t size)
{
    if (strcmp(address, "0.0.0.0") == 0)
        address = "127.0.0.1";
    else if (strcmp(address, "::") == 0)
        address = "::1";
    return lamb_format(ret, size,
                       strchr(address, ':') ? "http://[%s]:%u" : "http://%s:%u",
                       address, port);
}

int
emulator_listen(struct emulator *e, struct lamb_err *err)
{
    const char *address = e->options.address ? e->options.address : "127.0.0.1";
    struct lamb_err second = { 0 };
    uint16_t port;
    int r;

    e->api = (struct api){ .functions = e->functions,
                           .invoke = e->invoke,
                           .async = e->async,
                           .clock = e->clock,
                           .region = e->options.region,
                           .account = e->options.account,
                           .loop = e->loop,
                           .code = e->code,
                           .buckets = e->options.buckets,
                           .url = e->url,
                           .bootstrap = e->options.bootstrap,
                           .hosts = e->options.hosts,
                           .keys = e->keys,
                           .n_keys = e->options.access_key.access_key.len
                                         ? LAMB_COUNT(e->keys)
                                         : 0 };
    api_init(&e->api);
    r = listen_one(e, 0, address, (uint16_t)e->options.port, &port, err);
    if (r)
        return r;
    if (!e->options.address && listen_one(e, 1, "::1", port, &port, &second))
        lamb_log(LAMB_LOG_INFO, "http", "not listening on ::1: %s", second.text);
    r = format_url(address, port, e->url, sizeof(e->url));
    if (r)
        return lamb_raise(err, r, "address");
    control_set_url(e->control, e->url);
    return 0;
}

/* One line, there whole or not at all. */
static int
write_line(const char *path, const char *line, struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf side = LAMB_BUF_INIT(4096);
    LAMB_AUTOFD int fd = -EBADF;
    size_t len = strlen(line);

    if (lamb_buf_printf(&side, "%s.%d", path, (int)getpid()))
        return lamb_refuse(err, -ENAMETOOLONG, "the path '%s' is too long", path);
    fd = open(side.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return lamb_raise(err, -errno, "write '%s'", path);
    if (write(fd, line, len) != (ssize_t)len || rename(side.ptr, path)) {
        int r = lamb_raise(err, errno ? -errno : -EIO, "write '%s'", path);

        (void)unlink(side.ptr);
        return r;
    }
    return 0;
}

int
emulator_announce(struct emulator *e, const char *ready_file, struct lamb_err *err)
{
    char line[80];
    int r = lamb_format(line, sizeof(line), "%s\n", e->url);

    if (!r)
        r = lamb_format(e->endpoint_path, sizeof(e->endpoint_path), "%s/endpoint",
                        state_dir_path(e->state));
    if (r)
        return lamb_raise(err, r, "path of the endpoint file");
    async_start(e->async);
    r = write_line(e->endpoint_path, line, err);
    return r || !ready_file ? r : write_line(ready_file, line, err);
}

enum emulator_end
emulator_run(struct emulator *e)
{
    loop_run(e->loop);
    return e->end;
}

/* -- death
 * -------------------------------------------------------------------------------------
 */

static void
free_loop(struct emulator *e)
{
    for (size_t i = 0; i < LAMB_COUNT(e->signals); i++)
        loop_signal_free(&e->signals[i]);
    loop_unwatch(&e->parent_watch);
    lamb_close(&e->parent_fd);
    if (e->loop)
        loop_free(e->loop);
}

void
emulator_free(struct emulator *e)
{
    if (!e)
        return;
    if (e->functions && !e->is_stopping) { /* it was never run, or its start failed */
        stop(e, EMULATOR_STOPPED);
        loop_run(e->loop);
    }
    if (e->endpoint_path[0])
        (void)unlink(e->endpoint_path);
    for (size_t i = 0; i < LAMB_COUNT(e->servers); i++)
        if (e->servers[i])
            http_server_free(e->servers[i]);
    store_close(e->store); /* tells whoever waits for a commit, so they still live */
    control_free(e->control);
    async_free(e->async);
    invoke_free(e->invoke);
    functions_free(e->functions);
    console_free(e->console);
    code_store_close(e->code);
    platform_clock_free(e->clock);
    if (e->http)
        http_room_free(e->http);
    http_client_free(e->client);
    runtimes_fini(&e->runtimes);
    if (e->sandboxes)
        sandbox_host_stop(e->sandboxes);
    free_loop(e);
    state_dir_close(e->state);
    free(e);
}
