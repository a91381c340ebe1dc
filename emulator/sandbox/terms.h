/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_TERMS_H
#define LAMB_EMULATOR_SANDBOX_TERMS_H

/*
 * terms - the words that spawner, init and emulator share: the steps of making a
 * sandbox and of starting a process in it, and how its limits are held.
 *
 * Owns:    nothing.
 * Threads: any.
 */

#include "sdk/base/enum.h"

#define SANDBOX_STEPS(X)                                                               \
    X(STEP_NONE, "nothing")                                                            \
    X(STEP_STRINGS, "read what to run")                                                \
    X(STEP_FOLDERS, "make its folders")                                                \
    X(STEP_CGROUP, "make its control group")                                           \
    X(STEP_TEMPLATE, "prepare the mount view")                                         \
    X(STEP_CLONE, "clone")                                                             \
    X(STEP_PROC, "mount /proc")                                                        \
    X(STEP_SHM, "mount /dev/shm")                                                      \
    X(STEP_PIVOT, "change the root folder")                                            \
    X(STEP_FURNISH, "put in what is its own")                                          \
    X(STEP_ENTER, "enter the control group")                                           \
    X(STEP_SESSION, "start a session")                                                 \
    X(STEP_MASK, "reset the signal mask")                                              \
    X(STEP_DESCRIPTORS, "set up the descriptors")                                      \
    X(STEP_RLIMITS, "set the resource limits")                                         \
    X(STEP_OOM, "set oom_score_adj")                                                   \
    X(STEP_NETWORK, "set up its network")                                              \
    X(STEP_USERNS, "join the user namespace")                                          \
    X(STEP_IDS, "change the user")                                                     \
    X(STEP_CWD, "change to the working folder")                                        \
    X(STEP_CAPABILITIES, "drop the capabilities")                                      \
    X(STEP_PRIVILEGES, "give up new privileges")                                       \
    X(STEP_FILTER, "install the system call filter")                                   \
    X(STEP_WAIT, "wait for what to run")                                               \
    X(STEP_EXEC, "exec")
LAMB_ENUM(sandbox_step, SANDBOX_STEPS, STEP_N);
const char *sandbox_step_text(enum sandbox_step step);

#define MEMORY_MEANS(X)                                                                \
    X(MEMORY_POLLING, "polling")                                                       \
    X(MEMORY_V1, "cgroup v1")                                                          \
    X(MEMORY_V2, "cgroup v2")
LAMB_ENUM(memory_means, MEMORY_MEANS, MEMORY_MEANS_N);
const char *memory_means_text(enum memory_means means);

#define PROCESSES_MEANS(X)                                                             \
    X(PROCESSES_NONE, "none")                                                          \
    X(PROCESSES_RLIMIT, "RLIMIT_NPROC")                                                \
    X(PROCESSES_V1, "cgroup v1")                                                       \
    X(PROCESSES_V2, "cgroup v2")
LAMB_ENUM(processes_means, PROCESSES_MEANS, PROCESSES_MEANS_N);
const char *processes_means_text(enum processes_means means);

#define KILL_MEANS(X)                                                                  \
    X(KILL_WALK, "walk of the descendants")                                            \
    X(KILL_NAMESPACE, "pid namespace")
LAMB_ENUM(kill_means, KILL_MEANS, KILL_MEANS_N);
const char *kill_means_text(enum kill_means means);

#define TMP_MEANS(X)                                                                   \
    X(TMP_FOLDER, "folder")                                                            \
    X(TMP_TMPFS, "tmpfs")                                                              \
    X(TMP_IMAGE, "ext4 image")
LAMB_ENUM(tmp_means, TMP_MEANS, TMP_MEANS_N);
const char *tmp_means_text(enum tmp_means means);

#define CPU_MEANS(X)                                                                   \
    X(CPU_NONE, "none")                                                                \
    X(CPU_V1, "cgroup v1")                                                             \
    X(CPU_V2, "cgroup v2")
LAMB_ENUM(cpu_means, CPU_MEANS, CPU_MEANS_N);
const char *cpu_means_text(enum cpu_means means);

/* How everything in a sandbox is made to stand still. */
#define FREEZE_MEANS(X)                                                                \
    X(FREEZE_SIGNALS, "SIGSTOP")                                                       \
    X(FREEZE_V2, "cgroup v2")
LAMB_ENUM(freeze_means, FREEZE_MEANS, FREEZE_MEANS_N);
const char *freeze_means_text(enum freeze_means means);

/* How the users of sandboxes are told apart. */
enum users_means {
    USERS_SAME, /* the emulator's user */
    USERS_OWN,  /* one for each sandbox */
};

/* How a sandbox with a network of its own reaches the outside. */
#define OUTBOUND_MEANS(X)                                                              \
    X(OUTBOUND_NONE, "none")                                                           \
    X(OUTBOUND_SLIRP, "slirp4netns")
LAMB_ENUM(outbound_means, OUTBOUND_MEANS, OUTBOUND_MEANS_N);
const char *outbound_means_text(enum outbound_means means);

#endif
