/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/template/function_calls.h"

#include <errno.h>

#include "emulator/template/step.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/nearest.h"

/* -- functions -------------------------------------------------------------------- */

static int
add_function_basics(struct template *t, const struct resource *resource,
                    struct template_call *call)
{
    char role[256];
    int r = step_begin(t, call, "CreateFunction");

    if (!r)
        r = step_set_text(t, call->members, "FunctionName", resource_name(t, resource));
    if (!r && !json_object_get(resource->json, "Role")) {
        if (lamb_format(role, sizeof(role), "arn:aws:iam::%s:role/%.64s", t->account,
                        resource->id))
            return step_no_memory(t);
        r = step_set_text(t, call->members, "Role", role);
    }
    return r;
}

static const struct rename function_members[] = {
    { "Architectures", NULL },
    { "CodeSigningConfigArn", NULL },
    { "Description", NULL },
    { "DurableConfig", NULL },
    { "Environment", NULL },
    { "EphemeralStorage", NULL },
    { "FileSystemConfigs", NULL },
    { "Handler", NULL },
    { "ImageConfig", NULL },
    { "KmsKeyArn", "KMSKeyArn" },
    { "Layers", NULL },
    { "LoggingConfig", NULL },
    { "MemorySize", NULL },
    { "PackageType", NULL },
    { "Role", NULL },
    { "Runtime", NULL },
    { "SnapStart", NULL },
    { "TenancyConfig", NULL },
    { "Timeout", NULL },
    { "VpcConfig", NULL },
};

/* DeadLetterQueue and Tracing have other shapes in the API. */
static int
set_sam_shapes(struct template *t, const json_t *from, json_t *to)
{
    const char *target =
        step_text(json_object_get(from, "DeadLetterQueue"), "TargetArn");
    const char *tracing = step_text(from, "Tracing");
    json_t *value;

    if (target) {
        value = json_pack("{s:s}", "TargetArn", target);
        if (json_object_set_new(to, "DeadLetterConfig", value))
            return step_no_memory(t);
    }
    if (tracing && strcmp(tracing, "Disabled") != 0) {
        value = json_pack("{s:s}", "Mode", tracing);
        if (json_object_set_new(to, "TracingConfig", value))
            return step_no_memory(t);
    }
    return 0;
}

static int
create_sam_function(struct template *t, struct resource *resource,
                    struct template_call *ret)
{
    static const struct rename tags = { "Tags", NULL };
    int r;

    if (json_object_get(resource->json, "InlineCode"))
        return step_refuse(t, resource, "InlineCode is not supported: give CodeUri");
    if (json_object_get(resource->json, "ImageUri"))
        return step_refuse(t, resource,
                           "container images are not supported: give CodeUri");
    r = add_function_basics(t, resource, ret);
    if (!r)
        r = step_copy(t, resource->json, ret->members, function_members,
                      LAMB_COUNT(function_members));
    if (!r)
        r = step_copy(t, resource->json, ret->members, &tags, 1);
    if (!r)
        r = set_sam_shapes(t, resource->json, ret->members);
    return r ? r : step_add_code(t, resource, "CodeUri", "Code", ret);
}

static int
create_function(struct template *t, struct resource *resource,
                struct template_call *ret)
{
    static const struct rename others[] = { { "DeadLetterConfig", NULL },
                                            { "TracingConfig", NULL } };
    int r;

    if (!json_object_get(resource->json, "Code"))
        return step_refuse(t, resource, "it has no Code");
    r = add_function_basics(t, resource, ret);
    if (!r)
        r = step_copy(t, resource->json, ret->members, function_members,
                      LAMB_COUNT(function_members));
    if (!r)
        r = step_copy(t, resource->json, ret->members, others, LAMB_COUNT(others));
    if (!r)
        r = step_set_tags(t, json_object_get(resource->json, "Tags"), ret->members);
    return r ? r : step_add_code(t, resource, "Code", "Code", ret);
}

/* Begin a call about the function RESOURCE. */
static int
begin_of(struct template *t, const struct resource *resource, const char *operation,
         struct template_call *ret)
{
    int r = step_begin(t, ret, operation);

    return r ? r
             : step_set_text(t, ret->members, "FunctionName",
                             resource_name(t, resource));
}

/* A call about the function and its AutoPublishAlias, where it has one. */
static int
begin_qualified(struct template *t, const struct resource *resource,
                const char *operation, struct template_call *ret)
{
    const char *alias = step_text(resource->json, "AutoPublishAlias");
    int r = begin_of(t, resource, operation, ret);

    return r || !alias ? r : step_set_text(t, ret->members, "Qualifier", alias);
}

static int
put_concurrency(struct template *t, struct resource *resource,
                struct template_call *ret)
{
    static const struct rename names[] = { { "ReservedConcurrentExecutions", NULL } };
    int r;

    if (!json_object_get(resource->json, names[0].property))
        return STEP_NOTHING;
    r = begin_of(t, resource, "PutFunctionConcurrency", ret);
    return r ? r : step_copy(t, resource->json, ret->members, names, LAMB_COUNT(names));
}

