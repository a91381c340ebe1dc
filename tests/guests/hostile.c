/* SPDX-License-Identifier: Apache-2.0 */

/*
 * hostile - a custom runtime that does what no function should: it takes more than it
 * may have, hides, ends badly, or misuses the Runtime API. The event says what:
 * {"do":"NAME","n":N}; the answer is {"n":N,"m":N}, or nothing any more.
 *
 * It speaks the Runtime API itself, on a plain socket, and links no part of lamb.
 *
 * Owns:    whatever it can get.
 * Never:   is nice.
 * Threads: as many as it can get.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MB = 1 << 20, PAGE = 4096, MESSAGE_MAX = 64 * 1024 };

static int api = -1;
static char request_id[64];
static char message[MESSAGE_MAX];

struct answer {
    long n;
    long m;
};

/* -- the Runtime API -------------------------------------------------------------- */

static void
give_up(const char *what)
{
    dprintf(2, "hostile: %s: %s\n", what, strerror(errno));
    _exit(111);
}

/* The number that TEXT begins with. */
static long
number_at(const char *text)
{
    long number = 0;

    text += strspn(text, " ");
    for (; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (*text - '0');
    return number;
}

static int
connect_api(void)
{
    const char *text = getenv("AWS_LAMBDA_RUNTIME_API");
    struct sockaddr_in address = { .sin_family = AF_INET };
    char host[64] = "";
    unsigned port = 0;
    const char *colon = text ? strrchr(text, ':') : NULL;
    int fd;

    if (!colon || (size_t)(colon - text) >= sizeof(host))
        give_up("AWS_LAMBDA_RUNTIME_API");
    memcpy(host, text, (size_t)(colon - text));
    port = (unsigned)number_at(colon + 1);
    address.sin_port = htons((uint16_t)port);
    (void)inet_pton(AF_INET, host, &address.sin_addr);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        give_up("connect");
    return fd;
}

/* Send a request; returns the status, the whole answer stays in `message`. */
static int
call(const char *method, const char *path, const char *body)
{
    char head[512];
    size_t len = 0;
    char *end = NULL, *length;
    size_t want = 0;
    int n =
        snprintf(head, sizeof(head),
                 "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n\r\n%s",
                 method, path, strlen(body), body);

    if (send(api, head, (size_t)n, MSG_NOSIGNAL) != n)
        give_up("send");
    while (!end || len < want) {
        ssize_t got = recv(api, message + len, sizeof(message) - 1 - len, 0);

        if (got <= 0)
            give_up("receive");
        len += (size_t)got;
        message[len] = '\0';
        end = strstr(message, "\r\n\r\n");
        if (!end)
            continue;
        length = strcasestr(message, "\r\nContent-Length:");
        want =
            (size_t)(end + 4 - message) + (length ? (size_t)number_at(length + 17) : 0);
    }
    if (strcasestr(message, "\r\nConnection: close\r\n")) {
        (void)close(api);
        api = connect_api();
    }
    return (int)number_at(message + 9);
}

static int
post(const char *id, const char *what, const char *body)
{
    char path[200];

    (void)snprintf(path, sizeof(path), "/2018-06-01/runtime/invocation/%s/%s", id,
                   what);
    return call("POST", path, body);
}

static int
respond(struct answer answer)
{
    char body[100];

    (void)snprintf(body, sizeof(body), "{\"n\":%ld,\"m\":%ld}", answer.n, answer.m);
    return post(request_id, "response", body);
}

/* -- taking ----------------------------------------------------------------------- */

static struct answer
do_fork_bomb(long n)
{
    struct answer answer = { 0 };

    (void)n;
    for (;;) {
        pid_t pid = fork();

        if (pid == 0)
            for (;;)
                (void)pause();
        if (pid < 0)
            break;
        answer.n++;
    }
    answer.m = errno;
    return answer;
}

static void *
sleep_for_ever(void *data)
{
    for (;;)
        (void)pause();
    return data;
}

static struct answer
do_threads(long n)
{
    struct answer answer = { 0 };
    pthread_attr_t attr;
    pthread_t thread;

    (void)n;
    (void)pthread_attr_init(&attr);
    (void)pthread_attr_setstacksize(&attr, 64 * 1024);
    do {
        answer.m = pthread_create(&thread, &attr, sleep_for_ever, NULL);
        answer.n += answer.m == 0;
    } while (answer.m == 0);
    return answer;
}

static struct answer
do_descriptors(long n)
{
    struct answer answer = { 0 };

    (void)n;
    while (dup(0) >= 0)
        answer.n++;
    answer.m = errno;
    return answer;
}

static void
touch(volatile char *bytes, size_t size)
{
    for (size_t at = 0; at < size; at += PAGE)
        bytes[at] = 1;
}

static struct answer
do_malloc(long n)
{
    size_t size = (size_t)n * MB;
    char *bytes = malloc(size);

    if (!bytes)
        return (struct answer){ .m = errno };
    touch(bytes, size);
    return (struct answer){ .n = n };
}

static struct answer
do_mmap(long n)
{
    size_t size = (size_t)n * MB;
    char *bytes =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (bytes == MAP_FAILED)
        return (struct answer){ .m = errno };
    touch(bytes, size);
    return (struct answer){ .n = n };
}

/* Write N megabytes to FD; how many went, and why no more did. */
static struct answer
write_out(int fd, long n)
{
    static char block[MB];
    struct answer answer = { 0 };

    memset(block, 'x', sizeof(block));
    while (answer.n < n) {
        ssize_t done = write(fd, block, sizeof(block));

        if (done >= 0 && done < (ssize_t)sizeof(block))
            done = write(fd, block, 1); /* a part went: ask why no more did */
        if (done != (ssize_t)sizeof(block)) {
            answer.m = errno;
            break;
        }
        answer.n++;
    }
    (void)close(fd);
    return answer;
}

static struct answer
do_shared_memory(long n)
{
    return write_out(memfd_create("hostile", MFD_CLOEXEC), n);
}

static const char *
tmp_path(const char *name)
{
    static char path[4096];
    const char *dir = getenv("TMPDIR");

    (void)snprintf(path, sizeof(path), "%s/%s", dir ? dir : "/tmp", name);
    return path;
}

static struct answer
do_page_cache(long n)
{
    const char *path = tmp_path("cache");
    struct answer answer =
        write_out(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), n);

    (void)unlink(path);
    return answer;
}

