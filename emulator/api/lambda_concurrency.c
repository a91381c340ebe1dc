/* SPDX-License-Identifier: Apache-2.0 */

/*
 * lambda_concurrency - reserved and provisioned concurrency.
 *
 * A numbered comment is the row of the service's recorded error texts.
 */

#include <stdlib.h>

#include "emulator/api/lambda_ops.h"
#include "sdk/base/alloc.h"
#include "sdk/base/auto.h"
#include "sdk/base/num.h"
#include "sdk/base/time_text.h"

enum { PAGE = 50 };

static struct capacity *
capacity_of(const struct op *op)
{
    return functions_capacity(op_functions(op));
}

static int64_t
read_amount(const struct op *op, const char *member)
{
    json_int_t amount = json_integer_value(op_member(op, member));

    return amount > INT32_MAX ? INT32_MAX : (int64_t)amount;
}

/* The unqualified function, which must exist. MISSING: what stands behind its ARN when
 * it does not; NULL: nothing. */
static bool
read_function(struct op *op, const char *missing)
{
    if (!op_read_function(op))
        return false;
    if (op->key.version[0]) { /* 70 */
        op_refuse(op, "InvalidParameterValueException",
                  "This operation is permitted on Lambda functions only. Aliases and "
                  "versions do not support this operation. Please specify either a "
                  "function name or an unqualified function ARN.");
        return false;
    }
    if (op_latest(op))
        return true;
    op_refuse_missing(op, missing);
    return false;
}

static bool
is_number(const char *qualifier)
{
    return strspn(qualifier, "0123456789") == strlen(qualifier);
}

/* A version is a number, everything else the name of an alias. */
static void
refuse_qualifier(struct op *op)
{
    LAMB_AUTOFREE char *arn = op_arn(op, op->key.version);

    if (is_number(op->key.version))
        op_refuse_missing(op, op->key.version);
    else
        op_refuse(op, "ResourceNotFoundException", "Cannot find alias arn: %s", /* 9 */
                  arn ? arn : "?");
}

/* The version or alias, which must exist. LATEST: what is said of $LATEST. */
static bool
read_version(struct op *op, const char *latest)
{
    if (!op_read_function(op))
        return false;
    if (strcmp(op->key.version, "$LATEST") == 0)
        op_refuse(op, "InvalidParameterValueException", "%s", latest);
    else if (!functions_find(op_functions(op), &op->key))
        refuse_qualifier(op);
    else
        return true;
    return false;
}

/* -- changes ---------------------------------------------------------------------- */

/* What the service says without the member Type. */
static void
say_refusal(const struct op *op, enum capacity_refusal refusal, struct lamb_buf *ret)
{
    const struct function_key *key = &op->key;
    const struct concurrency *c = functions_concurrency(op_functions(op));
    bool is_provisioned = op_member(op, "ProvisionedConcurrentExecutions") != NULL;

    if (refusal == CAPACITY_UNRESERVED_TOO_LOW) /* 69, 74 */
        (void)lamb_buf_printf(
            ret,
            "Specified %s for function decreases account's "
            "UnreservedConcurrentExecution below its minimum value of [%lld].",
            is_provisioned ? "ConcurrentExecutions" : "ReservedConcurrentExecutions",
            (long long)op_quota(op, QUOTA_UNRESERVED_MINIMUM));
    else if (refusal == CAPACITY_BELOW_PROVISIONED) /* 71 */
        (void)lamb_buf_printf(
            ret,
            " ReservedConcurrentExecutions  %lld should not be lower than function's "
            "total provisioned concurrency [%lld].",
            (long long)read_amount(op, "ReservedConcurrentExecutions"),
            (long long)capacity_provisioned(capacity_of(op), key));
    else /* 73 */
        (void)lamb_buf_printf(
            ret,
            "Specified ConcurrentExecutions for function is greater than account's "
            "unreserved concurrency [%lld].",
            (long long)concurrency_unreserved(c, key->account, key->region));
}

