/* SPDX-License-Identifier: Apache-2.0 */

/*
 * fuzz_tree - any bytes as JSON: what our reader makes of it is what jansson's makes,
 * but that ours says where it refuses, and is as deep as the service's.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/base/span.h"
#include "sdk/json/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lamb_span text = lamb_span_of(data, size);
    struct lamb_json_check why;
    json_error_t other_why;
    json_t *other = json_loadb(text.len ? text.ptr : "", text.len,
                               JSON_DECODE_ANY | JSON_ALLOW_NUL, &other_why);
    int r;
    json_t *tree = lamb_json_tree(text, &r, &why);

    if (tree ? r != 0 : r != -EPROTO || !why.text[0] || !why.line || !why.column)
        abort();
    if (tree && !json_equal(tree, other))
        abort();
    /* jansson takes a zero byte for the end */
    if (!tree && other && !strstr(why.text, "depth") && !memchr(data, 0, size))
        abort();
    json_decref(tree);
    json_decref(other);
    return 0;
}
