/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_mappings - event source mappings: kept and shown.
 *
 * A mapping is shown from its document; "Next" in it is the state that it has once
 * ReadyNs (platform time) is over. A numbered comment is the row of the service's
 * recorded error texts.
 */

#include <stdlib.h>

#include "emulator/api/lambda_ops.h"
#include "sdk/base/auto.h"
#include "sdk/base/clock.h"
#include "sdk/base/id.h"

enum { PAGE = 100, SMALL_BATCH = 10 };
#define SETTLE_NS (INT64_C(250) * 1000 * 1000)

enum source {
    SOURCE_NONE,
    SOURCE_SQS,
    SOURCE_STREAM,
    SOURCE_TABLE,
    SOURCE_KAFKA,
    SOURCE_BROKER
};

static enum source
source_of(const char *arn, const json_t *self_managed)
{
    static const struct {
        const char *part;
        enum source source;
    } rows[] = { { ":sqs:", SOURCE_SQS },        { ":kinesis:", SOURCE_STREAM },
                 { ":dynamodb:", SOURCE_TABLE }, { ":kafka:", SOURCE_KAFKA },
                 { ":mq:", SOURCE_BROKER },      { ":rds:", SOURCE_BROKER } };

    if (self_managed)
        return SOURCE_KAFKA;
    for (size_t i = 0; arn && i < LAMB_COUNT(rows); i++)
        if (strstr(arn, rows[i].part))
            return rows[i].source;
    return SOURCE_NONE;
}

static bool
is_stream(enum source source)
{
    return source == SOURCE_STREAM || source == SOURCE_TABLE;
}

static const char *
text_of(const json_t *mapping, const char *name)
{
    return json_string_value(json_object_get(mapping, name));
}

/* -- what is shown
 * ------------------------------------------------------------------------ */

static bool
is_settled(const struct op *op, const json_t *mapping)
{
    return op_now_ns(op) >= json_integer_value(json_object_get(mapping, "ReadyNs"));
}

bool
mapping_is_gone(const struct op *op, const json_t *mapping)
{
    return text_of(mapping, "Next") && !text_of(mapping, "Next")[0] &&
           is_settled(op, mapping);
}

static json_t *
view(const struct op *op, const json_t *mapping)
{
    json_t *answer = json_deep_copy(mapping);

    if (text_of(mapping, "Next") && is_settled(op, mapping))
        (void)json_object_set(answer, "State", json_object_get(mapping, "Next"));
    (void)json_object_del(answer, "Next");
    (void)json_object_del(answer, "ReadyNs");
    (void)json_object_del(answer, "Tags");
    return answer;
}

/* -- what is checked
 * ----------------------------------------------------------------------- */

/* The ARN of the function, as it is named; NULL: it is answered. */
static char *
read_target(struct op *op)
{
    bool is_latest;
    char *arn;

    if (!op_read_function(op))
        return NULL;
    if (!functions_find(op_functions(op), &op->key)) { /* 105 */
        op_refuse(op, "InvalidParameterValueException", "Function does not exist");
        return NULL;
    }
    is_latest = strcmp(op->key.version, "$LATEST") == 0 &&
                strncmp(op_text(op, "FunctionName"), "arn:", 4) == 0;
    arn = op_arn(op, is_latest || !op->key.version[0] ? NULL : op->key.version);
    if (!arn)
        op_refuse_memory(op);
    return arn;
}

static bool
check_access(struct op *op)
{
    if (!op_member(op, "SelfManagedEventSource") ||
        json_array_size(op_member(op, "SourceAccessConfigurations")))
        return true;
    op_refuse(op, "InvalidParameterValueException", /* 117 */
              "Required 'sourceAccessConfigurations' parameter is missing.");
    return false;
}

