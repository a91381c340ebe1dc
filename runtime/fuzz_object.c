/* SPDX-License-Identifier: Apache-2.0 */

/* Whatever the bytes are, a refusal has a text, and no refusal has none. */

#include "runtime/object.h"

#include <stdint.h>

#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[256] = "";
    int r = lamb_object_judge(lamb_span_of(data, size), text, sizeof(text));

    lamb_assert(r == 0 || r == 1);
    lamb_assert((r == 1) == (text[0] != '\0'));
    return 0;
}
