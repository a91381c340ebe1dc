/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/template/resolve.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "emulator/template/parameter.h"
#include "sdk/base/base64.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/nearest.h"
#include "sdk/base/num.h"

enum { DEPTH_MAX = 100, STEPS_MAX = 200000, TEXT_MAX = 1024 * 1024 };

int
scope_refuse(struct scope *scope, struct place place, const char *fmt, ...)
{
    char text[160];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return lamb_refuse(scope->err, -EINVAL, "%s:%u:%u: %s", scope->file, place.line,
                       place.column, text);
}

static int
no_memory(struct scope *scope)
{
    return lamb_raise(scope->err, -ENOMEM, "%s", scope->file);
}

/* A text made by a function standing at AT. */
static int
give_text(struct scope *scope, const struct node *at, struct lamb_span text,
          const struct node **ret)
{
    *ret = node_text(scope->arena, at->place, text);
    return *ret ? 0 : no_memory(scope);
}

static int
give_buf(struct scope *scope, const struct node *at, const struct lamb_buf *text,
         const struct node **ret)
{
    if (lamb_buf_error(text))
        return scope_refuse(scope, at->place, "the text becomes too long");
    return give_text(scope, at, lamb_buf_view(text), ret);
}

/* The ARGUMENTS of function NAME must be a list of MIN to MAX. */
static int
check_list(struct scope *scope, const char *name, const struct node *arguments,
           size_t min, size_t max)
{
    if (arguments->kind == NODE_LIST && arguments->n_pairs >= min &&
        arguments->n_pairs <= max)
        return 0;
    if (min == max)
        return scope_refuse(scope, arguments->place, "%s takes a list of %zu", name,
                            min);
    return scope_refuse(scope, arguments->place, "%s takes a list of %zu to %zu", name,
                        min, max);
}

/* Resolve NODE, which must come to a text; NAME says for whom. */
static int
resolve_text(struct scope *scope, const char *name, const struct node *node,
             const char **ret)
{
    const struct node *value;
    int r = resolve(scope, node, &value);

    if (r)
        return r;
    if (!value || value->kind != NODE_TEXT)
        return scope_refuse(scope, node->place, "%s needs a text here", name);
    *ret = value->text;
    return 0;
}

static int
resolve_list(struct scope *scope, const char *name, const struct node *node,
             const struct node **ret)
{
    int r = resolve(scope, node, ret);

    if (r)
        return r;
    if (!*ret || (*ret)->kind != NODE_LIST)
        return scope_refuse(scope, node->place, "%s needs a list here", name);
    return 0;
}

/* -- Ref, GetAtt, Sub ------------------------------------------------------------- */

static const char *
find_value(const struct template_value *values, const char *name)
{
    for (; values && values->name; values++)
        if (strcmp(values->name, name) == 0)
            return values->value;
    return NULL;
}

/* WHAT 'NAME', and the nearest key of SECTIONS (each may be NULL), when one is near. */
static int
refuse_unknown(struct scope *scope, struct place place, const char *what,
               const char *name, const struct node *const sections[2])
{
    const char *near = NULL;

    for (size_t i = 0; i < 2 && !near; i++)
        if (sections[i] && sections[i]->n_pairs && sections[i]->pairs[0].key)
            near = lamb_nearest(name, &sections[i]->pairs[0].key, sections[i]->n_pairs,
                                sizeof(sections[i]->pairs[0]));
    if (near)
        return scope_refuse(scope, place, "%s '%s': did you mean '%s'?", what, name,
                            near);
    return scope_refuse(scope, place, "%s '%s'", what, name);
}

static int
refuse_unknown_name(struct scope *scope, struct place place, const char *name)
{
    const struct node *const sections[] = { scope->resources, scope->parameters };

    return refuse_unknown(scope, place, "there is no parameter or resource", name,
                          sections);
}

