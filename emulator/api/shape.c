/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/api/shape.h"

#include <regex.h>
#include <string.h>

enum { TEXT_MAX = 128 * 1024, SHOWN_MAX = 8 * 1024 };

static LAMB_ENUM_TEXT_FN(shape_type_text, shape_type, SHAPE_TYPES, SHAPE_TYPE_N)

    const struct operation_shape *operation_shape_find(const char *name)
{
    for (const struct operation_shape *op = operation_shapes; op->name; op++)
        if (strcmp(op->name, name) == 0)
            return op;
    return NULL;
}

/* -- one value -------------------------------------------------------------------- */

/* Characters, as far as they can be told apart: bytes that begin one. */
static int64_t
count_characters(const char *text)
{
    int64_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static bool
matches(const struct shape *shape, const char *text)
{
    regex_t regex;
    bool is_match;

    if ((shape->flags & SHAPE_NOT_A_NUMBER) && text[strspn(text, "0123456789")] == '\0')
        return false;
    if (!shape->regex)
        return true;
    if (regcomp(&regex, shape->regex, REG_EXTENDED | REG_NOSUB))
        return false; /* a test compiles all of them */
    is_match = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return is_match;
}

static bool
is_one_of(const char *const *values, const char *text)
{
    for (; *values; values++)
        if (strcmp(*values, text) == 0)
            return true;
    return false;
}

/* What is measured against min and max. */
static double
measure(const struct shape *shape, const json_t *value)
{
    const char *text = json_string_value(value);

    if (json_is_number(value))
        return json_number_value(value);
    if (shape->type == SHAPE_LIST)
        return (double)json_array_size(value);
    if (shape->type == SHAPE_MAP)
        return (double)json_object_size(value);
    return text ? (double)count_characters(text) : 0;
}

static bool
is_number(const struct shape *shape)
{
    return shape->type == SHAPE_INTEGER || shape->type == SHAPE_LONG ||
           shape->type == SHAPE_DOUBLE;
}

/* The constraints of a shape in the words of the service; each FAILS or holds. */
struct clause {
    bool fails;
    char text[96];
    const char *rest; /* printed behind it */
};
enum { CLAUSES = 4 };

static void
print_range(const struct shape *shape, const char *which, int64_t bound,
            struct clause *clause)
{
    if (lamb_format(clause->text, sizeof(clause->text),
                    "Member must have %s %s than or equal to %lld%s",
                    is_number(shape) ? "value" : "length", which, (long long)bound,
                    shape->type == SHAPE_DOUBLE ? ".0" : ""))
        clause->text[0] = '\0';
    clause->rest = "";
}

/* VALUE may be NULL: then nothing fails, the clauses are only worded. */
static size_t
list_clauses(const struct shape *shape, const json_t *value, struct clause *clauses)
{
    const char *text = json_string_value(value);
    double size = value ? measure(shape, value) : 0;
    size_t n = 0;

    if (shape->has_max) {
        print_range(shape, "less", shape->max, &clauses[n]);
        clauses[n++].fails = value && size > (double)shape->max;
    }
    if (shape->has_min) {
        print_range(shape, "greater", shape->min, &clauses[n]);
        clauses[n++].fails = value && size < (double)shape->min;
    }
    if (shape->pattern)
        clauses[n++] = (struct clause){
            text && !matches(shape, text),
            "Member must satisfy regular expression pattern: ", shape->pattern
        };
    if (shape->values)
        clauses[n++] =
            (struct clause){ text && !is_one_of(shape->values, text) &&
                                 !(shape->unsaid && is_one_of(shape->unsaid, text)),
                             "Member must satisfy enum value set: ", NULL };
    return n;
}

static void
print_clause(const struct shape *shape, const struct clause *clause,
             struct lamb_buf *text)
{
    (void)lamb_buf_str(text, clause->text);
    if (clause->rest) {
        (void)lamb_buf_str(text, clause->rest);
        return;
    }
    for (size_t i = 0; shape->values[i]; i++)
        (void)lamb_buf_printf(text, "%s%s", i ? ", " : "[", shape->values[i]);
    (void)lamb_buf_char(text, ']');
}

/* A value as the service shows it: [a, b], {k=v}. */
static void
print_value(const json_t *value, struct lamb_buf *text)
{
    const json_t *item;
    const char *key;
    const char *separator = "";
    size_t i;

    switch (json_typeof(value)) {
    case JSON_STRING:
        (void)lamb_buf_str(text, json_string_value(value));
        break;
    case JSON_INTEGER:
        (void)lamb_buf_printf(text, "%lld", (long long)json_integer_value(value));
        break;
    case JSON_REAL:
        (void)lamb_buf_printf(text, "%g", json_real_value(value));
        if (json_real_value(value) == (double)(int64_t)json_real_value(value))
            (void)lamb_buf_str(text, ".0");
        break;
    case JSON_ARRAY:
        (void)lamb_buf_char(text, '[');
        json_array_foreach((json_t *)(uintptr_t)value, i, item)
        {
            (void)lamb_buf_str(text, i ? ", " : "");
            print_value(item, text);
        }
        (void)lamb_buf_char(text, ']');
        break;
    case JSON_OBJECT:
        (void)lamb_buf_char(text, '{');
        json_object_foreach((json_t *)(uintptr_t)value, key, item)
        {
            (void)lamb_buf_printf(text, "%s%s=", separator, key);
            print_value(item, text);
            separator = ", ";
        }
        (void)lamb_buf_char(text, '}');
        break;
    case JSON_TRUE:
        (void)lamb_buf_str(text, "true");
        break;
    case JSON_FALSE:
        (void)lamb_buf_str(text, "false");
        break;
    case JSON_NULL:
        (void)lamb_buf_str(text, "null");
        break;
    }
}

/* -- the whole -------------------------------------------------------------------- */

/* What was found so far, and the way to where we are. */
struct check {
    struct lamb_buf *text;
    size_t n;
    struct lamb_buf path;
};

static void
begin_clause(struct check *check, const json_t *value)
{
    LAMB_AUTOBUF struct lamb_buf shown = LAMB_BUF_INIT(TEXT_MAX);

    if (check->n++)
        (void)lamb_buf_str(check->text, "; ");
    if (value) {
        print_value(value, &shown);
        (void)lamb_buf_printf(check->text, "Value '%.*s'", SHOWN_MAX,
                              lamb_buf_cstr(&shown));
    } else {
        (void)lamb_buf_str(check->text, "Value null");
    }
    (void)lamb_buf_printf(check->text, " at '%s' failed to satisfy constraint: ",
                          lamb_buf_cstr(&check->path));
}

static bool
fails(const struct shape *shape, const json_t *value)
{
    struct clause clauses[CLAUSES];
    size_t n = list_clauses(shape, value, clauses);

    for (size_t i = 0; i < n; i++)
        if (clauses[i].fails)
            return true;
    return false;
}

/* "Member must satisfy constraint: [A, B, Member must not be null]" */
static void
print_all(const struct shape *shape, bool says_null, const char *what,
          struct lamb_buf *text)
{
    struct clause clauses[CLAUSES];
    size_t n = list_clauses(shape, NULL, clauses);

    (void)lamb_buf_printf(text, "%s must satisfy constraint: [", what);
    for (size_t i = 0; i < n; i++) {
        (void)lamb_buf_str(text, i ? ", " : "");
        print_clause(shape, &clauses[i], text);
    }
    if (says_null)
        (void)lamb_buf_printf(text, "%sMember must not be null", n ? ", " : "");
    (void)lamb_buf_char(text, ']');
}

static bool
is_container(const struct shape *shape)
{
    return shape->type == SHAPE_STRUCTURE || shape->type == SHAPE_LIST ||
           shape->type == SHAPE_MAP;
}

static void check_value(struct check *check, const struct shape *shape, json_t *value);

static void
check_below(struct check *check, const struct shape *shape, json_t *value,
            size_t number, const char *name)
{
    size_t len = check->path.len;

    if (name)
        (void)lamb_buf_printf(&check->path, ".%s", name);
    else
        (void)lamb_buf_printf(&check->path, ".%zu.member", number);
    check_value(check, shape, value);
    check->path.len = len;
    if (check->path.ptr)
        check->path.ptr[len] = '\0';
}

static void
check_list(struct check *check, const struct shape *shape, json_t *list)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (is_container(shape->element)) {
            check_below(check, shape->element, item, i + 1, NULL);
        } else if (json_is_null(item) || fails(shape->element, item)) {
            begin_clause(check, list);
            if (shape->flags & SHAPE_ENUM_PLAIN) {
                struct clause clauses[CLAUSES];

                (void)list_clauses(shape->element, NULL, clauses);
                print_clause(shape->element, &clauses[0], check->text);
            } else {
                print_all(shape->element, !(shape->flags & SHAPE_NULL_UNSAID), "Member",
                          check->text);
            }
            return;
        }
    }
}

