/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_TELEMETRY_BUFFER_H
#define LAMB_EMULATOR_OBSERVE_TELEMETRY_BUFFER_H

/*
 * telemetry_buffer - the events that wait for one subscriber, and when they are sent.
 *
 * A batch is due when one of the three limits of the subscription is reached, or when
 * somebody asks for it (the end of a phase). What the subscriber does not fetch fast
 * enough waits in a spool (spool.h); what does not fit there is dropped and counted.
 *
 * Owns:    the waiting events.
 * Never:   reads a clock, sends anything.
 * Threads: loop thread only.
 */

#include "emulator/observe/spool.h"
#include "emulator/observe/telemetry_subscription.h"

struct telemetry_buffer {
    unsigned max_items;
    unsigned max_bytes;
    int64_t timeout_ns;
    bool is_lines; /* one event a line (TCP), else a JSON array (HTTP) */
    struct spool waiting;
    uint64_t items;    /* that wait */
    int64_t oldest_ns; /* when the first of them came, at the latest */
    bool is_flushing;  /* send all that waits now, whatever the limits */
    uint64_t dropped_records;
    uint64_t dropped_bytes;
};

/* Nothing is due. */
#define TELEMETRY_NEVER INT64_MAX

void telemetry_buffer_init(struct telemetry_buffer *buffer,
                           const struct telemetry_subscription *subscription,
                           const char *spool_dir, uint64_t disk_max);
void telemetry_buffer_fini(struct telemetry_buffer *buffer);

/* One event, JSON on one line. What does not fit is counted as dropped. */
void telemetry_buffer_add(struct telemetry_buffer *buffer, struct lamb_span json,
                          int64_t now_ns);
/* All that waits is due. */
void telemetry_buffer_flush(struct telemetry_buffer *buffer);
/* When the next batch is due: in the past or now, later, or TELEMETRY_NEVER. */
int64_t telemetry_buffer_due_ns(const struct telemetry_buffer *buffer);
/* Append the next batch to RET, which is empty; NOW_NS: for the rest's own time. */
int telemetry_buffer_take(struct telemetry_buffer *buffer, struct lamb_buf *ret,
                          int64_t now_ns);

#endif
