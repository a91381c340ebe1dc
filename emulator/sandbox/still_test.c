/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/still.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sdk/base/buf.h"

static void
keep_line(void *data, const char *line)
{
    assert_int_equal(lamb_buf_printf(data, "%s\n", line), 0);
}

/* A socket that listens on loopback; *ret_port is where. */
static int
listen_somewhere(int family, uint16_t *ret_port)
{
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
    struct sockaddr_in v4 = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    bool is_v6 = family == AF_INET6;
    socklen_t len = is_v6 ? sizeof(v6) : sizeof(v4);
    struct sockaddr *at = is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    int fd = socket(family, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, at, len) < 0 || listen(fd, 1) < 0)
        return -1;
    assert_int_equal(getsockname(fd, at, &len), 0);
    *ret_port = ntohs(is_v6 ? v6.sin6_port : v4.sin_port);
    return fd;
}

/* What still_each tells of a child that waits, with the sockets that are open now. */
static void
tell_of_a_child(struct lamb_buf *ret)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (!child) {
        (void)pause();
        _exit(0);
    }
    still_each(getpid(), keep_line, ret);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void
processes_and_their_threads_are_told(void **state)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(65536);

    (void)state;
    tell_of_a_child(&text);
    assert_non_null(strstr(lamb_buf_cstr(&text), "process "));
    assert_non_null(strstr(lamb_buf_cstr(&text), " still_test\n"));
    assert_non_null(strstr(lamb_buf_cstr(&text), "still_test, 0 ms of CPU\n"));
}

static void
sockets_are_told_with_both_ends(void **state)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(65536);
    uint16_t port = 0;
    char wanted[80];
    int fd = listen_somewhere(AF_INET, &port);

    (void)state;
    assert_true(fd >= 0);
    tell_of_a_child(&text);
    (void)snprintf(wanted, sizeof(wanted),
                   "socket %d, tcp 127.0.0.1:%u to 0.0.0.0:0, listening\n", fd, port);
    assert_non_null(strstr(lamb_buf_cstr(&text), wanted));
    (void)close(fd);
}

static void
addresses_of_ipv6_are_read(void **state)
{
    LAMB_AUTOBUF struct lamb_buf text = LAMB_BUF_INIT(65536);
    uint16_t port = 0;
    char wanted[80];
    int fd = listen_somewhere(AF_INET6, &port);

    (void)state;
    if (fd < 0)
        skip(); /* a machine without IPv6 */
    tell_of_a_child(&text);
    (void)snprintf(wanted, sizeof(wanted),
                   "socket %d, tcp6 [::1]:%u to [::]:0, listening\n", fd, port);
    assert_non_null(strstr(lamb_buf_cstr(&text), wanted));
    (void)close(fd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processes_and_their_threads_are_told),
        cmocka_unit_test(sockets_are_told_with_both_ends),
        cmocka_unit_test(addresses_of_ipv6_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
