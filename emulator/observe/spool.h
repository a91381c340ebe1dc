/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_OBSERVE_SPOOL_H
#define LAMB_EMULATOR_OBSERVE_SPOOL_H

/*
 * spool - bytes that wait for a slow reader: some in memory, the rest in a file.
 *
 * First in, first out. Up to SPOOL_MEMORY bytes wait in memory; what comes on top goes
 * to a file without a name, used as a ring of the stated size, and vanishes with us.
 * What fits neither is refused, whole: the caller counts it.
 *
 * Owns:    its buffers and its file.
 * Never:   waits for the disk's own cache to be written; knows what the bytes mean.
 * Threads: loop thread only.
 */

#include "sdk/base/buf.h"

#include <stdint.h>

enum { SPOOL_MEMORY = 1024 * 1024, SPOOL_BLOCK = 64 * 1024 };
/* How much of one reader's log may wait on disk. */
#define SPOOL_DISK (UINT64_C(512) * 1024 * 1024)

enum { SPOOL_E_FULL = 1 };

struct spool {
    const char *dir; /* borrowed; NULL: memory only */
    uint64_t disk_max;
    struct lamb_buf front; /* read from here */
    size_t front_at;
    struct lamb_buf back; /* gathers what goes to the file */
    int fd;
    uint64_t head, tail; /* positions in the file, modulo disk_max */
};

/* DIR is where the file is made when it is needed; borrowed, must outlive the spool. */
void spool_init(struct spool *spool, const char *dir, uint64_t disk_max);
void spool_fini(struct spool *spool);

/* 0, or SPOOL_E_FULL: nothing was taken (also when the disk is full or broken). */
int spool_push(struct spool *spool, struct lamb_span bytes);
/* What can be read next, some or all of it; empty: nothing waits. Until the next call.
 */
struct lamb_span spool_peek(struct spool *spool);
void spool_consume(struct spool *spool, size_t n);
uint64_t spool_len(const struct spool *spool);

/* Move the bytes up to the next newline to RET, without it; false: there is none. */
bool spool_take_line(struct spool *spool, struct lamb_buf *ret);

#endif
