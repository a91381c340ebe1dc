/* SPDX-License-Identifier: Apache-2.0 */

/* op_table - the operations that op.h carries out. */

#include "emulator/api/lambda_ops.h"

#define ROW(name, fn, prepare, is_change) { name, prepare, fn, is_change },
static const struct op_spec specs[] = { LAMBDA_OPS(ROW) };

const struct op_spec *
op_spec_find(const char *name)
{
    for (size_t i = 0; i < LAMB_COUNT(specs); i++)
        if (strcmp(specs[i].name, name) == 0)
            return &specs[i];
    return NULL;
}