static bool
check_position(struct op *op, enum source source)
{
    const char *position = op_text(op, "StartingPosition");

    if (!position && (is_stream(source) || source == SOURCE_KAFKA)) { /* 106 */
        op_refuse(
            op, "InvalidParameterValueException",
            "1 validation error detected: Value null at 'startingPosition' failed "
            "to satisfy constraint: Member must not be null.");
        return false;
    }
    if (source == SOURCE_TABLE && strcmp(position, "AT_TIMESTAMP") == 0) { /* 108 */
        op_refuse(op, "InvalidParameterValueException",
                  "Unsupported starting position for arn type: %s",
                  op_text(op, "EventSourceArn"));
        return false;
    }
    return true;
}

static bool
check_filters(struct op *op)
{
    json_t *filters = json_object_get(op_member(op, "FilterCriteria"), "Filters");
    json_t *filter;
    size_t i;

    json_array_foreach(filters, i, filter)
    {
        const char *pattern = text_of(filter, "Pattern");
        json_t *json = pattern ? json_loads(pattern, 0, NULL) : NULL;
        bool is_object = json_is_object(json);

        json_decref(json);
        if (is_object)
            continue;
        op_refuse(op, "InvalidParameterValueException", /* 110 */
                  "Invalid filter pattern definition.");
        return false;
    }
    return true;
}

/* MAPPING as it would be. */
static bool
check_mapping(struct op *op, enum source source, const json_t *mapping)
{
    json_t *destination = op_member(op, "DestinationConfig");
    json_int_t batch = json_integer_value(json_object_get(mapping, "BatchSize"));
    json_t *window = json_object_get(mapping, "MaximumBatchingWindowInSeconds");

    if (destination && (source == SOURCE_SQS ||
                        json_object_size(json_object_get(destination, "OnSuccess")))) {
        op_refuse(op, "InvalidParameterValueException", /* 109 */
                  "Unsupported DestinationConfig parameter for given event source "
                  "mapping type.");
        return false;
    }
    if (source == SOURCE_SQS && batch > SMALL_BATCH && !json_integer_value(window)) {
        op_refuse(op, "InvalidParameterValueException", /* 111 */
                  "Maximum batch window in seconds must be greater than 0 if maximum "
                  "batch size is greater than 10");
        return false;
    }
    return check_filters(op);
}

/* A list of texts as the service prints it. */
static void
put_list(struct lamb_buf *text, const json_t *list)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)(void)
        lamb_buf_printf(text, "%s%s", i ? "," : "", json_string_value(item));
}

static const json_t *
servers_of(const json_t *mapping)
{
    return json_object_get(
        json_object_get(json_object_get(mapping, "SelfManagedEventSource"),
                        "Endpoints"),
        "KAFKA_BOOTSTRAP_SERVERS");
}

static void
refuse_double(struct op *op, enum source source, const json_t *other)
{
    const char *arn = op_text(op, "EventSourceArn");
    const char *uuid = text_of(other, "UUID");
    LAMB_AUTOBUF struct lamb_buf servers = LAMB_BUF_INIT(64 * 1024);
    LAMB_AUTOBUF struct lamb_buf topics = LAMB_BUF_INIT(64 * 1024);

    if (source == SOURCE_SQS) { /* 114 */
        op_refuse(op, "ResourceConflictException",
                  "An event source mapping with SQS arn (\" %s \") and function (\" %s "
                  "\") already exists. Please update or delete the existing mapping "
                  "with UUID %s",
                  arn, op->key.name, uuid);
        return;
    }
    if (arn) { /* 115 */
        op_refuse(
            op, "ResourceConflictException",
            "The event source arn (\" %s \") and function (\" %s \") provided "
            "mapping already exists. Please update or delete the existing mapping "
            "with UUID %s",
            arn, op->key.name, uuid);
        return;
    }
    put_list(&servers, servers_of(other)); /* 116 */
    put_list(&topics, json_object_get(other, "Topics"));
    op_refuse(op, "ResourceConflictException",
              "An event source mapping with event source (\"%s\"), function (\"%s\"), "
              "topics (\"%s\") already exists. Please update or delete the existing "
              "mapping with UUID %s",
              lamb_buf_cstr(&servers), text_of(other, "FunctionArn"),
              lamb_buf_cstr(&topics), uuid);
}

