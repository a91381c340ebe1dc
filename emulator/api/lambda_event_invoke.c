/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_event_invoke - how asynchronous events of a function are treated.
 *
 * A numbered comment is the row of the service's recorded error texts.
 */

#include <stdlib.h>

#include "emulator/api/lambda_ops.h"
#include "emulator/functions/name.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"

enum { PAGE = 50 };

static const char *
qualifier_of(const struct op *op)
{
    return op->key.version[0] ? op->key.version : "$LATEST";
}

static json_t *
view(const struct op *op, const char *qualifier, const json_t *config)
{
    LAMB_AUTOFREE char *arn = op_arn(op, qualifier);
    json_t *answer = json_deep_copy(config);

    (void)json_object_set_new(answer, "FunctionArn", json_string(arn ? arn : ""));
    return answer;
}

/* The function or alias is there; false: it is answered. */
static bool
is_there(struct op *op)
{
    struct function_key key = op->key;

    if (!op_find(op, "alias", key.name, key.version)) {
        key.version = qualifier_of(op);
        if (!functions_version(op_functions(op), &key)) { /* 6 */
            op_refuse(op, "ResourceNotFoundException", "The function doesn't exist.");
            return false;
        }
    }
    return true;
}

/* -- destinations
 * ----------------------------------------------------------------------- */

static const char *
destination_of(const json_t *config, const char *side)
{
    return json_string_value(
        json_object_get(json_object_get(config, side), "Destination"));
}

static void
refuse_destination(struct op *op, const json_t *given)
{
    const char *success = destination_of(given, "OnSuccess");
    const char *failure = destination_of(given, "OnFailure");

    op_refuse(op, "InvalidParameterValueException", /* 97 */
              "The provided destination config DestinationConfig(onSuccess=%s%s%s, "
              "onFailure=%s%s%s) is invalid.",
              success ? "OnSuccess(destination=" : "", success ? success : "null",
              success ? ")" : "", failure ? "OnFailure(destination=" : "",
              failure ? failure : "null", failure ? ")" : "");
}

static bool
check_function(struct op *op, const char *arn)
{
    struct function_name name;
    struct function_key key = op->key;
    LAMB_AUTOFREE char *other = NULL;

    if (!function_name_parse(lamb_span_str(arn), &name))
        other = lamb_span_dup(name.name);
    if (other && strcmp(other, op->key.name) == 0) { /* 95 */
        op_refuse(op, "InvalidParameterValueException",
                  "You can't specify the function as a destination for itself.");
        return false;
    }
    key.name = other ? other : "";
    key.version = "$LATEST";
    if (functions_version(op_functions(op), &key))
        return true;
    op_refuse(op, "InvalidParameterValueException", /* 96 */
              "The destination ARN %s is invalid.", arn);
    return false;
}

static bool
check_destination(struct op *op, const json_t *given, const char *side)
{
    static const char *const services[] = { ":sqs:", ":sns:", ":events:", ":s3:" };
    const char *arn = destination_of(given, side);

    if (!arn || !*arn)
        return true;
    if (strstr(arn, ":lambda:"))
        return check_function(op, arn);
    for (size_t i = 0; i < LAMB_COUNT(services); i++)
        if (strstr(arn, services[i]) &&
            (i < 3 || strcmp(side, "OnFailure") == 0)) /* a bucket: failures only */
            return true;
    refuse_destination(op, given);
    return false;
}

static void
put_side(json_t *to, const json_t *given, const char *side)
{
    const char *arn = destination_of(given, side);

    if (json_object_get(given, side))
        (void)json_object_set_new(to, side,
                                  arn && *arn ? json_pack("{s:s}", "Destination", arn)
                                              : json_object());
}

/* -- operations
 * --------------------------------------------------------------------------- */

