/* SPDX-License-Identifier: Apache-2.0 */

/* op_read - what operations look at: members, the function that is named. */

#include <stdlib.h>

#include "emulator/api/op.h"
#include "sdk/base/auto.h"

json_t *
op_member(const struct op *op, const char *member)
{
    return json_object_get(op->in, member);
}

const char *
op_text(const struct op *op, const char *member)
{
    return json_string_value(op_member(op, member));
}

struct functions *
op_functions(const struct op *op)
{
    return op->call.api->functions;
}

struct catalog *
op_catalog(const struct op *op)
{
    return functions_catalog(op_functions(op));
}

int64_t
op_quota(const struct op *op, enum quota quota)
{
    return concurrency_quotas(functions_concurrency(op_functions(op)))->values[quota];
}

int64_t
op_now_ns(const struct op *op)
{
    return platform_clock_now_ns(op->call.api->clock);
}

/* A refusal of the call becomes one of the operation. */
static void
pass_on(struct call *call, const char *exception, const char *message)
{
    op_refuse_text(LAMB_CONTAINER(call, struct op, call), exception, message);
}

bool
op_read_function(struct op *op)
{
    const char *name = op_text(op, "FunctionName");

    op->call.refused = pass_on;
    if (!name) { /* an operation may have put it there */
        op_refuse_memory(op);
        return false;
    }
    if (!call_resolve(&op->call, name, op_text(op, "Qualifier")))
        return false;
    op->key = call_key(&op->call);
    return true;
}

struct document_key
op_document(const struct op *op, const char *kind, const char *name, const char *sub)
{
    return (struct document_key){ op->key.account, op->key.region, kind, name, sub };
}

json_t *
op_find(const struct op *op, const char *kind, const char *name, const char *sub)
{
    const struct document_key key = op_document(op, kind, name, sub);

    return catalog_find(op_catalog(op), &key);
}

struct function_record *
op_latest(const struct op *op)
{
    struct function_key key = op->key;

    key.version = "$LATEST";
    return functions_version(op_functions(op), &key);
}

char *
op_arn(const struct op *op, const char *qualifier)
{
    LAMB_AUTOBUF struct lamb_buf arn = LAMB_BUF_INIT(1024);

    (void)lamb_buf_printf(&arn, "arn:aws:lambda:%s:%s:function:%s%s%s", op->key.region,
                          op->key.account, op->key.name, qualifier ? ":" : "",
                          qualifier ? qualifier : "");
    return lamb_buf_take(&arn);
}

void
op_refuse_missing(struct op *op, const char *qualifier)
{
    LAMB_AUTOFREE char *arn = op_arn(op, qualifier);

    op_refuse(op, "ResourceNotFoundException", "Function not found: %s",
              arn ? arn : "?"); /* 1, 3 */
}

bool
op_read_region(struct op *op)
{
    op->call.refused = pass_on;
    if (!call_resolve_region(&op->call))
        return false;
    op->key = call_key(&op->call);
    return true;
}
