/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A response is read the same at once and byte by byte. The first byte of the input
 * says whether the peer closes after it.
 */

#include "runtime/http_response.h"

#include <stdint.h>
#include <stdlib.h>

#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lamb_http_response whole;
    struct lamb_http_response pieces;
    char *bytes = malloc(size + 1);
    char *slow = malloc(size + 1);
    int slow_result = LAMB_HTTP_MORE;
    bool at_end;
    int result;

    if (bytes && slow && size > 1) {
        at_end = data[0] & 1;
        data++;
        size--;
        memcpy(bytes, data, size);
        lamb_http_response_init(&whole);
        result = lamb_http_response_parse(&whole, bytes, size, at_end);
        lamb_assert(whole.at <= size && whole.body + whole.body_len <= size);

        lamb_http_response_init(&pieces);
        for (size_t i = 0; i < size && slow_result == LAMB_HTTP_MORE; i++) {
            slow[i] = (char)data[i];
            slow_result =
                lamb_http_response_parse(&pieces, slow, i + 1, at_end && i + 1 == size);
        }
        lamb_assert(result == slow_result);
        if (result == 0) {
            lamb_assert(whole.at == pieces.at && whole.status == pieces.status);
            lamb_assert(lamb_span_eq(lamb_http_response_body(&whole, bytes),
                                     lamb_http_response_body(&pieces, slow)));
            (void)lamb_http_response_find(&whole, bytes, "Content-Type");
        }
    }
    free(bytes);
    free(slow);
    return 0;
}