static int
attribute_of(struct scope *scope, const struct node *at, const char *id,
             const char *attribute, const struct node **ret)
{
    const char *text;

    if (!node_find(scope->resources, id))
        return refuse_unknown_name(scope, at->place, id);
    text = scope->attribute(scope->data, id, attribute);
    if (!text)
        return scope_refuse(scope, at->place,
                            "the resource '%s' has no attribute '%s' here: its "
                            "condition is false, it is made later, or it has none",
                            id, attribute);
    return give_text(scope, at, lamb_span_str(text), ret);
}

/* "RESOURCE.ATTRIBUTE" */
static int
path_of(struct scope *scope, const struct node *at, const char *path,
        const struct node **ret)
{
    struct lamb_span id;
    struct lamb_span rest;
    char *name;

    if (!lamb_span_cut(lamb_span_str(path), '.', &id, &rest))
        return scope_refuse(scope, at->place,
                            "Fn::GetAtt takes RESOURCE.ATTRIBUTE, not '%s'", path);
    name = arena_text(scope->arena, id);
    return name ? attribute_of(scope, at, name, rest.ptr, ret) : no_memory(scope);
}

static int
reference(struct scope *scope, const struct node *at, const char *name,
          const struct node **ret)
{
    const char *pseudo = find_value(scope->pseudo, name);
    const struct node *parameter = node_find(scope->parameters, name);

    if (strcmp(name, "AWS::NoValue") == 0) {
        *ret = NULL;
        return 0;
    }
    if (pseudo)
        return give_text(scope, at, lamb_span_str(pseudo), ret);
    if (parameter)
        return parameter_value(scope, at->place, name, parameter,
                               find_value(scope->overrides, name), ret);
    if (strchr(name, '.')) /* SAM's !Ref FUNCTION.Version */
        return path_of(scope, at, name, ret);
    return attribute_of(scope, at, name, "Ref", ret);
}

static int
do_ref(struct scope *scope, const struct node *arguments, const struct node **ret)
{
    if (arguments->kind != NODE_TEXT)
        return scope_refuse(scope, arguments->place,
                            "Ref takes the name of a parameter or resource");
    return reference(scope, arguments, arguments->text, ret);
}

static int
do_get_att(struct scope *scope, const struct node *arguments, const struct node **ret)
{
    const char *attribute;
    int r;

    if (arguments->kind == NODE_TEXT)
        return path_of(scope, arguments, arguments->text, ret);
    r = check_list(scope, "Fn::GetAtt", arguments, 2, 2);
    if (!r && arguments->pairs[0].value->kind != NODE_TEXT)
        r = scope_refuse(scope, arguments->place, "Fn::GetAtt takes a resource's name");
    if (!r)
        r = resolve_text(scope, "Fn::GetAtt", arguments->pairs[1].value, &attribute);
    return r ? r
             : attribute_of(scope, arguments, arguments->pairs[0].value->text,
                            attribute, ret);
}

/* What stands between ${ and }: a variable of Fn::Sub's own, an attribute, a name. */
static int
substitute(struct scope *scope, const struct node *at, const struct node *variables,
           struct lamb_span inner, struct lamb_buf *text)
{
    char *name = arena_text(scope->arena, lamb_span_trim(inner));
    const struct node *own;
    const struct node *value = NULL;
    int r;

    if (!name)
        return no_memory(scope);
    own = node_find(variables, name);
    if (own) {
        r = resolve(scope, own, &value);
    } else {
        r = reference(scope, at, name, &value);
    }
    if (r)
        return r;
    if (!value || value->kind != NODE_TEXT)
        return scope_refuse(scope, at->place, "${%s} is no text", name);
    (void)lamb_buf_str(text, value->text);
    return 0;
}

