/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/loop.h"

#include <stdio.h>

#include "runtime/trace.h"
#include "sdk/base/auto.h"
#include "sdk/src/invocation.h"

int
lamb_loop_run(struct lamb_source *source, struct lamb_runtime *rt,
              const struct lamb_entry *entry, struct lamb_err *err)
{
    LAMB_AUTO(lamb_trace_fini) struct lamb_trace trace;
    LAMB_AUTO(lamb_invocation_fini) struct lamb_invocation inv;
    int r;

    lamb_trace_init(&trace);
    lamb_invocation_init(&inv, rt, source);
    for (;;) {
        r = lamb_invocation_next(&inv, err);
        if (r)
            return r == LAMB_SOURCE_END ? 0 : r;
        lamb_trace_set(&trace, inv.in.trace_id);
        r = lamb_entry_call(entry, &inv);
        (void)fflush(stdout); /* what was printed belongs to this invocation's log */
        lamb_invocation_finish(&inv, r);
    }
}
