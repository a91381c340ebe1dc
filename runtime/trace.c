/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/trace.h"

#include <stdlib.h>

#include "runtime/http_response.h"

static const char name[] = "_X_AMZN_TRACE_ID";

void
lamb_trace_init(struct lamb_trace *trace)
{
    *trace = (struct lamb_trace){
        .text = { LAMB_BUF_INIT(2 * LAMB_HTTP_HEAD_MAX),
                  LAMB_BUF_INIT(2 * LAMB_HTTP_HEAD_MAX) },
    };
}

void
lamb_trace_fini(struct lamb_trace *trace)
{
    (void)unsetenv(name);
    lamb_buf_fini(&trace->text[0]);
    lamb_buf_fini(&trace->text[1]);
}

void
lamb_trace_set(struct lamb_trace *trace, const char *id)
{
    struct lamb_buf *text;

    if (!id) {
        (void)unsetenv(name);
        return;
    }
    trace->turn ^= 1;
    text = &trace->text[trace->turn];
    lamb_buf_clear(text);
    if (lamb_buf_printf(text, "%s=%s", name, id) || putenv(text->ptr))
        (void)unsetenv(name); /* no trace is better than that of another invocation */
}
