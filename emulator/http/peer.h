/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_HTTP_PEER_H
#define LAMB_EMULATOR_HTTP_PEER_H

/*
 * peer - who is at the other end of a TCP connection on this machine.
 *
 * The kernel is asked (sock_diag) for the socket that has the two addresses the other
 * way round; it says which user made it.
 *
 * Owns:    nothing.
 * Threads: any.
 */

#include <stdbool.h>
#include <sys/types.h>

/* 0; -ENOENT: that socket is not of this network namespace, or gone; else -errno. */
int peer_uid(int fd, uid_t *ret);
/* Can this kernel tell? Found out with a connection to ourselves. */
bool peer_works(void);

#endif
