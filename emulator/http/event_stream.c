/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/event_stream.h"

#include <errno.h>
#include <stdint.h>

/* Prelude: total length, length of headers, checksum of both; a checksum at the end. */
enum { PRELUDE = 12, CHECKSUM = 4, TYPE_STRING = 7 };

/* CRC-32 as in IEEE 802.3, four bits at a time. */
static uint32_t
crc32_of(const char *bytes, size_t len)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < len; i++) {
        crc ^= (uint8_t)bytes[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

/* Big-endian. */
static void
put(struct lamb_buf *buf, uint32_t value, unsigned bytes)
{
    for (unsigned i = bytes; i-- > 0;)
        (void)lamb_buf_char(buf, (char)(uint8_t)(value >> 8 * i));
}

static void
put_text(struct lamb_buf *buf, const char *text, unsigned length_bytes)
{
    put(buf, (uint32_t)strlen(text), length_bytes);
    (void)lamb_buf_str(buf, text);
}

/* How long the headers are; SIZE_MAX when one of them cannot be. */
static size_t
headers_length(const struct event_stream_header *headers, size_t n)
{
    size_t total = 0;

    for (size_t i = 0; i < n; i++) {
        size_t name = strlen(headers[i].name);
        size_t value = strlen(headers[i].value);

        if (!name || name > UINT8_MAX || value > INT16_MAX)
            return SIZE_MAX;
        total += 1 + name + 1 + 2 + value;
    }
    return total;
}

int
event_stream_append(struct lamb_buf *buf, const struct event_stream_header *headers,
                    size_t n_headers, struct lamb_span payload)
{
    size_t begin = buf->len;
    size_t length = headers_length(headers, n_headers);
    size_t total;

    if (length > EVENT_STREAM_HEADERS_MAX || payload.len > EVENT_STREAM_PAYLOAD_MAX)
        return -EMSGSIZE;
    total = PRELUDE + length + payload.len + CHECKSUM;
    if (lamb_buf_reserve(buf, total))
        return lamb_buf_error(buf);
    put(buf, (uint32_t)total, 4);
    put(buf, (uint32_t)length, 4);
    put(buf, crc32_of(buf->ptr + begin, 8), 4);
    for (size_t i = 0; i < n_headers; i++) {
        put_text(buf, headers[i].name, 1);
        put(buf, TYPE_STRING, 1);
        put_text(buf, headers[i].value, 2);
    }
    (void)lamb_buf_span(buf, payload);
    put(buf, crc32_of(buf->ptr + begin, buf->len - begin), 4);
    return lamb_buf_error(buf);
}
