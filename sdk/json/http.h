/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_JSON_HTTP_H
#define LAMB_JSON_HTTP_H

/*
 * http - a request as lamb/http.h shows it, whatever kind of event it came in.
 *
 * The event is brought into one form when it is opened: headers, query and cookies are
 * objects of name to an array of texts.
 *
 * Owns:    the event and the forms of it.
 * Threads: one at a time.
 */

#include "sdk/base/buf.h"
#include "sdk/base/err.h"

#include <jansson.h>
#include <lamb/http.h>

struct lamb_http {
    struct lamb_invocation *inv;
    enum lamb_http_kind kind;
    json_t *event;
    json_t *headers; /* names in lower case */
    json_t *query;   /* decoded */
    json_t *cookies;
    const char *path; /* in the event */
    const char *method;
    const char *route;    /* or NULL */
    json_t *parameters;   /* of the path; in the event, or NULL */
    struct lamb_buf body; /* decoded */
    json_t *out_headers;  /* of the response: name, as it was given, to array */
    json_t *out_cookies;
    int out_error; /* 0, or why a header was refused */
};

/*
 * Bring TEXT, the event, into HTTP, which is empty apart from INV. -EBADMSG when it is
 * no HTTP event, -ENOMEM; ERR says why. lamb_http_fini also after a failure.
 */
int lamb_http_read(struct lamb_http *http, struct lamb_span text, struct lamb_err *err);
void lamb_http_fini(struct lamb_http *http);

/* The texts of NAME in one of the forms, whatever the case of its letters. */
json_t *lamb_http_values(json_t *form, const char *name);

#endif