/* The same source: an ARN, or topics of the user's own brokers. */
static bool
is_same_source(const struct op *op, const json_t *other)
{
    const char *arn = op_text(op, "EventSourceArn");
    const char *other_arn = text_of(other, "EventSourceArn");
    json_t *asked = json_pack("{s:O}", "SelfManagedEventSource",
                              op_member(op, "SelfManagedEventSource"));
    bool is_same =
        arn ? other_arn && strcmp(arn, other_arn) == 0
            : !other_arn && json_equal(servers_of(asked), servers_of(other)) &&
                  json_equal(op_member(op, "Topics"), json_object_get(other, "Topics"));

    json_decref(asked);
    return is_same;
}

/* Is the source mapped to this function already? */
static bool
check_double(struct op *op, enum source source, const char *function)
{
    const struct document_key key = op_document(op, "mapping", NULL, NULL);
    size_t n;
    const struct document *range = catalog_range(op_catalog(op), &key, &n);

    for (size_t i = 0; i < n; i++) {
        const json_t *other = range[i].body;

        if (!is_same_source(op, other) || mapping_is_gone(op, other) ||
            strcmp(text_of(other, "FunctionArn"), function) != 0)
            continue;
        refuse_double(op, source, other);
        return false;
    }
    return true;
}

/* -- what is made
 * --------------------------------------------------------------------------- */

static json_t *
defaults_of(enum source source, const char *uuid)
{
    if (source == SOURCE_SQS)
        return json_pack("{s:i, s:i, s:[]}", "BatchSize", 10,
                         "MaximumBatchingWindowInSeconds", 0, "FunctionResponseTypes");
    if (is_stream(source))
        return json_pack("{s:i, s:i, s:[], s:b, s:{s:{}}, s:s, s:i, s:i, s:i, s:i}",
                         "BatchSize", 100, "MaximumBatchingWindowInSeconds", 0,
                         "FunctionResponseTypes", "BisectBatchOnFunctionError", 0,
                         "DestinationConfig", "OnFailure", "LastProcessingResult",
                         "No records processed", "MaximumRecordAgeInSeconds", -1,
                         "MaximumRetryAttempts", -1, "ParallelizationFactor", 1,
                         "TumblingWindowInSeconds", 0);
    if (source == SOURCE_KAFKA)
        return json_pack("{s:i, s:s, s:{s:s}}", "BatchSize", 100,
                         "LastProcessingResult", "No records processed",
                         "SelfManagedKafkaEventSourceConfig", "ConsumerGroupId", uuid);
    return json_pack("{s:i}", "BatchSize", 100);
}

/* The members that a mapping shows as they were given. */
static void
read_members(const struct op *op, json_t *mapping)
{
    static const char *const members[] = { "BatchSize",
                                           "MaximumBatchingWindowInSeconds",
                                           "ParallelizationFactor",
                                           "EventSourceArn",
                                           "StartingPosition",
                                           "StartingPositionTimestamp",
                                           "DestinationConfig",
                                           "Topics",
                                           "Queues",
                                           "MaximumRecordAgeInSeconds",
                                           "BisectBatchOnFunctionError",
                                           "MaximumRetryAttempts",
                                           "TumblingWindowInSeconds",
                                           "SourceAccessConfigurations",
                                           "SelfManagedEventSource",
                                           "FunctionResponseTypes",
                                           "AmazonManagedKafkaEventSourceConfig",
                                           "SelfManagedKafkaEventSourceConfig",
                                           "ScalingConfig",
                                           "DocumentDBEventSourceConfig",
                                           "KMSKeyArn",
                                           "MetricsConfig",
                                           "LoggingConfig",
                                           "ProvisionedPollerConfig",
                                           "Tags" };
    json_t *filters = op_member(op, "FilterCriteria");

    for (size_t i = 0; i < LAMB_COUNT(members); i++)
        if (op_member(op, members[i]))
            (void)json_object_set(mapping, members[i], op_member(op, members[i]));
    if (json_array_size(json_object_get(filters, "Filters")))
        (void)json_object_set(mapping, "FilterCriteria", filters);
    else if (filters)
        (void)json_object_del(mapping, "FilterCriteria");
}

