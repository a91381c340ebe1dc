/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_layers - layers: versions published, shown, listed and deleted.
 *
 * A numbered comment is the row of the service's recorded error texts.
 */

#include "emulator/api/lambda_layers.h"

#include <stdlib.h>

#include "emulator/api/lambda_code.h"
#include "emulator/api/lambda_config.h"
#include "emulator/api/lambda_ops.h"
#include "sdk/base/auto.h"
#include "sdk/base/num.h"

enum { PAGE = 50 };

/* -- names --------------------------------------------------------------------------
 */

static bool
keep(struct lamb_span part, char *ret, size_t size)
{
    return lamb_format(ret, size, "%.*s", (int)part.len, part.ptr ? part.ptr : "") == 0;
}

static bool
set_version(struct layer_name *name, struct lamb_span text)
{
    uint64_t version;

    if (lamb_parse_u64(text, 0, UINT32_MAX, &version))
        return false;
    name->version = (unsigned)version;
    return lamb_format(name->sub, sizeof(name->sub), "%010u", name->version) == 0;
}

bool
layer_name_parse(const char *text, struct layer_name *ret)
{
    struct lamb_span rest = lamb_span_str(text);
    struct lamb_span part;

    *ret = (struct layer_name){ .version = 0 };
    if (!lamb_span_starts(rest, "arn:"))
        return rest.len > 0 && !strpbrk(text, "/\n:") &&
               keep(rest, ret->name, sizeof(ret->name));
    for (int i = 0; i < 3; i++) /* arn, partition, service */
        (void)lamb_span_cut(rest, ':', &part, &rest);
    (void)lamb_span_cut(rest, ':', &part, &rest);
    if (!keep(part, ret->region, sizeof(ret->region)))
        return false;
    (void)lamb_span_cut(rest, ':', &part, &rest);
    if (!keep(part, ret->account, sizeof(ret->account)))
        return false;
    (void)lamb_span_cut(rest, ':', &part, &rest);
    if (!lamb_span_is(part, "layer"))
        return false;
    (void)lamb_span_cut(rest, ':', &part, &rest);
    return keep(part, ret->name, sizeof(ret->name)) &&
           (!rest.len || set_version(ret, rest));
}

json_t *
layer_find(const struct op *op, const struct layer_name *name)
{
    struct document_key key = op_document(op, "layer", name->name, name->sub);

    if (name->account[0])
        key.account = name->account;
    if (name->region[0])
        key.region = name->region;
    return catalog_find(op_catalog(op), &key);
}

/* -- what is shown ------------------------------------------------------------------
 */

static json_t *
layer_arn(const struct op *op, const char *name)
{
    return json_sprintf("arn:aws:lambda:%s:%s:layer:%s", op->key.region,
                        op->key.account, name);
}

static json_t *
item(const struct op *op, const char *name, const json_t *layer)
{
    static const char *const members[] = { "Description", "Version",
                                           "CompatibleRuntimes",
                                           "CompatibleArchitectures", "LicenseInfo" };
    json_t *view = json_object();

    (void)json_object_set_new(
        view, "LayerVersionArn",
        json_sprintf("arn:aws:lambda:%s:%s:layer:%s:%lld", op->key.region,
                     op->key.account, name,
                     (long long)json_integer_value(json_object_get(layer, "Version"))));
    (void)json_object_set_new(
        view, "CreatedDate",
        config_time(json_integer_value(json_object_get(layer, "CreatedNs"))));
    for (size_t i = 0; i < LAMB_COUNT(members); i++)
        if (json_object_get(layer, members[i]))
            (void)json_object_set(view, members[i], json_object_get(layer, members[i]));
    return view;
}

