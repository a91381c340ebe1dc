/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_TESTBED_H
#define LAMB_EMULATOR_SANDBOX_TESTBED_H

/*
 * testbed - the stage for tests with real sandboxes: a state folder, a host at one
 * level, guests whose events are noted, and a deadline for everything.
 *
 * Owns:    the folder, the host, the loop; play_end leaves nothing behind.
 * Threads: one.
 */

#include "emulator/sandbox/sandbox.h"
#include "sdk/base/err.h"

#include <sys/types.h>

/* cmocka wants these before its own header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PLAY_PROCS = 4, PLAY_GUESTS = 20, PLAY_OUTPUT = 256 * 1024 };

struct play;

struct guest_proc {
    bool has_started;
    bool has_exited;
    struct lamb_err start_err;
    struct sandbox_exit exit;
    char *out[2]; /* what it wrote, a string */
    size_t out_len[2];
};

struct guest {
    struct play *play;
    struct sandbox *sandbox;
    bool is_created;
    bool is_lost;
    unsigned emptied;
    struct lamb_err err; /* of created or lost */
    struct guest_proc proc[PLAY_PROCS];
};

struct play {
    enum sandbox_level level;
    char dir[40]; /* everything is below */
    char state[64];
    char task[64];
    struct loop *loop;
    struct sandbox_host *host;
    struct timer deadline;
    bool is_running; /* in loop_run */
    bool is_host_lost;
    struct guest guests[PLAY_GUESTS];
    pid_t helper; /* killed at the end; 0: none */
};

/* One test, run at each of its levels. */
struct scene {
    const char *name;
    void (*fn)(void **state);
    unsigned levels; /* bits 1 << level */
};
#define PLAY_AT(level) (1U << (level))
#define PLAY_BELOW_FULL (PLAY_AT(SANDBOX_LIMITS) | PLAY_AT(SANDBOX_NONE))
#define SCENE_AT(fn_, levels_)                                                         \
    {                                                                                  \
        .name = #fn_, .fn = (fn_), .levels = (levels_)                                 \
    }
#define PLAY_APART (PLAY_AT(SANDBOX_FULL) | PLAY_AT(SANDBOX_ROOTLESS))
#define SCENE(fn_) SCENE_AT(fn_, PLAY_BELOW_FULL | PLAY_APART)
#define SCENE_APART(fn_) SCENE_AT(fn_, PLAY_APART)
#define SCENE_AT_FULL(fn_) SCENE_AT(fn_, PLAY_AT(SANDBOX_FULL))
#define SCENE_BELOW_FULL(fn_) SCENE_AT(fn_, PLAY_BELOW_FULL)
int play_all(const struct scene *scenes, size_t count);

/* What a scene plays on. */
struct play *play_of(void **state);

/* Start host and loop (again, after play_stop_host). */
void play_start_host(struct play *play);
void play_stop_host(struct play *play);

/* Make a sandbox from SPEC (its id and task folder are filled in) and wait for it. */
struct guest *play_guest(struct play *play, struct sandbox_spec spec);
/* The same without waiting. */
struct guest *play_ask(struct play *play, struct sandbox_spec spec);
/* Run a command line of the shell as process PROC. */
void play_sh(struct guest *guest, unsigned proc, const char *script);
void play_exec(struct guest *guest, unsigned proc, const char *const *argv);
/* Run until it is true; fails the test after ten seconds. */
void play_until(struct guest *guest, bool (*is_true)(const struct guest *guest));
bool guest_has_exited(const struct guest *guest);  /* process 1 */
bool guest_has_started(const struct guest *guest); /* process 1, or it failed */
bool guest_is_empty(const struct guest *guest);
bool guest_is_lost(const struct guest *guest);
bool guest_is_settled(const struct guest *guest); /* created, or failed */
/* Run a script to its end; returns what it wrote to standard output. */
const char *play_script(struct guest *guest, const char *script);
/* Wait (without the loop) until it is true; false after three seconds. */
bool play_wait(bool (*is_true)(void *data), void *data);
/* Is the folder PLAY->state/sandbox gone? */
bool play_is_swept(void *play);

#endif
