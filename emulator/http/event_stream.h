/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_EVENT_STREAM_H
#define LAMB_EMULATOR_HTTP_EVENT_STREAM_H

/*
 * event_stream - messages of application/vnd.amazon.eventstream: length, headers,
 * payload, two checksums (CRC-32). Headers are texts; nothing else is needed here.
 *
 * Owns:    nothing.
 * Never:   knows what a message means.
 * Threads: any.
 */

#include "sdk/base/buf.h"

struct event_stream_header {
    const char *name; /* 1 to 255 bytes */
    const char *value;
};

/* What the format allows in one message. */
#define EVENT_STREAM_PAYLOAD_MAX (24 * 1024 * 1024)
#define EVENT_STREAM_HEADERS_MAX (128 * 1024)

/* Append one message. -EMSGSIZE when it is more than the format or BUF can hold. */
int event_stream_append(struct lamb_buf *buf, const struct event_stream_header *headers,
                        size_t n_headers, struct lamb_span payload);

#endif
