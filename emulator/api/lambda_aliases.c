/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_aliases - aliases and the weights of their versions.
 *
 * A numbered comment is the row of the service's recorded error texts.
 */

#include <stdlib.h>

#include "emulator/api/lambda_ops.h"
#include "sdk/base/auto.h"
#include "sdk/base/id.h"

enum { PAGE = 50 };

static const char *
version_of(const json_t *alias)
{
    return json_string_value(json_object_get(alias, "FunctionVersion"));
}

static json_t *
view(const struct op *op, const char *name, const json_t *alias)
{
    LAMB_AUTOFREE char *arn = op_arn(op, name);
    json_t *answer = json_deep_copy(alias);

    (void)json_object_set_new(answer, "AliasArn", json_string(arn ? arn : ""));
    (void)json_object_set_new(answer, "Name", json_string(name));
    return answer;
}

static bool
has_version(struct op *op, const char *version)
{
    struct function_key key = op->key;

    key.version = version;
    if (functions_version(op_functions(op), &key))
        return true;
    op_refuse_missing(op, version);
    return false;
}

/* Weights go to one other published version, and there is one to come back to. */
static bool
check_routing(struct op *op, const json_t *alias)
{
    json_t *weights = json_object_get(json_object_get(alias, "RoutingConfig"),
                                      "AdditionalVersionWeights");
    const char *version = version_of(alias);
    const char *other;
    json_t *weight;

    if (json_object_size(weights) > 1) { /* 50 */
        op_refuse(op, "InvalidParameterValueException",
                  "Number of items in AdditionalVersionWeights cannot be greater than "
                  "1");
        return false;
    }
    json_object_foreach(weights, other, weight)
    {
        if (strcmp(version, "$LATEST") == 0) { /* 54 */
            op_refuse_bare(
                op, "InvalidParameterValueException",
                "$LATEST is not supported for an alias pointing to more than "
                "1 version");
            return false;
        }
        if (strcmp(version, other) == 0) { /* 53 */
            op_refuse(op, "InvalidParameterValueException",
                      "Invalid function version %s. Function version %s is already "
                      "included in routing configuration.",
                      version, version);
            return false;
        }
        if (!has_version(op, other))
            return false;
    }
    return true;
}

/* Let the request change ALIAS; false: it is answered. */
static bool
read_alias(struct op *op, json_t *alias)
{
    json_t *routing = op_member(op, "RoutingConfig");
    json_t *given;
    char revision[37];

    if ((given = op_member(op, "FunctionVersion")))
        (void)json_object_set(alias, "FunctionVersion", given);
    if ((given = op_member(op, "Description")))
        (void)json_object_set(alias, "Description", given);
    if (routing &&
        json_object_size(json_object_get(routing, "AdditionalVersionWeights")))
        (void)json_object_set(alias, "RoutingConfig", routing);
    else if (routing)
        (void)json_object_del(alias, "RoutingConfig");
    lamb_uuid4(revision);
    (void)json_object_set_new(alias, "RevisionId", json_string(revision));
    return op_is_whole(op) && has_version(op, version_of(alias)) &&
           check_routing(op, alias);
}

static void
commit(struct op *op, json_t *alias, unsigned status)
{
    const char *name = op_text(op, "Name");
    const struct document_key key = op_document(op, "alias", op->key.name, name);
    struct change *change = change_new(op_functions(op));
    json_t *answer = view(op, name, alias);

    if (change)
        change_put(change, &key, alias);
    else
        json_decref(alias);
    op_commit(op, change, status, answer);
}

void
lambda_create_alias(struct op *op)
{
    json_t *alias;

    if (!op_read_function(op))
        return;
    if (!op_latest(op)) {
        op_refuse_missing(op, NULL);
        return;
    }
    if (op_find(op, "alias", op->key.name, op_text(op, "Name"))) { /* 48 */
        LAMB_AUTOFREE char *arn = op_arn(op, op_text(op, "Name"));

        op_refuse(op, "ResourceConflictException", "Alias already exists: %s",
                  arn ? arn : "?");
        return;
    }
    alias = json_pack("{s:s}", "Description", "");
    if (read_alias(op, alias))
        commit(op, alias, 201);
    else
        json_decref(alias);
}

/* The alias that is named; NULL: refused with TEXT and its ARN. */
static json_t *
find(struct op *op, const char *text)
{
    json_t *alias = op_find(op, "alias", op->key.name, op_text(op, "Name"));
    LAMB_AUTOFREE char *arn = op_arn(op, op_text(op, "Name"));

    if (!alias)
        op_refuse(op, "ResourceNotFoundException", "%s: %s", text, arn ? arn : "?");
    return alias;
}

void
lambda_get_alias(struct op *op)
{
    json_t *alias;

    if (op_read_function(op) && (alias = find(op, "Cannot find alias arn"))) /* 9 */
        op_reply(op, 200, view(op, op_text(op, "Name"), alias));
}

void
lambda_update_alias(struct op *op)
{
    const char *wanted = op_text(op, "RevisionId");
    json_t *alias;

    if (!op_read_function(op) || !(alias = find(op, "Alias not found"))) /* 10 */
        return;
    if (wanted &&
        strcmp(wanted, json_string_value(json_object_get(alias, "RevisionId"))) != 0) {
        op_refuse(
            op, "PreconditionFailedException", /* 43 */
            "The Revision Id provided does not match the latest Revision Id. Call "
            "the GetFunction/GetAlias API to retrieve the latest Revision Id");
        return;
    }
    alias = json_deep_copy(alias);
    if (read_alias(op, alias))
        commit(op, alias, 200);
    else
        json_decref(alias);
}

void
lambda_delete_alias(struct op *op)
{
    static const char *const kinds[] = { "alias", "policy", "url", "event-invoke",
                                         "runtime-management" };
    struct change *change;

    if (!op_read_function(op))
        return;
    if (!op_find(op, "alias", op->key.name, op_text(op, "Name"))) {
        op_reply(op, 204, NULL);
        return;
    }
    change = change_new(op_functions(op));
    for (size_t i = 0; change && i < LAMB_COUNT(kinds); i++) {
        const struct document_key key =
            op_document(op, kinds[i], op->key.name, op_text(op, "Name"));

        change_remove(change, &key);
    }
    op_commit(op, change, 204, NULL);
}

void
lambda_list_aliases(struct op *op)
{
    const char *version = op_text(op, "FunctionVersion");
    json_t *all;
    json_t *answer;
    struct document_key key;
    const struct document *range;
    size_t first;
    size_t end;
    size_t n;

    if (!op_read_function(op))
        return;
    if (!op_latest(op)) {
        op_refuse_missing(op, NULL);
        return;
    }
    all = json_array();
    answer = json_pack("{s:[]}", "Aliases");
    key = op_document(op, "alias", op->key.name, NULL);
    range = catalog_range(op_catalog(op), &key, &n);
    for (size_t i = 0; i < n; i++)
        if (!version || strcmp(version, version_of(range[i].body)) == 0)
            (void)json_array_append_new(all, view(op, range[i].sub, range[i].body));
    if (op_page(op,
                &(struct op_list){
                    .n = json_array_size(all), .items = all, .member = "Name" },
                PAGE, answer, &first, &end)) {
        for (size_t i = first; i < end; i++)
            (void)json_array_append(json_object_get(answer, "Aliases"),
                                    json_array_get(all, i));
        op_reply(op, 200, answer);
    }
    json_decref(all);
}
