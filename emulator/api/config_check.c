/* SPDX-License-Identifier: Apache-2.0 */

/* config_check - what the service refuses beyond the model: runtimes, variables, sizes.
 */

#include <stdlib.h>

#include "emulator/api/lambda_config.h"
#include "sdk/base/auto.h"
#include "sdk/base/limits.h"

/* In the order in which the service prints them. */
static const char *const runtimes[] = {
    "nodejs20.x", "python3.14", "provided.al2023", "python3.12",   "python3.13",
    "nodejs24.x", "nodejs22.x", "java25",          "python3.10",   "python3.11",
    "java21",     "ruby3.3",    "ruby3.4",         "ruby3.2",      "python3.8",
    "python3.9",  "java17",     "nodejs16.x",      "dotnet10",     "dotnet8",
    "java11",     "dotnet6",    "nodejs18.x",      "provided.al2", "java8.al2",
};
/* Newer than that recording. */
static const char *const newer_runtimes[] = { "ruby4.0",       "nodejs26.x",
                                              "python3.15",    "java8.al2023",
                                              "java11.al2023", "java17.al2023" };
static const char *const old_runtimes[] = { "java8",     "go1.x",        "provided",
                                            "ruby2.7",   "nodejs14.x",   "nodejs12.x",
                                            "python3.7", "dotnetcore3.1" };
static const char *const snap_start[] = { "java11",     "java17",     "java21",
                                          "java25",     "python3.12", "python3.13",
                                          "python3.14", "dotnet8",    "dotnet10" };
static const char *const reserved_variables[] = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
};
static bool
is_in(const char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

static bool
is_runtime(const char *runtime)
{
    return is_in(runtimes, LAMB_COUNT(runtimes), runtime) ||
           is_in(newer_runtimes, LAMB_COUNT(newer_runtimes), runtime) ||
           is_in(old_runtimes, LAMB_COUNT(old_runtimes), runtime);
}

static void
list_runtimes(struct lamb_buf *ret)
{
    for (size_t i = 0; i < LAMB_COUNT(runtimes); i++)
        (void)lamb_buf_printf(ret, "%s%s", i ? ", " : "[", runtimes[i]);
    (void)lamb_buf_char(ret, ']');
}

static bool
check_runtime(struct op *op, const char *runtime)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(8192);

    if (is_runtime(runtime) && !is_in(old_runtimes, LAMB_COUNT(old_runtimes), runtime))
        return true;
    if (is_in(old_runtimes, LAMB_COUNT(old_runtimes), runtime)) { /* 22 */
        op_refuse(op, "InvalidParameterValueException",
                  "The runtime parameter of %s is no longer supported for creating or "
                  "updating AWS Lambda functions. We recommend you use a supported "
                  "runtime while creating or updating functions.",
                  runtime);
        return false;
    }
    (void)lamb_buf_printf(&text, /* 21 */
                          "Value %.200s at 'runtime' failed to satisfy constraint: "
                          "Member must satisfy enum value set: ",
                          runtime);
    list_runtimes(&text);
    (void)lamb_buf_str(&text, " or be a valid ARN");
    op_refuse_text(op, "InvalidParameterValueException", lamb_buf_cstr(&text));
    return false;
}

static bool
check_variables(struct op *op, json_t *variables)
{
    LAMB_AUTOFREE char *text =
        variables ? json_dumps(variables, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    LAMB_AUTOBUF struct lamb_buf used = LAMB_BUF_INIT(8192);
    const char *name;
    json_t *value;

    json_object_foreach(variables, name, value)
    {
        if (is_in(reserved_variables, LAMB_COUNT(reserved_variables), name))
            (void)lamb_buf_printf(&used, "%s%s", used.len ? ", " : "", name);
    }
    if (used.len) { /* 30 */
        op_refuse(op, "InvalidParameterValueException",
                  "Lambda was unable to configure your environment variables because "
                  "the environment variables you have provided contains reserved keys "
                  "that are currently not supported for modification. Reserved keys "
                  "used in this request: %s",
                  lamb_buf_cstr(&used));
        return false;
    }
    if (!text || strlen(text) <= LAMB_LIMIT_FUNCTION_ENV)
        return true;
    op_refuse(op, "InvalidParameterValueException", /* 29 */
              "Lambda was unable to configure your environment variables because the "
              "environment variables you have provided exceeded the 4KB limit. String "
              "measured: %s",
              text);
    return false;
}

static bool
check_snap_start(struct op *op, const json_t *config, const char *runtime)
{
    const char *apply_on = json_string_value(
        json_object_get(json_object_get(config, "SnapStart"), "ApplyOn"));

    if (!apply_on || strcmp(apply_on, "None") == 0 ||
        is_in(snap_start, LAMB_COUNT(snap_start), runtime))
        return true;
    op_refuse(op, "InvalidParameterValueException", /* 39 */
              "%s is not supported for SnapStart enabled functions.", runtime);
    return false;
}

/* What this emulator does not do, in words of its own. */
static bool
check_support(struct op *op)
{
    static const char *const members[] = { "DurableConfig", "PublishTo",
                                           "ImageConfig" };
    const char *package = op_text(op, "PackageType");

    if (op_member(op, "CapacityProviderConfig")) { /* 47 */
        op_refuse(
            op, "InvalidParameterValueException",
            "CapacityProviderConfig isn't supported for Lambda Default functions.");
        return false;
    }
    for (size_t i = 0; i < LAMB_COUNT(members); i++)
        if (op_member(op, members[i])) {
            op_refuse(op, "InvalidParameterValueException",
                      "%s is not supported by this emulator", members[i]);
            return false;
        }
    if (!package || strcmp(package, "Zip") == 0)
        return true;
    op_refuse(
        op, "InvalidParameterValueException",
        "Container images (PackageType Image) are not supported by this emulator");
    return false;
}

bool
config_check(struct op *op, const json_t *config)
{
    const char *runtime = json_string_value(json_object_get(config, "Runtime"));
    const char *handler = json_string_value(json_object_get(config, "Handler"));
    json_t *variables =
        json_object_get(json_object_get(config, "Environment"), "Variables");
    int64_t memory_max = op_quota(op, QUOTA_FUNCTION_MEMORY_MB);

    if (!check_support(op))
        return false;
    if (!runtime || !handler) {
        op_refuse(op, "InvalidParameterValueException",
                  "Runtime and Handler are mandatory parameters for functions created "
                  "with deployment packages.");
        return false;
    }
    if (json_integer_value(json_object_get(config, "MemorySize")) > memory_max) {
        op_refuse(op, "InvalidParameterValueException", /* 32 */
                  "'MemorySize' value failed to satisfy constraint: Member must have "
                  "value less than or equal to %lld",
                  (long long)memory_max);
        return false;
    }
    return check_runtime(op, runtime) && check_variables(op, variables) &&
           check_snap_start(op, config, runtime);
}
