/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_TELEMETRY_SUBSCRIPTION_H
#define LAMB_EMULATOR_OBSERVE_TELEMETRY_SUBSCRIPTION_H

/*
 * telemetry_subscription - what an extension asks of the Telemetry API 2022-07-01 or
 * the Logs API 2020-08-15, read and checked.
 *
 * Fields, defaults and limits: developer guide, telemetry-api and runtimes-logs-api.
 *
 * Owns:    nothing.
 * Never:   knows who asks or whether they may.
 * Threads: any.
 */

#include "emulator/observe/event_json.h"
#include "sdk/base/buf.h"

#define TELEMETRY_TYPES(X)                                                             \
    X(TELEMETRY_PLATFORM, "platform")                                                  \
    X(TELEMETRY_FUNCTION, "function")                                                  \
    X(TELEMETRY_EXTENSION, "extension")
LAMB_ENUM(telemetry_type, TELEMETRY_TYPES, TELEMETRY_TYPE_N);

struct telemetry_subscription {
    enum event_schema schema;
    bool types[TELEMETRY_TYPE_N];
    char type_list[40]; /* as given: "platform,function" */
    unsigned max_items;
    unsigned max_bytes;
    unsigned timeout_ms;
    bool is_tcp; /* else HTTP */
    bool is_put; /* else POST; Logs API only */
    uint16_t port;
    char host[64];  /* as given, for the Host header */
    char path[512]; /* from the slash on */
};

/* -EINVAL: WRONG, which is empty, gets everything that is wrong with it, as the
 * service's errorMessage has it. */
int telemetry_subscription_parse(struct lamb_span json, bool is_logs_api,
                                 struct telemetry_subscription *ret,
                                 struct lamb_buf *wrong);

bool telemetry_subscription_equal(const struct telemetry_subscription *a,
                                  const struct telemetry_subscription *b);

/* Does the subscriber get events of this type? */
bool telemetry_subscription_wants(const struct telemetry_subscription *s,
                                  enum event_type type);

#endif
