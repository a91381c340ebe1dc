/* SPDX-License-Identifier: Apache-2.0 */

/*
 * calls - which calls of the Lambda API make a resource. Each kind of resource is a
 * list of steps; a step that has nothing to do is passed over.
 */
#include "emulator/template/function_calls.h"
#include "emulator/template/step.h"
#include "sdk/base/enum.h"
#include "sdk/base/nearest.h"

/* -- the other resources ---------------------------------------------------------- */

static int
publish_layer(struct template *t, struct resource *resource, struct template_call *ret)
{
    static const struct rename names[] = {
        { "CompatibleArchitectures", NULL },
        { "CompatibleRuntimes", NULL },
        { "Description", NULL },
        { "LayerName", NULL },
        { "LicenseInfo", NULL },
    };
    bool is_sam = strcmp(resource->type, "AWS::Serverless::LayerVersion") == 0;
    int r = step_begin(t, ret, "PublishLayerVersion");

    if (!r)
        r = step_copy(t, resource->json, ret->members, names, LAMB_COUNT(names));
    if (!r && !json_object_get(ret->members, "LayerName"))
        r = step_set_text(t, ret->members, "LayerName", resource->id);
    return r ? r
             : step_add_code(t, resource, is_sam ? "ContentUri" : "Content", "Content",
                             ret);
}

/* A resource that is one call with its properties as members. */
static int
plain_call(struct template *t, const struct resource *resource, const char *operation,
           const struct rename *names, size_t n, struct template_call *ret)
{
    int r = step_begin(t, ret, operation);

    if (!r)
        r = step_copy_all(t, resource->json, ret->members);
    for (size_t i = 0; !r && i < n; i++)
        (void)json_object_del(ret->members, names[i].property);
    return r ? r : step_copy(t, resource->json, ret->members, names, n);
}

static int
publish_version(struct template *t, struct resource *resource,
                struct template_call *ret)
{
    return plain_call(t, resource, "PublishVersion", NULL, 0, ret);
}

static int
create_alias(struct template *t, struct resource *resource, struct template_call *ret)
{
    const json_t *weights = json_object_get(
        json_object_get(resource->json, "RoutingConfig"), "AdditionalVersionWeights");
    json_t *map;
    json_t *one;
    size_t i;
    int r = plain_call(t, resource, "CreateAlias", NULL, 0, ret);

    if (r)
        return r;
    (void)json_object_del(ret->members, "ProvisionedConcurrencyConfig");
    if (!weights)
        return 0;
    map = json_object();
    json_array_foreach(weights, i, one)
    {
        const char *version = step_text(one, "FunctionVersion");

        if (version &&
            json_object_set(map, version, json_object_get(one, "FunctionWeight"))) {
            json_decref(map);
            return step_no_memory(t);
        }
    }
    return json_object_set_new(ret->members, "RoutingConfig",
                               json_pack("{s:o}", "AdditionalVersionWeights", map))
               ? step_no_memory(t)
               : 0;
}

static int
alias_provisioned(struct template *t, struct resource *resource,
                  struct template_call *ret)
{
    static const struct rename names[] = { { "FunctionName", NULL },
                                           { "Name", "Qualifier" } };
    const json_t *config =
        json_object_get(resource->json, "ProvisionedConcurrencyConfig");
    int r;

    if (!config)
        return STEP_NOTHING;
    r = step_begin(t, ret, "PutProvisionedConcurrencyConfig");
    if (!r)
        r = step_copy(t, resource->json, ret->members, names, LAMB_COUNT(names));
    return r ? r : step_copy_all(t, config, ret->members);
}

static int
add_permission(struct template *t, struct resource *resource, struct template_call *ret)
{
    int r = plain_call(t, resource, "AddPermission", NULL, 0, ret);

    return r ? r : step_set_text(t, ret->members, "StatementId", resource->id);
}

