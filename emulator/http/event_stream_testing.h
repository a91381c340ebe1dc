/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_EVENT_STREAM_TESTING_H
#define LAMB_EMULATOR_HTTP_EVENT_STREAM_TESTING_H

/*
 * event_stream_testing - reads a message back, written from the format's description
 * and not from event_stream.c: bit by bit where that uses a table.
 *
 * Owns:    nothing.
 * Threads: any.
 */

#include <stdint.h>

#include "sdk/base/span.h"

static inline uint32_t
reading_crc32(const char *bytes, size_t len)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < len * 8; i++) {
        uint32_t bit = (crc ^ (uint32_t)((uint8_t)bytes[i / 8] >> i % 8)) & 1;

        crc = crc >> 1 ^ (bit ? 0xedb88320 : 0);
    }
    return ~crc;
}

static inline uint32_t
reading_u32(const char *at)
{
    return (uint32_t)(uint8_t)at[0] << 24 | (uint32_t)(uint8_t)at[1] << 16 |
           (uint32_t)(uint8_t)at[2] << 8 | (uint8_t)at[3];
}

struct read_message {
    struct lamb_span headers;
    struct lamb_span payload;
};

/* Cut one message off the front of TEXT; false when it is none. */
static inline bool
read_message(struct lamb_span *text, struct read_message *ret)
{
    uint32_t total = text->len >= 16 ? reading_u32(text->ptr) : 0;
    uint32_t headers = total ? reading_u32(text->ptr + 4) : 0;

    if (total < 16 || total > text->len || headers > total - 16 ||
        reading_u32(text->ptr + 8) != reading_crc32(text->ptr, 8) ||
        reading_u32(text->ptr + total - 4) != reading_crc32(text->ptr, total - 4))
        return false;
    ret->headers = lamb_span_of(text->ptr + 12, headers);
    ret->payload = lamb_span_of(text->ptr + 12 + headers, total - headers - 16);
    *text = lamb_span_of(text->ptr + total, text->len - total);
    return true;
}

/* Cut one header (a text) off the front; false at the end, or when it is none. */
static inline bool
read_header(struct lamb_span *headers, struct lamb_span *ret_name,
            struct lamb_span *ret_value)
{
    size_t name = headers->len ? (uint8_t)headers->ptr[0] : 0;
    size_t value;

    if (!name || headers->len < 1 + name + 3 || headers->ptr[1 + name] != 7)
        return false;
    value = (size_t)((uint8_t)headers->ptr[name + 2] << 8 |
                     (uint8_t)headers->ptr[name + 3]);
    if (headers->len < 4 + name + value)
        return false;
    *ret_name = lamb_span_of(headers->ptr + 1, name);
    *ret_value = lamb_span_of(headers->ptr + 4 + name, value);
    *headers =
        lamb_span_of(headers->ptr + 4 + name + value, headers->len - 4 - name - value);
    return true;
}

#endif
