/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_AWS_CURL_LIBRARY_H
#define LAMB_AWS_CURL_LIBRARY_H

/*
 * curl_library - libcurl, loaded when first used: a function that never calls out needs
 * none, and the layer brings none.
 *
 * Owns:    the one handle of the library, which stays loaded as long as the process.
 * Threads: any.
 */

#include "sdk/base/err.h"

/* Our calls are checked by the tests; its type checks want the functions by name. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

struct lamb_curl {
    __typeof__(&curl_global_init) global_init;
    __typeof__(&curl_easy_init) easy_init;
    __typeof__(&curl_easy_cleanup) easy_cleanup;
    __typeof__(&curl_easy_reset) easy_reset;
    __typeof__(&curl_easy_setopt) easy_setopt;
    __typeof__(&curl_easy_getinfo) easy_getinfo;
    __typeof__(&curl_easy_perform) easy_perform;
    __typeof__(&curl_easy_strerror) easy_strerror;
    __typeof__(&curl_slist_append) slist_append;
    __typeof__(&curl_slist_free_all) slist_free_all;
};

/* The library's functions; NULL with -ENOSYS in ERR when it cannot be had. */
const struct lamb_curl *lamb_curl_load(struct lamb_err *err);

#endif
