/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_settings - what is set on a function beside its configuration: tags, loop
 * detection, runtime updates, code signing.
 *
 * A numbered comment is the row of the service's recorded error texts.
 */

#include <stdlib.h>

#include "emulator/api/lambda_config.h"
#include "emulator/api/lambda_ops.h"
#include "sdk/base/auto.h"
#include "sdk/base/id.h"

enum { TAGS_MAX = 50 };

/* The document of the function, to be changed. */
static json_t *
open_function(const struct op *op)
{
    json_t *found = op_find(op, "function", op->key.name, "");

    return found ? json_deep_copy(found) : json_pack("{s:i}", "NextVersion", 1);
}

static void
put_function(struct op *op, struct change *change, json_t *document)
{
    const struct document_key key = op_document(op, "function", op->key.name, "");

    change_put(change, &key, document);
}

static void
set_revision(json_t *document)
{
    char revision[37];

    lamb_uuid4(revision);
    (void)json_object_set_new(document, "Revision", json_string(revision));
}

void
touch_function(struct op *op, struct change *change)
{
    json_t *document = open_function(op);

    set_revision(document);
    put_function(op, change, document);
}

/* The function that is named, for what is not of a version; NULL: it is answered. */
static struct function_record *
find_function(struct op *op)
{
    struct function_record *record;

    if (!op_read_function(op))
        return NULL;
    record = op_latest(op);
    if (!record)
        op_refuse_missing(op, NULL);
    return record;
}

/* -- tags
 * ------------------------------------------------------------------------------ */

/* What carries the tags of the resource: the document of a function or a mapping. */
struct tagged {
    struct document_key key;
    json_t *document; /* a copy; given */
    bool is_function;
};

static bool
find_mapping(struct op *op, const char *arn, struct tagged *ret)
{
    const char *uuid = strrchr(arn, ':') + 1;
    json_t *found = op_find(op, "mapping", uuid, "");

    if (!found || mapping_is_gone(op, found)) { /* 93 */
        op_refuse(op, "ResourceNotFoundException", "Event source mapping not found: %s",
                  arn);
        return false;
    }
    ret->key = op_document(op, "mapping", uuid, "");
    ret->document = json_deep_copy(found);
    return true;
}

static bool
find_tagged(struct op *op, struct tagged *ret)
{
    const char *arn = op_text(op, "Resource");

    *ret = (struct tagged){ .is_function = false };
    if (strstr(arn, ":capacity-provider:") || strstr(arn, ":code-signing-config:")) {
        op_refuse(op, "ResourceNotFoundException", "%s not found: %s",
                  strstr(arn, ":capacity") ? "Capacity provider"
                                           : "Code signing config",
                  arn);
        return false;
    }
    if (strstr(arn, ":event-source-mapping:"))
        return op_read_region(op) && find_mapping(op, arn, ret);
    if (strstr(arn, ":layer:")) {
        op_refuse(op, "ResourceNotFoundException",
                  "The resource you requested does not exist.");
        return false;
    }
    (void)json_object_set_new(op->in, "FunctionName", json_string(arn));
    if (!op_read_function(op))
        return false;
    if (op->key.version[0]) { /* 88 */
        op_refuse(op, "InvalidParameterValueException",
                  "Tags on function aliases and versions are not supported. Please "
                  "specify a function ARN.");
        return false;
    }
    if (!op_latest(op)) {
        op_refuse_missing(op, NULL);
        return false;
    }
    ret->is_function = true;
    ret->key = op_document(op, "function", op->key.name, "");
    ret->document = open_function(op);
    return true;
}

static void
commit_tags(struct op *op, struct tagged *tagged)
{
    struct change *change = change_new(op_functions(op));

    if (tagged->is_function)
        set_revision(tagged->document);
    if (change)
        change_put(change, &tagged->key, tagged->document);
    else
        json_decref(tagged->document);
    op_commit(op, change, 204, NULL);
}

void
lambda_tag_resource(struct op *op)
{
    json_t *tags = op_member(op, "Tags");
    struct tagged tagged;
    json_t *all;

    if (!json_object_size(tags)) { /* 91 */
        op_refuse(op, "InvalidParameterValueException",
                  "An error occurred and the request cannot be processed.");
        return;
    }
    if (!find_tagged(op, &tagged))
        return;
    all = json_object_get(tagged.document, "Tags");
    if (all)
        (void)json_object_update(all, tags);
    else
        (void)json_object_set_new(tagged.document, "Tags", json_deep_copy(tags));
    if (json_object_size(json_object_get(tagged.document, "Tags")) > TAGS_MAX) {
        json_decref(tagged.document);
        op_refuse(op, "InvalidParameterValueException", /* 89 */
                  "Number of tags exceeds resource tag limit.");
        return;
    }
    commit_tags(op, &tagged);
}

