/* SPDX-License-Identifier: Apache-2.0 */

/* value - places in a document, and the fields that need no decoding. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "sdk/base/num.h"
#include "sdk/base/span.h"
#include "sdk/events/document.h"
#include "sdk/json/tree.h"

static const struct lamb_value nothing;
static const struct lamb_span no_text = { "", 0 };

static const char *
kind_name(enum lamb_kind kind)
{
    static const char *const names[] = {
        [LAMB_KIND_ABSENT] = "nothing",     [LAMB_KIND_NULL] = "null",
        [LAMB_KIND_BOOL] = "true or false", [LAMB_KIND_INT] = "a whole number",
        [LAMB_KIND_REAL] = "a fraction",    [LAMB_KIND_TEXT] = "text",
        [LAMB_KIND_LIST] = "a list",        [LAMB_KIND_OBJECT] = "an object",
    };

    return names[kind];
}

enum lamb_kind
lamb_value_kind(struct lamb_value value)
{
    const json_t *node = value.node;

    if (!node)
        return LAMB_KIND_ABSENT;
    switch (json_typeof(node)) {
    case JSON_OBJECT:
        return LAMB_KIND_OBJECT;
    case JSON_ARRAY:
        return LAMB_KIND_LIST;
    case JSON_STRING:
        return LAMB_KIND_TEXT;
    case JSON_INTEGER:
        return LAMB_KIND_INT;
    case JSON_REAL:
        return LAMB_KIND_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return LAMB_KIND_BOOL;
    case JSON_NULL:
        break;
    }
    return LAMB_KIND_NULL;
}

/* 0, LAMB_ABSENT or LAMB_NULL: is there something at NODE? */
static int
presence(const json_t *node)
{
    if (!node)
        return LAMB_ABSENT;
    return json_is_null(node) ? LAMB_NULL : 0;
}

/* VALUE should have been KIND; the error names FIELD of OBJECT. */
static int
blame_kind(struct lamb_value object, const char *field, struct lamb_value value,
           const char *wanted)
{
    return lamb_document_blame(object.document, -EPROTO, object.node, field,
                               "%s is expected, %s was found", wanted,
                               kind_name(lamb_value_kind(value)));
}

int
lamb_value_get(struct lamb_value object, const char *name, struct lamb_value *ret_value)
{
    struct lamb_value at = object;
    const char *rest = name;

    *ret_value = nothing;
    while (*rest) {
        size_t len = strcspn(rest, "/");
        int r = presence(at.node);

        if (r == LAMB_ABSENT || (r == LAMB_NULL && rest == name))
            return r;
        if (r == LAMB_NULL)
            return LAMB_ABSENT; /* what should hold it is null */
        if (!json_is_object((const json_t *)at.node))
            return blame_kind(at, "", at, "an object");
        at.node = json_object_getn(at.node, rest, len);
        rest += len + (rest[len] == '/');
    }
    if (at.node)
        *ret_value = at;
    return presence(at.node);
}

/* As lamb_value_get, and the kind has to be this one. */
static int
get_kind(struct lamb_value object, const char *name, enum lamb_kind kind,
         struct lamb_value *ret_value)
{
    struct lamb_value value;
    int r = lamb_value_get(object, name, &value);

    *ret_value = nothing;
    if (r)
        return r;
    if (lamb_value_kind(value) != kind)
        return blame_kind(object, name, value, kind_name(kind));
    *ret_value = value;
    return 0;
}

int
lamb_value_object(struct lamb_value object, const char *name,
                  struct lamb_value *ret_object)
{
    return get_kind(object, name, LAMB_KIND_OBJECT, ret_object);
}

int
lamb_value_list(struct lamb_value object, const char *name, struct lamb_value *ret_list,
                size_t *ret_count)
{
    int r = get_kind(object, name, LAMB_KIND_LIST, ret_list);

    if (ret_count)
        *ret_count = r ? 0 : json_array_size(ret_list->node);
    return r;
}

int
lamb_value_at(struct lamb_value list, size_t index, struct lamb_value *ret_value)
{
    const json_t *node = list.node;

    *ret_value = nothing;
    if (presence(node))
        return LAMB_ABSENT;
    if (!json_is_array(node))
        return blame_kind(list, "", list, "a list");
    node = json_array_get(node, index);
    if (node)
        *ret_value = (struct lamb_value){ list.document, node };
    return presence(node);
}

