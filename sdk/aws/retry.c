/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/retry.h"
#include "sdk/base/num.h"

#include <errno.h>

enum { BASE_MS = 50, BASE_THROTTLED_MS = 500, CEILING_MS = 5000 };

/* The codes that AWS's SDKs know as throttling ("Retry behavior", AWS SDKs and Tools
 * Reference Guide), whatever the status. */
static const char *const throttling[] = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
    "ThroughputExceeded",
};
static const char *const transient[] = {
    "RequestTimeout",  "RequestTimeoutException", "InternalError",
    "InternalFailure", "InternalServerError",     "ServiceUnavailable"
};
static const int transient_statuses[] = { 500, 502, 503, 504 };

static bool
is_among(struct lamb_span code, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (lamb_span_is(code, list[i]))
            return true;
    return false;
}

enum lamb_retry_kind
lamb_retry_of_answer(int status, struct lamb_span code)
{
    if (status >= 200 && status < 300)
        return LAMB_RETRY_NOT;
    if (status == 429 || is_among(code, throttling, LAMB_COUNT(throttling)))
        return LAMB_RETRY_THROTTLED;
    for (size_t i = 0; i < LAMB_COUNT(transient_statuses); i++)
        if (status == transient_statuses[i])
            return LAMB_RETRY_TRANSIENT;
    return is_among(code, transient, LAMB_COUNT(transient)) ? LAMB_RETRY_TRANSIENT
                                                            : LAMB_RETRY_NOT;
}

enum lamb_retry_kind
lamb_retry_of_failure(int r)
{
    static const int mendable[] = { -ECONNREFUSED, -ECONNRESET, -EHOSTUNREACH,
                                    -ETIMEDOUT };

    for (size_t i = 0; i < LAMB_COUNT(mendable); i++)
        if (r == mendable[i])
            return LAMB_RETRY_TRANSIENT;
    return LAMB_RETRY_NOT;
}

int64_t
lamb_retry_wait_ms(enum lamb_retry_kind kind, int attempt, uint64_t chance,
                   struct lamb_span after)
{
    int64_t span = kind == LAMB_RETRY_THROTTLED ? BASE_THROTTLED_MS : BASE_MS, wanted_s;

    /* Retry-After may also be a date; no service of AWS sends one. */
    if (lamb_parse_i64(lamb_span_trim(after), 0, CEILING_MS / 1000, &wanted_s) == 0)
        return wanted_s * 1000;
    for (int i = 1; i < attempt && span < CEILING_MS; i++)
        span *= 2;
    if (span > CEILING_MS)
        span = CEILING_MS;
    /* All of the span is drawn from, so that those who failed together part. */
    return (int64_t)(chance % (uint64_t)(span + 1));
}
