/* SPDX-License-Identifier: Apache-2.0 */

/* fuzz_telemetry - a delivery of telemetry, of whatever bytes: head and body. */

#include "runtime/telemetry.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look(const struct lamb_telemetry *record, void *data)
{
    (void)data;
    if (!record->time || !record->type || record->record.len == 0 ||
        record->json.len < record->record.len)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lamb_span bytes = lamb_span_of(data, size);
    size_t length;

    if (lamb_telemetry_read_head(bytes, &length) == 0 && length > LAMB_DELIVERY_MAX)
        abort();
    (void)lamb_telemetry_deliver(bytes, look, NULL);
    return 0;
}
