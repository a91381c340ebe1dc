/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/record.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "emulator/functions/name.h"
#include "sdk/base/auto.h"
#include "sdk/base/id.h"
#include "sdk/base/limits.h"
#include "sdk/base/num.h"

/* The service's ranges (API model and quotas). */
enum {
    MEMORY_MIN = 128,
    MEMORY_MAX = 10240,
    TIMEOUT_MIN = 1,
    TIMEOUT_MAX = 900,
    STORAGE_MIN = 512,
    STORAGE_MAX = 10240,
    HANDLER_MAX = 128,
};

static int
check_range(const char *what, const char *unit, unsigned value, unsigned min,
            unsigned max, struct lamb_err *err)
{
    if (value >= min && value <= max)
        return 0;
    return lamb_refuse(err, -EINVAL, "%s of %u %s is outside %u to %u", what, value,
                       unit, min, max);
}

static int
check_variables(const char *const *variables, struct lamb_err *err)
{
    size_t total = 2;

    for (size_t i = 0; variables && variables[i]; i++) {
        const char *eq = strchr(variables[i], '=');

        if (!eq || eq == variables[i])
            return lamb_refuse(
                err, -EINVAL, "environment variable '%s' is not of the form NAME=VALUE",
                variables[i]);
        total += strlen(variables[i]) + 6; /* quotes, colon and comma of its JSON */
    }
    if (total > LAMB_LIMIT_FUNCTION_ENV)
        return lamb_refuse(err, -EINVAL,
                           "the environment variables take %zu bytes; a function may "
                           "have %d",
                           total, LAMB_LIMIT_FUNCTION_ENV);
    return 0;
}

static int
check(const struct function_settings *s, struct lamb_err *err)
{
    int r;

    if (!function_name_is_plain(lamb_span_str(s->key.name)))
        return lamb_refuse(
            err, -EINVAL,
            "'%s' is not a function name: use 1 to 64 of letters, digits, "
            "- and _ (--name sets one)",
            s->key.name);
    if (strlen(s->handler) > HANDLER_MAX || strpbrk(s->handler, " \t\r\n"))
        return lamb_refuse(err, -EINVAL,
                           "'%s' is not a handler: at most %d bytes, no white space",
                           s->handler, HANDLER_MAX);
    r = check_range("a memory size", "MB", s->memory_mb, MEMORY_MIN, MEMORY_MAX, err);
    if (!r)
        r = check_range("a timeout", "s", s->timeout_s, TIMEOUT_MIN, TIMEOUT_MAX, err);
    if (!r)
        r = check_range("a /tmp size", "MB", s->tmp_mb, STORAGE_MIN, STORAGE_MAX, err);
    if (!r)
        r = check_variables(s->variables, err);
    return r;
}

/* -- the record and its texts: one allocation each, all freed together ------------ */

static const char *
copy(const char *text, int *r)
{
    char *dup;

    if (!text)
        return NULL;
    dup = lamb_span_dup(lamb_span_str(text));
    if (!dup)
        *r = -ENOMEM;
    return dup;
}

static const char *const *
copy_list(const char *const *list, int *r)
{
    const char **dup;
    size_t n = 0;

    if (!list)
        return NULL;
    while (list[n])
        n++;
    dup = calloc(n + 1, sizeof(*dup));
    if (!dup) {
        *r = -ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < n && !*r; i++) /* without a hole: drop_list ends there */
        dup[i] = copy(list[i], r);
    return dup;
}

static void
drop(const char *text)
{
    free((void *)(uintptr_t)text); /* ours since copy(); const only for readers */
}

static void
drop_list(const char *const *list)
{
    for (size_t i = 0; list && list[i]; i++)
        drop(list[i]);
    free((void *)(uintptr_t)list);
}

static const char *
make_arn(const struct function_key *key, int *r)
{
    bool is_latest = strcmp(key->version, "$LATEST") == 0;
    LAMB_AUTOBUF struct lamb_buf arn = LAMB_BUF_INIT(512);

    *r = lamb_buf_printf(&arn, "arn:aws:lambda:%s:%s:function:%s%s%s", key->region,
                         key->account, key->name, is_latest ? "" : ":",
                         is_latest ? "" : key->version);
    return *r ? NULL : lamb_buf_take(&arn);
}

