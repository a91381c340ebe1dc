/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/template/spec.h"

#include <errno.h>

#include "sdk/base/enum.h"
#include "sdk/base/nearest.h"
#include "sdk/base/num.h"

#define SHAPE(list)                                                                    \
    {                                                                                  \
        list, LAMB_COUNT(list)                                                         \
    }
#define TEXT(name_)                                                                    \
    {                                                                                  \
        .name = name_, .kind = PROPERTY_TEXT                                           \
    }
#define INTEGER(name_)                                                                 \
    {                                                                                  \
        .name = name_, .kind = PROPERTY_INTEGER                                        \
    }
#define BOOL(name_)                                                                    \
    {                                                                                  \
        .name = name_, .kind = PROPERTY_BOOL                                           \
    }
#define TEXTS(name_)                                                                   \
    {                                                                                  \
        .name = name_, .kind = PROPERTY_TEXTS                                          \
    }
#define MAP(name_)                                                                     \
    {                                                                                  \
        .name = name_, .kind = PROPERTY_MAP                                            \
    }
#define ANY(name_)                                                                     \
    {                                                                                  \
        .name = name_, .kind = PROPERTY_ANY                                            \
    }
#define OBJECT(name_, of_)                                                             \
    {                                                                                  \
        .name = name_, .kind = PROPERTY_OBJECT, .of = of_                              \
    }
#define LIST(name_, of_)                                                               \
    {                                                                                  \
        .name = name_, .kind = PROPERTY_LIST, .of = of_                                \
    }

/* -- parts ------------------------------------------------------------------------ */

static const struct property environment_list[] = { MAP("Variables") };
static const struct shape environment = SHAPE(environment_list);

static const struct property storage_list[] = { INTEGER("Size") };
static const struct shape storage = SHAPE(storage_list);

static const struct property file_system_list[] = { TEXT("Arn"),
                                                    TEXT("LocalMountPath") };
static const struct shape file_system = SHAPE(file_system_list);

static const struct property logging_list[] = {
    TEXT("ApplicationLogLevel"),
    TEXT("LogFormat"),
    TEXT("LogGroup"),
    TEXT("SystemLogLevel"),
};
static const struct shape logging = SHAPE(logging_list);

static const struct property dead_letter_list[] = { TEXT("TargetArn"), TEXT("Type") };
static const struct shape sam_dead_letter = SHAPE(dead_letter_list);
static const struct shape dead_letter = { dead_letter_list, 1 };

static const struct property destination_list[] = { TEXT("Destination"), TEXT("Type") };
static const struct shape sam_destination = SHAPE(destination_list);
static const struct shape destination = { destination_list, 1 };

static const struct property sam_destinations_list[] = {
    OBJECT("OnFailure", &sam_destination),
    OBJECT("OnSuccess", &sam_destination),
};
static const struct shape sam_destinations = SHAPE(sam_destinations_list);

static const struct property destinations_list[] = {
    OBJECT("OnFailure", &destination),
    OBJECT("OnSuccess", &destination),
};
static const struct shape destinations = SHAPE(destinations_list);

static const struct property sam_invoke_config_list[] = {
    OBJECT("DestinationConfig", &sam_destinations),
    INTEGER("MaximumEventAgeInSeconds"),
    INTEGER("MaximumRetryAttempts"),
};
static const struct shape sam_invoke_config = SHAPE(sam_invoke_config_list);

static const struct property cors_list[] = {
    BOOL("AllowCredentials"), TEXTS("AllowHeaders"),  TEXTS("AllowMethods"),
    TEXTS("AllowOrigins"),    TEXTS("ExposeHeaders"), INTEGER("MaxAge"),
};
static const struct shape cors = SHAPE(cors_list);

static const struct property sam_url_list[] = {
    TEXT("AuthType"),
    OBJECT("Cors", &cors),
    TEXT("InvokeMode"),
};
static const struct shape sam_url = SHAPE(sam_url_list);

static const struct property provisioned_list[] = {
    INTEGER("ProvisionedConcurrentExecutions"),
};
static const struct shape provisioned = SHAPE(provisioned_list);