static int
do_sub(struct scope *scope, const struct node *arguments, const struct node **ret)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(TEXT_MAX);
    const struct node *pattern = arguments;
    const struct node *variables = NULL;
    const char *at;

    if (arguments->kind == NODE_LIST && arguments->n_pairs == 2) {
        pattern = arguments->pairs[0].value;
        variables = arguments->pairs[1].value;
    }
    if (pattern->kind != NODE_TEXT || (variables && variables->kind != NODE_MAP))
        return scope_refuse(scope, arguments->place,
                            "Fn::Sub takes a text, or a list of a text and a map");
    for (at = pattern->text; *at;) {
        const char *end = at[0] == '$' && at[1] == '{' ? strchr(at, '}') : NULL;
        int r;

        if (!end) {
            (void)lamb_buf_char(&text, *at++);
            continue;
        }
        if (at[2] == '!') { /* ${!Literal} stands for ${Literal} */
            (void)lamb_buf_printf(&text, "${%.*s}", (int)(end - at) - 3, at + 3);
        } else {
            r = substitute(scope, pattern, variables,
                           lamb_span_of(at + 2, (size_t)(end - at) - 2), &text);
            if (r)
                return r;
        }
        at = end + 1;
    }
    return give_buf(scope, pattern, &text, ret);
}

/* -- texts and lists -------------------------------------------------------------- */

static int
do_join(struct scope *scope, const struct node *arguments, const struct node **ret)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(TEXT_MAX);
    const struct node *list = NULL;
    const char *between = NULL;
    int r = check_list(scope, "Fn::Join", arguments, 2, 2);

    if (!r)
        r = resolve_text(scope, "Fn::Join", arguments->pairs[0].value, &between);
    if (!r)
        r = resolve_list(scope, "Fn::Join", arguments->pairs[1].value, &list);
    if (r)
        return r;
    for (size_t i = 0; i < list->n_pairs; i++) {
        const struct node *item = list->pairs[i].value;

        if (item->kind != NODE_TEXT)
            return scope_refuse(scope, item->place, "Fn::Join joins texts only");
        (void)lamb_buf_printf(&text, "%s%s", i ? between : "", item->text);
    }
    return give_buf(scope, arguments, &text, ret);
}

static int
do_split(struct scope *scope, const struct node *arguments, const struct node **ret)
{
    const char *between = NULL;
    const char *text = NULL;
    const char *next;
    struct node *list;
    size_t count = 1;
    int r = check_list(scope, "Fn::Split", arguments, 2, 2);

    if (!r)
        r = resolve_text(scope, "Fn::Split", arguments->pairs[0].value, &between);
    if (!r)
        r = resolve_text(scope, "Fn::Split", arguments->pairs[1].value, &text);
    if (r)
        return r;
    if (!*between)
        return scope_refuse(scope, arguments->place, "Fn::Split needs a delimiter");
    for (next = text; (next = strstr(next, between)); next += strlen(between))
        count++;
    list = node_branch(scope->arena, arguments->place, NODE_LIST, count);
    while (list && text) {
        struct node *item;

        next = strstr(text, between);
        item =
            node_text(scope->arena, arguments->place,
                      lamb_span_of(text, next ? (size_t)(next - text) : strlen(text)));
        if (!item)
            return no_memory(scope);
        list->pairs[list->n_pairs++] = (struct pair){ NULL, item->place, item };
        text = next ? next + strlen(between) : NULL;
    }
    *ret = list;
    return list ? 0 : no_memory(scope);
}

static int
do_select(struct scope *scope, const struct node *arguments, const struct node **ret)
{
    const struct node *list = NULL;
    const char *index = NULL;
    uint64_t i;
    int r = check_list(scope, "Fn::Select", arguments, 2, 2);

    if (!r)
        r = resolve_text(scope, "Fn::Select", arguments->pairs[0].value, &index);
    if (!r)
        r = resolve_list(scope, "Fn::Select", arguments->pairs[1].value, &list);
    if (r)
        return r;
    if (lamb_parse_u64(lamb_span_str(index), 0, UINT32_MAX, &i) || i >= list->n_pairs)
        return scope_refuse(scope, arguments->place,
                            "Fn::Select has no item %s in a list of %zu", index,
                            list->n_pairs);
    *ret = list->pairs[i].value;
    return 0;
}

static int
do_base64(struct scope *scope, const struct node *arguments, const struct node **ret)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(TEXT_MAX);
    const char *plain;
    int r = resolve_text(scope, "Fn::Base64", arguments, &plain);

    if (r)
        return r;
    (void)lamb_base64_encode(&text, lamb_span_str(plain));
    return give_buf(scope, arguments, &text, ret);
}

