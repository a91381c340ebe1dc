/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_ENVIRONMENT_H
#define LAMB_EMULATOR_ENVIRONMENT_ENVIRONMENT_H

/*
 * environment - one execution environment: a sandbox, its runtime process, its Runtime
 * API, at most one invocation.
 *
 * The lifecycle is the table of state.h; this module carries out its actions.
 *
 * Owns:    the sandbox, the Runtime API server, the invocation it was given until
 * closed. Never:   decides which invocation it gets or when it ends: the functions room
 * does. Threads: loop thread only.
 */

#include "emulator/environment/invocation.h"
#include "emulator/environment/runtimes.h"
#include "emulator/environment/state.h"
#include "emulator/http/client.h"
#include "emulator/http/server.h"
#include "emulator/loop/platform_clock.h"
#include "emulator/sandbox/sandbox.h"

/* Events that meant nothing in their state, by the machine that refused them. */
#define ENVIRONMENT_MACHINES(X)                                                        \
    X(MACHINE_ENVIRONMENT, "environment")                                              \
    X(MACHINE_RUNTIME, "runtime")                                                      \
    X(MACHINE_EXTENSION, "extension")                                                  \
    X(MACHINE_FREEZE, "freeze")
LAMB_ENUM(environment_machine, ENVIRONMENT_MACHINES, ENVIRONMENT_MACHINE_N);
const char *environment_machine_text(enum environment_machine machine);

struct environment_tally {
    uint64_t refused[ENVIRONMENT_MACHINE_N];
};

/* What every environment of one emulator uses; outlives them all. */
struct environment_host {
    struct loop *loop;
    struct platform_clock *clock;
    struct http_room *http;
    struct sandbox_host *sandboxes;
    struct observe *observe;
    const struct runtimes *runtimes; /* clients of managed runtimes; NULL: none */
    struct http_client *client;      /* delivers telemetry */
    const char *spool_dir;           /* where what waits for a slow reader goes */
    const char *region;
    const char *account;
    /* What functions sign with: made up, but good here where a key is asked for. */
    const char *access_key;
    const char *secret_key;
    const char *session_token; /* NULL: made up */
    int64_t freeze_grace_ns;   /* idle for so long, they are frozen; negative: never */
    bool has_freeze_report;    /* what stands still is told in the log */
    const char *endpoint;      /* AWS_ENDPOINT_URL: this emulator; "": not known yet */
    const char *const *file_systems; /* ARN=DIR, NULL-ended; NULL: none */
    struct environment_tally *tally;
    bool knows_peers; /* the kernel tells who connects (peer_works) */
};

/* What to run; borrowed, must outlive the environment (a function record keeps it). */
struct environment_config {
    const char *function_name;
    const char *function_version; /* "$LATEST" or a number */
    const char *function_arn;     /* qualified unless $LATEST */
    const char *handler;          /* _HANDLER */
    const char *log_group;
    /* argv, run in the task root ("./x" is relative to it); NULL: `bootstrap` as the
       service finds it */
    const char *const *command;
    const char *const *variables; /* the function's own, "KEY=value", NULL-ended */
    const char *task_dir;
    const char *bootstrap;     /* host path of the layer's bootstrap; NULL: none */
    const char *const *layers; /* host folders merged at /opt, the first wins;
                                  NULL-ended; NULL: none */
    const char *const *file_systems; /* pairs: an ARN, /mnt/NAME; NULL-ended */
    unsigned memory_mb;
    unsigned tmp_mb;
    int64_t timeout_ns;
    const char *init_type; /* NULL: on-demand */
    int64_t init_limit_ns; /* of the INIT phase; 0: ENVIRONMENT_INIT_LIMIT_NS */
    const char *runtime;   /* "python3.12"; NULL: provided.al2023 */
    enum log_format log_format;
    enum log_level application_log_level; /* JSON format only; LEVEL_UNSET: INFO */
    enum log_level system_log_level;
};

enum { ENVIRONMENT_LAYERS_MAX = 5 };
#define ENVIRONMENT_INIT_LIMIT_NS (10 * INT64_C(1000000000))

struct environment;
struct environment_events {
    /* Ready for an invocation: warm, cold with init inside it, or failed to answer it.
     */
    void (*available)(void *data, struct environment *env);
    /*
     * It is over and will be freed when this returns. WHY: a sentence when it could not
     * be made or was lost; NULL: it was asked for, or its runtime ended while idle.
     */
    void (*gone)(void *data, struct environment *env, const char *why);
};

int environment_new(const struct environment_host *host,
                    const struct environment_config *config,
                    const struct environment_events *events, void *data,
                    struct environment **ret, struct lamb_err *err);

/* Give it an invocation; only after `available`. */
void environment_invoke(struct environment *env, struct invocation *inv);
/* Shut down: a running invocation is answered as failed; `gone` follows. */
void environment_stop(struct environment *env);

const char *environment_id(const struct environment *env);
enum environment_state environment_state(const struct environment *env);

#endif
