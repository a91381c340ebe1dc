/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_HOST_H
#define LAMB_EMULATOR_SANDBOX_HOST_H

/*
 * host - what host.c (the spawner as the emulator sees it) and sandbox.c (one sandbox)
 * know of each other.
 *
 * Threads: loop thread only.
 */

#include "emulator/sandbox/port.h"
#include "emulator/sandbox/sandbox.h"
#include "emulator/sandbox/terms.h"

#include <limits.h>

struct sandbox_host {
    char state_dir[PATH_MAX];
    pid_t spawner;
    int pidfd;
    int sock; /* until attached, then the port's */
    struct loop *loop;
    struct port port;
    struct lamb_list sandboxes;
    size_t count; /* of those that their owners hold */
    uint32_t next_number;
    enum cpu_means cpu;
    struct sandbox_abilities abilities;
    char missing[sizeof(((struct lamb_err *)0)->text)];
    bool is_lost;
    void (*on_lost)(void *data);
    void *on_lost_data;
};

/* A message of the spawner's about this sandbox. */
void sandbox_on_spawner(struct sandbox *sandbox, const struct wire_msg *msg,
                        struct wire_fds *fds);
uint32_t sandbox_number(const struct sandbox *sandbox);
struct sandbox *sandbox_of_node(struct lamb_list *node);
/* The host ends: close and forget, without a word to anybody. */
void sandbox_drop(struct sandbox *sandbox);

#endif
