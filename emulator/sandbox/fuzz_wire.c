/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/wire.h"

#include <string.h>

/*
 * The first byte says how many descriptors came along; the rest is read as a message
 * and as strings. What passes must be safe to use.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
use_strings(const struct wire_strings *strings)
{
    size_t total = 0;

    for (size_t i = 0; i < WIRE_LISTS; i++) {
        for (size_t j = 0; j < strings->count[i]; j++)
            total += strlen(strings->list[i][j]) + 1;
        lamb_assert(strings->list[i][strings->count[i]] == NULL);
    }
    lamb_assert(total <= WIRE_STRINGS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_strings strings = { 0 };
    struct wire_msg msg;

    if (size < 1)
        return 0;
    if (wire_check(data + 1, size - 1, data[0], &msg) == 0) {
        lamb_assert(msg.type < WIRE_TYPE_N && msg.proc <= WIRE_PROC_MAX);
        lamb_assert(strlen(msg.err.text) < sizeof(msg.err.text));
        lamb_assert(strlen(msg.err.file) < sizeof(msg.err.file));
    }
    if (wire_strings_parse((const char *)data + 1, size - 1, &strings) == 0) {
        use_strings(&strings);
        wire_strings_fini(&strings);
    }
    return 0;
}
