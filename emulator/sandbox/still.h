/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_STILL_H
#define LAMB_EMULATOR_SANDBOX_STILL_H

/*
 * still - what stands still in a frozen sandbox: its processes, their threads and the
 * network sockets that they hold open, from /proc.
 *
 * Owns:    nothing.
 * Never:   changes anything, or fails: who cannot be read is left out.
 * Threads: loop thread only; it reads some files for each process.
 */

#include <sys/types.h>

/*
 * Call FN with a line for each process below ROOT, each of its threads and each of its
 * network sockets: "thread 12 worker, 340 ms of CPU", "socket 7, tcp 127.0.0.1:4000 to
 * 10.0.0.1:443, established". The pids are those that this process sees. ROOT itself is
 * not told.
 */
void still_each(pid_t root, void (*fn)(void *data, const char *line), void *data);

#endif
