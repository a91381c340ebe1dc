/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/lambda_config.h"

#include "emulator/api/lambda_code.h"

#include <errno.h>
#include <stdlib.h>

#include "emulator/environment/runtime_version.h"
#include "emulator/environment/runtimes.h"
#include "sdk/base/auto.h"
#include "sdk/base/enum.h"
#include "sdk/base/id.h"
#include "sdk/base/num.h"
#include "sdk/base/time_text.h"

/* How long a change takes to settle, on the platform clock. */
#define SETTLE_NS (INT64_C(250) * 1000 * 1000)
#define LOCAL "lamb"

/* -- the configuration as a document ---------------------------------------------- */

static json_t *
default_logging(const char *name)
{
    return json_pack("{s:s, s:o}", "LogFormat", "Text", "LogGroup",
                     json_sprintf("/aws/lambda/%s", name));
}

json_t *
config_new(const struct op *op)
{
    return json_pack(
        "{s:s, s:i, s:i, s:s, s:[s], s:{s:i}, s:{s:s}, s:{s:s, s:s}, s:o, s:{}}",
        "Description", "", "Timeout", 3, "MemorySize", 128, "PackageType", "Zip",
        "Architectures", "x86_64", "EphemeralStorage", "Size", 512, "TracingConfig",
        "Mode", "PassThrough", "SnapStart", "ApplyOn", "None", "OptimizationStatus",
        "Off", "LoggingConfig", default_logging(op->key.name), LOCAL);
}

static json_t *
variables_of(const char *const *variables)
{
    json_t *map = json_object();

    for (; variables && *variables; variables++) {
        const char *eq = strchr(*variables, '=');

        (void)json_object_setn_new(map, *variables, (size_t)(eq - *variables),
                                   json_string(eq + 1));
    }
    return map;
}

/* One that came from a command line, as if the API had made it. */
static json_t *
config_of_command(const struct op *op, const struct function_record *record)
{
    const struct environment_config *c = &record->config;
    json_t *config = config_new(op);
    json_t *logging = json_object_get(config, "LoggingConfig");

    if (!config)
        return NULL;
    (void)json_object_update_new(
        config,
        json_pack("{s:s, s:s, s:o, s:i, s:i, s:{s:i}}", "Runtime",
                  c->runtime ? c->runtime : "provided.al2023", "Handler",
                  c->handler[0] ? c->handler : "bootstrap", "Role",
                  json_sprintf("arn:aws:iam::%s:role/lamb", record->key.account),
                  "MemorySize", (int)c->memory_mb, "Timeout", (int)record->timeout_s,
                  "EphemeralStorage", "Size", (int)c->tmp_mb));
    if (c->variables)
        (void)json_object_set_new(
            config, "Environment",
            json_pack("{s:o}", "Variables", variables_of(c->variables)));
    if (c->log_format == LOG_FORMAT_JSON)
        (void)json_object_update_new(
            logging,
            json_pack("{s:s, s:s, s:s}", "LogFormat", "JSON", "ApplicationLogLevel",
                      c->application_log_level == LEVEL_UNSET
                          ? "INFO"
                          : log_level_text(c->application_log_level),
                      "SystemLogLevel",
                      c->system_log_level == LEVEL_UNSET
                          ? "INFO"
                          : log_level_text(c->system_log_level)));
    return config;
}

json_t *
config_of(const struct op *op, const struct function_record *record)
{
    return record->api ? json_deep_copy(record->api) : config_of_command(op, record);
}

/* -- what a request changes ---------------------------------------------------------
 */

static void
read_environment(json_t *config, json_t *given)
{
    json_t *variables = json_object_get(given, "Variables");

    (void)json_object_set_new(
        config, "Environment",
        json_pack("{s:o}", "Variables",
                  variables ? json_incref(variables) : json_object()));
}

static void
read_vpc(json_t *config, json_t *given)
{
    json_t *subnets = json_object_get(given, "SubnetIds");
    json_t *groups = json_object_get(given, "SecurityGroupIds");

    (void)json_object_set_new(
        config, "VpcConfig",
        json_pack("{s:o, s:o, s:s, s:b}", "SubnetIds",
                  subnets ? json_incref(subnets) : json_array(), "SecurityGroupIds",
                  groups ? json_incref(groups) : json_array(), "VpcId",
                  json_array_size(subnets) ? "vpc-local" : "",
                  "Ipv6AllowedForDualStack",
                  json_is_true(json_object_get(given, "Ipv6AllowedForDualStack"))));
}

