/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_TARGET_H
#define LAMB_EMULATOR_HTTP_TARGET_H

/*
 * target - decode pieces of a request target; http_decode_segment (server.h) is here.
 *
 * Owns:    nothing; pure.
 * Threads: any.
 */

#include "sdk/base/span.h"

/* First value of parameter NAME in QUERY; as http_query_param. Gives *ret (free). */
int target_param(struct lamb_span query, const char *name, char **ret);

#endif
