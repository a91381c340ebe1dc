/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_WIRE_H
#define LAMB_EMULATOR_SANDBOX_WIRE_H

/*
 * wire - what emulator, spawner and sandbox inits say to each other, as one list.
 *
 * One message is one datagram of one size on a SOCK_SEQPACKET socket; descriptors ride
 * along. Texts without a fixed size (arguments, environment, paths) travel in a memfd,
 * as up to WIRE_LISTS lists of strings.
 *
 * Owns:    nothing; received descriptors belong to the caller.
 * Never:   trusts what it reads: every field is checked before anybody sees it.
 * Threads: any.
 */

#include "sdk/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* name, least and most descriptors, whether PROC must name a process, sentence */
#define WIRE_MESSAGES(X)                                                               \
    X(WIRE_PROBE, 1, 1, false,                                                         \
      "emulator to spawner: try this level, or find the best; strings")                \
    X(WIRE_PROBED, 0, 0, false, "spawner to emulator: what is in force, or why not")   \
    X(WIRE_MAKE, 1, 1, false, "emulator to spawner: make a sandbox; strings")          \
    X(WIRE_MADE, 3, 4, false,                                                          \
      "spawner to emulator: pidfd, control socket, peak file, file of the CPU quota")  \
    X(WIRE_REMOVE, 0, 0, false, "emulator to spawner: kill and clear a sandbox")       \
    X(WIRE_GONE, 0, 0, false, "spawner to emulator: dead and cleared; why, unasked")   \
    X(WIRE_FURNISH, 1, 10, false,                                                      \
      "spawner to init: whose you are; strings (the places), a mount for each")        \
    X(WIRE_READY, 0, 1, false, "init to emulator: furnished (listener), or not")       \
    X(WIRE_START, 3, 4, true, "emulator to init: run; strings, stdout, stderr, log")   \
    X(WIRE_GO, 2, 3, false, "init to the child that waits: run; stdout, stderr, log")  \
    X(WIRE_STARTED, 0, 0, true, "init to emulator: it runs, or which step failed")     \
    X(WIRE_SIGNAL, 0, 0, true, "emulator to init: signal a process group")             \
    X(WIRE_EXITED, 0, 0, true, "init to emulator: reaped; status, out of memory")      \
    X(WIRE_KILL, 0, 0, false, "emulator to init: kill everything but yourself")        \
    X(WIRE_EMPTIED, 0, 0, false, "init to emulator: nothing is left but me")           \
    X(WIRE_FREEZE, 0, 0, false, "emulator to init: 1: everything stops; 0: goes on")   \
    X(WIRE_FROZEN, 0, 0, false, "init to emulator: so many threads were running")      \
    X(WIRE_DOOR, 0, 0, false, "emulator to init: make a socket in your network")       \
    X(WIRE_SOCKET, 0, 1, false, "init to emulator: the socket, or why there is none")

#define WIRE_MEMBER(name, least, most, has_proc, text) name,
enum wire_type { WIRE_MESSAGES(WIRE_MEMBER) WIRE_TYPE_N };
const char *wire_type_name(enum wire_type type);

enum {
    WIRE_FDS_MAX = 10,
    WIRE_PROC_MAX = 255,
    WIRE_LISTS = 3,
    /* Arguments and environment of a process; the kernel's own limit is far above. */
    WIRE_STRINGS_MAX = 256 * 1024,
};

struct wire_limits {
    uint32_t memory_mb; /* 0: none */
    uint32_t processes;
    uint32_t descriptors;
    uint32_t tmp_mb; /* size of /tmp; 0: not held */
};

/* What holds for every sandbox of an emulator. */
struct wire_wishes {
    uint32_t network;   /* enum sandbox_network */
    uint32_t cpu_share; /* 0 or 1: there must be a group whose quota can be set */
};

/* What the probe found; each is an enum of terms.h. */
struct wire_found {
    uint32_t freeze;
    uint32_t memory;
    uint32_t processes;
    uint32_t kill;
    uint32_t tmp;
    uint32_t cpu;
    uint32_t users;
    uint32_t outbound;
    uint32_t network;
};

struct wire_msg {
    uint32_t magic;
    uint32_t type;
    uint32_t sandbox; /* the emulator's number for it */
    uint32_t proc;    /* 1..WIRE_PROC_MAX where the list says so, else 0 */
    /* PROBE, PROBED: level; SIGNAL: its number; STARTED: step; EXITED: wait status;
     * FREEZE: 0 or 1; FROZEN: threads */
    int32_t value;
    int32_t pid;  /* MADE: the init; STARTED: the process, as the init sees it */
    uint32_t uid; /* MADE: of the processes in it */
    uint32_t out_of_memory;    /* EXITED: 0 or 1 */
    struct wire_limits limits; /* MAKE, FURNISH */
    struct wire_wishes wishes; /* PROBE */
    struct wire_found found;   /* PROBED */
    struct lamb_err err;       /* code 0: no error */
};

/* A message of TYPE about SANDBOX, all else zero. */
struct wire_msg wire_msg(enum wire_type type, uint32_t sandbox);

/* Check LEN received BYTES that came with FDS descriptors; 0 or -EBADMSG. */
int wire_check(const void *bytes, size_t len, size_t fds, struct wire_msg *ret);

/* Send with COUNT descriptors (borrowed); MSG_DONTWAIT in FLAGS gives -EAGAIN. */
int wire_send(int sock, const struct wire_msg *msg, const int *fds, size_t count,
              int flags);

struct wire_fds {
    int fd[WIRE_FDS_MAX]; /* -EBADF where there is none */
};
#define WIRE_FDS_NONE                                                                  \
    {                                                                                  \
        .fd = {                                                                        \
            -EBADF,                                                                    \
            -EBADF,                                                                    \
            -EBADF,                                                                    \
            -EBADF,                                                                    \
            -EBADF,                                                                    \
            -EBADF,                                                                    \
            -EBADF,                                                                    \
            -EBADF,                                                                    \
            -EBADF,                                                                    \
            -EBADF                                                                     \
        }                                                                              \
    }
void wire_fds_close(struct wire_fds *fds);
/* 1: a message; 0: the other side is gone; -EAGAIN; -EBADMSG: dropped; else -errno. */
int wire_recv(int sock, struct wire_msg *ret, struct wire_fds *ret_fds, int flags);

/* -- strings ----------------------------------------------------------------------- */

struct wire_strings {
    char *bytes;
    char **list[WIRE_LISTS]; /* each ends with NULL, fit for execve */
    size_t count[WIRE_LISTS];
};
void wire_strings_fini(struct wire_strings *strings);

/* Put NULL-ended LISTS (a NULL list is empty) into a memfd; -E2BIG when too long. */
int wire_strings_write(const char *const *const lists[WIRE_LISTS], int *ret_fd,
                       struct lamb_err *err);
int wire_strings_read(int fd, struct wire_strings *ret, struct lamb_err *err);
/* The pure half of reading: a copy of BYTES, cut up; 0, -EBADMSG or -ENOMEM. */
int wire_strings_parse(const char *bytes, size_t len, struct wire_strings *ret);

#endif