void
lambda_untag_resource(struct op *op)
{
    json_t *keys = op_member(op, "TagKeys");
    struct tagged tagged;
    json_t *key;
    size_t i;

    if (!find_tagged(op, &tagged))
        return;
    json_array_foreach(keys, i, key)
    {
        (void)json_object_del(json_object_get(tagged.document, "Tags"),
                              json_string_value(key));
    }
    commit_tags(op, &tagged);
}

void
lambda_list_tags(struct op *op)
{
    struct tagged tagged;
    json_t *tags;

    if (!find_tagged(op, &tagged))
        return;
    tags = json_object_get(tagged.document, "Tags");
    tags = tags ? json_incref(tags) : json_object();
    json_decref(tagged.document);
    op_reply(op, 200, json_pack("{s:o}", "Tags", tags));
}

/* -- recursion, runtime updates, code signing
 * -------------------------------------------- */

void
lambda_get_function_recursion_config(struct op *op)
{
    const char *loop;

    if (!find_function(op))
        return;
    loop = json_string_value(
        json_object_get(op_find(op, "function", op->key.name, ""), "RecursiveLoop"));
    op_reply(op, 200, json_pack("{s:s}", "RecursiveLoop", loop ? loop : "Terminate"));
}

void
lambda_put_function_recursion_config(struct op *op)
{
    struct change *change;
    json_t *document;

    if (!find_function(op))
        return;
    document = open_function(op);
    (void)json_object_set(document, "RecursiveLoop", op_member(op, "RecursiveLoop"));
    change = change_new(op_functions(op));
    if (change)
        put_function(op, change, document);
    else
        json_decref(document);
    op_commit(op, change, 200,
              json_pack("{s:O}", "RecursiveLoop", op_member(op, "RecursiveLoop")));
}

/* "$LATEST" is meant also where none is named. */
static struct document_key
runtime_key(const struct op *op)
{
    return op_document(op, "runtime-management", op->key.name,
                       op->key.version[0] ? op->key.version : "$LATEST");
}

static json_t *
runtime_view(const struct op *op, json_t *setting)
{
    LAMB_AUTOFREE char *arn = op_arn(op, op->key.version[0] ? op->key.version : NULL);
    json_t *view = setting ? json_deep_copy(setting)
                           : json_pack("{s:s}", "UpdateRuntimeOn", "Auto");

    (void)json_object_set_new(view, "FunctionArn", json_string(arn ? arn : ""));
    return view;
}

void
lambda_get_runtime_management_config(struct op *op)
{
    struct document_key key;

    if (!op_read_function(op) || !find_qualified(op))
        return;
    key = runtime_key(op);
    op_reply(op, 200, runtime_view(op, catalog_find(op_catalog(op), &key)));
}

void
lambda_put_runtime_management_config(struct op *op)
{
    const char *mode = op_text(op, "UpdateRuntimeOn");
    struct document_key key;
    struct change *change;
    json_t *setting;
    json_t *view;

    if (!op_read_function(op) || !find_qualified(op))
        return;
    if ((strcmp(mode, "Manual") == 0) != (op_text(op, "RuntimeVersionArn") != NULL)) {
        op_refuse(op, "InvalidParameterValueException",
                  "RuntimeVersionArn is needed with UpdateRuntimeOn Manual, and only "
                  "with it.");
        return;
    }
    setting = json_pack("{s:s}", "UpdateRuntimeOn", mode);
    if (op_text(op, "RuntimeVersionArn"))
        (void)json_object_set(setting, "RuntimeVersionArn",
                              op_member(op, "RuntimeVersionArn"));
    view = runtime_view(op, setting);
    key = runtime_key(op);
    change = change_new(op_functions(op));
    if (change)
        change_put(change, &key, setting);
    else
        json_decref(setting);
    op_commit(op, change, 200, view);
}

void
lambda_get_function_code_signing_config(struct op *op)
{
    if (find_function(op)) /* none can be attached */
        op_reply(op, 200, json_pack("{s:s}", "FunctionName", op->key.name));
}
