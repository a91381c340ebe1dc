/* SPDX-License-Identifier: Apache-2.0 */

/*
 * code_storage - how much code an account keeps in a region: every version of a
 * function and of a layer counts with the size of its zip, also when they share one.
 */

#include "emulator/api/lambda_code.h"

struct sum {
    const char *account;
    const char *region;
    int64_t bytes;
};

static void
add_record(void *data, struct function_record *record)
{
    struct sum *sum = data;

    if (strcmp(sum->account, record->key.account) == 0 &&
        strcmp(sum->region, record->key.region) == 0)
        sum->bytes += (int64_t)record->code_size;
}

int64_t
code_storage_used(struct functions *fns, const char *account, const char *region)
{
    struct sum sum = { account, region, 0 };
    const struct document_key layers = { account, region, "layer", NULL, NULL };
    size_t n;
    const struct document *range = catalog_range(functions_catalog(fns), &layers, &n);

    functions_each(fns, add_record, &sum);
    for (size_t i = 0; i < n; i++)
        sum.bytes += json_integer_value(json_object_get(range[i].body, "CodeSize"));
    return sum.bytes;
}

bool
code_storage_has_room(struct op *op, int64_t more)
{
    if (more <= 0 || more <= op_quota(op, QUOTA_CODE_TOTAL) -
                                 code_storage_used(op_functions(op), op->key.account,
                                                   op->key.region))
        return true;
    op_refuse(op, "CodeStorageExceededException", "Code storage limit exceeded.");
    return false;
}
