/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/template/template.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emulator/template/template_internal.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/nearest.h"

/* CloudFormation's own limit on a template. */
enum { FILE_MAX = 1024 * 1024 };

#define SAM_TRANSFORM "AWS::Serverless-2016-10-31"

static int
no_memory(struct template *t)
{
    return lamb_raise(t->scope.err, -ENOMEM, "%s", t->file);
}

/* -- sections --------------------------------------------------------------------- */

static const char *const sections[] = {
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
};

static const char *const resource_keys[] = {
    "Condition",      "Connectors",          "CreationPolicy",
    "DeletionPolicy", "DependsOn",           "IgnoreGlobals",
    "Metadata",       "Properties",          "Type",
    "UpdatePolicy",   "UpdateReplacePolicy",
};

static const char *const global_sections[] = {
    "Api",          "CapacityProvider", "Function",     "HttpApi",
    "LayerVersion", "SimpleTable",      "StateMachine", "WebSocketApi",
};

/* NODE is a map with none but these keys. */
static int
check_map(struct template *t, const char *what, const struct node *node,
          const char *const *names, size_t n)
{
    if (node->kind != NODE_MAP)
        return scope_refuse(&t->scope, node->place, "%s is a map", what);
    for (size_t i = 0; i < node->n_pairs; i++) {
        const char *key = node->pairs[i].key;
        const char *near;
        size_t j = 0;

        while (j < n && strcmp(names[j], key) != 0)
            j++;
        if (j < n)
            continue;
        near = lamb_nearest(key, names, n, sizeof(names[0]));
        if (near)
            return scope_refuse(&t->scope, node->pairs[i].place,
                                "%s has no '%s': did you mean '%s'?", what, key, near);
        return scope_refuse(&t->scope, node->pairs[i].place, "%s has no '%s'", what,
                            key);
    }
    return 0;
}

/* A section that is a map, or not there. */
static int
find_section(struct template *t, const char *name, const struct node **ret)
{
    const struct node *node = node_find(t->root, name);

    if (node && node_is_null(node))
        node = NULL;
    if (node && node->kind != NODE_MAP)
        return scope_refuse(&t->scope, node->place, "%s is a map", name);
    *ret = node;
    return 0;
}

static bool
has_transform(const struct node *node)
{
    if (!node)
        return false;
    if (node->kind == NODE_TEXT)
        return strcmp(node->text, SAM_TRANSFORM) == 0;
    for (size_t i = 0; i < node->n_pairs; i++)
        if (has_transform(node->pairs[i].value))
            return true;
    return false;
}

/* -- Globals ---------------------------------------------------------------------- */

static const struct node *merge(struct template *t, const struct node *global,
                                const struct node *own);

/* Maps are merged key by key. */
static const struct node *
merge_maps(struct template *t, const struct node *global, const struct node *own)
{
    struct node *all =
        node_branch(t->arena, own->place, NODE_MAP, global->n_pairs + own->n_pairs);

    if (!all)
        return NULL;
    for (size_t i = 0; i < own->n_pairs; i++) {
        struct pair pair = own->pairs[i];
        const struct node *other = node_find(global, pair.key);

        if (other)
            pair.value = merge(t, other, pair.value);
        if (!pair.value)
            return NULL;
        all->pairs[all->n_pairs++] = pair;
    }
    for (size_t i = 0; i < global->n_pairs; i++)
        if (!node_find(own, global->pairs[i].key))
            all->pairs[all->n_pairs++] = global->pairs[i];
    return all;
}

static bool
is_function(const struct node *node)
{
    return node->kind == NODE_MAP && node->n_pairs == 1 &&
           (strcmp(node->pairs[0].key, "Ref") == 0 ||
            strncmp(node->pairs[0].key, "Fn::", 4) == 0);
}

/* As SAM does: maps are merged, lists added behind the global one, the rest replaced.
 */
static const struct node *
merge(struct template *t, const struct node *global, const struct node *own)
{
    struct node *all;

    if (global->kind != own->kind || own->kind == NODE_TEXT || is_function(global) ||
        is_function(own))
        return own;
    if (own->kind == NODE_MAP)
        return merge_maps(t, global, own);
    all = node_branch(t->arena, own->place, NODE_LIST, global->n_pairs + own->n_pairs);
    if (!all)
        return NULL;
    for (size_t i = 0; i < global->n_pairs; i++)
        all->pairs[all->n_pairs++] = global->pairs[i];
    for (size_t i = 0; i < own->n_pairs; i++)
        all->pairs[all->n_pairs++] = own->pairs[i];
    return all;
}

