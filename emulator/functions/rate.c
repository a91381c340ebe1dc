/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/rate.h"

static int64_t
clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* When the bucket would be full again, were one more taken. */
static int64_t
full_after(const struct rate *rate, uint64_t limit, int64_t period_ns, int64_t now_ns)
{
    return clamp(rate->full_ns, now_ns, now_ns + period_ns) +
           (int64_t)((uint64_t)period_ns / limit);
}

bool
rate_allows(const struct rate *rate, uint64_t limit, int64_t period_ns, int64_t now_ns)
{
    return limit && full_after(rate, limit, period_ns, now_ns) <= now_ns + period_ns;
}

void
rate_take(struct rate *rate, uint64_t limit, int64_t period_ns, int64_t now_ns)
{
    if (limit)
        rate->full_ns = full_after(rate, limit, period_ns, now_ns);
}
