/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_SANDBOX_H
#define LAMB_EMULATOR_SANDBOX_SANDBOX_H

/*
 * sandbox - where a function's processes run, and the only truth about their deaths.
 *
 * Three processes: the emulator asks, the spawner (forked first, while small) makes
 * sandboxes, a sandbox init (PID 1 of each) starts, reaps and kills what runs in it.
 * The messages between them are one list (wire.h). Everything dies when the emulator
 * does.
 *
 * Owns:    processes, namespaces, mounts, control groups, output pipes.
 * Never:   knows what a function, an invocation or the Runtime API is.
 * Threads: loop thread only.
 */

#include "emulator/loop/loop.h"
#include "sdk/base/enum.h"
#include "sdk/base/span.h"

#include <sys/types.h>

#define SANDBOX_LEVELS(X)                                                              \
    X(SANDBOX_FULL, "full")                                                            \
    X(SANDBOX_ROOTLESS, "rootless")                                                    \
    X(SANDBOX_LIMITS, "limits")                                                        \
    X(SANDBOX_NONE, "none")
LAMB_ENUM(sandbox_level, SANDBOX_LEVELS, SANDBOX_LEVEL_N);
const char *sandbox_level_text(enum sandbox_level level);

/* Do sandboxes of LEVEL have namespaces and a mount view of their own? */
static inline bool
sandbox_level_is_apart(enum sandbox_level level)
{
    return level == SANDBOX_FULL || level == SANDBOX_ROOTLESS;
}

#define SANDBOX_NETWORKS(X)                                                            \
    X(SANDBOX_NETWORK_HOST, "host")                                                    \
    X(SANDBOX_NETWORK_PRIVATE, "private")                                              \
    X(SANDBOX_NETWORK_NONE, "none")
LAMB_ENUM(sandbox_network, SANDBOX_NETWORKS, SANDBOX_NETWORK_N);
const char *sandbox_network_text(enum sandbox_network network);

/*
 * Fork the spawner. Call it before anything else makes threads or opens files; the
 * spawner holds none of the caller's descriptors. STATE_DIR: where leftovers of an
 * earlier emulator with the same state folder are recognised and swept (cgroups,
 * mounts, sandbox folders).
 */
struct sandbox_host;
int sandbox_host_start(const char *state_dir, struct sandbox_host **ret,
                       struct lamb_err *err);
struct sandbox_options {
    enum sandbox_level level; /* SANDBOX_LEVEL_N: the best there is */
    enum sandbox_network network;
    const char *root;          /* an unpacked image to run functions in; NULL: none */
    const char *const *mounts; /* "SRC" or "SRC:DST", shown read-only; NULL-ended */
    bool cpu_share; /* sandboxes can be held to the share of a core that their memory
                       size gives them: see sandbox_share_cpu */
};
/* Join the loop and find out what works here. OPTIONS are borrowed. */
int sandbox_host_attach(struct sandbox_host *host, struct loop *loop,
                        const struct sandbox_options *options, struct lamb_err *err);
/*
 * Kills every sandbox and waits for the spawner's end (two seconds at most); handles
 * that are not freed yet are dead. Not from within a callback. NULL is fine.
 */
void sandbox_host_stop(struct sandbox_host *host);

/* What was probed at start. */
struct sandbox_abilities {
    enum sandbox_level level; /* in force */
    const char *memory;       /* "cgroup v2", "cgroup v1"; "polling": approximate */
    /* "cgroup v2", "cgroup v1"; "RLIMIT_NPROC": approximate at limits; "none" */
    const char *processes;
    const char *kill;   /* how a whole sandbox is killed */
    const char *freeze; /* "cgroup v2", "SIGSTOP" */
    /* "ext4 image"; "tmpfs": counts as memory, whose limit is raised; "folder": no
     * limit
     */
    const char *tmp;
    const char *cpu; /* "cgroup v2", "cgroup v1"; "none": no share can be kept */
    enum sandbox_network network;
    const char *outbound; /* how a private network reaches the outside; "none" */
    bool has_own_users;   /* each sandbox has a user that nothing else runs as */
    const char *missing;  /* why a better level is not in force; NULL: it is the best */
};
const struct sandbox_abilities *sandbox_host_abilities(const struct sandbox_host *host);

/* The spawner died: nothing can run any more. Told once. */
void sandbox_host_on_lost(struct sandbox_host *host, void (*fn)(void *data),
                          void *data);

struct sandbox_spec {
    const char *id;       /* unique, [a-z0-9-]{1,64}: names the cgroup and the folder */
    const char *task_dir; /* host folder shown read-only at /var/task */
    const char *const
        *opt_dirs; /* host folders merged at /opt, first wins; NULL-ended */
    const char *const *file_systems; /* pairs: host folder, /mnt/NAME; NULL-ended;
                                        NULL: none; writable */
    const char *bootstrap; /* host file shown at /opt/bootstrap when no layer has one;
                              NULL: none */
    unsigned memory_mb;    /* limit of all processes together; 0: none */
    unsigned tmp_mb;       /* size of /tmp, where abilities.tmp holds it; 0: none */
    unsigned processes;    /* processes and threads; 0: LAMB_LIMIT_PROCESSES */
    unsigned descriptors;  /* RLIMIT_NOFILE; 0: LAMB_LIMIT_FDS */
};

