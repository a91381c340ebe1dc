/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_FUNCTIONS_RATE_H
#define LAMB_EMULATOR_FUNCTIONS_RATE_H

/*
 * rate - so many within a period: a bucket that refills evenly and never holds more
 * than one period's worth.
 *
 * Kept as one number, the time at which the bucket is full again, so that a limit may
 * change from one question to the next. A clock that is set back never makes anybody
 * wait longer than one period.
 *
 * Owns:    one number.
 * Never:   reads a clock.
 * Threads: any, one at a time.
 */

#include <stdbool.h>
#include <stdint.h>

struct rate {
    int64_t full_ns; /* 0: full from the beginning */
};

/* May one more pass now? LIMIT 0: never. */
bool rate_allows(const struct rate *rate, uint64_t limit, int64_t period_ns,
                 int64_t now_ns);
/* It passed, allowed or not. */
void rate_take(struct rate *rate, uint64_t limit, int64_t period_ns, int64_t now_ns);

#endif