static void
read_dead_letters(json_t *config, json_t *given)
{
    const char *target = json_string_value(json_object_get(given, "TargetArn"));

    if (target && *target)
        (void)json_object_set(config, "DeadLetterConfig", given);
    else if (target)
        (void)json_object_del(config, "DeadLetterConfig");
}

static bool
read_logging(struct op *op, json_t *config, json_t *given)
{
    static const char *const levels[] = { "ApplicationLogLevel", "SystemLogLevel" };
    json_t *logging = json_object_get(config, "LoggingConfig");
    const char *format = json_string_value(json_object_get(given, "LogFormat"));
    json_t *group = json_object_get(given, "LogGroup");
    bool is_json;

    if (format)
        (void)json_object_set_new(logging, "LogFormat", json_string(format));
    if (group)
        (void)json_object_set(logging, "LogGroup", group);
    if (!op_is_whole(op))
        return false;
    is_json =
        strcmp(json_string_value(json_object_get(logging, "LogFormat")), "JSON") == 0;
    for (size_t i = 0; i < LAMB_COUNT(levels); i++) {
        json_t *level = json_object_get(given, levels[i]);

        if (level && !is_json) { /* 46 */
            op_refuse(op, "InvalidParameterValueException",
                      "LogLevel is not supported when LogFormat is set to \"Text\". "
                      "Remove LogLevel from your request or change the LogFormat to "
                      "\"JSON\" and try again.");
            return false;
        }
        if (level)
            (void)json_object_set(logging, levels[i], level);
        else if (is_json && !json_object_get(logging, levels[i]))
            (void)json_object_set_new(logging, levels[i], json_string("INFO"));
        else if (!is_json)
            (void)json_object_del(logging, levels[i]);
    }
    return true;
}

bool
config_read(struct op *op, json_t *config)
{
    static const char *const plain[] = { "Runtime",       "Role",
                                         "Handler",       "Description",
                                         "Timeout",       "MemorySize",
                                         "KMSKeyArn",     "EphemeralStorage",
                                         "Architectures", "FileSystemConfigs",
                                         "TenancyConfig" };
    json_t *given;

    for (size_t i = 0; i < LAMB_COUNT(plain); i++)
        if ((given = op_member(op, plain[i])))
            (void)json_object_set(config, plain[i], given);
    if ((given = json_object_get(op_member(op, "TracingConfig"), "Mode")))
        (void)json_object_set_new(config, "TracingConfig",
                                  json_pack("{s:O}", "Mode", given));
    if ((given = json_object_get(op_member(op, "SnapStart"), "ApplyOn")))
        (void)json_object_set_new(
            config, "SnapStart",
            json_pack("{s:O, s:s}", "ApplyOn", given, "OptimizationStatus", "Off"));
    if ((given = op_member(op, "Environment")))
        read_environment(config, given);
    if ((given = op_member(op, "VpcConfig")))
        read_vpc(config, given);
    if ((given = op_member(op, "DeadLetterConfig")))
        read_dead_letters(config, given);
    if ((given = op_member(op, "LoggingConfig")) && !read_logging(op, config, given))
        return false;
    if (!op_is_whole(op) || !config_check(op, config))
        return false;
    given = op_member(op, "Layers");
    return !given || config_read_layers(op, config, given);
}

/* -- a record -----------------------------------------------------------------------
 */

/* Lists that live as long as a record is made. */
struct lists {
    char **variables;
    const char **digests;
    struct code_copy *copies;
    const char **paths;
    uint64_t unpacked_bytes; /* of the code and all layers */
};

static void
free_lists(struct lists *lists)
{
    for (size_t i = 0; lists->variables && lists->variables[i]; i++)
        free(lists->variables[i]);
    free(lists->variables);
    free(lists->digests);
    free(lists->copies);
    free(lists->paths);
}

