/* SPDX-License-Identifier: Apache-2.0 */

/* echo - the benchmark's function: answers with the event. */

#include <lamb/lamb.h>

int handler(struct lamb_invocation *inv);

int
handler(struct lamb_invocation *inv)
{
    struct lamb_span event = lamb_event(inv);

    return lamb_reply(inv, event.ptr, event.len);
}
