/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

union address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
};

/* HOST is a numeric address. 0: it is none. */
static socklen_t
numeric(const char *host, uint16_t port, union address *ret)
{
    *ret = (union address){ 0 };
    if (inet_pton(AF_INET6, host, &ret->in6.sin6_addr) == 1) {
        ret->in6.sin6_family = AF_INET6;
        ret->in6.sin6_port = htons(port);
        return sizeof(ret->in6);
    }
    *ret = (union address){ 0 };
    if (inet_pton(AF_INET, host, &ret->in.sin_addr) == 1) {
        ret->in.sin_family = AF_INET;
        ret->in.sin_port = htons(port);
        return sizeof(ret->in);
    }
    return 0;
}

static int
bind_failed(int r, const char *host, uint16_t port, struct lamb_err *err)
{
    if (r == -EADDRINUSE)
        return lamb_refuse(err, r,
                           "port %u is taken: stop the other server or choose another "
                           "with --port (0 picks a free one)",
                           port);
    if (r == -EACCES)
        return lamb_refuse(
            err, r,
            "port %u may not be used by this user: choose one above 1023 "
            "with --port (0 picks a free one)",
            port);
    if (r == -EADDRNOTAVAIL)
        return lamb_refuse(err, r, "this machine has no address %s to listen on", host);
    return lamb_raise(err, r, "listen on %s port %u", host, port);
}

int
http_listen(const char *host, uint16_t port, int *ret_fd, uint16_t *ret_port,
            struct lamb_err *err)
{
    union address address;
    socklen_t len = numeric(host, port, &address);
    LAMB_AUTOFD int fd = -EBADF;
    int on = 1;

    if (!len)
        return lamb_refuse(err, -EINVAL,
                           "'%s' is no address to listen on: give one in numbers, as "
                           "127.0.0.1, ::1 or 0.0.0.0",
                           host);
    fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return lamb_raise(err, -errno, "listen on %s port %u", host, port);
    /* :: is for IPv6 alone, so that 0.0.0.0 may stand beside it. A port in TIME_WAIT
     * from the run before is free; one with a listener is not. */
    if ((address.any.sa_family == AF_INET6 &&
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on))) ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
        bind(fd, &address.any, len) || listen(fd, SOMAXCONN) ||
        getsockname(fd, &address.any, &len))
        return bind_failed(-errno, host, port, err);
    *ret_port = ntohs(address.any.sa_family == AF_INET6 ? address.in6.sin6_port
                                                        : address.in.sin_port);
    *ret_fd = lamb_take_fd(&fd);
    return 0;
}

static int
unix_address(const char *path, union address *ret, struct lamb_err *err)
{
    *ret = (union address){ .un = { .sun_family = AF_UNIX } };
    if (!*path || lamb_format(ret->un.sun_path, sizeof(ret->un.sun_path), "%s", path))
        return lamb_refuse(err, -ENAMETOOLONG,
                           "the path of a socket may have 1 to %zu bytes, this one has "
                           "%zu: choose another state folder with --state",
                           sizeof(ret->un.sun_path) - 1, strlen(path));
    return 0;
}

/* Remove what a server that is no more left behind; a living one keeps its socket. */
static int
clear_stale(const union address *address, struct lamb_err *err)
{
    const char *path = address->un.sun_path;
    LAMB_AUTOFD int fd = -EBADF;
    struct stat st;

    if (lstat(path, &st))
        return errno == ENOENT ? 0 : lamb_raise(err, -errno, "look at '%s'", path);
    if (!S_ISSOCK(st.st_mode))
        return lamb_refuse(err, -EEXIST,
                           "'%s' is in the way and is not a socket: remove it", path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return lamb_raise(err, -errno, "look at '%s'", path);
    /* Only a refusal proves that nobody listens; a full backlog (EAGAIN) does not. */
    if (connect(fd, &address->any, sizeof(address->un)) == 0 || errno != ECONNREFUSED)
        return lamb_refuse(err, -EADDRINUSE,
                           "another server answers on '%s': stop it, or choose another "
                           "state folder with --state",
                           path);
    if (unlink(path) && errno != ENOENT)
        return lamb_raise(err, -errno, "remove the old socket '%s'", path);
    return 0;
}

int
http_listen_unix(const char *path, int *ret_fd, struct lamb_err *err)
{
    LAMB_AUTOFD int fd = -EBADF;
    union address address;
    int r = unix_address(path, &address, err);

    if (!r)
        r = clear_stale(&address, err);
    if (r)
        return r;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return lamb_raise(err, -errno, "listen on '%s'", address.un.sun_path);
    /*
     * Linux makes the file with the socket's own mode less the umask, so that fchmod
     * before bind leaves no moment in which others may connect, without touching the
     * umask of all threads. chmod afterwards makes up for a umask that took too much.
     */
    if (fchmod(fd, 0600) || bind(fd, &address.any, sizeof(address.un)))
        return lamb_raise(err, -errno, "listen on '%s'", address.un.sun_path);
    if (chmod(path, 0600) || listen(fd, SOMAXCONN)) {
        r = lamb_raise(err, -errno, "listen on '%s'", address.un.sun_path);
        (void)unlink(path);
        return r;
    }
    *ret_fd = lamb_take_fd(&fd);
    return 0;
}