static struct answer
do_fill_tmp(long n)
{
    return write_out(
        open(tmp_path("fill"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), n);
}

static struct answer
do_empty_tmp(long n)
{
    (void)n;
    return (struct answer){ .n = unlink(tmp_path("fill")) };
}

static int64_t
clock_ms(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Spin for N milliseconds of real time; how much of the CPU was that? */
static struct answer
do_burn(long n)
{
    int64_t until = clock_ms(CLOCK_MONOTONIC) + n;
    int64_t cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID);

    while (clock_ms(CLOCK_MONOTONIC) < until) {
    }
    return (struct answer){ .n = (long)(clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu) };
}

static struct answer burned_in_init;

static struct answer
do_init_burn(long n)
{
    (void)n;
    return burned_in_init;
}

static struct answer
do_rlimit(long n)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)n, &limit) < 0)
        return (struct answer){ .n = -errno };
    return (struct answer){ .n = (long)limit.rlim_cur, .m = (long)limit.rlim_max };
}

/* -- not ending ------------------------------------------------------------------- */

static _Noreturn struct answer
do_spin(long n)
{
    (void)n;
    for (;;) {
    }
}

static _Noreturn struct answer
do_ignore_signals(long n)
{
    (void)n;
    for (int i = 1; i < NSIG; i++)
        (void)signal(i, SIG_IGN);
    dprintf(1, "DEAF\n");
    do_spin(0);
}

