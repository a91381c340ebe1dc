/* SPDX-License-Identifier: Apache-2.0 */

/*
 * own-main - a function that is a program of its own: the zip holds one static file,
 * `bootstrap`, and nothing of the machine it runs on is needed. Which of the two
 * handlers runs is chosen by _HANDLER.
 */

#include <lamb/lamb.h>

/* Answers with the event. */
static int
echo(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);

    return lamb_reply(inv, event.ptr, event.len);
}

/* Answers with the size of the event. */
static int
measure(struct lamb_invocation *inv)
{
    return lamb_printf(inv, "{\"bytes\":%zu}", lamb_event(inv).len);
}

int
main(void)
{
    static const struct lamb_handler handlers[] = {
        { .name = "echo", .fn = echo },
        { .name = "measure", .fn = measure },
        { .name = NULL },
    };

    return lamb_run(handlers);
}
