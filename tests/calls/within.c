/* SPDX-License-Identifier: Apache-2.0 */

/*
 * within - a function that calls a server in each invocation, with one client, and
 * answers what came: [return value, attempts, error code].
 */

#include <lamb/aws.h>

static struct lamb_aws *aws;

int handler_init(struct lamb_runtime *rt);
int handler(struct lamb_invocation *inv);

int
handler_init(struct lamb_runtime *rt)
{
    aws = lamb_aws_new(NULL);
    return aws ? 0 : lamb_init_fail(rt, "OutOfMemory", "no memory for the client");
}

int
handler(struct lamb_invocation *inv)
{
    const struct lamb_aws_request request = {
        .struct_size = sizeof(request),
        .service = "sqs",
        .body = lamb_event(inv),
    };
    struct lamb_aws_result *result;
    int r = lamb_aws_call(aws, inv, &request, &result);

    r = lamb_printf(inv, "[%d, %d, \"%s\"]", r, lamb_aws_attempts(result),
                    lamb_aws_error_code(result));
    lamb_aws_result_free(result);
    return r;
}
