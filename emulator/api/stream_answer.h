/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_API_STREAM_ANSWER_H
#define LAMB_EMULATOR_API_STREAM_ANSWER_H

/*
 * stream_answer - the answer of InvokeWithResponseStream: an event stream of
 * PayloadChunk messages and one InvokeComplete.
 *
 * Owns:    the stream, from the head of the answer to its end.
 * Never:   knows where the bytes come from.
 * Threads: loop thread only.
 */

#include "emulator/api/call.h"

struct stream_answer;

/*
 * Answer CALL's request with 200 and the head; the request is over. ON_GONE (NULL: do
 * not tell) when the client leaves before the end; the answer stays valid and takes
 * what is written without sending it. NULL: no memory, nothing was answered.
 */
struct stream_answer *stream_answer_begin(struct call *call,
                                          const char *executed_version,
                                          const char *trace_id,
                                          void (*on_gone)(void *data), void *data);
/* Pass on what the function wrote. */
void stream_answer_write(struct stream_answer *answer, struct lamb_span bytes);
/* Bytes that the client has not taken; ON_DRAIN each time there are none any more. */
size_t stream_answer_pending(const struct stream_answer *answer);
void stream_answer_on_drain(struct stream_answer *answer, void (*fn)(void *data),
                            void *data);

/* How it ended; NULL members are left out. */
struct stream_end {
    const char *error_code;
    struct lamb_span error_details;
    const char *log_result; /* base64 */
};
/* Send BODY (NULL: nothing) as fast as the client takes it, then the last message.
 * ANSWER is not the caller's any more; a reference of BODY is taken. */
void stream_answer_end(struct stream_answer *answer, struct lamb_blob *body,
                       const struct stream_end *end);

#endif
