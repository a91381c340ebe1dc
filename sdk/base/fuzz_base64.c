/* SPDX-License-Identifier: Apache-2.0 */

/* Any bytes survive the round trip; what is accepted as text has one spelling only. */

#include "sdk/base/base64.h"

#include <stdint.h>

#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct lamb_span input = lamb_span_of(bytes, len);
    LAMB_AUTOBUF struct lamb_buf there = LAMB_BUF_INIT(len * 2 + 4);
    LAMB_AUTOBUF struct lamb_buf back = LAMB_BUF_INIT(len);
    LAMB_AUTOBUF struct lamb_buf decoded = LAMB_BUF_INIT(len);
    LAMB_AUTOBUF struct lamb_buf again = LAMB_BUF_INIT(len);

    lamb_assert(lamb_base64_encode(&there, input) == 0);
    lamb_assert(lamb_base64_decode(lamb_buf_view(&there), &back) == 0);
    lamb_assert(lamb_span_eq(lamb_buf_view(&back), input));

    if (lamb_base64_decode(input, &decoded) == 0) {
        lamb_assert(lamb_base64_encode(&again, lamb_buf_view(&decoded)) == 0);
        lamb_assert(lamb_span_eq(lamb_buf_view(&again), input));
    }
    return 0;
}
