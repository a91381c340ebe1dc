/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/target.h"

#include <stdint.h>
#include <stdlib.h>

#include "emulator/http/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Escape every byte of TEXT: decoding has to give TEXT back. */
static void
check_round_trip(const char *text)
{
    static const char digits[] = "0123456789aBcDeF";
    size_t len = strlen(text);
    char *escaped = malloc(len * 3 + 1);
    char *again = NULL;

    lamb_assert(escaped);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        escaped[i * 3] = '%';
        escaped[i * 3 + 1] = digits[c >> 4];
        escaped[i * 3 + 2] = digits[c & 15];
    }
    lamb_assert(http_decode_segment(lamb_span_of(escaped, len * 3), &again) == 0);
    lamb_assert(strcmp(again, text) == 0);
    free(again);
    free(escaped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct lamb_span text = lamb_span_of(bytes, len);
    char *segment = NULL;
    char *value = NULL;

    if (http_decode_segment(text, &segment) == 0) {
        lamb_assert(strlen(segment) <= len);
        check_round_trip(segment);
        free(segment);
    }
    if (target_param(text, "name", &value) == 0) {
        lamb_assert(strlen(value) <= len);
        free(value);
    }
    return 0;
}
