/* SPDX-License-Identifier: Apache-2.0 */

/*
 * choreography - three functions that hand an event on, each when it is done, and none
 * waits for another: picked, packed, shipped. Nobody knows the whole way but the
 * template, which says in NEXT who comes after whom.
 */

#include <lamb/services.h>
#include <stdio.h>
#include <stdlib.h>

static struct lamb_aws *aws;

int
step_init(struct lamb_runtime *rt)
{
    aws = lamb_aws_new(NULL);
    return aws ? 0 : lamb_init_fail(rt, "OutOfMemory", "no memory for the client");
}

int
step(struct lamb_invocation *inv)
{
    const char *me = lamb_function_name(lamb_runtime_of(inv)), *next = getenv("NEXT");
    struct lamb_span event = lamb_event(inv);
    struct lamb_aws_result *answer;
    int r;

    printf("%s %.*s\n", me ? me : "?", (int)event.len, event.ptr);
    if (!next || !*next)
        return lamb_printf(inv, "\"done\"");
    /* The service keeps the event from here on, and tries again if NEXT fails. */
    r = lamb_aws_invoke_async(aws, inv, next, event, &answer);
    if (r != 0)
        lamb_fail(inv, lamb_aws_error_code(answer), "%s: %s", next,
                  lamb_aws_error_message(answer));
    lamb_aws_result_free(answer);
    return r != 0 ? r : lamb_printf(inv, "\"handed to %s\"", next);
}
