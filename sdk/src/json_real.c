/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/src/json_real.h"

#include <math.h>
#include <stdlib.h>

/* The digits that are enough for most numbers, and those that are for all. */
enum { DIGITS_USUAL = 15, DIGITS_ALL = 17 };

void
lamb_json_real(struct lamb_buf *ret, double real)
{
    char text[32];
    char *comma;
    int r;

    if (!isfinite(real)) {
        (void)lamb_buf_str(ret, "null");
        return;
    }
    r = lamb_format(text, sizeof(text), "%.*g", DIGITS_USUAL, real);
    if (!r && fabs(strtod(text, NULL) - real) > 0)
        r = lamb_format(text, sizeof(text), "%.*g", DIGITS_ALL, real);
    comma = strchr(text, ',');
    if (comma)
        *comma = '.';
    (void)lamb_buf_str(ret, r ? "null" : text);
}
