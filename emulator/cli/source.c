/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/cli/bootstrap.h"
#include "sdk/base/auto.h"

/* Directories that every isolation level shows; programs there need no task folder. */
static const char *const system_dirs[] = { "/usr/", "/bin/", "/sbin/", "/lib/",
                                           "/lib64/" };

/* -- what a path is --------------------------------------------------------------- */

enum kind { KIND_SHARED_OBJECT, KIND_ZIP, KIND_DIR, KIND_PROGRAM };

static bool
starts_with(const char *path, const char *magic, size_t n)
{
    LAMB_AUTOFD int fd = open(path, O_RDONLY | O_CLOEXEC);
    char head[4] = { 0 };

    return fd >= 0 && read(fd, head, sizeof(head)) >= (ssize_t)n &&
           memcmp(head, magic, n) == 0;
}

static bool
has_suffix(const char *text, const char *suffix)
{
    size_t n = strlen(text);
    size_t k = strlen(suffix);

    return n > k && memcmp(text + n - k, suffix, k) == 0;
}

static int
classify(const char *path, enum kind *ret, struct lamb_err *err)
{
    struct stat st;

    if (stat(path, &st))
        return lamb_refuse(err, -errno, "cannot read '%s': %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        *ret = KIND_DIR;
    else if (!S_ISREG(st.st_mode))
        return lamb_refuse(err, -EINVAL, "'%s' is neither a file nor a folder", path);
    else if (starts_with(path, "PK", 2))
        *ret = KIND_ZIP;
    else if (has_suffix(path, ".so") && starts_with(path, "\177ELF", 4))
        *ret = KIND_SHARED_OBJECT;
    else if (has_suffix(path, ".so"))
        return lamb_refuse(err, -EINVAL,
                           "'%s' is no shared object: its content is not ELF", path);
    else if (starts_with(path, "\177ELF", 4) || starts_with(path, "#!", 2))
        *ret = KIND_PROGRAM;
    else
        return lamb_refuse(err, -EINVAL,
                           "'%s' is neither a shared object (.so), a zip nor a folder",
                           path);
    return 0;
}

/* -- names ------------------------------------------------------------------------ */

/* The last component of PATH, without slashes behind it. */
static struct lamb_span
base_name(const char *path)
{
    struct lamb_span rest = lamb_span_str(path);
    const char *slash;

    while (rest.len > 1 && rest.ptr[rest.len - 1] == '/')
        rest.len--;
    slash = memrchr(rest.ptr, '/', rest.len);
    if (slash && rest.len > 1)
        rest = lamb_span_of(slash + 1, rest.len - (size_t)(slash + 1 - rest.ptr));
    return rest;
}

/* Without SUFFIX, and without PREFIX where SUFFIX was there: libf.so is f. */
static struct lamb_span
without(struct lamb_span text, const char *prefix, const char *suffix)
{
    size_t p = strlen(prefix);
    size_t s = strlen(suffix);

    if (text.len <= s || memcmp(text.ptr + text.len - s, suffix, s) != 0)
        return text;
    text.len -= s;
    if (text.len > p && lamb_span_starts(text, prefix))
        text = lamb_span_of(text.ptr + p, text.len - p);
    return text;
}

/* The name of what stands at PATH: no lib, no .so, no .zip; a bootstrap's is its
 * folder's. */
static int
name_from_path(const char *path, char ret[128], struct lamb_err *err)
{
    char whole[PATH_MAX];
    struct lamb_span name = base_name(path);
    int r;

    if (lamb_span_is(name, "bootstrap") || lamb_span_is(name, ".") ||
        lamb_span_is(name, "..")) {
        if (!realpath(path, whole))
            return lamb_refuse(err, -errno, "cannot read '%s': %s", path,
                               strerror(errno));
        name = base_name(whole);
        if (lamb_span_is(name, "bootstrap")) {
            *strrchr(whole, '/') = '\0';
            name = base_name(whole);
        }
    }
    name = without(without(name, "lib", ".so"), "", ".zip");
    r = lamb_format(ret, 128, "%.*s", (int)name.len, name.ptr);
    if (r)
        return lamb_refuse(err, r, "the name of '%s' is too long: give one with --name",
                           path);
    for (char *c = ret; *c; c++) /* what a function's name cannot have */
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
                    *c))
            *c = '-';
    return 0;
}

