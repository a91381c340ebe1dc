/* SPDX-License-Identifier: Apache-2.0 */

/* Any bytes become a string that both parsers take; UTF-8 comes out as it went in. */

#include "sdk/base/json_text.h"

#include <jansson.h>

#include "sdk/base/err.h"
#include "sdk/base/json_check.h"
#include "sdk/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool
is_utf8(const uint8_t *bytes, size_t len)
{
    size_t n;
    size_t broken;

    for (size_t i = 0; i < len; i += n) {
        n = lamb_utf8_length(bytes + i, len - i, &broken);
        if (!n)
            return false;
    }
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(len * 6 + 2);
    struct lamb_json_check check;
    json_t *value;

    lamb_assert(lamb_json_string(&text, lamb_span_of(bytes, len)) == 0);
    lamb_json_check_init(&check);
    lamb_assert(lamb_json_check_feed(&check, lamb_buf_view(&text)) == 0);
    lamb_assert(lamb_json_check_finish(&check) == 0);

    value = json_loadb(text.ptr, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    lamb_assert(json_is_string(value));
    if (is_utf8(bytes, len))
        lamb_assert(lamb_span_eq(
            lamb_span_of(json_string_value(value), json_string_length(value)),
            lamb_span_of(bytes, len)));
    json_decref(value);
    return 0;
}