static const char *
make_log_group(const struct function_key *key, int *r)
{
    LAMB_AUTOBUF struct lamb_buf group = LAMB_BUF_INIT(512);

    *r = lamb_buf_printf(&group, "/aws/lambda/%s", key->name);
    return *r ? NULL : lamb_buf_take(&group);
}

/* Pairs of an ARN and a place; the texts are those of the API's record. */
static const char *const *
find_file_systems(const json_t *api, int *r)
{
    const json_t *configs = json_object_get(api, "FileSystemConfigs");
    size_t count = json_array_size(configs);
    const char **pairs;
    size_t n = 0;

    if (!count)
        return NULL;
    pairs = calloc(2 * count + 1, sizeof(*pairs));
    if (!pairs) {
        *r = -ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *config = json_array_get(configs, i);
        const char *arn = json_string_value(json_object_get(config, "Arn"));
        const char *at = json_string_value(json_object_get(config, "LocalMountPath"));

        if (!arn || !at)
            continue;
        pairs[n++] = arn;
        pairs[n++] = at;
    }
    return pairs;
}

static int
fill(struct function_record *record, const struct function_settings *s)
{
    int r = 0;

    record->key.account = copy(s->key.account, &r);
    record->key.region = copy(s->key.region, &r);
    record->key.name = copy(s->key.name, &r);
    record->key.version = copy(s->key.version, &r);
    record->code_digest = copy(s->code_digest, &r);
    record->code_sha256 = copy(s->code_sha256, &r);
    record->code_size = s->code_size;
    record->timeout_s = s->timeout_s;
    record->is_per_tenant = s->is_per_tenant;
    lamb_uuid4(record->revision);
    record->config = (struct environment_config){
        .handler = copy(s->handler, &r),
        .command = copy_list(s->command, &r),
        .variables = copy_list(s->variables, &r),
        .task_dir = copy(s->task_dir, &r),
        .bootstrap = copy(s->bootstrap, &r),
        .layers = copy_list(s->layers, &r),
        .memory_mb = s->memory_mb,
        .tmp_mb = s->tmp_mb,
        .timeout_ns = (int64_t)s->timeout_s * LAMB_NS_PER_S,
        .log_format = s->log_format,
        .application_log_level = s->application_log_level,
        .system_log_level = s->system_log_level,
        .runtime = copy(s->runtime, &r),
        .log_group = copy(s->log_group, &r),
    };
    record->modified_ns = s->modified_ns;
    record->api = json_incref(s->api);
    record->config.file_systems = find_file_systems(record->api, &r);
    if (r)
        return r;
    record->arn = make_arn(&s->key, &r);
    if (r)
        return r;
    if (!record->config.log_group)
        record->config.log_group = make_log_group(&s->key, &r);
    record->config.function_name = record->key.name;
    record->config.function_version = record->key.version;
    record->config.function_arn = record->arn;
    return r;
}

int
record_new(const struct function_settings *settings, struct function_record **ret,
           struct lamb_err *err)
{
    struct function_record *record;
    int r = check(settings, err);

    if (r)
        return r;
    record = calloc(1, sizeof(*record));
    if (!record)
        return lamb_raise(err, -ENOMEM, "function record");
    record->refs = 1;
    r = fill(record, settings);
    if (r) {
        record_unref(record);
        return lamb_raise(err, r, "function record");
    }
    *ret = record;
    return 0;
}

struct function_record *
record_ref(struct function_record *record)
{
    record->refs++;
    return record;
}