/* GLOBAL without what IgnoreGlobals names. */
static const struct node *
without_ignored(struct template *t, const struct node *global,
                const struct node *ignored)
{
    struct node *rest;

    if (!ignored)
        return global;
    rest = node_branch(t->arena, global->place, NODE_MAP, global->n_pairs);
    for (size_t i = 0; rest && ignored->kind == NODE_LIST && i < global->n_pairs; i++) {
        bool is_kept = true;

        for (size_t j = 0; j < ignored->n_pairs; j++) {
            const struct node *name = ignored->pairs[j].value;

            if (name->kind == NODE_TEXT &&
                strcmp(name->text, global->pairs[i].key) == 0)
                is_kept = false;
        }
        if (is_kept)
            rest->pairs[rest->n_pairs++] = global->pairs[i];
    }
    return rest; /* a text means all of them: '*' */
}

static int
merge_globals(struct template *t, struct resource *resource)
{
    const struct node *globals = node_find(t->root, "Globals");
    const char *name = strrchr(resource->type, ':') + 1;
    const struct node *global = node_find(globals, name);

    if (!global || strncmp(resource->type, "AWS::Serverless::", 17) != 0)
        return 0;
    if (global->kind != NODE_MAP)
        return scope_refuse(&t->scope, global->place, "Globals.%s is a map", name);
    global = without_ignored(t, global, node_find(resource->node, "IgnoreGlobals"));
    resource->properties = global ? merge(t, global, resource->properties) : NULL;
    return resource->properties ? 0 : no_memory(t);
}

/* -- resources -------------------------------------------------------------------- */

static bool
is_type(const char *type)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789";
    size_t parts = 0;

    for (;;) {
        size_t n = strspn(type, letters);

        if (!n)
            return false;
        parts++;
        type += n;
        if (strncmp(type, "::", 2) != 0)
            break;
        type += 2;
    }
    return !*type && parts >= 2;
}

static int
check_type(struct template *t, const struct node *type, bool has_sam)
{
    const char *near;

    if (!type || type->kind != NODE_TEXT)
        return -EINVAL;
    if (strncmp(type->text, "AWS::Serverless::", 17) == 0 && !has_sam)
        return scope_refuse(&t->scope, type->place,
                            "%s needs 'Transform: " SAM_TRANSFORM
                            "' at the top of the template",
                            type->text);
    if (resource_kind_find(type->text))
        return 0;
    near = resource_kind_near(type->text);
    if (near)
        return scope_refuse(&t->scope, type->place,
                            "there is no type '%s': did you mean '%s'?", type->text,
                            near);
    if (!is_type(type->text) && strncmp(type->text, "Custom::", 8) != 0)
        return scope_refuse(&t->scope, type->place,
                            "'%s' is no type: it is like AWS::Serverless::Function",
                            type->text);
    return 0;
}

/* The condition of a resource; without one it is made. */
static int
is_wanted(struct template *t, const struct node *node, bool *ret)
{
    const struct node *condition = node_find(node, "Condition");

    *ret = true;
    if (!condition)
        return 0;
    if (condition->kind != NODE_TEXT)
        return scope_refuse(&t->scope, condition->place, "Condition is a name");
    return resolve_condition(&t->scope, condition->text, condition->place, ret);
}

static bool
is_alphanumeric(const char *name)
{
    return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")];
}

static int
add_resource(struct template *t, const struct pair *pair, bool has_sam)
{
    struct resource *resource = &t->resources[t->n_resources];
    const struct node *type = node_find(pair->value, "Type");
    struct lamb_buf what = LAMB_BUF_INIT(512);
    bool wanted;
    int r;

    (void)lamb_buf_printf(&what, "the resource '%.100s'", pair->key);
    r = check_map(t, lamb_buf_cstr(&what), pair->value, resource_keys,
                  LAMB_COUNT(resource_keys));
    lamb_buf_fini(&what);
    if (!r && !is_alphanumeric(pair->key))
        r = scope_refuse(&t->scope, pair->place,
                         "the name '%.100s' of a resource is letters and digits",
                         pair->key);
    if (!r && !type)
        r = scope_refuse(&t->scope, pair->place, "the resource '%s' has no Type",
                         pair->key);
    if (!r)
        r = check_type(t, type, has_sam);
    if (!r)
        r = is_wanted(t, pair->value, &wanted);
    if (r || !wanted)
        return r;
    *resource = (struct resource){ .id = pair->key,
                                   .type = type->text,
                                   .place = pair->place,
                                   .node = pair->value,
                                   .properties = node_find(pair->value, "Properties"),
                                   .kind = resource_kind_find(type->text) };
    if (!resource->properties || node_is_null(resource->properties))
        resource->properties = node_branch(t->arena, pair->place, NODE_MAP, 0);
    if (!resource->properties)
        return no_memory(t);
    t->n_resources++;
    if (!resource->kind)
        template_ignore(t, "%s (%s)", resource->id, resource->type);
    return resource->kind ? merge_globals(t, resource) : 0;
}