static int
put_recursion(struct template *t, struct resource *resource, struct template_call *ret)
{
    static const struct rename names[] = { { "RecursiveLoop", NULL } };
    int r;

    if (!json_object_get(resource->json, names[0].property))
        return STEP_NOTHING;
    r = begin_of(t, resource, "PutFunctionRecursionConfig", ret);
    return r ? r : step_copy(t, resource->json, ret->members, names, LAMB_COUNT(names));
}

static int
publish(struct template *t, struct resource *resource, struct template_call *ret)
{
    static const struct rename names[] = { { "VersionDescription", "Description" } };
    int r;

    if (!json_object_get(resource->json, "AutoPublishAlias"))
        return STEP_NOTHING;
    r = begin_of(t, resource, "PublishVersion", ret);
    return r ? r : step_copy(t, resource->json, ret->members, names, LAMB_COUNT(names));
}

static const char *
learned_version(const struct template *t, const struct resource *resource)
{
    for (const struct learned *l = t->learned; l; l = l->next)
        if (strcmp(l->id, resource->id) == 0 && strcmp(l->attribute, "Version") == 0)
            return l->value;
    return NULL;
}

static int
auto_alias(struct template *t, struct resource *resource, struct template_call *ret)
{
    static const struct rename names[] = { { "AutoPublishAlias", "Name" } };
    const char *version = learned_version(t, resource);
    int r;

    if (!json_object_get(resource->json, "AutoPublishAlias"))
        return STEP_NOTHING;
    if (!version)
        return step_refuse(t, resource, "its version was not published");
    r = begin_of(t, resource, "CreateAlias", ret);
    if (!r)
        r = step_copy(t, resource->json, ret->members, names, LAMB_COUNT(names));
    return r ? r : step_set_text(t, ret->members, "FunctionVersion", version);
}

static int
put_provisioned(struct template *t, struct resource *resource,
                struct template_call *ret)
{
    const json_t *config =
        json_object_get(resource->json, "ProvisionedConcurrencyConfig");
    int r;

    if (!config)
        return STEP_NOTHING;
    if (!json_object_get(resource->json, "AutoPublishAlias"))
        return step_refuse(t, resource,
                           "ProvisionedConcurrencyConfig needs an AutoPublishAlias");
    r = begin_qualified(t, resource, "PutProvisionedConcurrencyConfig", ret);
    return r ? r : step_copy_all(t, config, ret->members);
}

/* Without the Type that SAM adds to a destination. */
static json_t *
without_types(const json_t *destinations)
{
    json_t *all = json_deep_copy(destinations);
    const char *key;
    json_t *value;

    json_object_foreach(all, key, value)(void) json_object_del(value, "Type");
    return all;
}

static int
put_invoke_config(struct template *t, struct resource *resource,
                  struct template_call *ret)
{
    const json_t *config = json_object_get(resource->json, "EventInvokeConfig");
    const json_t *destinations = json_object_get(config, "DestinationConfig");
    int r;

    if (!config)
        return STEP_NOTHING;
    r = begin_qualified(t, resource, "PutFunctionEventInvokeConfig", ret);
    if (!r)
        r = step_copy_all(t, config, ret->members);
    if (!r && destinations &&
        json_object_set_new(ret->members, "DestinationConfig",
                            without_types(destinations)))
        r = step_no_memory(t);
    return r;
}

static int
create_url(struct template *t, struct resource *resource, struct template_call *ret)
{
    const json_t *config = json_object_get(resource->json, "FunctionUrlConfig");
    int r;

    if (!config)
        return STEP_NOTHING;
    r = begin_qualified(t, resource, "CreateFunctionUrlConfig", ret);
    return r ? r : step_copy_all(t, config, ret->members);
}

/* SAM lets everybody call a URL without authorization. */
static int
open_url(struct template *t, struct resource *resource, struct template_call *ret)
{
    const json_t *config = json_object_get(resource->json, "FunctionUrlConfig");
    const char *auth = step_text(config, "AuthType");
    int r;

    if (!auth || strcmp(auth, "NONE") != 0)
        return STEP_NOTHING;
    r = begin_qualified(t, resource, "AddPermission", ret);
    if (!r)
        r = step_set_text(t, ret->members, "StatementId",
                          "FunctionURLAllowPublicAccess");
    if (!r)
        r = step_set_text(t, ret->members, "Action", "lambda:InvokeFunctionUrl");
    if (!r)
        r = step_set_text(t, ret->members, "Principal", "*");
    return r ? r : step_set_text(t, ret->members, "FunctionUrlAuthType", "NONE");
}

const step_fn sam_function_steps[SAM_FUNCTION_STEPS] = {
    create_sam_function, put_concurrency,   put_recursion, publish,  auto_alias,
    put_provisioned,     put_invoke_config, create_url,    open_url,
};