void
record_unref(struct function_record *record)
{
    if (!record || --record->refs)
        return;
    drop(record->key.account);
    drop(record->key.region);
    drop(record->key.name);
    drop(record->key.version);
    drop(record->arn);
    drop(record->code_digest);
    drop(record->code_sha256);
    drop(record->config.handler);
    drop(record->config.log_group);
    drop(record->config.task_dir);
    drop(record->config.bootstrap);
    drop_list(record->config.command);
    drop_list(record->config.variables);
    drop_list(record->config.layers);
    free((void *)(uintptr_t)record->config.file_systems); /* the texts are API's */
    drop(record->config.runtime);
    json_decref(record->api);
    free(record);
}

/* -- as stored -------------------------------------------------------------------- */

static json_t *
json_list(const char *const *list)
{
    json_t *array;

    if (!list)
        return json_null();
    array = json_array();
    for (size_t i = 0; array && list[i]; i++)
        if (json_array_append_new(array, json_string(list[i]))) {
            json_decref(array);
            return NULL;
        }
    return array;
}

int
record_to_json(const struct function_record *record, struct lamb_buf *ret)
{
    const struct environment_config *c = &record->config;
    /* A command runs in the user's live folder, which no digest names. */
    const char *live_dir = record->code_digest ? NULL : c->task_dir;
    json_t *json = json_pack(
        "{s:s, s:o, s:o, s:o, s:s?, s:s?, s:s?, s:s?, s:I, s:i, s:i, s:i, s:s, s:s, "
        "s:s, s:s, s:b, s:s?, s:s?, s:I, s:O?}",
        "handler", c->handler, "command", json_list(c->command), "variables",
        json_list(c->variables), "layers", json_list(c->layers), "codeDigest",
        record->code_digest, "codeSha256", record->code_sha256, "bootstrap",
        c->bootstrap, "liveDir", live_dir, "codeSize", (json_int_t)record->code_size,
        "memoryMb", (int)c->memory_mb, "tmpMb", (int)c->tmp_mb, "timeoutS",
        (int)record->timeout_s, "revision", record->revision, "logFormat",
        log_format_text(c->log_format), "applicationLogLevel",
        log_level_text(c->application_log_level), "systemLogLevel",
        log_level_text(c->system_log_level), "perTenant", record->is_per_tenant,
        "runtime", c->runtime, "logGroup", c->log_group, "modifiedNs",
        (json_int_t)record->modified_ns, "api", record->api);
    LAMB_AUTOFREE char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

    json_decref(json);
    return text ? lamb_buf_str(ret, text) : -ENOMEM;
}

/* An array of texts as a list that borrows them; NULL for null. Gives the list (free).
 */
static int
read_list(const json_t *array, const char ***ret)
{
    const char **list;

    *ret = NULL;
    if (!json_is_array(array))
        return 0;
    list = calloc(json_array_size(array) + 1, sizeof(*list));
    if (!list)
        return -ENOMEM;
    for (size_t i = 0; i < json_array_size(array); i++) {
        list[i] = json_string_value(json_array_get(array, i));
        if (!list[i]) {
            free(list);
            return -EINVAL;
        }
    }
    *ret = list;
    return 0;
}

static const char *
text_of(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name)); /* NULL for null */
}

static int
number_of(const json_t *json, const char *name, uint64_t max, uint64_t *ret)
{
    const json_t *value = json_object_get(json, name);

    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > max)
        return -EINVAL;
    *ret = (uint64_t)json_integer_value(value);
    return 0;
}

static enum log_level
level_of(const json_t *json, const char *name)
{
    enum log_level level = log_level_parse(lamb_span_str(text_of(json, name)));

    return level == LOG_LEVEL_N ? LEVEL_UNSET : level;
}

/* Where the folder PATH of the code store (.../DIGEST/tree) is now. */
static const char *
find_layer(const char *path, struct code_store *code, int *r, struct lamb_err *err)
{
    static const char end[] = "/tree";
    struct code_copy found;
    size_t len = strlen(path);
    char digest[65];

    if (!code || len < sizeof(digest) + sizeof(end) - 1)
        return copy(path, r);
    path += len - (sizeof(end) - 1) - (sizeof(digest) - 1);
    *r = lamb_format(digest, sizeof(digest), "%.64s", path);
    if (!*r)
        *r = code_find(code, digest, &found, err);
    return *r ? NULL : copy(found.path, r);
}

