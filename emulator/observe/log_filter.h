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

/* Is the event in its function's log? */
bool log_filter_passes(const struct event *event);

#endif