int
lamb_value_member(struct lamb_value object, const char *name,
                  struct lamb_value *ret_value)
{
    const json_t *node = object.node;

    *ret_value = nothing;
    if (presence(node))
        return LAMB_ABSENT;
    if (!json_is_object(node))
        return blame_kind(object, "", object, "an object");
    node = json_object_get(node, name);
    if (node)
        *ret_value = (struct lamb_value){ object.document, node };
    return presence(node);
}

int
lamb_value_next(struct lamb_value object, void **iterator, const char **ret_name,
                struct lamb_value *ret_value)
{
    /* only to walk: nothing is changed */
    json_t *node = (json_t *)(uintptr_t)object.node;

    *ret_name = "";
    *ret_value = nothing;
    if (presence(node))
        return LAMB_ABSENT;
    if (!json_is_object(node))
        return blame_kind(object, "", object, "an object");
    *iterator =
        *iterator ? json_object_iter_next(node, *iterator) : json_object_iter(node);
    if (!*iterator)
        return LAMB_ABSENT;
    *ret_name = json_object_iter_key(*iterator);
    *ret_value =
        (struct lamb_value){ object.document, json_object_iter_value(*iterator) };
    return 0;
}

int
lamb_value_text(struct lamb_value object, const char *name, struct lamb_span *ret_text)
{
    struct lamb_value value;
    int r = get_kind(object, name, LAMB_KIND_TEXT, &value);

    *ret_text = no_text;
    if (r == 0)
        *ret_text = (struct lamb_span){ json_string_value(value.node),
                                        json_string_length(value.node) };
    return r;
}

int
lamb_value_header(struct lamb_value object, const char *name,
                  struct lamb_span *ret_text)
{
    struct lamb_value value;
    void *at = NULL;
    const char *key;
    int r = lamb_value_member(object, name, &value);

    *ret_text = no_text;
    if (r == 0)
        return lamb_value_text(value, "", ret_text);
    while (r == LAMB_ABSENT) {
        int next = lamb_value_next(object, &at, &key, &value);

        if (next)
            return next;
        if (strcasecmp(key, name) == 0)
            return lamb_value_text(value, "", ret_text);
    }
    return r;
}

int
lamb_value_bool(struct lamb_value object, const char *name, bool *ret_bool)
{
    struct lamb_value value;
    int r = get_kind(object, name, LAMB_KIND_BOOL, &value);

    *ret_bool = r == 0 && json_is_true((const json_t *)value.node);
    return r;
}

int
lamb_value_int(struct lamb_value object, const char *name, int64_t *ret_number)
{
    struct lamb_value value;
    int r = lamb_value_get(object, name, &value);
    const json_t *node = value.node;

    *ret_number = 0;
    if (r)
        return r;
    if (json_is_integer(node)) {
        *ret_number = json_integer_value(node);
        return 0;
    }
    if (!json_is_string(node))
        return blame_kind(object, name, value, kind_name(LAMB_KIND_INT));
    r = lamb_parse_i64(
        (struct lamb_span){ json_string_value(node), json_string_length(node) },
        INT64_MIN, INT64_MAX, ret_number);
    if (r < 0)
        return lamb_document_blame(
            object.document, -EPROTO, object.node, name,
            "a whole number of 64 bits is expected, \"%.40s\" was found",
            json_string_value(node));
    return 0;
}

int
lamb_value_double(struct lamb_value object, const char *name, double *ret_number)
{
    struct lamb_value value;
    int r = lamb_value_get(object, name, &value);
    const json_t *node = value.node;

    *ret_number = 0;
    if (r)
        return r;
    if (json_is_number(node)) {
        *ret_number = json_number_value(node);
        return 0;
    }
    if (!json_is_string(node))
        return blame_kind(object, name, value, "a number");
    /* the grammar of JSON, and independent of the locale, unlike strtod */
    r = lamb_json_double(
        lamb_span_of(json_string_value(node), json_string_length(node)), ret_number);
    if (r == -EPROTO)
        r = lamb_document_blame(object.document, -EPROTO, object.node, name,
                                "a number is expected, \"%.40s\" was found",
                                json_string_value(node));
    return r;
}
