/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/base/nearest.h"

#include <string.h>

enum { NEAR = 2, LONGEST_NAME = 96 };

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

/* Edits (insert, drop, change) that turn A into B; LONGEST_NAME when one is too long.
 */
static size_t
distance(const char *a, const char *b)
{
    size_t row[LONGEST_NAME + 1];
    size_t n = strlen(b);

    if (strlen(a) >= LONGEST_NAME || n > LONGEST_NAME)
        return LONGEST_NAME;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j];
            size_t best = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));

            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[n];
}

const char *
lamb_nearest(const char *text, const void *names, size_t n, size_t stride)
{
    const char *best = NULL;
    size_t least = NEAR + 1;

    for (size_t i = 0; i < n; i++) {
        const char *name;
        size_t d;

        memcpy(&name, (const char *)names + i * stride, sizeof(name));
        d = distance(text, name);
        if (d < least) {
            least = d;
            best = name;
        }
    }
    return best;
}
