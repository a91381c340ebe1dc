/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_JSON_HTTP_TEXT_H
#define LAMB_JSON_HTTP_TEXT_H

/*
 * http_text - queries and cookies become objects of name to an array of texts.
 *
 * Names and values are bytes of strangers: what is not UTF-8 once it is decoded stays
 * as it came.
 *
 * Threads: any; an object belongs to one at a time.
 */

#include "sdk/base/span.h"

#include <jansson.h>

/* Append VALUE to the array of NAME; 0 or -ENOMEM. */
int lamb_form_add(json_t *form, struct lamb_span name, struct lamb_span value);
/* The same, decoded: "%2F" is "/", "+" is a space. */
int lamb_form_add_encoded(json_t *form, struct lamb_span name, struct lamb_span value);

/* "a=1&a=2&b" into FORM. */
int lamb_form_add_query(json_t *form, struct lamb_span query);
/* "a=1; b=2" into FORM. */
int lamb_form_add_cookies(json_t *form, struct lamb_span header);

#endif