static json_t *
whole(const struct op *op, const char *name, const json_t *layer)
{
    json_t *view = item(op, name, layer);

    (void)json_object_set_new(
        view, "Content",
        json_pack(
            "{s:o, s:O, s:O}", "Location",
            code_location(op, json_string_value(json_object_get(layer, "Digest"))),
            "CodeSha256", json_object_get(layer, "CodeSha256"), "CodeSize",
            json_object_get(layer, "CodeSize")));
    (void)json_object_set_new(view, "LayerArn", layer_arn(op, name));
    return view;
}

/* -- PublishLayerVersion --------------------------------------------------------------
 */

/* The layer that is named, in this account and region; false: it is answered. */
static bool
read_layer(struct op *op, struct layer_name *name)
{
    if (!op_read_region(op))
        return false;
    if (!layer_name_parse(op_text(op, "LayerName"), name)) {
        op_refuse(op, "InvalidParameterValueException", "'%.200s' names no layer",
                  op_text(op, "LayerName"));
        return false;
    }
    return true;
}

void
lambda_publish_layer_version_prepare(struct op *op)
{
    code_prepare(op, op_member(op, "Content"));
}

void
lambda_publish_layer_version(struct op *op)
{
    static const char *const members[] = { "CompatibleRuntimes",
                                           "CompatibleArchitectures", "LicenseInfo" };
    struct document_key next_key;
    struct document_key key;
    struct layer_name name;
    struct change *change;
    json_int_t version;
    json_t *layer;
    char sub[24];

    if (!read_layer(op, &name) ||
        !code_storage_has_room(op, (int64_t)op->code.size_bytes))
        return;
    next_key = op_document(op, "layer-next", name.name, "");
    version = json_integer_value(
                  json_object_get(catalog_find(op_catalog(op), &next_key), "Last")) +
              1;
    layer = json_pack("{s:I, s:s, s:s, s:I, s:I, s:s}", "Version", version, "Digest",
                      op->code.digest, "CodeSha256", op->code.sha256_b64, "CodeSize",
                      (json_int_t)op->code.size_bytes, "CreatedNs",
                      (json_int_t)op_now_ns(op), "Description",
                      op_text(op, "Description") ? op_text(op, "Description") : "");
    for (size_t i = 0; i < LAMB_COUNT(members); i++)
        if (op_member(op, members[i]))
            (void)json_object_set(layer, members[i], op_member(op, members[i]));
    change = change_new(op_functions(op));
    if (!change || !layer || lamb_format(sub, sizeof(sub), "%010lld", version)) {
        json_decref(layer);
        change_free(change);
        op_refuse_memory(op);
        return;
    }
    key = op_document(op, "layer", name.name, sub);
    change_put(change, &next_key, json_pack("{s:I}", "Last", version));
    change_put(change, &key, json_incref(layer));
    op_commit(op, change, 201, whole(op, name.name, layer));
    json_decref(layer);
}

/* -- the others -----------------------------------------------------------------------
 */

bool
layer_read_version(struct op *op, struct layer_name *name)
{
    json_int_t version = json_integer_value(op_member(op, "VersionNumber"));

    if (!read_layer(op, name))
        return false;
    if (version < 1) { /* 61 */
        op_refuse(op, "InvalidParameterValueException",
                  "Layer Version Cannot be less than 1");
        return false;
    }
    name->version = version > UINT32_MAX ? UINT32_MAX : (unsigned)version;
    return lamb_format(name->sub, sizeof(name->sub), "%010u", name->version) == 0;
}

static void
reply_version(struct op *op, const struct layer_name *name)
{
    json_t *layer = layer_find(op, name);

    if (layer)
        op_reply(op, 200, whole(op, name->name, layer));
    else /* 4 */
        op_refuse(op, "ResourceNotFoundException",
                  "The resource you requested does not exist.");
}

void
lambda_get_layer_version(struct op *op)
{
    struct layer_name name;

    if (layer_read_version(op, &name))
        reply_version(op, &name);
}