/* The same for a list; gives it and each text (drop_list). */
static int
find_layers(const char *const *stored, struct code_store *code, const char *const **ret,
            struct lamb_err *err)
{
    const char **paths;
    size_t n = 0;
    int r = 0;

    *ret = NULL;
    while (stored && stored[n])
        n++;
    if (!n)
        return 0;
    paths = calloc(n + 1, sizeof(*paths));
    if (!paths)
        return lamb_raise(err, -ENOMEM, "layers");
    for (size_t i = 0; !r && i < n; i++)
        paths[i] = find_layer(stored[i], code, &r, err);
    *ret = paths;
    return r;
}

static int
from_json(const struct function_key *key, const json_t *json, const char *task_dir,
          struct code_store *code, struct function_record **ret, struct lamb_err *err)
{
    struct function_settings s = { .key = *key };
    LAMB_AUTOFREE const char **command = NULL;
    LAMB_AUTOFREE const char **variables = NULL;
    LAMB_AUTOFREE const char **stored = NULL;
    const char *const *layers = NULL;
    int r;
    const char *revision = text_of(json, "revision");
    const char *live_dir = text_of(json, "liveDir");
    uint64_t memory;
    uint64_t tmp;
    uint64_t timeout;

    s.handler = text_of(json, "handler");
    s.code_digest = text_of(json, "codeDigest");
    s.code_sha256 = text_of(json, "codeSha256");
    s.bootstrap = text_of(json, "bootstrap");
    s.task_dir = live_dir ? live_dir : task_dir;
    if (!s.handler || !revision || strlen(revision) != 36 ||
        read_list(json_object_get(json, "command"), &command) ||
        read_list(json_object_get(json, "variables"), &variables) ||
        read_list(json_object_get(json, "layers"), &stored) ||
        number_of(json, "codeSize", INT64_MAX, &s.code_size) ||
        number_of(json, "memoryMb", UINT32_MAX, &memory) ||
        number_of(json, "tmpMb", UINT32_MAX, &tmp) ||
        number_of(json, "timeoutS", UINT32_MAX, &timeout))
        return lamb_refuse(err, -EINVAL, "the stored record has not the known form");
    /* Records of before these settings have none of them: the defaults. */
    s.log_format = log_format_parse(lamb_span_str(text_of(json, "logFormat")));
    if (s.log_format == LOG_FORMAT_N)
        s.log_format = LOG_FORMAT_TEXT;
    s.application_log_level = level_of(json, "applicationLogLevel");
    s.system_log_level = level_of(json, "systemLogLevel");
    s.is_per_tenant = json_is_true(json_object_get(json, "perTenant"));
    s.command = command;
    s.variables = variables;
    s.memory_mb = (unsigned)memory;
    s.tmp_mb = (unsigned)tmp;
    s.timeout_s = (unsigned)timeout;
    s.runtime = text_of(json, "runtime");
    s.log_group = text_of(json, "logGroup");
    s.modified_ns = json_integer_value(json_object_get(json, "modifiedNs"));
    s.api = json_object_get(json, "api");
    if (json_is_null(s.api))
        s.api = NULL;
    r = find_layers(stored, code, &layers, err);
    s.layers = layers;
    if (!r)
        r = record_new(&s, ret, err);
    drop_list(layers);
    if (r)
        return lamb_wrap(err, r, "the stored record");
    memcpy((*ret)->revision, revision, sizeof((*ret)->revision));
    return 0;
}

int
record_from_json(const struct function_key *key, struct lamb_span json,
                 const char *task_dir, struct code_store *code,
                 struct function_record **ret, struct lamb_err *err)
{
    json_error_t why;
    json_t *tree = json_loadb(json.ptr, json.len, 0, &why);
    int r;

    if (!tree)
        return lamb_refuse(err, -EINVAL, "the stored record is not JSON: %s", why.text);
    r = from_json(key, tree, task_dir, code, ret, err);
    json_decref(tree);
    return r;
}
