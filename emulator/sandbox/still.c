/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/still.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <unistd.h>

#include "emulator/sandbox/files.h"
#include "emulator/sandbox/kin.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/enum.h"
#include "sdk/base/num.h"
#include "sdk/base/span.h"

enum { TABLE_BYTES = 1024 * 1024, LINE_SIZE = 256, PATH_SIZE = 80 };

struct still {
    void (*fn)(void *data, const char *line);
    void *data;
    pid_t pid; /* whose threads and descriptors are being read */
};

static void tell(const struct still *still, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
tell(const struct still *still, const char *fmt, ...)
{
    char line[LINE_SIZE];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(line, sizeof(line), fmt, ap); /* cut: it is for people */
    va_end(ap);
    still->fn(still->data, line);
}

/* Word number AT (from 0) of a line; words are separated by spaces, one or more. */
static struct lamb_span
word_at(struct lamb_span line, unsigned at)
{
    struct lamb_span word = { 0 };

    for (unsigned i = 0; i <= at; i++) {
        line = lamb_span_trim(line);
        (void)lamb_span_cut(line, ' ', &word, &line);
    }
    return word;
}

/* -- threads ---------------------------------------------------------------------- */

/* "12 (a name) S ..." : the name may hold anything and ends with the last ')'; user and
 * system time are words 11 and 12 behind it. */
static int
tell_thread(void *data, const char *tid)
{
    const struct still *still = data;
    char path[PATH_SIZE], text[512];
    uint64_t user, sys;
    long per_second = sysconf(_SC_CLK_TCK);
    const char *name, *end;

    if (lamb_format(path, sizeof(path), "/proc/%d/task/%s/stat", still->pid, tid) ||
        files_get(AT_FDCWD, path, text, sizeof(text)) < 0)
        return 0;
    name = strchr(text, '(');
    end = strrchr(text, ')');
    if (!name || !end || per_second <= 0 ||
        lamb_parse_u64(word_at(lamb_span_str(end + 1), 11), 0, UINT32_MAX, &user) ||
        lamb_parse_u64(word_at(lamb_span_str(end + 1), 12), 0, UINT32_MAX, &sys))
        return 0;
    tell(still, "thread %s %.*s, %llu ms of CPU", tid, (int)(end - name - 1), name + 1,
         (unsigned long long)((user + sys) * 1000 / (uint64_t)per_second));
    return 0;
}

/* -- sockets ---------------------------------------------------------------------- */

static bool
read_hex(struct lamb_span text, uint32_t *ret)
{
    uint32_t value = 0;

    if (!text.len || text.len > 8)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (!isxdigit(c))
            return false;
        value = value << 4 | (uint32_t)(isdigit(c) ? c - '0' : toupper(c) - 'A' + 10);
    }
    *ret = value;
    return true;
}

/* "0100007F:1F90", words of the machine's own byte order, as 127.0.0.1:8080. */
static bool
read_address(struct lamb_span text, char *ret, size_t size)
{
    struct lamb_span host, port;
    uint32_t words[4], port_number;
    char address[INET6_ADDRSTRLEN];
    bool is_v6;

    (void)lamb_span_cut(text, ':', &host, &port);
    is_v6 = host.len == 32;
    if ((!is_v6 && host.len != 8) || !read_hex(port, &port_number))
        return false;
    for (size_t i = 0; i < host.len / 8; i++)
        if (!read_hex(lamb_span_of(host.ptr + 8 * i, 8), &words[i]))
            return false;
    if (!inet_ntop(is_v6 ? AF_INET6 : AF_INET, words, address, sizeof(address)))
        return false;
    return lamb_format(ret, size, is_v6 ? "[%s]:%u" : "%s:%u", address, port_number) ==
           0;
}

/* As include/net/tcp_states.h numbers them, for UDP too. */
static const char *const socket_states[] = {
    "unknown", "established", "connecting",  "connecting", "closing",   "closing",
    "closing", "closed",      "half closed", "closing",    "listening", "closing",
};

static void
tell_socket(const struct still *still, const char *fd, const char *kind,
            struct lamb_span line)
{
    char here[64], there[64];
    uint32_t state;

    if (!read_address(word_at(line, 1), here, sizeof(here)) ||
        !read_address(word_at(line, 2), there, sizeof(there)) ||
        !read_hex(word_at(line, 3), &state))
        return;
    if (state >= LAMB_COUNT(socket_states))
        state = 0;
    tell(still, "socket %s, %s %s to %s, %s", fd, kind, here, there,
         socket_states[state]);
}

/* True: the socket is in this table of the process's network. */
static bool
find_socket(const struct still *still, const char *fd, const char *kind,
            struct lamb_span inode, char *table)
{
    char path[PATH_SIZE];
    struct lamb_span line, rest;

    if (lamb_format(path, sizeof(path), "/proc/%d/net/%s", still->pid, kind) ||
        files_get(AT_FDCWD, path, table, TABLE_BYTES) < 0)
        return false;
    rest = lamb_span_str(table);
    while (rest.len) {
        (void)lamb_span_cut(rest, '\n', &line, &rest);
        if (lamb_span_eq(word_at(line, 9), inode)) {
            tell_socket(still, fd, kind, line);
            return true;
        }
    }
    return false;
}

static int
look_at_descriptor(void *data, const char *fd)
{
    static const char *const kinds[] = { "tcp", "tcp6", "udp", "udp6" };
    const struct still *still = data;
    char path[PATH_SIZE], link[64];
    struct lamb_span target, inode;
    LAMB_AUTOFREE char *table = NULL;
    ssize_t n;

    if (lamb_format(path, sizeof(path), "/proc/%d/fd/%s", still->pid, fd))
        return 0;
    n = readlink(path, link, sizeof(link));
    target = lamb_span_of(link, n > 0 ? (size_t)n : 0);
    if (!lamb_span_starts(target, "socket:[") || target.ptr[target.len - 1] != ']')
        return 0;
    inode = lamb_span_of(target.ptr + 8, target.len - 9);
    table = malloc(TABLE_BYTES);
    for (size_t i = 0; table && i < LAMB_COUNT(kinds); i++)
        if (find_socket(still, fd, kinds[i], inode, table))
            break;
    return 0;
}

/* -- processes -------------------------------------------------------------------- */

static void
tell_process(void *data, pid_t pid)
{
    struct still *still = data;
    char path[PATH_SIZE], name[64];

    still->pid = pid;
    if (lamb_format(path, sizeof(path), "/proc/%d/comm", pid) ||
        files_get(AT_FDCWD, path, name, sizeof(name)) < 0)
        return;
    tell(still, "process %d %.*s", pid, (int)strcspn(name, "\n"), name);
    if (lamb_format(path, sizeof(path), "/proc/%d/task", pid) == 0)
        (void)files_each(AT_FDCWD, path, tell_thread, still);
    if (lamb_format(path, sizeof(path), "/proc/%d/fd", pid) == 0)
        (void)files_each(AT_FDCWD, path, look_at_descriptor, still);
}

void
still_each(pid_t root, void (*fn)(void *data, const char *line), void *data)
{
    struct still still = { .fn = fn, .data = data };

    kin_each(root, tell_process, &still);
}