static int
compare_ranks(const void *a, const void *b)
{
    const struct resource *left = a;
    const struct resource *right = b;
    unsigned x = left->kind ? left->kind->rank : 99;
    unsigned y = right->kind ? right->kind->rank : 99;

    if (x != y)
        return x < y ? -1 : 1;
    return left->place.line < right->place.line ? -1 : 1;
}

static int
read_resources(struct template *t)
{
    const struct node *all = t->scope.resources;
    bool has_sam = has_transform(node_find(t->root, "Transform"));

    if (!all)
        return lamb_refuse(t->scope.err, -EINVAL, "%s: there are no Resources",
                           t->file);
    t->resources = arena_alloc(t->arena, (all->n_pairs + 1) * sizeof(*t->resources));
    if (!t->resources)
        return no_memory(t);
    for (size_t i = 0; i < all->n_pairs; i++) {
        int r = add_resource(t, &all->pairs[i], has_sam);

        if (r)
            return r;
    }
    qsort(t->resources, t->n_resources, sizeof(*t->resources), compare_ranks);
    return 0;
}

struct resource *
template_find(struct template *t, const char *id)
{
    for (size_t i = 0; i < t->n_resources; i++)
        if (strcmp(t->resources[i].id, id) == 0)
            return &t->resources[i];
    return NULL;
}

/* Resolve RESOURCE's properties into its json, once. */
static int
resource_resolve(struct template *t, struct resource *resource)
{
    const struct node *resolved;
    char what[160];
    int r;

    if (resource->json)
        return 0;
    (void)snprintf(what, sizeof(what), "the resource '%.100s'", resource->id);
    r = spec_check_keys(&t->scope, what, resource->kind->shape, resource->properties);
    if (!r)
        r = resolve(&t->scope, resource->properties, &resolved);
    return r ? r
             : spec_convert(&t->scope, what, resource->kind->shape, resolved,
                            &resource->json);
}

/* -- loading ---------------------------------------------------------------------- */

static int
read_file(const char *path, struct lamb_buf *ret, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = open(path, O_RDONLY | O_CLOEXEC);
    char part[16 * 1024];
    ssize_t n;

    if (fd < 0)
        return lamb_raise(err, -errno, "read the template '%s'", path);
    while ((n = read(fd, part, sizeof(part))) > 0)
        if (lamb_buf_append(ret, part, (size_t)n))
            return lamb_refuse(err, -EFBIG,
                               "the template '%s' is over %d bytes, which "
                               "CloudFormation does not take",
                               path, FILE_MAX);
    return n < 0 ? lamb_raise(err, -errno, "read the template '%s'", path) : 0;
}

static void
start_scope(struct template *t, const struct template_config *config,
            struct lamb_err *err)
{
    const struct template_value pseudo[PSEUDO_MAX] = {
        { "AWS::AccountId", t->account },
        { "AWS::Region", t->region },
        { "AWS::Partition", "aws" },
        { "AWS::URLSuffix", "amazonaws.com" },
        { "AWS::StackName", "lamb" },
        { "AWS::StackId", "arn:aws:cloudformation:local:lamb:stack/lamb/local" },
        { "AWS::NotificationARNs", "" },
        { NULL, NULL },
    };

    memcpy(t->pseudo, pseudo, sizeof(pseudo));
    t->scope = (struct scope){ .arena = t->arena,
                               .file = t->file,
                               .err = err,
                               .overrides = config->parameters,
                               .pseudo = t->pseudo,
                               .attribute = template_attribute,
                               .data = t };
}

