/* SPDX-License-Identifier: Apache-2.0 */

/* A subscription is read or refused with a reason; what was read is within its limits.
 */

#include <errno.h>

#include "emulator/observe/telemetry_subscription.h"
#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int is_logs = 0; is_logs < 2; is_logs++) {
        struct telemetry_subscription s;
        LAMB_AUTOBUF struct lamb_buf wrong = LAMB_BUF_INIT(4096);
        int r =
            telemetry_subscription_parse(lamb_span_of(data, size), is_logs, &s, &wrong);

        lamb_assert(r == 0 || (r == -EINVAL && wrong.len));
        if (r)
            continue;
        lamb_assert(s.port && s.port != 9001 && s.type_list[0]);
        lamb_assert(s.is_tcp || s.path[0] == '/');
        lamb_assert(s.max_items >= 1000 && s.max_items <= 10000);
        lamb_assert(s.max_bytes >= 262144 && s.max_bytes <= 1048576);
        lamb_assert(s.timeout_ms >= 25 && s.timeout_ms <= 30000);
    }
    return 0;
}