void
lambda_get_layer_version_by_arn(struct op *op)
{
    struct layer_name name;

    if (!op_read_region(op))
        return;
    if (layer_name_parse(op_text(op, "Arn"), &name))
        reply_version(op, &name);
    else
        op_refuse(op, "ResourceNotFoundException",
                  "The resource you requested does not exist.");
}

void
lambda_delete_layer_version(struct op *op)
{
    struct layer_name name;
    struct document_key key;
    struct document_key policy;
    struct change *change;

    if (!layer_read_version(op, &name))
        return;
    if (!layer_find(op, &name)) {
        op_reply(op, 204, NULL);
        return;
    }
    key = op_document(op, "layer", name.name, name.sub);
    policy = op_document(op, "layer-policy", name.name, name.sub);
    change = change_new(op_functions(op));
    if (change) {
        change_remove(change, &key);
        change_remove(change, &policy);
    }
    op_commit(op, change, 204, NULL);
}

static bool
is_in(const json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_string_value(json_array_get(list, i)), text) == 0)
            return true;
    return false;
}

/* Is the layer for what the request asks for? */
static bool
is_compatible(const struct op *op, const json_t *layer)
{
    const char *runtime = op_text(op, "CompatibleRuntime");
    const char *architecture = op_text(op, "CompatibleArchitecture");

    return (!runtime || is_in(json_object_get(layer, "CompatibleRuntimes"), runtime)) &&
           (!architecture ||
            is_in(json_object_get(layer, "CompatibleArchitectures"), architecture));
}

/* The newest first. */
static void
key_of_version(const void *items, size_t i, struct lamb_buf *ret)
{
    json_int_t version =
        json_integer_value(json_object_get(json_array_get(items, i), "Version"));

    (void)lamb_buf_printf(ret, "%010llu", (unsigned long long)(UINT32_MAX - version));
}

/* ALL is given. */
static void
reply_page(struct op *op, json_t *all, const char *member)
{
    json_t *answer = json_pack("{s:[]}", member);
    bool is_versions = strcmp(member, "LayerVersions") == 0;
    const struct op_list list = { .n = json_array_size(all),
                                  .items = all,
                                  .key = is_versions ? key_of_version : NULL,
                                  .member = "LayerName" };
    size_t first;
    size_t end;

    if (op_page(op, &list, PAGE, answer, &first, &end)) {
        for (size_t i = first; i < end; i++)
            (void)json_array_append(json_object_get(answer, member),
                                    json_array_get(all, i));
        op_reply(op, 200, answer);
    }
    json_decref(all);
}

void
lambda_list_layer_versions(struct op *op)
{
    struct layer_name name;
    struct document_key key;
    const struct document *range;
    json_t *all;
    size_t n;

    if (!read_layer(op, &name))
        return;
    all = json_array();
    key = op_document(op, "layer", name.name, NULL);
    range = catalog_range(op_catalog(op), &key, &n);
    while (n-- > 0) /* the newest first */
        if (is_compatible(op, range[n].body))
            (void)json_array_append_new(all, item(op, name.name, range[n].body));
    reply_page(op, all, "LayerVersions");
}

void
lambda_list_layers(struct op *op)
{
    struct document_key key;
    const struct document *range;
    json_t *all;
    json_t *last = NULL;
    size_t n;

    if (!op_read_region(op))
        return;
    all = json_array();
    key = op_document(op, "layer", NULL, NULL);
    range = catalog_range(op_catalog(op), &key, &n);
    for (size_t i = 0; i < n; i++) {
        if (is_compatible(op, range[i].body))
            last = range[i].body;
        if (i + 1 < n && strcmp(range[i].name, range[i + 1].name) == 0)
            continue;
        if (last) /* the last of this name that fits */
            (void)json_array_append_new(
                all, json_pack("{s:s, s:o, s:o}", "LayerName", range[i].name,
                               "LayerArn", layer_arn(op, range[i].name),
                               "LatestMatchingVersion", item(op, range[i].name, last)));
        last = NULL;
    }
    reply_page(op, all, "Layers");
}