static int
create_mapping(struct template *t, struct resource *resource, struct template_call *ret)
{
    static const struct rename names[] = { { "KmsKeyArn", "KMSKeyArn" } };
    int r = plain_call(t, resource, "CreateEventSourceMapping", names,
                       LAMB_COUNT(names), ret);

    return r ? r
             : step_set_tags(t, json_object_get(resource->json, "Tags"), ret->members);
}

static int
create_invoke_config(struct template *t, struct resource *resource,
                     struct template_call *ret)
{
    return plain_call(t, resource, "PutFunctionEventInvokeConfig", NULL, 0, ret);
}

static int
create_function_url(struct template *t, struct resource *resource,
                    struct template_call *ret)
{
    static const struct rename names[] = { { "TargetFunctionArn", "FunctionName" } };
    int r = step_begin(t, ret, "CreateFunctionUrlConfig");

    if (!r)
        r = step_copy_all(t, resource->json, ret->members);
    (void)json_object_del(ret->members, names[0].property);
    return r ? r : step_copy(t, resource->json, ret->members, names, LAMB_COUNT(names));
}

static const step_fn layer_steps[] = { publish_layer };
static const step_fn version_steps[] = { publish_version };
static const step_fn alias_steps[] = { create_alias, alias_provisioned };
static const step_fn permission_steps[] = { add_permission };
static const step_fn mapping_steps[] = { create_mapping };
static const step_fn invoke_config_steps[] = { create_invoke_config };
static const step_fn url_steps[] = { create_function_url };

/* -- the table -------------------------------------------------------------------- */

/* A kind of resource: functions before what names them, layers before functions. */
static const struct resource_kind kinds[] = {
    { "AWS::Serverless::LayerVersion", 0, &spec_sam_layer, layer_steps,
      LAMB_COUNT(layer_steps) },
    { "AWS::Lambda::LayerVersion", 0, &spec_layer, layer_steps,
      LAMB_COUNT(layer_steps) },
    { "AWS::Serverless::Function", 1, &spec_sam_function, sam_function_steps,
      LAMB_COUNT(sam_function_steps) },
    { "AWS::Lambda::Function", 1, &spec_function, function_steps,
      LAMB_COUNT(function_steps) },
    { "AWS::Lambda::Version", 2, &spec_version, version_steps,
      LAMB_COUNT(version_steps) },
    { "AWS::Lambda::Alias", 3, &spec_alias, alias_steps, LAMB_COUNT(alias_steps) },
    { "AWS::Lambda::Permission", 4, &spec_permission, permission_steps,
      LAMB_COUNT(permission_steps) },
    { "AWS::Lambda::EventSourceMapping", 4, &spec_mapping, mapping_steps,
      LAMB_COUNT(mapping_steps) },
    { "AWS::Lambda::EventInvokeConfig", 4, &spec_invoke_config, invoke_config_steps,
      LAMB_COUNT(invoke_config_steps) },
    { "AWS::Lambda::Url", 4, &spec_url, url_steps, LAMB_COUNT(url_steps) },
};

const struct resource_kind *
resource_kind_find(const char *type)
{
    for (size_t i = 0; i < LAMB_COUNT(kinds); i++)
        if (strcmp(kinds[i].type, type) == 0)
            return &kinds[i];
    return NULL;
}

const char *
resource_kind_near(const char *type)
{
    const char *near =
        lamb_nearest(type, &kinds[0].type, LAMB_COUNT(kinds), sizeof(kinds[0]));

    return near && strcmp(near, type) != 0 ? near : NULL;
}

int
resource_make(struct template *t, struct resource *resource, size_t *step,
              struct template_call *ret)
{
    const struct resource_kind *kind = resource->kind;
    int r = STEP_NOTHING;

    while (r == STEP_NOTHING) {
        size_t i = (*step)++;

        if (i < kind->n_steps)
            r = kind->steps[i](t, resource, ret);
        else if (kind->shape == &spec_sam_function)
            r = sam_function_event(t, resource, i - kind->n_steps, ret);
        else
            r = TEMPLATE_E_END;
    }
    return r;
}
