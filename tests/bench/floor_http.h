/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_TESTS_BENCH_FLOOR_HTTP_H
#define LAMB_TESTS_BENCH_FLOOR_HTTP_H

/*
 * floor_http - just enough HTTP/1.1 for the floor programs: messages framed by
 * Content-Length over one kept-alive connection, read and written in any pieces.
 *
 * Owns:    the connection and the bytes that wait in either direction.
 * Never:   speaks chunked, TLS or HTTP/1.0; what it cannot frame it refuses.
 * Threads: one.
 */

#include "sdk/base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

/* The longest message, head and body. Four times what the service takes. */
#define FLOOR_MESSAGE_MAX ((size_t)32 * 1024 * 1024)
#define FLOOR_HEAD_MAX ((size_t)32 * 1024)

/* Where one whole message stands at the start of some bytes. */
struct floor_message {
    size_t head_len; /* first line and headers, the empty line included */
    size_t body_len;
    size_t known_len; /* of the whole; 0 while the head is not complete */
};

/*
 * floor_parse - is there a whole message at the start of BYTES?
 *
 * Returns 1 and fills *ret; 0 when more bytes are needed (known_len is then set as soon
 * as the head is there); -EBADMSG for what is no HTTP or cannot be framed, -EMSGSIZE
 * for what is too long. A request without a length has no body; a response needs one.
 */
int floor_parse(struct lamb_span bytes, struct floor_message *ret);

/* The parts of a whole message at the start of BYTES; borrowed from it. */
struct lamb_span floor_first_line(struct lamb_span bytes,
                                  const struct floor_message *msg);
struct lamb_span floor_body(struct lamb_span bytes, const struct floor_message *msg);
/* The value of a header, trimmed; ptr is NULL when there is none. Case is ignored. */
struct lamb_span floor_header(struct lamb_span bytes, const struct floor_message *msg,
                              const char *name);
/* The status of a response; -EBADMSG when the first line is no status line. */
int floor_status(struct lamb_span bytes, const struct floor_message *msg);

/* One connection; the descriptor may block or not. */
struct floor_io {
    int fd;
    struct lamb_buf in;  /* received, not consumed */
    struct lamb_buf out; /* not sent yet, from out_at on */
    size_t out_at;
};

#define FLOOR_IO_CLOSED                                                                \
    ((struct floor_io){ .fd = -EBADF,                                                  \
                        .in = LAMB_BUF_INIT(FLOOR_MESSAGE_MAX),                        \
                        .out = LAMB_BUF_INIT(2 * FLOOR_MESSAGE_MAX) })

/* Open IO on FD, which it takes; switches Nagle's algorithm off. */
void floor_io_init(struct floor_io *io, int fd);
/* Close and forget everything. */
void floor_io_fini(struct floor_io *io);

/* Connect to 127.0.0.1:PORT or what else ADDRESS ("a.b.c.d:port") says; gives *ret_fd.
 */
int floor_connect(struct lamb_span address, int *ret_fd);

/*
 * floor_receive - one recv() into io->in, at least as much as is missing of a message
 * of KNOWN_LEN bytes (0: unknown).
 *
 * Returns 1: there are new bytes; 0: nothing now; -ECONNRESET: the peer has closed;
 * another -errno: the connection is broken.
 */
int floor_receive(struct floor_io *io, size_t known_len);

/*
 * floor_send - send COUNT pieces in as few calls as the socket allows; what it does not
 * take now is copied and waits for floor_flush. Bytes that wait already go first.
 *
 * Returns 0, or the -errno that broke the connection. Changes the pieces.
 */
int floor_send(struct floor_io *io, struct iovec *pieces, int count);
int floor_flush(struct floor_io *io);

/* Are there bytes left that the socket did not take? */
static inline bool
floor_is_sending(const struct floor_io *io)
{
    return io->out_at < io->out.len;
}

static inline struct iovec
floor_piece(struct lamb_span span)
{
    return (struct iovec){ .iov_base = (void *)(uintptr_t)span.ptr,
                           .iov_len = span.len };
}

#endif
