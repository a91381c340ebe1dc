/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTS_CALLS_OPS_H
#define LAMB_TESTS_CALLS_OPS_H

/* ops - one call for each wish, and its outcome as JSON. */

#include <jansson.h>
#include <lamb/aws.h>

int calls_make(struct lamb_aws *aws, const json_t *wish, struct lamb_aws_result **ret);
json_t *calls_describe(int r, const json_t *wish, const struct lamb_aws_result *result);

/* Make WISH in as many "threads" as it says, "each" so often, with AWS or with an "own"
 * client a thread: {"good": how many calls came to something}. */
json_t *calls_together(struct lamb_aws *aws, json_t *wish);

#endif