static int
list_variables(const json_t *config, struct lists *lists)
{
    json_t *map = json_object_get(json_object_get(config, "Environment"), "Variables");
    const char *name;
    json_t *value;
    size_t n = 0;

    lists->variables = calloc(json_object_size(map) + 1, sizeof(char *));
    if (!lists->variables)
        return -ENOMEM;
    json_object_foreach(map, name, value)
    {
        LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(SIZE_MAX / 2);

        if (lamb_buf_printf(&text, "%s=%s", name, json_string_value(value)))
            return -ENOMEM;
        lists->variables[n++] = lamb_buf_take(&text);
    }
    return 0;
}

/* The last layer of the configuration wins, so it comes first. */
static int
list_layers(const struct op *op, const json_t *config, struct lists *lists,
            struct lamb_err *err)
{
    json_t *digests = json_object_get(json_object_get(config, LOCAL), "LayerDigests");
    size_t n = json_array_size(digests);
    int r = 0;

    if (!n)
        return 0;
    lists->digests = calloc(n + 1, sizeof(char *));
    lists->paths = calloc(n + 1, sizeof(char *));
    lists->copies = calloc(n, sizeof(struct code_copy));
    if (!lists->digests || !lists->paths || !lists->copies)
        return lamb_raise(err, -ENOMEM, "layers");
    for (size_t i = 0; !r && i < n; i++) {
        lists->digests[i] = json_string_value(json_array_get(digests, n - 1 - i));
        r = code_find(op->call.api->code, lists->digests[i], &lists->copies[i], err);
        lists->paths[i] = lists->copies[i].path;
        lists->unpacked_bytes += lists->copies[i].unpacked_bytes;
    }
    return r;
}

/* The code has no bootstrap, and FILE.so or libFILE.so of the handler FILE.SYMBOL:
 * lamb's own serves it, unless a layer has one. */
static bool
needs_bootstrap(const struct function_settings *s)
{
    static const char *const before[] = { "", "lib" };
    const char *dot = strrchr(s->handler, '.');
    const char *name;
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(8192);

    if (!dot || !runtime_is_custom(s->runtime) ||
        lamb_buf_printf(&path, "%s/bootstrap", s->task_dir) ||
        access(lamb_buf_cstr(&path), F_OK) == 0)
        return false;
    name = memrchr(s->handler, '/', (size_t)(dot - s->handler));
    name = name ? name + 1 : s->handler;
    for (size_t i = 0; i < LAMB_COUNT(before); i++) {
        lamb_buf_clear(&path);
        if (lamb_buf_printf(&path, "%s/%.*s%s%.*s.so", s->task_dir,
                            (int)(name - s->handler), s->handler, before[i],
                            (int)(dot - name), name) == 0 &&
            access(lamb_buf_cstr(&path), F_OK) == 0)
            return true;
    }
    return false;
}

static const char *
text_in(const json_t *config, const char *object, const char *member)
{
    return json_string_value(json_object_get(json_object_get(config, object), member));
}

static unsigned
number_in(const json_t *config, const char *member)
{
    return (unsigned)json_integer_value(json_object_get(config, member));
}

static enum log_level
level_in(const json_t *config, const char *member)
{
    enum log_level level =
        log_level_parse(lamb_span_str(text_in(config, "LoggingConfig", member)));

    return level == LOG_LEVEL_N ? LEVEL_UNSET : level;
}

static void
set_code(const struct op *op, const struct function_record *base,
         struct function_settings *s)
{
    if (op->code.digest[0]) {
        s->code_digest = op->code.digest;
        s->code_sha256 = op->code.sha256_b64;
        s->code_size = op->code.size_bytes;
        s->task_dir = op->code.path;
    } else if (base) {
        s->command = base->config.command;
        s->code_digest = base->code_digest;
        s->code_sha256 = base->code_sha256;
        s->code_size = base->code_size;
        s->task_dir = base->config.task_dir;
    }
    if (!s->command && s->task_dir && s->handler && needs_bootstrap(s))
        s->bootstrap = op->call.api->bootstrap;
}

/* What the code takes, unpacked; 0 for a command and what nobody can find. */
static uint64_t
unpacked_code(const struct op *op, const struct function_settings *s)
{
    struct code_copy copy;
    struct lamb_err err = { 0 };

    return s->code_digest && !code_find(op->call.api->code, s->code_digest, &copy, &err)
               ? copy.unpacked_bytes
               : 0;
}

