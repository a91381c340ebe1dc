/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/template/parameter.h"

#include <errno.h>
#include <stdlib.h>

#include "sdk/base/num.h"

static const char *
text_of(const struct node *parameter, const char *key)
{
    const struct node *value = node_find(parameter, key);

    return value && value->kind == NODE_TEXT ? value->text : NULL;
}

/* A number as CloudFormation takes it: an integer or a float. */
static bool
is_number(const char *text, double *ret)
{
    char *end;

    *ret = strtod(text, &end);
    return end != text && !*end;
}

static bool
is_allowed(const struct node *allowed, const char *text)
{
    for (size_t i = 0; i < allowed->n_pairs; i++) {
        const struct node *value = allowed->pairs[i].value;

        if (value->kind == NODE_TEXT && strcmp(value->text, text) == 0)
            return true;
    }
    return false;
}

/* One of the bounds KEY of PARAMETER; true when it holds for VALUE. */
static bool
holds(const struct node *parameter, const char *key, double value, bool is_lower)
{
    const char *text = text_of(parameter, key);
    double bound;

    if (!text || !is_number(text, &bound))
        return true;
    return is_lower ? value >= bound : value <= bound;
}

static int
check_one(struct scope *scope, const char *name, const struct node *parameter,
          bool wants_number, const char *text)
{
    const struct node *allowed = node_find(parameter, "AllowedValues");
    double number = 0;

    if (wants_number && !is_number(text, &number))
        return scope_refuse(scope, parameter->place,
                            "the parameter '%s' is a number, not '%s'", name, text);
    if (allowed && !is_allowed(allowed, text))
        return scope_refuse(scope, allowed->place,
                            "'%s' is none of the values that the parameter '%s' allows",
                            text, name);
    if (wants_number ? !holds(parameter, "MinValue", number, true) ||
                           !holds(parameter, "MaxValue", number, false)
                     : !holds(parameter, "MinLength", (double)strlen(text), true) ||
                           !holds(parameter, "MaxLength", (double)strlen(text), false))
        return scope_refuse(scope, parameter->place,
                            "'%s' is outside what the parameter '%s' allows", text,
                            name);
    return 0;
}

/* "a, b" as a list, each item checked. */
static int
give_list(struct scope *scope, const char *name, const struct node *parameter,
          const char *text, bool wants_number, const struct node **ret)
{
    struct lamb_span rest = lamb_span_str(text);
    struct node *list =
        node_branch(scope->arena, parameter->place, NODE_LIST, rest.len + 1);
    bool has_more = rest.len > 0;

    if (!list)
        return lamb_raise(scope->err, -ENOMEM, "%s", scope->file);
    while (has_more) {
        struct lamb_span item;
        struct node *node;
        int r;

        has_more = lamb_span_cut(rest, ',', &item, &rest);
        node = node_text(scope->arena, parameter->place, lamb_span_trim(item));
        if (!node)
            return lamb_raise(scope->err, -ENOMEM, "%s", scope->file);
        r = check_one(scope, name, parameter, wants_number, node->text);
        if (r)
            return r;
        list->pairs[list->n_pairs++] = (struct pair){ NULL, node->place, node };
    }
    *ret = list;
    return 0;
}

int
parameter_value(struct scope *scope, struct place at, const char *name,
                const struct node *parameter, const char *given,
                const struct node **ret)
{
    const char *type = text_of(parameter, "Type");
    const char *text = given ? given : text_of(parameter, "Default");
    bool wants_number;
    struct node *node;
    int r;

    if (!type)
        return scope_refuse(scope, parameter->place, "the parameter '%s' has no Type",
                            name);
    if (strncmp(type, "AWS::SSM::", 10) == 0)
        text = given; /* its default names a stored value, and there is no store */
    if (!text)
        return scope_refuse(scope, at,
                            "the parameter '%s' has no value: give it with "
                            "--parameter-overrides %s=VALUE",
                            name, name);
    wants_number = strcmp(type, "Number") == 0 || strcmp(type, "List<Number>") == 0;
    if (strcmp(type, "CommaDelimitedList") == 0 || strncmp(type, "List<", 5) == 0)
        return give_list(scope, name, parameter, text, wants_number, ret);
    r = check_one(scope, name, parameter, wants_number, text);
    if (r)
        return r;
    node = node_text(scope->arena, at, lamb_span_str(text));
    if (!node)
        return lamb_raise(scope->err, -ENOMEM, "%s", scope->file);
    *ret = node;
    return 0;
}
