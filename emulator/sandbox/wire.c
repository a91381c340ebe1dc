/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/wire.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"

enum { WIRE_MAGIC = 0x6c614d62 };

struct rule {
    const char *name;
    size_t least_fds;
    size_t most_fds;
    bool has_proc;
};

#define RULE(name_, least_, most_, has_proc_, text_)                                   \
    [name_] = { .name = #name_,                                                        \
                .least_fds = (least_),                                                 \
                .most_fds = (most_),                                                   \
                .has_proc = (has_proc_) },
static const struct rule rules[] = { WIRE_MESSAGES(RULE) };
_Static_assert(LAMB_COUNT(rules) == WIRE_TYPE_N, "one rule a message");

const char *
wire_type_name(enum wire_type type)
{
    return (unsigned)type < WIRE_TYPE_N ? rules[type].name : "?";
}

struct wire_msg
wire_msg(enum wire_type type, uint32_t sandbox)
{
    return (struct wire_msg){ .magic = WIRE_MAGIC, .type = type, .sandbox = sandbox };
}

static bool
fields_are_sound(const struct wire_msg *msg, const struct rule *rule)
{
    if (rule->has_proc ? msg->proc < 1 || msg->proc > WIRE_PROC_MAX : msg->proc != 0)
        return false;
    if (msg->out_of_memory > 1 || msg->err.code > 0 || msg->pid < 0 ||
        msg->wishes.cpu_share > 1)
        return false;
    if (!memchr(msg->err.text, '\0', sizeof(msg->err.text)) ||
        !memchr(msg->err.file, '\0', sizeof(msg->err.file)))
        return false;
    return msg->type != WIRE_SIGNAL || (msg->value > 0 && msg->value < NSIG);
}

int
wire_check(const void *bytes, size_t len, size_t fds, struct wire_msg *ret)
{
    struct wire_msg msg;
    const struct rule *rule;

    if (len != sizeof(msg))
        return -EBADMSG;
    memcpy(&msg, bytes, sizeof(msg)); /* the bytes need not be aligned */
    if (msg.magic != WIRE_MAGIC || msg.type >= WIRE_TYPE_N)
        return -EBADMSG;
    rule = &rules[msg.type];
    if (fds < rule->least_fds || fds > rule->most_fds || !fields_are_sound(&msg, rule))
        return -EBADMSG;
    *ret = msg;
    return 0;
}

/* Room for the descriptors of one message, aligned as the kernel wants it. */
union ancillary {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int) * WIRE_FDS_MAX)];
};

int
wire_send(int sock, const struct wire_msg *msg, const int *fds, size_t count, int flags)
{
    union ancillary ancillary;
    struct wire_msg copy = *msg;
    struct iovec iov = { .iov_base = &copy, .iov_len = sizeof(copy) };
    struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
    ssize_t n;

    lamb_assert(count <= WIRE_FDS_MAX);
    if (count) {
        struct cmsghdr *cmsg;

        memset(&ancillary, 0, sizeof(ancillary));
        hdr.msg_control = ancillary.bytes;
        hdr.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        cmsg = CMSG_FIRSTHDR(&hdr);
        cmsg->cmsg_level = SOL_SOCKET;
        cmsg->cmsg_type = SCM_RIGHTS;
        cmsg->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(cmsg), fds, sizeof(int) * count);
    }
    do {
        n = sendmsg(sock, &hdr, flags | MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

void
wire_fds_close(struct wire_fds *fds)
{
    for (size_t i = 0; i < WIRE_FDS_MAX; i++)
        lamb_close(&fds->fd[i]);
}

/* Take what the kernel installed, whatever it was, so that nothing leaks. */
static size_t
take_fds(struct msghdr *hdr, struct wire_fds *ret)
{
    size_t taken = 0;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(hdr); c; c = CMSG_NXTHDR(hdr, c)) {
        size_t count;

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count && taken < WIRE_FDS_MAX; i++, taken++)
            memcpy(&ret->fd[taken], CMSG_DATA(c) + i * sizeof(int), sizeof(int));
    }
    return taken;
}