int
source_name(const struct source_options *options, const struct arguments *args,
            char ret[128], struct lamb_err *err)
{
    int r;

    if (!options->name)
        return name_from_path(args->command ? args->command[0] : args->items[0], ret,
                              err);
    r = lamb_format(ret, 128, "%s", options->name);
    return r ? lamb_refuse(err, r, "the name '%s' is too long", options->name) : 0;
}

/* -- what of its log is written -----------------------------------------------------
 */

const char *
source_format_choice(unsigned i)
{
    return i < LOG_FORMAT_N ? log_format_text((enum log_format)i) : NULL;
}

const char *
source_application_level_choice(unsigned i)
{
    return i < LOG_LEVEL_N ? log_level_text((enum log_level)i) : NULL;
}

const char *
source_system_level_choice(unsigned i)
{
    if (i < LOG_LEVEL_N && !log_level_is_system((enum log_level)i))
        return "";
    return source_application_level_choice(i);
}

/* LoggingConfig from the options; levels are refused where they would do nothing. */
static int
read_logging(const struct source_options *o, struct function_settings *settings,
             struct lamb_err *err)
{
    settings->log_format = o->log_format;
    settings->application_log_level = o->application_log_level;
    settings->system_log_level = o->system_log_level;
    if (settings->log_format == LOG_FORMAT_TEXT &&
        (o->application_log_level != LEVEL_UNSET || o->system_log_level != LEVEL_UNSET))
        return lamb_refuse(err, -EINVAL,
                           "log levels are for logs in JSON: add --log-format json");
    return 0;
}

/* -- loading ---------------------------------------------------------------------- */

struct load {
    struct emulator *emulator;
    const struct source_options *options;
    const struct arguments *args;
    void (*done)(void *data, const struct lamb_err *err);
    void *data;
    struct loop_task next;
    struct function_settings logging;         /* its logging fields only */
    char *layers[ENVIRONMENT_LAYERS_MAX + 1]; /* host folders, the first wins */
    size_t n_layers;
    size_t index;
    enum kind kind;
    char name[128];
};

static void
finish(struct load *load, const struct lamb_err *err)
{
    load->done(load->data, err);
    for (size_t i = 0; i < LAMB_COUNT(load->layers); i++)
        free(load->layers[i]);
    free(load);
}

static void
fail(struct load *load, struct lamb_err *err)
{
    finish(load, err);
}

static struct function_settings
new_settings(const struct load *load)
{
    const struct source_options *options = load->options;

    return (struct function_settings){
        .key = { emulator_account(load->emulator), emulator_region(load->emulator),
                 load->name, "$LATEST" },
        .handler = options->handler ? options->handler : "handler",
        .variables = options->variables.count ? options->variables.items : NULL,
        .layers = load->n_layers ? (const char *const *)load->layers : NULL,
        .memory_mb = options->memory_mb,
        .timeout_s = options->timeout_s,
        .tmp_mb = options->tmp_mb,
        .runtime = options->runtime,
        .modified_ns = functions_now_ns(emulator_functions(load->emulator)),
        .log_format = load->logging.log_format,
        .application_log_level = load->logging.application_log_level,
        .system_log_level = load->logging.system_log_level,
    };
}

static void
on_put(void *data, const struct lamb_err *err)
{
    struct load *load = data;

    load->index++;
    if (err || load->args->command || load->index == load->args->count)
        finish(load, err);
    else
        loop_defer(emulator_loop(load->emulator), &load->next);
}

static void
put(struct load *load, const struct function_settings *settings)
{
    struct function_record *record;
    struct lamb_err err = { 0 };
    int r = record_new(settings, &record, &err);

    if (!r) {
        r = functions_put(emulator_functions(load->emulator), record, on_put, load,
                          &err);
        record_unref(record);
    }
    if (r)
        fail(load, &err);
}

/* _HANDLER of a shared object: FILE.SYMBOL, FILE without lib and .so. */
static int
object_handler(const struct load *load, char ret[256])
{
    const char *symbol = load->options->handler ? load->options->handler : "handler";
    struct lamb_span file =
        without(base_name(load->args->items[load->index]), "lib", ".so");

    if (strchr(symbol, '.'))
        return lamb_format(ret, 256, "%s", symbol);
    return lamb_format(ret, 256, "%.*s.%s", (int)file.len, file.ptr, symbol);
}

static bool
has_object(const char *dir, const char *handler)
{
    const char *dot = strrchr(handler, '.');
    char path[PATH_MAX];

    if (!dot)
        return false;
    for (int lib = 0; lib < 2; lib++)
        if (lamb_format(path, sizeof(path), "%s/%s%.*s.so", dir, lib ? "lib" : "",
                        (int)(dot - handler), handler) == 0 &&
            access(path, R_OK) == 0)
            return true;
    return false;
}