static int
do_find_in_map(struct scope *scope, const struct node *arguments,
               const struct node **ret)
{
    const struct node *found = scope->mappings;
    const char *key = NULL;
    int r = check_list(scope, "Fn::FindInMap", arguments, 3, 3);

    for (size_t i = 0; !r && i < 3; i++) {
        r = resolve_text(scope, "Fn::FindInMap", arguments->pairs[i].value, &key);
        if (!r) {
            const struct node *const sections[] = { found, NULL };

            found = node_find(found, key);
            if (!found)
                r = refuse_unknown(scope, arguments->pairs[i].value->place,
                                   "Mappings has there no", key, sections);
        }
    }
    return r ? r : resolve(scope, found, ret);
}

/* -- conditions ------------------------------------------------------------------- */

static int condition_of(struct scope *scope, const struct node *node, bool *ret);

static int
equals(struct scope *scope, const struct node *arguments, bool *ret)
{
    const char *texts[2] = { NULL, NULL };
    int r = check_list(scope, "Fn::Equals", arguments, 2, 2);

    for (size_t i = 0; !r && i < 2; i++)
        r = resolve_text(scope, "Fn::Equals", arguments->pairs[i].value, &texts[i]);
    if (!r)
        *ret = strcmp(texts[0], texts[1]) == 0;
    return r;
}

static int
all_or_any(struct scope *scope, const char *name, const struct node *arguments,
           bool stops_at, bool *ret)
{
    int r = check_list(scope, name, arguments, 2, 10);

    *ret = !stops_at;
    for (size_t i = 0; !r && i < arguments->n_pairs && *ret != stops_at; i++)
        r = condition_of(scope, arguments->pairs[i].value, ret);
    return r;
}

/* A condition as it stands in Conditions, or within another. */
static int
condition_of(struct scope *scope, const struct node *node, bool *ret)
{
    const struct node *value;
    const char *name;
    int r;

    if (node->kind != NODE_MAP || node->n_pairs != 1)
        return scope_refuse(scope, node->place,
                            "a condition is made with Fn::Equals, Fn::And, Fn::Or, "
                            "Fn::Not or Condition");
    if (++scope->depth > DEPTH_MAX)
        return scope_refuse(scope, node->place, "conditions are nested too deep");
    name = node->pairs[0].key;
    value = node->pairs[0].value;
    if (strcmp(name, "Fn::Equals") == 0) {
        r = equals(scope, value, ret);
    } else if (strcmp(name, "Fn::And") == 0) {
        r = all_or_any(scope, name, value, false, ret);
    } else if (strcmp(name, "Fn::Or") == 0) {
        r = all_or_any(scope, name, value, true, ret);
    } else if (strcmp(name, "Fn::Not") == 0) {
        r = check_list(scope, name, value, 1, 1);
        if (!r)
            r = condition_of(scope, value->pairs[0].value, ret);
        if (!r)
            *ret = !*ret;
    } else if (strcmp(name, "Condition") == 0 && value->kind == NODE_TEXT) {
        r = resolve_condition(scope, value->text, value->place, ret);
    } else {
        r = scope_refuse(scope, node->place, "'%s' is no function of conditions", name);
    }
    scope->depth--;
    return r;
}

int
resolve_condition(struct scope *scope, const char *name, struct place place, bool *ret)
{
    const struct node *all = scope->conditions;
    size_t i = 0;
    int r;

    while (all && i < all->n_pairs && strcmp(all->pairs[i].key, name) != 0)
        i++;
    if (!all || i == all->n_pairs) {
        const struct node *const sections[] = { all, NULL };

        return refuse_unknown(scope, place, "there is no condition", name, sections);
    }
    if (scope->states[i] == CONDITION_BUSY)
        return scope_refuse(scope, place, "the condition '%s' depends on itself", name);
    if (scope->states[i] == CONDITION_UNKNOWN) {
        scope->states[i] = CONDITION_BUSY;
        r = condition_of(scope, all->pairs[i].value, ret);
        scope->states[i] = CONDITION_UNKNOWN;
        if (r)
            return r;
        scope->states[i] = *ret ? CONDITION_TRUE : CONDITION_FALSE;
    }
    *ret = scope->states[i] == CONDITION_TRUE;
    return 0;
}

