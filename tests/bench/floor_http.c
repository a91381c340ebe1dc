/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/floor_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/num.h"

enum { RECEIVE_AT_LEAST = 16 * 1024 };

/* -- messages --------------------------------------------------------------------- */

/* Cut the next header line off *REST, both without their line ends. */
static bool
next_line(struct lamb_span *rest, struct lamb_span *ret_name,
          struct lamb_span *ret_value)
{
    struct lamb_span line;

    (void)lamb_span_cut(*rest, '\n', &line, rest);
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (!line.len)
        return false;
    (void)lamb_span_cut(line, ':', ret_name, ret_value);
    *ret_value = lamb_span_trim(*ret_value);
    return true;
}

/* The header lines of a head: everything after the first line. */
static struct lamb_span
header_lines(struct lamb_span head)
{
    struct lamb_span first;
    struct lamb_span rest;

    (void)lamb_span_cut(head, '\n', &first, &rest);
    return rest;
}

/* What the headers say about the length of the body; *ret_said: whether they do. */
static int
read_length(struct lamb_span head, uint64_t *ret_len, bool *ret_said)
{
    struct lamb_span rest = header_lines(head);
    struct lamb_span name;
    struct lamb_span value;
    uint64_t len = 0;
    bool said = false;

    while (next_line(&rest, &name, &value)) {
        uint64_t again;
        int r;

        if (lamb_span_eq_nocase(name, LAMB_SPAN("transfer-encoding")))
            return -EBADMSG;
        if (!lamb_span_eq_nocase(name, LAMB_SPAN("content-length")))
            continue;
        r = lamb_parse_u64(value, 0, FLOOR_MESSAGE_MAX, &again);
        if (r)
            return r == -ERANGE ? -EMSGSIZE : -EBADMSG;
        if (said && again != len)
            return -EBADMSG;
        len = again;
        said = true;
    }
    *ret_len = len;
    *ret_said = said;
    return 0;
}

int
floor_parse(struct lamb_span bytes, struct floor_message *ret)
{
    const char *end = bytes.len ? memmem(bytes.ptr, bytes.len, "\r\n\r\n", 4) : NULL;
    struct lamb_span head;
    uint64_t body_len;
    bool said;
    int r;

    *ret = (struct floor_message){ 0 };
    if (!end)
        return bytes.len > FLOOR_HEAD_MAX ? -EMSGSIZE : 0;
    head = lamb_span_of(bytes.ptr, (size_t)(end - bytes.ptr) + 4);
    r = read_length(head, &body_len, &said);
    if (r)
        return r;
    if (!said && lamb_span_starts(head, "HTTP/"))
        return -EBADMSG; /* its body would end with the connection */
    if (head.len > FLOOR_HEAD_MAX || body_len > FLOOR_MESSAGE_MAX - head.len)
        return -EMSGSIZE;
    ret->head_len = head.len;
    ret->body_len = body_len;
    ret->known_len = head.len + body_len;
    return bytes.len >= ret->known_len;
}

struct lamb_span
floor_first_line(struct lamb_span bytes, const struct floor_message *msg)
{
    struct lamb_span line;
    struct lamb_span rest;

    (void)lamb_span_cut(lamb_span_of(bytes.ptr, msg->head_len), '\n', &line, &rest);
    return lamb_span_trim(line);
}

struct lamb_span
floor_body(struct lamb_span bytes, const struct floor_message *msg)
{
    return lamb_span_of(bytes.ptr + msg->head_len, msg->body_len);
}

struct lamb_span
floor_header(struct lamb_span bytes, const struct floor_message *msg, const char *name)
{
    struct lamb_span rest = header_lines(lamb_span_of(bytes.ptr, msg->head_len));
    struct lamb_span wanted = lamb_span_str(name);
    struct lamb_span found;
    struct lamb_span value;

    while (next_line(&rest, &found, &value))
        if (lamb_span_eq_nocase(found, wanted))
            return value;
    return (struct lamb_span){ 0 };
}

