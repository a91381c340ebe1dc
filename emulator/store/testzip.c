/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/store/testzip.h"

static uint32_t
crc32_of(struct lamb_span data)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < data.len; i++) {
        crc ^= (unsigned char)data.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
    }
    return ~crc;
}

static void
put(struct lamb_buf *buf, size_t bytes, size_t value)
{
    for (size_t i = 0; i < bytes; i++)
        (void)lamb_buf_char(buf, (char)(value >> (8 * i)));
}

/* What the local header and the central directory have in common. */
static void
put_common(struct lamb_buf *buf, const struct testzip_entry *entry)
{
    struct lamb_span data = lamb_span_str(entry->data);

    put(buf, 2, 20); /* version needed */
    put(buf, 2, entry->flags);
    put(buf, 2, entry->method);
    put(buf, 4, 0x00210000); /* 1980-01-01 */
    put(buf, 4, crc32_of(data) ^ entry->has_wrong_crc);
    put(buf, 4, data.len);
    put(buf, 4, data.len);
    put(buf, 2, strlen(entry->name));
    put(buf, 2, 0); /* extra */
}

static void
put_central(struct lamb_buf *buf, const struct testzip_entry *entry, size_t offset)
{
    put(buf, 4, 0x02014b50);
    put(buf, 2, entry->mode ? 0x0314 : 0x0014); /* made on Unix, or on DOS */
    put_common(buf, entry);
    put(buf, 2, 0); /* comment */
    put(buf, 2, 0); /* disk */
    put(buf, 2, 0); /* internal attributes */
    put(buf, 4, (size_t)entry->mode << 16);
    put(buf, 4, offset);
    (void)lamb_buf_str(buf, entry->name);
}

void
testzip_write(struct lamb_buf *zip, const struct testzip_entry *entries,
              size_t n_entries)
{
    LAMB_AUTOBUF struct lamb_buf central = LAMB_BUF_INIT(1 << 20);
    size_t offset;

    for (size_t i = 0; i < n_entries; i++) {
        put_central(&central, &entries[i], zip->len);
        put(zip, 4, 0x04034b50);
        put_common(zip, &entries[i]);
        (void)lamb_buf_str(zip, entries[i].name);
        (void)lamb_buf_span(zip, lamb_span_str(entries[i].data));
    }
    offset = zip->len;
    (void)lamb_buf_span(zip, lamb_buf_view(&central));
    put(zip, 4, 0x06054b50);
    put(zip, 4, 0); /* disks */
    put(zip, 2, n_entries);
    put(zip, 2, n_entries);
    put(zip, 4, central.len);
    put(zip, 4, offset);
    put(zip, 2, 0); /* comment */
}