const step_fn function_steps[FUNCTION_STEPS] = { create_function, put_concurrency,
                                                 put_recursion };

/* -- events of a function of SAM -------------------------------------------------- */

static const struct {
    const char *type;
    const struct shape *shape; /* NULL: lamb does not make it */
    const char *source;        /* property with the ARN */
} event_types[] = {
    { "SQS", &spec_queue_event, "Queue" },
    { "Kinesis", &spec_stream_event, "Stream" },
    { "DynamoDB", &spec_stream_event, "Stream" },
    { "AlexaSkill", NULL, NULL },
    { "Api", NULL, NULL },
    { "CloudWatchEvent", NULL, NULL },
    { "CloudWatchLogs", NULL, NULL },
    { "Cognito", NULL, NULL },
    { "DocumentDB", NULL, NULL },
    { "EventBridgeRule", NULL, NULL },
    { "HttpApi", NULL, NULL },
    { "IoTRule", NULL, NULL },
    { "MQ", NULL, NULL },
    { "MSK", NULL, NULL },
    { "S3", NULL, NULL },
    { "Schedule", NULL, NULL },
    { "ScheduleV2", NULL, NULL },
    { "SelfManagedKafka", NULL, NULL },
    { "SNS", NULL, NULL },
};

static int
find_event_type(struct template *t, const struct pair *event, size_t *ret)
{
    const struct node *type = node_find(event->value, "Type");
    const char *near;

    if (!type || type->kind != NODE_TEXT)
        return scope_refuse(&t->scope, event->place, "the event '%s' has no Type",
                            event->key);
    for (*ret = 0; *ret < LAMB_COUNT(event_types); ++*ret)
        if (strcmp(event_types[*ret].type, type->text) == 0)
            return 0;
    near = lamb_nearest(type->text, &event_types[0].type, LAMB_COUNT(event_types),
                        sizeof(event_types[0]));
    if (near)
        return scope_refuse(&t->scope, type->place,
                            "there is no event type '%s': did you mean '%s'?",
                            type->text, near);
    return scope_refuse(&t->scope, type->place, "there is no event type '%s'",
                        type->text);
}

static int
make_mapping(struct template *t, struct resource *resource, const struct pair *event,
             size_t type, struct template_call *ret)
{
    const struct node *properties = node_find(event->value, "Properties");
    const json_t *destinations;
    const json_t *source;
    json_t *json = NULL;
    char what[160];
    int r;

    if (!properties)
        return scope_refuse(&t->scope, event->place, "the event '%s' has no Properties",
                            event->key);
    if (lamb_format(what, sizeof(what), "the event '%.100s'", event->key))
        return step_no_memory(t);
    r = resolve(&t->scope, properties, &properties);
    if (!r)
        r = spec_convert(&t->scope, what, event_types[type].shape, properties, &json);
    if (r)
        return r;
    source = json_object_get(json, event_types[type].source);
    destinations = json_object_get(json, "DestinationConfig");
    if (!source)
        r = scope_refuse(&t->scope, event->place, "the event '%s' has no %s",
                         event->key, event_types[type].source);
    if (!r)
        r = begin_qualified(t, resource, "CreateEventSourceMapping", ret);
    if (!r && json_object_get(ret->members, "Qualifier")) {
        /* a mapping has its qualifier in the name */
        LAMB_AUTOBUF struct lamb_buf name = LAMB_BUF_INIT(512);

        (void)lamb_buf_printf(&name, "%s:%s", resource_name(t, resource),
                              step_text(ret->members, "Qualifier"));
        (void)json_object_del(ret->members, "Qualifier");
        r = step_set_text(t, ret->members, "FunctionName", lamb_buf_cstr(&name));
    }
    if (!r)
        r = step_copy_all(t, json, ret->members);
    if (!r) {
        json_t *arn = json_incref((json_t *)(uintptr_t)source);

        (void)json_object_del(ret->members, event_types[type].source);
        if (json_object_set_new(ret->members, "EventSourceArn", arn) ||
            (destinations && json_object_set_new(ret->members, "DestinationConfig",
                                                 without_types(destinations))))
            r = step_no_memory(t);
    }
    json_decref(json);
    return r;
}

int
sam_function_event(struct template *t, struct resource *resource, size_t i,
                   struct template_call *ret)
{
    const struct node *events = node_find(resource->properties, "Events");
    const struct pair *event;
    size_t type;
    int r;

    if (!events || node_is_null(events) ||
        (events->kind == NODE_MAP && i >= events->n_pairs))
        return TEMPLATE_E_END;
    if (events->kind != NODE_MAP)
        return scope_refuse(&t->scope, events->place, "Events is a map");
    event = &events->pairs[i];
    r = find_event_type(t, event, &type);
    if (r)
        return r;
    if (event_types[type].shape)
        return make_mapping(t, resource, event, type, ret);
    template_ignore(t, "%s of %s (event %s)", event->key, resource->id,
                    event_types[type].type);
    return STEP_NOTHING;
}
