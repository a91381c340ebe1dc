/* SPDX-License-Identifier: Apache-2.0 */

/*
 * fuzz_event_time - the first byte chooses a form; what follows is a point in time.
 * What is taken lies in the years 0000 to 9999.
 */

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/span.h"
#include "sdk/events/event_time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* a day beyond both ends: the offset from UTC */
    const int64_t first = INT64_C(-62167219200000) - 86400000;
    const int64_t last = INT64_C(253402300799999) + 2 * 86400000;
    enum lamb_time_form form;
    int64_t ms = 0;
    int r;

    if (size < 1)
        return 0;
    form = (enum lamb_time_form)((uint8_t)(data[0] - '0') % (LAMB_TIME_RABBITMQ + 2));
    r = lamb_event_time(lamb_span_of(data + 1, size - 1), form, &ms);
    if (r != 0 && r != -EINVAL)
        abort();
    if (form == LAMB_TIME_MS || form == LAMB_TIME_SECONDS || form > LAMB_TIME_RABBITMQ)
        if (r == 0)
            abort(); /* these are not texts */
    if (r == 0 && form != LAMB_TIME_MS_TEXT && (ms < first || ms > last))
        abort();
    return 0;
}
