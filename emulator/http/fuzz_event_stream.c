/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/event_stream.h"

#include <stdint.h>
#include <stdlib.h>

#include "emulator/http/event_stream_testing.h"
#include "sdk/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/*
 * The input is name, value and payload, divided by the first two zero bytes: a message
 * made of them has to give them back.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(EVENT_STREAM_PAYLOAD_MAX);
    struct lamb_span payload = lamb_span_of(bytes, len);
    struct lamb_span part[2];
    struct event_stream_header header;
    struct read_message message;
    struct lamb_span rest;
    char *texts[2];

    for (int i = 0; i < 2; i++) {
        (void)lamb_span_cut(payload, '\0', &part[i], &payload);
        texts[i] = lamb_span_dup(part[i]);
        lamb_assert(texts[i]);
    }
    header = (struct event_stream_header){ texts[0], texts[1] };
    if (event_stream_append(&buf, &header, 1, payload) == 0) {
        rest = lamb_buf_view(&buf);
        lamb_assert(read_message(&rest, &message) && !rest.len);
        lamb_assert(lamb_span_eq(message.payload, payload));
        lamb_assert(read_header(&message.headers, &part[0], &part[1]));
        lamb_assert(!message.headers.len);
        lamb_assert(lamb_span_is(part[0], texts[0]) && lamb_span_is(part[1], texts[1]));
    } else {
        lamb_assert(!part[0].len || part[0].len > 255 || part[1].len > 32767 ||
                    payload.len > EVENT_STREAM_PAYLOAD_MAX - 1024);
    }
    rest = lamb_span_of(bytes, len); /* whatever it is, reading it is safe */
    (void)read_message(&rest, &message);
    free(texts[0]);
    free(texts[1]);
    return 0;
}
