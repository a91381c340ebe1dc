/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_SANDBOX_PRIVATE_H
#define LAMB_EMULATOR_SANDBOX_SANDBOX_PRIVATE_H

/*
 * sandbox_private - what sandbox.c (its life) and sandbox_means.c (what it has) share.
 *
 * Threads: loop thread only.
 */

#include "emulator/sandbox/host.h"
#include "emulator/sandbox/outlook.h"
#include "emulator/sandbox/sandbox_state.h"

struct sandbox {
    struct lamb_list node; /* in the host's list */
    struct sandbox_host *host;
    uint32_t number;
    struct sandbox_life life;
    struct sandbox_events events;
    void *data;
    char *id;

    struct outlook outlook;

    struct port control;
    int pidfd;
    int peak;
    int quota; /* where its share of the CPU is written; -EBADF: nowhere */
    unsigned memory_mb;
    bool is_cpu_shared;
    int listener; /* -EBADF: it has the host's network, or it was taken */
    pid_t pid;
    uid_t uid;
    struct lamb_err reason;

    struct lamb_list outputs;
    bool is_running[WIRE_PROC_MAX + 1];
};

#endif
