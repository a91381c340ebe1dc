/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_ORIGIN_H
#define LAMB_EMULATOR_HTTP_ORIGIN_H

/*
 * origin - was a request made by a web page of somebody else?
 *
 * A page can reach a server on loopback in two ways. It may have a name of its own
 * resolve to 127.0.0.1 (DNS rebinding): then Host is that name, so Host must be an
 * address, localhost or a name the user allowed. Or it may send a request across
 * origins, for which the browser asks nobody when the request is simple: then Origin or
 * Sec-Fetch-Site say so.
 *
 * Source: RFC 6761 6.3 (localhost), RFC 6454, Fetch Metadata (W3C).
 *
 * Owns:    nothing.
 * Never:   answers.
 * Threads: loop thread only.
 */

#include "emulator/http/server.h"
#include "sdk/base/enum.h"

#define ORIGIN_VERDICTS(X)                                                             \
    X(ORIGIN_OK, "not of a foreign page")                                              \
    X(ORIGIN_E_HOST, "the header Host has a name that is not this server's")           \
    X(ORIGIN_E_PAGE, "a web page of another origin sent it")
LAMB_ENUM(origin_verdict, ORIGIN_VERDICTS, ORIGIN_VERDICT_N);

/* HOSTS: further names of this server, NULL-ended; NULL: none. */
enum origin_verdict origin_check(const struct http_request *req,
                                 const char *const *hosts);

/* The parts of it: a Host header's value, and the two headers of a browser. */
bool origin_host_is_ours(struct lamb_span host, const char *const *hosts);
bool origin_page_is_ours(struct lamb_span host, struct lamb_span origin,
                         struct lamb_span fetch_site);

#endif
