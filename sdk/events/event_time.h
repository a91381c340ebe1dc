/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EVENTS_EVENT_TIME_H
#define LAMB_EVENTS_EVENT_TIME_H

/* event_time - points in time as services write them in events. */

#include <lamb/events.h>

/* TEXT, written in this FORM, in milliseconds since 1970; -EINVAL: it is not. */
int lamb_event_time(struct lamb_span text, enum lamb_time_form form, int64_t *ret_ms);

#endif