static const struct property tenancy_list[] = { TEXT("TenantIsolationMode") };
static const struct shape tenancy = SHAPE(tenancy_list);

static const struct property tag_list[] = { TEXT("Key"), TEXT("Value") };
static const struct shape tag = SHAPE(tag_list);

static const struct property filter_list[] = { TEXT("Pattern") };
static const struct shape filter = SHAPE(filter_list);

static const struct property filters_list[] = { LIST("Filters", &filter) };
static const struct shape filters = SHAPE(filters_list);

static const struct property scaling_list[] = { INTEGER("MaximumConcurrency") };
static const struct shape scaling = SHAPE(scaling_list);

/* -- resources of SAM ------------------------------------------------------------- */

static const struct property sam_function_list[] = {
    TEXTS("Architectures"),
    ANY("AssumeRolePolicyDocument"),
    TEXT("AutoPublishAlias"),
    BOOL("AutoPublishAliasAllProperties"),
    TEXT("AutoPublishCodeSha256"),
    ANY("CapacityProviderConfig"),
    TEXT("CodeSigningConfigArn"),
    ANY("CodeUri"),
    OBJECT("DeadLetterQueue", &sam_dead_letter),
    ANY("DeploymentPreference"),
    TEXT("Description"),
    ANY("DurableConfig"),
    OBJECT("Environment", &environment),
    OBJECT("EphemeralStorage", &storage),
    OBJECT("EventInvokeConfig", &sam_invoke_config),
    ANY("Events"),
    LIST("FileSystemConfigs", &file_system),
    TEXT("FunctionName"),
    ANY("FunctionScalingConfig"),
    OBJECT("FunctionUrlConfig", &sam_url),
    TEXT("Handler"),
    ANY("ImageConfig"),
    TEXT("ImageUri"),
    TEXT("InlineCode"),
    TEXT("KmsKeyArn"),
    TEXTS("Layers"),
    OBJECT("LoggingConfig", &logging),
    INTEGER("MemorySize"),
    TEXT("PackageType"),
    TEXT("PermissionsBoundary"),
    ANY("Policies"),
    BOOL("PropagateTags"),
    OBJECT("ProvisionedConcurrencyConfig", &provisioned),
    BOOL("PublishToLatestPublished"),
    TEXT("RecursiveLoop"),
    INTEGER("ReservedConcurrentExecutions"),
    TEXT("Role"),
    TEXT("RolePath"),
    TEXT("Runtime"),
    ANY("RuntimeManagementConfig"),
    ANY("SnapStart"),
    TEXT("SourceKMSKeyArn"),
    MAP("Tags"),
    OBJECT("TenancyConfig", &tenancy),
    INTEGER("Timeout"),
    TEXT("Tracing"),
    TEXT("VersionDeletionPolicy"),
    TEXT("VersionDescription"),
    ANY("VpcConfig"),
};
const struct shape spec_sam_function = SHAPE(sam_function_list);

static const struct property sam_layer_list[] = {
    TEXTS("CompatibleArchitectures"),
    TEXTS("CompatibleRuntimes"),
    ANY("ContentUri"),
    TEXT("Description"),
    TEXT("LayerName"),
    TEXT("LicenseInfo"),
    BOOL("PublishLambdaVersion"),
    TEXT("RetentionPolicy"),
};
const struct shape spec_sam_layer = SHAPE(sam_layer_list);

/* The part that all event source mappings of SAM share comes first. */
static const struct property queue_event_list[] = {
    TEXT("Queue"),
    INTEGER("BatchSize"),
    BOOL("Enabled"),
    OBJECT("FilterCriteria", &filters),
    TEXTS("FunctionResponseTypes"),
    TEXT("KmsKeyArn"),
    INTEGER("MaximumBatchingWindowInSeconds"),
    ANY("MetricsConfig"),
    OBJECT("ScalingConfig", &scaling),
};
const struct shape spec_queue_event = SHAPE(queue_event_list);

