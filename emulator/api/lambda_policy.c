/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_policy - resource policies of functions, versions, aliases and layer versions.
 *
 * A policy is a document {"RevisionId", "Statement": [...]}. A numbered comment is the
 * row of the service's recorded error texts.
 */

#include <stdlib.h>

#include "emulator/api/lambda_config.h"
#include "emulator/api/lambda_layers.h"
#include "emulator/api/lambda_ops.h"
#include "sdk/base/auto.h"
#include "sdk/base/id.h"

enum { POLICY_MAX = 20480 };

/* A policy under the hands of an operation. */
struct policy {
    struct document_key key;
    json_t *body;         /* a copy to be changed */
    const char *revision; /* what RevisionId of a request is compared with */
    const char *asked;    /* the operation that tells the revision */
    bool is_function;     /* unqualified: its function gets a new revision too */
};

/* -- statements -------------------------------------------------------------------- */

static bool
is_digits(const char *text)
{
    return strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

/* NULL: it is none that there can be. */
static json_t *
principal_of(const char *text)
{
    const char *dot = strstr(text, ".amazonaws.com");

    if (strcmp(text, "*") == 0)
        return json_string("*");
    if (is_digits(text))
        return json_pack("{s:o}", "AWS", json_sprintf("arn:aws:iam::%s:root", text));
    if (strncmp(text, "arn:", 4) == 0)
        return json_pack("{s:s}", "AWS", text);
    if (dot && dot != text)
        return json_pack("{s:s}", "Service", text);
    return NULL;
}

static json_t *
condition_of(const struct op *op)
{
    static const struct {
        const char *member, *operator, * key;
    } rows[] = {
        { "SourceArn", "ArnLike", "AWS:SourceArn" },
        { "SourceAccount", "StringEquals", "AWS:SourceAccount" },
        { "EventSourceToken", "StringEquals", "lambda:EventSourceToken" },
        { "FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType" },
        { "PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID" },
        { "OrganizationId", "StringEquals", "aws:PrincipalOrgID" },
    };
    json_t *condition = json_object();

    for (size_t i = 0; i < LAMB_COUNT(rows); i++) {
        if (!op_text(op, rows[i].member))
            continue;
        if (!json_object_get(condition, rows[i].operator))
            (void)json_object_set_new(condition, rows[i].operator, json_object());
        (void)json_object_set(json_object_get(condition, rows[i].operator), rows[i].key,
                              op_member(op, rows[i].member));
    }
    if (json_is_boolean(op_member(op, "InvokedViaFunctionUrl")))
        (void)json_object_set_new(
            condition, "Bool",
            json_pack("{s:s}", "lambda:InvokedViaFunctionUrl",
                      json_is_true(op_member(op, "InvokedViaFunctionUrl")) ? "true"
                                                                           : "false"));
    return condition;
}

/* The statement that the request asks for; NULL: it is answered. */
static json_t *
make_statement(struct op *op, json_t *resource)
{
    json_t *principal = principal_of(op_text(op, "Principal"));
    json_t *statement;
    json_t *condition;

    if (!principal) { /* 83 */
        json_decref(resource);
        op_refuse(op, "InvalidParameterValueException",
                  "The provided principal was invalid. Please check the principal and "
                  "try again.");
        return NULL;
    }
    statement =
        json_pack("{s:s, s:s, s:o, s:s, s:o}", "Sid", op_text(op, "StatementId"),
                  "Effect", "Allow", "Principal", principal, "Action",
                  op_text(op, "Action"), "Resource", resource);
    if (!statement) {
        op_refuse_memory(op);
        return NULL;
    }
    condition = condition_of(op);
    if (json_object_size(condition))
        (void)json_object_set(statement, "Condition", condition);
    json_decref(condition);
    return statement;
}

static size_t
find_statement(const json_t *policy, const char *sid)
{
    json_t *statements = json_object_get(policy, "Statement");
    size_t i;

    for (i = 0; i < json_array_size(statements); i++)
        if (strcmp(sid, json_string_value(json_object_get(json_array_get(statements, i),
                                                          "Sid"))) == 0)
            break;
    return i;
}

/* -- changes ------------------------------------------------------------------------
 */

static json_t *
policy_text(const json_t *policy)
{
    json_t *whole =
        json_pack("{s:s, s:s, s:O}", "Version", "2012-10-17", "Id", "default",
                  "Statement", json_object_get(policy, "Statement"));
    LAMB_AUTOFREE char *text = json_dumps(whole, JSON_COMPACT);

    json_decref(whole);
    return json_string(text ? text : "");
}

static bool
has_revision(struct op *op, const struct policy *policy)
{
    const char *wanted = op_text(op, "RevisionId");

    if (!wanted || (policy->revision && strcmp(wanted, policy->revision) == 0))
        return true;
    op_refuse(
        op, "PreconditionFailedException", /* 43, 65, 87 */
        "The Revision Id provided does not match the latest Revision Id. Call the "
        "%s API to retrieve the latest Revision Id",
        policy->asked);
    return false;
}

static void
commit(struct op *op, struct policy *policy, unsigned status, json_t *answer)
{
    struct change *change = change_new(op_functions(op));
    char revision[37];

    lamb_uuid4(revision);
    (void)json_object_set_new(policy->body, "RevisionId", json_string(revision));
    if (answer && strcmp(policy->key.kind, "layer-policy") == 0)
        (void)json_object_set_new(answer, "RevisionId", json_string(revision));
    if (change && json_array_size(json_object_get(policy->body, "Statement")))
        change_put(change, &policy->key, json_incref(policy->body));
    else if (change)
        change_remove(change, &policy->key);
    if (change && policy->is_function)
        touch_function(op, change);
    json_decref(policy->body);
    op_commit(op, change, status, answer);
}

static void
add_statement(struct op *op, struct policy *policy, json_t *resource)
{
    json_t *statement;
    json_t *answer;
    LAMB_AUTOFREE char *text = NULL;

    if (find_statement(policy->body, op_text(op, "StatementId")) <
        json_array_size(json_object_get(policy->body, "Statement"))) { /* 64 */
        json_decref(resource);
        json_decref(policy->body);
        op_refuse(op, "ResourceConflictException",
                  "The statement id (%s) provided already exists. Please provide a new "
                  "statement id, or remove the existing statement.",
                  op_text(op, "StatementId"));
        return;
    }
    statement = make_statement(op, resource);
    if (!statement) {
        json_decref(policy->body);
        return;
    }
    text = json_dumps(statement, JSON_COMPACT);
    (void)json_array_append_new(json_object_get(policy->body, "Statement"), statement);
    answer = policy_text(policy->body);
    if (json_string_length(answer) > POLICY_MAX) {
        json_decref(answer);
        json_decref(policy->body);
        op_refuse(op, "PolicyLengthExceededException",
                  "The final policy size is bigger than the limit (%d).", POLICY_MAX);
        return;
    }
    json_decref(answer);
    commit(op, policy, 201, json_pack("{s:s}", "Statement", text ? text : ""));
}

static void
remove_statement(struct op *op, struct policy *policy)
{
    json_t *statements = json_object_get(policy->body, "Statement");
    size_t at = find_statement(policy->body, op_text(op, "StatementId"));

    if (at == json_array_size(statements)) { /* 66 */
        json_decref(policy->body);
        op_refuse(op, "ResourceNotFoundException",
                  "Statement %s is not found in resource policy.",
                  op_text(op, "StatementId"));
        return;
    }
    (void)json_array_remove(statements, at);
    commit(op, policy, 204, NULL);
}

/* -- of functions --------------------------------------------------------------------
 */

static void
open_policy(struct op *op, const struct document_key *key, struct policy *ret)
{
    json_t *found = catalog_find(op_catalog(op), key);

    ret->key = *key;
    ret->revision = json_string_value(json_object_get(found, "RevisionId"));
    ret->body = found ? json_deep_copy(found) : json_pack("{s:[]}", "Statement");
}

static void
open_function_policy(struct op *op, struct policy *ret)
{
    const struct document_key key =
        op_document(op, "policy", op->key.name, op->key.version);

    *ret = (struct policy){ .asked = "GetPolicy" };
    open_policy(op, &key, ret);
    ret->is_function = !op->key.version[0];
    if (!ret->is_function || !op_latest(op))
        return;
    ret->revision = config_revision(op, op_latest(op));
    ret->asked = "GetFunction/GetAlias";
}

void
lambda_add_permission(struct op *op)
{
    LAMB_AUTOFREE char *arn = NULL;
    struct policy policy;

    if (!op_read_function(op))
        return;
    if (strcmp(op->key.version, "$LATEST") == 0) { /* 82 */
        op_refuse(op, "InvalidParameterValueException",
                  "We currently do not support adding policies for $LATEST.");
        return;
    }
    if (op->key.version[0] && op_latest(op) &&
        op->key.version[strspn(op->key.version, "0123456789")] &&
        !op_find(op, "alias", op->key.name, op->key.version)) { /* 9 */
        arn = op_arn(op, op->key.version);
        op_refuse(op, "ResourceNotFoundException", "Cannot find alias arn: %s",
                  arn ? arn : "?");
        return;
    }
    if (!find_qualified(op))
        return;
    open_function_policy(op, &policy);
    if (!has_revision(op, &policy)) {
        json_decref(policy.body);
        return;
    }
    arn = op_arn(op, op->key.version[0] ? op->key.version : NULL);
    add_statement(op, &policy, json_string(arn ? arn : ""));
}

static void
reply_policy(struct op *op, const json_t *policy)
{
    if (policy)
        op_reply(op, 200,
                 json_pack("{s:o, s:O}", "Policy", policy_text(policy), "RevisionId",
                           json_object_get(policy, "RevisionId")));
    else /* 4 */
        op_refuse(op, "ResourceNotFoundException",
                  "The resource you requested does not exist.");
}

void
lambda_get_policy(struct op *op)
{
    if (op_read_function(op))
        reply_policy(op, op_find(op, "policy", op->key.name, op->key.version));
}

void
lambda_remove_permission(struct op *op)
{
    struct policy policy;

    if (!op_read_function(op))
        return;
    if (!op_latest(op)) { /* 85 */
        LAMB_AUTOFREE char *arn =
            op_arn(op, op->key.version[0] ? op->key.version : NULL);

        op_refuse(op, "ResourceNotFoundException", "No policy found for: %s",
                  arn ? arn : "?");
        return;
    }
    if (!op_find(op, "policy", op->key.name, op->key.version)) { /* 84 */
        op_refuse(op, "ResourceNotFoundException",
                  "No policy is associated with the given resource.");
        return;
    }
    open_function_policy(op, &policy);
    if (has_revision(op, &policy))
        remove_statement(op, &policy);
    else
        json_decref(policy.body);
}

/* -- of layer versions
 * ----------------------------------------------------------------- */

/* False: it is answered. */
static bool
open_layer_policy(struct op *op, struct layer_name *name, struct policy *ret)
{
    struct document_key key;

    if (!layer_read_version(op, name))
        return false;
    if (!layer_find(op, name)) { /* 58 */
        op_refuse(op, "ResourceNotFoundException",
                  "Layer version arn:aws:lambda:%s:%s:layer:%s:%u does not exist.",
                  op->key.region, op->key.account, name->name, name->version);
        return false;
    }
    key = op_document(op, "layer-policy", name->name, name->sub);
    *ret = (struct policy){ .asked = "GetLayerPolicy" };
    open_policy(op, &key, ret);
    return true;
}

void
lambda_add_layer_version_permission(struct op *op)
{
    struct layer_name name;
    struct policy policy;

    if (!open_layer_policy(op, &name, &policy))
        return;
    if (has_revision(op, &policy))
        add_statement(op, &policy,
                      json_sprintf("arn:aws:lambda:%s:%s:layer:%s:%u", op->key.region,
                                   op->key.account, name.name, name.version));
    else
        json_decref(policy.body);
}

void
lambda_get_layer_version_policy(struct op *op)
{
    struct layer_name name;
    struct policy policy;

    if (!open_layer_policy(op, &name, &policy))
        return;
    reply_policy(op, policy.revision ? policy.body : NULL);
    json_decref(policy.body);
}

void
lambda_remove_layer_version_permission(struct op *op)
{
    struct layer_name name;
    struct policy policy;

    if (!open_layer_policy(op, &name, &policy))
        return;
    if (has_revision(op, &policy))
        remove_statement(op, &policy);
    else
        json_decref(policy.body);
}
