/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_NET_H
#define LAMB_EMULATOR_SANDBOX_NET_H

/*
 * net - the network namespace of a sandbox: its loopback, the address of the Runtime
 * API in it, and a way out through the host.
 *
 * The listening socket is made inside and accepted on by the emulator outside: a socket
 * belongs to the namespace in which it was made. The way out is slirp4netns, a network
 * stack in a process, because it changes nothing on the host and needs no rights there.
 *
 * Owns:    nothing.
 * Threads: net_listen: the sandbox init's; the others: the spawner's.
 */

#include "emulator/sandbox/sandbox.h"
#include "sdk/base/err.h"

#include <sys/types.h>

/* The one address, in every sandbox. */
#define NET_RUNTIME_API SANDBOX_RUNTIME_API
enum { NET_RUNTIME_API_PORT = 9001 };

/* Bring the loopback up and listen at NET_RUNTIME_API; gives the socket. */
int net_listen(struct lamb_err *err);

/* Is there a program for the way out? */
bool net_has_outbound(void);
/*
 * Start it for the namespace of process PID. It ends when the other end of EXIT_FD is
 * closed, and writes a byte to READY_FD when the way is open.
 */
int net_start_outbound(pid_t pid, int exit_fd, int ready_fd, struct lamb_err *err);
/* The name server behind the way out. */
#define NET_OUTBOUND_DNS "10.0.2.3"

#endif
