/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/environment/zone.h"

#include <errno.h>

#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/err.h"

enum { ZONES = 3 };

/* Directions in a region's name, and what is left of them in an id. */
static const struct {
    const char *name;
    const char *short_form;
} directions[] = {
    { "northeast", "ne" }, { "northwest", "nw" }, { "southeast", "se" },
    { "southwest", "sw" }, { "north", "n" },      { "south", "s" },
    { "east", "e" },       { "west", "w" },       { "central", "c" },
    { "gov", "g" },
};

static const char *
short_direction(struct lamb_span name)
{
    for (size_t i = 0; i < LAMB_COUNT(directions); i++)
        if (lamb_span_is(name, directions[i].name))
            return directions[i].short_form;
    return NULL;
}

static unsigned
choose(struct lamb_span key)
{
    unsigned sum = 0;

    for (size_t i = 0; i < key.len; i++)
        sum = sum * 31 + (unsigned char)key.ptr[i];
    return sum % ZONES + 1;
}

/* "us-gov-east-1": everything before the direction stays, without its dashes. */
static int
shorten(struct lamb_span region, char *ret, size_t size)
{
    struct lamb_span rest = region;
    struct lamb_span part;
    size_t len = 0;
    bool is_region = false;
    bool has_more;

    do {
        const char *direction;

        has_more = lamb_span_cut(rest, '-', &part, &rest);
        direction = short_direction(part);
        is_region |= direction != NULL;
        if (direction)
            part = lamb_span_str(direction);
        if (len + part.len >= size)
            return -ENAMETOOLONG;
        memcpy(ret + len, part.ptr, part.len);
        len += part.len;
    } while (has_more);
    ret[len] = '\0';
    return is_region ? 0 : -EINVAL;
}

void
zone_of(const char *region, struct lamb_span key, char ret[ZONE_ID_SIZE])
{
    char text[ZONE_ID_SIZE - 8];

    if (shorten(lamb_span_str(region), text, sizeof(text)))
        lamb_assert(lamb_format(ret, ZONE_ID_SIZE, "%.20s-az%u", region, choose(key)) ==
                    0);
    else
        lamb_assert(lamb_format(ret, ZONE_ID_SIZE, "%s-az%u", text, choose(key)) == 0);
}
