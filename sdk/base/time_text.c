/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/time_text.h"

#include <time.h>

#include "sdk/base/buf.h"
#include "sdk/base/err.h"
#include "sdk/base/num.h"

/* 9999-12-31T23:59:59Z: beyond what 64 bits of nanoseconds hold, so only a guard. */
#define LAST_SECOND INT64_C(253402300799)

static void
split(int64_t epoch_ns, struct tm *ret, int *ret_ms)
{
    int64_t ns = epoch_ns < 0 ? 0 : epoch_ns;
    time_t seconds = (time_t)(ns / LAMB_NS_PER_S);

    if (seconds > LAST_SECOND)
        seconds = LAST_SECOND;
    lamb_assert(gmtime_r(&seconds, ret));
    *ret_ms = (int)(ns % LAMB_NS_PER_S / LAMB_NS_PER_MS);
}

void
lamb_time_iso_ms(int64_t epoch_ns, char ret[LAMB_TIME_SIZE])
{
    struct tm tm;
    int ms;

    split(epoch_ns, &tm, &ms);
    lamb_assert(lamb_format(ret, LAMB_TIME_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                            tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
                            tm.tm_min, tm.tm_sec, ms) == 0);
}

void
lamb_time_date(int64_t epoch_ns, char ret[LAMB_DATE_SIZE])
{
    struct tm tm;
    int ms;

    split(epoch_ns, &tm, &ms);
    lamb_assert(lamb_format(ret, LAMB_DATE_SIZE, "%04d/%02d/%02d", tm.tm_year + 1900,
                            tm.tm_mon + 1, tm.tm_mday) == 0);
}
