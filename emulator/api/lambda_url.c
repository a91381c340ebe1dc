/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_url - URL configurations of functions and aliases: kept and shown.
 *
 * A numbered comment is the row of the service's recorded error texts.
 */

#include <stdlib.h>

#include "emulator/api/lambda_ops.h"
#include "sdk/base/auto.h"
#include "sdk/base/id.h"
#include "sdk/base/time_text.h"

enum { PAGE = 50 };

static json_t *
now_text(const struct op *op)
{
    char text[LAMB_TIME_SIZE];

    lamb_time_iso_ms(op_now_ns(op), text);
    return json_string(text);
}

/* A URL belongs to the function or to an alias; false: it is answered. */
static bool
read_name(struct op *op)
{
    const char *version;

    if (!op_read_function(op))
        return false;
    version = op->key.version;
    if (!version[0] ||
        (strcmp(version, "$LATEST") != 0 && version[strspn(version, "0123456789")]))
        return true;
    op_refuse(
        op, "ValidationException", /* 100 */
        "1 validation error detected: Value '%s' at 'qualifier' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: "
        "((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
        version);
    return false;
}

static bool
is_there(struct op *op)
{
    if (op_latest(op) &&
        (!op->key.version[0] || op_find(op, "alias", op->key.name, op->key.version)))
        return true;
    op_refuse(op, "ResourceNotFoundException", "Function does not exist"); /* 5 */
    return false;
}

/* What is shown of CONFIG. WANTS_ALL: also what nobody set. */
static json_t *
view(const struct op *op, const char *qualifier, const json_t *config, bool wants_all)
{
    LAMB_AUTOFREE char *arn = op_arn(op, qualifier[0] ? qualifier : NULL);
    json_t *answer = json_deep_copy(config);

    (void)json_object_set_new(answer, "FunctionArn", json_string(arn ? arn : ""));
    if (wants_all && !json_object_get(answer, "InvokeMode"))
        (void)json_object_set_new(answer, "InvokeMode", json_string("BUFFERED"));
    return answer;
}

static void
commit(struct op *op, json_t *config, unsigned status, json_t *answer)
{
    const struct document_key key =
        op_document(op, "url", op->key.name, op->key.version);
    struct change *change = change_new(op_functions(op));

    if (change)
        change_put(change, &key, config);
    else
        json_decref(config);
    op_commit(op, change, status, answer);
}

static void
read_members(const struct op *op, json_t *config)
{
    static const char *const members[] = { "AuthType", "Cors", "InvokeMode" };

    for (size_t i = 0; i < LAMB_COUNT(members); i++)
        if (op_member(op, members[i]))
            (void)json_object_set(config, members[i], op_member(op, members[i]));
}

void
lambda_create_function_url_config(struct op *op)
{
    json_t *config;
    json_t *answer;
    char id[37];

    if (!read_name(op) || !is_there(op))
        return;
    if (op_find(op, "url", op->key.name, op->key.version)) { /* 99 */
        LAMB_AUTOFREE char *arn =
            op_arn(op, op->key.version[0] ? op->key.version : NULL);

        op_refuse(op, "ResourceConflictException",
                  "Failed to create function url config for [functionArn = %s]. Error "
                  "message:  FunctionUrlConfig exists for this Lambda function",
                  arn ? arn : "?");
        return;
    }
    lamb_uuid4(id);
    config =
        json_pack("{s:o, s:o}", "FunctionUrl",
                  json_sprintf("https://%.8s%.4s%.4s%.4s%.12s.lambda-url.%s.on.aws/",
                               id, id + 9, id + 14, id + 19, id + 24, op->key.region),
                  "CreationTime", now_text(op));
    read_members(op, config);
    answer = view(op, op->key.version, config, false);
    (void)json_object_set_new(config, "LastModifiedTime", now_text(op));
    commit(op, config, 201, answer);
}

/* Borrowed; NULL: it is answered. */
static json_t *
find(struct op *op)
{
    json_t *config = op_find(op, "url", op->key.name, op->key.version);

    if (!config) /* 4 */
        op_refuse(op, "ResourceNotFoundException",
                  "The resource you requested does not exist.");
    return config;
}

void
lambda_get_function_url_config(struct op *op)
{
    json_t *config;

    if (read_name(op) && (config = find(op)))
        op_reply(op, 200, view(op, op->key.version, config, true));
}

void
lambda_update_function_url_config(struct op *op)
{
    json_t *config;

    if (!read_name(op) || !is_there(op) || !(config = find(op)))
        return;
    config = json_deep_copy(config);
    read_members(op, config);
    (void)json_object_set_new(config, "LastModifiedTime", now_text(op));
    commit(op, config, 200, view(op, op->key.version, config, false));
}

void
lambda_delete_function_url_config(struct op *op)
{
    struct document_key key;
    struct change *change;

    if (!read_name(op) || !find(op))
        return;
    key = op_document(op, "url", op->key.name, op->key.version);
    change = change_new(op_functions(op));
    if (change)
        change_remove(change, &key);
    op_commit(op, change, 204, NULL);
}

void
lambda_list_function_url_configs(struct op *op)
{
    struct document_key key;
    const struct document *range;
    json_t *answer;
    size_t first;
    size_t end;
    size_t n;

    if (!op_read_function(op))
        return;
    if (!op_latest(op)) {
        op_refuse(op, "ResourceNotFoundException", "Function does not exist"); /* 5 */
        return;
    }
    key = op_document(op, "url", op->key.name, NULL);
    range = catalog_range(op_catalog(op), &key, &n);
    answer = json_pack("{s:[]}", "FunctionUrlConfigs");
    if (!op_page(op,
                 &(struct op_list){ .n = n, .items = range, .key = op_key_document },
                 PAGE, answer, &first, &end))
        return;
    for (size_t i = first; i < end; i++)
        (void)json_array_append_new(json_object_get(answer, "FunctionUrlConfigs"),
                                    view(op, range[i].sub, range[i].body, true));
    op_reply(op, 200, answer);
}