static int
check_unpacked(const struct op *op, const struct lists *lists, struct lamb_err *err)
{
    int64_t most = op_quota(op, QUOTA_CODE_UNZIPPED);

    if (lists->unpacked_bytes <= (uint64_t)most)
        return 0;
    return lamb_refuse(err, -EINVAL,
                       "Function code combined with layers exceeds the maximum allowed "
                       "size of %lld bytes. The actual size is %llu bytes.",
                       (long long)most, (unsigned long long)lists->unpacked_bytes);
}

static int
build(const struct op *op, json_t *config, const struct function_record *base,
      const char *version, struct lists *lists, struct function_record **ret,
      struct lamb_err *err)
{
    const char *format = text_in(config, "LoggingConfig", "LogFormat");
    struct function_settings s = {
        .key = op->key,
        .handler = json_string_value(json_object_get(config, "Handler")),
        .memory_mb = number_in(config, "MemorySize"),
        .timeout_s = number_in(config, "Timeout"),
        .tmp_mb = number_in(json_object_get(config, "EphemeralStorage"), "Size"),
        .runtime = json_string_value(json_object_get(config, "Runtime")),
        .log_group = text_in(config, "LoggingConfig", "LogGroup"),
        .log_format =
            format && strcmp(format, "JSON") == 0 ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT,
        .application_log_level = level_in(config, "ApplicationLogLevel"),
        .system_log_level = level_in(config, "SystemLogLevel"),
        .is_per_tenant = json_object_get(config, "TenancyConfig") != NULL,
        .modified_ns = op_now_ns(op),
        .api = config,
    };
    int r = list_variables(config, lists);

    if (r)
        return lamb_raise(err, r, "environment variables");
    r = list_layers(op, config, lists, err);
    s.key.version = version;
    s.variables = (const char *const *)(uintptr_t)lists->variables;
    s.layers = lists->paths;
    set_code(op, base, &s);
    lists->unpacked_bytes += unpacked_code(op, &s);
    if (!r)
        r = check_unpacked(op, lists, err);
    return r ? r : record_new(&s, ret, err);
}

/* How much more code there will be. $LATEST takes the place of the one that is there; a
 * version comes next to BASE, which may be a $LATEST that is not there yet. */
static int64_t
growth(const struct op *op, const struct function_record *record,
       const struct function_record *base)
{
    const struct function_record *latest = op_latest(op);
    int64_t more = (int64_t)record->code_size;

    if (strcmp(record->key.version, "$LATEST") != 0)
        more += (int64_t)base->code_size;
    return more - (latest ? (int64_t)latest->code_size : 0);
}

struct function_record *
config_record(struct op *op, json_t *config, const struct function_record *base,
              const char *version, enum config_settle settle)
{
    int64_t ready_ns = op_now_ns(op) + SETTLE_NS;
    json_t *local = json_object_get(config, LOCAL);
    struct function_record *record = NULL;
    struct lists lists = { 0 };
    struct lamb_err err = { 0 };
    char revision[37];
    int r;

    lamb_uuid4(revision);
    if (op->told || settle == SETTLE_AT_ONCE) /* a start does not wait for itself */
        ready_ns = 0;
    (void)json_object_update_new(
        local, json_pack("{s:I, s:b, s:s}", "ReadyNs", (json_int_t)ready_ns, "IsNew",
                         settle == SETTLE_CREATED, "RevisionReady", revision));
    if (!op_is_whole(op)) {
        json_decref(config);
        return NULL;
    }
    r = build(op, config, base, version, &lists, &record, &err);
    free_lists(&lists);
    json_decref(config);
    if (r == -EINVAL)
        op_refuse(op, "InvalidParameterValueException", "%s", err.text);
    else if (r)
        op_refuse(op, "ServiceException", "%s", err.text);
    if (r || code_storage_has_room(op, growth(op, record, base)))
        return r ? NULL : record;
    record_unref(record);
    return NULL;
}

/* -- what is shown ------------------------------------------------------------------
 */

json_t *
config_time(int64_t ns)
{
    char text[LAMB_TIME_SIZE];

    lamb_time_iso_ms(ns, text);
    return json_sprintf("%.23s+0000", text); /* for the Z */
}

static const json_t *
local_of(const struct function_record *record)
{
    return json_object_get(record->api, LOCAL);
}

