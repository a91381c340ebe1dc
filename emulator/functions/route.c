/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/route.h"

/* xorshift64: a number from 0 to 1, the same row for the same seed. */
static double
next_random(uint64_t *random)
{
    uint64_t x = *random;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *random = x;
    return (double)(x >> 11) / (double)(UINT64_C(1) << 53);
}

const char *
route_choose(json_t *alias, uint64_t *random)
{
    json_t *weights = json_object_get(json_object_get(alias, "RoutingConfig"),
                                      "AdditionalVersionWeights");
    double at = json_object_size(weights) ? next_random(random) : 1;
    const char *version;
    json_t *weight;

    json_object_foreach(weights, version, weight)
    {
        at -= json_number_value(weight);
        if (at < 0)
            return version;
    }
    return json_string_value(json_object_get(alias, "FunctionVersion"));
}
