/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/* The name in a Host header: without its port and the dot that may end it. */
static struct lamb_span
name_of(struct lamb_span host)
{
    struct lamb_span rest;

    if (host.len && host.ptr[0] == '[') {
        bool is_closed = lamb_span_cut(host, ']', &host, &rest);

        if (!is_closed || (rest.len && rest.ptr[0] != ':'))
            return LAMB_SPAN("[");
        return lamb_span_of(host.ptr + 1, host.len - 1);
    }
    (void)lamb_span_cut(host, ':', &host, &rest);
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    return host;
}

static bool
is_address(struct lamb_span name)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;

    if (name.len >= sizeof(text))
        return false;
    memcpy(text, name.ptr, name.len);
    text[name.len] = '\0';
    return inet_pton(AF_INET, text, &address) == 1 ||
           inet_pton(AF_INET6, text, &address) == 1;
}

static bool
ends_in(struct lamb_span name, struct lamb_span suffix)
{
    return name.len > suffix.len &&
           lamb_span_eq_nocase(
               lamb_span_of(name.ptr + name.len - suffix.len, suffix.len), suffix);
}

bool
origin_host_is_ours(struct lamb_span host, const char *const *hosts)
{
    struct lamb_span name = name_of(host);

    if (!name.len)
        return true; /* HTTP/1.0 needs no Host, and no browser speaks it */
    if (lamb_span_is(name, "127.0.0.1") || is_address(name) ||
        lamb_span_eq_nocase(name, LAMB_SPAN("localhost")) ||
        ends_in(name, LAMB_SPAN(".localhost")))
        return true;
    for (; hosts && *hosts; hosts++)
        if (lamb_span_eq_nocase(name, lamb_span_str(*hosts)))
            return true;
    return false;
}

bool
origin_page_is_ours(struct lamb_span host, struct lamb_span origin,
                    struct lamb_span fetch_site)
{
    struct lamb_span authority;

    if (lamb_span_is(fetch_site, "cross-site") || lamb_span_is(fetch_site, "same-site"))
        return false;
    if (!origin.len)
        return true;
    if (!lamb_span_starts(origin, "http://")) /* "null" among others */
        return false;
    authority = lamb_span_of(origin.ptr + 7, origin.len - 7);
    return lamb_span_eq_nocase(authority, host);
}

enum origin_verdict
origin_check(const struct http_request *req, const char *const *hosts)
{
    struct lamb_span host = http_header(req, "Host");

    if (!origin_host_is_ours(host, hosts))
        return ORIGIN_E_HOST;
    if (!origin_page_is_ours(host, http_header(req, "Origin"),
                             http_header(req, "Sec-Fetch-Site")))
        return ORIGIN_E_PAGE;
    return ORIGIN_OK;
}