/* Code without a bootstrap needs ours, and a handler to load. */
static int
choose_runtime(const struct load *load, const struct code_copy *copy,
               struct function_settings *settings, char bootstrap[PATH_MAX],
               struct lamb_err *err)
{
    char path[PATH_MAX];
    const char *what = load->args->items[load->index];
    int r = lamb_format(path, sizeof(path), "%s/bootstrap", copy->path);

    if (r)
        return lamb_raise(err, r, "path of the code");
    if (!runtime_is_custom(settings->runtime))
        return 0; /* a runtime client runs it */
    if (load->kind != KIND_SHARED_OBJECT && access(path, F_OK) == 0) {
        struct stat st;

        if (stat(path, &st) || !(st.st_mode & S_IXUSR))
            return lamb_refuse(err, -EACCES,
                               "the bootstrap in '%s' is not executable: chmod +x it",
                               what);
        return 0;
    }
    if (load->kind != KIND_SHARED_OBJECT && !has_object(copy->path, settings->handler))
        return lamb_refuse(
            err, -ENOENT,
            "'%s' has no bootstrap: put one there, or name the shared object "
            "and symbol to load with --handler FILE.SYMBOL",
            what);
    r = bootstrap_find(load->options->bootstrap, bootstrap, err);
    settings->bootstrap = bootstrap;
    return r;
}

static void
on_imported(void *data, const struct code_copy *copy, const struct lamb_err *why)
{
    struct load *load = data;
    struct function_settings settings = new_settings(load);
    struct lamb_err err = { 0 };
    char bootstrap[PATH_MAX];
    char handler[256];
    int r = 0;

    if (!copy) {
        finish(load, why);
        return;
    }
    if (load->kind == KIND_SHARED_OBJECT) {
        r = object_handler(load, handler);
        if (r)
            r = lamb_raise(&err, r, "handler of '%s'", load->args->items[load->index]);
        settings.handler = handler;
    }
    if (!r)
        r = choose_runtime(load, copy, &settings, bootstrap, &err);
    if (r) {
        fail(load, &err);
        return;
    }
    settings.task_dir = copy->path;
    settings.code_digest = copy->digest;
    settings.code_sha256 = copy->sha256_b64;
    settings.code_size = copy->size_bytes;
    put(load, &settings);
}

static void
load_path(struct load *load)
{
    static const enum code_source sources[] = {
        [KIND_SHARED_OBJECT] = CODE_FILE,
        [KIND_ZIP] = CODE_ZIP,
        [KIND_DIR] = CODE_DIR,
    };
    const char *path = load->args->items[load->index];
    struct lamb_err err = { 0 };
    int r = classify(path, &load->kind, &err);

    if (!r && load->kind == KIND_PROGRAM)
        r = lamb_refuse(&err, -EINVAL,
                        "'%s' is a program: to run it type  lamb start -- %s", path,
                        path);
    if (!r)
        r = load->options->name
                ? lamb_format(load->name, sizeof(load->name), "%s", load->options->name)
                : name_from_path(path, load->name, &err);
    if (!r)
        r = code_import(emulator_code(load->emulator), sources[load->kind], path,
                        on_imported, load, &err);
    if (r)
        fail(load, &err);
}

/* -- a command: runs in the folder it stands in, live ----------------------------- */

/* Find PROGRAM as a shell does; gives its real path. */
static int
find_program(const char *program, char ret[PATH_MAX], struct lamb_err *err)
{
    struct lamb_span dirs = lamb_span_str(getenv("PATH"));
    struct lamb_span dir;
    char path[PATH_MAX];

    while (!strchr(program, '/') && dirs.len) {
        (void)lamb_span_cut(dirs, ':', &dir, &dirs);
        if (lamb_format(path, sizeof(path), "%.*s/%s", (int)dir.len, dir.ptr,
                        program) == 0 &&
            access(path, X_OK) == 0) {
            memcpy(ret, path, sizeof(path));
            return 0;
        }
    }
    if (!strchr(program, '/'))
        return lamb_refuse(err, -ENOENT, "there is no program '%s' in PATH", program);
    if (!realpath(program, ret))
        return lamb_refuse(err, -errno, "cannot run '%s': %s", program,
                           strerror(errno));
    if (access(ret, X_OK))
        return lamb_refuse(err, -errno, "cannot run '%s': %s", program,
                           strerror(errno));
    return 0;
}

