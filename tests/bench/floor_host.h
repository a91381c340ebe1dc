/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTS_BENCH_FLOOR_HOST_H
#define LAMB_TESTS_BENCH_FLOOR_HOST_H

/*
 * floor_host - what the floor programs need that start runtimes: a port to listen on
 * and a child process.
 *
 * Owns:    nothing.
 * Threads: one; floor_spawn changes the environment of the calling process.
 */

#include <stdint.h>
#include <sys/types.h>

/* Listen on any free port of 127.0.0.1. Gives *ret_fd, which does not block. */
int floor_listen(int *ret_fd, uint16_t *ret_port);

/*
 * Start ARGV with AWS_LAMBDA_RUNTIME_API=127.0.0.1:PORT and no signal blocked, found
 * as a shell finds it. The parent's memory is not copied (posix_spawn uses vfork).
 */
int floor_spawn(char *const argv[], uint16_t port, pid_t *ret_pid);

#endif