static bool
is_settled(const struct op *op, const struct function_record *record)
{
    return op_now_ns(op) >=
           json_integer_value(json_object_get(local_of(record), "ReadyNs"));
}

const char *
config_revision(const struct op *op, const struct function_record *record)
{
    const char *touched = json_string_value(
        json_object_get(op_find(op, "function", record->key.name, ""), "Revision"));
    const char *ready =
        json_string_value(json_object_get(local_of(record), "RevisionReady"));

    if (touched && strcmp(record->key.version, "$LATEST") == 0)
        return touched; /* tags or permissions changed since */
    return ready && is_settled(op, record) ? ready : record->revision;
}

/* State and LastUpdateStatus. */
static void
show_state(const struct op *op, const struct function_record *record, unsigned flags,
           json_t *view)
{
    bool is_new = json_is_true(json_object_get(local_of(record), "IsNew"));
    bool is_ready = is_settled(op, record);
    bool is_pending = (flags & VIEW_CREATED) || (!is_ready && is_new);

    (void)json_object_set_new(view, "State",
                              json_string(is_pending ? "Pending" : "Active"));
    if (is_pending) {
        (void)json_object_set_new(view, "StateReason",
                                  json_string("The function is being created."));
        (void)json_object_set_new(view, "StateReasonCode", json_string("Creating"));
        if (!(flags & VIEW_CREATED))
            (void)json_object_set_new(view, "LastUpdateStatus",
                                      json_string("InProgress"));
        return;
    }
    (void)json_object_set_new(view, "LastUpdateStatus",
                              json_string(is_ready ? "Successful" : "InProgress"));
    if (is_ready)
        return;
    (void)json_object_set_new(view, "LastUpdateStatusReason",
                              json_string("The function is being created."));
    (void)json_object_set_new(view, "LastUpdateStatusReasonCode",
                              json_string("Creating"));
}

json_t *
config_view(const struct op *op, const struct function_record *record,
            const char *qualifier, unsigned flags)
{
    char version[RUNTIME_VERSION_ARN_SIZE];
    json_t *view = config_of(op, record);

    if (!view)
        return NULL;
    (void)json_object_del(view, LOCAL);
    (void)json_object_update_new(
        view,
        json_pack("{s:s, s:o, s:I, s:s, s:s, s:s, s:o}", "FunctionName",
                  record->key.name, "FunctionArn",
                  json_sprintf("arn:aws:lambda:%s:%s:function:%s%s%s",
                               record->key.region, record->key.account,
                               record->key.name, qualifier ? ":" : "",
                               qualifier ? qualifier : ""),
                  "CodeSize", (json_int_t)record->code_size, "CodeSha256",
                  record->code_sha256 ? record->code_sha256 : "", "Version",
                  record->key.version, "RevisionId",
                  flags & VIEW_FRESH ? record->revision : config_revision(op, record),
                  "LastModified", config_time(record->modified_ns)));
    if (flags & VIEW_LISTED)
        return view;
    runtime_version_arn(record->key.region, record->config.runtime, version);
    (void)json_object_set_new(view, "RuntimeVersionConfig",
                              json_pack("{s:s}", "RuntimeVersionArn", version));
    show_state(op, record, flags, view);
    return view;
}

/* -- may it be changed? -------------------------------------------------------------
 */

bool
config_may_change(struct op *op, const struct function_record *record)
{
    bool is_new = json_is_true(json_object_get(local_of(record), "IsNew"));

    if (is_settled(op, record))
        return true;
    if (is_new)
        op_refuse(op, "ResourceConflictException",
                  "The operation cannot be performed at this time. The function is "
                  "currently in the following state: Pending");
    else
        op_refuse(op, "ResourceConflictException", /* 42 */
                  "The operation cannot be performed at this time. An update is in "
                  "progress for resource: %s",
                  record->arn);
    return false;
}

bool
config_has_revision(struct op *op, const struct function_record *record)
{
    const char *wanted = op_text(op, "RevisionId");

    if (!wanted || strcmp(wanted, config_revision(op, record)) == 0)
        return true;
    op_refuse(
        op, "PreconditionFailedException", /* 43 */
        "The Revision Id provided does not match the latest Revision Id. Call the "
        "GetFunction/GetAlias API to retrieve the latest Revision Id");
    return false;
}
