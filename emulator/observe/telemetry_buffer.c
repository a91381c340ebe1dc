/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/telemetry_buffer.h"

#include "sdk/base/num.h"

void
telemetry_buffer_init(struct telemetry_buffer *buffer,
                      const struct telemetry_subscription *subscription,
                      const char *spool_dir, uint64_t disk_max)
{
    *buffer = (struct telemetry_buffer){
        .max_items = subscription->max_items,
        .max_bytes = subscription->max_bytes,
        .timeout_ns = subscription->timeout_ms * LAMB_NS_PER_MS,
        .is_lines = subscription->is_tcp,
    };
    spool_init(&buffer->waiting, spool_dir, disk_max);
}

void
telemetry_buffer_fini(struct telemetry_buffer *buffer)
{
    spool_fini(&buffer->waiting);
}

void
telemetry_buffer_add(struct telemetry_buffer *buffer, struct lamb_span json,
                     int64_t now_ns)
{
    LAMB_AUTOBUF struct lamb_buf line = LAMB_BUF_INIT(json.len + 1);

    (void)lamb_buf_span(&line, json);
    if (lamb_buf_char(&line, '\n') ||
        spool_push(&buffer->waiting, lamb_buf_view(&line))) {
        buffer->dropped_records++;
        buffer->dropped_bytes += json.len;
        return;
    }
    if (!buffer->items++)
        buffer->oldest_ns = now_ns;
}

void
telemetry_buffer_flush(struct telemetry_buffer *buffer)
{
    buffer->is_flushing = buffer->items > 0;
}

int64_t
telemetry_buffer_due_ns(const struct telemetry_buffer *buffer)
{
    if (!buffer->items)
        return TELEMETRY_NEVER;
    if (buffer->is_flushing || buffer->items >= buffer->max_items ||
        spool_len(&buffer->waiting) >= buffer->max_bytes)
        return buffer->oldest_ns;
    return buffer->oldest_ns + buffer->timeout_ns;
}

int
telemetry_buffer_take(struct telemetry_buffer *buffer, struct lamb_buf *ret,
                      int64_t now_ns)
{
    unsigned items = 0;

    if (!buffer->is_lines)
        (void)lamb_buf_char(ret, '[');
    /* The batch ends with the event that reaches the limit: so does the service's. */
    while (buffer->items && items < buffer->max_items && ret->len < buffer->max_bytes) {
        if (items && !buffer->is_lines)
            (void)lamb_buf_char(ret, ',');
        if (!spool_take_line(&buffer->waiting, ret)) {
            buffer->items = 0; /* its disk lost the rest */
            break;
        }
        if (buffer->is_lines)
            (void)lamb_buf_char(ret, '\n');
        buffer->items--;
        items++;
    }
    buffer->oldest_ns = now_ns;
    if (!buffer->items)
        buffer->is_flushing = false;
    return buffer->is_lines ? lamb_buf_error(ret) : lamb_buf_char(ret, ']');
}
