/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/num.h"

#include "sdk/base/enum.h"

#include <errno.h>

/* Leading digits of TEXT as a number; *ret_used says how many there were. */
static int
take_digits(struct lamb_span text, uint64_t *ret, size_t *ret_used)
{
    uint64_t value = 0;
    size_t i;

    for (i = 0; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++) {
        if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t)(text.ptr[i] - '0'), &value))
            return -ERANGE;
    }
    *ret = value;
    *ret_used = i;
    return i ? 0 : -EINVAL;
}

int
lamb_parse_u64(struct lamb_span text, uint64_t min, uint64_t max, uint64_t *ret)
{
    uint64_t value;
    size_t used;
    int r = take_digits(text, &value, &used);

    if (r)
        return r;
    if (used != text.len)
        return -EINVAL;
    if (value < min || value > max)
        return -ERANGE;
    *ret = value;
    return 0;
}

int
lamb_parse_i64(struct lamb_span text, int64_t min, int64_t max, int64_t *ret)
{
    bool negative = text.len && text.ptr[0] == '-';
    uint64_t magnitude;
    int64_t value;
    int r;

    if (negative)
        text = lamb_span_of(text.ptr + 1, text.len - 1);
    r = lamb_parse_u64(text, 0, (uint64_t)INT64_MAX + (negative ? 1 : 0), &magnitude);
    if (r)
        return r;
    value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    if (value < min || value > max)
        return -ERANGE;
    *ret = value;
    return 0;
}

int
lamb_parse_duration(struct lamb_span text, int64_t min_ns, int64_t max_ns,
                    int64_t *ret_ns)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {
        { "ns", 1 },
        { "us", LAMB_NS_PER_US },
        { "ms", LAMB_NS_PER_MS },
        { "s", LAMB_NS_PER_S },
        { "m", 60 * LAMB_NS_PER_S },
        { "h", 3600 * LAMB_NS_PER_S },
        { "d", 86400 * LAMB_NS_PER_S },
    };
    uint64_t whole;
    uint64_t fraction = 0;
    uint64_t scale = 1;
    int64_t value;
    size_t used;
    int r = take_digits(text, &whole, &used);

    if (r)
        return r;
    text = lamb_span_of(text.ptr + used, text.len - used);
    if (text.len && text.ptr[0] == '.') {
        text = lamb_span_of(text.ptr + 1, text.len - 1);
        for (used = 0;
             used < text.len && text.ptr[used] >= '0' && text.ptr[used] <= '9'; used++)
            if (scale < UINT64_C(1000000000)) { /* finer than a nanosecond: dropped */
                fraction = fraction * 10 + (uint64_t)(text.ptr[used] - '0');
                scale *= 10;
            }
        if (!used)
            return -EINVAL;
        text = lamb_span_of(text.ptr + used, text.len - used);
    }
    for (size_t i = 0; i < LAMB_COUNT(units); i++) {
        if (!lamb_span_is(text, units[i].name))
            continue;
        if (whole > INT64_MAX ||
            __builtin_mul_overflow((int64_t)whole, units[i].ns, &value))
            return -ERANGE;
        if (__builtin_add_overflow(
                value,
                (int64_t)((double)fraction * (double)units[i].ns / (double)scale),
                &value))
            return -ERANGE;
        if (value < min_ns || value > max_ns)
            return -ERANGE;
        *ret_ns = value;
        return 0;
    }
    return -EINVAL;
}
