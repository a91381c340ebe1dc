/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_SDK_EVENTS_SAMPLE_H
#define LAMB_SDK_EVENTS_SAMPLE_H

/*
 * sample - one event of each source, made from sdk/events/events.table, and changes to
 * it; for `lamb event` and lamb/testing.h.
 *
 * Owns: the table. Never: in bootstrap. Threads: any.
 */

#include <jansson.h>

struct lamb_event_sample {
    const char *name;
    const char *title;
    const char *json; /* compact */
};

extern const struct lamb_event_sample lamb_event_samples[]; /* the last has no name */

/* NULL: there is none. */
const struct lamb_event_sample *lamb_event_sample_named(const char *name);

/*
 * Change EVENT as TEXT says: "Records.0.body=hi", the value is JSON, else text. A name
 * that has dots itself is found whole. -EINVAL: there is no such place; -ENOMEM.
 */
int lamb_event_change(json_t *event, const char *text);

#endif
