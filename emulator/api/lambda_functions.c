/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_functions - functions made, shown, changed and deleted.
 *
 * A numbered comment is the row of the service's recorded error texts.
 */

#include <stdlib.h>

#include "emulator/api/lambda_code.h"
#include "emulator/api/lambda_config.h"
#include "emulator/api/lambda_ops.h"
#include "sdk/base/auto.h"

enum { NAME_MAX_LENGTH = 64, PAGE = 50 };

/* What belongs to a function and goes with it. */
static const char *const kinds[] = { "function", "alias",        "policy",
                                     "url",      "event-invoke", "runtime-management" };

/* -- CreateFunction -----------------------------------------------------------------
 */

static bool
check_new_name(struct op *op)
{
    if (strncmp(op_text(op, "FunctionName"), "arn:", 4) == 0 &&
        strcmp(op->key.account, op->call.api->account) != 0) { /* 17 */
        op_refuse_text(op, "AccessDeniedException", NULL);
        return false;
    }
    if (strlen(op->key.name) > NAME_MAX_LENGTH) { /* 13 */
        op_refuse(
            op, "InvalidParameterValueException",
            "1 validation error detected: Value '%s' at 'functionName' failed to "
            "satisfy constraint: Member must have length less than or equal to %d",
            op->key.name, NAME_MAX_LENGTH);
        return false;
    }
    if (!op_latest(op))
        return true;
    op_refuse(op, "ResourceConflictException", "Function already exist: %s",
              op->key.name); /* 18 */
    return false;
}

void
lambda_create_function_prepare(struct op *op)
{
    if (!op_read_function(op) || !check_new_name(op))
        return;
    if (op_member(op, "PackageType") && strcmp(op_text(op, "PackageType"), "Zip") != 0)
        op_refuse(op, "InvalidParameterValueException",
                  "Container images (PackageType Image) are not supported by this "
                  "emulator");
    else
        code_prepare(op, op_member(op, "Code"));
}

/* The document of a function: the next version, tags; a copy. */
json_t *
function_document(const struct op *op)
{
    json_t *found = op_find(op, "function", op->key.name, "");

    return found ? json_deep_copy(found) : json_pack("{s:i}", "NextVersion", 1);
}

void
put_function_document(struct op *op, struct change *change, json_t *document)
{
    const struct document_key key = op_document(op, "function", op->key.name, "");

    change_put(change, &key, document);
}

static const char *
architecture_of(const json_t *config)
{
    return json_string_value(
        json_array_get(json_object_get(config, "Architectures"), 0));
}

void
lambda_create_function(struct op *op)
{
    bool is_published = json_is_true(op_member(op, "Publish"));
    struct function_record *record;
    struct change *change;
    json_t *config;
    json_t *document;

    if (!check_new_name(op))
        return;
    config = config_new(op);
    if (!config_read(op, config) || !code_fits(op, architecture_of(config))) {
        json_decref(config);
        return;
    }
    record = config_record(op, config, NULL, "$LATEST", SETTLE_CREATED);
    if (!record)
        return;
    change = change_new(op_functions(op));
    if (!change) {
        record_unref(record);
        op_refuse_memory(op);
        return;
    }
    document = json_pack("{s:i}", "NextVersion", is_published ? 2 : 1);
    if (op_member(op, "Tags"))
        (void)json_object_set(document, "Tags", op_member(op, "Tags"));
    change_put_record(change, record_ref(record));
    put_function_document(op, change, document);
    if (is_published) {
        struct function_record *version = version_record(op, record, 1, true);

        record_unref(record);
        record = version;
        if (version)
            change_put_record(change, record_ref(version));
    }
    if (!record) {
        change_free(change);
        return;
    }
    config = config_view(op, record, NULL, VIEW_CREATED | VIEW_FRESH);
    record_unref(record);
    op_commit(op, change, 201, config);
}

/* -- GetFunction, GetFunctionConfiguration -------------------------------------------
 */

struct function_record *
find_qualified(struct op *op)
{
    struct function_key key = op->key;
    json_t *alias =
        op->key.version[0] ? op_find(op, "alias", op->key.name, op->key.version) : NULL;
    struct function_record *record;

    if (alias)
        key.version = json_string_value(json_object_get(alias, "FunctionVersion"));
    else if (!key.version[0])
        key.version = "$LATEST";
    record = functions_version(op_functions(op), &key);
    if (!record) /* 1, 3 */
        op_refuse_missing(op, op->key.version[0] ? op->key.version : NULL);
    return record;
}

static const char *
qualifier_of(const struct op *op)
{
    return op->key.version[0] ? op->key.version : NULL;
}

void
lambda_get_function_configuration(struct op *op)
{
    struct function_record *record;

    if (op_read_function(op) && (record = find_qualified(op)))
        op_reply(op, 200, config_view(op, record, qualifier_of(op), 0));
}

