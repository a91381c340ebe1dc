/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/testing/json_diff.h"

#include <stdlib.h>

enum { PATH_MAX_BYTES = 4096 };

static void
put_value(struct lamb_buf *ret, json_t *value)
{
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

    (void)lamb_buf_str(ret, text ? text : value ? "a value" : "nothing");
    free(text);
}

static void diff(struct lamb_buf *ret, struct lamb_buf *path, json_t *expected,
                 json_t *got);

static void
diff_objects(struct lamb_buf *ret, struct lamb_buf *path, json_t *expected, json_t *got)
{
    size_t len = path->len;
    const char *key;
    json_t *value;

    json_object_foreach(expected, key, value)
    {
        (void)lamb_buf_printf(path, ".%s", key);
        diff(ret, path, value, json_object_get(got, key));
        path->len = len;
    }
    json_object_foreach(got, key, value)
    {
        if (json_object_get(expected, key))
            continue;
        (void)lamb_buf_printf(path, ".%s", key);
        diff(ret, path, NULL, value);
        path->len = len;
    }
}

static void
diff_arrays(struct lamb_buf *ret, struct lamb_buf *path, json_t *expected, json_t *got)
{
    size_t len = path->len;
    size_t count = json_array_size(expected);

    if (json_array_size(got) > count)
        count = json_array_size(got);
    for (size_t i = 0; i < count; i++) {
        (void)lamb_buf_printf(path, "[%zu]", i);
        diff(ret, path, json_array_get(expected, i), json_array_get(got, i));
        path->len = len;
    }
}

static void
diff(struct lamb_buf *ret, struct lamb_buf *path, json_t *expected, json_t *got)
{
    if (expected && got && json_equal(expected, got))
        return;
    if (json_is_object(expected) && json_is_object(got)) {
        diff_objects(ret, path, expected, got);
        return;
    }
    if (json_is_array(expected) && json_is_array(got)) {
        diff_arrays(ret, path, expected, got);
        return;
    }
    (void)lamb_buf_printf(ret, "\n  %.*s: expected ", (int)path->len,
                          lamb_buf_cstr(path));
    put_value(ret, expected);
    (void)lamb_buf_str(ret, ", got ");
    put_value(ret, got);
}

void
lamb_json_diff(struct lamb_buf *ret, const char *root, json_t *expected, json_t *got)
{
    LAMB_AUTOBUF struct lamb_buf path = LAMB_BUF_INIT(PATH_MAX_BYTES);

    (void)lamb_buf_str(&path, root);
    diff(ret, &path, expected, got);
}
