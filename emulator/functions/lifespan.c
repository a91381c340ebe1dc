/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/lifespan.h"

#include <errno.h>

#include "sdk/base/num.h"

int
lifespan_parse(const char *text, struct lifespan *ret, struct lamb_err *err)
{
    struct lamb_span span = lamb_span_str(text);
    const char *prefix = "random:";
    uint64_t number;

    if (lamb_span_starts(span, prefix)) {
        if (lamb_parse_u64(lamb_span_str(text + strlen(prefix)), 0, UINT64_MAX,
                           &number) == 0) {
            ret->is_random = true;
            ret->state = number;
            return 0;
        }
    } else if (lamb_parse_u64(span, 1, LIFESPAN_MAX, &number) == 0) {
        ret->invocations = (unsigned)number;
        return 0;
    }
    return lamb_refuse(err, -EINVAL,
                       "'%s' is no number of invocations: give 1 to %d, or random:SEED "
                       "with a number as the seed",
                       text, LIFESPAN_MAX);
}

/* splitmix64: the same seed gives the same lives on every machine. */
static uint64_t
next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

unsigned
lifespan_draw(struct lifespan *lifespan)
{
    if (lifespan->is_random)
        return (unsigned)(next(&lifespan->state) % LIFESPAN_RANDOM_MAX) + 1;
    return lifespan->invocations;
}