int
wire_recv(int sock, struct wire_msg *ret, struct wire_fds *ret_fds, int flags)
{
    union ancillary ancillary;
    struct wire_fds fds = WIRE_FDS_NONE;
    char bytes[sizeof(*ret) + 1]; /* one more, to see what is too long */
    struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };
    struct msghdr hdr = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = ancillary.bytes,
                          .msg_controllen = sizeof(ancillary.bytes) };
    size_t count;
    ssize_t n;

    do {
        n = recvmsg(sock, &hdr, flags | MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == ECONNRESET ? 0 : -errno;
    if (n == 0)
        return 0;

    count = take_fds(&hdr, &fds);
    if ((hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) ||
        wire_check(bytes, (size_t)n, count, ret) < 0) {
        wire_fds_close(&fds);
        return -EBADMSG;
    }
    *ret_fds = fds;
    return 1;
}

/* -- strings ---------------------------------------------------------------------- */

struct strings_head {
    uint32_t count[WIRE_LISTS];
};

void
wire_strings_fini(struct wire_strings *strings)
{
    free(strings->bytes);
    for (size_t i = 0; i < WIRE_LISTS; i++)
        free(strings->list[i]);
    *strings = (struct wire_strings){ 0 };
}

static void
append_lists(struct lamb_buf *buf, const char *const *const lists[WIRE_LISTS])
{
    struct strings_head head = { 0 };

    for (size_t i = 0; i < WIRE_LISTS; i++)
        while (lists[i] && lists[i][head.count[i]])
            head.count[i]++;
    (void)lamb_buf_append(buf, &head, sizeof(head));
    for (size_t i = 0; i < WIRE_LISTS; i++)
        for (size_t j = 0; j < head.count[i]; j++)
            (void)lamb_buf_append(buf, lists[i][j], strlen(lists[i][j]) + 1);
}

int
wire_strings_write(const char *const *const lists[WIRE_LISTS], int *ret_fd,
                   struct lamb_err *err)
{
    LAMB_AUTOBUF struct lamb_buf buf = LAMB_BUF_INIT(WIRE_STRINGS_MAX);
    LAMB_AUTOFD int fd = -EBADF;
    size_t done = 0;

    append_lists(&buf, lists);
    if (lamb_buf_error(&buf) == -EMSGSIZE)
        return lamb_refuse(err, -E2BIG,
                           "arguments and environment take more than %d bytes: make "
                           "the environment smaller",
                           WIRE_STRINGS_MAX);
    if (lamb_buf_error(&buf) < 0)
        return lamb_raise(err, lamb_buf_error(&buf), "gather strings");

    fd = memfd_create("lamb-strings", MFD_CLOEXEC);
    if (fd < 0)
        return lamb_raise(err, -errno, "create a memfd");
    while (done < buf.len) {
        ssize_t n = pwrite(fd, buf.ptr + done, buf.len - done, (off_t)done);

        if (n < 0 && errno != EINTR)
            return lamb_raise(err, -errno, "write a memfd");
        done += n > 0 ? (size_t)n : 0;
    }
    *ret_fd = lamb_take_fd(&fd);
    return 0;
}

/* Cut one list off the front of what is left; every string must end inside. */
static int
cut_list(char **at, const char *end, size_t count, char ***ret)
{
    LAMB_AUTOFREE char **list = calloc(count + 1, sizeof(*list));

    if (!list)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        char *nul = memchr(*at, '\0', (size_t)(end - *at));

        if (!nul)
            return -EBADMSG;
        list[i] = *at;
        *at = nul + 1;
    }
    *ret = lamb_take_ptr(&list);
    return 0;
}

int
wire_strings_parse(const char *bytes, size_t len, struct wire_strings *ret)
{
    LAMB_AUTO(wire_strings_fini) struct wire_strings strings = { 0 };
    struct strings_head head;
    char *at, *end;

    if (len < sizeof(head) || len > WIRE_STRINGS_MAX)
        return -EBADMSG;
    memcpy(&head, bytes, sizeof(head));
    len -= sizeof(head);
    for (size_t i = 0; i < WIRE_LISTS; i++)
        if (head.count[i] > len) /* each string takes a byte at least */
            return -EBADMSG;

    strings.bytes = malloc(len + 1);
    if (!strings.bytes)
        return -ENOMEM;
    memcpy(strings.bytes, bytes + sizeof(head), len);
    at = strings.bytes;
    end = at + len;
    for (size_t i = 0; i < WIRE_LISTS; i++) {
        int r = cut_list(&at, end, head.count[i], &strings.list[i]);

        if (r < 0)
            return r;
        strings.count[i] = head.count[i];
    }
    if (at != end)
        return -EBADMSG;
    *ret = strings;
    strings = (struct wire_strings){ 0 };
    return 0;
}

int
wire_strings_read(int fd, struct wire_strings *ret, struct lamb_err *err)
{
    LAMB_AUTOFREE char *bytes = NULL;
    struct stat st;
    ssize_t n;
    int r;

    if (fstat(fd, &st) < 0)
        return lamb_raise(err, -errno, "look at the strings");
    if (st.st_size > WIRE_STRINGS_MAX)
        return lamb_raise(err, -EBADMSG, "read the strings");
    bytes = malloc((size_t)st.st_size + 1);
    if (!bytes)
        return lamb_raise(err, -ENOMEM, "read the strings");
    n = pread(fd, bytes, (size_t)st.st_size, 0);
    if (n < 0)
        return lamb_raise(err, -errno, "read the strings");
    r = wire_strings_parse(bytes, (size_t)n, ret);
    return r < 0 ? lamb_raise(err, r, "read the strings") : 0;
}