static const struct property stream_event_list[] = {
    TEXT("Stream"),
    INTEGER("BatchSize"),
    BOOL("BisectBatchOnFunctionError"),
    OBJECT("DestinationConfig", &sam_destinations),
    BOOL("Enabled"),
    OBJECT("FilterCriteria", &filters),
    TEXTS("FunctionResponseTypes"),
    TEXT("KmsKeyArn"),
    INTEGER("MaximumBatchingWindowInSeconds"),
    INTEGER("MaximumRecordAgeInSeconds"),
    INTEGER("MaximumRetryAttempts"),
    ANY("MetricsConfig"),
    INTEGER("ParallelizationFactor"),
    TEXT("StartingPosition"),
    INTEGER("StartingPositionTimestamp"),
    INTEGER("TumblingWindowInSeconds"),
};
const struct shape spec_stream_event = SHAPE(stream_event_list);

/* -- resources of CloudFormation -------------------------------------------------- */

static const struct property tracing_list[] = { TEXT("Mode") };
static const struct shape tracing = SHAPE(tracing_list);

static const struct property function_list[] = {
    TEXTS("Architectures"),
    ANY("CapacityProviderConfig"),
    ANY("Code"),
    TEXT("CodeSigningConfigArn"),
    OBJECT("DeadLetterConfig", &dead_letter),
    TEXT("Description"),
    ANY("DurableConfig"),
    OBJECT("Environment", &environment),
    OBJECT("EphemeralStorage", &storage),
    LIST("FileSystemConfigs", &file_system),
    TEXT("FunctionName"),
    ANY("FunctionScalingConfig"),
    TEXT("Handler"),
    ANY("ImageConfig"),
    TEXT("KmsKeyArn"),
    TEXTS("Layers"),
    OBJECT("LoggingConfig", &logging),
    INTEGER("MemorySize"),
    TEXT("PackageType"),
    BOOL("PublishToLatestPublished"),
    TEXT("RecursiveLoop"),
    INTEGER("ReservedConcurrentExecutions"),
    TEXT("Role"),
    TEXT("Runtime"),
    ANY("RuntimeManagementConfig"),
    ANY("SnapStart"),
    LIST("Tags", &tag),
    OBJECT("TenancyConfig", &tenancy),
    INTEGER("Timeout"),
    OBJECT("TracingConfig", &tracing),
    ANY("VpcConfig"),
};
const struct shape spec_function = SHAPE(function_list);

static const struct property layer_list[] = {
    TEXTS("CompatibleArchitectures"),
    TEXTS("CompatibleRuntimes"),
    ANY("Content"),
    TEXT("Description"),
    TEXT("LayerName"),
    TEXT("LicenseInfo"),
};
const struct shape spec_layer = SHAPE(layer_list);

static const struct property version_list[] = {
    TEXT("CodeSha256"),
    TEXT("Description"),
    TEXT("FunctionName"),
    ANY("FunctionScalingConfig"),
    OBJECT("ProvisionedConcurrencyConfig", &provisioned),
    ANY("RuntimePolicy"),
};
const struct shape spec_version = SHAPE(version_list);

static const struct property weight_list[] = { TEXT("FunctionVersion"),
                                               ANY("FunctionWeight") };
static const struct shape weight = SHAPE(weight_list);
static const struct property routing_list[] = { LIST("AdditionalVersionWeights",
                                                     &weight) };
static const struct shape routing = SHAPE(routing_list);
static const struct property alias_list[] = {
    TEXT("Description"),
    TEXT("FunctionName"),
    TEXT("FunctionVersion"),
    TEXT("Name"),
    OBJECT("ProvisionedConcurrencyConfig", &provisioned),
    OBJECT("RoutingConfig", &routing),
};
const struct shape spec_alias = SHAPE(alias_list);

static const struct property permission_list[] = {
    TEXT("Action"),
    TEXT("EventSourceToken"),
    TEXT("FunctionName"),
    TEXT("FunctionUrlAuthType"),
    BOOL("InvokedViaFunctionUrl"),
    TEXT("Principal"),
    TEXT("PrincipalOrgID"),
    TEXT("SourceAccount"),
    TEXT("SourceArn"),
};
const struct shape spec_permission = SHAPE(permission_list);