static void
check_map(struct check *check, const struct shape *shape, json_t *map)
{
    const char *name;
    json_t *value;
    bool is_bad_key = false;
    bool is_bad_value = false;

    json_object_foreach(map, name, value)
    {
        json_t *key = json_string(name);

        is_bad_key = is_bad_key || !key || fails(shape->key, key);
        json_decref(key);
        if (is_container(shape->element))
            check_below(check, shape->element, value, 0, name);
        else
            is_bad_value =
                is_bad_value || json_is_null(value) || fails(shape->element, value);
    }
    if (is_bad_key) {
        begin_clause(check, map);
        print_all(shape->key, false, "Map keys", check->text);
    }
    if (is_bad_value) {
        begin_clause(check, map);
        print_all(shape->element, true, "Map value", check->text);
    }
}

/* functionName, vpcConfig: the first letters are small; KMSKeyArn becomes kMSKeyArn. */
static void
push_name(struct check *check, const char *name)
{
    if (check->path.len)
        (void)lamb_buf_char(&check->path, '.');
    (void)lamb_buf_char(
        &check->path,
        (char)(name[0] >= 'A' && name[0] <= 'Z' ? name[0] - 'A' + 'a' : name[0]));
    (void)lamb_buf_str(&check->path, name + 1);
}