/* In STATE for a moment, then in NEXT; where both are one, it is settled at once. */
static void
set_state(const struct op *op, json_t *mapping, const char *state, const char *next)
{
    bool is_settled_now = op->told || strcmp(state, next) == 0;
    int64_t ready_ns = is_settled_now ? 0 : op_now_ns(op) + SETTLE_NS;

    (void)json_object_update_new(
        mapping, json_pack("{s:s, s:s, s:I, s:f}", "State", state, "Next", next,
                           "ReadyNs", (json_int_t)ready_ns, "LastModified",
                           (double)(op_now_ns(op) / 1000000) / 1000));
}

/* Nobody sees those that are gone, and no timer takes them away: the next change does.
 */
static void
sweep(const struct op *op, struct change *change)
{
    const struct document_key all = op_document(op, "mapping", NULL, NULL);
    size_t n;
    const struct document *range = catalog_range(op_catalog(op), &all, &n);

    for (size_t i = 0; i < n; i++)
        if (mapping_is_gone(op, range[i].body)) {
            const struct document_key key =
                op_document(op, "mapping", range[i].name, range[i].sub);

            change_remove(change, &key);
        }
}

static void
commit(struct op *op, json_t *mapping)
{
    const struct document_key key =
        op_document(op, "mapping", text_of(mapping, "UUID"), "");
    struct change *change = change_new(op_functions(op));
    json_t *answer = view(op, mapping);

    /* The answer says what begins, whatever the time is. */
    (void)json_object_set(answer, "State", json_object_get(mapping, "State"));
    if (change) {
        sweep(op, change);
        change_put(change, &key, mapping);
    } else {
        json_decref(mapping);
    }
    op_commit(op, change, 202, answer);
}

static json_t *
new_mapping(const struct op *op, enum source source, const char *function)
{
    char uuid[37];
    json_t *mapping;

    lamb_uuid4(uuid);
    mapping = defaults_of(source, uuid);
    read_members(op, mapping);
    (void)json_object_update_new(
        mapping, json_pack("{s:s, s:s, s:o, s:s}", "UUID", uuid, "FunctionArn",
                           function, "EventSourceMappingArn",
                           json_sprintf("arn:aws:lambda:%s:%s:event-source-mapping:%s",
                                        op->key.region, op->key.account, uuid),
                           "StateTransitionReason",
                           is_stream(source) ? "User action" : "USER_INITIATED"));
    return mapping;
}

void
lambda_create_event_source_mapping(struct op *op)
{
    json_t *self_managed = op_member(op, "SelfManagedEventSource");
    enum source source = source_of(op_text(op, "EventSourceArn"), self_managed);
    LAMB_AUTOFREE char *function = NULL;
    json_t *mapping;

    if (source == SOURCE_NONE) { /* 104 */
        op_refuse(op, "InvalidParameterValueException", "Unrecognized event source.");
        return;
    }
    function = read_target(op);
    if (!function || !check_position(op, source) || !check_access(op) ||
        !check_double(op, source, function))
        return;
    mapping = new_mapping(op, source, function);
    if (!check_mapping(op, source, mapping)) {
        json_decref(mapping);
        return;
    }
    if (json_is_false(op_member(op, "Enabled")))
        set_state(op, mapping, "Disabled", "Disabled");
    else
        set_state(op, mapping, "Creating", "Enabled");
    commit(op, mapping);
}

