/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/head.h"

#include "sdk/base/enum.h"
#include "sdk/base/num.h"

void
head_refuse(struct head_facts *facts, const char *why)
{
    if (!facts->refusal)
        facts->refusal = why;
}

/* RFC 9110 5.6.2: the letters of names and methods. */
static bool
is_token(struct lamb_span text)
{
    static const bool is_letter[256] = {
        ['0' ... '9'] = true,  ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['!'] = true,
        ['#' ... '\''] = true, ['*'] = true,         ['+'] = true,         ['-'] = true,
        ['.'] = true,          ['^' ... '`'] = true, ['|'] = true,         ['~'] = true,
    };

    for (size_t i = 0; i < text.len; i++)
        if (!is_letter[(unsigned char)text.ptr[i]])
            return false;
    return text.len > 0;
}

/* Neither control characters nor FORBIDDEN ones; bytes over 0x7f are let through. */
static bool
is_clean(struct lamb_span text, char forbidden)
{
    unsigned found = 0;

    /* To the end in any case: the compiler takes many letters at a time then. */
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        found |= (unsigned)((c < ' ') & (c != '\t')) | (c == 0x7f) |
                 (text.ptr[i] == forbidden);
    }
    return !found;
}

void
head_line(struct head_facts *facts, struct lamb_span method, struct lamb_span target,
          struct lamb_span query)
{
    if (!is_token(method))
        head_refuse(facts, "the method is not a word");
    if (!lamb_span_starts(target, "/") && !lamb_span_is(target, "*"))
        head_refuse(facts, "the request target does not begin with a slash");
    if (!is_clean(target, ' ') || !is_clean(query, ' '))
        head_refuse(facts, "the request target has blanks or control characters");
}

static void
see_length(struct head_facts *facts, struct lamb_span value)
{
    facts->lengths++;
    if (lamb_parse_u64(value, 0, UINT64_MAX - 1, &facts->announced))
        head_refuse(facts, "Content-Length is not a number");
}

static void
see_coding(struct head_facts *facts, struct lamb_span value)
{
    facts->codings++;
    /* Compared as MHD does, without trimming: what it does not take for chunked it
     * reads until the connection ends. */
    if (!lamb_span_eq_nocase(value, LAMB_SPAN("chunked")))
        head_refuse(facts, "Transfer-Encoding is not chunked");
}

static void
see_host(struct head_facts *facts, struct lamb_span value)
{
    (void)value;
    facts->hosts++;
}

static void
see_expect(struct head_facts *facts, struct lamb_span value)
{
    facts->expects_continue |= lamb_span_eq_nocase(value, LAMB_SPAN("100-continue"));
}

void
head_field(struct head_facts *facts, struct lamb_span name, struct lamb_span value)
{
    static const struct {
        struct lamb_span name;
        void (*see)(struct head_facts *facts, struct lamb_span value);
    } known[] = {
        { { "Content-Length", 14 }, see_length },
        { { "Transfer-Encoding", 17 }, see_coding },
        { { "Host", 4 }, see_host },
        { { "Expect", 6 }, see_expect },
    };

    if (!is_token(name))
        head_refuse(facts,
                    "a header name has blanks or other characters not allowed there");
    if (!is_clean(value, '\0'))
        head_refuse(facts, "a header value has control characters");
    for (size_t i = 0; i < LAMB_COUNT(known); i++)
        if (lamb_span_eq_nocase(name, known[i].name))
            known[i].see(facts, value);
}

void
head_end(struct head_facts *facts, struct lamb_span version)
{
    bool is_old = lamb_span_is(version, "HTTP/1.0");

    if (facts->lengths && facts->codings)
        head_refuse(facts, "there is both a Content-Length and a Transfer-Encoding");
    if (facts->lengths > 1)
        head_refuse(facts, "there is more than one Content-Length");
    if (facts->codings > 1)
        head_refuse(facts, "there is more than one Transfer-Encoding");
    if (facts->codings && is_old)
        head_refuse(facts, "HTTP/1.0 has no Transfer-Encoding");
    if (facts->hosts > 1)
        head_refuse(facts, "there is more than one Host");
    if (!facts->hosts && !is_old)
        head_refuse(facts, "there is no Host");
}