static void
check_structure(struct check *check, const struct shape *shape, json_t *in)
{
    for (size_t i = 0; i < shape->n_members; i++) {
        const struct member *member = &shape->members[i];
        json_t *value = json_object_get(in, member->name);
        size_t len = check->path.len;

        if (json_is_null(value)) {
            (void)json_object_del(in, member->name);
            value = NULL;
        }
        push_name(check, member->name);
        if (value) {
            check_value(check, member->shape, value);
        } else if (member->is_required) {
            begin_clause(check, NULL);
            (void)lamb_buf_str(check->text, "Member must not be null");
        }
        check->path.len = len;
        if (check->path.ptr)
            check->path.ptr[len] = '\0';
    }
}

static void
check_value(struct check *check, const struct shape *shape, json_t *value)
{
    struct clause clauses[CLAUSES];
    size_t n = shape->type == SHAPE_STRUCTURE || shape->type == SHAPE_BLOB
                   ? 0
                   : list_clauses(shape, value, clauses);

    for (size_t i = 0; i < n; i++) {
        if (!clauses[i].fails)
            continue;
        begin_clause(check, value);
        print_clause(shape, &clauses[i], check->text);
    }
    if (shape->type == SHAPE_STRUCTURE)
        check_structure(check, shape, value);
    else if (shape->type == SHAPE_LIST)
        check_list(check, shape, value);
    else if (shape->type == SHAPE_MAP)
        check_map(check, shape, value);
}

size_t
shape_check(const struct shape *input, json_t *in, struct lamb_buf *text)
{
    LAMB_AUTOBUF struct lamb_buf found = LAMB_BUF_INIT(TEXT_MAX);
    struct check check = { .text = &found, .path = LAMB_BUF_INIT(TEXT_MAX) };

    check_structure(&check, input, in);
    lamb_buf_fini(&check.path);
    if (check.n) {
        (void)lamb_buf_printf(text, "%zu validation error%s detected: ", check.n,
                              check.n == 1 ? "" : "s");
        (void)lamb_buf_span(text, lamb_buf_view(&found));
    }
    return check.n;
}

/* -- types ------------------------------------------------------------------------ */

static bool
has_type(const struct shape *shape, const json_t *value)
{
    switch (shape->type) {
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        return json_is_integer(value);
    case SHAPE_DOUBLE:
        return json_is_number(value);
    case SHAPE_BOOLEAN:
        return json_is_boolean(value);
    case SHAPE_TIMESTAMP:
        return json_is_number(value) || json_is_string(value);
    case SHAPE_LIST:
        return json_is_array(value);
    case SHAPE_MAP:
    case SHAPE_STRUCTURE:
        return json_is_object(value);
    case SHAPE_STRING:
    case SHAPE_BLOB:
    case SHAPE_TYPE_N:
        break;
    }
    return json_is_string(value);
}

static int
check_type(const struct shape *shape, const json_t *value, const char *name,
           struct lamb_buf *text)
{
    const char *key;
    json_t *item;
    size_t i;
    int r = 0;

    if (json_is_null(value))
        return 0;
    if (!has_type(shape, value)) {
        (void)lamb_buf_printf(text,
                              "Could not parse request body into json: %s is not "
                              "%s",
                              name, shape_type_text(shape->type));
        return SHAPE_E_TYPE;
    }
    if (shape->type == SHAPE_LIST)
        json_array_foreach((json_t *)(uintptr_t)value, i, item) r =
            r ? r : check_type(shape->element, item, name, text);
    else if (shape->type == SHAPE_MAP)
        json_object_foreach((json_t *)(uintptr_t)value, key, item) r =
            r ? r : check_type(shape->element, item, key, text);
    else if (shape->type == SHAPE_STRUCTURE)
        r = shape_check_types(shape, value, text);
    return r;
}

int
shape_check_types(const struct shape *input, const json_t *in, struct lamb_buf *text)
{
    for (size_t i = 0; i < input->n_members; i++) {
        const char *name = input->members[i].name;
        const json_t *value = json_object_get(in, name);
        int r = value ? check_type(input->members[i].shape, value, name, text) : 0;

        if (r)
            return r;
    }
    return 0;
}