static const struct property mapping_list[] = {
    ANY("AmazonManagedKafkaEventSourceConfig"),
    INTEGER("BatchSize"),
    BOOL("BisectBatchOnFunctionError"),
    OBJECT("DestinationConfig", &destinations),
    ANY("DocumentDBEventSourceConfig"),
    BOOL("Enabled"),
    TEXT("EventSourceArn"),
    OBJECT("FilterCriteria", &filters),
    TEXT("FunctionName"),
    TEXTS("FunctionResponseTypes"),
    TEXT("KmsKeyArn"),
    ANY("LoggingConfig"),
    INTEGER("MaximumBatchingWindowInSeconds"),
    INTEGER("MaximumRecordAgeInSeconds"),
    INTEGER("MaximumRetryAttempts"),
    ANY("MetricsConfig"),
    INTEGER("ParallelizationFactor"),
    ANY("ProvisionedPollerConfig"),
    TEXTS("Queues"),
    OBJECT("ScalingConfig", &scaling),
    ANY("SelfManagedEventSource"),
    ANY("SelfManagedKafkaEventSourceConfig"),
    ANY("SourceAccessConfigurations"),
    TEXT("StartingPosition"),
    INTEGER("StartingPositionTimestamp"),
    LIST("Tags", &tag),
    TEXTS("Topics"),
    INTEGER("TumblingWindowInSeconds"),
};
const struct shape spec_mapping = SHAPE(mapping_list);

static const struct property invoke_config_list[] = {
    OBJECT("DestinationConfig", &destinations),
    TEXT("FunctionName"),
    INTEGER("MaximumEventAgeInSeconds"),
    INTEGER("MaximumRetryAttempts"),
    TEXT("Qualifier"),
};
const struct shape spec_invoke_config = SHAPE(invoke_config_list);

static const struct property url_list[] = {
    TEXT("AuthType"),  OBJECT("Cors", &cors),     TEXT("InvokeMode"),
    TEXT("Qualifier"), TEXT("TargetFunctionArn"),
};
const struct shape spec_url = SHAPE(url_list);

/* -- checking and converting ------------------------------------------------------ */

static int
no_memory(struct scope *scope)
{
    return lamb_raise(scope->err, -ENOMEM, "%s", scope->file);
}

static const struct property *
find(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->n; i++)
        if (strcmp(shape->properties[i].name, name) == 0)
            return &shape->properties[i];
    return NULL;
}

int
spec_check_keys(struct scope *scope, const char *what, const struct shape *shape,
                const struct node *node)
{
    const char *near;

    if (node->kind != NODE_MAP)
        return scope_refuse(scope, node->place, "%s is a map", what);
    for (size_t i = 0; i < node->n_pairs; i++) {
        const char *key = node->pairs[i].key;

        if (find(shape, key))
            continue;
        near = lamb_nearest(key, &shape->properties[0].name, shape->n,
                            sizeof(shape->properties[0]));
        if (near)
            return scope_refuse(scope, node->pairs[i].place,
                                "%s has no property '%s': did you mean '%s'?", what,
                                key, near);
        return scope_refuse(scope, node->pairs[i].place, "%s has no property '%s'",
                            what, key);
    }
    return 0;
}

/* What YAML makes of a plain scalar, for what is passed on as it is. */
static json_t *
guess(const struct node *node)
{
    int64_t number;

    if (node_is_null(node))
        return json_null();
    if (node->is_plain && strcmp(node->text, "true") == 0)
        return json_true();
    if (node->is_plain && strcmp(node->text, "false") == 0)
        return json_false();
    if (node->is_plain &&
        lamb_parse_i64(lamb_span_str(node->text), INT64_MIN, INT64_MAX, &number) == 0)
        return json_integer(number);
    return json_string(node->text);
}

static json_t *
pass_on(const struct node *node)
{
    json_t *json = node->kind == NODE_TEXT   ? guess(node)
                   : node->kind == NODE_LIST ? json_array()
                                             : json_object();

    for (size_t i = 0; json && i < node->n_pairs; i++) {
        json_t *value = pass_on(node->pairs[i].value);
        int r = node->kind == NODE_LIST
                    ? json_array_append_new(json, value)
                    : json_object_set_new(json, node->pairs[i].key, value);

        if (r) {
            json_decref(json);
            return NULL;
        }
    }
    return json;
}