/* Did it change? Otherwise the operation is over. */
static bool
has_changed(struct op *op, enum capacity_refusal refusal, const struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(1024);

    op->failures = lamb_alloc_failures(); /* all was whole before the commit */
    if (err) {
        op_refuse_text(op, "ServiceException", err->text);
    } else if (refusal == CAPACITY_ABOVE_RESERVED) { /* 72 */
        op_refuse(op, "InvalidParameterValueException",
                  "Requested Provisioned Concurrency should not be greater than the "
                  "reservedConcurrentExecution for function");
    } else if (refusal != CAPACITY_OK) {
        say_refusal(op, refusal, &text);
        op_refuse_bare(op, "InvalidParameterValueException", lamb_buf_cstr(&text));
    } else {
        return true;
    }
    return false;
}

static void
reserve(struct op *op, int64_t amount, capacity_done_fn done)
{
    struct lamb_err err = { 0 };

    if (op_is_whole(op) &&
        capacity_reserve(capacity_of(op), &op->key, amount, done, op, &err))
        op_refuse_memory(op);
}

static void
provision(struct op *op, int64_t amount, capacity_done_fn done)
{
    struct lamb_err err = { 0 };

    if (op_is_whole(op) &&
        capacity_provision(capacity_of(op), &op->key, amount, done, op, &err))
        op_refuse_memory(op);
}

static void
on_deleted(void *data, enum capacity_refusal refusal, const struct lamb_err *err)
{
    struct op *op = data;

    if (has_changed(op, refusal, err))
        op_reply(op, 204, NULL);
}

/* -- reserved --------------------------------------------------------------------- */

static void
answer_reserved(struct op *op)
{
    int64_t amount = capacity_reserved(capacity_of(op), &op->key);

    op_reply(
        op, 200,
        amount == USAGE_NOT_RESERVED
            ? json_object()
            : json_pack("{s:I}", "ReservedConcurrentExecutions", (json_int_t)amount));
}

static void
on_reserved(void *data, enum capacity_refusal refusal, const struct lamb_err *err)
{
    struct op *op = data;

    if (has_changed(op, refusal, err))
        answer_reserved(op);
}

void
lambda_put_function_concurrency(struct op *op)
{
    if (read_function(op, "$LATEST"))
        reserve(op, read_amount(op, "ReservedConcurrentExecutions"), on_reserved);
}

void
lambda_get_function_concurrency(struct op *op)
{
    if (read_function(op, NULL))
        answer_reserved(op);
}

void
lambda_delete_function_concurrency(struct op *op)
{
    if (read_function(op, NULL))
        reserve(op, USAGE_NOT_RESERVED, on_deleted);
}

/* -- provisioned ------------------------------------------------------------------ */

/* FRESH: as it is answered to a change. */
static json_t *
view(const struct op *op, const struct provisioned *p, bool is_fresh)
{
    struct warm_status status = { 0 };
    char iso[LAMB_TIME_SIZE];
    char when[LAMB_TIME_SIZE + 8];
    json_t *answer;

    if (!is_fresh)
        functions_warm_status(op_functions(op), p, &status);
    lamb_time_iso_ms(p->modified_ns, iso);
    lamb_assert(
        !lamb_format(when, sizeof(when), "%.*s+0000", (int)strcspn(iso, "Z"), iso));
    answer = json_pack(
        "{s:I, s:I, s:I, s:s, s:s}", "RequestedProvisionedConcurrentExecutions",
        (json_int_t)p->amount, "AllocatedProvisionedConcurrentExecutions",
        (json_int_t)status.ready, "AvailableProvisionedConcurrentExecutions",
        (json_int_t)status.ready, "Status",
        status.has_failed ? "FAILED"
        : status.is_ready ? "READY"
                          : "IN_PROGRESS",
        "LastModified", when);
    if (status.has_failed)
        (void)json_object_set_new(answer, "StatusReason",
                                  json_string("FUNCTION_ERROR_INIT_FAILURE"));
    return answer;
}