/* Paths as the function sees them; at the levels without mounts they are host paths. */
struct sandbox_view {
    const char *task_root; /* LAMBDA_TASK_ROOT */
    const char *opt;       /* NULL when there is nothing in it */
    const char *bootstrap; /* the layer's bootstrap; NULL: none */
    const char *tmp;       /* TMPDIR where it is not /tmp; else "/tmp" */
};

struct sandbox_exit {
    bool signaled;
    int code;           /* exit status, or the signal's number */
    bool out_of_memory; /* killed by the memory limit */
};

/* SANDBOX_LOG: the pipe at SANDBOX_LOG_FD, where a process has one. */
enum sandbox_stream { SANDBOX_STDOUT, SANDBOX_STDERR, SANDBOX_LOG, SANDBOX_STREAM_N };
enum { SANDBOX_LOG_FD = 62 }; /* as on the service */

struct sandbox;
struct sandbox_events {
    /* The sandbox stands, or could not be made: then it is gone, and all that is left
     * to do is sandbox_free. Exactly once, unless it is freed before. */
    void (*created)(void *data, const struct lamb_err *err);
    /* Process PROC runs (exec succeeded), or could not: ERR says which step failed. */
    void (*started)(void *data, unsigned proc, const struct lamb_err *err);
    /* What it wrote until then has been handed out. */
    void (*exited)(void *data, unsigned proc, const struct sandbox_exit *exit);
    /* After sandbox_kill: no process is left but the init. */
    void (*emptied)(void *data);
    /* After sandbox_freeze: everything stands still; so many threads were running. */
    void (*frozen)(void *data, unsigned n_running);
    void (*output)(void *data, unsigned proc, enum sandbox_stream stream,
                   struct lamb_span bytes);
    /* After sandbox_ask_socket: SOCK, which is the callee's, or -errno. */
    void (*socket)(void *data, int sock);
    /* The init or the spawner died: the sandbox is dead, everything in it too. */
    void (*lost)(void *data, const struct lamb_err *err);
};

/*
 * Make one (asynchronous: wait for `created`). SPEC and EVENTS are copied; an event may
 * be NULL. Every event may free the sandbox. At levels without mounts more than one
 * folder for /opt is refused.
 */
int sandbox_new(struct sandbox_host *host, const struct sandbox_spec *spec,
                const struct sandbox_events *events, void *data, struct sandbox **ret,
                struct lamb_err *err);
/* Kill and remove, /tmp with it; no event comes any more; the rest happens behind the
 * scenes. NULL is fine. */
void sandbox_free(struct sandbox *sandbox);

const struct sandbox_view *sandbox_view(const struct sandbox *sandbox);
/* The pid of the init as the emulator sees it, and the uid of the function's processes.
 */
pid_t sandbox_pid(const struct sandbox *sandbox);
uid_t sandbox_uid(const struct sandbox *sandbox);

struct sandbox_process {
    const char *const
        *argv; /* argv[0] is the file to exec, a path in the sandbox's view */
    const char *const *envp;
    const char *cwd; /* in the sandbox's view */
    bool has_log;    /* a further output, SANDBOX_LOG */
};
/*
 * Start a process in its own session and process group, signals, mask and descriptor
 * limit reset. PROC is the caller's number for it (1..255, unused).
 */
int sandbox_start(struct sandbox *sandbox, unsigned proc,
                  const struct sandbox_process *process, struct lamb_err *err);
/*
 * Where the sandbox has a network of its own: the socket that listens at
 * SANDBOX_RUNTIME_API in it, from `created` on. Gives it, once; else -EBADF.
 */
#define SANDBOX_RUNTIME_API "127.0.0.1:9001"
int sandbox_take_listener(struct sandbox *sandbox);
/* Send a signal to the process group of PROC. */
void sandbox_signal(struct sandbox *sandbox, unsigned proc, int signum);
/*
 * SIGKILL everything but the init; `exited` of each process and `emptied` follow (also
 * when nothing ran). Before `created`, after `lost` and while one is under way it does
 * nothing. /tmp stays. sandbox_start is refused until `emptied`.
 */
void sandbox_kill(struct sandbox *sandbox);
/*
 * Let everything in the sandbox stand still, or go on; nobody waits for it. Killing a
 * frozen sandbox, or freeing it, works as on any other.
 */
void sandbox_freeze(struct sandbox *sandbox, bool is_frozen);
/*
 * Ask for a TCP socket (IPv4, not connected, not blocking) of the sandbox's network:
 * what is connected with it reaches the servers in there. `socket` tells, unless
 * everything is killed before.
 */
void sandbox_ask_socket(struct sandbox *sandbox);
/* Hand out, through `output`, what lies in the pipes now. */
void sandbox_drain(struct sandbox *sandbox);
/* Highest memory use of the sandbox so far, bytes; 0: unknown. */
uint64_t sandbox_memory_peak(struct sandbox *sandbox);

/*
 * Hold what runs in the sandbox to its share of the CPU, or let it have all there is
 * (as at the beginning). Nothing happens where abilities.cpu says "none".
 */
void sandbox_share_cpu(struct sandbox *sandbox, bool is_shared);

#endif
