/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_TELEMETRY_H
#define LAMB_EMULATOR_ENVIRONMENT_TELEMETRY_H

/*
 * telemetry - who subscribed to the events of one environment, and their delivery into
 * it: over HTTP (a POST or PUT of an array) or TCP (lines).
 *
 * Each subscriber has one batch under way at a time. A batch that is not acknowledged
 * is sent again, after 100 ms and then ever longer, up to 5 s; what comes meanwhile
 * waits (telemetry_buffer.h). Events of INIT are kept until INIT ends, for those that
 * subscribe later. Real time: the limits are about a connection.
 *
 * Owns:    subscribers, their connections and what waits for them.
 * Never:   knows who may subscribe: it is told a name.
 * Threads: loop thread only.
 */

#include "emulator/http/client.h"
#include "emulator/loop/platform_clock.h"
#include "emulator/observe/telemetry_buffer.h"

struct telemetry {
    struct loop *loop;
    struct http_client *client;
    const struct platform_clock *clock;
    const struct event_origin *origin;
    /* Asks for a socket of the network that the subscribers are in: telemetry_socket
     * gets it. NULL: they are in ours. */
    void (*ask_socket)(void *data);
    void *ask_data;
    const char *spool_dir; /* NULL: what waits is in memory only */
    struct lamb_list subscribers;
    struct lamb_list early; /* what was told since INIT began */
    size_t early_bytes;
    bool is_open;                /* INIT is under way */
    void (*on_idle)(void *data); /* telemetry_when_idle */
    void *on_idle_data;
};

/* The other fields are the caller's to fill before, and outlive this. */
void telemetry_init(struct telemetry *telemetry);
void telemetry_fini(struct telemetry *telemetry);

/* An INIT begins: those of before are forgotten, what waited for them too. */
void telemetry_open(struct telemetry *telemetry);
/* INIT ended, well or not: nobody can subscribe any more. */
void telemetry_close(struct telemetry *telemetry);

enum {
    TELEMETRY_E_SAME = 1,   /* this name has exactly this subscription already */
    TELEMETRY_E_CLOSED = 2, /* INIT is over */
    TELEMETRY_E_OTHER = 3,  /* this name subscribed through the other API */
};
/* Subscribe NAME (copied); another subscription of the same name is replaced. */
int telemetry_subscribe(struct telemetry *telemetry, const char *name,
                        const struct telemetry_subscription *subscription,
                        struct lamb_err *err);

/* What ask_socket asked for; takes SOCK; negative: there is none. */
void telemetry_socket(struct telemetry *telemetry, int sock);

void telemetry_event(struct telemetry *telemetry, const struct event *event);
/* The end of a phase: send what waits. */
void telemetry_flush(struct telemetry *telemetry);
/* Nothing waits and nothing is under way. */
bool telemetry_is_idle(const struct telemetry *telemetry);
/* Call FN once when it is idle, not from within; NULL: no more. */
void telemetry_when_idle(struct telemetry *telemetry, void (*fn)(void *data),
                         void *data);

#endif
