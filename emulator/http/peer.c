/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/http/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sdk/base/auto.h"

struct query {
    struct nlmsghdr head;
    struct inet_diag_req_v2 ask;
};

/* The id of the other socket: its source is our peer, its destination is us. */
static int
identify(int fd, struct inet_diag_sockid *ret)
{
    struct sockaddr_in us = { 0 }, them = { 0 };
    socklen_t len = sizeof(us);

    if (getsockname(fd, (struct sockaddr *)&us, &len) < 0)
        return -errno;
    len = sizeof(them);
    if (getpeername(fd, (struct sockaddr *)&them, &len) < 0)
        return -errno;
    if (us.sin_family != AF_INET || them.sin_family != AF_INET)
        return -EAFNOSUPPORT;
    *ret = (struct inet_diag_sockid){ .idiag_sport = them.sin_port,
                                      .idiag_dport = us.sin_port,
                                      .idiag_cookie = { INET_DIAG_NOCOOKIE,
                                                        INET_DIAG_NOCOOKIE } };
    ret->idiag_src[0] = them.sin_addr.s_addr;
    ret->idiag_dst[0] = us.sin_addr.s_addr;
    return 0;
}

/* The answer is one message: the socket, or an error. */
static int
read_answer(const void *bytes, size_t len, uid_t *ret)
{
    struct nlmsghdr head;

    if (len < sizeof(head))
        return -EBADMSG;
    memcpy(&head, bytes, sizeof(head));
    if (head.nlmsg_type == NLMSG_ERROR) {
        struct nlmsgerr error;

        if (len < NLMSG_HDRLEN + sizeof(error))
            return -EBADMSG;
        memcpy(&error, (const char *)bytes + NLMSG_HDRLEN, sizeof(error));
        return error.error < 0 ? error.error : -EBADMSG;
    }
    if (head.nlmsg_type == SOCK_DIAG_BY_FAMILY &&
        len >= NLMSG_HDRLEN + sizeof(struct inet_diag_msg)) {
        struct inet_diag_msg found;

        memcpy(&found, (const char *)bytes + NLMSG_HDRLEN, sizeof(found));
        *ret = found.idiag_uid;
        return 0;
    }
    return -EBADMSG;
}

int
peer_uid(int fd, uid_t *ret)
{
    LAMB_AUTOFD int sock =
        socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    struct query query = {
        .head = { .nlmsg_len = sizeof(query),
                  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                  .nlmsg_flags = NLM_F_REQUEST },
        .ask = { .sdiag_family = AF_INET,
                 .sdiag_protocol = IPPROTO_TCP,
                 .idiag_states = ~0U },
    };
    char answer[1024];
    ssize_t n;
    int r;

    if (sock < 0)
        return -errno;
    r = identify(fd, &query.ask.id);
    if (r < 0)
        return r;
    if (send(sock, &query, sizeof(query), 0) != (ssize_t)sizeof(query))
        return errno ? -errno : -EIO;
    n = recv(sock, answer, sizeof(answer), MSG_DONTWAIT); /* answered while we sent */
    return n < 0 ? -errno : read_answer(answer, (size_t)n, ret);
}

bool
peer_works(void)
{
    LAMB_AUTOFD int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    LAMB_AUTOFD int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    LAMB_AUTOFD int accepted = -EBADF;
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    uid_t uid;

    if (listener < 0 || client < 0 ||
        bind(listener, (struct sockaddr *)&address, len) < 0 ||
        listen(listener, 1) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &len) < 0 ||
        connect(client, (struct sockaddr *)&address, sizeof(address)) < 0)
        return false;
    accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    return accepted >= 0 && peer_uid(accepted, &uid) == 0 && uid == geteuid();
}
