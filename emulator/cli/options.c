/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/nearest.h"
#include "sdk/base/num.h"

/* Where the texts of the help begin. */
#define INDENT "                                 "
enum { LONGEST_NAME = 32, CHOICES_MAX = 256, COLUMN = 30 };

/* "a, b or c" */
static void
put_choices(const struct option *option, struct lamb_buf *ret)
{
    const char *last = NULL;
    const char *text;
    bool is_first = true;

    for (unsigned i = 0; (text = option->choice(i)) != NULL; i++) {
        if (!*text)
            continue;
        if (last)
            (void)lamb_buf_printf(ret, "%s%s", is_first ? "" : ", ", last);
        is_first = is_first && !last;
        last = text;
    }
    (void)lamb_buf_printf(ret, "%s%s", is_first ? "" : " or ", last ? last : "");
}

static int
choose(const struct option *option, const char *value, const char *shown, unsigned *ret,
       struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf choices = LAMB_BUF_INIT(CHOICES_MAX);
    const char *text;

    for (unsigned i = 0; (text = option->choice(i)) != NULL; i++)
        if (*text && lamb_span_eq_nocase(lamb_span_str(text), lamb_span_str(value))) {
            *ret = i;
            return 0;
        }
    put_choices(option, &choices);
    return lamb_refuse(err, -EINVAL, "%s takes %s, not '%s'", shown,
                       lamb_buf_cstr(&choices), value);
}

static int
set(const struct option *option, const char *value, const char *shown, void *target,
    struct lamb_err *err)
{
    void *place = (char *)target + option->offset;
    struct option_list *list;
    uint64_t number;

    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)place = true;
        return 0;
    case OPTION_TEXT:
        *(const char **)place = value;
        return 0;
    case OPTION_NUMBER:
        if (lamb_parse_u64(lamb_span_str(value), option->min, option->max, &number))
            return lamb_refuse(err, -EINVAL,
                               "%s takes a number from %u to %u, not '%s'", shown,
                               option->min, option->max, value);
        *(unsigned *)place = (unsigned)number;
        return 0;
    case OPTION_TEXTS:
        list = place;
        if (list->count == OPTION_LIST_MAX)
            return lamb_refuse(err, -EINVAL, "%s is given more than %d times", shown,
                               OPTION_LIST_MAX);
        list->items[list->count++] = value;
        list->items[list->count] = NULL;
        return 0;
    case OPTION_CHOICE:
        return choose(option, value, shown, place, err);
    }
    return -EINVAL;
}

static const struct option *
find(const struct option *options, size_t n, const char *arg, size_t len)
{
    for (size_t i = 0; i < n; i++) {
        if (arg[1] == '-' && strlen(options[i].name) == len - 2 &&
            memcmp(options[i].name, arg + 2, len - 2) == 0)
            return &options[i];
        if (arg[1] != '-' && len == 2 && options[i].letter == arg[1])
            return &options[i];
    }
    return NULL;
}

static int
refuse_unknown(const struct option *options, size_t n, const char *arg, size_t len,
               struct lamb_err *err)
{
    char name[LONGEST_NAME];
    const char *near = NULL;

    if (lamb_format(name, sizeof(name), "%.*s", (int)len - 2, arg + 2) == 0)
        near = lamb_nearest(name, &options[0].name, n, sizeof(options[0]));
    if (near)
        return lamb_refuse(err, -EINVAL, "unknown option %.*s: did you mean --%s?",
                           (int)len, arg, near);
    return lamb_refuse(err, -EINVAL, "unknown option %.*s: --help lists what there is",
                       (int)len, arg);
}

/* One option at *ARGV, with its value, which may be the next argument. */
static int
read_option(const struct option *options, size_t n, const char *const **argv,
            void *target, bool given[], struct lamb_err *err)
{
    const char *arg = **argv;
    const char *eq = arg[1] == '-' ? strchr(arg, '=') : NULL;
    size_t len = eq ? (size_t)(eq - arg) : strlen(arg);
    const struct option *option = find(options, n, arg, len);
    const char *value = eq ? eq + 1 : NULL;
    char shown[LONGEST_NAME];

    if (!option)
        return refuse_unknown(options, n, arg, len, err);
    if (option->kind == OPTION_FLAG && value)
        return lamb_refuse(err, -EINVAL, "--%s takes no value", option->name);
    if (option->kind != OPTION_FLAG && !value) {
        value = (*argv)[1];
        if (!value)
            return lamb_refuse(err, -EINVAL, "%s needs a value: %s", arg,
                               option->value);
        (*argv)++;
    }
    given[option - options] = true;
    if (lamb_format(shown, sizeof(shown), "%.*s", (int)len, arg))
        shown[0] = '\0';
    return set(option, value, shown, target, err);
}

static int
read_variables(const struct option *options, size_t n, void *target,
               struct lamb_err *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *value = options[i].variable ? getenv(options[i].variable) : NULL;
        int r;

        if (!value || !*value)
            continue;
        r = set(&options[i], value, options[i].variable, target, err);
        if (r)
            return r;
    }
    return 0;
}

int
options_parse(const struct option *options, size_t n, const char *const *argv,
              void *target, struct arguments *ret, struct lamb_err *err)
{
    int r = n > OPTIONS_MAX ? -EINVAL : read_variables(options, n, target, err);

    *ret = (struct arguments){ 0 };
    for (; !r && *argv; argv++) {
        if (strcmp(*argv, "--") == 0) {
            ret->command = argv + 1;
            break;
        }
        if ((*argv)[0] == '-' && (*argv)[1])
            r = read_option(options, n, &argv, target, ret->given, err);
        else if (ret->count == OPTION_LIST_MAX)
            r = lamb_refuse(err, -EINVAL, "more than %d arguments", OPTION_LIST_MAX);
        else
            ret->items[ret->count++] = *argv;
    }
    return r;
}

void
options_print(const struct option *options, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        LAMB_AUTOBUF struct lamb_buf choices = LAMB_BUF_INIT(CHOICES_MAX);
        char left[64];

        if (lamb_format(
                left, sizeof(left), "%c%c%s --%s%s%s", options[i].letter ? '-' : ' ',
                options[i].letter ? options[i].letter : ' ',
                options[i].letter ? "," : " ", options[i].name,
                options[i].value ? " " : "", options[i].value ? options[i].value : ""))
            left[0] = '\0';
        if (options[i].kind == OPTION_CHOICE)
            put_choices(&options[i], &choices);
        (void)printf("  %-*s%s%s%s", COLUMN, left,
                     strlen(left) < COLUMN ? " " : "\n" INDENT, lamb_buf_cstr(&choices),
                     options[i].text);
        if (options[i].variable)
            (void)printf(" [%s]", options[i].variable);
        (void)putchar('\n');
    }
}