void
lambda_get_function(struct op *op)
{
    struct function_record *record;
    json_t *answer;
    json_t *tags;
    int64_t reserved;

    if (!op_read_function(op) || !(record = find_qualified(op)))
        return;
    answer = json_pack("{s:o, s:{s:s, s:o}}", "Configuration",
                       config_view(op, record, qualifier_of(op), 0), "Code",
                       "RepositoryType", "S3", "Location",
                       code_location(op, record->code_digest));
    tags = json_object_get(op_find(op, "function", op->key.name, ""), "Tags");
    if (answer && json_object_size(tags))
        (void)json_object_set(answer, "Tags", tags);
    reserved = capacity_reserved(functions_capacity(op_functions(op)), &op->key);
    if (answer && reserved != USAGE_NOT_RESERVED)
        (void)json_object_set_new(
            answer, "Concurrency",
            json_pack("{s:I}", "ReservedConcurrentExecutions", (json_int_t)reserved));
    if (answer)
        op_reply(op, 200, answer);
    else
        op_refuse_memory(op);
}

/* -- UpdateFunctionCode, UpdateFunctionConfiguration ----------------------------------
 */

/* The function to change; NULL: it is answered. */
static struct function_record *
find_changeable(struct op *op)
{
    struct function_record *record = op_latest(op);

    if (!record)
        op_refuse_missing(op, NULL);
    else if (config_may_change(op, record) && config_has_revision(op, record))
        return record;
    return NULL;
}

void
lambda_update_function_code_prepare(struct op *op)
{
    if (!op_read_function(op))
        return;
    if (!op_latest(op))
        op_refuse_missing(op, NULL);
    else if (op_text(op, "ImageUri")) /* 41 */
        op_refuse(op, "InvalidParameterValueException",
                  "Please don't provide ImageUri when updating a function with "
                  "packageType Zip.");
    else if (!op->code_path && !op_text(op, "ZipFile") && !op_text(op, "S3Bucket") &&
             op_member(op, "Architectures"))
        op_go(op);
    else
        code_prepare(op, op->in);
}

/* A change of $LATEST, which is at a revision of its own again. VERSION is given out
 * with it; 0: none is. */
static struct change *
change_latest(struct op *op, struct function_record *record, unsigned version)
{
    struct change *change = change_new(op_functions(op));
    json_t *document = change ? function_document(op) : NULL;

    if (!change)
        return NULL;
    (void)json_object_del(document, "Revision");
    if (version)
        count_version(document, version);
    change_put_record(change, record_ref(record));
    put_function_document(op, change, document);
    return change;
}

static void
update_code(struct op *op, struct function_record *record)
{
    unsigned next = json_is_true(op_member(op, "Publish")) ? next_version(op) : 0;
    struct function_record *version = NULL;
    struct change *change;

    if (next && !(version = version_record(op, record, next, false)))
        return;
    change = change_latest(op, record, next);
    if (change && version)
        change_put_record(change, record_ref(version));
    op_commit(op, change, 200,
              version ? config_view(op, version, version->key.version, VIEW_FRESH)
                      : config_view(op, record, NULL, VIEW_FRESH));
    record_unref(version);
}

void
lambda_update_function_code(struct op *op)
{
    struct function_record *base = find_changeable(op);
    struct function_record *record;
    json_t *config;

    if (!base)
        return;
    config = config_of(op, base);
    if (op_member(op, "Architectures"))
        (void)json_object_set(config, "Architectures", op_member(op, "Architectures"));
    if (!code_fits(op, architecture_of(config))) {
        json_decref(config);
        return;
    }
    record = config_record(op, config, base, "$LATEST", SETTLE_UPDATED);
    if (!record)
        return;
    if (json_is_true(op_member(op, "DryRun")))
        op_reply(op, 200, config_view(op, record, NULL, VIEW_FRESH));
    else
        update_code(op, record);
    record_unref(record);
}

void
lambda_update_function_configuration(struct op *op)
{
    struct function_record *base;
    struct function_record *record;
    json_t *config;

    if (!op_read_function(op) || !(base = find_changeable(op)))
        return;
    config = config_of(op, base);
    if (!config_read(op, config)) {
        json_decref(config);
        return;
    }
    record = config_record(op, config, base, "$LATEST", SETTLE_UPDATED);
    if (!record)
        return;
    op_commit(op, change_latest(op, record, 0), 200,
              config_view(op, record, NULL, VIEW_FRESH));
    record_unref(record);
}

/* -- DeleteFunction -------------------------------------------------------------------
 */

static void
remove_documents(struct op *op, struct change *change)
{
    for (size_t i = 0; i < LAMB_COUNT(kinds); i++) {
        const struct document_key key = op_document(op, kinds[i], op->key.name, NULL);
        size_t n;
        const struct document *range = catalog_range(op_catalog(op), &key, &n);

        for (size_t k = 0; k < n; k++) {
            const struct document_key one =
                op_document(op, kinds[i], range[k].name, range[k].sub);

            change_remove(change, &one);
        }
    }
}

