/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_SESSION_H
#define LAMB_EMULATOR_CLI_SESSION_H

/*
 * session - where state lives and how an emulator of this run is set up: the options
 * that `start` and a one-shot `invoke` share.
 *
 * Owns:    nothing.
 * Never:   starts anything.
 * Threads: one at a time.
 */

#include "emulator/cli/emulator.h"
#include "emulator/cli/options.h"
#include "sdk/sign/sigv4.h"

enum session_cpu { SESSION_CPU_FULL, SESSION_CPU_SHARE };

struct session_options {
    unsigned port;
    const char *state; /* NULL: .lamb in the current folder */
    bool ephemeral;
    enum sandbox_level isolation; /* SANDBOX_LEVEL_N: the best there is */
    enum session_cpu cpu;
    enum sandbox_network network;
    const char *root; /* NULL: the host's programs */
    struct option_list mounts;
    struct option_list runtime_clients; /* NAME=COMMAND */
    bool pass_credentials;
    const char *quotas;           /* NULL: current */
    unsigned account_concurrency; /* 0: as the quotas say */
    const char *recycle;          /* NULL: environments are kept */
    unsigned idle_limit;          /* seconds; 0: no limit */
    const char *freeze;           /* NULL: after 1 ms */
    const char *region;           /* NULL: AWS_REGION, AWS_DEFAULT_REGION, us-east-1 */
    const char *account;
    const char *access_key; /* ID:SECRET; NULL: nobody has to sign */
};

#define SESSION_DEFAULTS                                                               \
    {                                                                                  \
        .isolation = SANDBOX_LEVEL_N, .idle_limit = 600, .account = "000000000000"     \
    }

#define SESSION_OPTIONS(base)                                                          \
    { .name = "access-key",                                                            \
      .kind = OPTION_TEXT,                                                             \
      .value = "ID:SECRET",                                                            \
      .variable = "LAMB_ACCESS_KEY",                                                   \
      .offset = (base) + offsetof(struct session_options, access_key),                 \
      .text = "the key that requests must be signed with (default: none need be)" },   \
        { .name = "state",                                                             \
          .kind = OPTION_TEXT,                                                         \
          .value = "DIR",                                                              \
          .variable = "LAMB_STATE",                                                    \
          .offset = (base) + offsetof(struct session_options, state),                  \
          .text = "state folder (default .lamb)" },                                    \
        { .name = "isolation",                                                         \
          .kind = OPTION_CHOICE,                                                       \
          .value = "LEVEL",                                                            \
          .variable = "LAMB_ISOLATION",                                                \
          .offset = (base) + offsetof(struct session_options, isolation),              \
          .choice = session_level_choice,                                              \
          .text = " (default: the best there is)" },                                   \
        { .name = "cpu",                                                               \
          .kind = OPTION_CHOICE,                                                       \
          .value = "HOW",                                                              \
          .variable = "LAMB_CPU",                                                      \
          .offset = (base) + offsetof(struct session_options, cpu),                    \
          .choice = session_cpu_choice,                                                \
          .text = ": all cores, or the service's share of one (default full)" },       \
        { .name = "network",                                                           \
          .kind = OPTION_CHOICE,                                                       \
          .value = "WHICH",                                                            \
          .variable = "LAMB_NETWORK",                                                  \
          .offset = (base) + offsetof(struct session_options, network),                \
          .choice = session_network_choice,                                            \
          .text = ": what functions reach (default host)" },                           \
        { .name = "runtime-client",                                                    \
          .kind = OPTION_TEXTS,                                                        \
          .value = "NAME=COMMAND",                                                     \
          .offset = (base) + offsetof(struct session_options, runtime_clients),        \
          .text = "what runs functions of a managed runtime; may be repeated" },       \
        { .name = "mount",                                                             \
          .kind = OPTION_TEXTS,                                                        \
          .value = "SRC[:DST]",                                                        \
          .offset = (base) + offsetof(struct session_options, mounts),                 \
          .text = "show this path to functions, read-only; may be repeated" },         \
        { .name = "root",                                                              \
          .kind = OPTION_TEXT,                                                         \
          .value = "DIR",                                                              \
          .variable = "LAMB_ROOT",                                                     \
          .offset = (base) + offsetof(struct session_options, root),                   \
          .text = "an unpacked image to run functions in" },                           \
        { .name = "pass-credentials",                                                  \
          .kind = OPTION_FLAG,                                                         \
          .offset = (base) + offsetof(struct session_options, pass_credentials),       \
          .text = "give functions the AWS credentials of this shell" },                \
    {                                                                                  \
        .name = "region", .kind = OPTION_TEXT, .value = "NAME",                        \
        .variable = "LAMB_REGION",                                                     \
        .offset = (base) + offsetof(struct session_options, region),                   \
        .text = "region of the functions (default AWS_REGION, else us-east-1)"         \
    }

/* The folder that OPTIONS name; borrowed. */
const char *session_state_path(const struct session_options *options);

/* The region that OPTIONS or the environment name, else the default; borrowed. */
const char *session_region(const struct session_options *options);

/* The key that OPTIONS name, borrowed; empty when there is none. -EINVAL: malformed. */
int session_access_key(const struct session_options *options, struct sigv4_key *ret,
                       struct lamb_err *err);

/* Values of options. */
const char *session_level_choice(unsigned i);
const char *session_cpu_choice(unsigned i);
const char *session_network_choice(unsigned i);

/* Negative for quotas that do not exist, or a malformed access key. */
int session_emulator_options(const struct session_options *options, bool show_log,
                             struct emulator_options *ret, struct lamb_err *err);

#endif