/* Let the request change CONFIG and store it. */
static void
write_config(struct op *op, json_t *config)
{
    static const char *const numbers[] = { "MaximumRetryAttempts",
                                           "MaximumEventAgeInSeconds" };
    json_t *given = op_member(op, "DestinationConfig");
    struct document_key key =
        op_document(op, "event-invoke", op->key.name, qualifier_of(op));
    struct change *change;
    json_t *answer;

    for (size_t i = 0; i < LAMB_COUNT(numbers); i++)
        if (op_member(op, numbers[i]))
            (void)json_object_set(config, numbers[i], op_member(op, numbers[i]));
    put_side(json_object_get(config, "DestinationConfig"), given, "OnSuccess");
    put_side(json_object_get(config, "DestinationConfig"), given, "OnFailure");
    (void)json_object_set_new(config, "LastModified",
                              json_real((double)(op_now_ns(op) / 1000000) / 1000));
    answer = view(op, qualifier_of(op), config);
    change = change_new(op_functions(op));
    if (change)
        change_put(change, &key, config);
    else
        json_decref(config);
    op_commit(op, change, 200, answer);
}

static bool
check(struct op *op)
{
    json_t *given = op_member(op, "DestinationConfig");

    if (!op_read_function(op))
        return false;
    if (!given && !op_member(op, "MaximumRetryAttempts") &&
        !op_member(op, "MaximumEventAgeInSeconds")) { /* 94 */
        op_refuse(op, "InvalidParameterValueException",
                  "You must specify at least one of error handling or destination "
                  "setting.");
        return false;
    }
    return is_there(op) && check_destination(op, given, "OnSuccess") &&
           check_destination(op, given, "OnFailure");
}

void
lambda_put_function_event_invoke_config(struct op *op)
{
    if (check(op))
        write_config(op, json_pack("{s:{s:{}, s:{}}}", "DestinationConfig", "OnSuccess",
                                   "OnFailure"));
}

/* Borrowed; NULL: it is answered. */
static json_t *
find(struct op *op)
{
    json_t *config = op_find(op, "event-invoke", op->key.name, qualifier_of(op));
    LAMB_AUTOFREE char *arn = op_arn(op, qualifier_of(op));

    if (!config) /* 7 */
        op_refuse(op, "ResourceNotFoundException",
                  "The function %s doesn't have an EventInvokeConfig", arn ? arn : "?");
    return config;
}

void
lambda_update_function_event_invoke_config(struct op *op)
{
    json_t *config;

    if (check(op) && (config = find(op)))
        write_config(op, json_deep_copy(config));
}

void
lambda_get_function_event_invoke_config(struct op *op)
{
    json_t *config;

    if (op_read_function(op) && (config = find(op)))
        op_reply(op, 200, view(op, qualifier_of(op), config));
}

void
lambda_delete_function_event_invoke_config(struct op *op)
{
    struct document_key key;
    struct change *change;

    if (!op_read_function(op) || !find(op))
        return;
    key = op_document(op, "event-invoke", op->key.name, qualifier_of(op));
    change = change_new(op_functions(op));
    if (change)
        change_remove(change, &key);
    op_commit(op, change, 204, NULL);
}

void
lambda_list_function_event_invoke_configs(struct op *op)
{
    struct document_key key;
    const struct document *range;
    json_t *answer;
    size_t first;
    size_t end;
    size_t n;

    if (!op_read_function(op))
        return;
    if (!op_latest(op)) { /* 6 */
        op_refuse(op, "ResourceNotFoundException", "The function doesn't exist.");
        return;
    }
    key = op_document(op, "event-invoke", op->key.name, NULL);
    range = catalog_range(op_catalog(op), &key, &n);
    answer = json_pack("{s:[]}", "FunctionEventInvokeConfigs");
    if (!op_page(op,
                 &(struct op_list){ .n = n, .items = range, .key = op_key_document },
                 PAGE, answer, &first, &end))
        return;
    for (size_t i = first; i < end; i++)
        (void)json_array_append_new(
            json_object_get(answer, "FunctionEventInvokeConfigs"),
            view(op, range[i].sub, range[i].body));
    op_reply(op, 200, answer);
}