/* Borrowed; NULL: it is answered. */
static const struct provisioned *
find(struct op *op)
{
    const struct provisioned *p = capacity_find(capacity_of(op), &op->key);

    if (!p) /* 77 */
        op_refuse(op, "ProvisionedConcurrencyConfigNotFoundException",
                  "No Provisioned Concurrency Config found for this function");
    return p;
}

static void
on_provisioned(void *data, enum capacity_refusal refusal, const struct lamb_err *err)
{
    struct op *op = data;
    const struct provisioned *p;

    if (has_changed(op, refusal, err) && (p = find(op)))
        op_reply(op, 202, view(op, p, true));
}

/* A version is provisioned by itself or by its aliases, not both. */
static bool
is_provisioned_otherwise(struct op *op)
{
    if (!functions_is_provisioned_otherwise(op_functions(op), &op->key))
        return false;
    op_refuse(op, "ResourceConflictException", "%s",
              is_number(op->key.version) /* 80, 79 */
                  ? "Version is pointed by a Provisioned Concurrency alias"
                  : "Alias can't be used for Provisioned Concurrency configuration on "
                    "an already Provisioned version");
    return true;
}

static const char unpublished[] = /* 75 */
    "Provisioned Concurrency Configs cannot be applied to unpublished function "
    "versions.";

/* Does the alias lead to $LATEST? */
static bool
leads_to_latest(struct op *op)
{
    const char *version = json_string_value(json_object_get(
        op_find(op, "alias", op->key.name, op->key.version), "FunctionVersion"));

    if (!version || strcmp(version, "$LATEST") != 0)
        return false;
    op_refuse(op, "InvalidParameterValueException", "%s", unpublished);
    return true;
}

void
lambda_put_provisioned_concurrency_config(struct op *op)
{
    if (read_version(op, unpublished) && !leads_to_latest(op) &&
        !is_provisioned_otherwise(op))
        provision(op, read_amount(op, "ProvisionedConcurrentExecutions"),
                  on_provisioned);
}

static const char not_a_version[] = /* 76 */
    "The function resource provided must be an alias or a published version.";

void
lambda_get_provisioned_concurrency_config(struct op *op)
{
    const struct provisioned *p;

    if (read_version(op, not_a_version) && (p = find(op)))
        op_reply(op, 200, view(op, p, false));
}

void
lambda_delete_provisioned_concurrency_config(struct op *op)
{
    if (!read_version(op, not_a_version))
        return;
    if (capacity_find(capacity_of(op), &op->key))
        provision(op, 0, on_deleted);
    else /* what is not there need not go */
        op_reply(op, 204, NULL);
}

/* Those of a function, by qualifier. */
struct rows {
    const struct op *op;
    json_t *list;
};

static void
add_row(void *data, struct provisioned *p)
{
    struct rows *rows = data;
    LAMB_AUTOFREE char *arn = op_arn(rows->op, p->key.version);
    json_t *row = view(rows->op, p, false);

    (void)json_object_set_new(row, "FunctionArn", json_string(arn ? arn : ""));
    (void)json_array_append_new(rows->list, row);
}

void
lambda_list_provisioned_concurrency_configs(struct op *op)
{
    struct rows rows = { .op = op };
    json_t *answer;
    size_t first;
    size_t end;

    if (!read_function(op, NULL))
        return;
    rows.list = json_array();
    answer = json_pack("{s:[]}", "ProvisionedConcurrencyConfigs");
    capacity_each(capacity_of(op), &op->key, add_row, &rows);
    if (op_page(op,
                &(struct op_list){ .n = json_array_size(rows.list),
                                   .items = rows.list,
                                   .member = "FunctionArn" },
                PAGE, answer, &first, &end)) {
        for (size_t i = first; i < end; i++)
            (void)json_array_append(
                json_object_get(answer, "ProvisionedConcurrencyConfigs"),
                json_array_get(rows.list, i));
        op_reply(op, 200, answer);
    }
    json_decref(rows.list);
}
