/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/aws/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

enum { NAME_MAX_LEN = 63 };

/* Services whose variable is not named as their signature; the name follows from the
 * service's id in AWS's models. */
static const struct {
    const char *service, *variable;
} named[] = {
    { "events", "EVENTBRIDGE" },
    { "states", "SFN" },
    { "monitoring", "CLOUDWATCH" },
    { "logs", "CLOUDWATCH_LOGS" },
    { "email", "SES" },
    { "secretsmanager", "SECRETS_MANAGER" },
    { "cognito-idp", "COGNITO_IDENTITY_PROVIDER" },
    { "execute-api", "APIGATEWAYMANAGEMENTAPI" },
};

static const char *
said(lamb_getenv_fn variable, const char *name)
{
    const char *value = variable(name);

    return value && *value ? value : NULL;
}

const char *
lamb_endpoint_region(lamb_getenv_fn variable)
{
    const char *region = said(variable, "AWS_REGION");

    return region ? region : said(variable, "AWS_DEFAULT_REGION");
}

/* Letters, digits, '-', and '.' where DOTS: what may become a part of a host's name. */
static bool
is_name(const char *text, bool dots)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789-.");

    return n > 0 && text[n] == '\0' &&
           (dots || (n <= NAME_MAX_LEN && !strchr(text, '.')));
}

/* AWS_ENDPOINT_URL_<SERVICE>, then AWS_ENDPOINT_URL; NULL when neither counts. */
static const char *
configured(const char *service, lamb_getenv_fn variable)
{
    const char *ignore = said(variable, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    const char *suffix = service, *own;
    char name[128];

    if (ignore && strcasecmp(ignore, "true") == 0)
        return NULL;
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
        if (strcmp(named[i].service, service) == 0)
            suffix = named[i].variable;
    if (lamb_format(name, sizeof(name), "AWS_ENDPOINT_URL_%s", suffix) != 0)
        return NULL;
    for (char *c = name; *c; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
        else if (*c == '-')
            *c = '_';
    }
    own = said(variable, name);
    return own ? own : said(variable, "AWS_ENDPOINT_URL");
}

/* The suffix of host names in the partition of REGION. */
static const char *
suffix_of(const char *region)
{
    return strncmp(region, "cn-", 3) == 0 ? "amazonaws.com.cn" : "amazonaws.com";
}

static int
check_url(struct lamb_span url, struct lamb_err *err)
{
    struct lamb_endpoint_parts parts;

    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] <= ' ' || url.ptr[i] >= 0x7f || strchr("?#@\\\"<>", url.ptr[i]))
            return lamb_refuse(err, -EINVAL,
                               "the endpoint '%.*s' has a character that a URL of a "
                               "service cannot have",
                               (int)url.len, url.ptr);
    parts = lamb_endpoint_split(url);
    if ((!lamb_span_starts(url, "http://") && !lamb_span_starts(url, "https://")) ||
        parts.host.len == 0)
        return lamb_refuse(err, -EINVAL,
                           "the endpoint '%.*s' is no URL that begins with http:// or "
                           "https:// and names a host",
                           (int)url.len, url.ptr);
    return 0;
}

int
lamb_endpoint_url(const struct lamb_endpoint_wish *wish, struct lamb_buf *ret_url,
                  struct lamb_err *err)
{
    const char *given = wish->endpoint;
    struct lamb_span url;

    if (!is_name(wish->service, false))
        return lamb_refuse(err, -EINVAL, "'%s' is no name of a service", wish->service);
    if (!is_name(wish->region, false))
        return lamb_refuse(err, -EINVAL, "'%s' is no name of a region", wish->region);
    if (!given)
        given = configured(wish->service, wish->variable);
    if (!given) {
        if (wish->host && !is_name(wish->host, true))
            return lamb_refuse(err, -EINVAL, "'%s' is no name of a host", wish->host);
        if (wish->host)
            (void)lamb_buf_printf(ret_url, "https://%s", wish->host);
        else
            (void)lamb_buf_printf(ret_url, "https://%s.%s.%s", wish->service,
                                  wish->region, suffix_of(wish->region));
        return lamb_buf_error(ret_url);
    }
    url = lamb_span_str(given);
    while (url.len > 0 && url.ptr[url.len - 1] == '/')
        url.len--;
    if (check_url(url, err) != 0)
        return -EINVAL;
    return lamb_buf_span(ret_url, url);
}

struct lamb_endpoint_parts
lamb_endpoint_split(struct lamb_span url)
{
    size_t scheme = lamb_span_starts(url, "https://") ? 8 : 7, host;
    const char *end;

    if (url.len <= scheme)
        return (struct lamb_endpoint_parts){ 0 };
    end = memchr(url.ptr + scheme, '/', url.len - scheme);
    host = (end ? (size_t)(end - url.ptr) : url.len) - scheme;
    return (struct lamb_endpoint_parts){
        .host = lamb_span_of(url.ptr + scheme, host),
        .path = lamb_span_of(url.ptr + scheme + host, url.len - scheme - host),
    };
}
