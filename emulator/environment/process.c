/* SPDX-License-Identifier: Apache-2.0 */

/*
 * process - what the runtime process is started with: its file and its environment
 * variables. The values are those recorded on the service for provided.al2023
 * (reference: environment variables of the developer guide and recordings).
 *
 * Nothing of the emulator's own environment enters; the credentials are made up.
 */

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "emulator/environment/environment_internal.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

enum { MAX_VARIABLES = 512, MAX_BYTES = 64 * 1024 };

/* "KEY=value" texts one after the other, and where each begins. */
struct variables {
    struct lamb_buf bytes;
    size_t starts[MAX_VARIABLES];
    size_t count;
};

static size_t
key_len(const char *entry)
{
    const char *eq = strchr(entry, '=');

    return eq ? (size_t)(eq - entry) : strlen(entry);
}

/* Later wins: an earlier entry of the same key is replaced. */
static void put(struct variables *vars, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct variables *vars, const char *fmt, ...)
{
    size_t start = vars->bytes.len;
    const char *added;
    size_t slot;
    va_list ap;

    va_start(ap, fmt);
    (void)lamb_buf_vprintf(&vars->bytes, fmt, ap);
    va_end(ap);
    (void)lamb_buf_char(&vars->bytes, '\0');
    if (lamb_buf_error(&vars->bytes))
        return;
    added = vars->bytes.ptr + start;
    for (slot = 0; slot < vars->count; slot++) {
        const char *other = vars->bytes.ptr + vars->starts[slot];

        if (key_len(other) == key_len(added) &&
            memcmp(other, added, key_len(added)) == 0)
            break;
    }
    if (slot == MAX_VARIABLES) {
        vars->bytes.error = -E2BIG;
        return;
    }
    vars->starts[slot] = start;
    vars->count += slot == vars->count;
}

/* What a function may set itself; its own variables come after these. */
static void
put_defaults(struct variables *vars, const struct environment *env,
             const struct sandbox_view *view)
{
    const struct sandbox_abilities *a = sandbox_host_abilities(env->host->sandboxes);

    put(vars, "TZ=:UTC");
    put(vars, "LANG=en_US.UTF-8");
    put(vars, "PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:%s/bin",
        view->opt ? view->opt : "/opt");
    put(vars,
        "LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:"
        "%s:%s/lib:%s/lib",
        view->task_root, view->task_root, view->opt ? view->opt : "/opt");
    put(vars, "AWS_XRAY_CONTEXT_MISSING=LOG_ERROR");
    put(vars, "AWS_XRAY_DAEMON_ADDRESS=169.254.100.1:2000");
    /* Calls come home, where home can be reached. */
    if (env->host->endpoint[0] && a->network == SANDBOX_NETWORK_HOST)
        put(vars, "AWS_ENDPOINT_URL=%s", env->host->endpoint);
    if (strcmp(view->tmp, "/tmp") != 0)
        put(vars, "TMPDIR=%s", view->tmp);
}

/* Managed runtimes write frames, so that a record may have several lines. */
static bool
has_log_pipe(const struct environment *env)
{
    return !env->config->command && !runtime_is_custom(env->config->runtime);
}

