/* SPDX-License-Identifier: Apache-2.0 */

/* However the bytes are cut, the verdict and its place are the same; jansson agrees. */

#include "sdk/base/json_check.h"

#include "sdk/base/err.h"
#include "sdk/base/json_check_testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const size_t steps[] = { 1, 2, 3, 7, 8, 9 };
    struct lamb_span input = lamb_span_of(bytes, len);
    struct lamb_json_check whole;
    int r = json_check_in_pieces(&whole, input, 0);
    enum second_opinion opinion = jansson_opinion(input);

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct lamb_json_check pieces;

        lamb_assert(json_check_in_pieces(&pieces, input, steps[i]) == r);
        lamb_assert(!r || (pieces.line == whole.line && pieces.column == whole.column));
    }
    lamb_assert(!r || whole.text[0]);
    lamb_assert(whole.line >= 1 && whole.column >= 1 && whole.column <= len + 1);
    if (opinion != HAS_NONE && whole.depth < LAMB_LIMIT_JSON_DEPTH)
        lamb_assert((r == 0) == (opinion == SAYS_JSON));
    return 0;
}