/* Leave session and parent, and go on writing to a file in /tmp. */
static void
haunt(void)
{
    (void)setsid();
    if (fork() != 0)
        _exit(0);
    for (long i = 0;; i++) {
        struct timespec nap = { .tv_nsec = 5000000 };
        int fd = open(tmp_path("haunted"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        if (fd >= 0) {
            (void)dprintf(fd, "%ld", i);
            (void)close(fd);
        }
        (void)nanosleep(&nap, NULL);
    }
}

static struct answer
do_double_fork(long n)
{
    pid_t pid = fork();

    (void)n;
    if (pid == 0)
        haunt();
    (void)waitpid(pid, NULL, 0);
    while (access(tmp_path("haunted"), F_OK) < 0)
        (void)usleep(1000);
    return (struct answer){ .n = 1 };
}

/* Does a process of an earlier environment still write? */
static struct answer
do_is_haunted(long n)
{
    const char *path = tmp_path("haunted");

    (void)n;
    (void)unlink(path);
    (void)usleep(200000);
    return (struct answer){ .n = access(path, F_OK) == 0 };
}

static struct answer
do_close_all(long n)
{
    (void)n;
    for (int fd = 0; fd < 1024; fd++)
        (void)close(fd);
    api = connect_api();
    return (struct answer){ .n = api };
}

/* -- ending badly ----------------------------------------------------------------- */

static _Noreturn struct answer
do_abort(long n)
{
    (void)n;
    abort();
}

static struct answer
do_signal(long n)
{
    (void)kill(getpid(), (int)n);
    (void)usleep(100000);
    return (struct answer){ .n = n };
}

static struct answer
do_stack(long n)
{
    volatile char block[PAGE];

    block[n % PAGE] = 1;
    if (n < 0) /* never: the stack is over long before */
        return (struct answer){ .n = n };
    n = do_stack(n + block[n % PAGE]).n;
    return (struct answer){ .n = n, .m = block[0] };
}

/* -- misusing the API ------------------------------------------------------------- */

static _Noreturn struct answer
do_never_next(long n)
{
    (void)respond((struct answer){ .n = n });
    for (;;)
        (void)pause();
}

static void
tell(const char *what, int status)
{
    dprintf(1, "%s: %d %s\n", what, status, strstr(message, "\r\n\r\n") + 4);
}

static struct answer
do_answer_twice(long n)
{
    (void)respond((struct answer){ .n = n });
    tell("second answer", respond((struct answer){ .n = n + 1 }));
    return (struct answer){ .m = -1 };
}

static struct answer
do_answer_for_another(long n)
{
    tell("foreign answer",
         post("00000000-0000-4000-8000-000000000000", "response", "1"));
    return (struct answer){ .n = n };
}

static const struct {
    const char *name;
    struct answer (*fn)(long n);
    bool has_answered;
} deeds[] = {
    { "fork_bomb", do_fork_bomb, false },
    { "threads", do_threads, false },
    { "descriptors", do_descriptors, false },
    { "malloc", do_malloc, false },
    { "mmap", do_mmap, false },
    { "shared_memory", do_shared_memory, false },
    { "page_cache", do_page_cache, false },
    { "fill_tmp", do_fill_tmp, false },
    { "empty_tmp", do_empty_tmp, false },
    { "burn", do_burn, false },
    { "init_burn", do_init_burn, false },
    { "rlimit", do_rlimit, false },
    { "spin", do_spin, false },
    { "ignore_signals", do_ignore_signals, false },
    { "double_fork", do_double_fork, false },
    { "is_haunted", do_is_haunted, false },
    { "close_all", do_close_all, false },
    { "abort", do_abort, false },
    { "signal", do_signal, false },
    { "stack", do_stack, false },
    { "never_next", do_never_next, true },
    { "answer_twice", do_answer_twice, true },
    { "answer_for_another", do_answer_for_another, false },
};

/* -- the loop --------------------------------------------------------------------- */

/* The text or number behind "KEY": in the event; good enough for our own tests. */
static const char *
find(const char *event, const char *key)
{
    const char *at = strstr(event, key);

    if (!at)
        return "";
    at += strlen(key);
    return at + strspn(at, "\": ");
}

static void
carry_out(const char *event)
{
    const char *name = find(event, "\"do\"");
    long n = number_at(find(event, "\"n\""));

    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        struct answer answer;
        size_t len = strlen(deeds[i].name);

        if (strncmp(name, deeds[i].name, len) != 0 || name[len] != '"')
            continue;
        answer = deeds[i].fn(n);
        if (!deeds[i].has_answered)
            (void)respond(answer);
        return;
    }
    (void)respond((struct answer){ .n = -1, .m = -1 });
}

int
main(void)
{
    const char *burn = getenv("HOSTILE_BURN");

    if (burn)
        burned_in_init = do_burn(number_at(burn));
    api = connect_api();
    for (;;) {
        static char event[MESSAGE_MAX];
        const char *id;

        if (call("GET", "/2018-06-01/runtime/invocation/next", "") != 200)
            give_up("next");
        id = strcasestr(message, "\r\nLambda-Runtime-Aws-Request-Id:");
        if (!id)
            give_up("request id");
        id += strcspn(id, ":") + 1;
        id += strspn(id, " ");
        (void)snprintf(request_id, sizeof(request_id), "%.*s", (int)strcspn(id, "\r"),
                       id);
        (void)snprintf(event, sizeof(event), "%s", strstr(message, "\r\n\r\n") + 4);
        carry_out(event);
    }
}
