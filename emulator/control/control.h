/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CONTROL_CONTROL_H
#define LAMB_EMULATOR_CONTROL_CONTROL_H

/*
 * control - lamb's own API: status, the platform clock, recycle, stop. HTTP and JSON on
 * a private unix socket in the state folder (mode 0600), never on TCP, which functions
 * and other users of the machine can reach. docs/control.md has the calls.
 *
 * Owns:    the socket; keeping the clock's state in the store.
 * Never:   runs a function.
 * Threads: loop thread only.
 */

#include "emulator/functions/functions.h"
#include "emulator/http/server.h"
#include "emulator/invoke/async.h"

struct control;
struct control_config {
    struct loop *loop;
    struct http_room *http;
    struct platform_clock *clock;
    struct functions *functions;
    struct async *async;
    struct sandbox_host *sandboxes;
    struct observe *observe;
    const struct environment_tally *tally;
    struct store *store;
    const char *socket_path;  /* copied */
    void (*stop)(void *data); /* POST /stop was asked */
    void *data;
};

/* The clock goes on where the store says it stood. Gives *ret. */
int control_new(const struct control_config *config, struct control **ret,
                struct lamb_err *err);
void control_free(struct control *control);
/* What GET /status says of the address, once it is known; borrowed. */
void control_set_url(struct control *control, const char *url);

#endif
