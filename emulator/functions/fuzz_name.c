/* SPDX-License-Identifier: Apache-2.0 */

/* fuzz_name - whatever is accepted is made of safe characters that lie in the text. */

#include <stdint.h>
#include <stdlib.h>

#include "emulator/functions/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct lamb_span part, const uint8_t *data, size_t size)
{
    const char *begin = (const char *)data;

    if (!part.len)
        return;
    if (part.ptr < begin || part.ptr + part.len > begin + size)
        abort();
    for (size_t i = 0; i < part.len; i++)
        if (part.ptr[i] == '/' || part.ptr[i] == '\0' || part.ptr[i] == '\n')
            abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct function_name name;

    if (function_name_parse(lamb_span_of(data, size), &name) == 0) {
        check(name.region, data, size);
        check(name.account, data, size);
        check(name.name, data, size);
        check(name.qualifier, data, size);
        if (!name.name.len)
            abort();
    }
    (void)function_qualifier_is_valid(lamb_span_of(data, size));
    return 0;
}
