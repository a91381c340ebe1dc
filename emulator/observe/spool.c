/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/observe/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/err.h"

void
spool_init(struct spool *spool, const char *dir, uint64_t disk_max)
{
    *spool = (struct spool){ .dir = dir, .disk_max = disk_max, .fd = -EBADF };
    spool->front = LAMB_BUF_INIT(SIZE_MAX / 2);
    spool->back = LAMB_BUF_INIT(SIZE_MAX / 2);
}

void
spool_fini(struct spool *spool)
{
    lamb_buf_fini(&spool->front);
    lamb_buf_fini(&spool->back);
    lamb_close(&spool->fd);
}

uint64_t
spool_len(const struct spool *spool)
{
    return (spool->front.len - spool->front_at) + (spool->tail - spool->head) +
           spool->back.len;
}

/* A file without a name; some file systems want one for a moment. */
static int
open_file(const char *dir)
{
    char path[4096];
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0)
        return fd;
    if (lamb_format(path, sizeof(path), "%s/spool-XXXXXX", dir))
        return -ENAMETOOLONG;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    (void)unlink(path);
    return fd;
}

/* Read or write LEN bytes at the position AT of the ring, which may wrap around. */
static int
transfer(struct spool *spool, bool is_write, char *bytes, size_t len, uint64_t at)
{
    while (len) {
        uint64_t place = at % spool->disk_max;
        uint64_t room = spool->disk_max - place;
        size_t most = len < room ? len : (size_t)room;
        ssize_t n = is_write ? pwrite(spool->fd, bytes, most, (off_t)place)
                             : pread(spool->fd, bytes, most, (off_t)place);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        bytes += n;
        len -= (size_t)n;
        at += (uint64_t)n;
    }
    return 0;
}

/* Move what has gathered to the file. On failure it stays where it is. */
static int
flush_back(struct spool *spool)
{
    int r;

    if (spool->fd < 0)
        spool->fd = open_file(spool->dir);
    if (spool->fd < 0)
        return spool->fd;
    r = transfer(spool, true, spool->back.ptr, spool->back.len, spool->tail);
    if (r)
        return r;
    spool->tail += spool->back.len;
    lamb_buf_clear(&spool->back);
    return 0;
}

static int
push_back(struct spool *spool, struct lamb_span bytes)
{
    if (!spool->dir ||
        (spool->tail - spool->head) + spool->back.len + bytes.len > spool->disk_max)
        return SPOOL_E_FULL;
    if (spool->back.len && spool->back.len + bytes.len > SPOOL_BLOCK &&
        flush_back(spool))
        return SPOOL_E_FULL;
    /* Room first: a failed append would throw away what has gathered. */
    if (lamb_buf_reserve(&spool->back, bytes.len)) {
        lamb_buf_clear(&spool->back);
        return SPOOL_E_FULL;
    }
    return lamb_buf_span(&spool->back, bytes) ? SPOOL_E_FULL : 0;
}

int
spool_push(struct spool *spool, struct lamb_span bytes)
{
    if (spool->tail != spool->head || spool->back.len ||
        spool->front.len - spool->front_at + bytes.len > SPOOL_MEMORY)
        return push_back(spool, bytes);
    if (spool->front_at >= SPOOL_BLOCK) { /* what was read makes room */
        lamb_buf_consume(&spool->front, spool->front_at);
        spool->front_at = 0;
    }
    return lamb_buf_span(&spool->front, bytes) ? SPOOL_E_FULL : 0;
}

/* The front is empty: fill it from the file, else from what would go there. */
static void
refill(struct spool *spool)
{
    uint64_t waiting = spool->tail - spool->head;
    size_t n = waiting < SPOOL_BLOCK ? (size_t)waiting : SPOOL_BLOCK;
    struct lamb_buf empty = spool->front;
    const char *line_end;

    if (!waiting) {
        spool->front = spool->back;
        spool->back = empty;
        return;
    }
    if (lamb_buf_reserve(&spool->front, n) == 0 &&
        transfer(spool, false, spool->front.ptr, n, spool->head) == 0)
        spool->front.len = n;
    else
        lamb_buf_clear(&spool->front); /* these bytes are lost with their disk */
    /* What is read ends with a line, so that readers need not put lines together. */
    line_end = n < waiting ? memrchr(spool->front.ptr, '\n', spool->front.len) : NULL;
    if (line_end)
        n = spool->front.len = (size_t)(line_end + 1 - spool->front.ptr);
    spool->head += n;
    if (spool->head == spool->tail && ftruncate(spool->fd, 0) == 0)
        spool->head = spool->tail = 0;
}

struct lamb_span
spool_peek(struct spool *spool)
{
    while (spool->front_at == spool->front.len) {
        lamb_buf_clear(&spool->front);
        spool->front_at = 0;
        if (spool->tail == spool->head && !spool->back.len)
            return (struct lamb_span){ 0 };
        refill(spool);
    }
    return lamb_span_of(spool->front.ptr + spool->front_at,
                        spool->front.len - spool->front_at);
}

void
spool_consume(struct spool *spool, size_t n)
{
    spool->front_at += n;
    lamb_assert(spool->front_at <= spool->front.len);
    if (spool->front_at == spool->front.len) {
        lamb_buf_clear(&spool->front);
        spool->front_at = 0;
    }
}

bool
spool_take_line(struct spool *spool, struct lamb_buf *ret)
{
    struct lamb_span piece = spool_peek(spool);
    struct lamb_span line;
    struct lamb_span rest;

    while (piece.len) {
        bool is_whole = lamb_span_cut(piece, '\n', &line, &rest);

        (void)lamb_buf_span(ret, line);
        spool_consume(spool, line.len + is_whole);
        if (is_whole)
            return true;
        piece = spool_peek(spool);
    }
    return false;
}
