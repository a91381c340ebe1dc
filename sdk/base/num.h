/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_BASE_NUM_H
#define LAMB_BASE_NUM_H

/*
 * num - numbers, durations and sizes from text, always with a range.
 *
 * The whole text must be one number: no blanks, no sign for unsigned, no rest.
 * Returns 0, -EINVAL (not a number) or -ERANGE (outside MIN..MAX); the result is
 * written on success only.
 */

#include "sdk/base/span.h"

#include <stdint.h>

#define LAMB_NS_PER_US INT64_C(1000)
#define LAMB_NS_PER_MS INT64_C(1000000)
#define LAMB_NS_PER_S INT64_C(1000000000)

int lamb_parse_u64(struct lamb_span text, uint64_t min, uint64_t max, uint64_t *ret);
int lamb_parse_i64(struct lamb_span text, int64_t min, int64_t max, int64_t *ret);
/* Decimal digits with an optional fraction and a unit: ns us ms s m h d ("1.5s"). */
int lamb_parse_duration(struct lamb_span text, int64_t min_ns, int64_t max_ns,
                        int64_t *ret_ns);

#endif