int
floor_status(struct lamb_span bytes, const struct floor_message *msg)
{
    struct lamb_span line = floor_first_line(bytes, msg);
    struct lamb_span version;
    struct lamb_span rest;
    struct lamb_span code;
    uint64_t status;

    if (!lamb_span_starts(line, "HTTP/1.1 "))
        return -EBADMSG;
    (void)lamb_span_cut(line, ' ', &version, &rest);
    (void)lamb_span_cut(rest, ' ', &code, &line);
    if (lamb_parse_u64(code, 100, 599, &status))
        return -EBADMSG;
    return (int)status;
}

/* -- connections ------------------------------------------------------------------ */

void
floor_io_init(struct floor_io *io, int fd)
{
    int on = 1;

    *io = FLOOR_IO_CLOSED;
    io->fd = fd;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void
floor_io_fini(struct floor_io *io)
{
    lamb_close(&io->fd);
    lamb_buf_fini(&io->in);
    lamb_buf_fini(&io->out);
    io->out_at = 0;
}

int
floor_connect(struct lamb_span address, int *ret_fd)
{
    struct sockaddr_in sa = { .sin_family = AF_INET };
    LAMB_AUTOFD int fd = -EBADF;
    char host[INET_ADDRSTRLEN];
    struct lamb_span name;
    struct lamb_span rest;
    uint64_t port;

    if (!lamb_span_cut(address, ':', &name, &rest) ||
        lamb_parse_u64(rest, 1, UINT16_MAX, &port) ||
        lamb_format(host, sizeof(host), "%.*s", (int)name.len, name.ptr) ||
        inet_pton(AF_INET, host, &sa.sin_addr) != 1)
        return -EINVAL;
    sa.sin_port = htons((uint16_t)port);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa)))
        return -errno;
    *ret_fd = lamb_take_fd(&fd);
    return 0;
}

int
floor_receive(struct floor_io *io, size_t known_len)
{
    size_t want = known_len > io->in.len ? known_len - io->in.len : 0;
    ssize_t n;
    int r;

    r = lamb_buf_reserve(&io->in, want > RECEIVE_AT_LEAST ? want : RECEIVE_AT_LEAST);
    if (r)
        return r;
    n = recv(io->fd, io->in.ptr + io->in.len, io->in.cap - io->in.len - 1, 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    if (n == 0)
        return -ECONNRESET;
    io->in.len += (size_t)n;
    io->in.ptr[io->in.len] = '\0';
    return 1;
}

/* Skip what was sent of the pieces; returns how many of them are through. */
static int
skip_sent(struct iovec *pieces, int count, size_t sent)
{
    int done = 0;

    while (done < count && sent >= pieces[done].iov_len)
        sent -= pieces[done++].iov_len;
    if (done < count) {
        pieces[done].iov_base = (char *)pieces[done].iov_base + sent;
        pieces[done].iov_len -= sent;
    }
    return done;
}

/* Send until all is gone or the socket is full; returns the pieces sent, or -errno. */
static int
send_some(int fd, struct iovec *pieces, int count)
{
    int done = 0;

    while (done < count) {
        struct msghdr msg = { .msg_iov = pieces + done,
                              .msg_iovlen = (size_t)(count - done) };
        ssize_t n = sendmsg(fd, &msg, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? done : -errno;
        done += skip_sent(pieces + done, count - done, (size_t)n);
    }
    return done;
}

int
floor_flush(struct floor_io *io)
{
    struct iovec piece = { 0 };
    int r;

    if (!floor_is_sending(io))
        return 0;
    piece.iov_base = io->out.ptr + io->out_at;
    piece.iov_len = io->out.len - io->out_at;
    r = send_some(io->fd, &piece, 1);
    if (r < 0)
        return r;
    io->out_at = r ? io->out.len : io->out.len - piece.iov_len;
    if (!floor_is_sending(io)) {
        lamb_buf_clear(&io->out);
        io->out_at = 0;
    }
    return 0;
}

int
floor_send(struct floor_io *io, struct iovec *pieces, int count)
{
    int done = 0;
    int r;

    if (!floor_is_sending(io))
        done = send_some(io->fd, pieces, count);
    if (done < 0)
        return done;
    for (; done < count; done++) {
        r = lamb_buf_append(&io->out, pieces[done].iov_base, pieces[done].iov_len);
        if (r)
            return r;
    }
    return 0;
}
