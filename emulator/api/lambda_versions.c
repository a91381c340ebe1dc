/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_versions - versions published and listed.
 *
 * A numbered comment is the row of the service's recorded error texts.
 */

#include <stdlib.h>

#include "emulator/api/lambda_config.h"
#include "emulator/api/lambda_ops.h"
#include "sdk/base/auto.h"
#include "sdk/base/num.h"

enum { PAGE = 50 };

unsigned
next_version(const struct op *op)
{
    json_t *document = op_find(op, "function", op->key.name, "");
    json_int_t next = json_integer_value(json_object_get(document, "NextVersion"));

    return next > 0 ? (unsigned)next : 1;
}

void
count_version(json_t *document, unsigned version)
{
    (void)json_object_set_new(document, "NextVersion", json_integer(version + 1));
}

struct function_record *
version_record(struct op *op, const struct function_record *latest, unsigned version,
               bool is_created)
{
    json_t *config = config_of(op, latest);
    json_t *snap_start = json_object_get(config, "SnapStart");
    const char *description = op_text(op, "Description");
    char number[16];

    if (!config || lamb_format(number, sizeof(number), "%u", version)) {
        json_decref(config);
        op_refuse_memory(op);
        return NULL;
    }
    (void)json_object_set(json_object_get(config, "lamb"), "SourceDescription",
                          json_object_get(config, "Description"));
    if (description)
        (void)json_object_set_new(config, "Description", json_string(description));
    if (strcmp(json_string_value(json_object_get(snap_start, "ApplyOn")), "None") != 0)
        (void)json_object_set_new(snap_start, "OptimizationStatus", json_string("On"));
    return config_record(op, config, latest, number,
                         is_created ? SETTLE_CREATED : SETTLE_AT_ONCE);
}

/* -- PublishVersion -------------------------------------------------------------------
 */

/* What two versions are compared by. */
static json_t *
essence(const struct op *op, const struct function_record *record)
{
    json_t *config = config_of(op, record);
    json_t *source =
        json_object_get(json_object_get(config, "lamb"), "SourceDescription");

    if (source && strcmp(record->key.version, "$LATEST") != 0)
        (void)json_object_set(config, "Description", source);
    (void)json_object_del(json_object_get(config, "SnapStart"), "OptimizationStatus");
    (void)json_object_set_new(
        config, "CodeSha256",
        json_string(record->code_sha256 ? record->code_sha256 : ""));
    (void)json_object_del(config, "lamb");
    return config;
}

/* The last version, when nothing changed since; else NULL. */
static struct function_record *
find_same(const struct op *op, const struct function_record *latest)
{
    unsigned next = next_version(op);
    struct function_key key = op->key;
    struct function_record *last = NULL;
    char number[16];
    json_t *a;
    json_t *b;
    bool is_same;

    if (next > 1 && !lamb_format(number, sizeof(number), "%u", next - 1)) {
        key.version = number;
        last = functions_version(op_functions(op), &key);
    }
    if (!last)
        return NULL;
    a = essence(op, latest);
    b = essence(op, last);
    is_same = a && b && json_equal(a, b);
    json_decref(a);
    json_decref(b);
    return is_same ? last : NULL;
}

static bool
has_sha(struct op *op, const struct function_record *latest)
{
    const char *wanted = op_text(op, "CodeSha256");
    const char *current = latest->code_sha256 ? latest->code_sha256 : "";

    if (!wanted || !*wanted || strcmp(wanted, current) == 0)
        return true;
    op_refuse(op, "InvalidParameterValueException", /* 44 */
              "CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). "
              "Please try again with the CodeSHA256 in $LATEST.",
              wanted, current);
    return false;
}

static void
publish(struct op *op, struct function_record *latest)
{
    unsigned next = next_version(op);
    struct function_record *version = version_record(op, latest, next, false);
    struct change *change = version ? change_new(op_functions(op)) : NULL;
    json_t *document;
    json_t *view;

    if (!version)
        return;
    if (change) {
        document = function_document(op);
        count_version(document, next);
        change_put_record(change, record_ref(version));
        put_function_document(op, change, document);
    }
    view = config_view(op, version, version->key.version, 0);
    record_unref(version);
    op_commit(op, change, 201, view);
}

void
lambda_publish_version(struct op *op)
{
    struct function_record *latest;
    struct function_record *same;

    if (!op_read_function(op))
        return;
    latest = op_latest(op);
    if (!latest)
        op_refuse_missing(op, NULL);
    else if (json_is_string(op_member(op, "PublishTo")))
        op_refuse(op, "InvalidParameterValueException",
                  "PublishTo is not supported by this emulator");
    else if (config_may_change(op, latest) && config_has_revision(op, latest) &&
             has_sha(op, latest)) {
        same = find_same(op, latest);
        if (same)
            op_reply(op, 201, config_view(op, same, same->key.version, 0));
        else
            publish(op, latest);
    }
}

/* -- ListVersionsByFunction -----------------------------------------------------------
 */

/* $LATEST, then by number. */
static unsigned
number_of(const struct function_record *record)
{
    uint64_t number = 0;

    (void)lamb_parse_u64(lamb_span_str(record->key.version), 0, UINT32_MAX, &number);
    return (unsigned)number;
}

static int
compare(const void *a, const void *b)
{
    unsigned x = number_of(*(struct function_record *const *)a);
    unsigned y = number_of(*(struct function_record *const *)b);

    return (x > y) - (x < y);
}

static void
key_of_version(const void *items, size_t i, struct lamb_buf *ret)
{
    struct function_record *const *records = items;

    (void)lamb_buf_printf(ret, "%010u", number_of(records[i]));
}

void
lambda_list_versions_by_function(struct op *op)
{
    struct record_list list = { .op = op, .has_versions = true };
    LAMB_AUTOFREE struct function_record **records = NULL;
    json_t *answer;
    size_t first;
    size_t end;

    if (!op_read_function(op))
        return;
    if (!op_latest(op)) {
        op_refuse_missing(op, NULL);
        return;
    }
    list.name = op->key.name;
    if (!record_list_fill(&list)) {
        op_refuse_memory(op);
        return;
    }
    records = list.records;
    qsort(records, list.n, sizeof(struct function_record *), compare);
    answer = json_pack("{s:[]}", "Versions");
    if (!op_page(
            op,
            &(struct op_list){ .n = list.n, .items = records, .key = key_of_version },
            PAGE, answer, &first, &end))
        return;
    for (size_t i = first; i < end; i++)
        (void)json_array_append_new(
            json_object_get(answer, "Versions"),
            config_view(op, records[i], records[i]->key.version, VIEW_LISTED));
    op_reply(op, 200, answer);
}