static int
read_sections(struct template *t)
{
    const struct node *globals;
    int r = check_map(t, "a template", t->root, sections, LAMB_COUNT(sections));

    if (!r)
        r = find_section(t, "Parameters", &t->scope.parameters);
    if (!r)
        r = find_section(t, "Mappings", &t->scope.mappings);
    if (!r)
        r = find_section(t, "Conditions", &t->scope.conditions);
    if (!r)
        r = find_section(t, "Resources", &t->scope.resources);
    if (!r)
        r = find_section(t, "Globals", &globals);
    if (!r && globals)
        r = check_map(t, "Globals", globals, global_sections,
                      LAMB_COUNT(global_sections));
    if (!r && t->scope.conditions) {
        t->scope.states = arena_alloc(t->arena, t->scope.conditions->n_pairs *
                                                    sizeof(*t->scope.states));
        if (!t->scope.states)
            r = no_memory(t);
    }
    return r ? r : scope_check(&t->scope);
}

static struct template *
template_new(const struct template_config *config)
{
    struct template *t = calloc(1, sizeof(*t));

    if (!t)
        return NULL;
    t->arena = arena_new();
    if (!t->arena) {
        free(t);
        return NULL;
    }
    t->file = arena_text(t->arena, lamb_span_str(config->path));
    t->account = arena_text(t->arena, lamb_span_str(config->account));
    t->region = arena_text(t->arena, lamb_span_str(config->region));
    t->url = arena_text(t->arena, lamb_span_str(config->url));
    if (t->file && t->account && t->region && t->url)
        return t;
    template_free(t);
    return NULL;
}

int
template_parse(const struct template_config *config, struct lamb_span text,
               struct template **ret, struct lamb_err *err)
{
    struct template *t = template_new(config);
    int r;

    if (!t)
        return lamb_raise(err, -ENOMEM, "%s", config->path);
    start_scope(t, config, err);
    r = node_parse(t->arena, t->file, text, &t->root, err);
    if (!r)
        r = read_sections(t);
    if (!r)
        r = read_resources(t);
    if (r) {
        template_free(t);
        return r;
    }
    *ret = t;
    return 0;
}

int
template_load(const struct template_config *config, struct template **ret,
              struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(FILE_MAX);
    int r = read_file(config->path, &text, err);

    return r ? r : template_parse(config, lamb_buf_view(&text), ret, err);
}

void
template_free(struct template *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->n_resources; i++)
        json_decref(t->resources[i].json);
    arena_free(t->arena);
    free(t);
}

/* -- one call after the other ----------------------------------------------------- */

int
template_next(struct template *t, struct template_call *ret, struct lamb_err *err)
{
    t->scope.err = err;
    while (t->n_made < t->n_resources) {
        struct resource *resource = &t->resources[t->n_made];
        int r = resource->kind ? resource_resolve(t, resource) : TEMPLATE_E_END;

        *ret = (struct template_call){ .id = resource->id, .place = resource->place };
        if (!r)
            r = resource_make(t, resource, &t->step, ret);
        if (r != TEMPLATE_E_END) {
            if (r)
                template_call_free(ret);
            return r;
        }
        t->n_made++;
        t->step = 0;
    }
    return TEMPLATE_E_END;
}

void
template_call_free(struct template_call *call)
{
    json_decref(call->members);
    free(call->path);
    *call = (struct template_call){ 0 };
}

int
template_learn(struct template *t, const char *id, const char *attribute,
               const char *value)
{
    struct learned *learned = arena_alloc(t->arena, sizeof(*learned));

    if (!learned)
        return -ENOMEM;
    *learned = (struct learned){
        .next = t->learned,
        .id = arena_text(t->arena, lamb_span_str(id)),
        .attribute = arena_text(t->arena, lamb_span_str(attribute)),
        .value = arena_text(t->arena, lamb_span_str(value)),
    };
    if (!learned->id || !learned->attribute || !learned->value)
        return -ENOMEM;
    t->learned = learned;
    return 0;
}

void
template_ignore(struct template *t, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (t->n_ignored < IGNORED_MAX)
        t->ignored[t->n_ignored++] = arena_text(t->arena, lamb_span_str(text));
}

void
template_each_ignored(const struct template *t,
                      void (*fn)(void *data, const char *text), void *data)
{
    for (size_t i = 0; i < t->n_ignored; i++)
        if (t->ignored[i])
            fn(data, t->ignored[i]);
}
