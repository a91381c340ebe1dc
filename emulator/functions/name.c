/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/functions/name.h"

/* NamespacedFunctionName of the API model, as the service's error text prints it. */
const char function_name_pattern[] =
    "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-"
    "\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|"
    "[a-zA-Z0-9-_]+))?";

enum { MAX_TEXT = 256, MAX_QUALIFIER = 128, MAX_PLAIN = 64 };

static bool
is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_';
}

static bool
all(struct lamb_span text, bool (*is)(char))
{
    for (size_t i = 0; i < text.len; i++)
        if (!is(text.ptr[i]))
            return false;
    return text.len > 0;
}

static bool
is_name_char(char c)
{
    return is_word(c) || c == '.';
}

static bool
is_region_char(char c)
{
    return is_lower(c) || c == '-';
}

/* us-east-1, us-gov-west-1, eusc-de-east-1: words of letters, one digit at the end. */
static bool
is_region(struct lamb_span text)
{
    return text.len >= 6 && is_digit(text.ptr[text.len - 1]) &&
           text.ptr[text.len - 2] == '-' &&
           all(lamb_span_of(text.ptr, text.len - 1), is_region_char) &&
           is_lower(text.ptr[0]) && is_lower(text.ptr[1]);
}

static bool
is_account(struct lamb_span text)
{
    return text.len == 12 && all(text, is_digit);
}

static bool
is_qualifier(struct lamb_span text)
{
    return lamb_span_is(text, "$LATEST") || lamb_span_is(text, "$LATEST.PUBLISHED") ||
           all(text, is_word);
}

/* Cut "arn:PARTITION:lambda:" off the front; false when it begins so but is broken. */
static bool
cut_arn(struct lamb_span *text, bool *ret_is_arn)
{
    struct lamb_span arn;
    struct lamb_span partition;
    struct lamb_span service;
    struct lamb_span rest;

    *ret_is_arn = lamb_span_starts(*text, "arn:");
    if (!*ret_is_arn)
        return true;
    (void)lamb_span_cut(*text, ':', &arn, &rest);
    if (!lamb_span_cut(rest, ':', &partition, &rest) ||
        !lamb_span_cut(rest, ':', &service, &rest))
        return false;
    if (partition.len &&
        !(lamb_span_starts(partition, "aws") && all(partition, is_word)))
        return false;
    *text = rest;
    return lamb_span_is(service, "lambda");
}

/* Take the first part of TEXT when it is IS and something follows. */
static void
cut_part(struct lamb_span *text, bool (*is)(struct lamb_span), struct lamb_span *ret)
{
    struct lamb_span head;
    struct lamb_span rest;

    *ret = (struct lamb_span){ 0 };
    if (!lamb_span_cut(*text, ':', &head, &rest) || !is(head))
        return;
    *ret = head;
    *text = rest;
}

static bool
is_function_word(struct lamb_span text)
{
    return lamb_span_is(text, "function");
}

int
function_name_parse(struct lamb_span text, struct function_name *ret)
{
    struct function_name name = { 0 };
    struct lamb_span word;
    bool is_arn;

    if (text.len == 0 || text.len > MAX_TEXT || !cut_arn(&text, &is_arn))
        return NAME_E_PATTERN;
    cut_part(&text, is_region, &name.region);
    cut_part(&text, is_account, &name.account);
    cut_part(&text, is_function_word, &word);
    if (lamb_span_cut(text, ':', &name.name, &name.qualifier) &&
        !is_qualifier(name.qualifier))
        return NAME_E_PATTERN;
    if (!all(name.name, is_name_char))
        return NAME_E_PATTERN;
    *ret = name;
    return 0;
}

static bool
is_qualifier_char(char c)
{
    return is_word(c) || c == '$';
}

bool
function_qualifier_is_valid(struct lamb_span text)
{
    return text.len <= MAX_QUALIFIER &&
           (lamb_span_is(text, "$LATEST.PUBLISHED") || all(text, is_qualifier_char));
}

bool
function_name_is_plain(struct lamb_span text)
{
    return text.len <= MAX_PLAIN && all(text, is_word);
}