static int
do_if(struct scope *scope, const struct node *arguments, const struct node **ret)
{
    bool is_true = false;
    int r = check_list(scope, "Fn::If", arguments, 3, 3);

    if (!r && arguments->pairs[0].value->kind != NODE_TEXT)
        r = scope_refuse(scope, arguments->place, "Fn::If takes a condition's name");
    if (!r)
        r = resolve_condition(scope, arguments->pairs[0].value->text,
                              arguments->pairs[0].value->place, &is_true);
    return r ? r : resolve(scope, arguments->pairs[is_true ? 1 : 2].value, ret);
}

/* -- the table -------------------------------------------------------------------- */

static const struct {
    const char *name;
    int (*run)(struct scope *scope, const struct node *arguments,
               const struct node **ret);
} functions[] = {
    { "Ref", do_ref },
    { "Fn::Base64", do_base64 },
    { "Fn::FindInMap", do_find_in_map },
    { "Fn::GetAtt", do_get_att },
    { "Fn::If", do_if },
    { "Fn::Join", do_join },
    { "Fn::Select", do_select },
    { "Fn::Split", do_split },
    { "Fn::Sub", do_sub },
};

static bool
is_function(const struct node *node)
{
    return node->kind == NODE_MAP && node->n_pairs == 1 &&
           (strcmp(node->pairs[0].key, "Ref") == 0 ||
            strncmp(node->pairs[0].key, "Fn::", 4) == 0);
}

static int
call(struct scope *scope, const struct node *node, const struct node **ret)
{
    const char *name = node->pairs[0].key;
    const char *near;

    for (size_t i = 0; i < LAMB_COUNT(functions); i++)
        if (strcmp(functions[i].name, name) == 0)
            return functions[i].run(scope, node->pairs[0].value, ret);
    near = lamb_nearest(name, &functions[0].name, LAMB_COUNT(functions),
                        sizeof(functions[0]));
    if (near)
        return scope_refuse(scope, node->place,
                            "there is no function %s: did you mean %s?", name, near);
    return scope_refuse(scope, node->place, "the function %s is not supported by lamb",
                        name);
}

static int
resolve_branch(struct scope *scope, const struct node *node, const struct node **ret)
{
    struct node *copy =
        node_branch(scope->arena, node->place, node->kind, node->n_pairs);

    if (!copy)
        return no_memory(scope);
    for (size_t i = 0; i < node->n_pairs; i++) {
        struct pair pair = node->pairs[i];
        int r = resolve(scope, pair.value, &pair.value);

        if (r)
            return r;
        if (pair.value)
            copy->pairs[copy->n_pairs++] = pair;
    }
    *ret = copy;
    return 0;
}

int
resolve(struct scope *scope, const struct node *node, const struct node **ret)
{
    int r;

    if (++scope->steps > STEPS_MAX || scope->depth >= DEPTH_MAX)
        return scope_refuse(scope, node->place,
                            "this refers to itself, or grows beyond any template");
    if (node->kind == NODE_TEXT) {
        *ret = node;
        return 0;
    }
    scope->depth++;
    r = is_function(node) ? call(scope, node, ret) : resolve_branch(scope, node, ret);
    scope->depth--;
    return r;
}

int
scope_check(struct scope *scope)
{
    for (const struct template_value *v = scope->overrides; v && v->name; v++)
        if (!node_find(scope->parameters, v->name))
            return lamb_refuse(scope->err, -EINVAL,
                               "%s: there is no parameter '%s' to give a value to",
                               scope->file, v->name);
    if (scope->conditions && scope->conditions->kind != NODE_MAP)
        return scope_refuse(scope, scope->conditions->place, "Conditions is a map");
    return 0;
}