static bool
is_system_path(const char *path)
{
    for (size_t i = 0; i < LAMB_COUNT(system_dirs); i++)
        if (lamb_span_starts(lamb_span_str(path), system_dirs[i]))
            return true;
    return false;
}

/*
 * The task root is the program's folder and the program is run as ./NAME; a program of
 * the system runs where it is, with the current folder as the task root.
 */
static void
load_command(struct load *load)
{
    struct function_settings settings;
    struct lamb_err err = { 0 };
    const char *argv[OPTION_LIST_MAX + 1];
    char program[PATH_MAX];
    char relative[PATH_MAX];
    char dir[PATH_MAX];
    size_t n = 0;
    int r = find_program(load->args->command[0], program, &err);

    if (!r)
        r = source_name(load->options, load->args, load->name, &err);
    if (!r && is_system_path(program)) {
        argv[0] = program;
        if (!getcwd(dir, sizeof(dir)))
            r = lamb_raise(&err, -errno, "current folder");
    } else if (!r) {
        memcpy(dir, program, sizeof(dir));
        *strrchr(dir, '/') = '\0';
        r = lamb_format(relative, sizeof(relative), "./%s", strrchr(program, '/') + 1);
        argv[0] = relative;
    }
    for (n = 1; !r && load->args->command[n]; n++) {
        if (n == OPTION_LIST_MAX)
            r = lamb_refuse(&err, -E2BIG, "the command has more than %d words",
                            OPTION_LIST_MAX);
        else
            argv[n] = load->args->command[n];
    }
    if (r) {
        fail(load, &err);
        return;
    }
    argv[n] = NULL;
    settings = new_settings(load);
    settings.command = argv;
    settings.task_dir = dir[0] ? dir : "/";
    put(load, &settings);
}

/* -- layers: imported like code, before the functions that all of them get --------- */

static void
on_layer(void *data, const struct code_copy *copy, const struct lamb_err *why)
{
    struct load *load = data;
    struct lamb_err err = { 0 };
    char **slot;

    if (!copy) {
        finish(load, why);
        return;
    }
    slot = &load->layers[load->options->layers.count - 1 - load->n_layers];
    *slot = lamb_span_dup(lamb_span_str(copy->path));
    if (!*slot) {
        (void)lamb_raise(&err, -ENOMEM, "layer");
        fail(load, &err);
        return;
    }
    load->n_layers++;
    loop_defer(emulator_loop(load->emulator), &load->next);
}

static void
load_layer(struct load *load)
{
    const char *path = load->options->layers.items[load->n_layers];
    struct lamb_err err = { 0 };
    enum kind kind;
    int r = 0;

    if (load->options->layers.count > ENVIRONMENT_LAYERS_MAX)
        r = lamb_refuse(&err, -EINVAL, "a function may have %d layers, not %zu",
                        ENVIRONMENT_LAYERS_MAX, load->options->layers.count);
    if (!r)
        r = classify(path, &kind, &err);
    if (!r && kind != KIND_DIR && kind != KIND_ZIP)
        r = lamb_refuse(&err, -EINVAL, "the layer '%s' is neither a zip nor a folder",
                        path);
    if (!r)
        r = code_import(emulator_code(load->emulator),
                        kind == KIND_ZIP ? CODE_ZIP : CODE_DIR, path, on_layer, load,
                        &err);
    if (r)
        fail(load, &err);
}

static void
load_next(void *data)
{
    struct load *load = data;
    struct lamb_err err = { 0 };

    if (load->n_layers < load->options->layers.count)
        load_layer(load);
    else if (read_logging(load->options, &load->logging, &err))
        fail(load, &err);
    else if (load->args->command)
        load_command(load);
    else if (load->args->count)
        load_path(load);
    else
        finish(load, NULL); /* what the state folder has is there already */
}

int
source_load(struct emulator *emulator, const struct source_options *options,
            const struct arguments *args,
            void (*done)(void *data, const struct lamb_err *err), void *data,
            struct lamb_err *err)
{
    struct load *load = calloc(1, sizeof(*load));

    if (!load)
        return lamb_raise(err, -ENOMEM, "load functions");
    load->emulator = emulator;
    load->options = options;
    load->args = args;
    load->done = done;
    load->data = data;
    loop_task_init(&load->next, "load function", load_next, load);
    loop_defer(emulator_loop(emulator), &load->next);
    return 0;
}
