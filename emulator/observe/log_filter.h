/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_LOG_FILTER_H
#define LAMB_EMULATOR_OBSERVE_LOG_FILTER_H

/*
 * log_filter - which events are in a function's log, by its configured levels.
 *
 * Levels filter in the JSON format only; subscribers of the Telemetry API get all
 * (developer guide, monitoring-cloudwatchlogs-log-level).
 *
 * Owns:    the level of each platform event, as a table.
 * Never:   changes or formats anything.
 * Threads: any.
 */

#include "emulator/observe/event.h"

/* The level of a platform event. */
enum log_level log_filter_system_level(const struct event *event);
/*
 * The level of what a function wrote: of a JSON object its "level", where it has a
 * valid one and an RFC 3339 "timestamp" beside it, else INFO. False: it is no JSON
 * object, and no level applies to it.
 */
bool log_filter_application_level(const struct event *event, enum log_level *ret);

/* Is the event in its function's log? */
bool log_filter_passes(const struct event *event);

#endif
