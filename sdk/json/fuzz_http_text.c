/* SPDX-License-Identifier: Apache-2.0 */

/* Queries, cookies and whole events of HTTP: no input crashes, leaks or is refused
 * without a reason. */

#include <stdint.h>

#include "sdk/json/http.h"
#include "sdk/json/http_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lamb_span text = lamb_span_of(data, size);
    struct lamb_http http = { 0 };
    struct lamb_err err = { 0 };
    json_t *form = json_object();

    if (form) {
        (void)lamb_form_add_query(form, text);
        (void)lamb_form_add_cookies(form, text);
    }
    json_decref(form);
    if (lamb_http_read(&http, text, &err))
        lamb_assert(err.text[0]);
    else
        lamb_assert(lamb_http_path(&http)[0] && lamb_http_method(&http));
    lamb_http_fini(&http);
    return 0;
}
