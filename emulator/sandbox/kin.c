/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/kin.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/sandbox/files.h"
#include "sdk/base/auto.h"
#include "sdk/base/buf.h"
#include "sdk/base/num.h"

/* -- making ------------------------------------------------------------------------ */

pid_t
kin_fork(void)
{
    return (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

/* -- the walk --------------------------------------------------------------------- */

struct walk {
    struct lamb_buf pids; /* pid_t after pid_t; grows while it is read */
    pid_t parent;
};

/* Descendants that one walk sees; what is beyond is seen by the next. */
enum { KIN_MAX = 32768 };

static void
add_children(struct walk *walk, struct lamb_span text)
{
    while (text.len) {
        struct lamb_span word;
        uint64_t number;

        (void)lamb_span_cut(text, ' ', &word, &text);
        if (lamb_parse_u64(word, 1, INT32_MAX, &number) == 0) {
            pid_t pid = (pid_t)number;

            (void)lamb_buf_append(&walk->pids, &pid, sizeof(pid));
        }
    }
}

/* The children that one thread of a process made. */
static int
read_thread(void *data, const char *tid)
{
    struct walk *walk = data;
    LAMB_AUTOFREE char *text = NULL;
    LAMB_AUTOFD int fd = -EBADF;
    const size_t size = 16384; /* over 2,000 children; the rest at the next walk */
    char path[80];

    if (lamb_format(path, sizeof(path), "/proc/%d/task/%s/children", walk->parent,
                    tid) < 0)
        return 0;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    text = malloc(size);
    if (fd < 0 || !text || files_get_fd(fd, text, size) < 0)
        return 0;
    add_children(walk, lamb_span_str(text));
    return 0;
}

static void
read_process(struct walk *walk, pid_t pid)
{
    char path[40];

    walk->parent = pid;
    if (lamb_format(path, sizeof(path), "/proc/%d/task", pid) == 0)
        (void)files_each(AT_FDCWD, path, read_thread, walk);
}

static pid_t
walk_at(const struct walk *walk, size_t at)
{
    pid_t pid;

    memcpy(&pid, walk->pids.ptr + at, sizeof(pid));
    return pid;
}

void
kin_children(pid_t root, void (*fn)(void *data, pid_t pid), void *data)
{
    struct walk walk = { .pids = LAMB_BUF_INIT(KIN_MAX * sizeof(pid_t)) };

    read_process(&walk, root);
    for (size_t at = 0; at < walk.pids.len; at += sizeof(pid_t))
        fn(data, walk_at(&walk, at));
    lamb_buf_fini(&walk.pids);
}

void
kin_each(pid_t root, void (*fn)(void *data, pid_t pid), void *data)
{
    struct walk walk = { .pids = LAMB_BUF_INIT(KIN_MAX * sizeof(pid_t)) };

    read_process(&walk, root);
    for (size_t at = 0; at < walk.pids.len; at += sizeof(pid_t)) {
        pid_t pid = walk_at(&walk, at);

        read_process(&walk, pid);
        fn(data, pid);
    }
    lamb_buf_fini(&walk.pids);
}

static void
kill_one(void *data, pid_t pid)
{
    (void)data;
    (void)kill(pid, SIGKILL);
}

void
kin_kill(pid_t root)
{
    kin_each(root, kill_one, NULL);
}

bool
kin_works(void)
{
    char path[80];

    return lamb_format(path, sizeof(path), "/proc/self/task/%d/children", getpid()) ==
               0 &&
           access(path, R_OK) == 0;
}

/* -- memory ----------------------------------------------------------------------- */

/* The number in a line such as "VmHWM:\t    1234 kB", in bytes; 0: no such line. */
static uint64_t
status_bytes(struct lamb_span status, const char *key)
{
    while (status.len) {
        struct lamb_span line, name, rest, number;
        uint64_t kb;

        (void)lamb_span_cut(status, '\n', &line, &status);
        (void)lamb_span_cut(line, ':', &name, &rest);
        if (!lamb_span_is(name, key))
            continue;
        (void)lamb_span_cut(lamb_span_trim(rest), ' ', &number, &rest);
        return lamb_parse_u64(number, 0, UINT64_MAX / 1024, &kb) == 0 ? kb * 1024 : 0;
    }
    return 0;
}

struct sum {
    struct kin_memory memory;
    uint64_t biggest_bytes;
};

static void
add_memory(void *data, pid_t pid)
{
    struct sum *sum = data;
    char path[40], status[4096];
    uint64_t now;

    if (lamb_format(path, sizeof(path), "/proc/%d/status", pid) < 0 ||
        files_get(AT_FDCWD, path, status, sizeof(status)) < 0)
        return;
    now = status_bytes(lamb_span_str(status), "VmRSS");
    sum->memory.now_bytes += now;
    sum->memory.peak_bytes += status_bytes(lamb_span_str(status), "VmHWM");
    if (now > sum->biggest_bytes) {
        sum->biggest_bytes = now;
        sum->memory.biggest = pid;
    }
}

struct kin_memory
kin_memory(pid_t root)
{
    struct sum sum = { 0 };

    kin_each(root, add_memory, &sum);
    return sum.memory;
}

/* -- who runs ---------------------------------------------------------------------- */

struct running {
    pid_t pid;
    unsigned n;
};

/* The state is the letter behind the name, which may hold anything but ends with the
 * last parenthesis: "12 (x) y) R 1 ..." */
static int
count_running(void *data, const char *tid)
{
    struct running *running = data;
    char path[80], text[512];
    const char *end;

    if (lamb_format(path, sizeof(path), "/proc/%d/task/%s/stat", running->pid, tid) <
            0 ||
        files_get(AT_FDCWD, path, text, sizeof(text)) < 0)
        return 0;
    end = strrchr(text, ')');
    running->n += end && end[1] == ' ' && end[2] == 'R';
    return 0;
}

static void
add_running(void *data, pid_t pid)
{
    struct running *running = data;
    char path[40];

    running->pid = pid;
    if (lamb_format(path, sizeof(path), "/proc/%d/task", pid) == 0)
        (void)files_each(AT_FDCWD, path, count_running, running);
}

unsigned
kin_running(pid_t root)
{
    struct running running = { 0 };

    kin_each(root, add_running, &running);
    return running.n;
}

/* -- tasks of a user -------------------------------------------------------------- */

struct tally {
    uid_t uid;
    uint64_t tasks;
};

static int
count_process(void *data, const char *name)
{
    struct tally *tally = data;
    char path[300];
    struct stat st;

    /* A process folder belongs to who runs it; each thread is a link of task/. */
    if (name[0] < '0' || name[0] > '9' ||
        lamb_format(path, sizeof(path), "/proc/%s/task", name) < 0 ||
        stat(path, &st) < 0 || st.st_uid != tally->uid)
        return 0;
    tally->tasks += st.st_nlink - 2;
    return 0;
}

uint64_t
kin_tasks_of_uid(uid_t uid)
{
    struct tally tally = { .uid = uid };

    (void)files_each(AT_FDCWD, "/proc", count_process, &tally);
    return tally.tasks;
}
