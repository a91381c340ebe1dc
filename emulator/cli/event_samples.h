/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_EVENT_SAMPLES_H
#define LAMB_EMULATOR_CLI_EVENT_SAMPLES_H

/* event_samples - one event of each source, made from sdk/events/events.table. */

struct event_sample {
    const char *name;
    const char *title;
    const char *json; /* compact */
};

extern const struct event_sample event_samples[]; /* the last has no name */

#endif
