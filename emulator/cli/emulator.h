/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_EMULATOR_H
#define LAMB_EMULATOR_CLI_EMULATOR_H

/*
 * emulator - puts the rooms together: one running emulator.
 *
 * Order of birth: state folder and its lock, spawner (while the process is small),
 * loop, store, functions, servers. Death goes the other way.
 *
 * Owns:    every room's object; nothing in the rooms is global.
 * Never:   parses arguments or decides what is said to the user.
 * Threads: loop thread only.
 */

#include "emulator/api/api.h"
#include "emulator/control/control.h"
#include "emulator/invoke/async.h"
#include "emulator/store/state_dir.h"
#include "sdk/sign/sigv4.h"

struct emulator;

struct emulator_options {
    const char *state_path; /* NULL: a fresh one that vanishes at the end */
    unsigned port;          /* 0: any free one */
    struct sandbox_options sandbox;
    const char *const *runtime_clients; /* NAME=COMMAND; NULL: none */
    bool pass_credentials; /* AWS_ACCESS_KEY_ID and so on of our environment */
    const char *region;
    const char *account;
    struct quotas quotas;
    struct lifespan lifespan;
    const char *const *buckets;      /* NAME=FOLDER, NULL-ended; NULL: none */
    const char *const *file_systems; /* ARN=FOLDER; NULL: none */
    unsigned seed;                   /* of weighted aliases; 0: another one each time */
    bool has_freeze_report;          /* tell what stands still in idle environments */
    int64_t freeze_grace_ns;         /* negative: idle environments are not frozen */
    const char *address;             /* to listen on; NULL: loopback */
    const char *const *hosts;        /* names of this server; NULL: none */
    struct sigv4_key access_key;     /* what requests are signed with; empty: nothing */
    const char *bootstrap; /* lamb's runtime; NULL: none, and no shared objects */
    bool show_log;         /* the functions' log on standard error */
};

/* What to do with the process afterwards. */
enum emulator_end {
    EMULATOR_STOPPED,     /* asked to: SIGTERM, the control socket, emulator_stop */
    EMULATOR_INTERRUPTED, /* SIGINT */
    EMULATOR_LOST,        /* the spawner died */
};

/* Everything but listening; the loop runs with emulator_run. */
int emulator_new(const struct emulator_options *options, struct emulator **ret,
                 struct lamb_err *err);
/* Listen on the address of the options, else on 127.0.0.1 and, where there is IPv6, on
 * ::1 at the same port. */
int emulator_listen(struct emulator *emulator, struct lamb_err *err);
/* Write the `endpoint` file, and READY_FILE when not NULL; stored events begin to run.
 */
int emulator_announce(struct emulator *emulator, const char *ready_file,
                      struct lamb_err *err);
/* Stop when the parent process ends. */
int emulator_exit_with_parent(struct emulator *emulator, struct lamb_err *err);

enum emulator_end emulator_run(struct emulator *emulator);
void emulator_stop(struct emulator *emulator);
bool emulator_is_stopping(const struct emulator *emulator);
void emulator_free(struct emulator *emulator);

/* What the verbs work with; borrowed. */
struct loop *emulator_loop(struct emulator *emulator);
struct functions *emulator_functions(struct emulator *emulator);
struct api *emulator_api(struct emulator *emulator); /* once it listens */
struct code_store *emulator_code(struct emulator *emulator);
const struct sandbox_abilities *emulator_abilities(struct emulator *emulator);
const char *emulator_url(const struct emulator *emulator); /* http://127.0.0.1:PORT */
const char *emulator_state_path(const struct emulator *emulator);
const char *emulator_region(const struct emulator *emulator);
const char *emulator_account(const struct emulator *emulator);

#endif
