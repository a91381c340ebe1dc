/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TRACE_H
#define LAMB_TRACE_H

/*
 * trace - the tracing header (X-Amzn-Trace-Id) in parts, and ids for what is called.
 *
 *     struct lamb_trace_context here, child;
 *     char header[LAMB_TRACE_TEXT_SIZE];
 *
 *     if (lamb_trace_read(lamb_trace_id(inv), &here) == 0) {
 *         lamb_trace_child(&here, &child);
 *         lamb_trace_text(&child, header);
 *     }
 */

#include <lamb/lamb.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum LAMB_TRACE_TEXT_SIZE - bytes enough for every text of lamb_trace_text, its NUL
 * included. Since: 0.1
 */
enum { LAMB_TRACE_TEXT_SIZE = 80 };

/**
 * struct lamb_trace_context - where in a trace something happens.
 * @root: the trace's id, "1-5759e988-bd862e3fe1be46a994272793".
 * @parent: the segment's id, 16 hex digits; empty: none.
 * @sampled: 1: is recorded, 0: is not, -1: not decided.
 * Since: 0.1
 */
struct lamb_trace_context {
    char root[36];
    char parent[17];
    int sampled;
};

/**
 * lamb_trace_read - take a header apart.
 * @text: the header's value; borrows. NULL is refused like every other wrong one.
 * @ret:  the parts; only changed on success; borrows.
 *
 * Parts may stand in any order; those with other names (Self, Lineage) are skipped.
 *
 * Returns: 0.
 * Errors:  -EINVAL no Root, or a part that is not as it has to be.
 * Threads: any.
 * Since:   0.1
 */
LAMB_API int lamb_trace_read(const char *text, struct lamb_trace_context *ret);

/**
 * lamb_trace_child - the place of something that is done on the way.
 * @here: where it is begun; borrows.
 * @ret:  the same trace, with a new random segment id; borrows. May be @here.
 *
 * Threads: any.
 * Since:   0.1
 */
LAMB_API void lamb_trace_child(const struct lamb_trace_context *here,
                               struct lamb_trace_context *ret);

/**
 * lamb_trace_text - the header's value, to be sent along.
 * @context: the place; borrows.
 * @ret:     LAMB_TRACE_TEXT_SIZE bytes for the text and its NUL; borrows.
 *
 * Threads: any.
 * Since:   0.1
 */
LAMB_API void lamb_trace_text(const struct lamb_trace_context *context, char *ret);

#ifdef __cplusplus
}
#endif

#endif
