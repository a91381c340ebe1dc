/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/floor_host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

int
floor_listen(int *ret_fd, uint16_t *ret_port)
{
    struct sockaddr_in sa = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(sa);
    LAMB_AUTOFD int fd = -EBADF;

    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, len) || listen(fd, SOMAXCONN) ||
        getsockname(fd, (struct sockaddr *)&sa, &len))
        return -errno;
    *ret_port = ntohs(sa.sin_port);
    *ret_fd = lamb_take_fd(&fd);
    return 0;
}

int
floor_spawn(char *const argv[], uint16_t port, pid_t *ret_pid)
{
    char api[sizeof("127.0.0.1:65535")];
    posix_spawnattr_t attr;
    sigset_t none;
    int r;

    r = lamb_format(api, sizeof(api), "127.0.0.1:%u", (unsigned)port);
    if (r)
        return r;
    if (setenv("AWS_LAMBDA_RUNTIME_API", api, 1))
        return -errno;
    (void)sigemptyset(&none);
    r = posix_spawnattr_init(&attr);
    if (r)
        return -r;
    (void)posix_spawnattr_setsigmask(&attr, &none);
    (void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    r = posix_spawnp(ret_pid, argv[0], NULL, &attr, argv, environ);
    (void)posix_spawnattr_destroy(&attr);
    return -r;
}