/* Borrowed; NULL: it is answered. */
static json_t *
find(struct op *op)
{
    json_t *mapping = NULL;

    if (!op_read_region(op))
        return NULL;
    mapping = op_find(op, "mapping", op_text(op, "UUID"), "");
    if (mapping && !mapping_is_gone(op, mapping))
        return mapping;
    op_refuse(op, "ResourceNotFoundException", /* 4 */
              "The resource you requested does not exist.");
    return NULL;
}

void
lambda_get_event_source_mapping(struct op *op)
{
    json_t *mapping = find(op);

    if (mapping)
        op_reply(op, 200, view(op, mapping));
}

/* One that settles yet is left alone. */
static json_t *
find_idle(struct op *op, const char *verb)
{
    json_t *mapping = find(op);

    if (!mapping || is_settled(op, mapping))
        return mapping;
    op_refuse(op, "ResourceInUseException", /* 118 */
              "Cannot %s the event source mapping because it is in use.", verb);
    return NULL;
}

void
lambda_update_event_source_mapping(struct op *op)
{
    json_t *mapping = find_idle(op, "update");
    LAMB_AUTOFREE char *function = NULL;
    json_t *enabled;
    bool was_enabled;
    bool is_enabled;

    if (!mapping)
        return; /* answered, and the operation with it */
    enabled = op_member(op, "Enabled");
    was_enabled = strcmp(text_of(mapping, "Next"), "Enabled") == 0;
    if (op_text(op, "FunctionName")) {
        function = read_target(op);
        if (!function)
            return;
    }
    mapping = json_deep_copy(mapping);
    read_members(op, mapping);
    if (function)
        (void)json_object_set_new(mapping, "FunctionArn", json_string(function));
    if (!check_mapping(op,
                       source_of(text_of(mapping, "EventSourceArn"),
                                 json_object_get(mapping, "SelfManagedEventSource")),
                       mapping)) {
        json_decref(mapping);
        return;
    }
    is_enabled = enabled ? json_is_true(enabled) : was_enabled;
    set_state(op, mapping,
              is_enabled == was_enabled ? "Updating"
              : is_enabled              ? "Enabling"
                                        : "Disabling",
              is_enabled ? "Enabled" : "Disabled");
    commit(op, mapping);
}

void
lambda_delete_event_source_mapping(struct op *op)
{
    json_t *mapping = find_idle(op, "delete");

    if (!mapping)
        return;
    mapping = json_deep_copy(mapping);
    set_state(op, mapping, "Deleting", "");
    commit(op, mapping);
}

void
lambda_list_event_source_mappings(struct op *op)
{
    const char *source = op_text(op, "EventSourceArn");
    LAMB_AUTOFREE char *function = NULL;
    struct document_key key;
    const struct document *range;
    json_t *answer;
    json_t *all;
    size_t first;
    size_t end;
    size_t n;

    if (op_text(op, "FunctionName")) {
        if (!op_read_function(op))
            return;
        function = op_arn(op, op->key.version[0] ? op->key.version : NULL);
    } else if (!op_read_region(op)) {
        return;
    }
    key = op_document(op, "mapping", NULL, NULL);
    range = catalog_range(op_catalog(op), &key, &n);
    all = json_array();
    for (size_t i = 0; i < n; i++) {
        const json_t *body = range[i].body;
        const char *other = text_of(body, "EventSourceArn");

        if (!mapping_is_gone(op, body) &&
            (!function || strcmp(function, text_of(body, "FunctionArn")) == 0) &&
            (!source || (other && strcmp(source, other) == 0)))
            (void)json_array_append_new(all, view(op, body));
    }
    answer = json_pack("{s:[]}", "EventSourceMappings");
    if (op_page(op,
                &(struct op_list){
                    .n = json_array_size(all), .items = all, .member = "UUID" },
                PAGE, answer, &first, &end)) {
        for (size_t i = first; i < end; i++)
            (void)json_array_append(json_object_get(answer, "EventSourceMappings"),
                                    json_array_get(all, i));
        op_reply(op, 200, answer);
    }
    json_decref(all);
}
