/* SPDX-License-Identifier: Apache-2.0 */

/* A tracing header that is read can be written and read again, and is the same. */

#include <stdint.h>
#include <stdlib.h>

#include "sdk/base/err.h"
#include "sdk/base/span.h"

#include <lamb/trace.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lamb_trace_context context = { .sampled = 0 };
    struct lamb_trace_context again = { .sampled = 0 };
    char text[LAMB_TRACE_TEXT_SIZE];
    char *header = lamb_span_dup(lamb_span_of(data, size));

    if (header && lamb_trace_read(header, &context) == 0) {
        lamb_trace_text(&context, text);
        lamb_assert(lamb_trace_read(text, &again) == 0);
        lamb_assert(memcmp(&context, &again, sizeof(context)) == 0);
    }
    free(header);
    return 0;
}