/* Does an alias need the version? */
static const char *
find_alias_of(const struct op *op, const char *version)
{
    const struct document_key key = op_document(op, "alias", op->key.name, NULL);
    size_t n;
    const struct document *range = catalog_range(op_catalog(op), &key, &n);

    for (size_t i = 0; i < n; i++) {
        json_t *weights =
            json_object_get(json_object_get(range[i].body, "RoutingConfig"),
                            "AdditionalVersionWeights");

        if (strcmp(json_string_value(json_object_get(range[i].body, "FunctionVersion")),
                   version) == 0 ||
            json_object_get(weights, version))
            return range[i].sub;
    }
    return NULL;
}

static void
delete_version(struct op *op)
{
    const char *alias = find_alias_of(op, op->key.version);
    struct change *change;

    if (strcmp(op->key.version, "$LATEST") == 0) { /* 12 */
        op_refuse(op, "InvalidParameterValueException",
                  "$LATEST version cannot be deleted without deleting the function.");
        return;
    }
    if (alias) {
        op_refuse(op, "ResourceConflictException",
                  "Function version %s is used by the alias %s: point that to another "
                  "version first.",
                  op->key.version, alias);
        return;
    }
    if (!functions_version(op_functions(op), &op->key)) {
        op_reply(op, 204, NULL);
        return;
    }
    change = change_new(op_functions(op));
    if (change)
        change_remove_record(change, &op->key);
    for (size_t i = 0; change && i < LAMB_COUNT(kinds); i++) {
        const struct document_key key =
            op_document(op, kinds[i], op->key.name, op->key.version);

        if (op_find(op, kinds[i], op->key.name, op->key.version))
            change_remove(change, &key);
    }
    op_commit(op, change, 204, NULL);
}

void
lambda_delete_function(struct op *op)
{
    struct change *change;
    struct function_key key;

    if (!op_read_function(op))
        return;
    if (!op_latest(op)) {
        op_refuse_missing(op, NULL);
        return;
    }
    if (op->key.version[0]) {
        delete_version(op);
        return;
    }
    key = op->key;
    key.version = "$LATEST";
    change = change_new(op_functions(op));
    if (change) {
        change_remove_record(change, &key);
        remove_documents(op, change);
    }
    op_commit(op, change, 204, NULL);
}

/* -- ListFunctions --------------------------------------------------------------------
 */

static bool
belongs(const struct record_list *list, const struct function_key *key)
{
    return strcmp(key->account, list->op->key.account) == 0 &&
           strcmp(key->region, list->op->key.region) == 0 &&
           (!list->name || strcmp(key->name, list->name) == 0) &&
           (list->has_versions || strcmp(key->version, "$LATEST") == 0);
}

static void
count_record(void *data, struct function_record *record)
{
    struct record_list *list = data;

    list->cap += belongs(list, &record->key);
}

static void
add_record(void *data, struct function_record *record)
{
    struct record_list *list = data;

    if (list->n < list->cap && belongs(list, &record->key))
        list->records[list->n++] = record;
}

bool
record_list_fill(struct record_list *list)
{
    functions_each(op_functions(list->op), count_record, list);
    list->records = calloc(list->cap + 1, sizeof(struct function_record *));
    if (list->records)
        functions_each(op_functions(list->op), add_record, list);
    return list->records != NULL;
}

/* As they come: by name, then by version, both in the order of their bytes. */
static void
key_of_record(const void *items, size_t i, struct lamb_buf *ret)
{
    struct function_record *const *records = items;

    (void)lamb_buf_printf(ret, "%s %s", records[i]->key.name, records[i]->key.version);
}

void
lambda_list_functions(struct op *op)
{
    struct record_list list = { .op = op,
                                .has_versions = op_text(op, "FunctionVersion") };
    const char *master = op_text(op, "MasterRegion");
    LAMB_AUTOFREE struct function_record **records = NULL;
    json_t *answer;
    size_t first;
    size_t end;

    if (!op_read_region(op))
        return;
    if (master && !list.has_versions) {
        op_refuse(op, "InvalidParameterValueException",
                  "MasterRegion needs FunctionVersion to be ALL.");
        return;
    }
    if (!record_list_fill(&list)) {
        op_refuse_memory(op);
        return;
    }
    records = list.records;
    if (master && strcmp(master, "ALL") != 0)
        list.n = 0; /* nothing is a replica of Lambda@Edge */
    answer = json_pack("{s:[]}", "Functions");
    if (!op_page(
            op,
            &(struct op_list){ .n = list.n, .items = records, .key = key_of_record },
            PAGE, answer, &first, &end))
        return;
    for (size_t i = first; i < end; i++)
        (void)json_array_append_new(
            json_object_get(answer, "Functions"),
            config_view(op, records[i],
                        list.has_versions ? records[i]->key.version : NULL,
                        VIEW_LISTED));
    op_reply(op, 200, answer);
}
