/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/sandbox/kin.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"

#define SLIRP "/usr/bin/slirp4netns"

static int
raise_loopback(int sock)
{
    struct ifreq request = { .ifr_name = "lo" };

    if (ioctl(sock, SIOCGIFFLAGS, &request) < 0)
        return -errno;
    request.ifr_flags |= IFF_UP;
    return ioctl(sock, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}

int
net_listen(struct lamb_err *err)
{
    LAMB_AUTOFD int sock =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(NET_RUNTIME_API_PORT),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int r;

    if (sock < 0)
        return lamb_raise(err, -errno, "make a socket");
    r = raise_loopback(sock);
    if (r < 0)
        return lamb_raise(err, r, "bring up the sandbox's loopback");
    if (bind(sock, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(sock, SOMAXCONN) < 0)
        return lamb_raise(err, -errno, "listen at " NET_RUNTIME_API " in the sandbox");
    return lamb_take_fd(&sock);
}

bool
net_has_outbound(void)
{
    return access(SLIRP, X_OK) == 0 && access("/dev/net/tun", R_OK | W_OK) == 0;
}

/*
 * Rootless, the spawner is an ordinary user in a user namespace of its own, and what it
 * executes loses the capabilities over that namespace: those that joining the sandbox's
 * network takes are handed on. As root nothing has to be.
 */
static void
hand_on_capabilities(void)
{
    static const unsigned wanted[] = { CAP_SYS_ADMIN, CAP_NET_ADMIN };
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

    if (geteuid() == 0 || syscall(SYS_capget, &head, data) < 0)
        return;
    for (size_t i = 0; i < LAMB_COUNT(wanted); i++)
        data[CAP_TO_INDEX(wanted[i])].inheritable |= CAP_TO_MASK(wanted[i]);
    (void)syscall(SYS_capset, &head, data);
    for (size_t i = 0; i < LAMB_COUNT(wanted); i++)
        (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, wanted[i], 0, 0);
}

/*
 * Between fork and exec: the two descriptors survive, and the network's, which only we
 * may look up; all others close.
 */
static _Noreturn void
become_slirp(pid_t pid, int exit_fd, int ready_fd)
{
    char netns[40], exit_text[24], ready_text[24];
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int net;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    hand_on_capabilities();
    if (lamb_format(netns, sizeof(netns), "/proc/%d/ns/net", pid) < 0 ||
        (net = open(netns, O_RDONLY)) < 0 ||
        lamb_format(netns, sizeof(netns), "/proc/self/fd/%d", net) < 0 ||
        lamb_format(exit_text, sizeof(exit_text), "%d", exit_fd) < 0 ||
        lamb_format(ready_text, sizeof(ready_text), "%d", ready_fd) < 0)
        _exit(126);
    for (int fd = 0; fd < 3; fd++)
        (void)dup2(null, fd);
    (void)fcntl(exit_fd, F_SETFD, 0);
    (void)fcntl(ready_fd, F_SETFD, 0);
    (void)execl(SLIRP, "slirp4netns", "--configure", "--mtu=65520",
                "--disable-host-loopback", "--netns-type=path", "--exit-fd", exit_text,
                "--ready-fd", ready_text, netns, "tap0", (char *)NULL);
    _exit(127);
}

int
net_start_outbound(pid_t pid, int exit_fd, int ready_fd, struct lamb_err *err)
{
    pid_t child = kin_fork();

    if (child < 0)
        return lamb_raise(err, -errno, "fork");
    if (child == 0)
        become_slirp(pid, exit_fd, ready_fd);
    return 0;
}
