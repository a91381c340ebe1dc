/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_CLOCK_H
#define LAMB_BASE_CLOCK_H

/* clock - the two real clocks, in nanoseconds. The platform clock is emulator/loop's.
 */

#include <stdint.h>
#include <time.h>

static inline int64_t
lamb_clock_ns_(clockid_t id)
{
    struct timespec ts;

    (void)clock_gettime(id, &ts); /* cannot fail for these clocks */
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Since an unspecified start; never goes back. */
static inline int64_t
lamb_mono_ns(void)
{
    return lamb_clock_ns_(CLOCK_MONOTONIC);
}

/* Since the Unix epoch. */
static inline int64_t
lamb_wall_ns(void)
{
    return lamb_clock_ns_(CLOCK_REALTIME);
}

#endif