/* Reserved: a function's own value never wins over these. */
static void
put_reserved(struct variables *vars, const struct environment *env,
             const struct sandbox_view *view)
{
    const struct environment_config *config = env->config;

    put(vars, "AWS_LAMBDA_RUNTIME_API=%s", env->address);
    put(vars, "AWS_LAMBDA_METADATA_API=%s", env->address);
    put(vars, "AWS_LAMBDA_METADATA_TOKEN=%s", env->metadata_token);
    put(vars, "_HANDLER=%s", config->handler);
    put(vars, "LAMBDA_TASK_ROOT=%s", view->task_root);
    put(vars, "LAMBDA_RUNTIME_DIR=/var/runtime");
    put(vars, "AWS_LAMBDA_FUNCTION_NAME=%s", config->function_name);
    put(vars, "AWS_LAMBDA_FUNCTION_VERSION=%s", config->function_version);
    put(vars, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%u", config->memory_mb);
    put(vars, "AWS_LAMBDA_LOG_GROUP_NAME=%s", config->log_group);
    put(vars, "AWS_LAMBDA_LOG_STREAM_NAME=%s", env->log_stream);
    if (!runtime_is_custom(config->runtime))
        put(vars, "AWS_EXECUTION_ENV=AWS_Lambda_%s", config->runtime);
    if (has_log_pipe(env))
        put(vars, "_LAMBDA_TELEMETRY_LOG_FD=%d", SANDBOX_LOG_FD);
    put(vars, "AWS_LAMBDA_INITIALIZATION_TYPE=%s",
        env->config->init_type ? env->config->init_type : "on-demand");
    if (config->log_format == LOG_FORMAT_JSON) {
        enum log_level level = config->application_log_level;

        put(vars, "AWS_LAMBDA_LOG_FORMAT=JSON");
        put(vars, "AWS_LAMBDA_LOG_LEVEL=%s",
            log_level_text(level == LEVEL_UNSET ? LEVEL_INFO : level));
    }
    put(vars, "AWS_REGION=%s", env->host->region);
    put(vars, "AWS_DEFAULT_REGION=%s", env->host->region);
    put(vars, "AWS_ACCESS_KEY_ID=%s", env->host->access_key);
    put(vars, "AWS_SECRET_ACCESS_KEY=%s", env->host->secret_key);
    put(vars, "AWS_SESSION_TOKEN=%s",
        env->host->session_token ? env->host->session_token
                                 : "lamb-local-not-a-real-token");
    put(vars, "_AWS_XRAY_DAEMON_ADDRESS=169.254.100.1");
    put(vars, "_AWS_XRAY_DAEMON_PORT=2000");
}

/* argv of the runtime: the function's command, else bootstrap as the service finds it.
 */
static int
find_command(const struct environment *env, const struct sandbox_view *view,
             const char *argv[2], char *file, size_t size, struct lamb_err *err)
{
    char host_file[4096];
    int r;

    r = lamb_format(host_file, sizeof(host_file), "%s/bootstrap",
                    env->config->task_dir);
    if (r)
        return lamb_raise(err, r, "path of the code");
    if (access(host_file, F_OK) == 0)
        r = lamb_format(file, size, "%s/bootstrap", view->task_root);
    else if (view->bootstrap)
        r = lamb_format(file, size, "%s", view->bootstrap);
    else
        return lamb_refuse(err, -ENOENT,
                           "Couldn't find valid bootstrap(s): [/var/task/bootstrap "
                           "/opt/bootstrap]");
    if (r)
        return lamb_raise(err, r, "path of the bootstrap");
    argv[0] = file;
    argv[1] = NULL;
    return 0;
}

/* What extensions do not get (developer guide, runtimes-extensions-api). */
static const char *const not_for_extensions[] = {
    "AWS_EXECUTION_ENV",          "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",           "_AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_PORT",      "_HANDLER",
    "_LAMBDA_TELEMETRY_LOG_FD",
};

static bool
is_for_extensions(const char *entry)
{
    size_t len = key_len(entry);

    for (size_t i = 0; i < LAMB_COUNT(not_for_extensions); i++)
        if (strlen(not_for_extensions[i]) == len &&
            memcmp(not_for_extensions[i], entry, len) == 0)
            return false;
    return true;
}

/* Start PROCESS under a number of its own with the environment variables it gets. */
static int
start(struct environment *env, struct sandbox_process *process, bool is_extension,
      unsigned *ret_proc, struct lamb_err *err)
{
    const struct sandbox_view *view = sandbox_view(env->sandbox);
    LAMB_AUTOFREE struct variables *vars = calloc(1, sizeof(*vars));
    const char *envp[MAX_VARIABLES + 1];
    size_t n = 0;
    int r;

    if (!vars)
        return lamb_raise(err, -ENOMEM, "environment variables");
    vars->bytes = LAMB_BUF_INIT(MAX_BYTES);
    put_defaults(vars, env, view);
    for (const char *const *v = env->config->variables; v && *v; v++)
        put(vars, "%s", *v);
    put_reserved(vars, env, view);
    r = lamb_buf_error(&vars->bytes);
    if (r)
        return lamb_raise(err, r, "environment variables");
    for (size_t i = 0; i < vars->count; i++) {
        const char *entry = vars->bytes.ptr + vars->starts[i];

        if (!is_extension || is_for_extensions(entry))
            envp[n++] = entry;
    }
    envp[n] = NULL;
    process->envp = envp;
    env->last_proc = env->last_proc % 255 + 1;
    *ret_proc = env->last_proc;
    r = sandbox_start(env->sandbox, env->last_proc, process, err);
    lamb_buf_fini(&vars->bytes);
    return r;
}

int
process_start(struct environment *env, struct lamb_err *err)
{
    const struct sandbox_view *view = sandbox_view(env->sandbox);
    struct sandbox_process process = { .argv = env->config->command,
                                       .cwd = view->task_root,
                                       .has_log = has_log_pipe(env) };
    LAMB_AUTOFREE const char **client = NULL; /* of a managed runtime */
    const char *argv[2];
    char file[4096];
    int r = 0;

    if (!process.argv && !runtime_is_custom(env->config->runtime)) {
        r = runtimes_command(env->host->runtimes, env->config->runtime,
                             env->config->handler, &client, err);
        process.argv = client;
    } else if (!process.argv) {
        r = find_command(env, view, argv, file, sizeof(file), err);
        process.argv = argv;
    }
    sandbox_share_cpu(env->sandbox, false);
    return r ? r : start(env, &process, false, &env->proc, err);
}

/* -- external extensions ----------------------------------------------------------- */

/* Every file of LAYER/extensions becomes one, if a layer above has none of its name. */
static int
add_extensions(struct environment *env, const char *layer, struct lamb_err *err)
{
    struct dirent **entries;
    char path[4096];
    int r = lamb_format(path, sizeof(path), "%s/extensions", layer);
    int n = r ? 0 : scandir(path, &entries, NULL, alphasort);

    if (n <= 0)
        return r;
    for (int i = 0; i < n; i++) {
        struct lamb_span name = lamb_span_str(entries[i]->d_name);
        bool is_folder = entries[i]->d_type == DT_DIR;

        if (!r && !is_folder && !crew_find_name(&env->crew, name) &&
            !crew_add(&env->crew, name)) {
            report_extension(env, entries[i]->d_name, "LaunchError", "",
                             "TooManyExtensions");
            r = lamb_refuse(err, -E2BIG, "there are more than %d extensions",
                            EXTENSIONS_MAX);
        }
        free(entries[i]);
    }
    free(entries);
    return r;
}

static bool
is_switched_off(const char *layer)
{
    char path[4096];

    return lamb_format(path, sizeof(path), "%s/disable-extensions-jwigqn8j", layer) ==
               0 &&
           access(path, F_OK) == 0;
}

int
process_start_extensions(struct environment *env, struct lamb_err *err)
{
    const struct sandbox_view *view = sandbox_view(env->sandbox);
    const char *const *layers = env->config->layers;
    int r = 0;

    env->has_no_extensions = false;
    for (size_t i = 0; layers && layers[i]; i++)
        env->has_no_extensions |= is_switched_off(layers[i]);
    if (env->has_no_extensions)
        return 0;
    for (size_t i = 0; !r && layers && layers[i]; i++)
        r = add_extensions(env, layers[i], err);
    for (size_t i = 0; !r && i < env->crew.n; i++) {
        struct extension *extension = &env->crew.list[i];
        const char *argv[2] = { NULL, NULL };
        struct sandbox_process process = { .argv = argv, .cwd = view->task_root };
        char file[4096];

        r = lamb_format(file, sizeof(file), "%s/extensions/%s", view->opt,
                        extension->name);
        argv[0] = file;
        if (!r)
            r = start(env, &process, true, &extension->proc, err);
    }
    return r;
}