static int
convert_scalar(struct scope *scope, const struct property *property,
               const struct node *node, json_t **ret)
{
    static const struct {
        const char *text;
        bool value;
    } bools[] = { { "true", true },   { "false", false }, { "True", true },
                  { "False", false }, { "yes", true },    { "no", false } };
    int64_t number;

    *ret = NULL;
    if (node->kind != NODE_TEXT)
        return scope_refuse(scope, node->place, "'%s' is one value, no list or map",
                            property->name);
    switch (property->kind) {
    case PROPERTY_INTEGER:
        if (lamb_parse_i64(lamb_span_str(node->text), INT64_MIN, INT64_MAX, &number))
            return scope_refuse(scope, node->place, "'%s' is a number, not '%s'",
                                property->name, node->text);
        *ret = json_integer(number);
        break;
    case PROPERTY_BOOL:
        for (size_t i = 0; i < LAMB_COUNT(bools) && !*ret; i++)
            if (strcmp(bools[i].text, node->text) == 0)
                *ret = json_boolean(bools[i].value);
        if (!*ret)
            return scope_refuse(scope, node->place, "'%s' is true or false, not '%s'",
                                property->name, node->text);
        break;
    case PROPERTY_TEXT:
    case PROPERTY_TEXTS:
    case PROPERTY_MAP:
    case PROPERTY_OBJECT:
    case PROPERTY_LIST:
    case PROPERTY_ANY:
        *ret = json_string(node->text);
        break;
    }
    return *ret ? 0 : no_memory(scope);
}

static int convert(struct scope *scope, const struct property *property,
                   const struct node *node, json_t **ret);

/* A list of texts, a list of objects, or a map of texts. */
static int
convert_many(struct scope *scope, const struct property *property,
             const struct node *node, json_t **ret)
{
    bool is_map = property->kind == PROPERTY_MAP;
    const struct property item = { .name = property->name,
                                   .kind = property->kind == PROPERTY_LIST
                                               ? PROPERTY_OBJECT
                                               : PROPERTY_TEXT,
                                   .of = property->of };
    json_t *json;

    if (node->kind != (is_map ? NODE_MAP : NODE_LIST))
        return scope_refuse(scope, node->place, "'%s' is a %s", property->name,
                            is_map ? "map" : "list");
    json = is_map ? json_object() : json_array();
    for (size_t i = 0; json && i < node->n_pairs; i++) {
        json_t *value;
        int r = convert(scope, &item, node->pairs[i].value, &value);

        if (!r)
            r = is_map ? json_object_set_new(json, node->pairs[i].key, value)
                       : json_array_append_new(json, value);
        if (r) {
            json_decref(json);
            return r < -1 ? r : no_memory(scope);
        }
    }
    *ret = json;
    return json ? 0 : no_memory(scope);
}

static int
convert(struct scope *scope, const struct property *property, const struct node *node,
        json_t **ret)
{
    switch (property->kind) {
    case PROPERTY_TEXTS:
    case PROPERTY_MAP:
    case PROPERTY_LIST:
        return convert_many(scope, property, node, ret);
    case PROPERTY_OBJECT:
        return spec_convert(scope, property->name, property->of, node, ret);
    case PROPERTY_ANY:
        *ret = pass_on(node);
        return *ret ? 0 : no_memory(scope);
    case PROPERTY_TEXT:
    case PROPERTY_INTEGER:
    case PROPERTY_BOOL:
        break;
    }
    return convert_scalar(scope, property, node, ret);
}

int
spec_convert(struct scope *scope, const char *what, const struct shape *shape,
             const struct node *node, json_t **ret)
{
    int r = spec_check_keys(scope, what, shape, node);
    json_t *json = r ? NULL : json_object();

    if (!r && !json)
        return no_memory(scope);
    for (size_t i = 0; !r && i < node->n_pairs; i++) {
        json_t *value = NULL;

        r = convert(scope, find(shape, node->pairs[i].key), node->pairs[i].value,
                    &value);
        if (!r && json_object_set_new(json, node->pairs[i].key, value))
            r = no_memory(scope);
    }
    if (r) {
        json_decref(json);
        return r;
    }
    *ret = json;
    return 0;
}
