/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/loop.h"

#include <stdio.h>

#include "runtime/trace.h"
#include "sdk/base/auto.h"
#include "sdk/src/invocation.h"

int
lamb_loop_run(const struct lamb_loop *loop, struct lamb_source *source,
              struct lamb_err *err)
{
    LAMB_AUTO(lamb_invocation_fini) struct lamb_invocation inv;
    struct lamb_trace trace;
    int r;

    lamb_trace_init(&trace);
    lamb_invocation_init(&inv, loop->rt, source);
    for (;;) {
        int result;

        r = lamb_invocation_next(&inv, err);
        if (r)
            break;
        lamb_gate_enter(loop->gate);
        if (!loop->is_shared)
            lamb_trace_set(&trace, inv.in.trace_id);
        result = lamb_entry_call(loop->entry, &inv);
        lamb_invocation_end_open(&inv);
        (void)fflush(stdout); /* what was printed belongs to this invocation's log */
        lamb_gate_leave(loop->gate);
        lamb_invocation_finish(&inv, result);
    }
    if (!loop->is_shared)
        lamb_trace_fini(&trace);
    return r == LAMB_SOURCE_END ? 0 : r;
}
