/* SPDX-License-Identifier: Apache-2.0 */

/* File, dot and symbol together are the text, and each candidate has the file in it. */

#include "runtime/handler_string.h"

#include <stdint.h>

#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(4096);
    struct lamb_handler_string handler;

    if (lamb_handler_string_parse(lamb_span_of(data, size), &handler))
        return 0;
    lamb_assert(handler.file.len > 0 && handler.symbol.len > 0);
    lamb_assert(handler.file.len + 1 + handler.symbol.len == size);
    for (unsigned i = 0; i < LAMB_HANDLER_CANDIDATES; i++) {
        lamb_buf_clear(&path);
        if (lamb_handler_string_candidate(&handler, ".", i, &path) == 0)
            lamb_assert(path.len >= handler.file.len && strlen(path.ptr) == path.len);
    }
    return 0;
}
